"""Mixed load for MCP_SECONDS (20), half of them with a journal on disk: what
the server needs does not grow, and nothing is left of those that went."""

import itertools
import os
import random
import time

import pytest

from support import LIMIT
from support.load import Account, Load, Reporter, Worker
from support.process import descriptors, resident_bytes
from support.ways import WAYS
from support.wire import Wire

SECONDS = float(os.environ.get("MCP_SECONDS", "20")) / 2
# Every bound is reached while it warms up. A call has longer than a disk takes
# that is busy with other things.
OPTIONS = ["--journal-max", 1_000_000, "--max-sessions", 100,
           "--call-timeout", 4, "--rate", 0]
ALLOWED_BYTES = 2 << 20
RUBBISH = [b"", b"GET /sse HTTP/1.1\r\n\r\n", b"POST /mcp HT", b"\0" * 4096,
           b"POST /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9\r\n"
           b"Content-Type: application/json\r\n\r\n[[[[[[[[["]


class Visitor(Worker):
    """Comes, looks around, and goes: properly, or not at all."""

    def begin(self):
        self.ways = itertools.cycle(WAYS)
        self.random = random.Random(1)

    def work(self):
        agent = next(self.ways).connect(self.load.server, name="visitor")
        agent.request("tools/list")
        call = agent.begin_call("sleep_until_cancelled")
        if hasattr(call, "cut"):
            call.cut()
        if self.random.random() < 0.5:
            agent.notify("notifications/cancelled", {"requestId": call.id})
        if getattr(agent, "session", None):
            self.leave(agent)
        for wire in agent.wire, getattr(agent, "stream_wire", None):
            if wire:
                self.random.choice([wire.close, wire.reset])()
        self.load.step()

    def leave(self, agent):
        stream = agent.open()
        if self.random.random() < 0.5:
            with Wire(agent.server.address, agent.conversation) as wire:
                wire.exchange("DELETE", agent.target, agent.headers()).body
        stream.wire.reset()


class Vandal(Worker):
    """Sends what is none, and leaves in every way."""

    def begin(self):
        self.rubbish = itertools.cycle(RUBBISH)
        self.random = random.Random(2)

    def work(self):
        wire = Wire(self.load.server.address)
        wire.send(next(self.rubbish))
        self.random.choice([wire.close, wire.reset])()
        self.load.step()


class Orchestrator(Worker):
    """Reads, acknowledges, and asks for what there is to ask."""

    def __init__(self, link, load):
        self.link = link
        super().__init__(load)

    def work(self):
        for method in "state", "agents/list", "budget/get", "events/query":
            self.link.request(method)
        self.link.request("budget/record", {"tokens": 1})
        self.link.waiting.clear()
        self.link.notify("ack", {"seq": self.link.position})


def watch(server, load, seconds):
    """The highest resident size within the time, which is looked at now and
    then; ends at once when a worker fails."""
    end = time.monotonic() + seconds
    highest = resident_bytes(server.pid)
    while time.monotonic() < end and not load.is_over.wait(0.1):
        highest = max(highest, resident_bytes(server.pid))
    return highest


def wait_for_descriptors(server, count):
    """Peers that went are noticed in the loop's next turns."""
    end = time.monotonic() + LIMIT
    while (now := descriptors(server.pid)) > count:
        assert time.monotonic() < end, f"{now} descriptors, not {count}"
        with Wire(server.address) as wire:
            wire.exchange("GET", "/healthz").body


def soak(server):
    """Returns the highest resident sizes: when it was warm, and from then to
    the end."""
    load = Load(server)
    workers = [Reporter(Account(f"agent-{n}", way), load)
               for n, way in enumerate(WAYS)]
    workers += [Visitor(load), Vandal(load), Orchestrator(server.link, load)]
    warming = min(SECONDS / 2, 60)
    warm = watch(server, load, warming)
    warm = max(warm, watch(server, load, (SECONDS - warming) / 2))
    last = watch(server, load, (SECONDS - warming) / 2)
    load.stop()
    for worker in workers:
        worker.join()
    print(f"{load.steps} steps; {warm} bytes warm, {last} at the end")
    assert load.steps > 10 * SECONDS
    return warm, last


@pytest.mark.parametrize("options", [[], ["--state-dir"]],
                         ids=["memory", "disk"])
def test_memory_and_descriptors_stay_as_they_are(start, tmp_path, options):
    server = start(*OPTIONS, *options, *(tmp_path / "state" for _ in options),
                   plugins=("status", "budget", "flow"))
    server.link.hello()
    before = descriptors(server.pid)
    warm, last = soak(server)
    assert last <= warm + ALLOWED_BYTES
    wait_for_descriptors(server, before)
