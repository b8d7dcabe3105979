"""Streamable HTTP: sessions, statuses, headers, batches."""

import json
import re
import socket

import pytest

from support import schema
from support.client import BOTH, JSON, RpcError, Streamable
from support.modern import Modern
from support.wire import Wire

PING = {"jsonrpc": "2.0", "id": 1, "method": "ping"}


def error_of(response, status, code):
    """The error of a refused request."""
    assert response.status == status, (response.status, response.body)
    message = response.json
    assert message["error"]["code"] == code, message
    return message


# -- the handshake --

@pytest.mark.parametrize("revision", schema.REVISIONS)
def test_a_known_revision_is_answered_with_itself(server, revision):
    result = Streamable(server, revision=revision).initialize()
    assert result["protocolVersion"] == revision
    assert result["capabilities"]["tools"] is not None
    assert result["serverInfo"]["name"] == "deliberate-orchestrator"
    assert result["serverInfo"]["version"] == server.ready["version"]


@pytest.mark.parametrize("wanted", ["2026-07-28", "2024-10-07", "1.0", "",
                                    "2099-01-01"])
def test_another_revision_is_answered_with_the_latest(server, wanted):
    agent = Streamable(server)
    agent.wanted = wanted
    assert agent.initialize()["protocolVersion"] == "2025-11-25"


def test_the_server_name_is_an_option(start):
    agent = Streamable(start("--server-name", "other"))
    assert agent.initialize()["serverInfo"]["name"] == "other"


def test_initialize_with_a_version_header_is_served(server):
    agent = Streamable(server)
    body = agent.message("initialize", {
        "protocolVersion": "2025-11-25", "capabilities": {},
        "clientInfo": {"name": "a", "version": "1"}}, id="x-0")
    response = agent.post(body, **{"MCP-Protocol-Version": "2025-11-25"})
    assert response.json["result"]["protocolVersion"] == "2025-11-25"


@pytest.mark.parametrize("params", [
    None, {}, {"protocolVersion": 5}, [], {"protocolVersion": "2025-11-25"},
])
def test_initialize_without_its_params_is_refused_or_lenient(server, params):
    agent = Streamable(server)
    response = agent.post(agent.message("initialize", params, id=1))
    message = response.json
    if "error" in message:
        assert message["error"]["code"] in (-32602, -32600)


def test_session_ids_are_visible_ascii_and_all_differ(server):
    seen = set()
    for _ in range(20):
        agent = Streamable(server)
        agent.initialize()
        assert re.fullmatch(r"[\x21-\x7e]{16,}", agent.session)
        seen.add(agent.session)
    assert len(seen) == 20


def test_only_initialize_tells_a_session_id(agent):
    assert agent.post(PING).header("Mcp-Session-Id") is None


# -- sessions --

@pytest.mark.parametrize("method", ["ping", "tools/list"])
def test_a_request_without_a_session_is_400(server, method):
    response = Streamable(server).post({**PING, "method": method})
    assert error_of(response, 400, -32600)["id"] == 1


@pytest.mark.parametrize("session", ["x", "0" * 64, "a" * 5000, "ä"])
def test_an_unknown_session_is_404(server, session):
    agent = Streamable(server)
    agent.session = session
    assert agent.post(PING).status == 404
    assert agent.delete().status == 404
    response = agent.connect().exchange("GET", "/mcp", {
        "Accept": "text/event-stream", "Mcp-Session-Id": session})
    assert response.status == 404


def test_an_error_names_no_other_session(server, agent):
    other = Streamable(server)
    other.session = agent.session[:-1] + "~"
    assert agent.session.encode() not in other.post(PING).body


def test_a_deleted_session_is_404_ever_after(agent):
    assert agent.delete().status in (200, 204)
    assert agent.post(PING).status == 404
    assert agent.delete().status == 404


def test_delete_ends_the_sessions_stream(agent):
    stream = agent.open()
    assert agent.delete().status in (200, 204)
    assert stream.ends()


def test_delete_without_a_session_is_400(server):
    assert Streamable(server).delete().status == 400


def test_delete_ends_one_session_only(server, agent):
    other = Streamable(server)
    other.initialize()
    agent.delete()
    other.report("still here")


def test_initialize_on_a_live_session_is_400(agent):
    response = agent.post(agent.message("initialize", {
        "protocolVersion": "2025-11-25", "capabilities": {},
        "clientInfo": {"name": "a", "version": "1"}}, id=9))
    assert error_of(response, 400, -32600)["id"] == 9
    agent.report("still here")


def test_initialize_with_an_unknown_session_is_404(server):
    agent = Streamable(server)
    agent.session = "nobody"
    assert agent.post(agent.message("initialize", {
        "protocolVersion": "2025-11-25", "capabilities": {},
        "clientInfo": {"name": "a", "version": "1"}}, id=9)).status == 404


def test_an_idle_session_is_unloaded_and_one_with_a_stream_is_not(start):
    server = start("--session-idle", "0.1", "--keepalive", "0.1")
    idle, agent = Streamable(server), Streamable(server, name="streams")
    idle.initialize()
    agent.initialize()
    stream = agent.open()
    for _ in range(10):         # the server's own clock
        stream.comment()
    server.link.hello()
    clients = [session["client"] for session in
               server.link.request("state")["sessions"]]
    assert clients == ["streams"]
    assert idle.post(PING).status == 200    # its id brings it back


# -- requests --

@pytest.mark.parametrize("id", [0, 7, -1, 2**53, "", "a4acd4ce-0", "7",
                                "ü \"\\ \u2028"])
def test_the_id_comes_back_as_it_was(agent, id):
    message = agent.post({**PING, "id": id}).json
    assert message == {"jsonrpc": "2.0", "id": id, "result": {}}


def test_an_id_longer_than_64_bits_is_echoed_or_refused(agent):
    body = json.dumps({**PING, "id": "@"}).replace('"@"', "1" + "0" * 30)
    response = agent.post(body.encode())
    if response.status == 200:
        assert b"1" + b"0" * 30 in response.body
    else:
        error_of(response, 400, -32600)


@pytest.mark.parametrize("params", [None, {}, {"_meta": {"progressToken": 0}}])
@pytest.mark.parametrize("method", ["ping", "tools/list"])
def test_params_may_be_missing_empty_or_meta(agent, method, params):
    agent.request(method, params)


@pytest.mark.parametrize("method", [
    "tools/lisst", "resources/List", "prompts", "elicitation/create",
    "tasks/get", "rpc.discover", "x" * 100])
def test_an_unknown_method_is_32601_with_200(agent, method):
    error_of(agent.post({**PING, "method": method}), 200, -32601)


def test_2026_is_served_without_a_session(server):
    agent = Modern(server)
    found = agent.request("server/discover")
    assert found["supportedVersions"][0] == "2026-07-28"
    listed = agent.post(agent.message("tools/list", id=1))
    assert listed.json["result"]["tools"]
    assert listed.header("Mcp-Session-Id") is None


@pytest.mark.parametrize("method", [
    "initialize", "ping", "logging/setLevel", "resources/subscribe"])
def test_a_method_that_2026_does_not_have_is_404_and_32601(server, method):
    agent = Modern(server)
    error_of(agent.post(agent.message(method, id=1)), 404, -32601)


@pytest.mark.parametrize("header", ["Mcp-Method", "Mcp-Name"])
@pytest.mark.parametrize("value", ["other", None])
def test_a_header_that_is_not_the_bodys_is_32020(server, header, value):
    agent = Modern(server)
    message = agent.message("tools/call", {"name": "update_status"}, id=1)
    error_of(agent.post(message, **{header: value}), 400, -32020)


def test_a_bad_cursor_is_32602(agent):
    with pytest.raises(RpcError) as caught:
        agent.request("tools/list", {"cursor": "nowhere"})
    assert caught.value.code == -32602


@pytest.mark.parametrize("method", [
    "notifications/initialized", "notifications/cancelled",
    "notifications/roots/list_changed", "notifications/unknown", "x"])
def test_a_notification_is_202_and_empty(agent, method):
    response = agent.post({"jsonrpc": "2.0", "method": method,
                           "params": {"requestId": 99}})
    assert (response.status, response.body) == (202, b"")
    assert response.header("Content-Length") == "0"


@pytest.mark.parametrize("response", [
    {"jsonrpc": "2.0", "id": 1, "result": {}},
    {"jsonrpc": "2.0", "id": "x", "error": {"code": -1, "message": "no"}}])
def test_a_posted_response_is_202(agent, response):
    assert agent.post(response).status == 202


@pytest.mark.parametrize("body", [
    b"", b"{", b"nonsense", b'{"a": 1,}', b"'a'", b"\xff\xfe", b"{} {}",
    b'{"jsonrpc": "2.0", "id": 1, "method": "p\xffng"}', b"\0", b"NaN",
    b'{"jsonrpc": "2.0", "id": 1, "id": 2, "method": "ping"}'])
def test_what_is_not_json_is_400_and_32700(agent, body):
    assert "id" not in error_of(agent.post(body), 400, -32700)
    agent.report("still here")


@pytest.mark.parametrize("message", [
    5, "ping", None, True, {}, {"id": 1}, {"jsonrpc": "2.0", "id": 1},
    {"id": 1, "method": "ping"}, {"jsonrpc": "1.0", "id": 1,
                                  "method": "ping"},
    {"jsonrpc": 2.0, "id": 1, "method": "ping"},
    {**PING, "method": 5}, {**PING, "id": None}, {**PING, "id": 1.5},
    {**PING, "id": True}, {**PING, "id": {}}, {**PING, "id": [1]},
    {**PING, "params": "x"}, {**PING, "params": 1},
    {"jsonrpc": "2.0", "id": 1, "result": {}, "error": {}},
])
def test_what_is_no_message_is_400_and_32600(agent, message):
    error_of(agent.post(message), 400, -32600)
    agent.report("still here")


# -- headers --

@pytest.mark.parametrize("type", [
    "application/json", "application/json; charset=utf-8",
    "Application/JSON;charset=UTF-8", "application/json ; x=y"])
def test_json_is_taken_with_any_parameters(agent, type):
    assert agent.post(PING, **{"Content-Type": type}).status == 200


@pytest.mark.parametrize("type", ["text/plain", "application/jsonx", None,
                                  "application/x-www-form-urlencoded"])
def test_another_content_type_is_415(agent, type):
    assert agent.post(PING, **{"Content-Type": type}).status == 415


@pytest.mark.parametrize("accept", [
    "application/json, text/event-stream", "text/event-stream,application/json",
    "*/*", None, "application/json", "application/*", "text/html, */*;q=0.1",
    "Application/Json;q=1"])
def test_an_accept_with_json_gets_json(agent, accept):
    response = agent.post(PING, Accept=accept)
    assert response.json["result"] == {}


def test_an_accept_without_json_gets_a_stream(agent):
    exchange = agent.begin("ping", Accept="text/event-stream")
    assert exchange.result() == {}
    assert exchange.is_stream


@pytest.mark.parametrize("accept", ["text/html", "image/png, text/plain"])
def test_an_accept_with_neither_is_406(agent, accept):
    assert agent.post(PING, Accept=accept).status == 406


@pytest.mark.parametrize("version", ["1999-01-01", "x", "2025-11-25x"])
def test_an_unknown_version_header_is_400(agent, version):
    response = agent.post(PING, **{"MCP-Protocol-Version": version})
    assert response.status == 400
    assert response.json["error"]["code"] != -32022
    agent.report("still here")


@pytest.mark.parametrize("version", schema.REVISIONS + [None])
def test_a_known_version_header_or_none_is_taken(agent, version):
    assert agent.post(PING, **{"MCP-Protocol-Version": version}).status == 200


def test_header_names_have_any_case(agent):
    body = json.dumps(PING).encode()
    response = agent.connect().exchange("POST", "/mcp", {
        "CONTENT-TYPE": "application/json", "accept": "*/*",
        "mcp-session-id": agent.session,
        "mCp-PrOtOcOl-VeRsIoN": "2025-11-25"}, body)
    assert response.status == 200


def test_header_names_and_blanks_of_2026_make_no_difference(server):
    agent = Modern(server)
    message = agent.message("tools/list", id=1)
    headers = {name.upper(): f"  {value} "
               for name, value in agent.headers_of(message).items()}
    response = agent.connect().exchange("POST", "/mcp", headers,
                                        json.dumps(message).encode())
    assert response.status == 200


def test_get_and_delete_may_have_a_content_type_and_length_0(agent):
    more = {**JSON, "Content-Length": "0", **agent.headers()}
    response = agent.connect().exchange(
        "GET", "/mcp", {**BOTH, **more})
    assert (response.status, response.type) == (200, "text/event-stream")
    assert agent.connect().exchange("DELETE", "/mcp", more).status in (200,
                                                                       204)


# -- streams --

def test_get_before_initialized_opens_the_stream(server):
    agent = Streamable(server)
    agent.request("initialize", {
        "protocolVersion": "2025-11-25", "capabilities": {},
        "clientInfo": {"name": "a", "version": "1"}})
    agent.open()


def test_get_that_accepts_no_stream_is_406(agent):
    response = agent.connect().exchange(
        "GET", "/mcp", {"Accept": "application/json", **agent.headers()})
    assert response.status == 406


def test_get_without_a_session_is_400(server):
    response = Wire(server.address).exchange(
        "GET", "/mcp", {"Accept": "text/event-stream"})
    assert response.status == 400


def test_the_newest_stream_wins(agent):
    first = agent.open()
    agent.open()
    assert first.ends()


def test_calls_go_on_when_the_stream_is_cut(agent):
    agent.open().wire.reset()
    agent.report("still here")
    agent.open()


@pytest.mark.parametrize("method", ["PUT", "PATCH", "FROB"])
def test_another_method_is_405_with_allow(server, method):
    response = Wire(server.address).exchange(method, "/mcp")
    assert response.status == 405
    assert {"GET", "POST", "DELETE"} <= set(
        re.split(r",\s*", response.header("Allow")))


# -- batches --

def batch_client(server, revision):
    agent = Streamable(server, revision=revision)
    agent.initialize()
    return agent


def test_a_batch_of_2025_03_26_is_answered_whole(server):
    agent = batch_client(server, "2025-03-26")
    call = {"name": "update_status", "arguments": {
        "phase": "review", "status": "completed", "message": "m"}}
    response = agent.post([
        PING, agent.message("notifications/initialized"),
        agent.message("tools/call", call, id="b"),
        agent.message("nonsense", id=3)])
    answers = {answer["id"]: answer for answer in response.json}
    assert set(answers) == {1, "b", 3}
    assert answers[3]["error"]["code"] == -32601
    (payload,) = server.link.reports(1)
    assert payload["message"] == "m"


def test_a_batch_without_requests_is_202(server):
    agent = batch_client(server, "2025-03-26")
    response = agent.post([agent.message("notifications/initialized"),
                           {"jsonrpc": "2.0", "id": 5, "result": {}}])
    assert (response.status, response.body) == (202, b"")


def test_an_empty_batch_is_32600(server):
    agent = batch_client(server, "2025-03-26")
    error_of(agent.post(b"[]"), 400, -32600)


def test_initialize_in_a_batch_is_32600(server):
    agent = Streamable(server)
    error_of(agent.post([agent.message("initialize", {
        "protocolVersion": "2025-03-26", "capabilities": {},
        "clientInfo": {"name": "a", "version": "1"}}, id=1)]), 400, -32600)


@pytest.mark.parametrize("revision", ["2024-11-05", "2025-06-18",
                                      "2025-11-25"])
def test_a_batch_of_another_revision_is_32600(server, revision):
    agent = batch_client(server, revision)
    error_of(agent.post([PING]), 400, -32600)


def test_a_batch_with_rubbish_is_refused_and_nothing_of_it_is_done(server):
    agent = batch_client(server, "2025-03-26")
    call = {"name": "update_status", "arguments": {
        "phase": "review", "status": "completed", "message": "m"}}
    error_of(agent.post([agent.message("tools/call", call, id=1), 1]),
             400, -32600)
    agent.report("after")
    (payload,) = server.link.reports(1)
    assert payload["message"] == "after"


# -- the connection --

def test_a_kept_connection_serves_many_requests(agent):
    wire = agent.connect()
    for id in range(100):
        assert agent.post({**PING, "id": id}, wire).json["id"] == id


def test_fifty_posts_at_once_on_one_session(server, agent):
    calls = [agent.begin_call("update_status", {
        "phase": "execution", "status": "progress", "message": f"{n}"})
        for n in range(50)]
    for call in calls:
        assert not call.result().get("isError")
    assert {payload["message"] for payload in server.link.reports(50)} \
        == {f"{n}" for n in range(50)}


def test_json_is_the_answer_when_nothing_comes_first(agent):
    response = agent.post(PING)
    assert response.type == "application/json"
    assert response.header("Content-Length") == str(len(response.body))


def test_head_and_body_arrive_together(agent):
    wire = agent.connect()
    wire.ask("POST", "/mcp", {**JSON, **BOTH, **agent.headers()},
             json.dumps(PING).encode())
    assert b'"result"' in wire.socket.recv(65536, socket.MSG_PEEK)
