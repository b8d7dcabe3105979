"""One TCP connection to the server: bytes in, HTTP responses out. Knows no
MCP; for hostile bytes as well as for good ones."""

import http.client
import json
import socket

from . import LIMIT


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
    """Head of a response, and its body as far as it was read."""

    def __init__(self, file, method):
        self._raw = http.client.HTTPResponse(_Lent(file), method=method)
        self._raw.begin()
        self.status = self._raw.status
        self.headers = self._raw.headers
        # Its length was not known when it began.
        self.is_open = self._raw.chunked or self._raw.length is None
        self._body = None

    def header(self, name):
        """The one value of a header, or None; twice is a fault."""
        values = self.headers.get_all(name, [])
        assert len(values) <= 1, f"{name} comes {len(values)} times"
        return values[0] if values else None

    @property
    def type(self):
        return (self.header("Content-Type") or "").split(";")[0]

    @property
    def body(self):
        if self._body is None:
            self._body = self._raw.read()
        return self._body

    @property
    def json(self):
        assert self.type == "application/json", (self.type, self.body)
        return json.loads(self.body)

    def line(self):
        """The next line of the body; empty at its end."""
        return self._raw.readline()


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
    def __init__(self, address):
        """address: (host, port), or the path of a unix socket."""
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

    def send(self, data):
        self.socket.sendall(data)

    def response(self, method="GET"):
        """The head of the next response. Read its body before the next."""
        return Response(self.file, method)

    def exchange(self, method, target, headers=None, body=None):
        self.send(request(method, target, {"Host": self.host,
                                           **(headers or {})}, body))
        return self.response(method)

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
        self.file.close()
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
