"""MCP_ROUNDS (100) reloads while agents call as fast as they can: no call fails,
none is lost, and what it costs is the code that stays mapped."""

import os
import pathlib
import shutil
import time

import pytest

from support import LIMIT, until
from support.load import Load, Worker
from support.process import descriptors, resident_bytes
from support.server import plugin_file, program
from support.ways import WAYS
from support.wire import Wire

ROUNDS = int(os.environ.get("MCP_ROUNDS", "100"))
# Of a plugin whose file has some 20 kB, mapped and initialised; and of what the
# load itself needs. Sanitizers want more for each.
COPY_BYTES = 64 << 10
SANITIZED_BYTES = 1 << 20
LOAD_BYTES = 8 << 20


class Caller(Worker):
    """Calls what never blocks, and what counts on a thread."""

    def __init__(self, load, way):
        self.way = way
        self.n_counted = 0
        self.versions = set()
        super().__init__(load)

    def begin(self):
        self.agent = self.way.connect(self.load.server)

    def work(self):
        version = self.text("turn_version")[0]
        assert version in "12", version
        self.versions.add(version)
        self.text("turn_count")
        self.n_counted += 1
        self.load.step()

    def text(self, tool):
        result = self.agent.call(tool)
        assert not result.get("isError"), result
        return result["content"][0]["text"]


def is_sanitized():
    code = pathlib.Path(program()).read_bytes()
    return b"__asan_init" in code or b"__tsan_init" in code


def install(version, path):
    beside = path / ".new"
    shutil.copy(plugin_file(version), beside)
    beside.chmod(0o755)
    beside.rename(path / "turn.so")


def reload(server, path, n):
    install(f"turn{n % 2 + 1}", path)
    (change,) = server.link.request("plugins/reload")["plugins"]
    assert change["change"] == "replaced", change
    assert change["version"] == str(n % 2 + 1)
    server.link.waiting.clear()
    server.link.notify("ack", {"seq": server.link.position})


def wait_for_drained(server):
    end = time.monotonic() + LIMIT
    while True:
        (row,) = server.link.request("plugins/list")["plugins"]
        if row["draining"] == 0:
            return row
        assert time.monotonic() < end, row


def wait_for_descriptors(server, count):
    end = time.monotonic() + LIMIT
    while (now := descriptors(server.pid)) > count:
        assert time.monotonic() < end, f"{now} descriptors, not {count}"
        with Wire(server.address) as wire:
            wire.exchange("GET", "/healthz").body


@pytest.mark.threads
def test_no_call_fails_while_a_plugin_is_reloaded_again_and_again(start,
                                                                  tmp_path):
    install("turn1", tmp_path)
    tmp_path.chmod(0o755)
    server = start("--plugin-dir", tmp_path, "--rate", 0, plugins=None)
    server.link.hello()
    before = descriptors(server.pid)
    load = Load(server)
    callers = [Caller(load, way) for way in WAYS]
    for n in range(1, 6):
        reload(server, tmp_path, n)
        until(lambda: load.is_over.is_set() or all(
            str(n % 2 + 1) in caller.versions for caller in callers))
    warm = resident_bytes(server.pid)
    for n in range(6, ROUNDS + 6):
        reload(server, tmp_path, n)
        assert not load.is_over.is_set(), [c.error for c in callers]
    last = resident_bytes(server.pid)
    load.stop()
    for caller in callers:
        caller.join()
        assert caller.versions == {"1", "2"}
    print(f"{ROUNDS} reloads, {load.steps} rounds of calls; "
          f"{(last - warm) // ROUNDS} bytes for each")
    row = wait_for_drained(server)
    assert (row["copies"], row["stuck"]) == (ROUNDS + 6, 0)
    agent = WAYS[0].connect(server)
    assert int(agent.call("turn_count")["content"][0]["text"]) \
        == sum(caller.n_counted for caller in callers) + 1
    copy = SANITIZED_BYTES if is_sanitized() else COPY_BYTES
    assert last - warm <= copy * ROUNDS + LOAD_BYTES
    agent.wire.close()
    for caller in callers:
        caller.agent.wire.close()
        if hasattr(caller.agent, "stream_wire"):
            caller.agent.stream_wire.close()
    wait_for_descriptors(server, before)
