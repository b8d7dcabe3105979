"""Cancelling, and leaving, in each revision. What they share is in
test_calls.py, leaving in 2026-07-28 in test_listen.py."""

import re

import pytest

from support import schema
from support.client import Sse, Streamable
from support.events import Events
from support.modern import Modern

TRANSPORTS = pytest.mark.parametrize("transport", [Streamable, Sse])
SESSIONS = pytest.mark.parametrize("revision", schema.REVISIONS)


def connect(server, revision=schema.LATEST, transport=Streamable, **more):
    agent = transport(server, revision=revision, **more)
    agent.initialize()
    return agent


def text_of(result):
    return result["content"][0]["text"]


def begin(server, agent, tool, arguments=None, **more):
    call = agent.begin_call(tool, arguments or {}, **more)
    server.link.event("flow.waiting")
    return call


def cancel(agent, call):
    agent.notify("notifications/cancelled", {"requestId": call.id})


def is_not_answered(call):
    if isinstance(call.client, Sse):
        call.client.request("ping")
        return call.id not in call.client.early
    call.response = call.wire.response("POST")
    if not call.response.is_stream:
        return call.response.body == b""
    call.events = Events(call.response)
    return call.next_event() is None


@TRANSPORTS
@SESSIONS
def test_a_cancelled_call_is_stopped_and_not_answered(flow, revision,
                                                      transport):
    agent = connect(flow, revision, transport)
    call = begin(flow, agent, "sleep_until_cancelled")
    cancel(agent, call)
    flow.link.event("flow.cancelled")
    assert is_not_answered(call)


@TRANSPORTS
@SESSIONS
def test_an_answered_call_is_no_longer_cancelled(flow, revision, transport):
    agent = connect(flow, revision, transport)
    call = agent.begin_call("echo", {"text": "a"})
    assert text_of(call.result()) == "a"
    cancel(agent, call)
    assert text_of(agent.call("echo", {"text": "b"})) == "b"


@TRANSPORTS
def test_a_cancelled_call_gives_back_its_place(start, transport):
    server = start("--max-calls", "1", plugins=("flow",))
    server.link.hello()
    agent = connect(server, transport=transport)
    call = begin(server, agent, "sleep_until_cancelled")
    cancel(agent, call)
    server.link.event("flow.cancelled")
    assert text_of(agent.call("echo", {"text": "a"})) == "a"


@pytest.mark.parametrize("revision", schema.REVISIONS)
def test_before_2026_leaving_cancels_nothing(flow, revision):
    agent = connect(flow, revision)
    call = begin(flow, agent, "hold", {"gate": "a"})
    call.wire.reset()
    agent.call("release", {"gate": "a"})
    # Had it been cancelled, a release would be left for this one.
    call = begin(flow, agent, "hold", {"gate": "a"})
    agent.call("release", {"gate": "a"})
    assert text_of(call.result()) == "released"


@pytest.mark.parametrize("revision", schema.REVISIONS[1:])
def test_who_left_a_stream_may_still_cancel(flow, revision):
    agent = connect(flow, revision)
    call = agent.begin_call("progress_ticks", {"n": 2, "gate": "p"},
                            _meta={"progressToken": "t"})
    flow.link.event("flow.waiting")
    connect(flow).call("release", {"gate": "p"})
    assert call.progress()["progress"] == 1
    call.cut()
    cancel(agent, call)
    flow.link.event("flow.cancelled")
    assert call.is_over()


def test_in_2026_the_notification_means_nothing(flow):
    agent = Modern(flow)
    call = begin(flow, agent, "hold", {"gate": "a"})
    cancel(agent, call)
    agent.call("release", {"gate": "a"})
    assert text_of(call.result()) == "released"


def test_in_2026_leaving_one_call_leaves_the_others(flow):
    agent = Modern(flow)
    call = begin(flow, agent, "hold", {"gate": "a"})
    left = begin(flow, agent, "sleep_until_cancelled")
    left.wire.reset()
    flow.link.event("flow.cancelled")
    agent.call("release", {"gate": "a"})
    assert text_of(call.result()) == "released"


def test_in_2026_leaving_gives_back_the_place(start):
    server = start("--max-calls", "1", plugins=("flow",))
    server.link.hello()
    agent = Modern(server)
    begin(server, agent, "sleep_until_cancelled").wire.reset()
    server.link.event("flow.cancelled")
    assert text_of(agent.call("echo", {"text": "a"})) == "a"


# -- questions --

FORM = {"message": "?", "requestedSchema": {"type": "object",
                                            "properties": {}}}


@TRANSPORTS
def test_the_question_of_a_cancelled_call_is_withdrawn(start, transport):
    server = start(plugins=("rows",))
    server.link.hello()
    agent = connect(server, "2025-06-18", transport,
                    capabilities={"elicitation": {}})
    call = agent.begin_call("ask", {"name": "a", "params": FORM,
                                    "method": "elicitation/create"})
    question = call.next()
    assert question["method"] == "elicitation/create"
    cancel(agent, call)
    assert call.notification("notifications/cancelled")["requestId"] == \
        question["id"]


@pytest.mark.parametrize("revision", ["2025-06-18", "2026-07-28"])
def test_who_waits_for_nothing_is_cancelled_as_any(start, revision):
    """A handler that wants to be called again later."""
    server = start("--log-level", "info", "--stream-after", "0.1",
                   plugins=("rows",))
    server.link.hello()
    agent = Modern(server) if revision == schema.STATELESS else \
        connect(server, revision)
    call = agent.begin_call("wait_state_here", {"state": "kept"})
    Events(call.wire.response("POST")).comment()     # it has begun
    if revision == schema.STATELESS:
        call.wire.reset()
    else:
        cancel(agent, call)
    server.log.wait(re.compile("abandoned 'kept'"))
