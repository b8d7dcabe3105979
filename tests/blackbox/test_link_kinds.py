"""Where the link can be: an inherited socket, and a named one to which one
orchestrator after the other connects."""

import os
import pathlib
import socket
import stat
import subprocess
import sys

import pytest

from support import until
from support.client import Streamable
from support.link import LinkError, connect
from support.server import run

KINDS = ["stdio", "fd", "unix"]


@pytest.fixture
def of_kind(start, tmp_path):
    """Starts a program with a link of this kind."""
    def of_kind(kind, *options, **more):
        if kind == "unix":
            kind = f"unix:{tmp_path}/link"
        return start(*options, control=kind, **more)
    return of_kind


@pytest.fixture
def named(of_kind):
    """A program with a named socket, and its path."""
    server = of_kind("unix")
    return server, server.control[5:]


def report(server, *texts):
    agent = Streamable(server)
    agent.initialize()
    for text in texts:
        agent.report(text)


def messages(link, count):
    return [payload["message"] for payload in link.reports(count)]


# -- all kinds --

@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_carries_the_same(of_kind, kind):
    server = of_kind(kind)
    report(server, "a", "b")
    server.link.hello()
    assert messages(server.link, 2) == ["a", "b"]
    server.link.send(b"nonsense\n")
    assert server.link.response_to_nothing()["error"]["code"] == -32700
    server.link.request("shutdown")
    assert server.link.notification("draining")["reason"] == "shutdown"
    server.link.rest()
    server.wait()


@pytest.mark.parametrize("kind", KINDS)
def test_a_reader_that_stalls_misses_nothing(of_kind, kind):
    server = of_kind(kind)
    server.link.hello()
    report(server, *(f"{n}" + "x" * 100_000 for n in range(40)))
    got = messages(server.link, 40)
    assert [text.rstrip("x") for text in got] == [f"{n}" for n in range(40)]


# -- an inherited socket --

def test_the_end_of_an_inherited_socket_ends_the_server(of_kind):
    server = of_kind("fd")
    server.link.leave()
    server.wait()


def test_with_keep_running_it_does_not(of_kind):
    server = of_kind("fd", "--keep-running")
    server.link.close()
    report(server, "still here")
    server.signal()
    server.wait()


def test_the_parent_is_watched_with_an_inherited_socket(tmp_path):
    """A launcher that dies without closing what a child of it still holds."""
    program = os.path.join(os.environ["MCP_BUILDDIR"], "mcp-orchestrator")
    launcher = (
        "import os, socket, subprocess, sys\n"
        "ours, theirs = socket.socketpair()\n"
        "os.set_inheritable(ours.fileno(), True)\n"
        "child = subprocess.Popen([sys.argv[1], '--port', '0', '--control',\n"
        "    f'fd:{theirs.fileno()}'],\n"
        "    pass_fds=[theirs.fileno(), ours.fileno()])\n"
        "ours.recv(1)\n"
        "print(child.pid, flush=True)\n")
    done = subprocess.run([sys.executable, "-c", launcher, program],
                          capture_output=True, text=True, timeout=60)
    # The server has standard error, too: that it ended is that run returned.
    assert "the parent is gone" in done.stderr, done.stderr


@pytest.mark.parametrize("value, text", [
    ("fd:99", "not an open descriptor"), ("fd:0", "from 3 on"),
    ("fd:x", "number of an inherited"), ("unix:", "1 to 107 bytes"),
    ("unix:" + "x" * 108, "1 to 107 bytes"), ("fd", "fd:N, unix:PATH"),
    ("udp", "expected one of none, debug, stdio, fd:N, unix:PATH")])
def test_a_place_that_is_none_is_told(value, text):
    code, _, errors = run("--control", value)
    assert code == 2
    assert text in errors


def test_a_pipe_is_no_socket():
    read, write = os.pipe()
    done = subprocess.run(
        [os.path.join(os.environ["MCP_BUILDDIR"], "mcp-orchestrator"),
         "--control", f"fd:{write}"], pass_fds=[write], text=True,
        capture_output=True, timeout=60)
    assert done.returncode == 2
    assert "one end of a socketpair" in done.stderr
    os.close(read)
    os.close(write)


def test_a_socket_whose_other_end_is_closed_is_refused():
    ours, theirs = socket.socketpair()
    ours.close()
    done = subprocess.run(
        [os.path.join(os.environ["MCP_BUILDDIR"], "mcp-orchestrator"),
         "--control", f"fd:{theirs.fileno()}"], pass_fds=[theirs.fileno()],
        text=True, capture_output=True, timeout=60)
    theirs.close()
    assert done.returncode == 2
    assert "the other end of the socket is closed" in done.stderr


# -- a named socket --

def test_only_we_may_use_the_socket(named):
    _, path = named
    status = os.stat(path)
    assert stat.S_ISSOCK(status.st_mode)
    assert stat.S_IMODE(status.st_mode) == 0o600


def test_it_is_gone_after_the_end(named):
    server, path = named
    server.signal()
    server.wait()
    assert not os.path.exists(path)


def connect_early(server, path):
    """As soon as the socket is there; the server may not be ready yet."""
    def try_it():
        try:
            return connect(path)
        except (FileNotFoundError, ConnectionRefusedError):
            assert server.process.poll() is None, str(server.log)
            return None
    return until(try_it)


def test_who_connects_before_it_is_ready_gets_ready(launch, tmp_path):
    path = tmp_path / "link"
    server = launch(control=f"unix:{path}")
    early = connect_early(server, path)
    server.wait_ready()
    assert early.ready() == server.ready
    early.leave()


def test_an_orchestrator_that_comes_again_reads_on(named):
    server, path = named
    server.link.hello()
    report(server, "a", "b")
    last = [server.link.event("status_update")["seq"] for _ in range(2)][-1]
    server.link.leave()
    report(server, "c", "d")
    server.link = connect(path)
    server.link.ready()
    server.link.hello(after_seq=last)
    assert messages(server.link, 2) == ["c", "d"]
    report(server, "e")
    assert messages(server.link, 1) == ["e"]


def test_without_after_seq_it_reads_on_after_its_last_ack(named):
    server, path = named
    server.link.hello()
    report(server, "a", "b", "c")
    seqs = [server.link.event("status_update")["seq"] for _ in range(3)]
    server.link.notify("ack", {"seq": seqs[0]})
    server.link.request("state")
    server.link.leave()
    server.link = connect(path)
    server.link.ready()
    assert server.link.hello()["position"] == seqs[0]
    assert messages(server.link, 2) == ["b", "c"]


def test_a_second_one_gets_ready_and_then_an_error_and_is_closed(named):
    server, path = named
    server.link.hello()
    second = connect(path)
    assert second.ready() == server.ready
    with pytest.raises(LinkError) as caught:
        second.hello()
    assert caught.value.data["pid"] == os.getpid()
    assert caught.value.data["uid"] == os.getuid()
    assert caught.value.data["time"].endswith("Z")
    assert second.read() is None
    second.leave()
    report(server, "for the first")
    assert messages(server.link, 1) == ["for the first"]


def test_a_second_one_cannot_do_anything_else_either(named):
    server, path = named
    server.link.hello()
    second = connect(path)
    second.ready()
    for method in "shutdown", "state", "nonsense":
        with pytest.raises(LinkError) as caught:
            second.request(method)
        assert caught.value.data["pid"] == os.getpid()
    second.notify("shutdown", {})
    second.leave()
    report(server, "a")
    assert messages(server.link, 1) == ["a"]


def test_before_the_hello_of_anybody_all_may_ask(named):
    server, path = named
    second = connect(path)
    second.ready()
    assert second.request("state")["link"]["orchestrator"] is None
    second.leave()


def test_a_takeover_replaces_the_first(named):
    server, path = named
    server.link.hello()
    report(server, "a")
    assert messages(server.link, 1) == ["a"]
    second = connect(path)
    second.ready()
    second.hello(takeover=True)
    replaced = server.link.notification("replaced")
    assert replaced["pid"] == os.getpid()
    assert server.link.rest() == []
    server.link.leave()
    server.link = second
    assert messages(second, 1) == ["a"]
    report(server, "b")
    assert messages(second, 1) == ["b"]


def test_a_takeover_of_nobody_is_a_hello(named):
    server, path = named
    server.link.hello(takeover=True)
    report(server, "a")
    assert messages(server.link, 1) == ["a"]
    server.link.hello(takeover=True, after_seq=0)
    assert messages(server.link, 1) == ["a"]


def test_a_takeover_with_a_wrong_position_replaces_nobody(named):
    server, path = named
    server.link.hello()
    second = connect(path)
    second.ready()
    with pytest.raises(LinkError):
        second.hello(takeover=True, after_seq=10**6)
    report(server, "a")
    assert messages(server.link, 1) == ["a"]
    second.leave()


def test_many_that_say_nothing_do_not_keep_others_out(named):
    server, path = named
    server.link.hello()
    idle = [connect(path) for _ in range(40)]
    last = connect(path)
    last.ready()
    last.hello(takeover=True)
    for link in idle:
        link.leave()
    report(server, "a")
    assert messages(last, 1) == ["a"]
    last.leave()


def test_a_server_that_was_killed_goes_on_where_it_was(start, tmp_path):
    """kill -9, and again on the same state: numbers, the mark of the last ack,
    and each event once."""
    options = {"control": f"unix:{tmp_path}/link"}
    state = tmp_path / "state"
    first = start("--state-dir", state, **options)
    first.link.hello()
    report(first, "a", "b", "c")
    seqs = [first.link.event("status_update")["seq"] for _ in range(3)]
    first.link.notify("ack", {"seq": seqs[0]})
    first.link.request("state")
    report(first, "d")
    first.process.kill()
    first.wait(-9)
    second = start("--state-dir", state, **options)
    assert second.ready["journal"] == first.ready["journal"]
    result = second.link.hello(journal=first.ready["journal"])
    assert result["position"] == seqs[0]
    assert messages(second.link, 3) == ["b", "c", "d"]
    second.link.hello(after_seq=seqs[2])
    assert messages(second.link, 1) == ["d"]
    report(second, "e")
    assert messages(second.link, 1) == ["e"]


def test_a_stalled_one_that_leaves_costs_nothing(named):
    server, path = named
    server.link.hello()
    report(server, *("x" * 100_000 for _ in range(40)))
    server.link.leave()
    server.link = connect(path)
    server.link.ready()
    server.link.hello()
    assert len(messages(server.link, 40)) == 40


def test_a_question_over_a_shell_is_answered(named):
    """All is written before the end of file, as from printf into a pipe."""
    server, path = named
    client = connect(path)
    client.send(b'{"jsonrpc":"2.0","id":1,"method":"plugins/list"}\n')
    client.close()
    assert client.ready()
    assert client.response(1)["result"]["plugins"]
    assert client.read() is None
    client.leave()


def test_who_asks_and_says_no_more_gets_every_answer(of_kind):
    server = of_kind("unix", plugins=("status", "method"))
    report(server, *("x" * 100_000 for _ in range(9)))
    client = connect(server.control[5:])
    for id in range(1, 10):
        client.send(b'{"jsonrpc":"2.0","id":%d,"method":"events/query"}\n'
                    % id)
    client.send(b'{"jsonrpc":"2.0","id":10,"method":"method/echo_on_thread"'
                b',"params":{}}\n')
    client.close()
    client.ready()
    answered = {}
    while message := client.read():
        answered[message["id"]] = message["result"]
    assert set(answered) == set(range(1, 11))
    assert len(answered[9]["events"]) >= 9
    client.leave()


def test_a_stalled_one_that_is_replaced_gets_to_know_when_it_reads(named):
    server, path = named
    server.link.hello()
    report(server, *("x" * 100_000 for _ in range(40)))
    second = connect(path)
    second.ready()
    second.hello(takeover=True)
    assert server.link.notification("replaced")["pid"] == os.getpid()
    assert server.link.rest()[-1]["method"] != "replaced"
    assert len(messages(second, 40)) == 40
    second.leave()


def test_a_live_socket_is_not_taken(named):
    _, path = named
    code, _, errors = run("--control", f"unix:{path}")
    assert code == 3
    assert "another server listens there" in errors
    assert os.path.exists(path)


def test_a_stale_socket_is_replaced(start, tmp_path):
    path = tmp_path / "link"
    old = socket.socket(socket.AF_UNIX)
    old.bind(str(path))
    old.close()
    server = start(control=f"unix:{path}")
    server.link.hello()


def test_a_file_is_not_replaced(tmp_path):
    path = tmp_path / "link"
    path.write_text("precious")
    code, _, errors = run("--control", f"unix:{path}")
    assert code == 3
    assert "something else than a socket" in errors
    assert path.read_text() == "precious"


def test_a_folder_that_is_not_there_is_told(tmp_path):
    code, _, errors = run("--control", f"unix:{tmp_path}/no/link")
    assert code == 3
    assert "No such file" in errors
    assert pathlib.Path(tmp_path).is_dir()
