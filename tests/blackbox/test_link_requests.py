"""Requests in both directions: the server's questions to the orchestrator, and
the orchestrator's calls of plugins' methods."""

import json
import re

import pytest

from support import until
from support.client import Streamable
from support.link import LinkError, connect

QUESTION = {"method": "context/query", "params": {"query": "q"}}


@pytest.fixture
def desk(start):
    """A program with a plugin that asks, and has methods; hello was said."""
    server = start(plugins=("method", "status"))
    server.link.hello()
    return server


@pytest.fixture
def caller(desk):
    agent = Streamable(desk)
    agent.initialize()
    return agent


@pytest.fixture
def named(start, tmp_path):
    """The same with a named socket; nobody said hello yet."""
    return start(control=f"unix:{tmp_path}/link",
                 plugins=("method", "status"))


def inquire(agent, **more):
    return agent.begin_call("inquire", {**QUESTION, **more})


def answer_of(call):
    """What the handler got."""
    return json.loads(call.result()["content"][0]["text"])["it"]


# -- questions --

def test_a_question_is_asked_with_who_asks(desk, caller):
    call = inquire(caller)
    request = desk.link.asked("context/query")
    params = request["params"]
    assert params["query"] == "q"
    assert params["agent"] == "agent" and params["tool"] == "inquire"
    assert params["attempt"] == 1
    assert 0 < params["timeout_ms"] <= 300_000
    desk.link.answer(request, {"answer": "a"})
    assert answer_of(call) == {"result": {"answer": "a"}}


def test_what_the_server_says_is_not_the_askers_to_say(desk, caller):
    call = inquire(caller, params={"agent": "another", "attempt": 7, "tool": 1,
                                   "timeout_ms": -1, "query": {"a": [1]}})
    request = desk.link.asked("context/query")
    assert request["params"]["agent"] == "agent"
    assert request["params"]["tool"] == "inquire"
    assert request["params"]["attempt"] == 1
    assert request["params"]["timeout_ms"] > 0
    assert request["params"]["query"] == {"a": [1]}
    desk.link.answer(request, None)
    assert answer_of(call) == {"result": None}


def test_an_error_is_the_answer_too(desk, caller):
    call = inquire(caller)
    error = {"code": -32601, "message": "I don't do that"}
    desk.link.answer(desk.link.asked("context/query"), error=error)
    assert answer_of(call) == {"error": error}


def test_an_error_that_is_none_is_told_as_one(desk, caller):
    call = inquire(caller)
    desk.link.answer(desk.link.asked("context/query"), error={"code": "x"})
    assert answer_of(call)["error"]["code"] == -32603


@pytest.mark.parametrize("is_on_disk", [False, True])
def test_a_question_comes_after_the_events_of_its_call(start, tmp_path,
                                                       is_on_disk):
    state = ["--state-dir", tmp_path / "state", "--durable"]
    desk = start(*(state if is_on_disk else []), plugins=("method", "status"))
    desk.link.hello()
    caller = Streamable(desk)
    caller.initialize()
    for _ in range(20):
        call = inquire(caller, events=30)
        request = desk.link.asked("context/query")
        before = [message for message in desk.link.waiting
                  if message["params"].get("topic") == "method.before"]
        assert len(before) == 30
        desk.link.waiting.clear()
        desk.link.answer(request, {})
        call.finish()


def test_a_stalled_reader_gets_the_question_after_all_events(desk, caller):
    for _ in range(40):
        caller.report("x" * 100_000)
    call = inquire(caller, events=2)
    request = desk.link.asked("context/query")
    topics = [message["params"]["topic"] for message in desk.link.waiting
              if message["method"] == "event"]
    assert topics.count("status_update") == 40
    assert topics[-2:] == ["method.before"] * 2
    desk.link.answer(request, {})
    call.finish()


def test_answers_come_in_any_order(desk, caller):
    calls = [inquire(caller, params={"n": n}) for n in range(5)]
    requests = [desk.link.asked("context/query") for _ in calls]
    assert len({request["id"] for request in requests}) == 5
    for request in reversed(requests):
        desk.link.answer(request, {"n": request["params"]["n"]})
    for n, call in enumerate(calls):
        assert answer_of(call) == {"result": {"n": n}}


def test_a_second_answer_is_ignored_and_logged_by_its_id(desk, caller):
    call = inquire(caller)
    request = desk.link.asked("context/query")
    desk.link.answer(request, 1)
    assert answer_of(call) == {"result": 1}
    desk.link.answer(request, 2)
    desk.log.wait(re.compile(f"answer to .*{request['id']}.*ignored"))
    desk.link.answer({"id": 7}, 2)
    desk.log.wait(re.compile("answer to 7; it was ignored"))


def test_who_leaves_takes_its_question_along(desk, caller):
    call = inquire(caller)
    request = desk.link.asked("context/query")
    caller.notify("notifications/cancelled", {"requestId": call.id})
    assert desk.link.notification("request/cancelled") == {
        "id": request["id"], "reason": "left"}


def test_past_the_deadline_it_is_cancelled(start):
    server = start("--call-timeout", "1", plugins=("method",))
    server.link.hello()
    agent = Streamable(server)
    agent.initialize()
    call = inquire(agent)
    request = server.link.asked("context/query")
    assert server.link.notification("request/cancelled") == {
        "id": request["id"], "reason": "deadline"}
    assert answer_of(call) == {"timeout": True}


def test_at_the_end_it_is_cancelled_and_answered(desk, caller):
    call = inquire(caller)
    request = desk.link.asked("context/query")
    desk.link.request("shutdown")
    assert desk.link.notification("request/cancelled") == {
        "id": request["id"], "reason": "shutdown"}
    assert answer_of(call)["error"]["code"] == 1
    desk.link.rest()
    desk.wait()


def test_before_hello_a_question_waits(start):
    server = start(plugins=("method",))
    agent = Streamable(server)
    agent.initialize()
    call = inquire(agent)
    server.link.hello()
    request = server.link.asked("context/query")
    assert request["params"]["attempt"] == 1
    server.link.answer(request, {})
    assert answer_of(call) == {"result": {}}


def test_without_an_answer_it_is_asked_again_after_hello(desk, caller):
    call = inquire(caller)
    first = desk.link.asked("context/query")
    desk.link.hello()
    second = desk.link.asked("context/query")
    assert second["id"] == first["id"]
    assert second["params"]["attempt"] == 2
    desk.link.answer(second, {})
    assert answer_of(call) == {"result": {}}
    desk.link.hello()
    desk.link.request("state")
    assert not [message for message in desk.link.waiting if "id" in message]


def test_an_orchestrator_that_was_restarted_is_asked_again(named):
    agent = Streamable(named)
    agent.initialize()
    named.link.hello()
    call = inquire(agent)
    first = named.link.asked("context/query")
    named.link.leave()
    named.link = connect(named.control[5:])
    named.link.ready()
    other = inquire(agent, params={"n": 2})
    named.link.hello()
    second = named.link.asked("context/query")
    third = named.link.asked("context/query")
    assert (second["id"], second["params"]["attempt"]) == (first["id"], 2)
    assert third["params"]["attempt"] == 1
    named.link.answer(third, 3)
    named.link.answer(second, 2)
    assert answer_of(call) == {"result": 2}
    assert answer_of(other) == {"result": 3}


def test_only_the_orchestrators_answer_counts(named):
    agent = Streamable(named)
    agent.initialize()
    named.link.hello()
    call = inquire(agent)
    request = named.link.asked("context/query")
    second = connect(named.control[5:])
    second.ready()
    second.answer(request, "a lie")
    named.log.wait(re.compile("ignored"))
    named.link.answer(request, "true")
    assert answer_of(call) == {"result": "true"}
    second.leave()


def test_the_end_of_the_link_ends_the_waiting(desk, caller):
    call = inquire(caller)
    desk.link.asked("context/query")
    desk.link.close()
    assert "error" in answer_of(call)
    desk.wait()


def test_a_link_that_is_kept_without_a_reader_answers_at_once(start):
    server = start("--keep-running", plugins=("method",))
    agent = Streamable(server)
    agent.initialize()
    server.link.hello()
    server.link.close()
    until(lambda: "error" in answer_of(inquire(agent)))
    server.signal()
    server.wait()


@pytest.mark.parametrize("control", ["none", "debug"])
def test_without_an_orchestrator_the_answer_is_no(start, control):
    server = start(control=control, plugins=("method",))
    agent = Streamable(server)
    agent.initialize()
    assert answer_of(inquire(agent))["error"]["code"] == -32601


# -- methods of plugins --

def test_hello_names_the_methods_of_plugins(desk):
    names = desk.link.hello()["methods"]
    assert {"method/echo", "method/wait", "hello"} <= set(names)
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("method", ["method/echo", "method/echo_on_thread"])
def test_a_method_gets_its_params_and_answers(desk, method):
    params = {"n": 7, "more": [1, {"a": None}]}
    assert desk.link.request(method, params) == {
        "params": params, "name": method, "kind": 4}


def test_without_params_it_gets_an_empty_object(desk):
    assert desk.link.request("method/echo_on_thread")["params"] == {}
    assert desk.link.request("method/nothing") == {}


@pytest.mark.parametrize("params, text", [
    ({"n": "x"}, "/n: must be an integer"), ({}, "n"), (None, "n")])
def test_params_that_do_not_fit_are_told_by_their_place(desk, params, text):
    with pytest.raises(LinkError) as caught:
        desk.link.request("method/echo", params)
    assert caught.value.code == -32602
    assert text in caught.value.message
    assert caught.value.message.startswith("method/echo: ")


def test_a_method_that_fails_is_an_error_with_its_sentence(desk):
    with pytest.raises(LinkError) as caught:
        desk.link.request("method/refuse")
    assert caught.value.code == -32603
    assert caught.value.message == "there is no budget 'x'"


@pytest.mark.parametrize("method", ["method/ask", "method/say_text"])
def test_a_method_that_does_what_it_cannot_is_an_error(desk, method):
    desk.announce("misbehaving")
    with pytest.raises(LinkError) as caught:
        desk.link.request(method)
    assert caught.value.code == -32603


def test_what_a_method_does_not_find_is_an_error(desk):
    with pytest.raises(LinkError) as caught:
        desk.link.request("method/not_found")
    assert caught.value.code == -32602


def test_agents_cannot_call_methods(desk, caller):
    assert "method/echo" not in json.dumps(caller.request("tools/list"))
    with pytest.raises(Exception, match="method/echo"):
        caller.call("method/echo", {"n": 1})


def test_many_methods_run_at_once(desk):
    desk.link.send(b'{"jsonrpc":"2.0","id":"w","method":"method/wait"}\n')
    for n in range(50):
        desk.link.send(b'{"jsonrpc":"2.0","id":%d,"method":'
                       b'"method/echo_on_thread","params":{"n":%d}}\n'
                       % (n, n))
    answers = {}
    while len(answers) < 50:
        message = desk.link.response_to_nothing()
        answers[message["id"]] = message["result"]["params"]["n"]
    assert answers == {n: n for n in range(50)}
    desk.link.request("state")
    desk.link.send(b'{"jsonrpc":"2.0","id":"s","method":"shutdown"}\n')
    rest = {message["id"]: message for message in desk.link.rest()
            if "method" not in message}
    assert rest["w"]["result"] == {"status": "unavailable"}
    desk.wait()


def test_too_many_at_once_are_told(desk):
    for n in range(1, 1026):
        desk.link.send(b'{"jsonrpc":"2.0","id":%d,"method":"method/wait"}\n'
                       % n)
    message = desk.link.response_to_nothing()
    assert (message["id"], message["error"]["code"]) == (1025, 3)
    assert "try again" in message["error"]["message"]
    desk.link.request("shutdown")
    assert {message["id"]: message["result"] for message in desk.link.rest()
            if "method" not in message} == {
        n: {"status": "unavailable"} for n in range(1, 1025)}
    desk.wait()


def test_what_was_answered_makes_room_for_others(desk):
    for n in range(1, 1030):
        desk.link.send(b'{"jsonrpc":"2.0","id":%d,"method":"method/echo"'
                       b',"params":{"n":1}}\n' % n)
    for n in range(1, 1030):
        assert "result" in desk.link.response(n)


def test_an_orchestrator_that_leaves_hangs_nothing(named):
    named.link.hello()
    for n in range(20):
        named.link.send(b'{"jsonrpc":"2.0","id":%d,"method":"method/'
                        b'echo_on_thread","params":{}}\n' % n)
    named.link.send(b'{"jsonrpc":"2.0","id":"w","method":"method/wait"}\n')
    named.link.leave()
    named.link = connect(named.control[5:])
    named.link.ready()
    named.link.hello()
    assert named.link.request("method/nothing") == {}
    named.signal()
    named.wait()


def test_a_notification_runs_the_method_and_gets_no_answer(desk):
    desk.link.notify("method/echo", {"n": 1})
    desk.link.notify("method/refuse", {})
    desk.link.notify("method/echo", {"n": "x"})
    assert desk.link.request("method/nothing") == {}


# -- events/query --

def test_events_can_be_read_again(desk, caller):
    for n in range(5):
        caller.report(f"{n}")
    events = [desk.link.event("status_update") for _ in range(5)]
    page = desk.link.request("events/query", {"topic": "status_update"})
    assert page["events"] == events
    assert page["more"] is False
    assert page["last_seq"] == events[-1]["seq"]


def test_a_page_has_as_many_as_wanted_and_tells_of_more(desk, caller):
    for n in range(5):
        caller.report(f"{n}")
    first = desk.link.request("events/query", {
        "topic": "status_update", "agent": "agent", "limit": 3})
    assert len(first["events"]) == 3 and first["more"] is True
    last = first["events"][-1]["seq"]
    second = desk.link.request("events/query", {
        "topic": "status_update", "agent": "agent", "limit": 3,
        "after_seq": last})
    assert len(second["events"]) == 2 and second["more"] is False
    texts = [event["payload"]["message"]
             for event in first["events"] + second["events"]]
    assert texts == list("01234")


def test_of_another_agent_there_is_nothing(desk, caller):
    caller.report("x")
    page = desk.link.request("events/query", {"agent": "nobody"})
    assert page["events"] == [] and page["more"] is False


@pytest.mark.parametrize("position", [2**63 - 1, 2**63, 2**64 - 1])
def test_nothing_is_after_a_position_that_nobody_reaches(desk, position):
    page = desk.link.request("events/query", {"after_seq": position})
    assert page["events"] == [] and page["more"] is False


@pytest.mark.parametrize("params", [
    {"limit": 0}, {"limit": 1001}, {"limit": "x"}, {"after_seq": -1},
    {"agent": 7}, {"topic": ["a"]}])
def test_a_query_that_is_none_is_an_error(desk, params):
    with pytest.raises(LinkError) as caught:
        desk.link.request("events/query", params)
    assert caught.value.code == -32602
    assert next(iter(params)) in caught.value.message
