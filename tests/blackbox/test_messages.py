"""Log messages to clients: levels of sessions, and of requests in
2026-07-28."""

import pytest

from support import schema
from support.client import RpcError, Sse, Streamable
from support.modern import META, Modern

LEVELS = ["emergency", "alert", "critical", "error", "warning", "notice",
          "info", "debug"]


@pytest.fixture
def rows(start):
    server = start(plugins=("rows",))
    server.link.hello()
    return server


def connect(server, revision=schema.LATEST, transport=Streamable):
    agent = transport(server, revision=revision)
    agent.initialize()
    return agent


def levels(agent, **more):
    """Which of all levels arrive, when a tool says each once."""
    came = []
    for level in range(8):
        call = agent.begin_call("message", {"level": level}, **more)
        call.finish()
        for message in call.before:
            assert message["method"] == "notifications/message", message
            assert message["params"]["data"] == "m"
            came.append(message["params"]["level"])
    return came


def set_level(agent, level):
    assert agent.request("logging/setLevel", {"level": level}) == {}


@pytest.mark.parametrize("transport", [Streamable, Sse])
@pytest.mark.parametrize("revision", schema.REVISIONS)
@pytest.mark.parametrize("n", [1, 5, 8])
def test_a_session_gets_what_is_as_grave_as_its_level(rows, revision,
                                                      transport, n):
    agent = connect(rows, revision, transport)
    set_level(agent, LEVELS[n - 1])
    assert levels(agent) == LEVELS[:n]


def test_each_session_has_its_own_level(rows):
    quiet, loud, silent = connect(rows), connect(rows), connect(rows)
    before = levels(silent)
    set_level(quiet, "error")
    set_level(loud, "debug")
    assert levels(quiet) == LEVELS[:4]
    assert levels(loud) == LEVELS
    assert levels(silent) == before


def test_the_level_holds_until_the_next_one(rows):
    agent = connect(rows)
    for n in 8, 2, 6:
        set_level(agent, LEVELS[n - 1])
        assert levels(agent) == LEVELS[:n]


@pytest.mark.parametrize("level", ["loud", "", "ERROR", 3, None])
def test_a_level_that_is_none_is_32602_and_changes_nothing(rows, level):
    agent = connect(rows)
    set_level(agent, "alert")
    with pytest.raises(RpcError) as refusal:
        agent.request("logging/setLevel", {"level": level})
    assert refusal.value.code == -32602
    assert levels(agent) == LEVELS[:2]


@pytest.mark.parametrize("n", [1, 4, 8])
def test_in_2026_each_request_says_its_level(rows, n):
    agent = Modern(rows)
    assert levels(agent, _meta={META + "logLevel": LEVELS[n - 1]}) == \
        LEVELS[:n]


def test_in_2026_nothing_comes_without_a_level(rows):
    agent = Modern(rows)
    levels(agent, _meta={META + "logLevel": "debug"})
    assert levels(agent) == []


@pytest.mark.parametrize("level", ["loud", "DEBUG", 3])
def test_in_2026_a_level_that_is_none_is_32602(rows, level):
    with pytest.raises(RpcError) as refusal:
        Modern(rows).begin_call("message", {"level": 0}, _meta={
            META + "logLevel": level}).result()
    assert refusal.value.code == -32602


def test_in_2026_no_session_has_a_level(rows):
    agent = Modern(rows)
    call = agent.begin("logging/setLevel", {"level": "debug"})
    call.response = call.wire.response("POST")
    assert call.response.status == 404
    assert call.response.json["error"]["code"] == -32601


def test_messages_go_on_the_stream_of_their_call(rows):
    agent = connect(rows)
    set_level(agent, "debug")
    stream = agent.open()
    assert levels(agent) == LEVELS
    agent.delete()
    assert stream.ends()        # nothing was on it
