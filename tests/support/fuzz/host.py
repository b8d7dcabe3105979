"""The server that conversations are had with, and its orchestrator: it answers
what it is asked, misses no event, and may be told anything."""

import json
import random
import threading
import time

from ..link import EVENT_KEYS
from ..server import GRAVE, SANITIZER, Server
from . import Finding
from .sockets import LIMIT

PLUGINS = ("status", "budget", "clarification", "context", "review", "example",
           "conformance", "flow")
OPTIONS = ["--call-timeout", "2", "--stream-after", "0.1", "--keepalive",
           "0.3", "--rate", "0", "--journal-max", 4_000_000, "--log-level",
           "error", "--max-sessions", 3000]


class Host:
    """address: where agents find it."""

    def __init__(self, *options):
        self.server = Server(*OPTIONS, *options, control="fd",
                             plugins=PLUGINS).wait_ready()
        self.address = self.server.address
        self.catalog = None
        self.reports = set()        # texts of the witnesses that came
        self.error = None
        self.random = random.Random(1)
        self.lock = threading.Lock()
        self.changed = threading.Condition()
        self.answered = {}          # by the id as JSON: how often
        self.heard = 0              # when the last line came
        self.thread = threading.Thread(target=self.read, daemon=True)
        self.server.link.hello()
        self.server._check_log = self.check_log
        self.server.link._check_event = self.note_event
        self.server.link._check_lag = self.note_lag
        self.thread.start()

    # -- the orchestrator --

    def send(self, message):
        with self.lock:
            self.server.link.send(json.dumps(message).encode() + b"\n")

    def read(self):
        try:
            while message := self.next_message():
                self.take(message)
        except Exception as error:
            self.error = error

    def next_message(self):
        while True:
            try:
                message = self.server.link.read()
                self.heard = time.monotonic()
                return message
            except TimeoutError:
                continue

    def note_event(self, event):
        """None is left out; a hello may have moved us back."""
        link = self.server.link
        if set(event) != EVENT_KEYS or event["seq"] > link.position + 1:
            raise Finding(f"event {event} after {link.position}")
        link.position = event["seq"]

    def note_lag(self, lag):
        """Of what a hello went back to, some may be gone."""
        if "lost" in lag:
            self.server.link.position = lag["lost"]["to"]

    def take(self, message):
        method, params = message.get("method"), message.get("params", {})
        if method == "event" and params["topic"] == "status_update":
            self.reports.add(params["payload"]["message"])
        elif method == "event" and params["topic"] == "question.opened":
            self.answer(params["payload"]["question_id"])
        elif method == "context/query":
            self.send({"jsonrpc": "2.0", "id": message["id"], "result": {
                "answer": "a", "items": []}})
        elif method is None:
            self.take_response(message)
        elif method not in ("event", "lag", "request/cancelled"):
            raise Finding(f"what is that on the link? {message}")

    def answer(self, question):
        """Now and then another one first, or twice."""
        answers = self.random.choice([[question]] * 9 + [
            ["no-question", question, question]])
        for id in answers:
            self.send({"jsonrpc": "2.0", "id": "answer",
                       "method": "clarification/answer", "params": {
                           "question_id": id, "answer": "yes",
                           "answered_by": "human"}})

    def take_response(self, message):
        if ("result" in message) == ("error" in message):
            raise Finding(f"no response: {message}")
        with self.changed:
            id = json.dumps(message["id"])
            self.answered[id] = self.answered.get(id, 0) + 1
            self.changed.notify_all()

    def tell(self, line, request):
        """Says a line; a request has to be answered, and be it with the
        word that it is no JSON after all."""
        def count():
            return self.answered.get(id, 0) + self.answered.get("null", 0)

        id = json.dumps(request["id"]) if request else None
        before = count()
        with self.lock:
            self.server.link.send(line + b"\n")
        self.heard = time.monotonic()   # others may come first, and many
        with self.changed:
            while request and count() == before:
                self.changed.wait(0.1)
                if self.error or time.monotonic() > self.heard + LIMIT:
                    raise Finding(f"the link does not answer {request}: "
                                  f"{self.error}")

    # -- what it offers --

    def look_around(self, ask):
        """Fills the catalog; ask(method, params) gives a result."""
        tools, cursor = [], {}
        while cursor is not None:
            page = ask("tools/list", cursor)
            tools += page["tools"]
            cursor = {"cursor": page["nextCursor"]} \
                if "nextCursor" in page else None
        self.catalog = {
            "tools": tools,
            "resources": ask("resources/list", {})["resources"],
            "templates": ask("resources/templates/list",
                             {})["resourceTemplates"],
            "prompts": ask("prompts/list", {})["prompts"]}

    def check_log(self):
        """A gate that nobody opens holds its call to the end."""
        for line in self.server.log.lines:
            if SANITIZER.search(line) or GRAVE.search(line) \
                    and "is stuck" not in line:
                raise Finding(f"the log says {line}")

    def check(self):
        """Whether it still is as it should be."""
        if self.error:
            raise Finding(f"the link: {self.error!r}")
        if self.server.process.poll() is not None:
            raise Finding(f"it died: {self.server.process.returncode}\n"
                          f"{self.server.log}")

    def stop(self, reports=()):
        """It ends well, and has told its orchestrator of these reports."""
        self.check()
        end = time.monotonic() + 2 * LIMIT
        while (missing := set(reports) - self.reports) \
                and time.monotonic() < end:
            time.sleep(0.01)
        if missing:
            raise Finding(f"reports that were lost: {missing}")
        self.server.link.close()
        self.thread.join(4 * LIMIT)
        try:
            self.server.wait()
        except AssertionError as error:
            raise Finding(str(error)) from None
        finally:
            self.kill()
        self.reports.clear()

    def kill(self):
        if self.server.process.poll() is None:
            self.server.process.kill()
        # It must not read from a number that is somebody else's by then.
        self.thread.join(4 * LIMIT)
        try:
            self.server.has_finished = True
            self.server.finish()
        except (AssertionError, OSError):
            pass
