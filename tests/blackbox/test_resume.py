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
def test_a_cut_after_each_event_loses_and_doubles_nothing(flow, revision):
    agent = connect(flow, revision)
    call = begin_ticks(agent, 4)
    tick(flow)
    seen = values(call, 1)
    for _ in range(3):
        call.cut()
        tick(flow)
        seen += values(call.resume(), 1)
    assert seen == [1, 2, 3, 4]
    call.cut()
    assert text_of(call.resume().result()) == "4 ticks"


@REVISIONS
def test_a_result_that_was_lost_on_its_way_comes_again(flow, revision):
    agent = connect(flow, revision)
    call = begin_ticks(agent, 1)
    tick(flow)
    assert values(call, 1) == [1]
    last = call.last_event_id
    assert text_of(call.result()) == "1 ticks"
    for _ in range(2):
        assert text_of(call.resume(last).result()) == "1 ticks"
    assert call.is_over()


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
    # Clients that want an answer come back for it: once, not for ever.
    assert call.is_over()


# -- news --

def add_tool(server, name):
    result = connect(server).call("add_tool", {"name": name})
    assert text_of(result) == "0"


def news(stream):
    """The next message of a long stream, and the id of its event."""
    event = stream.next()
    return event.message["method"], event.id


CHANGED = "notifications/tools/list_changed"


@pytest.fixture
def rows(start):
    server = start(plugins=("rows",))
    server.link.hello()
    return server


@REVISIONS
def test_news_of_a_cut_are_told_once_when_it_comes_back(rows, revision):
    agent = connect(rows, revision)
    stream = agent.open()
    add_tool(rows, "one")
    method, last = news(stream)
    assert method == CHANGED
    stream.wire.reset()
    add_tool(rows, "two")
    add_tool(rows, "three")
    stream = agent.open(**{"Last-Event-ID": last})
    ids = [news(stream) for _ in range(2)]
    assert [method for method, _ in ids] == [CHANGED] * 2
    assert len({last, *(id for _, id in ids)}) == 3
    assert agent.delete().status == 200
    assert stream.ends()


@REVISIONS
def test_news_that_came_before_the_cut_may_be_read_again(rows, revision):
    agent = connect(rows, revision)
    stream = agent.open()
    for name in "one", "two":
        add_tool(rows, name)
    first, second = news(stream), news(stream)
    again = agent.open(**{"Last-Event-ID": first[1]})
    assert news(again) == second
    assert agent.delete().status == 200
    assert again.ends()


def test_another_sessions_news_are_not_replayed(rows):
    agent, other = connect(rows), connect(rows)
    stream = agent.open()
    add_tool(rows, "one")
    _, last = news(stream)
    add_tool(rows, "two")
    foreign = other.open(**{"Last-Event-ID": last})
    assert other.delete().status == 200
    assert foreign.ends()
    assert news(stream)[0] == CHANGED


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
