"""HTTP over plain sockets: no more than a server's responses need. Whatever
does not come within LIMIT seconds is a finding."""

import socket
import time

from . import Finding

LIMIT = 8.0


class Gone(Exception):
    """The server closed the connection where that may be right."""


class Head:
    def __init__(self, data):
        lines = data.decode("latin-1").split("\r\n")
        version, _, rest = lines[0].partition(" ")
        if version not in ("HTTP/1.1", "HTTP/1.0") or not rest[:3].isdigit():
            raise Finding(f"no HTTP: {data[:200]!r}")
        self.status = int(rest[:3])
        self.headers = {}
        for line in lines[1:]:
            name, colon, value = line.partition(":")
            name = name.lower()
            if not colon or name in self.headers:
                raise Finding(f"a header line: {line!r} in {data!r}")
            self.headers[name] = value.strip()

    def get(self, name, default=""):
        return self.headers.get(name, default)

    @property
    def type(self):
        return self.get("content-type").partition(";")[0]


class Wire:
    """One connection. address: (host, port)."""

    def __init__(self, address):
        self.socket = socket.create_connection(address, LIMIT)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.data = b""
        self.is_open = True
        self.give_time()

    def give_time(self):
        """From now on there are again LIMIT seconds."""
        self.end = time.monotonic() + LIMIT

    def send(self, data):
        self.give_time()
        try:
            self.socket.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            self.is_open = False
        except socket.timeout:
            raise Finding("it does not read") from None

    def more(self):
        """Reads; False at the end."""
        if time.monotonic() > self.end:     # comments do not count
            raise Finding(f"no end comes after {self.data[-500:]!r}")
        try:
            data = self.socket.recv(1 << 18)
        except ConnectionResetError:
            data = b""
        except socket.timeout:
            raise Finding(f"nothing comes any more after "
                          f"{self.data[-500:]!r}") from None
        self.data += data
        self.is_open = self.is_open and bool(data)
        return bool(data)

    def until(self, mark):
        while mark not in self.data:
            if not self.more():
                raise Gone
        data, self.data = self.data.split(mark, 1)
        return data

    def exactly(self, size):
        while len(self.data) < size:
            if not self.more():
                raise Gone
        data, self.data = self.data[:size], self.data[size:]
        return data

    def head(self):
        head = Head(self.until(b"\r\n\r\n"))
        while 100 <= head.status < 200:
            head = Head(self.until(b"\r\n\r\n"))
        return head

    def chunks(self, head, method="POST"):
        """The body in pieces."""
        if head.get("connection").lower() == "close":
            self.is_open = False
        if method == "HEAD" or head.status in (204, 304):
            return
        if head.get("transfer-encoding") == "chunked":
            while size := int(self.until(b"\r\n"), 16):
                yield self.exactly(size)
                if self.exactly(2) != b"\r\n":
                    raise Finding("a chunk has no end")
            self.until(b"\r\n")
        elif "content-length" in head.headers:
            yield self.exactly(int(head.headers["content-length"]))
        else:
            while self.data or self.more():
                data, self.data = self.data, b""
                yield data

    def body(self, head, method="POST"):
        return b"".join(self.chunks(head, method))

    def events(self, head):
        """Triples (event, id, data) of a stream; a retry is an event of
        that name."""
        rest, event, id, data = b"", "message", None, []
        for chunk in self.chunks(head):
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                line = line.rstrip(b"\r").decode()
                if not line:
                    if data:
                        yield event, id, "\n".join(data)
                    event, id, data = "message", None, []
                    continue
                name, colon, value = line.partition(":")
                value = value.removeprefix(" ")
                if name == "data":
                    data.append(value)
                elif name == "event":
                    event = value
                elif name == "id":
                    id = value
                elif name == "retry":
                    yield "retry", None, value
                elif line[0] != ":":
                    raise Finding(f"no field of a stream: {line!r}")
        if rest or data:
            raise Finding(f"half an event at the end: {rest!r} {data}")

    def half_close(self):
        try:
            self.socket.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def close(self, is_reset=False):
        if is_reset:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                                   b"\1\0\0\0\0\0\0\0")
        self.socket.close()
        self.is_open = False
