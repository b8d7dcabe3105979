"""What surrounds a server goes wrong: its clock, its descriptors, its memory,
its standard error, its journal, and who launched it."""

import json
import os
import pathlib
import resource
import select
import signal
import socket
import subprocess
import sys
import time

import pytest

from support import LIMIT, until
from support.client import RpcError, Sse, Streamable
from support.modern import Modern
from support.process import descriptors, is_running
from support.server import Server, plugin_dir, program
from support.shim import Shim, is_sanitized
from support.wire import Wire

WITHOUT_SANITIZER = pytest.mark.skipif(
    is_sanitized(), reason="a sanitizer has its own memory, and comes first")


@pytest.fixture
def many_descriptors():
    """For our side of a thousand connections."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(max(soft, 4096), hard),
                                                hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def messages_of(server, count):
    return [report["message"] for report in server.link.reports(count)]


# -- the clock --

@WITHOUT_SANITIZER
@pytest.mark.parametrize("options", [[], ["--state-dir"]],
                         ids=["memory", "disk"])
def test_a_clock_that_is_set_back_and_forth_changes_nothing(start, tmp_path,
                                                            options):
    shim = Shim(tmp_path / "shim")
    server = start(*options, *(tmp_path / "state" for _ in options),
                   env=shim.env, plugins=("status", "flow"))
    server.link.hello()
    agents = [Streamable(server, "a"), Sse(server, "b"), Modern(server, "c")]
    for agent in agents[:2]:
        agent.initialize()
    for number, seconds in enumerate([0, -3600, 86400, -400 * 86400, 0]):
        shim.move_clock(seconds)
        for agent in agents:
            agent.report(f"{agent.name}{number}")
        assert agents[0].call("echo", {"text": "x"})["content"]
    assert messages_of(server, 15) == [
        f"{name}{number}" for number in range(5) for name in "abc"]
    state = server.link.request("state")
    assert state["n_sessions"] == 2


# -- descriptors --

@pytest.mark.threads
def test_without_descriptors_nobody_is_lost(start):
    """While there is none, a client is told so or waits; then all is well."""
    server = start()
    server.link.hello()
    agent = Streamable(server)
    agent.initialize()
    stream = agent.open()
    before = descriptors(server.pid)
    soft, hard = resource.prlimit(server.pid, resource.RLIMIT_NOFILE)
    resource.prlimit(server.pid, resource.RLIMIT_NOFILE, (before + 2, hard))
    peers = [socket.create_connection(server.address, LIMIT)
             for _ in range(50)]
    for peer in peers:
        peer.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
    agent.report("meanwhile")
    for peer in peers:
        peer.close()
    resource.prlimit(server.pid, resource.RLIMIT_NOFILE, (soft, hard))
    new = Streamable(server)
    new.initialize()
    new.report("after")
    assert messages_of(server, 2) == ["meanwhile", "after"]
    stream.wire.close()


# -- memory --

@WITHOUT_SANITIZER
def test_a_memory_limit_loses_nothing_that_was_answered(tmp_path):
    """An abort in a library is a kill; before it, or instead of it, reports
    are refused."""
    answered = []
    for life in range(3):
        server = Server("--state-dir", tmp_path / "state", "--rate", "0")
        server._check_log = lambda: None
        server.wait_ready()
        server.link.hello()
        status = pathlib.Path(f"/proc/{server.pid}/statm").read_text()
        size = int(status.split()[0]) * resource.getpagesize()
        resource.prlimit(server.pid, resource.RLIMIT_AS,
                         (size + life * (1 << 20),) * 2)
        try:
            agent = Streamable(server)
            agent.initialize()
            for number in range(10):
                agent.report(f"{life}-{number}-" + "x" * (number * 400_000))
                answered.append(f"{life}-{number}")
        except (AssertionError, OSError, ValueError, RpcError):
            pass
        end(server)
    server = Server("--state-dir", tmp_path / "state").wait_ready()
    server.link.hello(after_seq=0)
    kept = []
    while server.link.position < server.ready["last_seq"]:
        event = server.link.event()
        if event["topic"] == "status_update":
            kept.append(event["payload"]["message"].rsplit("-", 1)[0])
    server.finish()
    assert [text for text in kept if text in answered] == answered


def end(server):
    """Its end, which may have been an abort."""
    try:
        server.stop()
    except (AssertionError, BrokenPipeError):
        assert server.process.wait(LIMIT) in (0, 1, -signal.SIGABRT)
    server.has_finished = True
    server.finish()


# -- standard error --

def launch(err, *options):
    """A server whose standard error is that; (process, its address)."""
    process = subprocess.Popen(
        [program(), "--control", "stdio", "--port", "0", "--log-level",
         "debug", "--plugin-dir", plugin_dir("status"), *options],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=err)
    server = type("Place", (), {})()
    server.ready = json.loads(process.stdout.readline())["params"]
    server.address = "127.0.0.1", server.ready["port"]
    server.process = process
    return server


def test_a_full_standard_error_holds_nobody_up():
    read, write = os.pipe()
    server = launch(write, "--rate", "0")
    agent = Streamable(server)
    agent.initialize()
    for number in range(2000):       # much more than a pipe holds
        agent.notify(f"notifications/{'x' * 80}{number}")
        agent.report("one")
        if not select.select([], [write], [], 0)[1] and number > 100:
            break
    server.process.communicate(timeout=LIMIT)
    assert server.process.returncode == 0
    os.close(read)
    os.close(write)


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().split(") ")[1]
    user, system = fields.split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def test_a_dead_standard_error_costs_no_time():
    """No loop that tries again and again."""
    read, write = os.pipe()
    server = launch(write)
    os.close(write)
    os.close(read)
    agent = Streamable(server)
    agent.initialize()
    agent.report("one")
    before = cpu_seconds(server.process.pid)
    time.sleep(0.5)
    assert cpu_seconds(server.process.pid) - before < 0.2
    server.process.communicate(timeout=LIMIT)
    assert server.process.returncode == 0


# -- the journal --

def test_a_journal_that_is_deleted_while_it_runs_costs_no_agent(start,
                                                                tmp_path):
    """Its file has no name any more, but the server still has it."""
    server = start("--state-dir", tmp_path / "state")
    server.link.hello()
    agent = Streamable(server)
    agent.initialize()
    agent.report("before")
    for file in (tmp_path / "state").glob("journal*"):
        file.unlink()
    server.announce("journal")
    refused = 0
    for number in range(20):
        result = agent.call("update_status", {
            "phase": "review", "status": "progress", "message": f"{number}"})
        refused += bool(result.get("isError"))
    told = len(messages_of(server, 21 - refused))
    assert told + refused == 21
    if not refused:
        server.announced.clear()
    server.stop()


@pytest.mark.parametrize("where", ["journal.db", "journal.db-wal"])
def test_a_journal_that_is_damaged_while_it_runs_is_told(tmp_path, where):
    """Reports are taken or refused, never lost after they were taken; the
    next start reads it or says what is wrong."""
    server = Server("--state-dir", tmp_path / "state")
    server._check_log = lambda: None
    server.wait_ready()
    server.link.hello()
    agent = Streamable(server)
    agent.initialize()
    agent.report("before")
    file = tmp_path / "state" / where
    if not file.exists():
        pytest.skip(f"there is no {where}")
    size = file.stat().st_size
    with open(file, "r+b") as damaged:
        damaged.write(os.urandom(size))
    for number in range(20):
        result = agent.call("update_status", {
            "phase": "review", "status": "progress",
            "message": f"{number}" + "x" * 10_000})
        assert result["content"][0]["text"]
    with Wire(server.address) as wire:
        assert wire.exchange("GET", "/healthz").status == 200
    end(server)
    again = Server("--state-dir", tmp_path / "state")
    again._check_log = lambda: None
    with open(again.ready_in, "rb") as pipe:
        again.ready_in = None
        is_ready = bool(pipe.read())
    if not is_ready:
        assert again.process.wait(LIMIT) == 5
        assert "journal" in str(again.log)
    again.has_finished = True
    if is_ready:
        again.stop()
    again.finish()


# -- the end --

@pytest.mark.threads
def test_a_thousand_streams_and_ten_calls_drain(start, many_descriptors):
    server = start("--max-connections", "3000", "--drain-timeout", "2",
                   plugins=("status", "flow"))
    server.link.hello()
    peers = []
    for _ in range(1000):
        peer = socket.create_connection(server.address, LIMIT)
        peer.sendall(b"GET /sse HTTP/1.1\r\nHost: localhost\r\n\r\n")
        peers.append(peer)
    agent = Streamable(server)
    agent.initialize()
    calls = [agent.begin_call("hold", {"gate": f"{n}"}) for n in range(10)]
    for _ in calls:
        server.link.event("flow.waiting")
    server.signal()
    server.link.notification("draining")
    for peer in peers:
        while peer.recv(1 << 16):
            pass
        peer.close()
    server.announce("the drain timeout is over")
    server.announce("10 calls were cut")
    server.wait(21)                 # nobody opened the gates
    for call in calls:
        assert call.finish()


def test_who_keeps_standard_input_open_does_not_keep_the_server():
    """A wrapper that lives on has the pipe; the orchestrator is dead."""
    read, write = os.pipe()
    ready_in, ready_out = os.pipe()
    code = ("import subprocess, sys, time\n"
            "subprocess.Popen(sys.argv[1:], stdin=0, stdout=2, "
            "pass_fds=[int(sys.argv[-1])])\n"
            "time.sleep(600)\n")
    orchestrator = subprocess.Popen(
        [sys.executable, "-c", code, program(), "--control", "stdio",
         "--port", "0", "--plugin-dir", plugin_dir("status"), "--ready-fd",
         str(ready_out)], stdin=read, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, pass_fds=[ready_out])
    os.close(ready_out)
    os.close(read)
    with open(ready_in, "rb") as pipe:
        ready = json.loads(pipe.readline())     # it is open elsewhere, too
    orchestrator.kill()
    orchestrator.wait()
    until(lambda: not is_running(ready["pid"]))
    os.close(write)
