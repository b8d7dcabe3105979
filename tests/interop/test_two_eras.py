"""The SDKs of today, in TypeScript (1.x and 2.x) and Python (2.x), against the
program: over each transport and in each era that they speak, as agents use
them, each in a process of its own."""

import json
import pathlib

import pytest

from support.agents import no_more_reports, numbers
from support.server import build_dir

HERE = pathlib.Path(__file__).parent
BUILT = build_dir() / "tests" / "interop"
OLD, NEW = "2025-11-25", "2026-07-28"
REPORTS = 8


def typescript(program):
    return [BUILT / "npm" / "node", BUILT / "npm" / program]


AGENTS = {
    "ts1": typescript("sdk1.mjs"),
    "ts2": typescript("sdk2.mjs"),
    "py2": [BUILT / "venvs" / "mcp-2.3.0" / "bin" / "python", "-B",
            HERE / "agent2.py"],
}

# SDK, URL, and the revision that it asks for: a client of both eras that asks
# for the new one over HTTP+SSE has to end up with the old.
CASES = [("ts1", "sse", OLD), ("ts1", "mcp", OLD)] + [
    (sdk, url, revision) for sdk in ("ts2", "py2")
    for url in ("sse", "mcp") for revision in (OLD, NEW)]


@pytest.fixture(params=CASES, ids="-".join)
def case(request):
    return request.param


@pytest.fixture
def spawn(agents):
    """Starts an agent; returns a function that waits for what it saw."""
    def spawn(case, *words):
        sdk, url, revision = case
        wait = agents.start([*AGENTS[sdk], revision, *words], url)
        return lambda: json.loads(wait())
    return spawn


@pytest.fixture
def agent(spawn, case):
    return lambda *words: spawn(case, *words)()


def in_order(agents):
    return {f"agent-{n}": list(range(REPORTS)) for n in range(agents)}


def test_three_agents_at_once_each_report_once_and_in_order(
        server, spawn, case):
    agents = [spawn(case, "reports", f"agent-{n}", str(REPORTS))
              for n in range(3)]
    for wait in agents:
        wait()
    assert numbers(server, 3 * REPORTS) == in_order(3)
    assert no_more_reports(server)


def test_agents_of_all_kinds_at_once(server, spawn):
    agents = [spawn(case, "reports", f"agent-{n}", str(REPORTS))
              for n, case in enumerate(CASES)]
    for wait in agents:
        wait()
    assert numbers(server, len(CASES) * REPORTS) == in_order(len(CASES))
    assert no_more_reports(server)


def test_the_newest_revision_that_the_transport_has_is_spoken(agent, case):
    seen = agent("reports", "kim", "1")
    assert seen["server"] == "deliberate-orchestrator"
    assert seen["revision"] == (OLD if case[1] == "sse" else case[2])


def test_calls_under_way_together_are_all_answered(server, agent):
    seen = agent("at_once", "kim", "30")
    assert seen["texts"] == [f"Status update received: progress - {n}"
                             for n in range(30)]
    assert sorted(numbers(server, 30)["kim"]) == list(range(30))


def test_the_tools_are_listed(agent):
    assert {"update_status", "hold"} <= set(agent("tools")["tools"])


def test_an_error_of_a_tool_leaves_the_session_alive(agent):
    seen = agent("errors")
    assert seen["is_error"] is True
    assert "phase" in seen["text"]
    assert seen["unknown"] in (True, -32602)
    assert seen["after"]


def test_a_slow_call_tells_its_progress(agent, case):
    sdk, url, _ = case
    seen = agent("progress")
    assert seen["text"] == "3 ticks"
    ticks = [[n, 3, f"tick {n}"] for n in (1, 2, 3)]
    if sdk.startswith("ts"):
        assert seen["came"] == ["tick 1", "tick 2", "tick 3", "3 ticks"]
    # The TypeScript SDKs handle a result at once, but a notification after what
    # they read together with it. Over HTTP+SSE that may be the result of the
    # call, with which they forget who wanted its progress.
    may_lose = url == "sse" and sdk.startswith("ts")
    assert seen["progress"] in ([ticks, ticks[:2]] if may_lose else [ticks])


def test_a_call_asks_the_user_and_goes_on_with_the_answer(agent):
    seen = agent("ask", "Who are you?")
    assert seen["questions"] == ["Who are you?"]
    assert seen["is_error"] is False
    assert seen["text"].startswith("User response: action=accept")
    assert "kim@example.org" in seen["text"]


def test_an_agent_that_stays_does_not_delay_the_end(server, spawn, case):
    spawn(case, "reports", "kim", "100000")
    server.link.reports(1)
    server.signal()
    server.link.rest()
    server.wait()
