"""Plugins that harm the process they are in. In the server's process the
promise is a clear end, with a line that says whose fault it was, or that nobody
else notices."""

import pathlib
import re
import shutil
import subprocess
import time

import pytest

from support import LIMIT
from support.client import RpcError, Streamable
from support.server import build_dir

HERE = pytest.mark.parametrize("where", ["", "_here"])


@pytest.fixture
def wild(start):
    server = start(plugins=("wild", "status"))
    server.link.hello()
    return server


def connect(server):
    agent = Streamable(server)
    agent.initialize()
    return agent


def children(server):
    """Processes of the server's that still run."""
    return [pid for pid in
            pathlib.Path(f"/proc/{server.pid}/task/{server.pid}/children")
            .read_text().split()
            if " (" in (stat := pathlib.Path(f"/proc/{pid}/stat").read_text())
            and stat.rpartition(")")[2].split()[0] != "Z"]


def go_down(server, tool, code, words, **arguments):
    """Calls a tool that ends the server, which then has to have said so."""
    server.announce(words)
    connect(server).begin_call(tool, arguments)
    server.wait(code)


# -- it goes down --

needs_cxx = pytest.mark.skipif(
    not (build_dir() / "tests/plugins/.hostile/throws.so").exists(),
    reason="built without a C++ compiler")


@needs_cxx
@HERE
def test_an_exception_that_nobody_catches_is_named(start, where):
    server = start(plugins=("throws",))
    server.link.hello()
    go_down(server, f"throw{where}", -6,
            f"^error: plugin 'throws', called for throw{where}, .*SIGABRT"
            ".*--isolate throws")
    assert "nobody catches me" in str(server.log)


@HERE
def test_exit_is_never_taken_for_a_good_end(wild, where):
    go_down(wild, f"exit{where}", 1,
            f"^error: plugin 'wild', called for exit{where}, .* by exit",
            status="0")


@HERE
def test_a_crash_is_named_in_json_too(start, where):
    server = start("--log-format", "json", plugins=("wild",))
    server.link.hello()
    go_down(server, f"exit{where}", 1, r'^{"level":"error","message":"plugin '
            r"'wild', called for exit", status="3")


@HERE
def test_without_its_descriptors_the_server_ends(wild, where):
    """It does not go on half alive."""
    go_down(wild, f"close_all{where}", -6, "^error: .* SIGABRT")


# -- it stays --

@HERE
def test_a_fork_that_comes_back_is_ended(wild, where):
    wild.announce(f"^error: plugin 'wild', called for fork{where}, came back "
                  "in a process that it had forked")
    agent = connect(wild)
    assert agent.call(f"fork{where}")["content"][0]["text"] != "0"
    end = time.monotonic() + LIMIT
    while children(wild):
        assert time.monotonic() < end
        time.sleep(0.01)
    agent.report("still here")
