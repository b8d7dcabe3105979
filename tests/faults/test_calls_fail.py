"""Calls of the C library that fail, one after the other, while a server starts,
serves and ends: a clear reason or a clean exit code, or it goes on; what was
answered is kept, and nothing hangs. An abort within a library counts as a
kill. MCP_SEED chooses what is tried when not everything is."""

import collections
import http.client
import json
import os
import random
import re
import signal

import pytest

from support.client import RpcError, Sse, Streamable
from support.modern import Modern
from support.server import Server
from support.shim import CALLS, Shim, is_sanitized
from support.wire import close_all

SEED = int(os.environ.get("MCP_SEED", "0")) or random.randrange(1, 1 << 32)
IS_LONG = int(os.environ.get("MCP_ROUNDS", "20")) >= 1000
N_MEMORY = 200
# Of one call so many in a row are tried, and so many of the others.
N_FIRST, N_OTHERS = (60, 60) if IS_LONG else (5, 2)
AGENTS = [lambda server: Streamable(server, "a"),
          lambda server: Sse(server, "b", "2024-11-05"),
          lambda server: Modern(server, "c")]
# What a client sees of a server that is in trouble, or dying.
TROUBLE = (AssertionError, AttributeError, OSError, ValueError, KeyError,
           http.client.HTTPException, RpcError)
# An assertion that is no library's.
OURS = re.compile(r"(core|plugins)/\S+: .*Assertion")
GOOD_CODES = {0, 1, 2, 3, 4, 5, 20, 21}

pytestmark = pytest.mark.skipif(
    is_sanitized(), reason="a sanitizer wants to be loaded first")


class Life:
    """One server, from its start to its end; what it answered."""

    def __init__(self, folder, shim, name):
        self.folder = folder
        self.shim = shim
        self.name = name
        self.answered = []
        self.trouble = None     # the last there was

    def live(self):
        """Returns the exit code. The fault may come at any moment."""
        server = Server("--state-dir", self.folder / "state", "--rate", "0",
                        "--drain-timeout", "1", "--log-level", "notice",
                        plugins=("status", "budget"), env=self.shim.env)
        server._check_log = lambda: None    # it says what went wrong
        try:
            with open(server.ready_in, "rb") as pipe:
                server.ready_in = None
                server.ready = json.loads(pipe.read())
            self.work(server)
        except TROUBLE as error:
            self.trouble = error
        return self.end(server)

    def work(self, server):
        assert server.link.ready() == server.ready
        server.link.hello(after_seq=server.ready["last_seq"])
        for number, kind in enumerate(AGENTS):
            try:
                self.report(kind(server), number)
            except TROUBLE as error:
                self.trouble = error

    def report(self, agent, number):
        if not isinstance(agent, Modern):
            agent.initialize()
        for n in range(3):
            text = f"{self.name}-{number}-{n}"
            agent.report(text)
            self.answered.append(text)

    def end(self, server):
        try:
            server.stop()
            code = 0
        except (AssertionError, BrokenPipeError):
            code = server.process.wait(20)
        close_all()
        text = str(server.log)
        server.has_finished = True
        server.finish()
        assert code in GOOD_CODES or code == -signal.SIGABRT, \
            f"exit code {code}:\n{text}"
        assert not OURS.search(text), text
        if code in (1, 2, 3, 4, 5):
            assert "mcp-orchestrator: " in text or "error: " in text, \
                f"code {code} without a reason: {text}"
        return code


def kept(folder):
    """The reports in the journal, as a good start reads them."""
    server = Server("--state-dir", folder / "state").wait_ready()
    try:
        server.link.hello(after_seq=0)
        last = server.link.request("events/query", {"limit": 1})["last_seq"]
        events = [message["params"] for message in server.link.waiting
                  if message["method"] == "event"]
        server.link.waiting.clear()
        while server.link.position < last:
            events.append(server.link.event())
        return [event["payload"]["message"] for event in events
                if event["topic"] == "status_update"]
    finally:
        server.finish()


class Trial:
    """Many lives with one state directory; each has one fault."""

    def __init__(self, tmp_path):
        self.folder = tmp_path
        self.shim = Shim(tmp_path / "shim")
        self.codes = collections.Counter()
        self.answered = []
        self.n = 0

    def counts(self):
        """How often each call is made in a life without a fault."""
        life = Life(self.folder, self.shim, "whole")
        assert life.live() == 0
        assert len(life.answered) == 9, life.trouble
        self.answered += life.answered
        counts = self.shim.counts()
        assert counts["memory"] > N_MEMORY and counts["read"] > 0
        return counts

    def one(self, call, after, times=1):
        self.n += 1
        for number in self.shim.counts():
            self.shim.reset(number)
        self.shim.fail(call, after, times)
        life = Life(self.folder, self.shim, f"{call}-{after}")
        try:
            code = life.live()
        except AssertionError as error:
            raise AssertionError(f"{call}, the call {after}: {error}") \
                from error
        self.shim.mend()
        self.codes[code] += 1
        self.answered += life.answered

    def check(self):
        """Nothing is lost and nothing is there twice."""
        messages = collections.Counter(kept(self.folder))
        missing = [text for text in self.answered if messages[text] != 1]
        assert not missing, f"lost, or twice: {missing}"
        print(f"seed {SEED}: {self.n} lives, {len(self.answered)} reports "
              f"answered, exit codes {dict(self.codes)}")


def positions(count, chance):
    """Which of so many calls are tried."""
    first = list(range(1, min(count, N_FIRST) + 1))
    rest = range(N_FIRST + 1, count + 1)
    return first + sorted(chance.sample(rest, min(len(rest), N_OTHERS)))


@pytest.mark.parametrize("call", [name for name in CALLS if name != "memory"])
def test_a_call_that_fails_loses_nothing(tmp_path, call):
    trial = Trial(tmp_path)
    chance = random.Random(f"{SEED}{call}")
    for after in positions(trial.counts()[call], chance):
        trial.one(call, after)
    trial.check()


def test_200_allocations_that_fail_lose_nothing(tmp_path):
    """In the long run each one there is."""
    trial = Trial(tmp_path)
    all = range(1, trial.counts()["memory"])
    chosen = all if IS_LONG else random.Random(SEED).sample(all, N_MEMORY)
    for after in sorted(chosen):
        trial.one("memory", after)
    trial.check()
    assert trial.n >= N_MEMORY
