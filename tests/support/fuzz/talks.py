"""Valid conversations, made at random: of each transport and revision, and
with the link. A conversation is a list of steps, which are plain data:

    kind      what peer.py does with it
    method, target, headers, body
    reply     how questions are answered that come before the answer
    leaves    does not wait for an answer; "" closes its side alone

In texts {session}, {event} and the like stand for what the server told."""

from .. import schema
from ..modern import META, NAMES, TASKS, header_value
from ..conversation import VERSION

WAYS = [*(("streamable", revision) for revision in schema.REVISIONS),
        ("sse", "2024-11-05"), ("sse", "2024-11-05"), ("sse", "2025-11-25"),
        ("modern", schema.STATELESS), ("modern", schema.STATELESS),
        ("link", "")]
CAPABILITIES = {"roots": {"listChanged": True}, "sampling": {},
                "elicitation": {}}
CLIENT = {"name": "fuzzer", "version": "1"}
REPLIES = ["good"] * 8 + ["decline", "error", "garbage", "stranger"]
# They end when they are cancelled, else with the time of a call.
WAITING = {"sleep_until_cancelled", "pending_until_cancelled", "hold"}
SLOW_ARGUMENTS = {"seconds", "timeout_seconds", "ms", "delay", "count", "n",
                  "size", "bytes"}
LINK_METHODS = {
    "hello": [{"protocol": 1}, {"protocol": 1, "after_seq": 10 ** 9}],
    "ack": [{"seq": 1}], "agents/list": [{}], "plugins/list": [{}],
    "agents/add": [{"name": "fuzz-agent"}, {"name": "b", "role": "r"}],
    "agents/revoke": [{"name": "fuzz-agent"}],
    "agents/exited": [{"name": "fuzz-agent", "code": 1}],
    "events/query": [{}, {"limit": 5}, {"agent": "a", "topic": "b"}],
    "log/level": [{"level": "error"}], "state": [{}],
    "clarification/answer": [{"question_id": "q", "answer": "a",
                              "answered_by": "human"}],
    "questions/list": [{}, {"limit": 2}],
    "budget/set": [{"tokens": 1000000000}],
    "budget/record": [{"tokens": 5}], "budget/get": [{}],
    "budget/reserve": [{"tokens": 1}],
    "budget/commit": [{"reservation_id": "r"}],
    "budget/release": [{"reservation_id": "r"}],
}


def sample(random, schema, name=""):
    """A value that fits a simple schema."""
    if "enum" in schema:
        return random.choice(schema["enum"])
    kind = schema.get("type", "object")
    if kind == "integer" or kind == "number":
        low = max(schema.get("minimum", 0), 0)
        if name in SLOW_ARGUMENTS:
            return low
        return random.choice([low, low + 1, low + 7])
    if kind == "boolean":
        return random.random() < 0.5
    if kind == "array":
        size = random.choice([0, 1, 3])
        items = schema.get("items", {"type": "string"})
        return [sample(random, items) for _ in range(size)]
    if kind == "string":
        return random.choice(["a", "hello world", "ü€😀", "x" * 200, "1"])
    required = schema.get("required", [])
    return {key: sample(random, part, key)
            for key, part in schema.get("properties", {}).items()
            if key in required or random.random() < 0.4}


class Talk:
    """One conversation in the making. catalog: what the server lists."""

    def __init__(self, random, catalog, way):
        self.random = random
        self.catalog = catalog
        self.transport, self.revision = way
        self.last_id = 0
        self.steps = []

    # -- messages --

    def next_id(self):
        self.last_id += 1
        if self.random.random() < 0.1:
            return f"id-{self.last_id}"
        return self.last_id

    def message(self, method, params=None, is_request=True):
        message = {"jsonrpc": "2.0", "method": method}
        if is_request:
            message["id"] = self.next_id()
        if self.transport == "modern":
            params = dict(params or {})
            params["_meta"] = {**params.get("_meta", {}), **self.who()}
        if params is not None:
            message["params"] = params
        return message

    def who(self):
        capabilities = dict(CAPABILITIES)
        if self.random.random() < 0.3:
            capabilities["extensions"] = {TASKS: {}}
        if self.random.random() < 0.1:
            capabilities = {}
        who = {VERSION: self.revision, META + "clientInfo": CLIENT,
               META + "clientCapabilities": capabilities}
        if self.random.random() < 0.2:
            who[META + "logLevel"] = "debug"
        return who

    def headers(self, body):
        if self.transport == "sse":
            return [["Content-Type", "application/json"]]
        headers = [["Content-Type", "application/json"],
                   ["Accept", "application/json, text/event-stream"]]
        if self.transport == "modern":
            method = body.get("method", "")
            name = body.get("params", {}).get(NAMES.get(method))
            headers += [["MCP-Protocol-Version", self.revision],
                        ["Mcp-Method", method]]
            if name is not None:
                headers += [["Mcp-Name", header_value(name)]]
            return headers
        if body.get("method") != "initialize" if isinstance(body, dict) \
                else True:
            headers += [["Mcp-Session-Id", "{session}"]]
            if self.revision >= "2025-06-18":
                headers += [["MCP-Protocol-Version", self.revision]]
        return headers

    # -- steps --

    def step(self, kind, body=None, **more):
        step = {"kind": kind, **more}
        if body is not None:
            target = "{endpoint}" if self.transport == "sse" else "/mcp"
            step = {"kind": kind, "method": "POST", "target": target,
                    "headers": self.headers(body), "body": body,
                    "reply": self.random.choice(REPLIES), **more}
        return step

    def add(self, *arguments, **more):
        self.steps.append(self.step(*arguments, **more))

    def request(self, method, params=None, kind="ask", **more):
        self.add(kind, self.message(method, params), **more)

    def notification(self, method, params=None):
        self.add("ask", self.message(method, params, False))

    # -- what an agent does --

    def call_params(self):
        tool = self.random.choice(self.catalog["tools"])
        params = {"name": tool["name"],
                  "arguments": sample(self.random, tool["inputSchema"])}
        meta = {}
        if self.random.random() < 0.3:
            meta["progressToken"] = self.random.choice([1, "token"])
        if self.random.random() < 0.1:
            meta["mcp-orchestrator/idempotencyKey"] = "key"
        if meta:
            params["_meta"] = meta
        return params

    def call(self):
        params = self.call_params()
        kind = self.random.random()
        if params["name"] in WAITING and kind > 0.01:
            if self.transport == "modern":
                self.request("tools/call", params, leaves="reset")
            else:
                self.request("tools/call", params, kind="cancel")
        elif kind < 0.05 and self.transport == "streamable":
            self.request("tools/call", params, kind="cut")
        else:
            self.request("tools/call", params)

    def report(self):
        self.request("tools/call", {"name": "update_status", "arguments": {
            "phase": "execution", "status": "progress", "message": "m",
            "metadata": {"n": self.last_id}}})

    def lists(self):
        method = self.random.choice([
            "tools/list", "resources/list", "resources/templates/list",
            "prompts/list"])
        self.request(method, self.random.choice([None, {}, {}]))

    def resource_uri(self):
        if self.random.random() < 0.3 and self.catalog["templates"]:
            template = self.random.choice(self.catalog["templates"])
            return template["uriTemplate"].replace("{id}", "7")
        return self.random.choice(self.catalog["resources"])["uri"]

    def read(self):
        self.request("resources/read", {"uri": self.resource_uri()})

    def prompt(self):
        prompt = self.random.choice(self.catalog["prompts"])
        arguments = {argument["name"]: "x"
                     for argument in prompt.get("arguments", [])}
        self.request("prompts/get", {"name": prompt["name"],
                                     "arguments": arguments})

    def complete(self):
        prompt = self.random.choice(self.catalog["prompts"])
        arguments = prompt.get("arguments") or [{"name": "x"}]
        self.request("completion/complete", {
            "ref": {"type": "ref/prompt", "name": prompt["name"]},
            "argument": {"name": arguments[0]["name"], "value": "p"}})

    def subscribe(self):
        self.request(self.random.choice(["resources/subscribe",
                                         "resources/unsubscribe"]),
                     {"uri": self.resource_uri()})

    def level(self):
        self.request("logging/setLevel", {"level": self.random.choice(
            ["debug", "info", "error", "emergency"])})

    def small(self):
        kind = self.random.randrange(4)
        if kind == 0:
            self.request("ping")
        elif kind == 1:
            self.notification("notifications/roots/list_changed")
        elif kind == 2:
            self.notification("notifications/cancelled", {
                "requestId": self.last_id, "reason": "r"})
        else:
            self.add("ask", {"jsonrpc": "2.0", "id": 1, "result": {}})

    def several(self):
        """A batch, or several requests behind each other in one piece."""
        messages = [self.message("prompts/list"), self.message("tools/list"),
                    self.message("tools/call", {
                        "name": "update_status", "arguments": {
                            "phase": "review", "status": "started",
                            "message": "in an array"}}),
                    self.message("notifications/progress", {
                        "progressToken": 1, "progress": 1}, False)]
        if self.revision == "2025-03-26":
            self.add("ask", messages)
        else:
            self.add("together", parts=[
                self.step("ask", message) for message in messages])

    # -- whole conversations --

    def with_session(self):
        acts = [self.call, self.call, self.report, self.lists, self.read,
                self.prompt, self.complete, self.subscribe, self.level,
                self.small, self.several]
        if self.revision == "2024-11-05":
            acts.remove(self.complete)
        self.request("initialize", {
            "protocolVersion": self.revision, "capabilities": CAPABILITIES,
            "clientInfo": CLIENT})
        self.notification("notifications/initialized")
        if self.transport == "streamable" and self.random.random() < 0.3:
            self.add("open", method="GET", target="/mcp", headers=[
                ["Accept", "text/event-stream"],
                ["Mcp-Session-Id", "{session}"],
                *self.random.choice([[], [["Last-Event-ID", "{event}"]]])])
        for _ in range(self.random.choice([1, 3, 6, 12])):
            self.random.choice(acts)()
        if self.transport == "streamable" and self.random.random() < 0.8:
            self.add("ask", method="DELETE", target="/mcp", headers=[
                ["Mcp-Session-Id", "{session}"]])

    def listen(self):
        kinds = self.random.choice([
            {"toolsListChanged": True}, {"taskIds": ["{task}"]},
            {"resourceSubscriptions": [self.resource_uri()]},
            {"promptsListChanged": True, "resourcesListChanged": True}])
        self.request("subscriptions/listen", {"notifications": kinds},
                     kind="listen")

    def task(self):
        self.request(self.random.choice(["tasks/get", "tasks/cancel"]),
                     {"taskId": "{task}"})

    def without_session(self):
        acts = [self.call, self.call, self.call, self.report, self.lists,
                self.read, self.prompt, self.complete, self.listen, self.task,
                self.several]
        self.request("server/discover")
        for _ in range(self.random.choice([1, 3, 6, 12])):
            self.random.choice(acts)()

    def with_link(self):
        for _ in range(self.random.choice([1, 3, 6])):
            method = self.random.choice(list(LINK_METHODS))
            params = self.random.choice(LINK_METHODS[method])
            self.add("link", headers=[])
            self.steps[-1]["body"] = {"jsonrpc": "2.0", "method": method,
                                      "id": self.next_id(), "params": params}

    def make(self):
        if self.transport == "sse":
            self.add("open", method="GET",
                     target=self.random.choice(["/sse", "/messages"]),
                     headers=[["Accept", "text/event-stream"]])
        if self.transport == "link":
            self.with_link()
        elif self.transport == "modern":
            self.without_session()
        else:
            self.with_session()
        return self.steps


def make(random, catalog):
    way = random.choice(WAYS)
    return way, Talk(random, catalog, way).make()
