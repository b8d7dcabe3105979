"""Bytes that no honest client sends: each gets a clear refusal or a closed
connection, and the server serves the next one."""

import itertools
import json
import os
import re

import pytest

from support.client import BOTH, JSON, Streamable
from support.wire import Wire, request

PING = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "ping"}).encode()


@pytest.fixture(autouse=True)
def survives(server):
    """After every test a new agent is served."""
    yield
    agent = Streamable(server)
    agent.initialize()
    agent.report("still here")


def connect(server):
    """A connection for bytes that no client makes; in them is a ping."""
    wire = Wire(server.address)
    wire.conversation.sends(PING)
    return wire


def post(lines, body=PING, version="1.1"):
    """A POST /mcp out of header lines, as they are."""
    return b"".join([b"POST /mcp HTTP/" + version.encode() + b"\r\n",
                     *[line + b"\r\n" for line in lines], b"\r\n", body])


LENGTH = b"Content-Length: %d" % len(PING)
TYPE = b"Content-Type: application/json"
HOST = b"Host: 127.0.0.1"

SMUGGLING = {
    "length and chunked": [HOST, TYPE, LENGTH, b"Transfer-Encoding: chunked"],
    "chunked and length": [HOST, TYPE, b"Transfer-Encoding: chunked", LENGTH],
    "two lengths": [HOST, TYPE, LENGTH, b"Content-Length: 5"],
    "twice the same length": [HOST, TYPE, LENGTH, LENGTH],
    "lengths in a list": [HOST, TYPE, LENGTH + b", 5"],
    "length with a sign": [HOST, TYPE, b"Content-Length: +%d" % len(PING)],
    "negative length": [HOST, TYPE, b"Content-Length: -1"],
    "length in hex": [HOST, TYPE, b"Content-Length: 0x2f"],
    "endless length": [HOST, TYPE, b"Content-Length: " + b"9" * 40],
    "space before the colon": [HOST, TYPE, LENGTH,
                               b"Transfer-Encoding : chunked"],
    "unknown coding": [HOST, TYPE, b"Transfer-Encoding: gzip, chunked"],
    "chunked twice": [HOST, TYPE, b"Transfer-Encoding: chunked, chunked"],
    "chunked with a tab": [HOST, TYPE, b"Transfer-Encoding: \tchunked\x0b"],
    "identity": [HOST, TYPE, b"Transfer-Encoding: identity", LENGTH],
    "two hosts": [HOST, b"Host: localhost", TYPE, LENGTH],
    "no host": [TYPE, LENGTH],
    "control byte in a value": [HOST, TYPE, LENGTH, b"X: a\x01b"],
    "name with a bracket": [HOST, TYPE, LENGTH, b"X(y): 1"],
    "no colon": [HOST, TYPE, LENGTH, b"nonsense"],
}


@pytest.mark.parametrize("lines", SMUGGLING.values(), ids=SMUGGLING.keys())
def test_a_smuggling_form_is_refused_and_what_follows_is_not_read(server,
                                                                  lines):
    with connect(server) as wire:
        wire.send(post(lines) + post([HOST, TYPE, LENGTH]))
        data = wire.rest()         # to the end: it was closed
    assert data.split()[1] in (b"400", b"413", b"501"), data
    assert b"Connection: close" in data
    # libmicrohttpd 0.9.75 sends the head of its own refusals twice.
    assert len(set(re.findall(rb"HTTP/1.1 \d+", data))) == 1, data
    assert b"Mcp-Session-Id" not in data, "the next request was read"


def test_a_request_without_host_is_told_so(server):
    with connect(server) as wire:
        wire.send(post([TYPE, LENGTH]))
        data = wire.rest()
    assert data.count(b"HTTP/1.1 400 ") == 1, data
    head, _, body = data.partition(b"\r\n\r\n")
    assert b"application/json" in head
    assert json.loads(body)["error"]["message"] == "there is no Host"


@pytest.mark.parametrize("target", [b"/mcp x", b"/ mcp", b"/mcp HTTP/1.1"])
def test_a_path_with_a_space_is_none_of_ours(server, target):
    with connect(server) as wire:
        wire.send(b"POST " + target + post([HOST, TYPE, LENGTH])[9:])
        wire.finish_sending()
        assert wire.rest().split()[1] in (b"400", b"404")


@pytest.mark.parametrize("line", [b"X: a\0b", b": 1"])
def test_what_libmicrohttpd_hides_from_us_does_no_harm(server, line):
    with connect(server) as wire:
        wire.send(post([HOST, TYPE, LENGTH, line]))
        wire.finish_sending()
        assert wire.rest().split()[1:2] in ([], [b"400"])


def test_chunked_in_http_1_0_is_refused(server):
    wire = connect(server)
    wire.send(post([HOST, TYPE, b"Transfer-Encoding: chunked"], b"0\r\n\r\n",
                   "1.0"))
    assert wire.response("POST").status == 400


@pytest.mark.parametrize("line", [
    b"GET sse HTTP/1.1", b"GET  HTTP/1.1", b"GET http://a/ HTTP/1.1",
    b"GET /mcp HTTP/9.9", b"GET /mcp HTTPS/1.1", b"nonsense", b"\0\0\0\0",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"GET /mcp",
    b"PRI * HTTP/2.0"])
def test_a_bad_first_line_is_an_error_or_a_closed_connection(server, line):
    with connect(server) as wire:
        wire.send(line + b"\r\n" + HOST + b"\r\n\r\n")
        wire.finish_sending()
        data = wire.rest()
        assert data == b"" or data.split()[1][:1] in (b"4", b"5"), data


@pytest.mark.parametrize("lines", [
    b"Cookie: %s\r\n" % (b"x" * 7900),
    b"".join(b"X-%02d: %s\r\n" % (n, b"x" * 155) for n in range(48))])
def test_a_head_of_nearly_eight_kib_is_taken(server, lines):
    with connect(server) as wire:
        for _ in range(3):
            wire.send(b"GET /healthz HTTP/1.1\r\n" + HOST + b"\r\n"
                      + lines + b"\r\n")
            response = wire.response()
            assert (response.status, response.body) == (200, b"ok\n")


@pytest.mark.parametrize("size", [20_000, 1_000_000])
@pytest.mark.parametrize("form", [
    b"X: %s\r\n", b"%s: x\r\n", b"Cookie: %s\r\n"])
def test_a_header_too_large_is_refused(server, size, form):
    with connect(server) as wire:
        try:
            wire.send(b"GET /healthz HTTP/1.1\r\n" + HOST + b"\r\n"
                      + form % (b"x" * size) + b"\r\n")
            status = wire.response().status
        except (BrokenPipeError, ConnectionResetError):
            return
        assert status in (400, 413, 431)


def test_a_bomb_of_many_headers_is_refused(server):
    with connect(server) as wire:
        lines = b"".join(b"X-%d: %d\r\n" % (n, n) for n in range(20_000))
        try:
            wire.send(b"GET /healthz HTTP/1.1\r\n" + HOST + b"\r\n" + lines
                      + b"\r\n")
            assert wire.response().status in (400, 413, 431)
        except (BrokenPipeError, ConnectionResetError):
            pass


def test_a_target_too_long_is_refused(server):
    with connect(server) as wire:
        wire.send(b"GET /" + b"x" * 20_000 + b" HTTP/1.1\r\n" + HOST
                  + b"\r\n\r\n")
        assert wire.response().status in (400, 414, 431)


# -- JSON --

@pytest.mark.parametrize("depth", [65, 1000, 100_000])
@pytest.mark.parametrize("form", [(b"[", b"]"), (b'{"a":', b"}")],
                         ids=["arrays", "objects"])
def test_deep_json_is_refused(server, form, depth):
    agent = Streamable(server)
    agent.initialize()
    open_, close = form
    body = (b'{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":'
            + open_ * depth + b"1" + close * depth + b"}}")
    response = agent.post(body)
    assert response.status == 200
    assert response.json["id"] == 1
    assert response.json["error"]["code"] == -32602


def test_unclosed_depth_is_refused(server):
    agent = Streamable(server)
    agent.initialize()
    assert agent.post(b"[" * 1_000_000).status == 400


def test_a_wide_text_is_refused_or_served(server):
    agent = Streamable(server)
    agent.initialize()
    body = (b'{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":['
            + b"1," * 3_000_000 + b"1]}}")
    assert agent.post(body).status in (200, 400)


def test_many_keys_are_no_trap(server):
    agent = Streamable(server)
    agent.initialize()
    keys = b",".join(b'"k%d":1' % n for n in range(200_000))
    body = (b'{"jsonrpc":"2.0","id":1,"method":"ping","params":{' + keys
            + b"}}")
    assert agent.post(body).status in (200, 400)


@pytest.mark.parametrize("text", [
    rb'"\ud8"', b'"\xed\xa0\x80"', b'"\xc0\x80"',
    b'"\xf5\x80\x80\x80"', b'"\xff"', b'"\x01"', rb'"\x41"', b'"a\nb"',
    b"01", b"+1", b".5", b"1.", b"Infinity", b"-", b"0x10",
    b"tru", b"'a'", b"// c\n1", b"/* c */1"])
def test_bad_text_in_arguments_is_refused(server, text):
    agent = Streamable(server)
    agent.initialize()
    response = agent.post(
        b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":'
        b'"update_status","arguments":{"phase":"review","status":"error",'
        b'"message":"m","metadata":{"a":' + text + b"}}}}")
    assert response.status == 400, response.body
    assert response.json["error"]["code"] in (-32700, -32600)


def test_half_a_pair_of_surrogates_costs_nobody_the_session(server):
    """Programs that cut UTF-16 leave it; clients lose their session over an
    HTTP error."""
    agent = Streamable(server)
    agent.initialize()
    response = agent.post(
        b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":'
        b'"update_status","arguments":{"phase":"review","status":"error",'
        b'"message":"cut \\ud83d"}}}')
    assert response.status == 200
    assert server.link.reports(1)[0]["message"] == "cut \ufffd"


def test_a_nul_in_text_arrives_or_is_refused_whole(server):
    agent = Streamable(server)
    agent.initialize()
    result = agent.call("update_status", {
        "phase": "review", "status": "error", "message": "a\0b"})
    if not result.get("isError"):
        (payload,) = server.link.reports(1)
        assert payload["message"] == "a\0b"


def test_a_nul_in_a_key_is_refused(server):
    agent = Streamable(server)
    agent.initialize()
    response = agent.post(rb'{"jsonrpc":"2.0","id":1,"method":"ping",'
                          rb'"params":{"a\u0000b":1}}')
    assert response.status == 200
    assert response.json["id"] == 1
    assert response.json["error"]["code"] == -32602


@pytest.mark.parametrize("number", [b"18446744073709551616",
                                    b"-9223372036854775809", b"1e400",
                                    b"1e999999"])
def test_a_number_too_large_costs_a_call_and_no_session(server, number):
    """Models write such numbers; a client must not lose its session by it."""
    agent = Streamable(server)
    agent.initialize()
    response = agent.post(
        b'{"jsonrpc":"2.0","id":"a","method":"tools/call","params":{"name":'
        b'"update_status","arguments":{"phase":"review","status":"progress",'
        b'"message":"m","metadata":{"n":' + number + b"}}}}")
    assert response.status == 200
    assert response.json["id"] == "a"
    assert response.json["result"]["isError"] is True
    assert agent.post(PING).json["result"] == {}


# -- how it comes --

def test_a_request_byte_by_byte_is_served(server):
    agent = Streamable(server)
    agent.initialize()
    wire = agent.connect()
    agent.conversation.sends(PING)
    for byte in request("POST", "/mcp", {**JSON, **BOTH, **agent.headers()},
                        PING):
        wire.send(bytes([byte]))
    assert wire.response("POST").json["result"] == {}


def test_a_chunked_body_is_served(server):
    agent = Streamable(server)
    agent.initialize()
    wire = agent.connect()
    agent.conversation.sends(PING)
    chunks = b"".join(b"1\r\n%c\r\n" % byte for byte in PING) + b"0\r\n\r\n"
    wire.send(request("POST", "/mcp", {
        **JSON, **BOTH, **agent.headers(), "Transfer-Encoding": "chunked",
    }) + chunks)
    assert wire.response("POST").json["result"] == {}


@pytest.mark.parametrize("chunks", [
    b"z\r\n", b"-1\r\n", b"fffffffffffffffff\r\n", b"5 \r\nabc\r\n",
    b"2\r\nabc\r\n0\r\n\r\n"])
def test_a_bad_chunk_closes_the_connection(server, chunks):
    with connect(server) as wire:
        wire.send(request("POST", "/mcp", {
            **JSON, "Transfer-Encoding": "chunked"}) + chunks)
        wire.finish_sending()
        data = wire.rest()
        assert data == b"" or data.split()[1] in (b"400", b"413"), data


def test_pipelined_requests_are_answered_in_order(server):
    agent = Streamable(server)
    agent.initialize()
    wire = agent.connect()
    for id in range(100):
        wire.ask("POST", "/mcp", {**JSON, **BOTH, **agent.headers()},
                 json.dumps(agent.message("ping", id=id)).encode())
    for id in range(100):
        assert wire.response("POST").json["id"] == id


@pytest.mark.parametrize("target, host, status", [
    ("http://localhost/mcp", "evil.example.org", 200),
    ("HTTP://127.0.0.1:{port}/mcp?x=y", "localhost", 200),
    ("http://evil.example.org/mcp", "localhost", 421),
    ("http://localhost", "localhost", 404),
    ("http://x@localhost/mcp", "localhost", 400),
    ("ftp://localhost/mcp", "localhost", 400)])
def test_a_target_may_be_a_url_whose_host_counts(server, target, host, status):
    """As a proxy sends it (RFC 9112 3.2.2)."""
    agent = Streamable(server)
    agent.initialize()
    agent.conversation.sends(PING)
    with agent.connect() as wire:
        wire.send(request("POST", target.format(port=server.ready["port"]),
                          {**JSON, **BOTH, **agent.headers(), "Host": host},
                          PING))
        assert wire.response("POST").status == status


def test_http_1_0_is_answered_and_closed(server):
    with connect(server) as wire:
        wire.send(b"GET /healthz HTTP/1.0\r\n\r\n")
        response = wire.response()
        assert response.status == 200 and response.body is not None
        assert wire.ends()


def test_expect_100_continue_is_honoured(server):
    agent = Streamable(server)
    agent.initialize()
    wire = agent.connect()
    agent.conversation.sends(PING)
    head, body = request("POST", "/mcp", {
        **JSON, **BOTH, **agent.headers(), "Expect": "100-continue"},
        PING).split(b"\r\n\r\n")
    wire.send(head + b"\r\n\r\n")
    assert wire.file.readline() == b"HTTP/1.1 100 Continue\r\n"
    assert wire.file.readline() == b"\r\n"
    wire.send(body)
    assert wire.response("POST").json["result"] == {}


# -- who leaves in the middle --

PIECES = {
    "nothing": b"",
    "half a head": b"POST /mcp HT",
    "a head": post([HOST, TYPE, LENGTH], b""),
    "half a body": post([HOST, TYPE, LENGTH], PING[:10]),
    "half a chunk": post([HOST, TYPE, b"Transfer-Encoding: chunked"],
                         b"ff\r\nabc"),
    "all": post([HOST, TYPE, LENGTH]),
    "a stream": b"GET /sse HTTP/1.1\r\n" + HOST + b"\r\n\r\n",
    "a stream and more": b"GET /sse HTTP/1.1\r\n" + HOST + b"\r\n\r\n"
    + post([HOST, TYPE, LENGTH]),
    "two and a half": 2 * post([HOST, TYPE, LENGTH]) + b"POST /m",
}


@pytest.mark.parametrize("way", ["close", "reset", "finish_sending"])
@pytest.mark.parametrize("piece", PIECES.values(), ids=PIECES.keys())
def test_a_peer_that_leaves_costs_nothing(server, piece, way):
    wires = [connect(server) for _ in range(20)]
    for wire in wires:
        wire.send(piece)
    for wire in wires:
        getattr(wire, way)()
    if way == "finish_sending":
        for wire in wires:
            wire.rest()
            wire.close()
    wait_for_descriptors(server, len(wires))


@pytest.mark.threads
def test_a_thousand_peers_that_leave_in_every_way_lose_nothing(server):
    """While agents report: nothing is lost, and no descriptor is left."""
    agent = Streamable(server)
    agent.initialize()
    ways = ["close", "reset", "finish_sending"]
    for n in range(10):
        wires = [connect(server) for _ in range(100)]
        for wire, piece in zip(wires, itertools.cycle(PIECES.values())):
            wire.send(piece)
        agent.report(f"{n}")
        for wire, way in zip(wires, itertools.cycle(ways)):
            getattr(wire, way)()
        for wire in wires:
            wire.close()
    assert [payload["message"] for payload in server.link.reports(10)] \
        == [f"{n}" for n in range(10)]
    wait_for_descriptors(server, 20)


def wait_for_descriptors(server, n_wires):
    """Until the server holds fewer than these connections would need."""
    path = f"/proc/{server.pid}/fd"
    probe = connect(server)
    for _ in range(20000):
        sockets = 0
        for name in os.listdir(path):
            try:
                sockets += os.readlink(f"{path}/{name}").startswith("socket:")
            except FileNotFoundError:
                pass
        if sockets < n_wires // 2:
            return
        probe.exchange("GET", "/healthz").body
    raise AssertionError(f"{sockets} sockets are left")
