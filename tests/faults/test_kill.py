"""kill -9 at random moments under load: what was answered is in the journal,
once, also when it was sent twice with an idempotency key. MCP_ROUNDS says how
often (20), MCP_SEED chooses the moments."""

import contextlib
import os
import random
import signal
import time

import pytest

from support.load import Account, Load, Purse, Reporter, Spender
from support.server import Server
from support.ways import WAYS

ROUNDS = int(os.environ.get("MCP_ROUNDS", "20"))
SEED = int(os.environ.get("MCP_SEED", "0")) or random.randrange(1, 1 << 32)
PLUGINS = "status", "budget"
# A round ends at most after so many steps of its load; each request is two.
STEPS = 2000


class Run:
    """All that is known from outside, through all lives of the server."""

    def __init__(self, state):
        self.state = state
        self.random = random.Random(SEED)
        self.accounts = [Account(f"agent-{n}", way, has_keys=n % 2 == 0)
                         for n, way in enumerate(WAYS)]
        self.numbers = {account.name: [] for account in self.accounts}
        self.purse = Purse()
        self.events = []
        self.acked = 0
        self.journal = None

    @contextlib.contextmanager
    def server(self):
        options = ["--durable"] if self.random.random() < 0.3 else []
        server = Server("--state-dir", self.state, "--rate", "0", *options,
                        plugins=PLUGINS)
        try:
            yield server
        finally:
            server.finish()

    # -- what came --

    def take(self, event):
        """An event again is the same one; a new one follows the last."""
        seq = event["seq"]
        if seq <= len(self.events):
            assert self.events[seq - 1] == event
            return
        assert seq == len(self.events) + 1
        self.events.append(event)
        if event["topic"] == "status_update":
            self.take_report(event["payload"])

    def take_report(self, payload):
        numbers = self.numbers[payload["agent_name"]]
        assert not numbers or payload["metadata"]["n"] > numbers[-1], \
            f"{payload} again, or late, after {numbers[-1]}"
        numbers.append(payload["metadata"]["n"])

    def drain(self, link):
        for message in link.waiting:
            if message["method"] == "event":
                self.take(message["params"])
        link.waiting.clear()

    # -- one life --

    def hello(self, link, ready):
        """Reads on where it was, or after the last ack that was kept."""
        assert self.journal in (None, ready["journal"])
        self.journal = ready["journal"]
        assert ready["first_seq"] == 1
        if self.random.random() < 0.5:
            link.hello(after_seq=len(self.events))
        else:
            assert link.hello()["position"] <= len(self.events)
        while link.position < ready["last_seq"]:
            self.take(link.event())

    def check(self, link):
        """What was answered before is there, and counted."""
        for account in self.accounts:
            numbers = set(self.numbers[account.name][-STEPS:])
            missing = [n for n in account.answered if n not in numbers]
            assert not missing, f"{account.name} lost {missing}"
            assert not numbers or max(numbers) < account.sent
            account.answered.clear()
        used = link.request("budget/get")["used"]
        assert self.purse.answered <= used["tokens"] <= self.purse.sent
        assert sum(account.n_answered for account in self.accounts) \
            <= used["requests"] \
            <= sum(account.sent for account in self.accounts)

    def live(self):
        with self.server() as server:
            server.wait_ready()
            self.hello(server.link, server.ready)
            self.check(server.link)
            load = Load(server, self.random.randrange(1, STEPS))
            workers = [Reporter(account, load,
                                is_back=self.random.random() < 0.7)
                       for account in self.accounts]
            workers.append(Spender(server.link, self.purse,
                                   random.Random(self.random.random()), load))
            for worker in workers:
                worker.join()
            server.wait(-signal.SIGKILL)
            self.drain(server.link)

    def die_young(self):
        """Killed while it starts, or just after."""
        with self.server() as server:
            time.sleep(self.random.uniform(0, 0.03))
            server.signal(signal.SIGKILL)
            server.wait(-signal.SIGKILL)

    def look(self):
        """Once more, and all from the beginning: it is what came before."""
        with self.server() as server:
            server.wait_ready()
            self.hello(server.link, server.ready)
            self.check(server.link)
            server.link.hello(after_seq=0)
            while server.link.position < len(self.events):
                self.take(server.link.event())
            server.stop()


@pytest.mark.threads
def test_what_was_answered_is_in_the_journal_once(tmp_path):
    print(f"MCP_SEED={SEED} MCP_ROUNDS={ROUNDS}")
    run = Run(tmp_path / "state")
    for _ in range(ROUNDS):
        if run.random.random() < 0.2:
            run.die_young()
        run.live()
    run.look()
    answered = sum(account.n_answered for account in run.accounts)
    print(f"{answered} reports were answered, {len(run.events)} events kept")
    assert answered > ROUNDS
