"""The official conformance suite, as it is, against the built program with the
conformance plugin (and the others of the tree, whose rows it looks at, too).

  run.py DIRECTORY [RUN ...]    installs the suite there; all runs, or some

Prints a table and what is wrong. Exit code 0 only when every scenario of every
run was executed, no check failed or warned, and no run had fewer successful
checks than it should.
"""

import concurrent.futures
import filecmp
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from support.server import Server  # noqa: E402

LIMIT = 300  # seconds, for any one process
PLUGINS = ("conformance", "status", "example")
PACKAGE = "node_modules/@modelcontextprotocol/conformance/dist/index.js"

# They post by hand what only Streamable HTTP has.
NOT_OVER_SSE = {"server-session-lifecycle", "server-sse-polling",
                "server-sse-multiple-streams", "dns-rebinding-protection"}


@dataclass
class Run:
    name: str
    scenarios: int       # so many there are
    checks: int          # so many have to succeed
    version: str = None
    requirements: str = None
    chosen: callable = None  # which of the listed ones; one process each
    url: str = "mcp"
    node: list = field(default_factory=list)
    announced: str = None  # a warning of the server that belongs to the run

    def options(self):
        if self.requirements:
            return ["--requirements", self.requirements]
        return ["--spec-version", self.version] if self.version else []


# The suite runs the tasks scenarios with the newest requirements, unscored.
NO_REASON = "'protocol_error_job': failed and gave no reason"

# As many checks as succeed on the best servers there are, but one where a list
# may come as JSON (as ours does) or as a stream: JSON is no success there.
RUNS = [
    Run("2025-06-18", 27, 56, version="2025-06-18"),
    Run("2025-11-25", 33, 83, version="2025-11-25"),
    Run("2026-07-28", 40, 152, version="2026-07-28"),
    Run("requirements 2025-11-25", 30, 69, requirements="2025-11-25"),
    Run("requirements 2026-07-28", 37, 120, requirements="2026-07-28",
        announced=NO_REASON),
    Run("tasks", 10, 44, chosen=lambda name: name.startswith("tasks-"),
        announced=NO_REASON),
    Run("2025-11-25 over HTTP+SSE", 29, 73, version="2025-11-25",
        chosen=lambda name: name not in NOT_OVER_SSE, url="sse",
        node=["--import", str(HERE / "sse-loader.mjs")]),
]


class Suite:
    """The installed package, and a Node that is new enough for it."""

    def __init__(self, directory):
        self.directory = pathlib.Path(directory).resolve()
        self._install()
        (self.node,) = self.directory.glob("node_modules/node-linux-*/bin/node")

    def _install(self):
        """Anew only when the lock has changed."""
        lock = HERE / "package-lock.json"
        installed = self.directory / "installed.json"
        if installed.exists() and filecmp.cmp(lock, installed, shallow=False):
            return
        self.directory.mkdir(parents=True, exist_ok=True)
        for name in "package.json", "package-lock.json":
            shutil.copyfile(HERE / name, self.directory / name)
        print("installing the suite", flush=True)
        subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit",
                        "--no-fund", "--loglevel=error"],
                       cwd=self.directory, check=True, timeout=LIMIT)
        shutil.copyfile(lock, installed)

    def execute(self, *words, node=()):
        """Returns (exit code, what it printed)."""
        done = subprocess.run(
            [self.node, *node, PACKAGE, *map(str, words)], text=True,
            cwd=self.directory, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, timeout=LIMIT)
        return done.returncode, done.stdout

    def scenarios(self, run):
        """The names of those that a run consists of."""
        code, text = self.execute("list", "--server", *run.options())
        assert code == 0, text
        block = text.split("Server scenarios", 1)[1].split("\n\n")[0]
        names = re.findall(r"^  - (\S+)", block, re.M)
        return [name for name in names
                if run.chosen is None or run.chosen(name)]


def read_checks(directory):
    """The checks by scenario that processes left below directory."""
    checks = {}
    for path in sorted(pathlib.Path(directory).glob("**/checks.json")):
        name = re.fullmatch(r"server-(.+?)-\d{4}-\d\d-\d\dT.*",
                            path.parent.name)[1]
        checks.setdefault(name, []).extend(json.loads(path.read_text()))
    return checks


@dataclass
class Result:
    run: Run
    passed: int = 0  # scenarios
    status: dict = field(default_factory=dict)  # how many checks, by status
    findings: list = field(default_factory=list)

    def add(self, scenario, checks):
        before = len(self.findings)
        for check in checks:
            status = check["status"]
            self.status[status] = self.status.get(status, 0) + 1
            if status in ("FAILURE", "WARNING"):
                self.findings.append(
                    f"{self.run.name}: {scenario}: {check['id']}: "
                    f"{status}: {check.get('errorMessage')}")
        if not checks:
            self.findings.append(f"{self.run.name}: {scenario}: no check")
        self.passed += len(self.findings) == before

    def close(self, n_listed):
        successes = self.status.get("SUCCESS", 0)
        if n_listed != self.run.scenarios:
            self.findings.append(f"{self.run.name}: {n_listed} scenarios, "
                                 f"not {self.run.scenarios}")
        if not self.findings and successes < self.run.checks:
            self.findings.append(
                f"{self.run.name}: {successes} checks succeeded, fewer than "
                f"{self.run.checks}")

    def row(self):
        return [self.run.name, f"{self.passed}/{self.run.scenarios}",
                *(str(self.status.get(status, 0)) for status in
                  ("SUCCESS", "FAILURE", "WARNING", "SKIPPED"))]


def execute(suite, run, url, names, directory):
    """Lets the suite loose on a server at url. Returns what it printed."""
    common = ["server", "--url", url, "-o", directory, *run.options()]
    if run.chosen is None:
        kind = [] if run.requirements else ["--suite", "all"]
        return suite.execute(*common, *kind, node=run.node)[1]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        return "\n".join(text for _, text in pool.map(
            lambda name: suite.execute(*common, "--scenario", name,
                                       node=run.node), names))


def perform(suite, run):
    """Returns the run's result."""
    result = Result(run)
    names, text, checks = suite.scenarios(run), "", {}
    server = Server(control="none", plugins=PLUGINS)
    if run.announced:
        server.announce(run.announced)
    try:
        server.wait_ready()
        with tempfile.TemporaryDirectory() as directory:
            text = execute(suite, run, server.ready[run.url], names, directory)
            checks = read_checks(directory)
        server.stop()
    except AssertionError as error:
        result.findings.append(f"{run.name}: {error}")
    finally:
        server.finish()
    log = suite.directory / f"{run.name.replace(' ', '-')}.log"
    log.write_text(f"{text}\n\n{server.log}\n")
    for name in names:
        result.add(name, checks.get(name, []))
    result.close(len(names))
    return result


def print_table(results):
    rows = [["run", "scenarios passed", "checks passed", "failed", "warnings",
             "skipped"], *(result.row() for result in results)]
    widths = [max(map(len, column)) for column in zip(*rows)]
    for row in rows:
        print("  ".join(cell.ljust(width) if i == 0 else cell.rjust(width)
                        for i, (cell, width) in enumerate(zip(row, widths))))


def main():
    start = time.monotonic()
    suite = Suite(sys.argv[1])
    runs = [run for run in RUNS if run.name in (sys.argv[2:] or run.name)]
    results = [perform(suite, run) for run in runs]
    findings = [line for result in results for line in result.findings]
    for line in findings:
        print(line)
    print_table(results)
    passed = sum(result.passed for result in results)
    failed = max(sum(result.run.scenarios for result in results) - passed,
                 1 if findings else 0)
    print(f"{passed} passed, {failed} failed in "
          f"{time.monotonic() - start:.1f}s")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
