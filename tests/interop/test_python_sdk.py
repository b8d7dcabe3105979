"""The official Python SDK, several releases of 1.x, against the program: as
agents use it, each in a process of its own."""

import json
import pathlib
import re

import pytest

from support.agents import no_more_reports, numbers
from support.client import Streamable
from support.server import build_dir

HERE = pathlib.Path(__file__).parent
VENVS = build_dir() / "tests" / "interop" / "venvs"
RELEASES = sorted((path.stem
                   for path in (HERE / "requirements").glob("mcp-1.*")),
                  key=lambda name: [int(n) for n in re.findall(r"\d+", name)])
REVISIONS = {"mcp-1.2.1": "2024-11-05", "mcp-1.8.1": "2024-11-05",
             "mcp-1.9.4": "2025-03-26", "mcp-1.12.4": "2025-06-18"}
REPORTS = 8


# Each release with each of the three URLs that agents are handed; 1.2.1
# speaks HTTP+SSE only.
CASES = [(release, url) for release in RELEASES
         for url in ("sse", "messages", "mcp")
         if (release, url) != ("mcp-1.2.1", "mcp")]


@pytest.fixture(params=CASES, ids="-".join)
def case(request):
    return request.param


@pytest.fixture
def release(case):
    return case[0]


@pytest.fixture
def url_of(case):
    return case[1]


@pytest.fixture
def spawn(agents, release, url_of):
    """Starts an agent; returns a function that waits for what it printed."""
    return lambda *words, script="agent.py": agents.start(
        [VENVS / release / "bin" / "python", "-B", HERE / script, *words],
        url_of)


@pytest.fixture
def agent(spawn):
    return lambda *words: json.loads(spawn(*words)())


@pytest.mark.parametrize("case", [
    case for case in CASES if case[1] != "mcp"], ids="-".join, indirect=True)
def test_the_users_own_sample_works(server, spawn):
    text = spawn(script="sample.py")()
    assert text == "Status update received: progress - " \
                   "Processing file 3 of 10\n"
    (payload,) = server.link.reports(1)
    assert payload["agent_name"] == "my_agent"
    assert payload["metadata"] == {"percent": 30}


def test_three_agents_at_once_each_report_once_and_in_order(server, spawn):
    agents = [spawn("reports", f"agent-{n}", str(REPORTS)) for n in range(3)]
    for wait in agents:
        wait()
    assert numbers(server, 3 * REPORTS) == {
        f"agent-{n}": list(range(REPORTS)) for n in range(3)}
    assert no_more_reports(server)


def test_the_handshake_is_of_the_sdks_revision(agent, release):
    seen = agent("reports", "kim", "1")
    assert seen["server"] == "deliberate-orchestrator"
    assert seen["revision"] == REVISIONS.get(release, "2025-11-25")


def test_calls_under_way_together_are_all_answered(server, agent):
    seen = agent("at_once", "kim", "30")
    assert seen["texts"] == [f"Status update received: progress - {n}"
                             for n in range(30)]
    assert sorted(numbers(server, 30)["kim"]) == list(range(30))


def test_an_agent_comes_back_again_and_again(server, agent):
    agent("reconnect", "kim", "3")
    assert numbers(server, 3) == {"kim": [0, 1, 2]}


def test_the_tools_are_listed(agent):
    assert "update_status" in agent("tools")["tools"]


def test_an_error_of_a_tool_leaves_the_session_alive(server, agent):
    seen = agent("errors")
    assert seen["is_error"] is True
    assert "phase" in seen["text"]
    assert seen["unknown"] in (True, -32602)
    assert seen["after"]


def test_a_slow_call_tells_its_progress(agent):
    seen = agent("call", "progress_ticks", '{"n": 3}')
    assert (seen["is_error"], seen["text"]) == (False, "3 ticks")
    if seen["has_progress"]:
        assert seen["progress"] == [[1, 3, "tick 1"], [2, 3, "tick 2"],
                                    [3, 3, "tick 3"]]


def test_a_call_asks_the_user_where_the_sdk_lets_it(agent):
    seen = agent("ask", "Who are you?")
    if seen["can_answer"]:
        assert seen["questions"] == ["Who are you?"]
        assert seen["is_error"] is False
        assert "accept" in seen["text"] and "kim@example.org" in seen["text"]
    else:
        assert seen["is_error"] is True
        assert "did not declare" in seen["text"]
    assert seen["after"] == "Status update received: progress - 0"


def test_a_call_outlasts_the_silence_that_makes_a_stream(server, spawn):
    wait = spawn("call", "hold", '{"gate": "a"}')
    server.link.event("flow.waiting")
    other = Streamable(server)
    other.initialize()
    probe = other.begin_call("hold", {"gate": "b"})
    probe.response = probe.wire.response("POST")    # after the same silence
    for gate in "a", "b":
        other.call("release", {"gate": gate})
    assert json.loads(wait())["text"] == "released"
    probe.finish()


def test_an_agent_that_stays_does_not_delay_the_end(server, spawn):
    spawn("reports", "kim", "100000")
    server.link.reports(1)
    server.signal()
    server.link.rest()
    server.wait()
