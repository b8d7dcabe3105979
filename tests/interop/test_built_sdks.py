"""The official Go, Rust and Java SDKs against the program: agents built on
them, over each transport and in each era that they speak."""

import json

import pytest

from support.agents import no_more_reports, numbers
from support.server import build_dir

BUILT = build_dir() / "tests" / "interop" / "built"
REPORTS = 8
FIRST, OLD, NEW = "2024-11-05", "2025-11-25", "2026-07-28"

# SDK, URL, the revision that the agent asks for. Over HTTP+SSE, Go asks for
# the new one in vain and takes the old one; Java knows only the first there.
CASES = [("go", "sse", OLD), ("go", "sse", NEW),
         ("go", "mcp", OLD), ("go", "mcp", NEW),
         ("rust", "mcp", OLD), ("rust", "mcp", NEW),
         ("java", "sse", FIRST), ("java", "mcp", OLD)]
AGREED = {("go", "sse", NEW): OLD}


@pytest.fixture(params=CASES, ids="-".join)
def case(request):
    return request.param


@pytest.fixture
def spawn(agents, case):
    """Starts an agent; returns a function that waits for what it saw."""
    sdk, url, revision = case

    def spawn(*words):
        wait = agents.start([BUILT / sdk / "agent", *words], url,
                            REVISION=revision)
        return lambda: json.loads(wait())
    return spawn


@pytest.fixture
def agent(spawn):
    return lambda *words: spawn(*words)()


def test_three_agents_at_once_each_report_once_and_in_order(server, spawn):
    agents = [spawn("reports", f"agent-{n}", str(REPORTS)) for n in range(3)]
    for wait in agents:
        wait()
    assert numbers(server, 3 * REPORTS) == {
        f"agent-{n}": list(range(REPORTS)) for n in range(3)}
    assert no_more_reports(server)


def test_the_handshake_is_of_the_revision_asked_for(agent, case):
    seen = agent("reports", "kim", "1")
    assert seen["server"] == "deliberate-orchestrator"
    assert seen["revision"] == AGREED.get(case, case[2])


def test_calls_under_way_together_are_all_answered(server, agent):
    seen = agent("at_once", "kim", "30")
    assert seen["texts"] == [f"Status update received: progress - {n}"
                             for n in range(30)]
    assert sorted(numbers(server, 30)["kim"]) == list(range(30))
    assert no_more_reports(server)


def test_the_tools_are_listed(agent):
    assert "update_status" in agent("tools")["tools"]


def test_an_error_of_a_tool_leaves_the_session_alive(server, agent):
    seen = agent("errors")
    assert seen["is_error"] is True
    assert "phase" in seen["text"]
    assert "nonsense" in seen["unknown"]
    assert seen["after"] == "Status update received: progress - 0"


def test_a_slow_call_tells_its_progress(agent, case):
    seen = agent("call", "progress_ticks", '{"n": 3}', "3")
    assert (seen["is_error"], seen["text"]) == (False, "3 ticks")
    assert seen["progress"] == [
        [n, 3, None if case[2] == FIRST else f"tick {n}"] for n in (1, 2, 3)]


def test_the_user_is_asked_and_the_answer_arrives(agent, case):
    seen = agent("call", "test_elicitation", '{"message": "Who?"}', "0")
    if case[2] == FIRST:
        assert seen["asked"] == [] and seen["is_error"] is True
        return
    assert seen["asked"] == ["Who?"]
    assert seen["is_error"] is False
    assert "accept" in seen["text"] and "kim@example.org" in seen["text"]


def test_an_agent_that_stays_does_not_delay_the_end(server, spawn):
    spawn("reports", "kim", "100000")
    server.link.reports(1)
    server.signal()
    server.link.rest()
    server.wait()
