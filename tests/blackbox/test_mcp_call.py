"""mcp-call against servers that behave in ways ours never would."""

import contextlib
import http.server
import json
import os
import pty
import socket
import subprocess
import threading

import pytest

CLIENT = os.path.join(os.environ.get("MCP_BUILDDIR", "."), "mcp-call")
LIMIT = 20      # seconds, for everything that should take none
TOOLS = [{"name": "t", "description": "A tool.", "inputSchema": {
    "type": "object", "required": ["n"],
    "properties": {"n": {"type": "integer"}, "s": {"type": "string"}}}}]


class Stub(http.server.ThreadingHTTPServer):
    """A server that answers as told and remembers what it was asked."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_port}/mcp"
        self.requests = []      # (method, path, headers, message)
        self.results = {"initialize": {"protocolVersion": "2025-06-18"},
                        "tools/list": {"tools": TOOLS},
                        "tools/call": {"content": []}}
        self.override = None    # function (handler, message) -> handled?
        self.pong = threading.Event()

    def seen(self, http_method):
        return [row for row in self.requests if row[0] == http_method]

    def calls(self):
        return [row[3]["params"] for row in self.requests
                if row[3] and row[3].get("method") == "tools/call"]


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def reply(self, status, body=b"", kind="application/json", **headers):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def begin_stream(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream; charset=utf-8")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True

    def event(self, data, name="message"):
        text = data if isinstance(data, str) else json.dumps(data)
        self.wfile.write(f"event: {name}\r\ndata: {text}\r\n\r\n".encode())
        self.wfile.flush()

    def handle_any(self):
        size = int(self.headers.get("Content-Length") or 0)
        message = json.loads(self.rfile.read(size)) if size else None
        self.server.requests.append((self.command, self.path,
                                     dict(self.headers), message))
        if self.server.override and self.server.override(self, message):
            return
        if self.command == "DELETE":
            self.reply(204)
        elif "id" not in message or "method" not in message:
            self.reply(202)
        else:
            result = self.server.results[message["method"]]
            answer = {"jsonrpc": "2.0", "id": message["id"], "result": result}
            self.reply(200, json.dumps(answer).encode(), Mcp_Session_Id="s-1")

    do_GET = do_POST = do_DELETE = handle_any


@pytest.fixture
def stub():
    server = Stub()
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield server
    server.shutdown()
    thread.join(LIMIT)
    server.server_close()


def mcp_call(*words, **environment):
    clean = {name: value for name, value in os.environ.items()
             if not name.startswith("DELIBERATE")}
    return subprocess.run([CLIENT, *words], env={**clean, **environment},
                          stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, timeout=LIMIT)


def is_method(message, method):
    return bool(message) and message.get("method") == method


# --- Usage ---------------------------------------------------------------

@pytest.mark.parametrize("words", [
    [], ["list"], ["http://127.0.0.1:1/mcp"],
    ["http://127.0.0.1:1/mcp", "lst"],
    ["http://127.0.0.1:1/mcp", "list", "more"],
    ["http://127.0.0.1:1/mcp", "call"],
    ["http://127.0.0.1:1/mcp", "call", "t", "{}", "n=1"],
    ["http://127.0.0.1:1/mcp", "report", "--phase", "planning", "text"],
    ["http://127.0.0.1:1/mcp", "report", "--phase", "p", "--status", "s"],
    ["http://127.0.0.1:1/mcp", "list", "--phase", "planning"],
    ["http://127.0.0.1:1/mcp", "list", "--no-such-option"],
    ["http://127.0.0.1:1/mcp", "list", "--timeout", "0"],
    ["http://127.0.0.1:1/mcp", "list", "--timeout", "soon"],
])
def test_a_wrong_command_line_is_exit_2(words):
    done = mcp_call(*words)
    assert done.returncode == 2
    assert "--help" in done.stderr and done.stdout == ""


def test_help_and_version_are_no_errors():
    assert "usage: mcp-call" in mcp_call("--help").stdout
    assert mcp_call("--version").stdout.startswith("mcp-call ")


@pytest.mark.parametrize("words", [["t", "{"], ["t", "n=x"], ["t", "n"]])
def test_wrong_arguments_are_exit_2_and_no_call(stub, words):
    done = mcp_call(stub.url, "call", *words)
    assert done.returncode == 2
    assert stub.calls() == []


def test_the_url_comes_from_the_environment_the_newer_name_first(stub):
    done = mcp_call("list", DELIBERATE_ORCHESTRATOR_MCP_URL=stub.url,
                    DELIBERATE_ORCHESTRATOR_URL="http://127.0.0.1:1/sse")
    assert done.returncode == 0
    done = mcp_call("list", DELIBERATE_ORCHESTRATOR_URL=stub.url)
    assert done.returncode == 0


# --- What is sent --------------------------------------------------------

def test_words_become_what_the_schema_wants(stub):
    done = mcp_call(stub.url, "call", "t", "n=7", "s=7", "x=7")
    assert done.returncode == 0
    assert stub.calls() == [{"name": "t", "arguments": {"n": 7, "s": "7",
                                                        "x": "7"}}]


def test_a_json_object_goes_as_it_is_without_asking_for_the_tools(stub):
    mcp_call(stub.url, "call", "t", '{"n": [1, {"a": null}]}')
    assert stub.calls()[0]["arguments"] == {"n": [1, {"a": None}]}
    assert not any(is_method(row[3], "tools/list") for row in stub.requests)


def test_session_and_revision_are_repeated_and_the_session_is_ended(stub):
    mcp_call(stub.url, "list")
    first, *others = [row[2] for row in stub.seen("POST")]
    assert "Mcp-Session-Id" not in first
    assert len(others) == 2
    for headers in others + [stub.seen("DELETE")[0][2]]:
        assert headers["Mcp-Session-Id"] == "s-1"
        assert headers["MCP-Protocol-Version"] == "2025-06-18"


def test_all_pages_of_the_tools_are_read(stub):
    def pages(handler, message):
        if not is_method(message, "tools/list"):
            return False
        cursor = message.get("params", {}).get("cursor")
        result = {"tools": [{"name": cursor or "first"}]}
        if cursor != "third":
            result["nextCursor"] = "third" if cursor else "second"
        handler.reply(200, json.dumps({"jsonrpc": "2.0", "id": message["id"],
                                       "result": result}).encode())
        return True
    stub.override = pages
    done = mcp_call("--json", stub.url, "list")
    assert [tool["name"] for tool in json.loads(done.stdout)] == [
        "first", "second", "third"]


def test_the_token_is_sent_and_never_printed(stub):
    def refuse(handler, message):
        handler.reply(401, b'{"error":"invalid_token"}')
        return True
    stub.override = refuse
    done = mcp_call(stub.url, "list", DELIBERATE_ORCHESTRATOR_TOKEN="s3cret")
    assert stub.requests[0][2]["Authorization"] == "Bearer s3cret"
    assert done.returncode == 3
    assert "DELIBERATE_ORCHESTRATOR_TOKEN" in done.stderr
    assert "s3cret" not in done.stderr + done.stdout


@pytest.mark.parametrize("token", ["a b", "a\r\nX: y", "\u00e4", "x" * 5000])
def test_a_token_that_is_none_is_not_sent(stub, token):
    done = mcp_call(stub.url, "list", DELIBERATE_ORCHESTRATOR_TOKEN=token)
    assert done.returncode == 2
    assert stub.requests == [] and token not in done.stderr


def test_a_proxy_of_the_environment_is_not_asked_for_this_machine(stub):
    done = mcp_call(stub.url, "list", http_proxy="http://127.0.0.1:1",
                    no_proxy="")
    assert done.returncode == 0, done.stderr


# --- What comes ----------------------------------------------------------

def test_a_result_is_printed_block_by_block(stub):
    stub.results["tools/call"] = {"content": [
        {"type": "text", "text": "one"}, {"type": "image", "data": "AA=="},
        {"type": "resource", "resource": {"uri": "x:", "text": "two"}},
        {"type": "resource_link", "uri": "x:y"}]}
    done = mcp_call(stub.url, "call", "t")
    assert done.stdout == ("one\n[image; --json shows it]\ntwo\n"
                           "[resource_link x:y; --json shows it]\n")


def test_an_error_of_the_tool_is_exit_1_on_standard_error(stub):
    stub.results["tools/call"] = {"isError": True, "content": [
        {"type": "text", "text": "no good"}]}
    done = mcp_call(stub.url, "call", "t")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "mcp-call: t: no good\n"
    done = mcp_call("--json", stub.url, "call", "t")
    assert done.returncode == 1
    assert json.loads(done.stdout) == stub.results["tools/call"]


def test_control_characters_do_not_reach_a_terminal(stub):
    stub.results["tools/call"] = {"content": [
        {"type": "text", "text": "a\x1b[2Jb\tc\u00e4"}]}
    ours, theirs = pty.openpty()
    with contextlib.ExitStack() as stack:
        stack.callback(os.close, ours)
        subprocess.run([CLIENT, stub.url, "call", "t"], stdout=theirs,
                       timeout=LIMIT, check=True)
        os.close(theirs)
        text = os.read(ours, 1000).decode()
    assert text == "a?[2Jb\tc\u00e4\r\n"


def test_an_answer_may_come_on_a_stream_after_other_things(stub):
    def stream(handler, message):
        if not is_method(message, "tools/call"):
            return False
        handler.begin_stream()
        handler.event("")
        handler.event({"jsonrpc": "2.0", "method": "notifications/message"})
        handler.event({"jsonrpc": "2.0", "id": 99, "result": {}})
        handler.event({"jsonrpc": "2.0", "id": message["id"], "result": {
            "content": [{"type": "text", "text": "here"}]}})
        return True
    stub.override = stream
    assert mcp_call(stub.url, "call", "t").stdout == "here\n"


def test_a_request_of_the_server_is_answered_while_we_wait(stub):
    def ask_first(handler, message):
        if message and message.get("id") == "p" and "result" in message:
            stub.pong.set()
        if not is_method(message, "tools/call"):
            return False
        handler.begin_stream()
        handler.event({"jsonrpc": "2.0", "id": "p", "method": "ping"})
        if stub.pong.wait(LIMIT):
            handler.event({"jsonrpc": "2.0", "id": message["id"],
                           "result": {"content": []}})
        return True
    stub.override = ask_first
    assert mcp_call(stub.url, "call", "t").returncode == 0


# --- What goes wrong -----------------------------------------------------

def fails(stub, override, *words, url=None):
    """Runs `call t` and returns the reason that it gave for exit 3."""
    stub.override = override
    done = mcp_call(*words, url or stub.url, "call", "t")
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.startswith("mcp-call: ")
    assert done.stderr.count("\n") == 1
    return done.stderr


def test_nobody_listening_is_exit_3(stub):
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        port = deaf.getsockname()[1]
        url = f"http://127.0.0.1:{port}/mcp"
        assert "connect" in fails(stub, None, url=url)


def test_the_body_of_a_refusal_is_shown(stub):
    def refuse(handler, message):
        handler.reply(421, b"Invalid Host header: say --allow-host")
        return True
    reason = fails(stub, refuse)
    assert "421" in reason and "--allow-host" in reason


def test_a_page_for_people_is_no_answer(stub):
    def page(handler, message):
        handler.reply(200, b"<html>Welcome</html>", "text/html")
        return True
    assert "MCP endpoint" in fails(stub, page)


def test_a_json_rpc_error_is_exit_3_with_its_message(stub):
    def error(handler, message):
        if not is_method(message, "tools/call"):
            return False
        handler.reply(200, json.dumps({
            "jsonrpc": "2.0", "id": message["id"],
            "error": {"code": -32602, "message": "no such thing"}}).encode())
        return True
    assert "-32602: no such thing" in fails(stub, error)


def test_an_error_that_names_no_request_is_ours(stub):
    def error(handler, message):
        handler.reply(200, b'{"jsonrpc":"2.0","id":null,"error":{"code":-3}}')
        return True
    assert "initialize: error -3: no message" in fails(stub, error)


def test_an_unknown_revision_is_refused(stub):
    stub.results["initialize"] = {"protocolVersion": "1999-01-01"}
    assert "1999-01-01" in fails(stub, None)


def test_a_server_that_never_answers_costs_the_timeout(stub):
    release = threading.Event()

    def wait(handler, message):
        release.wait(LIMIT)
        return False
    assert "--timeout" in fails(stub, wait, "--timeout", "0.3")
    release.set()


def test_a_stream_that_is_cut_before_the_answer_is_exit_3(stub):
    def cut(handler, message):
        if is_method(message, "tools/call"):
            handler.begin_stream()
            return True
        return False
    assert "no answer" in fails(stub, cut)


# --- HTTP+SSE ------------------------------------------------------------

def sse_url(stub):
    return f"http://127.0.0.1:{stub.server_port}/sse"


@pytest.mark.parametrize("endpoint", ["http://127.0.0.1:1/m", "//evil/m",
                                      "file:///etc/passwd"])
def test_an_endpoint_of_another_origin_gets_nothing(stub, endpoint):
    def elsewhere(handler, message):
        handler.begin_stream()
        handler.event(endpoint, "endpoint")
        return True
    assert "same origin" in fails(stub, elsewhere, url=sse_url(stub))
    assert stub.seen("POST") == []


def test_a_stream_without_an_endpoint_is_exit_3(stub):
    def silent(handler, message):
        handler.begin_stream()
        return True
    assert "where to post" in fails(stub, silent, url=sse_url(stub))


def test_an_sse_stream_that_ends_before_the_answer_is_exit_3(stub):
    posted = threading.Event()

    def end(handler, message):
        if handler.command == "GET":
            handler.begin_stream()
            handler.event("/messages", "endpoint")
            posted.wait(LIMIT)
        else:
            handler.reply(202)
            posted.set()
        return True
    assert "ended before the answer" in fails(stub, end, url=sse_url(stub))
