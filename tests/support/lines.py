"""Lines out of a pipe, with a bounded wait for each."""

import os
import select
import threading
import time

from . import LIMIT


class Lines:
    """Reads only when asked: a reader that stalls is one that is not asked."""

    def __init__(self, fd):
        self.fd = fd
        self.rest = b""

    def next(self, limit=None):
        """The next line as bytes without its end; None at end of file."""
        end = time.monotonic() + (limit or LIMIT)
        while b"\n" not in self.rest:
            left = end - time.monotonic()
            if left <= 0 or not select.select([self.fd], [], [], left)[0]:
                raise TimeoutError(f"no line came; so far {self.rest!r}")
            data = os.read(self.fd, 1 << 20)
            if not data:
                assert not self.rest, f"half a line at the end: {self.rest!r}"
                return None
            self.rest += data
        line, self.rest = self.rest.split(b"\n", 1)
        return line


class Collector:
    """Reads a pipe to its end on a thread, so that its writer never waits."""

    def __init__(self, file):
        self.lines = []
        self.is_ended = False
        self.changed = threading.Condition()
        self.thread = threading.Thread(target=self._read, args=[file],
                                       daemon=True)
        self.thread.start()

    def _read(self, file):
        for line in file:
            with self.changed:
                self.lines.append(line.decode(errors="replace").rstrip("\n"))
                self.changed.notify_all()
        with self.changed:
            self.is_ended = True
            self.changed.notify_all()
        file.close()

    def wait(self, pattern, limit=None):
        """The match of the first line in which a compiled pattern is found."""
        def found():
            return next(filter(None, map(pattern.search, self.lines)), None)

        with self.changed:
            self.changed.wait_for(lambda: found() or self.is_ended,
                                  limit or LIMIT)
            match = found()
        assert match, f"no line with {pattern.pattern!r} in:\n{self}"
        return match

    def end(self):
        """Waits for the end of the pipe."""
        self.thread.join(LIMIT)
        assert self.is_ended, "standard error stays open: who holds it?"

    def __str__(self):
        return "\n".join(self.lines)
