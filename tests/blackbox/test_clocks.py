"""Agents' clocks: what the server says of agents that come, report, fall
silent and go. It says so once, with ages, and does nothing else."""

import json

import pytest

from support.client import Sse, Streamable
from support.link import LinkError
from support.modern import Modern


@pytest.fixture
def limited(start, tmp_path):
    """limited(limits...): a server whose agents may be silent so long."""
    def limited(**limits):
        limits = {"missing": 0, "stale": 0, "disconnected": 0, "left": 0,
                  **limits}
        file = tmp_path / "config.json"
        file.write_text(json.dumps({"agent-limits": limits, "rate": "0"}))
        server = start("--config", file, plugins=("status", "flow"))
        server.link.hello()
        return server
    return limited


def came(server, agent):
    agent.initialize()
    return server.link.event("agent.connected")


def add(server, name, **more):
    return server.link.request("agents/add", {"name": name, **more})


def listed(server, name):
    agents = server.link.request("agents/list")["agents"]
    return {agent["name"]: agent for agent in agents}[name]


def own_topics(server):
    """What was said of agents in all, in its order."""
    events = server.link.request("events/query")["events"]
    return [event["topic"] for event in events
            if event["topic"].startswith("agent.")]


def is_age(value):
    return type(value) is int and value >= 0


def test_an_agent_that_comes_is_connected_once(limited):
    server = limited()
    agent = Streamable(server, token=add(server, "ann")["token"], name="codex")
    event = came(server, agent)
    assert event["agent"] == "ann"
    assert event["payload"] == {"client": "codex", "transport": "streamable",
                                "revision": "2025-11-25"}
    agent.report("one")
    agent.report("two")
    assert own_topics(server) == ["agent.connected", "agent.first_report"]


def test_a_stream_connects_an_agent(limited):
    server = limited()
    agent = Sse(server)
    agent.initialize()
    event = server.link.event("agent.connected")
    assert event["payload"]["transport"] == "sse"
    agent.close()


def test_without_sessions_the_first_request_connects(limited):
    server = limited()
    agent = Modern(server)
    agent.report("one")
    event = server.link.event("agent.connected")
    assert event["payload"]["revision"] == "2026-07-28"


def test_the_first_report_says_how_long_it_took(limited):
    server = limited()
    agent = Streamable(server)
    came(server, agent)
    agent.report("one")
    event = server.link.event("agent.first_report")
    assert set(event["payload"]) == {"after_ms"}
    assert is_age(event["payload"]["after_ms"])


def test_without_a_token_the_name_of_the_report_counts(limited):
    server = limited()
    agent = Streamable(server, name="codex")
    assert came(server, agent)["agent"] == "codex"
    agent.report("one", agent_name="ann")
    assert server.link.event("agent.connected")["agent"] == "ann"
    assert server.link.event("agent.first_report")["agent"] == "ann"
    assert listed(server, "ann")["usage"]["reports"] == 1


def test_one_session_may_report_for_several(limited):
    server = limited(disconnected=3600, left=0.05)
    agent = Streamable(server)
    came(server, agent)
    for name in "ann", "bob", "ann":
        agent.report("one", agent_name=name)
    assert [event["agent"] for event in server.link.request(
        "events/query", {"topic": "agent.connected"})["events"]] == \
        ["agent", "ann", "bob"]
    assert listed(server, "ann")["usage"]["reports"] == 2


def test_names_are_kept_as_far_as_there_is_room(limited):
    server = limited()
    agent = Streamable(server)
    came(server, agent)
    for i in range(1100):
        agent.report("one", agent_name=f"a{i}")
    agents = server.link.request("agents/list")["agents"]
    assert len(agents) == 1024
    assert {"a1099", "a1098"} < {agent["name"] for agent in agents}


def test_an_expected_agent_that_does_not_come_is_missing(limited):
    server = limited(missing=0.05)
    token = add(server, "ann")["token"]
    add(server, "bob", expected=False)
    event = server.link.event("agent.missing")
    assert event["agent"] == "ann"
    assert event["payload"]["expected_ms"] >= 50
    agent = Streamable(server, token=token)
    agent.initialize()
    assert server.link.event("agent.returned")["payload"]["away_ms"] >= 50
    assert sorted(own_topics(server)) == [
        "agent.connected", "agent.missing", "agent.returned"]


def test_an_agent_that_does_not_report_is_stale_once(limited):
    server = limited(stale=0.05)
    agent = Streamable(server)
    came(server, agent)
    payload = server.link.event("agent.stale")["payload"]
    assert set(payload) == {"since_report_ms", "since_request_ms", "phase",
                            "has_call", "has_stream"}
    assert payload["since_report_ms"] is None
    assert is_age(payload["since_request_ms"])
    assert not payload["has_call"] and not payload["has_stream"]
    assert listed(server, "agent")["stale"]
    agent.report("one")
    assert server.link.event("agent.returned")["payload"]["away_ms"] >= 50
    payload = server.link.event("agent.stale")["payload"]
    assert payload["since_report_ms"] >= 50
    assert payload["phase"] == "execution"


def test_a_running_call_is_life_but_no_report(limited):
    server = limited(stale=2, disconnected=1, left=1)
    agent = Streamable(server)
    came(server, agent)
    call = agent.begin_call("sleep_until_cancelled")
    server.link.event("flow.waiting")
    agent.report("again")
    assert server.link.event("agent.stale")["payload"]["has_call"]
    assert "agent.disconnected" not in own_topics(server)
    agent.delete()
    assert call.result()["isError"]


def test_an_open_stream_is_life(limited):
    server = limited(stale=0.2, disconnected=0.05)
    agent = Sse(server)
    agent.initialize()
    event = server.link.event("agent.stale")
    assert event["payload"]["has_stream"]
    assert "agent.disconnected" not in own_topics(server)
    agent.close()


def test_each_phase_has_its_limit(limited):
    server = limited(phases={"execution": 0.05})
    agent = Streamable(server)
    came(server, agent)
    agent.report("one", phase="planning")
    agent.report("two", phase="execution")
    assert server.link.event("agent.stale")["payload"]["phase"] == "execution"


def test_who_falls_silent_is_disconnected_and_may_return(limited):
    server = limited(disconnected=0.05)
    agent = Modern(server)
    agent.request("tools/list")
    payload = server.link.event("agent.disconnected")["payload"]
    assert payload["reason"] == "silent"
    assert payload["connected_ms"] >= 50 and payload["last_request_ms"] >= 50
    assert payload["last_report_ms"] is None
    assert not listed(server, "agent")["connected"]
    agent.report("one")
    assert server.link.event("agent.connected")["agent"] == "agent"
    assert server.link.event("agent.returned")["payload"]["away_ms"] >= 50


def test_who_ends_its_session_is_disconnected_soon(limited):
    server = limited(disconnected=3600, left=0.05)
    agent = Streamable(server)
    came(server, agent)
    agent.delete()
    payload = server.link.event("agent.disconnected")["payload"]
    assert payload["reason"] == "left"


def test_the_orchestrator_reports_the_end_of_a_process(limited):
    server = limited(missing=1, stale=1, disconnected=1)
    agent = Streamable(server, token=add(server, "ann")["token"])
    came(server, agent)
    how = {"name": "ann", "code": -9, "signal": "SIGKILL"}
    assert server.link.request("agents/exited", how) == {"ok": True}
    assert server.link.request("agents/exited", how) == {"ok": True}
    event = server.link.event("agent.disconnected")
    assert event["agent"] == "ann"
    assert {name: event["payload"][name]
            for name in ("reason", "code", "signal")} == {
                "reason": "exited", "code": -9, "signal": "SIGKILL"}
    # Another one's time passes in the meantime.
    add(server, "bob")
    assert server.link.event("agent.missing")["agent"] == "bob"
    assert [topic for topic in own_topics(server)
            if topic != "agent.stale"] == [
                "agent.connected", "agent.disconnected", "agent.missing"]


def test_a_report_after_the_end_is_kept_and_brings_nobody_back(limited):
    server = limited()
    agent = Streamable(server, token=add(server, "ann")["token"])
    came(server, agent)
    call = agent.begin_call("sleep_until_cancelled")
    server.link.event("flow.waiting")
    server.link.request("agents/exited", {"name": "ann"})
    agent.delete()
    assert call.result()["isError"]
    assert server.link.event("flow.cancelled")["agent"] == "ann"
    entry = listed(server, "ann")
    assert entry["usage"]["reports"] == 1 and not entry["connected"]


def test_a_revoked_agent_is_disconnected(limited):
    server = limited()
    agent = Streamable(server, token=add(server, "ann")["token"])
    came(server, agent)
    server.link.request("agents/revoke", {"name": "ann"})
    event = server.link.event("agent.disconnected")
    assert event["payload"]["reason"] == "revoked"


@pytest.mark.parametrize("params", [
    {}, {"name": "nobody"}, {"name": "ann", "code": "x"},
    {"name": "ann", "signal": []}])
def test_an_end_that_cannot_be_is_refused(limited, params):
    server = limited()
    add(server, "ann")
    with pytest.raises(LinkError) as error:
        server.link.request("agents/exited", params)
    assert error.value.code == -32602


def test_the_list_tells_what_each_agent_did(limited):
    server = limited()
    agent = Streamable(server)
    came(server, agent)
    agent.report("one")
    agent.call("update_status", {"phase": "none"})
    entry = listed(server, "agent")
    assert entry["usage"] == {"calls": 1, "errors": 1, "reports": 1}
    assert entry["connected"] and not entry["stale"]
    assert entry["last_request"] and entry["last_report"]
    assert entry["phase"] == "execution"


@pytest.mark.parametrize("limits", [
    5, {"stale": -1}, {"stale": "1"}, {"stael": 1}, {"phases": 1},
    {"phases": {"": 1}}, {"phases": {"execution": None}}])
def test_limits_that_are_none_are_exit_2(launch, tmp_path, limits):
    file = tmp_path / "config.json"
    file.write_text(json.dumps({"agent-limits": limits}))
    server = launch("--config", file)
    server.announce("agent-limits")
    server.wait(2)
