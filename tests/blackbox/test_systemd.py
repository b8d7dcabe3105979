"""What a service manager hands over: listening sockets, and a socket that is
told how far the server is."""

import os
import re
import signal
import socket
import subprocess
import sys

import pytest

from support import LIMIT
from support.client import Streamable
from support.server import program
from support.wire import Wire

# The process that has LISTEN_PID is the one that exec makes the server.
HAND_OVER = """
import os, sys
n, descriptors, *command = sys.argv[1:]
for place, descriptor in enumerate(descriptors.split(), 3):
    os.dup2(int(descriptor), place)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS=n)
os.execv(command[0], command)
"""


def handed(*sockets, n=None):
    """Arguments of Server by which it gets these sockets, from 3 on."""
    descriptors = [one.fileno() for one in sockets]
    return {"prefix": [sys.executable, "-c", HAND_OVER,
                       str(len(sockets) if n is None else n),
                       " ".join(map(str, descriptors))],
            "pass_fds": descriptors}


def listening(family=socket.AF_INET, address=("127.0.0.1", 0)):
    listener = socket.socket(family)
    listener.bind(address)
    listener.listen()
    return listener


def refused(*sockets, n=None, options=()):
    """The sentence of a start that fails."""
    more = handed(*sockets, n=n)
    done = subprocess.run([*more["prefix"], program(), "--port", "0",
                           *options], pass_fds=more["pass_fds"],
                          capture_output=True, text=True, timeout=LIMIT)
    assert done.returncode == 2, done.stderr
    return done.stderr


def report(server):
    client = Streamable(server)
    client.initialize()
    client.report("here")
    assert server.link.reports(1)[0]["message"] == "here"


def test_agents_are_served_on_the_socket_that_was_handed_over(start):
    with listening() as listener:
        server = start(**handed(listener))
        server.link.hello()
        assert server.ready["host"] == "127.0.0.1"
        assert server.ready["port"] == listener.getsockname()[1]
        report(server)


def test_who_connects_before_the_start_is_answered(launch):
    with listening() as listener:
        wire = Wire(listener.getsockname())
        wire.ask("GET", "/healthz")
        server = launch(**handed(listener)).wait_ready()
        assert wire.response("GET").status == 200
        server.stop()


def test_a_unix_socket_is_served_and_its_file_stays(start, tmp_path):
    path = str(tmp_path / "socket")
    with listening(socket.AF_UNIX, path) as listener:
        server = start(**handed(listener))
        assert server.ready["unix"] == path
        assert Wire(path).exchange("GET", "/healthz").status == 200
        server.stop()
    assert os.path.exists(path)


def test_one_of_each_kind_is_served(start, tmp_path):
    path = str(tmp_path / "socket")
    with listening(socket.AF_UNIX, path) as unix, listening() as tcp:
        server = start(**handed(unix, tcp))
        assert server.ready["port"] == tcp.getsockname()[1]
        for address in path, server.address:
            assert Wire(address).exchange("GET", "/healthz").status == 200


def test_what_is_meant_for_another_process_is_left_alone(start):
    with listening() as listener:
        server = start(env={"LISTEN_PID": "1", "LISTEN_FDS": "1"},
                       pass_fds=[listener.fileno()])
        assert server.ready["port"] != listener.getsockname()[1]


def test_two_sockets_of_a_kind_are_refused():
    with listening() as one, listening() as two:
        assert "descriptor 4: a second TCP socket" in refused(one, two)


def test_a_socket_that_does_not_listen_is_refused():
    with socket.socket() as other:
        assert "descriptor 3: not a listening stream socket" in refused(other)


def test_a_descriptor_that_is_not_there_is_refused():
    with listening() as listener:
        assert "descriptor 4: not open" in refused(listener, n=2)


@pytest.mark.parametrize("n", ["x", "-1", "65"])
def test_what_is_no_number_of_descriptors_is_refused(n):
    assert "expected a number from 0 to 64" in refused(n=n)


def test_an_address_that_others_reach_needs_tokens_or_none_spelled_out():
    with listening(address=("0.0.0.0", 0)) as listener:
        assert "--auth none" in refused(listener)


def test_a_descriptor_has_one_use():
    with listening() as listener:
        assert "descriptor 3: --control or --ready-fd has it" in refused(
            listener, options=["--ready-fd", "3", "--control", "none"])


@pytest.mark.parametrize("is_abstract", [False, True])
def test_the_manager_is_told_of_readiness_and_of_the_end(start, tmp_path,
                                                         is_abstract):
    path = f"@mcp-{os.getpid()}-{tmp_path.name}" if is_abstract \
        else str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.settimeout(LIMIT)
        manager.bind(path.replace("@", "\0"))
        server = start(env={"NOTIFY_SOCKET": path})
        assert manager.recv(4096).splitlines()[0] == b"READY=1"
        server.stop()
        assert manager.recv(4096).splitlines()[0] == b"STOPPING=1"


def test_the_manager_is_told_of_a_reload(start, tmp_path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.settimeout(LIMIT)
        manager.bind(str(tmp_path / "notify"))
        server = start(env={"NOTIFY_SOCKET": str(tmp_path / "notify")})
        assert b"READY=1" in manager.recv(4096)
        server.signal(signal.SIGHUP)
        assert re.match(rb"RELOADING=1\nMONOTONIC_USEC=\d+\n",
                        manager.recv(4096))
        assert manager.recv(4096).startswith(b"READY=1\n")
        server.stop()


@pytest.mark.parametrize("path", ["relative", "/" + "x" * 200])
def test_a_place_to_tell_that_is_none_is_refused(path):
    done = subprocess.run([program(), "--port", "0"], capture_output=True,
                          text=True, timeout=LIMIT,
                          env={**os.environ, "NOTIFY_SOCKET": path})
    assert done.returncode == 2
    assert "NOTIFY_SOCKET: expected a path" in done.stderr
