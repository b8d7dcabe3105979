"""What plugins keep, as agents and the orchestrator see it: many agents at
once, and events that come with what changed. The plugins state and method
have tools for it."""

import re
import signal

import pytest

from support.client import Sse, Streamable
from support.modern import Modern

pytestmark = pytest.mark.threads


@pytest.fixture
def server(start):
    server = start(plugins=("status", "state"))
    server.link.hello()
    return server


def connect(server, transport=Streamable, **more):
    agent = transport(server, **more)
    agent.initialize()
    return agent


def texts(result):
    assert not result.get("isError"), result
    return [block["text"] for block in result["content"]]


TAKE_ONE = {"changes": [
    {"kind": "add", "key": "units", "add": -1, "min": 0},
    {"kind": "emit", "topic": "unit.taken", "payload": "{}"}]}


def test_of_many_agents_one_gets_the_last_unit(server):
    agents = [connect(server, Sse if n % 2 else Streamable)
              for n in range(16)]
    agents[0].call("commit", {"changes": [
        {"kind": "add", "key": "units", "add": 1}]})
    calls = [agent.begin_call("commit", TAKE_ONE)
             for agent in agents for _ in range(4)]
    codes = [texts(call.result())[0].split()[0] for call in calls]
    assert sorted(codes) == sorted(["0"] + ["-34"] * 63)
    server.link.event("unit.taken")
    agents[0].report("after all of them")
    assert server.link.event()["topic"] != "unit.taken"


def test_an_event_is_there_before_the_answer_and_can_be_read_back(server):
    agent = connect(server)
    agent.report("one")
    agent.call("commit", {"changes": [
        {"kind": "emit", "topic": "state.event", "agent": "ann",
         "payload": "{\"i\": 1}"}]})
    event, n = texts(agent.call("events", {"topic": "state.event"}))
    assert n == "1"
    told = server.link.event("state.event")
    assert f'"seq":{told["seq"]},"time":"{told["time"]}"' in event
    assert '"agent":"ann","payload":{"i":1}' in event


def test_emitting_threads_of_one_call_are_all_recorded(server):
    agent = connect(server)
    agent.call("emit_all")
    for _ in range(80):
        server.link.event("race.event")
    assert texts(agent.call("events", {"topic": "race.event"}))[-1] == "80"


def test_state_and_events_outlive_the_server(start, tmp_path):
    for n in range(1, 3):
        server = start("--state-dir", tmp_path / "state",
                       plugins=("status", "state"))
        agent = connect(server)
        calls = [agent.begin_call("commit_here" if k % 2 else "commit", {
            "changes": [{"kind": "add", "key": "n", "add": 1},
                        {"kind": "emit", "topic": "state.event",
                         "payload": "{}"}]}) for k in range(10)]
        for call in calls:
            assert texts(call.result())[0] == "0 0"
        assert texts(agent.call("list", {"prefix": ""})) == [
            f"0 n={10 * n};starts={n};"]
        *_, count = texts(agent.call("events", {"topic": "state.event"}))
        assert count == str(10 * n)
        server.signal(signal.SIGTERM)
        server.wait()


def test_what_fails_is_told_to_the_agent_and_changes_nothing(server):
    agent = connect(server)
    result = agent.call("commit", {"changes": [
        {"kind": "put", "key": "a", "value": "x"},
        {"kind": "put", "key": "not a key", "value": "x"}]})
    assert result["isError"]
    assert "change 1: key 'not a key'" in result["content"][0]["text"]
    assert texts(agent.call("list", {"prefix": ""})) == ["0 starts=1;"]
    server.announce("misbehaving plugin 'state'")


@pytest.mark.parametrize("kind", [Streamable, Sse, Modern])
def test_a_call_that_a_plugin_does_not_admit_says_why(start, kind):
    server = start(plugins=("status", "method"))
    agent = kind(server)
    if kind is not Modern:
        agent.initialize()
    assert texts(agent.call("admitted")) == ["done"]
    result = agent.call("never")
    assert result["isError"]
    assert result["content"][0]["text"] == "the budget is spent; stop here"


def test_a_deadline_may_be_shorter_than_the_servers(start):
    server = start(plugins=("status", "method"))
    agent = connect(server)
    result = agent.call("deadline", {"ms": 50})
    assert result["isError"]
    # Counted from the call's begin, which was a moment before it was set.
    within = re.search(r"did not answer within ([\d.]+) s;",
                       result["content"][0]["text"])
    assert 0.05 <= float(within[1]) < 60


def test_plugins_hear_that_the_server_stops(start):
    server = start(plugins=("status", "method"))
    server.link.hello()
    server.link.request("shutdown")
    server.log.wait(re.compile("notice 1 -"))


def test_without_an_answer_of_the_orchestrator_it_is_an_error(start):
    server = start(control="none", plugins=("status", "method"))
    agent = connect(server)
    answer = texts(agent.call("inquire", {"method": "context/query"}))
    assert '"code":-32601' in answer[0]
