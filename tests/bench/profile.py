"""make profile: the instructions of an update_status call, function by
function, counted by valgrind's callgrind over some thousand calls. They are
the same on a busy machine, too. WAY=stateless, sse, parked or state-dir for
another way than one session of 2025-11-25 with the journal in memory."""

import http.client
import os
import re
import socket
import subprocess
import sys
import tempfile

from . import peers

WARM, CALLS, ROWS = 500, 2000, 45


class Caller:
    """One call after the other on one connection."""

    body, headers = peers.BODY, peers.HEADERS

    def __init__(self, peer):
        self.connection = http.client.HTTPConnection("127.0.0.1", peer.port)
        lines = [*self.headers.splitlines(),
                 "Content-Type: application/json",
                 "Accept: application/json, text/event-stream"]
        self.fields = dict(line.split(": ") for line in lines)
        if "Mcp-Method" not in self.fields:
            self.fields["Mcp-Session-Id"] = peer.sessions

    def call(self, count):
        for _ in range(count):
            self.connection.request("POST", "/mcp", self.body, self.fields)
            response = self.connection.getresponse()
            response.read()
            assert response.status == 200, response.status


class Stateless(Caller):
    body, headers = peers.STATELESS_BODY, peers.STATELESS_HEADERS


class Parked(Caller):
    body = peers.PARK


class Sse(Caller):
    def __init__(self, peer):
        super().__init__(peer)
        self.stream = socket.create_connection(("127.0.0.1", peer.port))
        self.stream.sendall(b"GET /sse HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                            b"Accept: text/event-stream\r\n\r\n")
        self.target = re.search(r"data: (\S+)\r\n", self._read("\r\n\r\n",
                                                            2))[1]
        self._post(peers.initialization())
        self._read("\r\n\r\n")
        self._post(peers.INITIALIZED)

    def _read(self, end, times=1):
        text = ""
        while not (text.endswith(end) and text.count(end) >= times):
            text += self.stream.recv(65536).decode()
        return text

    def _post(self, body):
        self.connection.request("POST", self.target, body,
                                {"Content-Type": "application/json"})
        self.connection.getresponse().read()

    def call(self, count):
        for _ in range(count):
            self._post(self.body)
            self._read("\r\n\r\n")


WAYS = {"session": Caller, "stateless": Stateless, "parked": Parked,
        "sse": Sse, "state-dir": Caller}


def control(pid, *options):
    subprocess.run(["callgrind_control", *options, str(pid)], check=True,
                   stdout=subprocess.DEVNULL)


def print_report(path):
    """Each function's own instructions a call, the dearest first."""
    text = subprocess.run(
        ["callgrind_annotate", "--auto=no", "--threshold=100", path],
        check=True, stdout=subprocess.PIPE, text=True).stdout
    rows = re.findall(r"^\s*([\d,]+) \([ \d.]+%\)\s+(.+)$", text, re.M)
    rows = [(int(count.replace(",", "")) / CALLS, name)
            for count, name in rows]
    print(f"{'instr./call':>12}  function (its own instructions)")
    for count, name in rows[:ROWS]:
        name = re.sub(r"^\S*/|\?\?\?:", "", name)
        print(f"{count:>12,.1f}  {name}")


def main():
    way = os.environ.get("WAY") or "session"
    output = peers.BUILD / f"callgrind.{way}.out"
    command = ["valgrind", "-q", "--tool=callgrind", "--instr-atstart=no",
               f"--callgrind-out-file={output}"]
    with tempfile.TemporaryDirectory(prefix="mcp-profile-") as disk:
        options = ["--state-dir", disk] if way == "state-dir" else []
        peer = peers.Ours(prefix=command, options=[*peers.WAITS, *options])
        caller = WAYS[way](peer)
        caller.call(WARM)
        control(peer.process.pid, "-i", "on")
        caller.call(CALLS)
        control(peer.process.pid, "-i", "off")
        peer.stop()
    print_report(output)
    print(f"callers and callees: callgrind_annotate --tree=both {output}")


if __name__ == "__main__":
    sys.exit(main())
