"""The end: what starts it, what still happens, and the exit code."""

import contextlib
import ctypes
import json
import os
import signal
import subprocess
import types

import pytest

from support import LIMIT
from support.client import Sse, Streamable
from support.server import plugin_dir, program

PR_SET_CHILD_SUBREAPER = 36


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_first_signal_ends_it_with_0(server, number):
    server.signal(number)
    assert server.link.notification("draining")["timeout_ms"] == 10000
    server.wait(0)


def test_the_end_of_the_link_ends_it_with_0(server):
    server.link.close()
    server.wait(0)


def test_shutdown_is_answered_then_it_ends_with_0(server):
    server.link.request("shutdown")
    server.wait(0)


def test_drain_ends_it_with_0(server):
    server.link.request("drain", {"timeout_ms": 5000})
    assert server.link.notification("draining")["timeout_ms"] == 5000
    server.wait(0)


def test_the_end_of_the_link_does_not_end_one_that_keeps_running(start):
    server = start("--keep-running")
    server.link.close()
    agent = Streamable(server)
    agent.initialize()
    agent.report("still here")
    server.signal()
    server.wait(0)


def test_a_client_with_an_open_stream_does_not_delay_the_end(server):
    agents = [Sse(server), Sse(server, target="/messages")]
    streamable = Streamable(server)
    streamable.initialize()
    streams = [agent.events for agent in agents] + [streamable.open()]
    server.signal()
    for stream in streams:
        assert stream.ends()
    server.wait(0)


def test_many_streams_all_end_properly(server):
    agents = [Sse(server) for _ in range(200)]
    server.signal()
    for agent in agents:
        assert agent.events.ends()
    server.wait(0)


@contextlib.contextmanager
def adopting():
    """Grandchildren whose parent ends become our children meanwhile."""
    libc = ctypes.CDLL(None)
    libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    try:
        yield
    finally:
        libc.prctl(PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0)


def test_it_ends_with_20_when_its_parent_is_gone():
    with adopting():
        parent = subprocess.Popen(
            ["/bin/sh", "-c", 'exec 3<&0; "$@" <&3 & wait', "sh", program(),
             "--control", "stdio", "--port", "0", "--plugin-dir",
             plugin_dir("status")],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE)
        line = parent.stdout.readline()
        assert b'"ready"' in line, parent.stderr.read()
        pid = int(line.split(b'"pid":')[1].split(b",")[0])
        parent.kill()
        parent.wait()
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 20
    parent.communicate()


def test_it_ends_with_20_when_the_process_of_parent_is_gone(launch):
    other = subprocess.Popen(["/bin/cat"], stdin=subprocess.PIPE)
    server = launch("--parent", other.pid, control="none").wait_ready()
    other.communicate()
    server.wait(20)


def test_a_parent_that_is_gone_before_the_start_is_noticed(launch):
    other = subprocess.Popen(["/bin/true"])
    other.wait()
    server = launch("--parent", other.pid, control="none")
    server.announce("parent")
    server.wait(20)


def test_a_dead_standard_error_ends_nothing():
    read, write = os.pipe()
    os.close(read)
    process = subprocess.Popen(
        [program(), "--control", "stdio", "--port", "0", "--log-level",
         "debug", "--plugin-dir", plugin_dir("status")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=write)
    os.close(write)
    server = types.SimpleNamespace(
        ready=json.loads(process.stdout.readline())["params"])
    server.address = "127.0.0.1", server.ready["port"]
    for _ in range(10):
        agent = Streamable(server)
        agent.initialize()
        agent.report("one")
    process.communicate(timeout=LIMIT)
    assert process.returncode == 0
