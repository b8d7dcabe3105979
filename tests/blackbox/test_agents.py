"""Several agents at once: every report reaches the orchestrator once, in the
order of its agent."""

import threading

import pytest

from support import LIMIT
from support.client import Sse, Streamable
from support.wire import Wire

AGENTS, REPORTS = 3, 20


def work(server, name, transport, errors, **more):
    try:
        agent = transport(server, name=name, **more)
        agent.initialize()
        for n in range(REPORTS):
            agent.report(f"{n}", metadata={"n": n})
    except Exception as error:
        errors.append(error)


def run_agents(server, kinds):
    errors = []
    threads = [threading.Thread(target=work, args=(
        server, f"agent-{n}", transport, errors), kwargs=more, daemon=True)
        for n, (transport, more) in enumerate(kinds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(6 * LIMIT)
        assert not thread.is_alive()
    assert not errors, errors


def check_order(server, count):
    """Each agent's reports came once and in its order."""
    seen = {}
    for payload in server.link.reports(count * REPORTS):
        seen.setdefault(payload["agent_name"], []).append(
            payload["metadata"]["n"])
    assert seen == {f"agent-{n}": list(range(REPORTS)) for n in range(count)}


@pytest.mark.threads
@pytest.mark.parametrize("kind", [
    (Streamable, {}), (Sse, {"target": "/sse"}),
    (Sse, {"target": "/messages"})],
    ids=["mcp", "sse", "messages"])
def test_three_agents_of_one_kind(server, kind):
    run_agents(server, AGENTS * [kind])
    check_order(server, AGENTS)
    # Nothing came twice.
    server.link.close()
    assert [m for m in server.link.rest() if m.get("method") == "event"
            and m["params"]["topic"] == "status_update"] == []
    server.wait()


@pytest.mark.threads
def test_agents_of_every_kind_and_revision_together(server):
    kinds = [(Streamable, {"revision": "2025-11-25"}),
             (Streamable, {"revision": "2025-03-26"}),
             (Streamable, {"revision": "2024-11-05"}),
             (Sse, {"revision": "2024-11-05", "target": "/messages"}),
             (Sse, {"revision": "2025-06-18"})]
    run_agents(server, kinds)
    check_order(server, len(kinds))


def test_reports_from_before_hello_are_kept(start):
    server = start()
    run_agents(server, AGENTS * [(Streamable, {})])
    server.link.hello()
    check_order(server, AGENTS)


def test_an_agent_that_comes_back_goes_on(server):
    for n in range(3):
        agent = Sse(server, name="kim")
        agent.initialize()
        agent.report(f"{n}")
        agent.close()
    assert [payload["message"] for payload in server.link.reports(3)] \
        == ["0", "1", "2"]


def test_an_agent_comes_over_the_unix_socket(start, tmp_path):
    server = start("--unix", tmp_path / "socket")
    server.link.hello()
    kim, lee = Streamable(server, name="kim"), Streamable(server, name="lee")
    kim.connect = lambda: Wire(str(tmp_path / "socket"))
    for agent in kim, lee:
        agent.initialize()
        agent.report("hello")
    assert [payload["agent_name"] for payload in server.link.reports(2)] \
        == ["kim", "lee"]


def test_one_connection_carries_several_sessions(server):
    agents = [Streamable(server, name=f"agent-{n}") for n in range(3)]
    wire = agents[0].connect()
    for agent in agents:
        agent.wire = wire
        agent.initialize()
    for n in range(REPORTS):
        for agent in agents:
            agent.report(f"{n}", metadata={"n": n})
    check_order(server, 3)
