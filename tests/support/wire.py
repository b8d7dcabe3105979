"""One TCP connection to the server: bytes in, HTTP responses out; for hostile
bytes as well as for good ones. Every message in them goes through the
conversation to which the connection belongs."""

import contextlib
import http.client
import json
import re
import socket

from . import LIMIT
from .conversation import Conversation
from .events import Events


class _Lent:
    """What http.client takes for a socket; it may not close our reader."""

    def __init__(self, file):
        self.file = file

    def makefile(self, mode):
        return self

    def __getattr__(self, name):
        return getattr(self.file, name)

    def close(self):
        pass


class Response:
    """Head of a response, and its body. One of JSON is read and checked at
    once, whether a test looks at it or not; a stream is for Events."""

    def __init__(self, file, method, conversation):
        self.conversation = conversation
        self._raw = http.client.HTTPResponse(_Lent(file), method=method)
        self._raw.begin()
        self.status = self._raw.status
        self.headers = self._raw.headers
        # Its length was not known when it began.
        self.is_open = self._raw.chunked or self._raw.length is None
        self._body = None
        # What OAuth says is no message of the protocol.
        if self.type == "application/json" and self.body \
                and self.status != 401:
            self._message = conversation.take(self.body)

    def header(self, name):
        """The one value of a header, or None; twice is a fault."""
        values = self.headers.get_all(name, [])
        assert len(values) <= 1, f"{name} comes {len(values)} times"
        return values[0] if values else None

    @property
    def type(self):
        return (self.header("Content-Type") or "").split(";")[0]

    @property
    def is_stream(self):
        return self.type == "text/event-stream"

    @property
    def body(self):
        assert not self.is_stream, "Events reads streams, and checks them"
        if self._body is None:
            self._body = self._raw.read()
        return self._body

    @property
    def json(self):
        """The message in it."""
        assert self.type == "application/json", (self.type, self.body)
        return self._message

    def line(self):
        """The next line of the body; empty at its end."""
        return self._raw.readline()

    def finish(self):
        """Reads what nobody read yet, to the end."""
        if self.is_stream:
            events = Events(self)
            while events.next():
                pass
        else:
            self.body


def request(method, target, headers=None, body=None):
    """The bytes of a request; headers: a dict or pairs, None leaves a
    header out that would be there otherwise."""
    lines = {"Host": "127.0.0.1"}
    if body is not None:
        lines["Content-Length"] = str(len(body))
    lines.update(headers or {})
    head = [f"{method} {target} HTTP/1.1"]
    head += [f"{name}: {value}" for name, value in lines.items()
             if value is not None]
    return "\r\n".join(head).encode("latin-1") + b"\r\n\r\n" + (body or b"")


class Wire:
    """address: (host, port), or the path of a unix socket. Requests that are
    not sent by ask() or exchange() are told to the conversation by
    conversation.sends(body)."""

    def __init__(self, address, conversation=None):
        self.conversation = conversation or Conversation()
        self.last = None        # the response that was begun last
        if isinstance(address, str):
            self.host = "localhost"
            self.socket = socket.socket(socket.AF_UNIX)
            self.socket.settimeout(LIMIT)
            self.socket.connect(address)
        else:
            host, port = address
            self.host = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
            self.socket = socket.create_connection(address, LIMIT)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.file = self.socket.makefile("rb")
        _open.add(self)

    def send(self, data):
        self.socket.sendall(data)

    def response(self, method="GET"):
        """The head of the next response. Read its body before the next."""
        self.last = Response(self.file, method, self.conversation)
        return self.last

    def ask(self, method, target, headers=None, body=None):
        """Sends a request; response() is its answer."""
        if body is not None:
            self.conversation.sends(body)
        self.send(request(method, target, {"Host": self.host,
                                           **(headers or {})}, body))

    def exchange(self, method, target, headers=None, body=None):
        self.ask(method, target, headers, body)
        return self.response(method)

    def rest(self):
        """All bytes to the end, whatever they are; messages in them are
        checked."""
        data = self.file.read()
        for match in re.finditer(rb'\{"jsonrpc"', data):
            text = data[match.start():].decode()
            _, size = json.JSONDecoder().raw_decode(text)
            self.conversation.take(text[:size])
        return data

    def ends(self):
        """Waits for the other side to close; False if more data came."""
        try:
            return self.file.read(1) == b""
        except ConnectionResetError:
            return True

    def finish_sending(self):
        self.socket.shutdown(socket.SHUT_WR)

    def reset(self):
        """Closes with RST instead of FIN."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                               b"\1\0\0\0\0\0\0\0")
        self.close()

    def close(self):
        _open.discard(self)
        self.file.close()
        self.socket.close()

    def finish(self):
        """Reads what nobody read yet, up to the server's end."""
        with contextlib.suppress(ConnectionResetError,
                                 http.client.IncompleteRead):
            if self.last:
                self.last.finish()
            while self.file.peek(1):
                self.response("POST").finish()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


_open = set()


def finish_all():
    """After the servers' end: no message that came stays unchecked, and no
    connection open."""
    with contextlib.ExitStack() as stack:
        for wire in list(_open):
            stack.callback(wire.close)
            stack.callback(wire.finish)


def close_all():
    """Whatever is open, read or not: of a server that may have died."""
    for wire in list(_open):
        wire.close()
