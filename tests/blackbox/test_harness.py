"""The tests' own clients: a wrong message is refused, on whatever way it
comes. The server here is a peer that sends what it is told."""

import contextlib
import json
import socket
import threading
import types

import pytest

from support import LIMIT
from support.client import RpcError, Sse, Streamable
from support.modern import SUBSCRIPTION, Modern
from support.schema import LATEST
from support.wire import Wire, finish_all

ACCEPTED = b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n"


def as_json(message):
    body = json.dumps(message).encode()
    return (b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
            b"Content-Length: %d\r\n\r\n" % len(body)) + body


def as_stream(*messages, first=b""):
    """A stream that ends with the connection."""
    return (b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
            b"Cache-Control: no-store\r\nX-Accel-Buffering: no\r\n\r\n"
            + first + b"".join(b"data: %s\n\n" % json.dumps(message).encode()
                               for message in messages))


def as_sse(*messages):
    return as_stream(*messages, first=b"event: endpoint\ndata: /messages\n\n")


@pytest.fixture
def peer():
    """peer(bytes, ...): a server; each to one connection, after a head."""
    with contextlib.ExitStack() as stack:
        stack.callback(finish_all)
        others = stack.enter_context(contextlib.ExitStack())

        def serve(listener, replies):
            for data in replies:
                other = others.enter_context(listener.accept()[0])
                with other.makefile("rb") as file:
                    while file.readline() not in (b"\r\n", b""):
                        pass
                other.sendall(data)
                other.shutdown(socket.SHUT_WR)

        def peer(*replies):
            listener = stack.enter_context(
                socket.create_server(("127.0.0.1", 0)))
            listener.settimeout(LIMIT)
            thread = threading.Thread(target=serve, daemon=True,
                                      args=[listener, replies])
            thread.start()
            stack.callback(thread.join, LIMIT)
            return types.SimpleNamespace(address=listener.getsockname())

        yield peer


# -- the ways on which a message comes to one who sent tools/list as 1 --

def in_json(peer, message):
    Streamable(peer(as_json(message))).request("tools/list")


def in_the_body_nobody_read(peer, message):
    agent = Streamable(peer(as_json(message)))
    assert agent.post(agent.message("tools/list", id=1)).status == 200


def in_the_calls_stream(peer, message):
    Streamable(peer(as_stream(message))).request("tools/list")


def in_the_sessions_stream(peer, message):
    agent = Streamable(peer(ACCEPTED, as_stream(message)))
    agent.post(agent.message("tools/list", id=1))
    agent.open().next()


def in_the_sse_stream(peer, message):
    Sse(peer(as_sse(message), ACCEPTED)).request("tools/list")


def in_the_sse_stream_of_others(peer, message):
    agent = Sse(peer(as_sse(message), 2 * ACCEPTED))
    agent.begin("tools/list")
    agent.begin("ping").finish()


def in_a_stream_nobody_read(peer, message):
    Streamable(peer(as_stream(message))).begin("tools/list")
    finish_all()


def in_an_answer_nobody_read(peer, message):
    Streamable(peer(as_json(message))).begin("tools/list")
    finish_all()


def in_raw_bytes(peer, message):
    wire = Wire(peer(as_json(message)).address)
    wire.ask("POST", "/mcp", body=b'{"id": 1, "method": "tools/list"}')
    wire.rest()


WAYS = [in_json, in_the_body_nobody_read, in_the_calls_stream,
        in_the_sessions_stream, in_the_sse_stream,
        in_a_stream_nobody_read, in_an_answer_nobody_read, in_raw_bytes,
        in_the_sse_stream_of_others]


def message(id=1, **more):
    return {"jsonrpc": "2.0", "id": id, **more}


TOOLS = {"tools": []}
WRONG = {
    "not a ListToolsResult": message(result={"tools": "none"}),
    "resultType": message(result={**TOOLS, "resultType": "complete"}),
    "nobody asked": message(id="1", result=TOOLS),
    "jsonrpc": message(result=TOOLS, jsonrpc="1.0"),
    "result.*error": message(result=TOOLS, error={"code": 1, "message": ""}),
    "not a JSONRPCErrorResponse": message(error={"code": 1}),
    "data": message(error={"code": -32042, "message": "go", "data": {}}),
    "has no notifications/x": {"jsonrpc": "2.0", "method": "notifications/x"},
    "not a ProgressNotification": {
        "jsonrpc": "2.0", "method": "notifications/progress",
        "params": {"progress": "half"}},
    "not a ElicitRequest": message(
        id="a", method="elicitation/create", params={"message": "?"}),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("why", WRONG)
def test_a_wrong_message_is_refused_on_every_way(peer, way, why):
    with pytest.raises(AssertionError, match=why):
        way(peer, WRONG[why])


@pytest.mark.parametrize("way", WAYS[:-1])
def test_a_right_one_is_taken(peer, way):
    way(peer, message(result=TOOLS))


# -- what only some revisions know --

@pytest.mark.parametrize("revision, answers, why", [
    ("2025-03-26", [message(result={}), message(id=7, result={})], "nobody"),
    ("2025-03-26", [], "an empty batch"),
    (LATEST, [message(result={})], "has no JSONRPCBatchResponse")])
def test_a_wrong_batch_is_refused(peer, revision, answers, why):
    agent = Streamable(peer(as_json(answers)), revision=revision)
    with pytest.raises(AssertionError, match=why):
        agent.post([agent.message("ping", id=1)])


def test_an_answer_to_what_no_revision_has_is_refused(peer):
    with pytest.raises(AssertionError, match="has no tools/lisst"):
        Streamable(peer(as_json(message(result={})))).request("tools/lisst")


def test_a_revision_that_nobody_knows_is_refused(peer):
    agent = Streamable(peer(as_json(message(
        result={"protocolVersion": "2099-01-01"}))))
    with pytest.raises(AssertionError, match="2099"):
        agent.initialize()


TASK = {"taskId": "t", "status": "working", "createdAt": "", "ttlMs": 1,
        "lastUpdatedAt": ""}


@pytest.mark.parametrize("method, result, why", [
    ("tools/call", {"content": []}, "content"),
    ("tools/call", {"content": [], "resultType": "done"}, "done"),
    ("tools/call", {"content": "", "resultType": "complete"},
     "not a CallToolResult"),
    ("tools/call", {"resultType": "input_required"}, "input_required"),
    ("tools/call", {"resultType": "input_required", "inputRequests": {
        "a": {"method": "ping"}}}, "not a InputRequiredResult"),
    ("tools/list", {"resultType": "input_required", "requestState": "s"},
     "tools/list asks"),
    ("tools/call", {"resultType": "task"}, "not a CreateTaskResult"),
    ("tools/list", {**TASK, "resultType": "task"}, "is a task"),
    ("tasks/get", {**TASK, "status": "done", "resultType": "complete"},
     "not a GetTaskResult"),
    ("tasks/get", {**TASK, "status": "completed", "resultType": "complete",
                   "result": {"resultType": "complete"}}, "not a CallTool"),
    ("ping", {"resultType": "complete"}, "has no ping")])
def test_a_wrong_result_of_2026_is_refused(peer, method, result, why):
    agent = Modern(peer(as_json(message(result=result))))
    with pytest.raises(AssertionError, match=why):
        agent.request(method, {"name": "x"})


def test_an_old_client_that_asks_as_2026_is_answered_as_such(peer):
    agent, modern = Streamable(peer(as_json(message(result=TOOLS)))), \
        Modern(None)
    with pytest.raises(AssertionError, match="tools"):
        agent.post(modern.message("tools/list", id=1))


def test_an_error_of_2026_has_its_data(peer):
    agent = Modern(peer(as_json(message(error={
        "code": -32022, "message": "no", "data": {"supported": []}}))))
    with pytest.raises(AssertionError,
                       match="not a UnsupportedProtocolVersionError"):
        agent.request("tools/list")


# -- subscriptions --

def told(method, params, id=1):
    return {"jsonrpc": "2.0", "method": method,
            "params": {**params, "_meta": {SUBSCRIPTION: id}}}


GRANTED = told("notifications/subscriptions/acknowledged",
               {"notifications": {}})


@pytest.mark.parametrize("rest, why", [
    (told("notifications/tools/list_changed", {}, id=2), "list_changed"),
    (told("notifications/tasks", {}), "not a TaskStatusNotification"),
    (told("notifications/tools", {}), "has no notifications/tools"),
    (message(result={"resultType": "complete", "_meta": {}}),
     "not a SubscriptionsListenResult")])
def test_what_is_wrong_on_a_subscription_is_refused(peer, rest, why):
    stream = Modern(peer(as_stream(GRANTED, rest))).listen()
    with pytest.raises(AssertionError, match=why):
        stream.finish()


def test_a_subscription_begins_with_what_was_granted(peer):
    first = told("notifications/tools/list_changed", {})
    with pytest.raises(AssertionError, match="list_changed"):
        Modern(peer(as_stream(first, GRANTED))).listen()


# -- questions --

QUESTION = message(id="q", method="roots/list")


def test_a_question_that_no_test_expects_is_a_fault(peer):
    with pytest.raises(AssertionError, match="no test expects"):
        in_the_calls_stream(peer, QUESTION)


@pytest.mark.parametrize("answer", [
    {"roots": []}, lambda params: {"roots": []},
    RpcError({"code": -1, "message": "no", "data": 5})])
def test_a_question_is_answered(peer, answer):
    agent = Streamable(
        peer(as_stream(QUESTION, message(result=TOOLS)), ACCEPTED),
        answers={"roots/list": answer})
    assert agent.capabilities == {"roots": {}}
    call = agent.begin("tools/list")
    assert call.result() == TOOLS
    assert call.before == [QUESTION]


def test_an_error_keeps_all_that_it_says(peer):
    agent = Streamable(peer(as_json(message(
        error={"code": -5, "message": "no", "data": [1]}))))
    with pytest.raises(RpcError) as caught:
        agent.request("tools/list")
    assert (caught.value.code, caught.value.message, caught.value.data) \
        == (-5, "no", [1])
