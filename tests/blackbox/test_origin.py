"""Host and Origin: who may ask, and what a browser is told."""

import pytest

from support.client import JSON, Streamable
from support.wire import Wire, request

TARGETS = [("GET", "/sse"), ("GET", "/messages"), ("POST", "/messages"),
           ("POST", "/mcp"), ("GET", "/mcp"), ("DELETE", "/mcp")]


def ask(server, method="GET", target="/healthz", body=None, **headers):
    headers = {name.replace("_", "-"): value
               for name, value in headers.items()}
    return Wire(server.address).exchange(method, target, headers, body)


@pytest.mark.parametrize("host", [
    "127.0.0.1", "localhost", "LOCALHOST", "LocalHost:{port}",
    "127.0.0.1:{port}", "[::1]", "[::1]:{port}", "localhost:9999"])
def test_a_loopback_name_is_a_host(server, host):
    host = host.format(port=server.ready["port"])
    assert ask(server, Host=host).status == 200


@pytest.mark.parametrize("host", [
    "example.org", "localhost.example.org", "127.0.0.1.example.org", "",
    "example.org:{port}", "127.0.0.2x", "local host", "[::2]", "@localhost",
    "localhost/", "localhost:x"])
@pytest.mark.parametrize("method, target", TARGETS)
def test_a_foreign_host_is_421_and_names_the_option(server, host, method,
                                                    target):
    host = host.format(port=server.ready["port"])
    response = ask(server, method, target, Host=host,
                   Accept="text/event-stream")
    assert response.status in (421, 400)
    if response.status == 421:
        assert b"--allow-host" in response.body


def test_a_plain_foreign_host_is_421(server):
    assert ask(server, Host="evil.example.org").status == 421


@pytest.mark.parametrize("name", ["Host", "Origin"])
def test_bytes_that_are_no_text_are_not_shown(server, name):
    response = ask(server, **{name: "a\xed\xa0\x80b"})
    assert response.status in (421, 403)
    assert "'?'" in response.body.decode()


def test_an_allowed_host_is_served(start):
    server = start("--allow-host", "mcp.example.org", "--allow-host", "other")
    assert ask(server, Host="MCP.example.org:443").status == 200
    assert ask(server, Host="other").status == 200
    assert ask(server, Host="example.org").status == 421
    assert ask(server, Host="localhost").status == 200


def test_the_host_of_the_public_url_is_served(start):
    server = start("--public-url", "https://mcp.example.org/x")
    assert ask(server, Host="mcp.example.org").status == 200


@pytest.mark.parametrize("origin", [
    "http://example.org", "https://localhost.example.org", "null", "x", "",
    "http://127.0.0.1.example.org", "file://"])
@pytest.mark.parametrize("method, target", TARGETS)
def test_a_foreign_origin_is_403_everywhere(server, origin, method, target):
    response = ask(server, method, target, Origin=origin,
                   Accept="text/event-stream")
    assert response.status == 403, response.body
    assert response.header("Access-Control-Allow-Origin") is None


@pytest.mark.parametrize("origin", [
    "http://localhost", "http://localhost:3000", "http://127.0.0.1:{port}",
    "https://localhost", "http://[::1]:8080"])
def test_a_loopback_origin_is_served(server, origin):
    agent = Streamable(server)
    agent.initialize()
    response = agent.post(
        {"jsonrpc": "2.0", "id": 1, "method": "ping"},
        Origin=origin.format(port=server.ready["port"]))
    assert response.status == 200


ASKED = ["content-type", "mcp-session-id", "mcp-protocol-version",
         "authorization", "last-event-id"]


def preflight(server, origin, method="POST", target="/mcp"):
    return ask(server, "OPTIONS", target, Origin=origin,
               Access_Control_Request_Method=method,
               Access_Control_Request_Headers=", ".join(ASKED))


def test_a_preflight_of_an_allowed_origin_is_granted(start):
    server = start("--allow-origin", "https://ui.example.org")
    response = preflight(server, "https://ui.example.org")
    assert response.status in (200, 204)
    assert response.header("Access-Control-Allow-Origin") \
        == "https://ui.example.org"
    assert {"GET", "POST", "DELETE"} <= set(
        response.header("Access-Control-Allow-Methods")
        .replace(" ", "").split(","))
    allowed = response.header("Access-Control-Allow-Headers").lower()
    for name in ASKED:
        assert name in allowed
    assert "Origin" in response.header("Vary")


def test_an_allowed_origin_may_read_the_session_id(start):
    server = start("--allow-origin", "https://ui.example.org")
    agent = Streamable(server)
    response = agent.post(agent.message("initialize", {
        "protocolVersion": "2025-11-25", "capabilities": {},
        "clientInfo": {"name": "ui", "version": "1"}}, id=1),
        Origin="https://ui.example.org")
    assert response.status == 200
    assert response.header("Access-Control-Allow-Origin") \
        == "https://ui.example.org"
    assert "mcp-session-id" in response.header(
        "Access-Control-Expose-Headers").lower()


def test_a_stream_of_an_allowed_origin_says_so(start):
    server = start("--allow-origin", "https://ui.example.org")
    response = ask(server, "GET", "/sse", Origin="https://ui.example.org")
    assert response.header("Access-Control-Allow-Origin") \
        == "https://ui.example.org"


def test_a_preflight_of_a_foreign_origin_is_403(start):
    server = start("--allow-origin", "https://ui.example.org")
    assert preflight(server, "https://evil.example.org").status == 403
    assert preflight(server, "https://ui.example.org.evil").status == 403


def test_without_an_origin_nothing_is_said_of_one(server):
    response = ask(server)
    for name in response.headers:
        assert not name.lower().startswith("access-control-")


# -- other URLs --

@pytest.mark.parametrize("target", [
    "/.well-known/oauth-protected-resource", "/.well-known/x",
    "/.well-known/oauth-authorization-server/mcp", "/", "/mcp/x", "/ssex",
    "/favicon.ico", "/MCP", "/..%2fmcp"])
def test_anything_else_is_a_true_404(server, target):
    response = ask(server, target=target)
    assert response.status == 404
    assert b"jsonrpc" not in response.body
    assert ask(server, "POST", target, b"{}", **JSON).status == 404


@pytest.mark.parametrize("target", ["/healthz", "/readyz"])
def test_supervisors_are_answered(server, target):
    assert ask(server, target=target).status == 200
    assert ask(server, "HEAD", target).status == 200
    assert ask(server, "POST", target, b"").status == 405


def test_a_query_is_no_part_of_the_path(server):
    assert ask(server, target="/healthz?x=1").status == 200


def test_a_host_in_two_lines_is_400(server):
    wire = Wire(server.address)
    wire.send(request("GET", "/healthz").replace(
        b"\r\n", b"\r\nHost: localhost\r\n", 1))
    assert wire.response().status == 400
