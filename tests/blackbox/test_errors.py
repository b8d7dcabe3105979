"""Each error code, with its HTTP status, in each revision and over HTTP+SSE."""

import json

import pytest

from support import schema
from support.client import JSON, Sse, Streamable
from support.modern import META, Modern
from support.wire import request

SSE = "sse"
SESSIONS = schema.REVISIONS
MODERN = schema.STATELESS
EVERYWHERE = pytest.mark.parametrize("era", [SSE, *SESSIONS, MODERN])
WITH_SESSIONS = pytest.mark.parametrize("era", [SSE, *SESSIONS])


@pytest.fixture
def rows(start):
    server = start("--max-calls", "1", plugins=("rows", "flow"))
    server.link.hello()
    return server


def connect(server, era, **more):
    if era == MODERN:
        return Modern(server, **more)
    agent = Sse(server, revision="2024-11-05", **more) if era == SSE else \
        Streamable(server, revision=era, **more)
    agent.initialize()
    return agent


def outcome(agent, response, id=None):
    """The status of a POST, and the message that answers it."""
    if response.status != 202:
        return response.status, response.json
    message = agent.next_message()
    assert message["id"] == id
    return 202, message


def ask(agent, method, params=None, **headers):
    id = agent.next_id()
    return outcome(agent, agent.post(agent.message(method, params, id=id),
                                     **headers), id)


def expect(agent, answer, status, code):
    """An error of the request: over HTTP+SSE it comes on the stream."""
    got, message = answer
    assert got == (202 if isinstance(agent, Sse) else status), message
    assert message["error"]["code"] == code, message
    assert message["error"]["message"]
    return message["error"]


def refuse(response, code, id=None):
    """What is no good request is refused in the answer to the POST."""
    assert response.status == 400, response.body
    assert response.json["error"]["code"] == code, response.body
    assert response.json.get("id") == id
    return response.json["error"]


# -- of JSON-RPC --

@EVERYWHERE
@pytest.mark.parametrize("body", [b"", b"{", b"nonsense", b'{"a":1}}'])
def test_what_is_no_json_is_32700(server, era, body):
    refuse(connect(server, era).post(body), -32700)


@EVERYWHERE
@pytest.mark.parametrize("more", [
    {"method": None}, {"method": 5}, {"jsonrpc": "1.0"}, {"params": "x"}])
def test_what_is_no_message_is_32600(server, era, more):
    agent = connect(server, era)
    message = {**agent.message("ping", id=1), **more}
    response = agent.post(json.dumps(message).encode())
    refuse(response, -32600, response.json.get("id"))


@EVERYWHERE
@pytest.mark.parametrize("id", [None, 1.5, True, {}, []])
def test_an_id_that_is_none_is_32600(server, era, id):
    agent = connect(server, era)
    message = {**agent.message("ping"), "id": id}
    refuse(agent.post(json.dumps(message).encode()), -32600)


@EVERYWHERE
@pytest.mark.parametrize("method", ["no/such", "", "tools/List",
                                    "notifications/initialized"])
def test_an_unknown_method_is_32601(server, era, method):
    agent = connect(server, era)
    expect(agent, ask(agent, method), 404 if era == MODERN else 200, -32601)


@EVERYWHERE
@pytest.mark.parametrize("method, params", [
    ("tools/call", {"name": "no_such"}),
    ("tools/call", {}),
    ("prompts/get", {"name": "no_such"}),
    ("prompts/get", {"name": "greet"}),
    ("prompts/get", {"name": "greet", "arguments": {"who": 5}}),
    ("tools/list", {"cursor": "no such"}),
])
def test_params_that_are_no_good_are_32602(rows, era, method, params):
    agent = connect(rows, era)
    expect(agent, ask(agent, method, params), 200, -32602)


@EVERYWHERE
def test_a_handler_that_breaks_its_promise_is_32603(rows, era):
    rows.announce("rows.*role")
    agent = connect(rows, era)
    expect(agent, ask(agent, "prompts/get", {"name": "wrong_role"}), 200,
           -32603)


# -- of the protocol --

@WITH_SESSIONS
def test_a_resource_that_is_not_there_is_32002(rows, era):
    agent = connect(rows, era)
    for uri in "rows://none", "rows://missing":
        error = expect(agent, ask(agent, "resources/read", {"uri": uri}),
                       200, -32002)
        assert error["data"]["uri"] == uri


def test_a_resource_that_is_not_there_is_32602_in_2026(rows):
    agent = connect(rows, MODERN)
    for uri in "rows://none", "rows://missing":
        error = expect(agent, ask(agent, "resources/read", {"uri": uri}),
                       200, -32602)
        assert error["data"]["uri"] == uri


MISMATCHES = pytest.mark.parametrize("headers", [
    {"Mcp-Method": "tools/list"}, {"Mcp-Method": "TOOLS/CALL"},
    {"Mcp-Name": "other"}, {"Mcp-Name": "=?base64?!!?="}])


@MISMATCHES
def test_a_header_unlike_the_body_is_32020_in_2026(rows, headers):
    agent = connect(rows, MODERN)
    call = {"name": "echo", "arguments": {"text": "a"}}
    expect(agent, ask(agent, "tools/call", call, **headers), 400, -32020)


@pytest.mark.parametrize("header", ["MCP-Protocol-Version", "Mcp-Method",
                                    "Mcp-Name"])
def test_a_header_that_is_missing_is_32020_in_2026(rows, header):
    agent = connect(rows, MODERN)
    call = {"name": "echo", "arguments": {"text": "a"}}
    expect(agent, ask(agent, "tools/call", call, **{header: None}), 400,
           -32020)


# In another case, so that a dict holds both.
@pytest.mark.parametrize("header, value", [
    ("mcp-protocol-version", MODERN), ("mcp-method", "tools/call"),
    ("mcp-name", "echo")])
def test_a_header_that_comes_twice_is_32020_in_2026(rows, header, value):
    agent = connect(rows, MODERN)
    call = {"name": "echo", "arguments": {"text": "a"}}
    expect(agent, ask(agent, "tools/call", call, **{header: value}), 400,
           -32020)


@pytest.mark.parametrize("era", ["2025-06-18", "2025-11-25"])
def test_a_version_that_comes_twice_is_400_in_a_session(rows, era):
    agent = connect(rows, era)
    expect(agent, ask(agent, "ping", **{"mcp-protocol-version": era}), 400,
           -32600)


@MISMATCHES
@WITH_SESSIONS
def test_before_2026_those_headers_mean_nothing(rows, era, headers):
    agent = connect(rows, era)
    call = {"name": "echo", "arguments": {"text": "a"}}
    _, message = ask(agent, "tools/call", call, **headers)
    assert message["result"]["content"][0]["text"] == "a"


ROOTS = {"name": "ask",
         "arguments": {"name": "a", "method": "roots/list", "params": {}}}


def test_a_capability_that_is_missing_is_32021_in_2026(rows):
    agent = connect(rows, MODERN)
    error = expect(agent, ask(agent, "tools/call", ROOTS), 400, -32021)
    assert error["data"]["requiredCapabilities"] == {"roots": {}}


@WITH_SESSIONS
def test_before_2026_it_is_an_error_result(rows, era):
    agent = connect(rows, era)
    status, message = ask(agent, "tools/call", ROOTS)
    assert status == (202 if era == SSE else 200)
    assert message["result"]["isError"] is True


@pytest.mark.parametrize("version", ["2099-01-01", "1.0", "2025-11-25"])
def test_a_version_that_nobody_speaks_is_32022_in_2026(server, version):
    agent = connect(server, MODERN)
    params = {"_meta": {META + "protocolVersion": version}}
    error = expect(agent, ask(agent, "tools/list", params,
                              **{"MCP-Protocol-Version": version}),
                   400, -32022)
    assert MODERN in error["data"]["supported"]
    assert error["data"]["requested"] == version


@pytest.mark.parametrize("era", ["2025-06-18", "2025-11-25"])
def test_before_2026_such_a_header_is_32600(server, era):
    agent = connect(server, era)
    expect(agent, ask(agent, "ping", **{"MCP-Protocol-Version": "1999-01-01"}),
           400, -32600)


@pytest.mark.parametrize("key", ["protocolVersion", "clientCapabilities"])
def test_what_each_request_of_2026_says_may_not_be_missing(server, key):
    agent = connect(server, MODERN)
    message = agent.message("tools/list", id=1)
    del message["params"]["_meta"][META + key]
    refuse(agent.post(message), -32602, 1)


# -- of this server --

def begin_hold(server, agent):
    call = agent.begin_call("hold", {"gate": "a"})
    server.link.event("flow.waiting")
    return call


@EVERYWHERE
def test_one_call_too_many_is_3(rows, era):
    holder = connect(rows, "2025-11-25")
    begin_hold(rows, holder)
    agent = connect(rows, era)
    expect(agent, ask(agent, "prompts/get", {
        "name": "greet", "arguments": {"who": "ann"}}), 200, 3)
    status, message = ask(agent, "tools/call", {"name": "echo"})
    assert message["result"]["isError"] is True
    assert status == (202 if era == SSE else 200)
    holder.delete()


def begin_post(agent, message):
    """A POST of which the last byte is missing; finish() sends it."""
    body = json.dumps(message).encode()
    headers = {**JSON} if isinstance(agent, Sse) else \
        agent.headers_of(message)
    target = agent.endpoint if isinstance(agent, Sse) else "/mcp"
    agent.conversation.sends(body)
    wire = agent.connect()
    data = request("POST", target, {"Host": wire.host, **headers}, body)
    wire.send(data[:-1])

    def finish():
        wire.send(data[-1:])
        return wire.response("POST")

    return finish


@EVERYWHERE
def test_what_comes_too_late_is_1(rows, era):
    begin_hold(rows, connect(rows, "2025-11-25"))
    agent = connect(rows, era)
    finish = begin_post(agent, agent.message("prompts/get", {
        "name": "greet", "arguments": {"who": "ann"}}, id=1))
    rows.signal()
    rows.link.notification("draining")
    expect(agent, outcome(agent, finish(), 1), 200, 1)
    rows.signal()
    rows.wait(-15)
