"""HTTP+SSE, the transport of 2024-11-05, on every URL that agents use."""

import json
import re

import pytest

from support import schema
from support.client import RpcError, Sse
from support.events import Events
from support.wire import Wire

PING = {"jsonrpc": "2.0", "id": 1, "method": "ping"}


@pytest.mark.parametrize("target", ["/sse", "/messages"])
def test_the_first_event_is_the_endpoint(server, target):
    agent = Sse(server, target=target)
    assert re.fullmatch(r"/messages/?\?session_id=[\x21-\x7e]{16,}",
                        agent.endpoint)


@pytest.mark.parametrize("target", ["/sse", "/messages"])
@pytest.mark.parametrize("revision", schema.REVISIONS)
def test_every_revision_works_here(server, target, revision):
    agent = Sse(server, revision=revision, target=target)
    result = agent.initialize()
    assert result["protocolVersion"] == revision
    agent.report("hello")
    (payload,) = server.link.reports(1)
    assert payload["message"] == "hello"


@pytest.mark.parametrize("headers", [
    {}, {"Accept": "*/*"}, {"Accept": "text/event-stream"},
    {"Accept": "application/json"}, {"Accept": "text/event-stream",
                                     "MCP-Protocol-Version": "2024-11-05",
                                     "Cache-Control": "no-cache"},
    {"Content-Type": "application/json", "Content-Length": "0"}])
def test_any_accept_opens_the_stream(server, headers):
    for target in "/sse", "/messages":
        events = Events(Wire(server.address).exchange("GET", target, headers))
        assert events.next().name == "endpoint"


def test_the_stream_ends_its_lines_with_crlf(server):
    response = Wire(server.address).exchange("GET", "/sse")
    assert response.line() == b"event: endpoint\r\n"
    assert re.fullmatch(rb"data: /messages/?\?session_id=\S+\r\n",
                        response.line())
    assert response.line() == b"\r\n"


def test_the_stream_says_utf8(server):
    response = Wire(server.address).exchange("GET", "/sse")
    assert response.header("Content-Type").lower().replace(" ", "") \
        == "text/event-stream;charset=utf-8"


@pytest.mark.parametrize("form", ["/messages?", "/messages/?"])
def test_posts_go_to_the_path_with_and_without_a_slash(server, form):
    agent = Sse(server)
    agent.endpoint = form + agent.endpoint.split("?")[1]
    agent.initialize()
    agent.report("hello")


def test_a_post_is_202_and_its_answer_comes_on_the_stream(sse_agent):
    response = sse_agent.post(PING)
    assert (response.status, response.body) == (202, b"")
    assert sse_agent.next_message() == {"jsonrpc": "2.0", "id": 1,
                                        "result": {}}


def test_notifications_get_no_answer(sse_agent):
    sse_agent.notify("notifications/unknown")
    sse_agent.notify("notifications/cancelled", {"requestId": 77})
    assert sse_agent.request("ping") == {}


def test_discover_is_32601_on_the_stream_before_initialize(server):
    agent = Sse(server)
    with pytest.raises(RpcError) as caught:
        agent.begin("server/discover", {"_meta": {
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientCapabilities": {}}},
            id="server-discover-probe-1").result()
    assert caught.value.code == -32601
    agent.initialize()
    agent.report("hello")


def test_a_session_that_never_initialized_is_served(server):
    agent = Sse(server)
    agent.report("hello")
    response = agent.post(PING, **{"MCP-Protocol-Version": "2025-06-18"})
    assert response.status == 202
    assert agent.next_message()["result"] == {}


@pytest.mark.parametrize("type", ["application/json",
                                  "application/json; charset=utf-8"])
@pytest.mark.parametrize("accept", [None, "*/*", "text/html"])
def test_any_accept_posts(sse_agent, type, accept):
    assert sse_agent.post(PING, Accept=accept,
                          **{"Content-Type": type}).status == 202


@pytest.mark.parametrize("target, status", [
    ("/messages", 400), ("/messages/", 400), ("/messages?session_id=", 400),
    ("/messages?session=x", 400), ("/messages?session_id=nobody", 404),
    ("/messages/?session_id=" + "0" * 32, 404),
    ("/messages?session_id=%00", 404), ("/sse", 405),
])
def test_a_post_without_a_session_is_refused(server, target, status):
    response = Wire(server.address).exchange(
        "POST", target, {"Content-Type": "application/json"},
        json.dumps(PING).encode())
    assert response.status == status
    assert b"-32022" not in response.body


def test_post_to_sse_is_405_with_allow_and_no_json_rpc(server):
    response = Wire(server.address).exchange(
        "POST", "/sse", {"Content-Type": "application/json"},
        json.dumps(PING).encode())
    allowed = response.header("Allow").replace(" ", "").split(",")
    assert "GET" in allowed and "POST" not in allowed
    assert b"jsonrpc" not in response.body


def test_when_the_client_leaves_its_session_is_404(server, sse_agent):
    wire, endpoint = Wire(server.address), sse_agent.endpoint
    sse_agent.close()
    headers = {"Content-Type": "application/json"}
    body = json.dumps({"jsonrpc": "2.0", "method": "notifications/x"}).encode()
    # That it left reaches the server by itself, a moment later.
    for _ in range(10000):
        response = wire.exchange("POST", endpoint, headers, body)
        if response.body is not None and response.status == 404:
            return
    raise AssertionError("the session of a client that left lives on")


@pytest.mark.parametrize("body, code", [
    (b"{", -32700), (b"\xff", -32700), (b"5", -32600),
    (b'{"jsonrpc": "2.0", "id": null, "method": "ping"}', -32600),
    (b'[{"jsonrpc": "2.0", "id": 1, "method": "ping"}]', -32600)])
def test_a_bad_body_is_400_and_the_session_lives(sse_agent, body, code):
    response = sse_agent.post(body)
    assert response.status == 400
    assert response.json["error"]["code"] == code
    sse_agent.report("still here")


def test_two_sessions_get_their_own_answers(server):
    agents = [Sse(server, name=name) for name in ("ada", "ben")]
    for agent in agents:
        agent.initialize()
    calls = [agent.begin("ping", id=agent.name) for agent in agents]
    for call in reversed(calls):
        assert call.result() == {}


def test_a_megabyte_comes_back_in_one_event(sse_agent):
    text = "x" * 1_000_000
    result = sse_agent.report(text)
    assert text in result["content"][0]["text"]


def test_head_of_sse_does_not_open_a_stream(server):
    wire = Wire(server.address)
    response = wire.exchange("HEAD", "/sse")
    assert response.status in (200, 405)
    wire.close()


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
@pytest.mark.parametrize("target", ["/sse", "/messages"])
def test_another_method_is_405(server, method, target):
    assert Wire(server.address).exchange(method, target).status == 405
