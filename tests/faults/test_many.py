"""A hundred agents with a hundred reports each, over every transport: every
report once, each agent's in its order."""

import pytest

from support.load import Account, Load, Reporter
from support.ways import WAYS

AGENTS = REPORTS = 100


def run(server):
    load = Load(server)
    accounts = [Account(f"agent-{n}", WAYS[n % len(WAYS)])
                for n in range(AGENTS)]
    workers = [Reporter(account, load, REPORTS) for account in accounts]
    for worker in workers:
        worker.join()
    assert all(account.n_answered == REPORTS for account in accounts)


def check(server):
    numbers = {f"agent-{n}": [] for n in range(AGENTS)}
    for payload in server.link.reports(AGENTS * REPORTS):
        numbers[payload["agent_name"]].append(payload["metadata"]["n"])
    for name, seen in numbers.items():
        assert seen == list(range(REPORTS)), name
    server.link.close()
    assert [message for message in server.link.rest()
            if message.get("params", {}).get("topic") == "status_update"] == []
    server.wait()


@pytest.mark.threads
@pytest.mark.parametrize("options", [[], ["--state-dir"]],
                         ids=["memory", "disk"])
def test_a_hundred_agents_report_a_hundred_times(start, tmp_path, options):
    server = start(*options, *(tmp_path / "state" for _ in options))
    server.link.hello()
    run(server)
    check(server)
