"""The idempotency key of a tool call: what is done once, however often a
client asks for it."""

import signal

import pytest

from support.client import KEY, Streamable

REPORT = {"phase": "execution", "status": "progress", "message": "once"}


def report(agent, key, **more):
    return agent.call("update_status", {**REPORT, **more}, _meta={KEY: key})


def test_a_repeated_report_is_one_event_in_every_era(connect, server):
    agent = connect(server)
    first = report(agent, "k")
    assert report(agent, "k") == first
    report(agent, "other key", message="twice")
    messages = [server.link.event("status_update")["payload"]["message"]
                for _ in range(2)]
    assert messages == ["once", "twice"]


def test_other_arguments_are_an_error_and_no_event(server):
    agent = Streamable(server)
    agent.initialize()
    report(agent, "k")
    result = report(agent, "k", message="another")
    assert result["isError"]
    assert "other arguments" in result["content"][0]["text"]
    agent.report("last")
    assert [server.link.event("status_update")["payload"]["message"]
            for _ in range(2)] == ["once", "last"]


def test_after_kill_9_the_first_result_is_given_again(start, tmp_path):
    options = ["--state-dir", tmp_path / "state"]
    server = start(*options)
    server.link.hello()
    agent = Streamable(server)
    agent.initialize()
    first = report(agent, "k")
    agent.report("whose answer waits for what was before")
    server.signal(signal.SIGKILL)
    server.wait(-signal.SIGKILL)
    server = start(*options)
    server.link.hello(after_seq=0)
    agent.server, agent.wire = server, None
    assert report(agent, "k") == first
    agent.report("last")
    assert [server.link.event("status_update")["payload"]["message"]
            for _ in range(3)][::2] == ["once", "last"]


@pytest.mark.parametrize("token", ["a", "b"])
def test_each_agent_has_its_own_keys(server, token):
    tokens = {name: server.link.request("agents/add", {"name": name})["token"]
              for name in ("a", "b")}
    for name in "a", token:
        agent = Streamable(server, token=tokens[name])
        agent.initialize()
        report(agent, "k")
    agent.report("last")
    agents = [server.link.event("status_update")["agent"]
              for _ in range(2 if token == "a" else 3)]
    assert agents == (["a", "a"] if token == "a" else ["a", "b", "b"])
