"""What the benchmark measures: the program, nginx with a static answer of
the same size, and the bare libmicrohttpd + json-c program. Each is started
on one core and knows its processes and what CPU they used."""

import http.client
import json
import os
import pathlib
import resource
import shutil
import signal
import socket
import subprocess
import sys
import time

BUILD = pathlib.Path(os.environ["MCP_BUILDDIR"])
SOURCE = pathlib.Path(os.environ["MCP_SRCDIR"])
BENCH = BUILD / "tests" / "bench"

PROGRAM = [BUILD / "mcp-orchestrator", "--port", "0", "--log-level",
           "warning", "--rate", "0", "--strict", "--plugin-dir",
           BENCH / ".run"]
# Tools that are not for the loop.
WAITS = ["--plugin-dir", BENCH / ".waits"]
REVISION, STATELESS = "2025-11-25", "2026-07-28"
META = "io.modelcontextprotocol/"


def cores():
    """(the server's core, the load's core); the same if there is but one."""
    all_cores = sorted(os.sched_getaffinity(0))
    return all_cores[0], all_cores[-1]


def cpu_clock(pid):
    """The clock of what a process has used: clock_getcpuclockid(3)."""
    return ~pid << 3 | 2


def raise_descriptors():
    """As many descriptors as the system allows. Returns how many."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


# --- What is sent ------------------------------------------------------------


def call_of(tool, arguments, **more):
    """The text of a tools/call; call.lua gives each an id of its own."""
    return json.dumps({"jsonrpc": "2.0", "id": 7, "method": "tools/call",
                       "params": {"name": tool, "arguments": arguments,
                                  **more}}, separators=(",", ":"))


def initialization():
    return json.dumps({
        "jsonrpc": "2.0", "id": 0, "method": "initialize", "params": {
            "protocolVersion": REVISION, "capabilities": {},
            "clientInfo": {"name": "bench", "version": "1"}}})


INITIALIZED = '{"jsonrpc":"2.0","method":"notifications/initialized"}'
STATUS = {"phase": "execution", "status": "progress",
          "message": "Processing file 3 of 10", "metadata": {"percent": 30}}
BODY = call_of("update_status", STATUS)
PARK = call_of("park", {})
STATELESS_BODY = call_of("update_status", STATUS, _meta={
    META + "protocolVersion": STATELESS,
    META + "clientInfo": {"name": "bench", "version": "1"},
    META + "clientCapabilities": {}})
HEADERS = f"MCP-Protocol-Version: {REVISION}"
STATELESS_HEADERS = (f"MCP-Protocol-Version: {STATELESS}\n"
                     "Mcp-Method: tools/call\nMcp-Name: update_status")


# --- Servers -----------------------------------------------------------------


class Peer:
    """A server under measurement."""

    port = None
    sessions = ""

    def spawn(self, command, **more):
        self.process = subprocess.Popen(
            ["taskset", "-c", str(cores()[0]), *map(str, command)], **more)

    def pids(self):
        """Its process and its children, whichever thread they are of."""
        pid = self.process.pid
        tasks = pathlib.Path(f"/proc/{pid}/task").glob("*/children")
        return [pid, *(int(child) for task in tasks
                       for child in task.read_text().split())]

    def cpu_us(self):
        """User and system time of all its threads so far, of those that have
        ended, too."""
        return sum(time.clock_gettime(cpu_clock(pid))
                   for pid in self.pids()) * 1e6

    def _kib(self, name, file):
        for line in pathlib.Path(f"/proc/{self.process.pid}/{file}") \
                .read_text().splitlines():
            if line.startswith(f"{name}:"):
                return int(line.split()[1])
        raise LookupError(name)

    def memory_kib(self):
        return self._kib("Rss", "smaps_rollup")

    def most_memory_kib(self):
        return self._kib("VmHWM", "status")

    def wait_port(self):
        for _ in range(1000):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.01)
        raise RuntimeError("nobody listens")

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)


class Ours(Peer):
    """The program. reads: an orchestrator reads and acknowledges the events,
    too."""

    def __init__(self, reads=False, n_sessions=1, options=(), prefix=()):
        command = [*prefix, *PROGRAM, *options,
                   "--control", "stdio" if reads else "none"]
        ready_in, ready_out = os.pipe()
        self.spawn([*command, "--ready-fd", ready_out], pass_fds=[ready_out],
                   stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        os.close(ready_out)
        with open(ready_in) as pipe:
            self.port = json.load(pipe)["port"]
        if reads:
            self._read_events()
        self.sessions = " ".join(initialize(self.port)
                                 for _ in range(n_sessions))

    def _read_events(self):
        """On the load's core."""
        subprocess.Popen(
            ["taskset", "-c", str(cores()[1]), sys.executable, "-B", "-m",
             "bench.reader"], stdin=self.process.stdout,
            stdout=self.process.stdin)

    def answer(self):
        """The body of one answer."""
        return post(self.port, BODY, self.sessions.split()[0])[1]


class Bare(Peer):
    COMMAND = [BENCH / "bare"]

    def __init__(self):
        self.spawn(self.COMMAND, stdout=subprocess.PIPE)
        self.port = int(self.process.stdout.readline())


class Nginx(Peer):
    def __init__(self, body):
        self.port = free_port()
        prefix = BENCH / "nginx"
        shutil.rmtree(prefix, ignore_errors=True)
        prefix.mkdir(parents=True)
        text = (SOURCE / "tests/bench/nginx.conf.in").read_text()
        (prefix / "nginx.conf").write_text(
            text.replace("@PORT@", str(self.port)).replace("@BODY@", body))
        self.spawn([shutil.which("nginx", path=os.environ["PATH"]
                                 + ":/usr/sbin"),
                    "-p", f"{prefix}/", "-c", "nginx.conf", "-e", "stderr"])
        self.wait_port()


def post(port, body, session=None, timeout=10):
    """(headers, body) of the answer to one POST /mcp."""
    connection = http.client.HTTPConnection("127.0.0.1", port,
                                            timeout=timeout)
    headers = {"Content-Type": "application/json",
               "Accept": "application/json, text/event-stream"}
    if session:
        headers["Mcp-Session-Id"] = session
    connection.request("POST", "/mcp", body, headers)
    response = connection.getresponse()
    text = response.read().decode()
    connection.close()
    assert response.status in (200, 202), (response.status, text)
    return response.headers, text


def initialize(port):
    """A session's id."""
    headers, _ = post(port, initialization())
    session = headers["Mcp-Session-Id"]
    post(port, INITIALIZED, session)
    return session
