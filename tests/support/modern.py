"""A client of 2026-07-28: no session and no handshake; every request says who
asks and what it can do."""

import base64

from . import schema
from .client import Streamable, StreamableExchange
from .conversation import VERSION

META = "io.modelcontextprotocol/"
TASKS = "io.modelcontextprotocol/tasks"
LOG_LEVEL = "io.modelcontextprotocol/logLevel"
SUBSCRIPTION = "io.modelcontextprotocol/subscriptionId"
# Where Mcp-Name comes from.
NAMES = {"tools/call": "name", "prompts/get": "name",
         "resources/read": "uri", "tasks/get": "taskId",
         "tasks/update": "taskId", "tasks/cancel": "taskId"}
ENDED = {"completed", "failed", "cancelled"}


def header_value(text):
    """A text as the headers carry it."""
    if text.isascii() and text.isprintable() and text == text.strip() \
            and not text.startswith("=?base64?"):
        return text
    return f"=?base64?{base64.b64encode(text.encode()).decode()}?="


class Modern(Streamable):
    """As Streamable, without initialize(). Requests get their _meta (what
    params["_meta"] holds already stays) and their headers, which any method
    that sends takes as keywords, too; None leaves one out:

        agent = Modern(server, answers={...})
        agent.request("tools/list")
        agent.call("greet", {"name": "Ada"})
        agent.post(agent.message("tools/list", id=1), **{"Mcp-Method": "x"})

    request() and call() go through rounds of questions with self.answers.
    begin(...).result() does not: it returns the input_required, and
    answers_to() makes the params of the next round of it. Of an error,
    begin(...).finish() gives the message, and .response.status the status.

    tasks: it can take tasks; what call() returns may be one for end_of().
    listen() opens a stream of notifications."""

    statuses = {200, 400, 404}

    def __init__(self, server, name="agent", answers=None, capabilities=None,
                 tasks=False):
        super().__init__(server, name, schema.STATELESS, answers,
                         capabilities)
        if tasks:
            self.capabilities = {**self.capabilities,
                                 "extensions": {TASKS: {}}}

    def message(self, method, params=None, **more):
        params = dict(params or {})
        params["_meta"] = {
            VERSION: schema.STATELESS,
            META + "clientInfo": {"name": self.name, "version": "1"},
            META + "clientCapabilities": self.capabilities,
            **params.get("_meta", {})}
        return super().message(method, params, **more)

    def headers_of(self, message):
        headers = {**super().headers_of(message),
                   "MCP-Protocol-Version": schema.STATELESS}
        if isinstance(message, dict) and "method" in message:
            method = message["method"]
            headers["Mcp-Method"] = method
            name = message["params"].get(NAMES.get(method))
            if name is not None:
                headers["Mcp-Name"] = header_value(name)
        return headers

    # -- questions --

    def request(self, method, params=None, **headers):
        for _ in range(10):
            result = super().request(method, params, **headers)
            if not self.answers or result["resultType"] != "input_required":
                return result
            params = {**(params or {}), **self.answers_to(result)}
        raise AssertionError(f"it asks and asks: {result}")

    def answers_to(self, result):
        """What a client adds to params when it answers an input_required, or
        a task of that state."""
        params = {"inputResponses": {
            key: self.answer_to(question)
            for key, question in result.get("inputRequests", {}).items()}}
        if "requestState" in result:
            params["requestState"] = result["requestState"]
        return params

    # -- streams and tasks --

    def listen(self, id=None, **kinds):
        """subscriptions/listen for kinds (toolsListChanged=True, ...); .kinds
        are those that the server acknowledged."""
        stream = Listening(self, "subscriptions/listen",
                           self.next_id() if id is None else id)
        stream.send(self.message(stream.method, {"notifications": kinds},
                                 id=stream.id), {})
        stream.kinds = stream.notification(
            "notifications/subscriptions/acknowledged")["notifications"]
        return stream

    def end_of(self, task):
        """Waits until a task ended; answers what it asks. Returns the task
        as tasks/get tells it in the end."""
        id = {"taskId": task["taskId"]}
        stream = self.listen(taskIds=[task["taskId"]])
        task = self.request("tasks/get", id)
        while task["status"] not in ENDED:
            if task["status"] == "input_required":
                self.request("tasks/update", {**id, **self.answers_to(task)})
            task = stream.notification("notifications/tasks")
        stream.wire.close()
        return self.request("tasks/get", id)


class Listening(StreamableExchange):
    """What was subscribed to: next() or notification() is what comes, and
    result() how it ends."""

    def next(self):
        message = super().next()
        told = message.get("params") or message["result"]
        assert told["_meta"][SUBSCRIPTION] == self.id, message
        return message
