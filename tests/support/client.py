"""MCP clients of the revisions with sessions, over both transports. Every
message from the server is held against the schema of its revision, wherever it
comes (wire.py, conversation.py); ids have to be echoed."""

import json

from . import schema
from .conversation import Conversation
from .events import Events
from .wire import Wire

JSON = {"Content-Type": "application/json"}
KEY = "mcp-orchestrator/idempotencyKey"
BOTH = {"Accept": "application/json, text/event-stream"}


class RpcError(Exception):
    def __init__(self, error):
        super().__init__(f"{error['code']}: {error['message']}")
        self.error = error
        self.code = error["code"]
        self.message = error["message"]
        self.data = error.get("data")


class Client:
    """What all clients have in common.

    answers: what the client answers when the server asks it, by method: a
    result, a function that makes one of the params, or an RpcError. They are
    also the capabilities that it declares, unless others are given:

        ask = {"roots/list": {"roots": []},
               "elicitation/create": lambda params: {"action": "decline"}}
        agent = Streamable(server, answers=ask)

    Questions that come while a call is waited for are answered by themselves,
    and are in its .before; one that a test took itself is for answer()."""

    def __init__(self, server, name="agent", revision=schema.LATEST,
                 answers=None, capabilities=None, token=None):
        self.server = server
        self.credentials = \
            {"Authorization": f"Bearer {token}"} if token else {}
        self.name = name
        self.wanted = revision
        self.conversation = Conversation(revision)
        self.answers = answers or {}
        self.capabilities = capabilities
        if capabilities is None:
            self.capabilities = {method.split("/")[0]: {}
                                 for method in self.answers}
        self.last_id = 0

    @property
    def schema(self):
        """Of the revision that is spoken."""
        return self.conversation.schema

    def connect(self):
        return Wire(self.server.address, self.conversation)

    def next_id(self):
        self.last_id += 1
        return self.last_id

    def message(self, method, params=None, **more):
        message = {"jsonrpc": "2.0", "method": method, **more}
        if params is not None:
            message["params"] = params
        return message

    def initialize(self, **more):
        """The handshake. Returns the result of initialize."""
        result = self.request("initialize", {
            "protocolVersion": self.wanted,
            "capabilities": self.capabilities,
            "clientInfo": {"name": self.name, "version": "1"}, **more})
        self.notify("notifications/initialized")
        return result

    def request(self, method, params=None):
        """The result; raises RpcError."""
        return self.begin(method, params).result()

    def call(self, tool, arguments=None, **more):
        """The result of tools/call."""
        return self.begin_call(tool, arguments, **more).result()

    def begin_call(self, tool, arguments=None, **more):
        return self.begin("tools/call", {"name": tool, "arguments":
                                         arguments or {}, **more})

    def report(self, message, key=None, **more):
        """A status report that has to succeed. key: of idempotency."""
        meta = {"_meta": {KEY: key}} if key else {}
        result = self.call("update_status", {
            "phase": "execution", "status": "progress", "message": message,
            **more}, **meta)
        assert not result.get("isError"), result
        return result

    def answer_to(self, question):
        """The result for {method, params}; may raise RpcError."""
        method = question["method"]
        assert method in self.answers, f"no test expects {question}"
        answer = self.answers[method]
        if callable(answer):
            answer = answer(question.get("params"))
        if isinstance(answer, RpcError):
            raise answer
        return answer

    def answer(self, request):
        """Answers a request of the server's."""
        response = {"jsonrpc": "2.0", "id": request["id"]}
        try:
            response["result"] = self.answer_to(request)
        except RpcError as error:
            response["error"] = error.error
        self.send(response)


class Exchange:
    """A request under way."""

    def __init__(self, client, method, id):
        self.client = client
        self.method = method
        self.id = id
        self.before = []       # messages that came before the response
        self.message = None    # the response

    def result(self):
        self.finish()
        if "error" in self.message:
            raise RpcError(self.message["error"])
        return self.message["result"]

    def finish(self):
        """Waits for the response."""
        while self.message is None:
            message = self.next()
            if "method" not in message:
                assert message["id"] == self.id and \
                    type(message["id"]) is type(self.id), (message, self.id)
                self.message = message
                break
            self.before.append(message)
            if "id" in message:
                self.client.answer(message)
        return self.message

    def notification(self, method):
        """Waits for one of this name, which has to be the next message.
        Returns its params."""
        message = self.next()
        assert message.get("method") == method, message
        self.before.append(message)
        return message["params"]

    def progress(self):
        return self.notification("notifications/progress")


class Streamable(Client):
    """Streamable HTTP."""

    target = "/mcp"
    statuses = {200}       # of a response to a request

    def __init__(self, server, *args, **kwargs):
        super().__init__(server, *args, **kwargs)
        self.session = None
        self.wire = None

    def headers(self):
        headers = {**self.credentials}
        if self.session:
            headers["Mcp-Session-Id"] = self.session
        if self.session and self.schema.revision >= "2025-06-18":
            headers["MCP-Protocol-Version"] = self.schema.revision
        return headers

    def headers_of(self, message):
        """Headers of the POST of a message; bytes may be none."""
        return {**JSON, **BOTH, **self.headers()}

    def post(self, body, wire=None, **headers):
        """Sends a POST; body: bytes, or a message. Returns the response."""
        headers = {**self.headers_of(body), **headers}
        if not isinstance(body, bytes):
            body = json.dumps(body).encode()
        if wire is None:
            self.wire = wire = self.wire or self.connect()
        return wire.exchange("POST", self.target, headers, body)

    def send(self, message, wire=None):
        """A notification or a response."""
        response = self.post(message, wire or self.connect())
        assert (response.status, response.body) == (202, b""), response.body

    def begin(self, method, params=None, id=None, **headers):
        """Sends a request on a connection of its own."""
        id = self.next_id() if id is None else id
        exchange = StreamableExchange(self, method, id)
        exchange.send(self.message(method, params, id=id), headers)
        return exchange

    def request(self, method, params=None, **headers):
        """As before, on the connection that is kept alive."""
        id = self.next_id()
        exchange = StreamableExchange(self, method, id)
        exchange.response = self.post(self.message(method, params, id=id),
                                      **headers)
        result = exchange.result()
        if method == "initialize":
            self.session = exchange.response.header("Mcp-Session-Id")
        return result

    def call(self, tool, arguments=None, **more):
        return self.request("tools/call", {"name": tool, "arguments":
                                           arguments or {}, **more})

    def notify(self, method, params=None):
        self.wire = self.wire or self.connect()
        self.send(self.message(method, params), self.wire)

    def open(self, **more):
        """The standalone stream: its next().message is the next message."""
        wire = self.connect()
        response = wire.exchange("GET", self.target, {
            "Accept": "text/event-stream", **self.headers(), **more})
        events = Events(response)
        events.wire = wire
        events.is_long = True
        return events

    def delete(self):
        return self.connect().exchange("DELETE", self.target, self.headers())


class StreamableExchange(Exchange):
    response = None
    events = None
    primes = 0             # events that had an id alone
    last_event_id = None
    retry = None

    def send(self, message, headers):
        self.wire = self.client.connect()
        self.wire.ask("POST", self.client.target,
                      {**self.client.headers_of(message), **headers},
                      json.dumps(message).encode())

    def next(self):
        if self.response is None:
            self.response = self.wire.response("POST")
        assert self.response.status in self.client.statuses, \
            (self.response.status, self.response.body)
        if self.response.type == "application/json":
            return self.response.json
        if self.events is None:
            self.events = Events(self.response)
        event = self.next_event()
        if event is None and self.retry is not None:    # come back, it says
            event = self.resume().next_event()
        assert event, "the stream ended before the response"
        return event.message

    def next_event(self):
        """The next event that says something, or None."""
        while event := self.events.next():
            assert event.name == "message", event
            self._note(event)
            if event.data:
                return event
            assert self.client.schema.revision == "2025-11-25", event
            self.primes += 1
            self.retry = event.retry
        return None

    def _note(self, event):
        """Only some revisions have ids; then all events have, each its own
        (but for an answer that is all of its stream)."""
        revision = self.client.schema.revision
        if event.id:
            assert "2025-03-26" <= revision < "2026", event
        if event.id or self.last_event_id:
            assert event.id and event.id != self.last_event_id, event
        self.last_event_id = event.id

    def cut(self):
        """The connection breaks."""
        self.wire.reset()
        self.response = self.events = None

    def resume(self, last_event_id=None):
        """The client comes back for what follows an event."""
        self.last_event_id = last_event_id or self.last_event_id
        self.events = self.client.open(
            **{"Last-Event-ID": self.last_event_id})
        self.response = self.events.response
        self.wire = self.events.wire
        self.message = None
        return self

    def is_over(self):
        """The client comes back, and hears that there is no more."""
        answer = self.client.connect().exchange("GET", self.client.target, {
            "Accept": "text/event-stream", **self.client.headers(),
            "Last-Event-ID": self.last_event_id})
        return answer.status == 405 and "error" in answer.json

    def finish(self):
        message = super().finish()
        if self.events:
            assert self.events.ends()
        return message

    @property
    def is_stream(self):
        return self.events is not None


class Sse(Client):
    """HTTP+SSE. One stream; responses may come in any order."""

    def __init__(self, server, *args, target="/sse", **kwargs):
        super().__init__(server, *args, **kwargs)
        self.early = {}        # responses by id
        self.stream_wire = self.connect()
        self.events = Events(self.stream_wire.exchange(
            "GET", target, self.credentials))
        endpoint = self.events.next()
        assert endpoint.name == "endpoint", endpoint
        self.endpoint = endpoint.data
        self.wire = self.connect()

    def post(self, body, target=None, **more):
        if not isinstance(body, bytes):
            body = json.dumps(body).encode()
        return self.wire.exchange("POST", target or self.endpoint,
                                  {**JSON, **self.credentials, **more}, body)

    def send(self, message):
        response = self.post(message)
        assert (response.status, response.body) == (202, b""), \
            (response.status, response.body)
        assert response.header("Content-Length") == "0"

    def begin(self, method, params=None, id=None):
        id = self.next_id() if id is None else id
        self.send(self.message(method, params, id=id))
        return SseExchange(self, method, id)

    def notify(self, method, params=None):
        self.send(self.message(method, params))

    def next_message(self):
        event = self.events.next()
        assert event, "the stream ended before the response"
        assert event.id is None, event
        return event.message

    def close(self):
        """The client leaves."""
        self.stream_wire.close()
        self.wire.close()


class SseExchange(Exchange):
    def next(self):
        client = self.client
        if self.id in client.early:
            return client.early.pop(self.id)
        message = client.next_message()
        if "method" in message or message.get("id") == self.id:
            return message
        client.early[message.get("id")] = message
        return self.next()
