"""Has one conversation: carries out its steps, and judges what comes. Knows no
more of the server than its address and its link."""

import json
import re

from .. import schema
from ..conversation import VERSION
from . import Finding
from .mutations import dump, mutate_bytes
from .sockets import Gone, Wire
from .talks import sample
from .verdict import ALL

# What a request may be answered with when something is wrong with it, or with
# one before it; 202 and 200 when nothing is.
STATUSES = {200, 202, 204, 400, 401, 403, 404, 405, 406, 411, 413, 414, 415,
            417, 421, 431, 501, 505}
# With these in it the head may end elsewhere than we think.
FRAMING = {"content-length", "transfer-encoding", "expect", "connection",
           "upgrade", "host"}
NAME = re.compile(r"[A-Za-z0-9-]+")
MODEL = {"role": "assistant", "model": "m",
         "content": {"type": "text", "text": "Paris"}}
FOLDERS = {"roots": [{"uri": "file:///a", "name": "a"}]}
ROUNDS = 5
# Fixtures that fail, or promise more than they keep: an internal error.
BREAKING = ("protocol_error_job", "test_prompt_with_embedded_resource",
            "test_input_required_result_prompt")


def is_request(message):
    """Whether there has to be an answer with its id."""
    return (isinstance(message, dict) and message.get("jsonrpc") == "2.0"
            and isinstance(message.get("method"), str)
            and type(message.get("id")) in (int, str)
            and isinstance(message.get("params", {}), dict)
            and not message.keys() & {"result", "error"})


def is_response(message):
    return (message.get("jsonrpc") == "2.0" and "method" not in message
            and message.keys() & {"result", "error"})


def told_id(id):
    """An id as JSON, as it comes back: half a pair of surrogates is none."""
    return re.sub(r"\\ud[89a-f]..", r"\\ufffd", json.dumps(id))


def asks_as(message):
    """The revision that a message claims for itself."""
    params = message.get("params")
    meta = params.get("_meta") if isinstance(params, dict) else None
    return meta.get(VERSION) if isinstance(meta, dict) else None


def answer_to(question, reply, random):
    """The answers to a question: the last one is any good."""
    method, params = question["method"], question.get("params") or {}
    if method == "elicitation/create":
        good = {"action": "accept", "content": sample(
            random, params.get("requestedSchema", {}))}
    else:
        good = {"sampling/createMessage": MODEL,
                "roots/list": FOLDERS}.get(method, {})
    if reply == "decline":
        return [{"result": {"action": "decline"}
                 if method == "elicitation/create" else good}]
    if reply == "error":
        return [{"error": {"code": -1, "message": "no"}}]
    if reply == "garbage":
        return [{"result": random.choice([{}, "x", {"action": 7}, None])},
                {"result": good}]
    return [{"result": good}]


class Peer:
    """revision: the one spoken until an initialize is answered. strict: no
    step before this one was mutated."""

    def __init__(self, server, random, verdict, number=0):
        self.server = server
        self.random = random
        self.verdict = verdict
        self.told = {"session": "none", "endpoint": "/messages?session_id=x",
                     "event": "none", "task": "none", "cursor": "",
                     "conversation": str(number)}
        self.revision = schema.LATEST
        self.asked = {}         # by the id as JSON: the request
        self.answered = {}      # the same: its answer
        self.cancelled = set()  # ids
        self.strict = True
        self.wire = None
        self.streams = []
        self.long = None        # the stream of HTTP+SSE
        self.events = None
        self.is_known = True    # what we asked; not after rough bytes
        self.n_sent = 0

    def have(self, steps):
        """The whole conversation."""
        try:
            for step in steps:
                self.strict = self.strict and not step.get("is_mutated")
                getattr(self, step["kind"])(step)
        except (UnicodeDecodeError, ValueError, KeyError, TypeError) as error:
            raise Finding(f"what is that? {error!r}") from error
        finally:
            self.leave()

    def leave(self):
        for wire in [self.wire, *self.streams]:
            if wire:
                wire.close()

    # -- sending --

    def fill(self, text):
        if "{" in text:
            for name, value in self.told.items():
                text = text.replace(f"{{{name}}}", value)
        return text

    def note(self, text):
        """What is asked in a text. Returns its messages."""
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            return []
        messages = value if isinstance(value, list) else [value]
        for message in messages:
            if isinstance(message, dict) and "id" in message \
                    and not is_response(message):
                id = told_id(message["id"])
                if "method" in message or id not in self.asked:
                    self.asked[id] = message
                self.answered.pop(id, None)
            elif isinstance(message, dict) and "cancelled" in str(
                    message.get("method")):
                self.note_cancelled(message.get("params"))
        return messages

    def note_cancelled(self, params):
        """It may come before the answer, also to a request that follows."""
        if isinstance(params, dict):
            self.cancelled.add(told_id(params.get("requestId")))

    def render(self, step):
        """The bytes of a step, and the messages in them."""
        lines = [f"{step['method']} {self.fill(step['target'])} HTTP/1.1",
                 f"Host: 127.0.0.1:{self.server.address[1]}"]
        lines += [f"{name}: {self.fill(value)}"
                  for name, value in step["headers"]]
        body, messages = b"", []
        if "body" in step:
            text = self.fill(dump(step["body"]))
            body, messages = text.encode(), self.note(text)
            lines += [f"Content-Length: {len(body)}"]
        head = "\r\n".join(lines).encode("latin-1", "replace")
        self.n_sent += 1
        return head + b"\r\n\r\n" + body, messages

    def connect(self):
        return Wire(self.server.address)

    def send_alone(self, step):
        """Sends it on a connection of its own, which is returned, with the
        messages in it."""
        data, messages = self.render(step)
        wire = self.connect()
        wire.send(data)
        return wire, messages

    def main_wire(self):
        if self.wire is None or not self.wire.is_open:
            self.wire = self.connect()
        return self.wire

    def is_rough(self, step):
        return "bytes" in step or any(
            name.lower() in FRAMING or not NAME.fullmatch(name)
            for name, _ in step["headers"])

    # -- the kinds of steps --

    def ask(self, step):
        data, messages = self.render(step)
        if self.is_rough(step):
            self.rough(step, data)
        elif step.get("leaves"):
            wire = self.connect()
            wire.send(data)
            wire.close(step["leaves"] == "reset")
        else:
            wire = self.main_wire()
            wire.send(data)
            self.answer(step, wire, messages)

    def rough(self, step, data):
        """Bytes that need not be HTTP."""
        for mutation in step.get("bytes", []):
            data = mutate_bytes(data, mutation)
        self.is_known = False
        wire = self.connect()
        wire.send(data)
        if step.get("leaves"):
            wire.close(step["leaves"] == "reset")
            return
        wire.half_close()
        while wire.more():
            pass
        wire.close()
        self.judge_rough(wire.data)

    def judge_rough(self, data):
        if data and not data.startswith(b"HTTP/1."):
            raise Finding(f"no HTTP: {data[:300]!r}")
        for status in re.findall(rb"^HTTP/1.\d (\d+)", data, re.M):
            if int(status) not in STATUSES | {100}:
                raise Finding(f"status {status} in {data[:1000]!r}")
        text = data.decode()
        for match in re.finditer(r'\{"jsonrpc"', text):
            message, _ = json.JSONDecoder().raw_decode(text, match.start())
            if "method" in message:
                self.verdict.other(message, ALL)
            elif "error" in message:
                self.verdict.response(message, None, ALL[::-1])

    def cancel(self, step):
        """A request that is cancelled while it is under way."""
        if self.is_rough(step) or step["method"] != "POST":
            self.ask(step)
            return
        wire, messages = self.send_alone(step)
        id = messages[0].get("id") if messages and isinstance(
            messages[0], dict) else None
        self.ask({**step, "kind": "ask", "method": "POST", "body": {
            "jsonrpc": "2.0", "method": "notifications/cancelled",
            "params": {"requestId": id}}})
        self.take_body(step, wire, self.head_of(step, wire), {})
        wire.close()

    def cut(self, step):
        """A request whose connection breaks; the client comes back."""
        if self.is_rough(step) or step["method"] != "POST":
            self.ask(step)
            return
        wire, messages = self.send_alone(step)
        head = self.head_of(step, wire)
        if head.type == "text/event-stream" and head.status == 200:
            event, id, text = next(wire.events(head), (None, None, None))
            wire.close(is_reset=True)
            if text and event != "retry":
                self.take_event(json.loads(text), step)
            if id:
                self.told["event"] = id
                self.wait_for(self.wanted(messages), self.resume(), step)
        wire.close()

    def open(self, step):
        """A stream that stays."""
        if self.is_rough(step):
            self.ask(step)
            return
        wire, _ = self.send_alone(step)
        head = self.head_of(step, wire)
        if head.type != "text/event-stream" or head.status != 200 \
                or step["method"] != "GET":
            if step["method"] != "GET" or head.type != "text/event-stream":
                self.take_body(step, wire, head, {})
            wire.close()
            return
        self.streams.append(wire)
        if not step["target"].startswith("/mcp"):
            self.long, self.events = wire, wire.events(head)
            self.revision = schema.LATEST       # before initialize
            event, _, data = next(self.events)
            if event != "endpoint":
                raise Finding(f"no endpoint but {event} {data}")
            self.told["endpoint"] = data

    def listen(self, step):
        if self.is_rough(step):
            self.ask(step)
            return
        wire, _ = self.send_alone(step)
        head = self.head_of(step, wire)
        if step["method"] != "GET" and head.type == "application/json":
            self.take_body(step, wire, head, {})
        elif step["method"] != "GET" and head.status == 200:
            _, _, text = next(wire.events(head))
            self.take(json.loads(text))
        wire.close()

    def together(self, step):
        """Requests behind each other in one piece."""
        wire = self.main_wire()
        parts = [(part, *self.render(part)) for part in step["parts"]]
        wire.send(b"".join(data for _, data, _ in parts))
        for part, _, messages in parts:
            self.answer(part, wire, messages)

    def link(self, step):
        text = self.fill(dump(step["body"]))
        line = text.encode()
        for mutation in step.get("bytes", []):
            line = mutate_bytes(line, mutation)
        self.n_sent += 1
        message = None
        if "bytes" not in step and "\n" not in text:
            try:
                message = json.loads(text)
            except (ValueError, RecursionError):
                pass
        self.server.tell(line, message if is_request(message) else None)

    # -- reading --

    def head_of(self, step, wire):
        try:
            head = wire.head()
        except Gone:
            raise Finding("closed without an answer") from None
        allowed = {200, 202, 204} if self.strict else STATUSES
        if ["MCP-Protocol-Version", schema.STATELESS] in step["headers"]:
            allowed = allowed | {400, 404}      # where errors have a status
        if head.status not in allowed:
            body = wire.body(head, step["method"])
            raise Finding(f"status {head.status}: {body[:1000]!r}")
        return head

    def answer(self, step, wire, messages):
        """Reads the answer to what was sent with a whole head."""
        head = self.head_of(step, wire)
        if step["method"] == "GET" and head.type == "text/event-stream":
            wire.close()
            return
        wanted = self.wanted(messages)
        if any(message["method"] == "subscriptions/listen"
               for message in wanted.values()):
            wire.close()
            return
        try:
            self.take_body(step, wire, head, wanted)
        except Gone:
            raise Finding("the answer breaks off") from None
        if self.events and head.status == 202:
            self.long.give_time()
            self.wait_for(wanted, self.events, step)
        if head.status in (200, 202) and step["method"] == "POST":
            self.all_are_answered(wanted, head)
        self.go_on(step, wanted)

    def wanted(self, messages):
        """The requests that have to be answered, by id."""
        wanted = {told_id(message["id"]): message for message in messages
                  if is_request(message)}
        return {id: message for id, message in wanted.items()
                if id not in self.cancelled}

    def all_are_answered(self, wanted, head):
        for id, message in wanted.items():
            if id not in self.answered:
                raise Finding(f"status {head.status}, and no answer to "
                              f"{message}")

    def take_body(self, step, wire, head, wanted):
        if "mcp-session-id" in head.headers:
            self.told["session"] = head.headers["mcp-session-id"]
        if head.type == "text/event-stream" and head.status == 200:
            events = wire.events(head)
            self.wait_for(wanted, events, step)
            for event, _, text in events:
                if text and event != "retry":
                    self.take_event(json.loads(text), step)
            return
        body = wire.body(head, step["method"])
        if head.status == 202 and body:
            raise Finding(f"202 with {body!r}")
        if head.type == "application/json" and body and head.status != 401:
            self.take(json.loads(body))

    def wait_for(self, wanted, events, step):
        """Reads a stream until all is answered, or to its end."""
        missing = set(wanted) - set(self.answered)
        retry = None
        while missing:
            event, id, text = next(events, (None, None, None))
            if event == "retry":
                retry = text
                continue
            if event is None and retry:
                events, retry = self.resume(), None
                continue
            if event is None:
                return
            if id:
                self.told["event"] = id
            if text:
                self.take_event(json.loads(text), step)
            missing -= set(self.answered)

    def take_event(self, message, step):
        self.take(message)
        if "method" in message and "id" in message:
            self.reply(message, step)

    def resume(self):
        step = {"method": "GET", "target": "/mcp", "headers": [
            ["Accept", "text/event-stream"], ["Mcp-Session-Id", "{session}"],
            ["Last-Event-ID", "{event}"]]}
        wire, _ = self.send_alone(step)
        self.streams.append(wire)
        return wire.events(self.head_of(step, wire))

    def reply(self, question, step):
        """Answers what the server asks, on a connection of its own."""
        reply = step.get("reply", "good")
        answers = answer_to(question, reply, self.random)
        ids = [question["id"]] * len(answers)
        if reply == "stranger":
            answers, ids = answers * 2, ["stranger", question["id"]]
        for id, answer in zip(ids, answers):
            wire, _ = self.send_alone({**step, "body": {
                "jsonrpc": "2.0", "id": id, **answer}})
            head = wire.head()
            if head.status not in (STATUSES if self.random_reply(reply)
                                   or not self.strict else {202}):
                raise Finding(f"status {head.status} for an answer")
            self.streams.append(wire)

    @staticmethod
    def random_reply(reply):
        return reply in ("garbage", "stranger")

    def take(self, value):
        for message in value if isinstance(value, list) else [value]:
            if "method" in message:
                self.take_other(message)
            else:
                self.take_response(message)

    def take_other(self, message):
        meta = (message.get("params") or {}).get("_meta", {})
        is_modern = any(name.startswith("io.modelcontextprotocol/")
                        for name in meta) or self.told["session"] == "none" \
            and self.events is None
        self.verdict.other(message, [schema.STATELESS if is_modern
                                     else self.revision])

    def take_response(self, message):
        request, method = None, None
        revisions = [self.revision, schema.STATELESS]
        if message.get("id") is not None:
            id = json.dumps(message["id"])
            request = self.asked.get(id)
            if request is None and not self.is_known:
                return
            if request is None:
                raise Finding(f"nobody asked for {message}")
            self.answered[id] = message
            method = request.get("method")
            if asks_as(request) == schema.STATELESS:
                revisions.reverse()
        result = message.get("result")
        if isinstance(result, dict) and "serverInfo" in result \
                and method == "initialize":
            if result.get("protocolVersion") not in schema.REVISIONS:
                raise Finding(f"initialize: {message}")
            self.revision = result["protocolVersion"]
            revisions = [self.revision]
        if "error" in message:
            revisions = [*revisions, schema.LATEST]
        elif self.strict:
            revisions = revisions[:1]
        self.verdict.response(message, method, revisions)
        if message.get("error", {}).get("code") == -32603 \
                and not any(name in json.dumps(request) for name in BREAKING):
            raise Finding(f"an internal error: {message}")
        if isinstance(result, dict):
            self.told["cursor"] = result.get("nextCursor", "")
            self.told["task"] = str(result.get("taskId", self.told["task"]))

    def go_on(self, step, wanted):
        """Another round of a request that came back with questions."""
        for id, message in wanted.items():
            result = self.answered.get(id, {}).get("result", {})
            n_rounds = step.get("n_rounds", 0)
            if not isinstance(result, dict) or n_rounds == ROUNDS \
                    or result.get("resultType") != "input_required":
                continue
            answers = {}
            for key, question in result.get("inputRequests", {}).items():
                answer = answer_to(question, step.get("reply"), self.random)
                answers[key] = answer[0].get("result", {})
            params = {**message["params"], "inputResponses": answers}
            if "requestState" in result:
                params["requestState"] = result["requestState"]
            self.strict = self.strict and step.get("reply") != "garbage"
            self.ask({**step, "n_rounds": n_rounds + 1, "body": {
                **message, "id": f"round-{n_rounds}", "params": params}})
