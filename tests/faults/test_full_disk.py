"""A disk that is full again and again while agents report: what was answered
is kept, once; what is not kept is told at once, and so is its end."""

import random
import resource
import time

import pytest

from support import LIMIT
from support.load import Account, Load, Reporter
from support.ways import WAYS
from support.wire import Wire

EPISODES = 4


class Stubborn(Reporter):
    """Goes on with its next report when one is refused."""

    def begin(self):
        self.refused = []
        super().begin()

    def work(self):
        account, n = self.account, self.account.sent
        account.sent += 1
        result = self.agent.call("update_status", {
            "phase": "execution", "status": "progress",
            "message": f"{n}" + "x" * 2000, "metadata": {"n": n}})
        if result.get("isError"):
            assert "journal" in result["content"][0]["text"], result
            self.refused.append(n)
        else:
            account.answered.append(n)


def wait_for(server, status):
    """Until /readyz is that."""
    end = time.monotonic() + LIMIT
    while True:
        with Wire(server.address) as wire:
            if wire.exchange("GET", "/readyz").status == status:
                return
        assert time.monotonic() < end, f"/readyz never is {status}"


def fill_and_free(server, bytes):
    unlimited = resource.prlimit(server.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(server.pid, resource.RLIMIT_FSIZE,
                     (bytes, unlimited[1]))
    wait_for(server, 503)
    resource.prlimit(server.pid, resource.RLIMIT_FSIZE, unlimited)
    server.link.event("journal.recovered")
    wait_for(server, 200)


def numbers(server):
    """Of all reports in the journal, by agent."""
    seen = {}
    last = server.link.request("events/query", {"limit": 1})["last_seq"]
    server.link.hello(after_seq=0)
    server.link.waiting.clear()     # of the position before
    for _ in range(last):
        event = server.link.event()
        if event["topic"] == "status_update":
            seen.setdefault(event["agent"], []).append(
                event["payload"]["metadata"]["n"])
    return seen


def check(workers, seen):
    for worker in workers:
        account, kept = worker.account, seen[worker.account.name]
        assert kept == sorted(set(kept)), f"{account.name}: twice, or late"
        missing = set(account.answered) - set(kept)
        assert not missing, f"{account.name} lost {missing}"


@pytest.mark.threads
def test_a_disk_that_is_full_now_and_then_loses_nothing(start, tmp_path):
    options = "--state-dir", tmp_path / "state", "--rate", "0"
    server = start(*options)
    server.announce("journal.db: .*; until that is over, reports are refused")
    server.announce("could not be kept")
    server.link.hello()
    load = Load(server)
    workers = [Stubborn(Account(f"agent-{n}", way), load)
               for n, way in enumerate(WAYS)]
    for _ in range(EPISODES):
        fill_and_free(server, random.randrange(20_000, 200_000))
    load.stop()
    for worker in workers:
        worker.join()
    seen = numbers(server)
    check(workers, seen)
    assert any(worker.refused for worker in workers)
    assert len(server.log.lines) < 1000, "a line for each refusal"
    server.stop()
    server = start(*options)
    server.link.hello()
    assert numbers(server) == seen
