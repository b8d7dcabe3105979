"""The process: its descriptors, whatever they are, and its signals."""

import json
import os
import re
import signal
import socket
import subprocess
import time

import pytest

from support import LIMIT
from support.server import plugin_dir, program, run

HELLO = (b'{"jsonrpc":"2.0","id":1,"method":"hello",'
         b'"params":{"protocol":1}}\n')


def command(*options):
    return [program(), "--plugin-dir", plugin_dir("status"), *options]


# -- standard input and output --

def test_a_file_can_be_the_orchestrator(tmp_path):
    (tmp_path / "in").write_bytes(HELLO)
    with open(tmp_path / "in") as lines, open(tmp_path / "out", "wb") as out:
        subprocess.run(command("--control", "stdio"), stdin=lines, stdout=out,
                       stderr=subprocess.DEVNULL, timeout=LIMIT, check=True)
    first, second, *rest = map(
        json.loads, (tmp_path / "out").read_text().splitlines())
    assert first["method"] == "ready"
    assert second["id"] == 1 and second["result"]["protocol"] == 1
    assert "plugin.loaded" in [m["params"].get("topic") for m in rest]


def test_a_socket_can_be_the_link():
    ours, theirs = socket.socketpair()
    process = subprocess.Popen(command("--control", "stdio"), stdin=theirs,
                               stdout=theirs, stderr=subprocess.DEVNULL)
    theirs.close()
    ours.settimeout(LIMIT)
    with ours, ours.makefile("rb") as lines:
        assert json.loads(lines.readline())["method"] == "ready"
        ours.sendall(HELLO)
        assert "result" in json.loads(lines.readline())
        ours.shutdown(socket.SHUT_WR)
        assert process.wait(LIMIT) == 0


def test_a_terminal_can_be_the_link():
    ours, theirs = os.openpty()
    process = subprocess.Popen(command("--control", "stdio"), stdin=theirs,
                               stdout=theirs, stderr=subprocess.DEVNULL)
    os.close(theirs)
    with os.fdopen(ours, "r+b", buffering=0) as terminal:
        line = b""
        while b"\n" not in line:
            line += terminal.read(65536)
        assert b'"ready"' in line
        process.send_signal(signal.SIGTERM)
        assert process.wait(LIMIT) == 0


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_standard_descriptors_do_no_harm(closed):
    done = subprocess.run(
        ["/bin/sh", "-c", f'exec "$@" {closed}', "sh", program(), "--version"],
        capture_output=True, timeout=LIMIT)
    assert done.returncode == 0


def test_a_closed_standard_input_is_exit_2_with_stdio():
    done = subprocess.run(
        ["/bin/sh", "-c", 'exec "$@" <&-', "sh",
         *command("--control", "stdio")],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=LIMIT)
    assert done.returncode == 2
    assert b"standard input" in done.stderr


def test_flags_that_others_share_stay_as_they_are():
    in_read, in_write = os.pipe()
    out_read, out_write = os.pipe()
    process = subprocess.Popen(command("--control", "stdio"), stdin=in_read,
                               stdout=out_write, stderr=subprocess.DEVNULL)
    assert b'"ready"' in os.read(out_read, 65536)
    assert os.get_blocking(in_read) and os.get_blocking(out_write)
    os.close(in_write)
    assert process.wait(LIMIT) == 0
    for fd in in_read, out_read, out_write:
        os.close(fd)


# -- ready --

def test_ready_can_go_to_standard_output():
    process = subprocess.Popen(
        command("--control", "none", "--ready-fd", "1"),
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    with process.stdout as out:
        assert json.loads(out.readline())["ready"] == 1
        assert out.read() == b""
    # What a plugin prints does not go to whom comes next.
    assert os.readlink(f"/proc/{process.pid}/fd/1") == "/dev/null"
    process.terminate()
    assert process.wait(LIMIT) == 0


@pytest.mark.parametrize("fd", ["1", "2", "77"])
def test_a_descriptor_of_another_use_is_exit_2(fd):
    code, _, errors = run("--ready-fd", fd)
    assert code == 2 and f"--ready-fd {fd}" in errors


# -- signals --

def test_without_a_terminal_sighup_is_told_and_ends_nothing(server):
    server.signal(signal.SIGHUP)
    server.log.wait(re.compile("SIGHUP"))
    server.stop()


def test_with_a_terminal_sighup_ends_the_server():
    ours, theirs = os.openpty()
    ready_in, ready_out = os.pipe()
    process = subprocess.Popen(
        command("--ready-fd", str(ready_out)), stdin=theirs,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        pass_fds=[ready_out])
    os.close(ready_out)
    assert os.read(ready_in, 65536)
    process.send_signal(signal.SIGHUP)
    assert process.wait(LIMIT) == 0
    for fd in ours, theirs, ready_in:
        os.close(fd)


def is_caught(pid, number):
    """Whether the process has a handler for this signal."""
    with open(f"/proc/{pid}/status") as status:
        caught = next(line for line in status if line.startswith("SigCgt:"))
    return bool(int(caught.split()[1], 16) & 1 << (number - 1))


def test_a_signal_while_plugins_are_loaded_ends_the_start():
    process = subprocess.Popen(
        [program(), "--plugin-dir", plugin_dir("init_hangs"),
         "--plugin-timeout", "2"], stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    end = time.monotonic() + LIMIT
    while not is_caught(process.pid, signal.SIGTERM):
        assert time.monotonic() < end
        time.sleep(0.001)
    process.terminate()
    out, errors = process.communicate(timeout=LIMIT)
    assert process.returncode == 0, errors
    assert b"ready" not in out
    assert b"ending: SIGTERM" in errors
