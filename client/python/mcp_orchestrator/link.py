"""The orchestrator link: the server's process, and JSON-RPC 2.0 lines on its
standard input and output. Knows nothing of what is said on it."""

from __future__ import annotations

import json
import logging
import queue
import subprocess
import threading
from concurrent.futures import Future
from typing import Any, Callable, Optional, Sequence

from .records import Json

logger = logging.getLogger(__name__)

METHOD_NOT_FOUND = -32601
INTERNAL_ERROR = -32603


class LinkError(Exception):
    """The server refused a request."""

    def __init__(self, code: int, message: str, data: Any = None):
        super().__init__(message)
        self.code = code
        self.data = data


class ServerEnded(Exception):
    """The server's process is gone."""


class Link:
    """A server's process and the talk with it. The functions that it is given
    are called on its reading thread and must not block; everything else may
    be called from any thread.

    on_notification(method, params); on_request(method, params, answer), where
    answer(result) or answer(exception) is called once, at any time, from
    anywhere.
    """

    def __init__(self, command: Sequence[str],
                 on_notification: Callable[[str, Json], None],
                 on_request: Callable[[str, Json, Callable[[Any], None]],
                                      None]):
        self._on_notification = on_notification
        self._on_request = on_request
        self._waiting: dict[int, Future[Any]] = {}
        self._lock = threading.Lock()
        self._last_id = 0
        self.ready: Future[Json] = Future()   # the ready object
        self.ended: Future[int] = Future()    # the exit code
        # A session of its own, so that an interrupt at the terminal reaches
        # the orchestrator, which then ends the server in good order.
        self._process = subprocess.Popen(
            list(command), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            start_new_session=True)
        # A server that does not read must not hold up who writes.
        self._lines: queue.SimpleQueue[Optional[bytes]] = queue.SimpleQueue()
        for target in self._write, self._read:
            threading.Thread(target=target, daemon=True,
                             name=f"mcp-orchestrator link {target.__name__}"
                             ).start()

    @property
    def pid(self) -> int:
        return self._process.pid

    def notify(self, method: str, **params: Any) -> None:
        self._say({"method": method, "params": params})

    def request(self, method: str, **params: Any) -> Future[Any]:
        """The result comes in the future; or LinkError, ServerEnded."""
        future: Future[Any] = Future()
        with self._lock:
            if self.ended.done():
                future.set_exception(
                    ServerEnded(f"{method}: the server is gone"))
                return future
            self._last_id += 1
            id = self._last_id
            self._waiting[id] = future
        self._say({"id": id, "method": method, "params": params})
        return future

    def leave(self) -> None:
        """Asks the server to end; what is said later is lost."""
        self.notify("shutdown")
        self._lines.put(None)

    def end(self, patience: float) -> int:
        """Asks the server to end and waits for it; after patience seconds
        less kindly. Returns the exit code. Blocks."""
        self.leave()
        for insist in self._process.terminate, self._process.kill:
            try:
                return self._process.wait(patience)
            except subprocess.TimeoutExpired:
                insist()
        return self._process.wait()

    # --- The threads ---

    def _say(self, message: Json) -> None:
        line = json.dumps({"jsonrpc": "2.0", **message}, allow_nan=False)
        self._lines.put(line.encode() + b"\n")

    def _write(self) -> None:
        stdin = self._process.stdin
        assert stdin is not None
        try:
            while (line := self._lines.get()) is not None:
                stdin.write(line)
                stdin.flush()
            stdin.close()
        except OSError:
            pass  # The reading thread sees the end, and says so.

    def _read(self) -> None:
        stdout = self._process.stdout
        assert stdout is not None
        for line in stdout:
            try:
                self._take(json.loads(line))
            except Exception:
                logger.exception("a line of the server was not understood")
        stdout.close()
        self._finish(self._process.wait())

    def _finish(self, code: int) -> None:
        self._lines.put(None)
        with self._lock:
            self.ended.set_result(code)
            waiting, self._waiting = self._waiting, {}
        gone = ServerEnded(f"mcp-orchestrator ended with exit code {code}")
        for future in waiting.values():
            future.set_exception(gone)
        if not self.ready.done():
            self.ready.set_exception(gone)

    def _take(self, message: Json) -> None:
        method = message.get("method")
        if method is None:
            self._take_answer(message)
        elif "id" in message:
            self._take_request(message)
        elif method == "ready":
            self.ready.set_result(message["params"])
        else:
            self._on_notification(method, message.get("params") or {})

    def _take_answer(self, message: Json) -> None:
        with self._lock:
            future = self._waiting.pop(message.get("id", 0), None)
        if future is None:
            logger.warning("nobody waits for %s", message)
        elif "error" in message:
            error = message["error"]
            future.set_exception(LinkError(error["code"], error["message"],
                                           error.get("data")))
        else:
            future.set_result(message["result"])

    def _take_request(self, message: Json) -> None:
        id = message["id"]

        def refuse(error: BaseException) -> None:
            code = error.code if isinstance(error, LinkError) \
                else INTERNAL_ERROR
            self._say({"id": id, "error": {"code": code,
                                           "message": str(error)}})

        def answer(result: Any) -> None:
            if isinstance(result, BaseException):
                refuse(result)
                return
            try:
                self._say({"id": id, "result": result})
            except (TypeError, ValueError) as error:  # not JSON
                refuse(error)

        self._on_request(message["method"], message.get("params") or {},
                         answer)
