"""Streams that go on after a cut: resumption and polling over Streamable HTTP
(2025-03-26 to 2025-11-25)."""

import pytest

from support.client import Streamable
from support.events import Events

REVISIONS = pytest.mark.parametrize(
    "revision", ["2025-03-26", "2025-06-18", "2025-11-25"])


def connect(server, revision="2025-11-25"):
    agent = Streamable(server, revision=revision)
    agent.initialize()
    return agent


def text_of(result):
    return "".join(block["text"] for block in result["content"])


def begin_ticks(agent, n):
    """A call with so many ticks, which are released one by one."""
    return agent.begin_call("progress_ticks", {"n": n, "gate": "p"},
                            _meta={"progressToken": "t"})


def tick(server, n=1):
    for _ in range(n):
        connect(server).call("release", {"gate": "p"})


def values(call, n):
    return [call.progress()["progress"] for _ in range(n)]


# -- cuts --

@REVISIONS
def test_cut_in_mid_call_nothing_is_lost_or_doubled(flow, revision):
    agent = connect(flow, revision)
    call = begin_ticks(agent, 4)
    tick(flow)
    assert values(call, 1) == [1]
    call.cut()
    tick(flow, 2)
    call.resume()
    assert values(call, 2) == [2, 3]
    tick(flow)
    assert values(call, 1) == [4]
    assert text_of(call.result()) == "4 ticks"


@REVISIONS
def test_an_answer_that_came_meanwhile_is_fetched(flow, revision):
    agent = connect(flow, revision)
    call = begin_ticks(agent, 2)
    tick(flow)
    assert values(call, 1) == [1]
    call.cut()
    tick(flow)
    flow.link.event("flow.waiting")
    call.resume()
    assert values(call, 1) == [2]
    assert text_of(call.result()) == "2 ticks"


def test_an_answer_may_be_read_once_more(flow):
    agent = connect(flow)
    call = begin_ticks(agent, 1)
    tick(flow)
    assert values(call, 1) == [1]
    before = call.last_event_id
    assert text_of(call.result()) == "1 ticks"
    call.resume(before)
    assert text_of(call.result()) == "1 ticks"
    call.resume()
    assert call.next_event() is None


def test_a_stream_goes_to_the_newest_connection_alone(flow):
    agent = connect(flow)
    call = begin_ticks(agent, 2)
    tick(flow)
    assert values(call, 1) == [1]
    old = call.events
    call.resume()
    assert old.ends()
    tick(flow)
    assert values(call, 1) == [2]
    assert text_of(call.result()) == "2 ticks"


def test_the_long_stream_begins_with_an_id_to_come_back_with(flow):
    agent = connect(flow)
    stream = agent.open()
    line = stream.response.line()
    assert line.startswith(b"id: "), line
    again = agent.open(**{"Last-Event-ID": line[4:].decode().strip()})
    assert agent.delete().status == 200
    assert again.ends()


def test_another_sessions_event_replays_nothing(flow):
    agent, other = connect(flow), connect(flow)
    call = begin_ticks(agent, 2)
    tick(flow)
    assert values(call, 1) == [1]
    stream = other.open(**{"Last-Event-ID": call.last_event_id})
    tick(flow)
    assert values(call, 1) == [2]
    assert text_of(call.result()) == "2 ticks"
    assert other.delete().status == 200
    assert stream.ends()


def test_an_unknown_event_gives_a_stream_like_any(flow):
    agent = connect(flow)
    stream = agent.open(**{"Last-Event-ID": "what is this"})
    assert agent.delete().status == 200
    assert stream.ends()


def test_silence_makes_a_stream_that_can_be_resumed(flow):
    agent = connect(flow)
    call = agent.begin_call("hold", {"gate": "a"})
    call.response = call.wire.response("POST")
    line = call.response.line()
    assert line.startswith(b"id: "), line
    call.last_event_id = line[4:].decode().strip()
    call.cut()
    connect(flow).call("release", {"gate": "a"})
    assert text_of(call.resume().result()) == "released"


def test_a_cancelled_call_ends_its_stream(flow):
    agent = connect(flow)
    call = begin_ticks(agent, 2)
    tick(flow)
    assert values(call, 1) == [1]
    call.cut()
    call.resume()
    agent.notify("notifications/cancelled", {"requestId": call.id})
    assert call.next_event() is None


# -- polling --

@pytest.fixture
def polled(start):
    server = start(plugins=("conformance",))
    server.link.hello()
    return server


def begin_paused(agent):
    call = agent.begin_call("test_reconnection")
    call.response = call.wire.response("POST")
    return call


def test_a_handler_may_let_the_client_poll(polled):
    call = begin_paused(connect(polled))
    call.events = Events(call.response)
    assert call.next_event() is None
    assert (call.primes, call.retry) == (1, 100)
    assert "completed" in text_of(call.resume().result())


@pytest.mark.parametrize("revision", ["2025-03-26", "2025-06-18"])
def test_elsewhere_the_client_just_waits(polled, revision):
    call = begin_paused(connect(polled, revision))
    assert call.response.type == "application/json"
    assert "completed" in text_of(call.result())
