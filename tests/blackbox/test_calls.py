"""Calls that take their time: waiting, progress, cancelling, and the end
while they run. The plugin flow has tools for each."""

import json

import pytest

from support import schema
from support.client import BOTH, JSON, Sse, Streamable
from support.events import Events
from support.wire import request

pytestmark = pytest.mark.threads
TRANSPORTS = pytest.mark.parametrize("transport", [Streamable, Sse])


def connect(server, transport=Streamable, **more):
    agent = transport(server, **more)
    agent.initialize()
    return agent


def text_of(result):
    return "".join(block["text"] for block in result["content"])


def hold(server, agent, gate="a", **more):
    """A call that waits for its gate, and does by now."""
    call = agent.begin_call("hold", {"gate": gate}, **more)
    assert server.link.event("flow.waiting")["payload"]["gate"] == gate
    return call


def release(agent, gate="a"):
    assert text_of(agent.call("release", {"gate": gate})) == "ok"


def cancel(agent, call, **more):
    agent.notify("notifications/cancelled", {"requestId": call.id, **more})


# -- waiting --

@TRANSPORTS
def test_a_call_may_be_finished_by_another_thread(flow, transport):
    agent = connect(flow, transport)
    for _ in range(50):
        assert text_of(agent.call("pending_from_thread")) == "from a thread"


@TRANSPORTS
def test_other_calls_go_on_while_one_waits(flow, transport):
    agent = connect(flow, transport)
    call = hold(flow, agent)
    for n in range(10):
        assert text_of(agent.call("echo", {"text": f"{n}"})) == f"{n}"
    release(agent)
    assert text_of(call.result()) == "released"


@TRANSPORTS
def test_answers_come_as_calls_end_not_as_they_began(flow, transport):
    agent = connect(flow, transport)
    first, second = hold(flow, agent, "a"), hold(flow, agent, "b")
    release(agent, "b")
    assert text_of(second.result()) == "released"
    release(agent, "a")
    assert text_of(first.result()) == "released"


def test_sleeping_threads_of_one_plugin_slow_no_report(flow):
    agent = connect(flow)
    calls = [agent.begin_call("sleep_until_cancelled") for _ in range(16)]
    for _ in calls:
        flow.link.event("flow.waiting")
    waiting = agent.begin_call("big", {"bytes": 1})     # no thread is left
    agent.report("at once")
    for call in calls:
        cancel(agent, call)
    assert text_of(waiting.result()) == "x"


def test_a_waiting_reply_becomes_a_stream_after_silence(flow):
    agent = connect(flow)
    call = hold(flow, agent)
    call.response = call.wire.response("POST")    # the head comes before
    assert call.response.type == "text/event-stream"
    release(agent)
    assert text_of(call.result()) == "released"


def test_a_client_that_takes_json_only_gets_json_after_any_silence(start):
    server = start("--stream-after", "0.05", plugins=("flow",))
    server.link.hello()
    agent = connect(server)
    other = connect(server)
    call = agent.begin("tools/call", {"name": "hold", "arguments": {
        "gate": "a"}}, Accept="application/json")
    assert server.link.event("flow.waiting")
    # A call that became a stream meanwhile shows that the time has passed.
    later = hold(server, other, "b")
    later.response = later.wire.response("POST")
    release(other, "a")
    assert text_of(call.result()) == "released"
    assert not call.is_stream
    release(other, "b")
    later.finish()


def test_a_quick_call_stays_json(start):
    agent = connect(start(plugins=("flow",)))
    call = agent.begin_call("big", {"bytes": 5})
    assert text_of(call.result()) == "xxxxx"
    assert not call.is_stream


def test_a_waiting_stream_gets_comments(start):
    server = start("--stream-after", "0.1", "--keepalive", "0.1",
                   plugins=("flow",))
    server.link.hello()
    agent = connect(server)
    call = hold(server, agent)
    call.response = call.wire.response("POST")
    call.events = Events(call.response)
    for _ in range(3):
        call.events.comment()
    release(agent)
    assert text_of(call.result()) == "released"


@TRANSPORTS
def test_a_result_of_five_megabytes_arrives(flow, transport):
    agent = connect(flow, transport)
    assert len(text_of(agent.call("big", {"bytes": 5_000_000}))) == 5_000_000


@TRANSPORTS
@pytest.mark.parametrize("revision", schema.REVISIONS)
def test_a_tools_failure_is_an_error_result(flow, transport, revision):
    agent = connect(flow, transport, revision=revision)
    result = agent.call("fail", {"text": "no such city: 'x\"'"})
    assert result["isError"] is True
    assert text_of(result) == "no such city: 'x\"'"


@pytest.mark.parametrize("revision", schema.REVISIONS)
def test_a_structured_result_is_text_too(flow, revision):
    agent = connect(flow, revision=revision)
    result = agent.call("structured", {"value": {"a": [1, None, "ü"]}})
    assert json.loads(text_of(result)) == {"a": [1, None, "ü"]}
    if revision >= "2025-06-18":
        assert result["structuredContent"] == {"a": [1, None, "ü"]}
    else:
        assert "structuredContent" not in result


def test_events_of_a_call_come_in_order_and_before_its_answer(flow):
    agent = connect(flow)
    agent.call("emit_n", {"n": 100})
    assert [flow.link.event("flow.event")["payload"]["i"]
            for _ in range(100)] == list(range(100))


def test_a_call_that_outlives_its_time_says_so(start):
    server = start("--call-timeout", "1", plugins=("flow",))
    server.link.hello()
    agent = connect(server)
    result = agent.call("sleep_until_cancelled")
    assert result["isError"] is True
    assert "1 s" in text_of(result)
    assert server.link.event("flow.cancelled")
    agent.call("echo", {"text": "still here"})


# -- progress --

@TRANSPORTS
@pytest.mark.parametrize("revision", schema.REVISIONS)
def test_progress_rises_and_carries_the_token(flow, transport, revision):
    agent = connect(flow, transport, revision=revision)
    call = agent.begin_call("progress_ticks", {"n": 3, "gate": "p"},
                            _meta={"progressToken": 0})
    for n in 1, 2, 3:
        release(connect(flow), "p")
        tick = call.progress()
        assert tick["progressToken"] == 0
        assert (tick["progress"], tick["total"]) == (n, 3)
        if revision == "2024-11-05":
            assert "message" not in tick
        else:
            assert tick["message"] == f"tick {n}"
    assert text_of(call.result()) == "3 ticks"


@TRANSPORTS
@pytest.mark.parametrize("token", ["x", "0", 7, 2**53])
def test_a_token_keeps_its_type(flow, transport, token):
    call = connect(flow, transport).begin_call(
        "progress_ticks", {"n": 1}, _meta={"progressToken": token})
    call.finish()
    assert [note["params"]["progressToken"] for note in call.before] == [token]


@TRANSPORTS
@pytest.mark.parametrize("meta", [{}, {"_meta": {}}, {"_meta": {"a": 1}}])
def test_without_a_token_there_is_no_progress(flow, transport, meta):
    call = connect(flow, transport).begin_call("progress_ticks", {"n": 5},
                                               **meta)
    assert text_of(call.result()) == "5 ticks"
    assert call.before == []


@pytest.mark.parametrize("tool", ["progress_wordy", "progress_wordy_here"])
def test_what_progress_says_is_cut_where_a_character_ends(flow, tool):
    call = connect(flow).begin_call(tool, {"bytes": 8 * 1024 * 1024},
                                    _meta={"progressToken": "t"})
    assert call.result()["content"] == []
    first, *rest = [note["params"] for note in call.before]
    assert first["message"] == "." + "\u00e4" * (32 * 1024 - 1)
    assert rest[-1]["progress"] <= 50


def test_a_flood_of_progress_is_thinned_but_rises(flow):
    call = connect(flow).begin_call("progress_ticks", {"n": 10_000},
                                    _meta={"progressToken": "t"})
    assert text_of(call.result()) == "10000 ticks"
    seen = [note["params"]["progress"] for note in call.before]
    assert 1 <= len(seen) < 1000
    assert seen == sorted(set(seen))


def test_progress_goes_on_the_calls_own_stream(flow):
    agent = connect(flow)
    stream = agent.open()
    call = agent.begin_call("progress_ticks", {"n": 2},
                            _meta={"progressToken": "t"})
    call.finish()
    assert len(call.before) == 2
    agent.delete()
    assert stream.ends()           # nothing was on it


# -- cancelling --

@pytest.mark.parametrize("tool", ["sleep_until_cancelled",
                                  "pending_until_cancelled"])
@TRANSPORTS
def test_a_cancelled_call_stops_and_is_not_answered(flow, transport, tool):
    agent = connect(flow, transport)
    call = agent.begin_call(tool)
    flow.link.event("flow.waiting")
    cancel(agent, call, reason="changed my mind")
    assert flow.link.event("flow.cancelled")["payload"]["tool"] == tool
    agent.report("still here")
    if transport is Streamable:
        assert nothing_answers(call)
    else:
        assert agent.early == {}


def nothing_answers(call):
    """The POST of a cancelled request ends without a response to it."""
    call.response = call.wire.response("POST")
    if not call.response.is_stream:
        return "error" in call.response.json
    call.events = Events(call.response)
    return call.next_event() is None


@TRANSPORTS
def test_cancelling_what_is_not_there_does_no_harm(flow, transport):
    agent = connect(flow, transport)
    for params in ({"requestId": 4711}, {"requestId": "x"}, {}, None,
                   {"requestId": None}, {"requestId": 1.5},
                   {"requestId": agent.last_id}):
        agent.notify("notifications/cancelled", params)
    assert text_of(agent.call("echo", {"text": "a"})) == "a"


def test_no_agent_cancels_anothers_call(flow):
    agent, other = connect(flow), connect(flow)
    call = agent.begin("tools/call", {"name": "hold", "arguments": {
        "gate": "a"}}, id=77)
    flow.link.event("flow.waiting")
    cancel(other, call)
    release(other)
    assert text_of(call.result()) == "released"


def test_an_id_as_text_is_not_the_number(flow):
    agent = connect(flow)
    call = agent.begin("tools/call", {"name": "hold", "arguments": {
        "gate": "a"}}, id=77)
    flow.link.event("flow.waiting")
    agent.notify("notifications/cancelled", {"requestId": "77"})
    release(agent)
    assert text_of(call.result()) == "released"


def test_an_id_that_is_in_use_is_refused(flow):
    agent = connect(flow)
    call = hold(flow, agent)
    response = agent.post(agent.message("ping", id=call.id))
    assert response.json["error"]["code"] == -32600
    release(agent)
    assert text_of(call.result()) == "released"


def test_leaving_does_not_cancel(flow):
    """In the revisions before 2026 a dropped connection means nothing."""
    agent = connect(flow)
    call = hold(flow, agent)
    call.wire.reset()
    agent.report("after")
    release(agent)
    agent.report("later")
    assert [flow.link.event()["topic"] for _ in range(2)].count(
        "flow.cancelled") == 0


def test_the_end_of_an_sse_session_cancels_its_calls(flow):
    agent = connect(flow, Sse)
    agent.begin_call("sleep_until_cancelled")
    flow.link.event("flow.waiting")
    agent.close()
    flow.link.event("flow.cancelled")


def test_the_end_of_a_session_cancels_its_calls(flow):
    agent = connect(flow)
    call = agent.begin_call("sleep_until_cancelled")
    flow.link.event("flow.waiting")
    assert agent.delete().status in (200, 204)
    flow.link.event("flow.cancelled")
    call.wire.response("POST").finish()


# -- limits --

def test_too_many_calls_is_an_error_in_the_answer(start):
    server = start("--max-calls", "3", plugins=("flow",))
    server.link.hello()
    agent = connect(server)
    calls = [hold(server, agent, f"{n}") for n in range(3)]
    response = agent.post(agent.message("tools/call", {
        "name": "hold", "arguments": {"gate": "x"}}, id=99))
    assert response.status == 200
    message = response.json
    assert message["result"]["isError"] if "result" in message \
        else message["error"]["code"] == 3
    for n, call in enumerate(calls):
        # A release is a call, too: one ends, the next is let in.
        cancel(agent, call)
        server.link.event("flow.cancelled")
    agent.call("echo", {"text": "still here"})


def test_a_session_with_a_running_call_makes_no_room(start):
    server = start("--max-sessions", "1", plugins=("flow",))
    server.link.hello()
    agent = connect(server)
    call = hold(server, agent)
    other = Streamable(server)
    response = other.post(other.message("initialize", {
        "protocolVersion": "2025-11-25", "capabilities": {},
        "clientInfo": {"name": "a", "version": "1"}}, id=1))
    assert response.status == 503
    release(agent)
    assert text_of(call.result()) == "released"


# -- the end while calls run --

@TRANSPORTS
def test_running_calls_may_finish_while_it_drains(start, transport):
    server = start("--call-timeout", "1", plugins=("flow",))
    server.link.hello()
    call = connect(server, transport).begin_call("sleep_until_cancelled")
    server.link.event("flow.waiting")
    server.signal()
    server.link.notification("draining")
    assert "result" in call.finish()       # its own deadline ended it
    server.wait(0)


def half_a_post(agent, tool, arguments, method="tools/call"):
    """A POST without its last byte, for a server that is about to drain."""
    body = json.dumps(agent.message(method, {
        "name": tool, "arguments": arguments}, id=1000)).encode()
    wire = agent.connect()
    data = request("POST", "/mcp", {**JSON, **BOTH, **agent.headers()}, body)
    agent.conversation.sends(body)
    wire.send(data[:-1])
    wire.last_byte = data[-1:]
    return wire


def finish_post(wire):
    wire.send(wire.last_byte)
    return wire.response("POST")


def test_a_call_that_comes_while_it_drains_is_told_so_with_200(flow):
    agent = connect(flow)
    hold(flow, agent)
    wire = half_a_post(agent, "update_status", {
        "phase": "review", "status": "error", "message": "m"})
    flow.signal()
    flow.link.notification("draining")
    response = finish_post(wire)
    assert response.status == 200
    message = response.json
    if "error" in message:
        assert message["error"]["code"] == 1
    else:
        assert message["result"]["isError"] is True
    flow.signal()
    flow.wait(-15)


def test_what_needs_a_session_of_its_own_is_503_while_it_drains(flow):
    agent = connect(flow)
    hold(flow, agent)
    initialize = json.dumps(agent.message("initialize", {
        "protocolVersion": "2025-11-25", "capabilities": {},
        "clientInfo": {"name": "a", "version": "1"}}, id=1)).encode()
    late = [request("POST", "/mcp", {**JSON, **BOTH}, initialize),
            request("GET", "/sse"), request("GET", "/messages"),
            request("GET", "/mcp", {**agent.headers()}),
            request("GET", "/readyz")]
    wires = [agent.connect() for _ in late]
    for wire, data in zip(wires, late):
        wire.send(data[:-1])
    healthy = agent.connect()
    healthy.send(request("GET", "/healthz")[:-1])
    flow.signal()
    flow.link.notification("draining")
    for wire, data in zip(wires, late):
        wire.send(data[-1:])
        response = wire.response()
        assert response.status == 503, data
        assert int(response.header("Retry-After")) > 0
    healthy.send(b"\n")
    assert healthy.response().status == 200
    flow.signal()
    flow.wait(-15)


@pytest.mark.parametrize("number", [15, 2])
def test_a_second_signal_kills(flow, number):
    hold(flow, connect(flow))
    flow.signal(number)
    flow.link.notification("draining")
    flow.signal(number)
    flow.wait(-number)


@TRANSPORTS
@pytest.mark.parametrize("tool", ["sleep_until_cancelled",
                                  "pending_until_cancelled"])
def test_past_the_drain_limit_calls_are_cut_and_it_exits_21(start, tool,
                                                            transport):
    server = start("--drain-timeout", "0.2", plugins=("flow",))
    server.link.hello()
    server.announce("drain timeout")
    server.announce("1 calls were cut")
    agent = connect(server, transport)
    call = agent.begin_call(tool)
    server.link.event("flow.waiting")
    server.signal()
    message = call.finish()
    assert "error" in message or message["result"]["isError"]
    assert server.link.event("flow.cancelled")
    server.wait(21)


def test_the_link_may_set_the_drain_limit(flow):
    flow.announce("drain timeout")
    flow.announce("1 calls were cut")
    connect(flow).begin_call("sleep_until_cancelled")
    flow.link.event("flow.waiting")
    flow.link.request("drain", {"timeout_ms": 100})
    assert flow.link.notification("draining")["timeout_ms"] == 100
    flow.wait(21)
