"""Sessions that outlive their memory: unloaded when idle, brought back by their
ids, after a restart, too; and those that have ended."""

import signal

import pytest

from support.client import Streamable

REVISIONS = ["2025-03-26", "2025-06-18", "2025-11-25"]
PING = {"jsonrpc": "2.0", "id": 1, "method": "ping"}


@pytest.fixture
def begin(start, tmp_path):
    """Starts a server on the directory."""
    def begin(*options):
        server = start("--state-dir", tmp_path / "state", *options)
        server.link.hello(after_seq=0)
        return server
    return begin


def kill(server):
    server.signal(signal.SIGKILL)
    server.wait(-signal.SIGKILL)


def move(agent, server):
    """The agent knows nothing of the restart but the new port."""
    agent.server, agent.wire = server, None
    return agent


def add(server, name):
    return server.link.request("agents/add", {"name": name})["token"]


def status_of_ping(agent):
    return agent.post(PING).status


def status_of_stream(agent):
    return agent.connect().exchange("GET", "/mcp", {
        "Accept": "text/event-stream", **agent.headers()}).status


def prime_of(stream):
    """The id that a stream begins with."""
    line = stream.response.line()
    assert line.startswith(b"id: "), line
    return line[4:].decode().strip()


@pytest.mark.parametrize("revision", REVISIONS)
def test_after_kill_9_agents_go_on_in_their_sessions(begin, revision):
    server = begin()
    agents = [Streamable(server, revision=revision, name=f"agent {n}")
              for n in range(3)]
    for agent in agents:
        agent.initialize()
        agent.report("before")
    kill(server)
    server = begin()
    for agent in agents:
        move(agent, server).report("after")
    reports = [server.link.event("status_update") for _ in range(6)]
    assert [(event["agent"], event["payload"]["message"])
            for event in reports] == \
        [(f"agent {n}", when) for when in ("before", "after")
         for n in range(3)]


def test_its_stream_begins_anew_after_an_event_of_an_earlier_start(begin):
    server = begin()
    agent = Streamable(server)
    agent.initialize()
    before = prime_of(agent.open())
    kill(server)
    server = begin()
    after = prime_of(move(agent, server).open(**{"Last-Event-ID": before}))
    assert after != before
    agent.report("after")


def test_without_a_state_directory_a_restart_ends_sessions(start):
    server = start()
    agent = Streamable(server)
    agent.initialize()
    kill(server)
    assert status_of_ping(move(agent, start())) == 404


def test_what_is_not_the_whole_id_is_unknown_in_both_lives(begin):
    server = begin()
    one, two = Streamable(server), Streamable(server)
    one.initialize()
    two.initialize()
    wrong = [one.session[:32], one.session[:33], one.session[:-1],
             one.session + "A", one.session[:32] + two.session[32:],
             one.session.upper(), "0" * 32 + one.session[32:],
             "." + one.session, one.session[33:]]
    for server in server, None:
        if server is None:
            kill(one.server)
            server = begin()
        for text in wrong:
            agent = Streamable(server)
            agent.session = text
            assert status_of_ping(agent) == 404, text
            assert status_of_stream(agent) == 404, text
            assert agent.delete().status == 404, text
        assert status_of_ping(move(one, server)) == 200


def test_a_key_of_another_directory_opens_nothing(begin, start, tmp_path):
    agent = Streamable(begin())
    agent.initialize()
    other = start("--state-dir", tmp_path / "other")
    assert status_of_ping(move(agent, other)) == 404


def test_a_deleted_session_stays_so(begin):
    server = begin()
    agent, other = Streamable(server), Streamable(server)
    agent.initialize()
    other.initialize()
    assert agent.delete().status == 200
    other.report("kept after the end of the first session")
    kill(server)
    server = begin()
    assert status_of_ping(move(agent, server)) == 404
    assert status_of_ping(move(other, server)) == 200


def test_another_agents_token_does_not_bring_it_back(begin):
    server = begin()
    a, b = add(server, "a"), add(server, "b")
    agent = Streamable(server, token=a)
    agent.initialize()
    agent.report("before")
    kill(server)
    server = begin("--agent", "a", "--agent", "b")
    move(agent, server)
    for credentials in {"Authorization": f"Bearer {b}"}, {}:
        agent.credentials = credentials
        assert status_of_ping(agent) == (404 if credentials else 401)
    agent.credentials = {"Authorization": f"Bearer {a}"}
    agent.report("after")


def test_sessions_of_a_revoked_agent_do_not_come_back(begin):
    server = begin()
    agent = Streamable(server, token=add(server, "a"))
    agent.initialize()
    agent.report("one")
    server.link.request("agents/revoke", {"name": "a"})
    token = add(server, "a")
    agent.credentials = {"Authorization": f"Bearer {token}"}
    assert status_of_ping(agent) == 404
    other = Streamable(server, token=token)
    other.initialize()
    other.report("two")
    kill(server)
    server = begin("--agent", "a")
    assert status_of_ping(move(agent, server)) == 404
    assert status_of_ping(move(other, server)) == 200


def test_a_full_table_costs_no_session_that_is_idle(start):
    server = start("--max-sessions", "2")
    agents = [Streamable(server, name=f"agent {n}") for n in range(5)]
    for agent in agents:
        agent.initialize()
    for agent in agents:
        agent.report("still here")
