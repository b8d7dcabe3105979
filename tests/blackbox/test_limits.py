"""Every limit that a stranger can reach: a clear answer, never silence."""

import json
import re

import pytest

from support.client import JSON, Sse, Streamable
from support.server import run
from support.wire import Wire, request

PING = {"jsonrpc": "2.0", "id": 1, "method": "ping"}


def test_a_body_over_the_limit_is_413(start):
    server = start("--max-body", "10000")
    agent = Streamable(server)
    agent.initialize()
    assert agent.post(b"x" * 10001).status == 413
    agent.wire = None
    assert agent.post(json.dumps(PING).encode().ljust(10000)).status == 200


def test_a_body_far_over_the_limit_is_413_or_cut(start):
    server = start("--max-body", "10000")
    wire = Wire(server.address)
    try:
        response = wire.exchange("POST", "/mcp", JSON, b"x" * (20 << 20))
    except (BrokenPipeError, ConnectionResetError):
        return
    assert response.status == 413


def test_a_chunked_body_over_the_limit_is_413(start):
    server = start("--max-body", "10000")
    wire = Wire(server.address)
    wire.send(request("POST", "/mcp", {**JSON,
                                       "Transfer-Encoding": "chunked"}))
    for _ in range(11):
        wire.send(b"3e8\r\n" + b"x" * 1000 + b"\r\n")
    wire.send(b"0\r\n\r\n")
    assert wire.response("POST").status == 413


def test_a_body_that_is_asked_for_first_is_413_at_once(start):
    server = start("--max-body", "10000")
    wire = Wire(server.address)
    wire.send(request("POST", "/mcp", {
        **JSON, "Content-Length": "10001", "Expect": "100-continue"}))
    assert wire.response("POST").status == 413


def test_six_megabytes_are_below_the_default(agent):
    assert agent.post(json.dumps(PING).encode().ljust(6 << 20)).status == 200


def test_over_the_connections_a_client_gets_503(start):
    server = start("--max-connections", "4")
    wires = [Wire(server.address) for _ in range(4)]
    for wire in wires:
        assert wire.exchange("GET", "/healthz").body is not None
    with Wire(server.address) as extra:
        extra.send(request("GET", "/healthz"))
        response = extra.response()
        assert response.status == 503
        assert int(response.header("Retry-After")) > 0
        assert response.body is not None
        assert extra.ends()
    assert wires[0].exchange("GET", "/healthz").status == 200


def test_a_connection_that_leaves_makes_room(start):
    server = start("--max-connections", "4")
    for _ in range(50):
        with Wire(server.address) as wire:
            assert wire.exchange("GET", "/healthz").status in (200, 503)
    wires = [Sse(server) for _ in range(2)]
    for wire in wires:
        wire.close()
    for _ in range(10000):
        with Wire(server.address) as wire:
            if wire.exchange("GET", "/healthz").status == 200:
                return
    raise AssertionError("no room again")


def test_streams_count_as_connections(start):
    server = start("--max-connections", "4")
    streams = [Wire(server.address) for _ in range(4)]
    for wire in streams:
        assert wire.exchange("GET", "/sse").status == 200
    assert Wire(server.address).exchange("GET", "/healthz").status == 503


def test_the_longest_idle_session_makes_room(start):
    server = start("--max-sessions", "3")
    agents = [Streamable(server, name=f"{n}") for n in range(4)]
    for agent in agents[:3]:
        agent.initialize()
    agents[0].report("0")
    agents[3].initialize()
    server.link.hello()
    loaded = {session["client"] for session in
              server.link.request("state")["sessions"]}
    assert loaded == {"0", "2", "3"}
    for agent in agents:
        assert agent.post(PING).status == 200


@pytest.mark.parametrize("transport", [Streamable, Sse])
def test_sessions_with_streams_are_not_thrown_out(start, transport):
    server = start("--max-sessions", "2")
    agents = []
    for _ in range(2):
        agent = transport(server)
        agent.initialize()
        if transport is Streamable:
            agent.stream = agent.open()
        agents.append(agent)
    extra = Streamable(server)
    response = extra.post(extra.message("initialize", {
        "protocolVersion": "2025-11-25", "capabilities": {},
        "clientInfo": {"name": "a", "version": "1"}}, id=1))
    assert response.status == 503
    assert response.header("Retry-After")
    for agent in agents:
        agent.report("still here")


def test_a_head_that_never_ends_is_cut(start):
    server = start("--header-timeout", "0.2")
    wire = Wire(server.address)
    wire.send(b"GET /healthz HTTP/1.1\r\nHost: loc")
    wire.rest()
    assert wire.ends()


def test_a_body_that_never_ends_is_408_and_cut(start):
    server = start("--body-timeout", "0.2")
    wire = Wire(server.address)
    wire.send(request("POST", "/mcp", {**JSON, "Content-Length": "100"}))
    response = wire.response("POST")
    assert response.status == 408
    assert response.body == b"the body did not come in time"
    assert wire.ends()


def test_a_dripping_sender_is_cut_all_the_same(start):
    server = start("--header-timeout", "0.3")
    wire = Wire(server.address)
    wire.socket.settimeout(0.02)
    try:
        for _ in range(1000):
            wire.send(b"X")
            try:
                if wire.socket.recv(1000) == b"":
                    return
            except TimeoutError:
                pass
    except (BrokenPipeError, ConnectionResetError):
        return
    raise AssertionError("a head of 1,000 drips was waited for")


def test_an_idle_connection_is_closed(start):
    server = start("--idle-timeout", "1")
    wire = Wire(server.address)
    assert wire.exchange("GET", "/healthz").body is not None
    assert wire.ends()


def test_the_defaults_suit_clients_and_proxies():
    """Clients keep idle connections for 75 s; proxies cut streams that are
    silent for 30 s or a minute."""
    _, text, _ = run("--help")
    defaults = dict(re.findall(r"--(\S+) [A-Z]+ [^[]*\[(\d+)\]", text))
    assert int(defaults["idle-timeout"]) > 75
    assert int(defaults["keepalive"]) <= 15
    assert int(defaults["stream-after"]) <= 10


def test_an_idle_timeout_ends_no_stream(start):
    server = start("--idle-timeout", "1", "--send-timeout", "1",
                   "--header-timeout", "1", "--keepalive", "0.2")
    agent = Sse(server)
    for _ in range(10):     # longer than any of them
        agent.events.comment()
    agent.wire = agent.connect()
    agent.initialize()


@pytest.mark.parametrize("transport", [Streamable, Sse])
def test_every_open_stream_gets_comments(start, transport):
    server = start("--keepalive", "0.1")
    agent = transport(server)
    agent.initialize()
    stream = agent.open() if transport is Streamable else agent.events
    for _ in range(3):
        stream.comment()


def test_a_stream_that_nobody_reads_is_closed(start):
    """Memory stays bounded: what waits for a slow reader has a limit."""
    server = start("--stream-buffer", "100000")
    agent = Sse(server)
    agent.initialize()
    text = "x" * 50_000
    for n in range(400):
        response = agent.post(agent.message("tools/call", {
            "name": "update_status", "arguments": {
                "phase": "review", "status": "error", "message": text}},
            id=n))
        if response.status == 404:
            agent.close()       # what it got ends in the middle of a line
            return
    raise AssertionError("20 MB wait for a reader that does not read")
