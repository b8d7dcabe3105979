"""The real program, started for one test on a port of the kernel's choice,
watched while it runs, and ended by its process id."""

import functools
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import tempfile

from . import LIMIT
from .lines import Collector, Lines
from .link import Link, SocketLink, connect

SANITIZER = re.compile(r"ERROR: \w+Sanitizer|WARNING: ThreadSanitizer"
                       r"|runtime error:")
# A line of the log above notice, as text or JSON.
GRAVE = re.compile(r'^(\S+ )?(error|warning): |"level":"(error|warning)"')


def build_dir():
    path = os.environ.get("MCP_BUILDDIR")
    assert path, "MCP_BUILDDIR is not set; run make check-blackbox"
    return pathlib.Path(path)


def program():
    return str(build_dir() / "mcp-orchestrator")


def plugin_file(name):
    """The .so of a plugin of the tree, or of one of the tests'."""
    for folder in ("plugins/.run", "plugins/.extra", "tests/plugins/.run",
                   "tests/plugins/.broken", "tests/plugins/.hostile"):
        path = build_dir() / folder / f"{name}.so"
        if path.exists():
            return path
    raise FileNotFoundError(f"no plugin {name} was built")


@functools.cache
def plugin_dir(*names):
    """A directory with just these plugins."""
    holder = tempfile.TemporaryDirectory(prefix="mcp-plugins-")
    for name in names:
        copy = shutil.copy(plugin_file(name), holder.name)
        os.chmod(copy, 0o755)
    _holders.append(holder)
    return holder.name


_holders = []


class Server:
    """A running program. control: as the option --control; "fd" makes a socket
    pair for it. With unix:PATH the link is connected once it is ready. plugins:
    names, served from a directory of their own. More options follow."""

    def __init__(self, *options, control="stdio", plugins=("status",),
                 env=None, pass_fds=(), prefix=()):
        self.control = control
        self.announced = []
        self.expected = 0
        self.has_finished = False
        ready_in, ready_out = os.pipe()
        ours = theirs = None
        if control == "fd":
            ours, theirs = socket.socketpair()
            control = f"fd:{theirs.fileno()}"
            pass_fds = [*pass_fds, theirs.fileno()]
        command = [*prefix, program(), "--control", control,
                   "--ready-fd", str(ready_out)]
        if "--port" not in options:
            command += ["--port", "0"]
        if plugins is not None:
            command += ["--plugin-dir", plugin_dir(*plugins)]
        # make check-isolated: the same tests, with plugins in processes of
        # their own.
        if os.environ.get("MCP_ISOLATE"):
            command += ["--isolate", os.environ["MCP_ISOLATE"]]
        self.process = subprocess.Popen(
            [*command, *map(str, options)], env={**os.environ, **(env or {})},
            pass_fds=[ready_out, *pass_fds], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        os.close(ready_out)
        if theirs:
            theirs.close()
        self.ready_in = ready_in
        self.log = Collector(self.process.stderr)
        self.link = None
        if control == "stdio":
            self.link = Link(self.process.stdout.fileno(), self.process.stdin)
        elif ours:
            self.link = SocketLink(ours)
        self.ready = None

    # -- start --

    def wait_ready(self):
        """Waits for the ready object. Returns self."""
        line = Lines(self.ready_in).next()
        os.close(self.ready_in)
        self.ready_in = None
        if not line:
            self.process.wait(LIMIT)
            raise AssertionError(f"it did not start: exit code "
                                 f"{self.process.returncode}\n{self.log}")
        self.ready = json.loads(line)
        if self.control.startswith("unix:"):
            self.link = connect(self.control[5:])
        if self.link:
            assert self.link.ready() == self.ready
        return self

    @property
    def address(self):
        host = self.ready["host"].strip("[]")
        return host, self.ready["port"]

    @property
    def pid(self):
        return self.process.pid

    # -- what it says --

    def announce(self, pattern):
        """Lines above notice that match are part of this test; at least one
        has to come."""
        self.announced.append(re.compile(pattern))

    def _check_log(self):
        seen = set()
        for line in self.log.lines:
            assert not SANITIZER.search(line), str(self.log)
            for pattern in self.announced:
                if pattern.search(line):
                    seen.add(pattern)
                    break
            else:
                assert not GRAVE.search(line), \
                    f"the log says, and no test announced: {line}"
        for pattern in self.announced:
            assert pattern in seen, \
                f"no line of the log matches {pattern.pattern!r}:\n{self.log}"

    # -- end --

    def signal(self, number=signal.SIGTERM):
        self.process.send_signal(number)

    def wait(self, code=0):
        """Waits for the end; it has to exit with this code."""
        self.has_finished = True
        try:
            self.process.wait(LIMIT)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"it does not end:\n{self.log}") from None
        self.log.end()
        self._check_log()
        assert self.process.returncode == code, \
            f"exit code {self.process.returncode}, not {code}:\n{self.log}"

    def stop(self, code=0):
        """Ends it the way its orchestrator would, and waits."""
        if self.link and not self.control.startswith("unix:"):
            self.link.close()
        else:
            self.signal()
        self.wait(code)

    def finish(self):
        """The end of a test: whatever still runs is stopped; nothing stays
        open."""
        try:
            if not self.has_finished:
                self.stop(self.expected)
        finally:
            if self.process.poll() is None:
                self.process.kill()
                self.process.wait()
            self._close()

    def _close(self):
        if self.ready_in is not None:
            os.close(self.ready_in)
        self.process.stdout.close()
        if isinstance(self.link, SocketLink):
            self.link.leave()
        if not self.process.stdin.closed:
            try:
                self.process.stdin.close()
            except BrokenPipeError:
                pass


def run(*options, env=None, stdin=subprocess.DEVNULL):
    """Runs the program to its end. Returns (exit code, output, errors)."""
    done = subprocess.run([program(), *map(str, options)], stdin=stdin,
                          capture_output=True, timeout=LIMIT, text=True,
                          env={**os.environ, **(env or {})})
    assert not SANITIZER.search(done.stderr), done.stderr
    return done.returncode, done.stdout, done.stderr
