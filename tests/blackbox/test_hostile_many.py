"""Many hostile peers at once, slow or gone: each is cut or costs nothing, what
all of them cost is bounded, and agents are served meanwhile."""

import json
import socket
import time

import pytest

from support import LIMIT
from support.client import BOTH, JSON, Sse, Streamable
from support.process import resident_bytes
from support.shim import is_sanitized
from support.wire import Wire, request

MANY = 1000
MIB = 1 << 20
HEAD = b"POST /mcp HTTP/1.1\r\nHost: localhost\r\n"
TYPE = b"Content-Type: application/json\r\n"
PING = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "ping"}).encode()


@pytest.fixture(autouse=True)
def many_descriptors():
    """For our side of so many connections."""
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE,
                       (min(8192, hard) if soft < 8192 else soft, hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def connect(server, count=MANY):
    """Plain sockets."""
    peers = []
    for _ in range(count):
        peer = socket.create_connection(server.address, LIMIT)
        peers.append(peer)
    return peers


def drain(peer):
    """Reads to the end; what came."""
    data = b""
    try:
        while more := peer.recv(1 << 16):
            data += more
    except ConnectionResetError:
        pass
    peer.close()
    return data


def check_memory(server, before, more):
    """It has grown by no more than so many bytes. A sanitizer keeps what was
    freed."""
    size = resident_bytes(server.pid) - before
    assert size < more or is_sanitized(), f"{size} bytes more"


def wait_for_memory(server, most):
    """Until the server holds no more; what it gives back comes in turns."""
    if is_sanitized():      # it keeps what was freed
        return
    end = time.monotonic() + LIMIT
    while (size := resident_bytes(server.pid)) > most:
        assert time.monotonic() < end, f"{size} bytes, not {most}"
        with Wire(server.address) as wire:
            wire.exchange("GET", "/healthz").body
        time.sleep(0.05)


def warm(server):
    """What it needs for so many connections it has needed once."""
    for peer in connect(server):
        peer.close()


# -- slow senders --

SLOW = {"a head": HEAD, "a line of a head": HEAD[:20],
        "a body": HEAD + TYPE + b"Content-Length: 100000\r\n\r\n{",
        "a chunk": HEAD + TYPE + b"Transfer-Encoding: chunked\r\n\r\nffff\r\n",
        "the size of a chunk": HEAD + TYPE
        + b"Transfer-Encoding: chunked\r\n\r\n0000000000000",
        "a trailer": HEAD + TYPE
        + b"Transfer-Encoding: chunked\r\n\r\n0\r\nX: y"}


@pytest.mark.parametrize("piece", SLOW.values(), ids=SLOW.keys())
def test_a_thousand_slow_senders_are_cut_while_agents_report(start, piece):
    server = start("--header-timeout", "1", "--body-timeout", "1")
    server.link.hello()
    agent = Streamable(server)
    agent.initialize()
    peers = connect(server)
    for peer in peers:
        peer.sendall(piece)
    for n in range(100):
        agent.report(f"{n}")
    assert len(server.link.reports(100)) == 100
    for peer in peers:
        data = drain(peer)          # to its end: it was cut
        assert data == b"" or data.split()[1] in (b"400", b"408"), data


def test_a_thousand_slow_senders_cost_little(start):
    server = start("--header-timeout", "30")
    warm(server)
    before = resident_bytes(server.pid)
    peers = connect(server)
    for peer in peers:
        peer.sendall(HEAD)
    agent = Streamable(server)
    agent.initialize()
    agent.report("still here")
    check_memory(server, before, 40 * MIB)
    for peer in peers:
        peer.close()


# -- slow readers --

def test_a_thousand_streams_that_nobody_reads_cost_a_bounded_memory(start):
    """Each asks for as much as it is let; together they would need some
    GiB."""
    server = start("--max-connections", 3 * MANY, "--rate", "0",
                   plugins=("status", "flow"))
    agents = []
    for _ in range(MANY // 10):
        agent = Sse(server)
        agent.initialize()
        agents.append(agent)
    peers = connect(server, MANY - len(agents))
    for peer in peers:
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        peer.sendall(b"GET /sse HTTP/1.1\r\nHost: localhost\r\n\r\n")
    before = resident_bytes(server.pid)
    text = "x" * 300_000
    for n in range(15):
        for agent in agents:
            response = agent.post(agent.message("tools/call", {
                "name": "echo", "arguments": {"text": text}}, id=100 + n))
            assert response.status in (202, 404)    # it was closed
    with Wire(server.address) as wire:
        assert wire.exchange("GET", "/healthz").status == 200
    check_memory(server, before, 160 * MIB)
    for peer in peers:
        peer.close()
    for agent in agents:
        agent.close()


def test_a_thousand_answers_that_nobody_reads_cost_a_bounded_memory(start):
    server = start(plugins=("status", "flow"), *["--send-timeout", "30"])
    warm(server)
    agent = Streamable(server)
    agent.initialize()
    before = resident_bytes(server.pid)
    data = request("POST", "/mcp", {**JSON, **BOTH, **agent.headers(),
                                    "Host": "localhost"},
                   json.dumps(agent.message("tools/list", id=1)).encode())
    peers = connect(server)
    for peer in peers:
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        peer.sendall(data)
    agent.report("still here")
    check_memory(server, before, 80 * MIB)
    for peer in peers:
        peer.close()


# -- floods --

def test_a_pipelined_flood_that_nobody_reads_costs_nothing(start):
    """The server reads the next request when the last answer has left."""
    server = start("--send-timeout", "30")
    agent = Streamable(server)
    agent.initialize()
    before = resident_bytes(server.pid)
    data = 100 * request("POST", "/mcp", {
        **JSON, **BOTH, **agent.headers(), "Host": "localhost"}, PING)
    peers = connect(server, 20)
    sent = 0
    for peer in peers:
        peer.setblocking(False)
        try:
            for _ in range(1000):
                sent += peer.send(data)
        except BlockingIOError:
            pass
    agent.report("still here")
    assert sent > MIB
    check_memory(server, before, 8 * MIB)
    for peer in peers:
        peer.close()


def test_ten_thousand_pipelined_requests_are_all_answered(start):
    server = start()
    agent = Streamable(server)
    agent.initialize()
    data = request("POST", "/mcp", {
        **JSON, **BOTH, **agent.headers(), "Host": "localhost"}, PING)
    (peer,) = connect(server, 1)
    answered = b""
    for _ in range(100):
        peer.sendall(100 * data)
        while answered.count(b'"result":{}') < 100:
            answered += peer.recv(1 << 20)
        assert answered.count(b'"result":{}') == 100
        answered = b""
    peer.close()


ENDLESS = {
    "a body in chunks": (TYPE + b"Transfer-Encoding: chunked\r\n\r\n",
                         b"8000\r\n" + b" " * 0x8000 + b"\r\n"),
    "an extension": (TYPE + b"Transfer-Encoding: chunked\r\n\r\n1;x=",
                     b"y" * 0x8000),
    "a trailer": (TYPE + b"Transfer-Encoding: chunked\r\n\r\n0\r\n",
                  b"X: " + b"y" * 100 + b"\r\n"),
    "a head": (b"", b"X: " + b"y" * 100 + b"\r\n"),
    "a target": (None, b"x" * 0x8000),
}


@pytest.mark.parametrize("first, again", ENDLESS.values(), ids=ENDLESS.keys())
def test_what_never_ends_is_cut(start, first, again):
    """Before it has sent 64 MiB."""
    server = start("--body-timeout", "1")
    before = resident_bytes(server.pid)
    (peer,) = connect(server, 1)
    peer.sendall(b"GET /" if first is None else HEAD + first)
    sent = 0
    try:
        while sent < 64 * MIB:
            peer.sendall(again)
            sent += len(again)
    except (BrokenPipeError, ConnectionResetError):
        pass
    assert sent < 64 * MIB, "it reads and reads"
    drain(peer)
    wait_for_memory(server, before + 2 * MIB)


# -- who vanishes --

@pytest.mark.parametrize("piece", [b"", HEAD, HEAD + TYPE + b"Content-Length"
                                   b": 9\r\n\r\n{}", b"GET /sse HTTP/1.1\r\n"
                                   b"Host: localhost\r\n\r\n"],
                         ids=["nothing", "half a head", "half a body",
                              "a stream"])
def test_ten_thousand_that_vanish_leave_nothing_behind(start, piece):
    server = start()
    warm(server)
    with Wire(server.address) as wire:
        wire.exchange("GET", "/healthz").body
    before = resident_bytes(server.pid)
    for n in range(10_000):
        peer = socket.create_connection(server.address, LIMIT)
        peer.sendall(piece)
        if n % 2:
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                            b"\1\0\0\0\0\0\0\0")
        peer.close()
    wait_for_memory(server, before + 2 * MIB)


def test_ten_thousand_sessions_that_vanish_leave_little_behind(start):
    """They are known again by their ids alone."""
    server = start("--max-sessions", "100", "--rate", "0")
    wire = Wire(server.address)

    def come_and_go(count):
        for n in range(count):
            agent = Streamable(server)
            agent.wire = wire
            agent.initialize()
            wire.conversation.asked.clear()

    come_and_go(1000)
    before = resident_bytes(server.pid)
    come_and_go(10_000)
    wait_for_memory(server, before + 2 * MIB)
