"""The orchestrator's end of the link: JSON lines, each one checked."""

import json
import re
import socket

from . import LIMIT
from .lines import Lines

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
EVENT_KEYS = {"seq", "time", "run", "topic", "agent", "payload"}
READY_KEYS = {"ready", "name", "version", "pid", "run", "host", "port", "sse",
              "messages", "mcp", "unix", "protocols", "plugins", "auth",
              "agents_file", "journal", "first_seq", "last_seq", "durable"}


class LinkError(Exception):
    def __init__(self, error):
        super().__init__(f"{error['code']}: {error['message']}")
        self.code = error["code"]
        self.message = error["message"]
        self.data = error.get("data")


class Link:
    def __init__(self, read_fd, file):
        self.lines = Lines(read_fd)
        self.file = file
        self.waiting = []        # notifications that nobody asked for yet
        self.last_id = 0
        self.position = None     # seq of the last event that came
        self.run = None
        self.last_before = None  # seq of the last one before ready

    # -- lines --

    def send(self, data):
        """Raw bytes."""
        self.file.write(data)
        self.file.flush()

    def read(self):
        """The next message, checked; None at end of file."""
        line = self.lines.next()
        if line is None:
            return None
        message = json.loads(line.decode())
        assert message["jsonrpc"] == "2.0", message
        if message.get("method") == "event":
            self._check_event(message["params"])
        elif message.get("method") == "lag":
            self._check_lag(message["params"])
        return message

    def _check_event(self, event):
        assert set(event) == EVENT_KEYS, event
        assert TIME.fullmatch(event["time"]), event["time"]
        # Earlier runs have left some in the journal.
        assert event["run"] == self.run or event["seq"] <= self.last_before
        assert isinstance(event["payload"], dict), event
        assert self.position is not None, "an event before hello"
        assert event["seq"] == self.position + 1, \
            f"event {event['seq']} after {self.position}"
        self.position = event["seq"]

    def _check_lag(self, lag):
        assert set(lag) - {"lost"} == {"position", "last_seq", "bytes"}, lag
        if "lost" in lag:
            assert lag["lost"]["from"] == self.position + 1, lag
            self.position = lag["lost"]["to"]

    # -- what the server says --

    def ready(self):
        """Its first line."""
        message = self.read()
        assert message and message["method"] == "ready", message
        assert set(message["params"]) == READY_KEYS, message
        self.run = message["params"]["run"]
        self.last_before = message["params"]["last_seq"]
        return message["params"]

    def asked(self, method):
        """The next request of the server, which has to be this one; what
        comes before is kept."""
        while message := self.read():
            if "id" in message and "method" in message:
                assert message["method"] == method, message
                return message
            self.waiting.append(message)
        raise AssertionError("the link ended before a request")

    def answer(self, request, result=None, error=None):
        """Answers a request of the server."""
        message = {"jsonrpc": "2.0", "id": request["id"]}
        if error:
            message["error"] = error
        else:
            message["result"] = result
        self.send(json.dumps(message).encode() + b"\n")

    def notification(self, method):
        """The params of the next one of this name; others are kept."""
        for message in self.waiting:
            if message["method"] == method:
                self.waiting.remove(message)
                return message["params"]
        while message := self.read():
            if message.get("method") == method:
                return message["params"]
            assert "method" in message, f"unexpected response {message}"
            self.waiting.append(message)
        raise AssertionError(f"the link ended before a {method}")

    def event(self, topic=None):
        """The next event, or the next of this topic."""
        event = self.notification("event")
        while topic and event["topic"] != topic:
            event = self.notification("event")
        return event

    def reports(self, count):
        """The payloads of the next status reports."""
        return [self.event("status_update")["payload"] for _ in range(count)]

    def rest(self):
        """All that still comes, to the end of file."""
        rest, self.waiting = self.waiting, []
        while (message := self.read()) is not None:
            rest.append(message)
        return rest

    # -- what the orchestrator says --

    def request(self, method, params=None):
        """The result; raises LinkError."""
        self.last_id += 1
        message = {"jsonrpc": "2.0", "id": self.last_id, "method": method}
        if params is not None:
            message["params"] = params
        self.send(json.dumps(message).encode() + b"\n")
        response = self.response(self.last_id)
        if "error" in response:
            raise LinkError(response["error"])
        return response["result"]

    def response(self, id):
        """The next response; it has to have this id."""
        while message := self.read():
            if "method" not in message:
                assert message["id"] == id, message
                return message
            self.waiting.append(message)
        raise AssertionError("the link ended before a response")

    def response_to_nothing(self):
        """The next response, whatever its id."""
        while message := self.read():
            if "method" not in message:
                return message
            self.waiting.append(message)
        raise AssertionError("the link ended before a response")

    def notify(self, method, params):
        message = {"jsonrpc": "2.0", "method": method, "params": params}
        self.send(json.dumps(message).encode() + b"\n")

    def hello(self, **params):
        """Says hello; events follow the position of the answer."""
        # Events may come right behind the answer, in one piece with it.
        result = self.request("hello", {"protocol": 1, **params})
        self.position = result["position"]
        return result

    def close(self):
        """End of file for the server."""
        try:
            self.file.close()
        except BrokenPipeError:
            pass


class SocketLink(Link):
    """The same over a connected socket."""

    def __init__(self, connected):
        self.socket = connected
        super().__init__(connected.fileno(), connected.makefile("wb"))

    def close(self):
        """End of file for the server; what it says can still be read."""
        super().close()
        try:
            self.socket.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def leave(self):
        """Goes without a word."""
        super().close()
        self.socket.close()


def connect(path):
    """A new connection to a link's socket."""
    client = socket.socket(socket.AF_UNIX)
    client.settimeout(LIMIT)
    client.connect(str(path))
    return SocketLink(client)
