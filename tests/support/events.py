"""Server-sent events out of a response, as a browser would read them; the
messages in them are checked."""

import dataclasses
import time

from . import LIMIT


@dataclasses.dataclass
class Event:
    name: str = "message"
    data: str = ""
    id: str = None
    retry: int = None
    message: dict = None    # what data says, if it is a message


class Events:
    def __init__(self, response):
        assert response.status == 200, (response.status, response.body)
        assert response.type == "text/event-stream", response.type
        if response.is_open:
            assert "no-store" in response.header("Cache-Control")
            assert response.header("X-Accel-Buffering") == "no"
        self.response = response
        self.comments = 0
        self.prime = None      # the id that came alone, on a long stream
        self.is_long = False

    def _line(self):
        """A line without its end; None at the end of the stream."""
        line = self.response.line()
        if not line:
            return None
        assert line.endswith(b"\n"), f"half a line at the end: {line[:200]!r}"
        return line.decode().rstrip("\r\n")

    def next(self):
        """The next event with data; None at the end of the stream."""
        event, data = Event(), []
        end = time.monotonic() + LIMIT
        while (line := self._line()) is not None:
            if line.startswith(":"):
                assert time.monotonic() < end, "comments are all that comes"
                self.comments += 1
            elif line == "" and data == [""] and self.is_long:
                self.prime = event.id
                event, data = Event(), []
            elif line == "" and data:
                return self._finish(event, "\n".join(data))
            elif line == "":
                event = Event()
            else:
                self._field(event, data, *line.partition(":")[::2])
        assert not data, f"half an event at the end: {data}"
        return None

    def _finish(self, event, data):
        assert event.name in ("message", "endpoint"), event
        event.data = data
        if event.name == "message" and data:
            event.message = self.response.conversation.take(data)
        return event

    def _field(self, event, data, name, value):
        value = value[1:] if value.startswith(" ") else value
        if name == "data":
            data.append(value)
        elif name == "event":
            event.name = value
        elif name == "id":
            event.id = value
        elif name == "retry":
            event.retry = int(value)
        else:
            raise AssertionError(f"field {name!r} is none of the standard")

    def comment(self):
        """Waits for a comment; nothing that says anything may come first."""
        line = self._line()
        while line in ("", "data: ") or line and line.startswith("id: "):
            line = self._line()
        assert line is not None and line.startswith(":"), line
        self.comments += 1

    def ends(self):
        """Waits for the proper end; comments may come before it."""
        event = self.next()
        assert event is None, event
        return True
