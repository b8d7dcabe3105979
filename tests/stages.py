#!/usr/bin/python3
"""All tests, stage by stage: what `./bootstrap check` runs.

A stage is a build directory, how it is configured, and what is run in it.
Each prints how many tests it ran and how long it took, and has a time limit
of its own. The last line is the sum. Exit code 0 only when every suite ran at
least one test and nothing failed.
"""

import argparse
import os
import pathlib
import re
import shlex
import subprocess
import sys
import time
from dataclasses import dataclass, field

TREE = pathlib.Path(__file__).resolve().parent.parent
JOBS = f"-j{os.cpu_count() or 1}"


@dataclass
class Stage:
    name: str
    build: str          # directory below the tree
    configure: list     # its arguments
    limit: int          # seconds for all of it, the build included
    # Commands run in the build directory. A suite has to run at least one
    # test; of a check the exit code is the test.
    suites: list = field(default_factory=list)
    checks: list = field(default_factory=list)


def make(*words):
    return ["make", "-s", "-k", JOBS, *words]


WERROR = "--enable-werror"
UNIT = make("check-unit")
BLACKBOX = make("check-blackbox")
ISOLATED = make("check-isolated")
THREADS = make("check-blackbox", "PYTEST_FLAGS=-m threads")
FAULTS = make("check-faults")
FUZZ = ["make", "-s", "fuzz", "SECONDS=5"]
CONVERSATION = ["make", "-s", "fuzz-conversation"]
CONVERSATION_LONG = [*CONVERSATION, "REQUESTS=1000000"]
FAULTS_THREADS = make("check-faults", "PYTEST_FLAGS=-m threads",
                      "MCP_ROUNDS=10")
FAULTS_LONG = make("check-faults", "MCP_ROUNDS=1000", "MCP_SECONDS=3600",
                   "PYTEST_LIMIT=7200")
# For values that were never set, in the layers without threads and sockets;
# libpcre2's compiled patterns read whole words, which valgrind takes amiss.
VALGRIND = make("check-TESTS", "TESTS=$(filter-out %/test_pattern "
                "%/test_schema_suite,$(filter tests/unit/json/% "
                "tests/unit/store/% tests/unit/mcp/% tests/unit/client/%,"
                "$(UNIT_TESTS)))",
                "LOG_COMPILER=timeout -k 10 300 valgrind -q "
                "--error-exitcode=9")
# The suite is installed once; the sanitizers' builds use the same.
CONFORMANCE = ["make", "-s", "check-conformance",
               "CONFORMANCE_SUITE=../build/suite"]
CONFORMANCE_ISOLATED = ["env", "MCP_ISOLATE=all", *CONFORMANCE]
DEMO = [sys.executable, "../doc/examples/orchestrator.py",
        "--server", "./mcp-orchestrator", "--client", "./mcp-call",
        "--plugin-dir", "plugins/.run"]
# What the tests ran is counted once and shown twice: core/ comes last, and is
# held to its mark. Processes that end by _exit, as those of isolated plugins
# do (alone*.c, blame.c, foreign.c, inspect_child.c), are not counted.
GCOVR = ["gcovr", "-r", ".."]
COUNTED = [*GCOVR, "-a", "coverage.json"]
COVERAGE = [[*GCOVR, "--object-directory", ".", "--json", "coverage.json"],
            [*COUNTED, "-f", "../plugins", "-f", "../client"],
            [*COUNTED, "-f", "../core", "--fail-under-line", "90"]]
FORMAT = ["sh", "-c", "find ../core ../client ../plugins ../tests/unit "
          "-name '*.[ch]' | xargs clang-format --dry-run -Werror"]

# What ./bootstrap check runs.
STAGES = [
    Stage("plain", "build", [WERROR], 1200, suites=[make("check")]),
    Stage("demo", "build", [WERROR], 300, checks=[DEMO]),
    # Installed, as authors of plugins have it.
    Stage("outoftree", "build-outoftree",
          [WERROR, f"--prefix={TREE}/build-outoftree/root", "CFLAGS=-g -O1"],
          1800, suites=[make("check-outoftree")]),
    Stage("faults", "build", [WERROR], 600, suites=[FAULTS]),
    Stage("fuzz", "build", [WERROR], 900, suites=[FUZZ, CONVERSATION]),
    Stage("interop", "build", [WERROR], 1800,
          suites=[make("check-interop")]),
    Stage("conformance", "build", [WERROR], 900,
          suites=[CONFORMANCE]),
    Stage("isolated", "build", [WERROR], 900,
          suites=[ISOLATED, CONFORMANCE_ISOLATED]),
    Stage("address,undefined", "build-asan",
          [WERROR, "--enable-sanitizers=address,undefined"], 1800,
          suites=[UNIT, BLACKBOX, CONFORMANCE, FAULTS_THREADS]),
    Stage("thread", "build-tsan", [WERROR, "--enable-sanitizers=thread"], 1200,
          suites=[UNIT, THREADS, CONFORMANCE, FAULTS_THREADS]),
]

# What make check-long adds.
LONG_STAGES = [
    # The limits are for a machine that is busy besides: there the thread
    # sanitizer's stage took 20 minutes. The first two are work of an hour and
    # of a quarter.
    Stage("faults, long", "build", [WERROR], 14400, suites=[FAULTS_LONG]),
    Stage("conversations, long", "build-asan",
          [WERROR, "--enable-sanitizers=address,undefined"], 14400,
          suites=[CONVERSATION_LONG]),
    Stage("format", "build", [WERROR], 300, checks=[FORMAT]),
    Stage("clang", "build-clang",
          [WERROR, "CC=clang", "CFLAGS=-g -O2 -Wno-string-concatenation"], 1800,
          suites=[UNIT, BLACKBOX]),
    # Leaks are left to the address sanitizer, values that were never set to
    # valgrind: the analyzer does not see what a struct owns, nor that an
    # output is set when a function returns 0.
    Stage("analyzer", "build-analyzer",
          [WERROR, "--disable-hardening",
           "CFLAGS=-g -O1 -fanalyzer -Wno-analyzer-malloc-leak "
           "-Wno-analyzer-use-of-uninitialized-value"], 1800,
          checks=[make("all")]),
    Stage("tidy", "build", [WERROR], 3600, checks=[make("check-tidy")]),
    Stage("cppcheck", "build", [WERROR], 900,
          checks=[make("check-cppcheck")]),
    Stage("valgrind", "build", [WERROR], 1800, suites=[VALGRIND]),
    Stage("thread, all", "build-tsan",
          [WERROR, "--enable-sanitizers=thread"], 3600, suites=[BLACKBOX]),
    Stage("coverage", "build-coverage",
          ["--disable-hardening", "CFLAGS=-g -O0 --coverage",
           "CXXFLAGS=-g -O0 --coverage"], 3600,
          suites=[UNIT, BLACKBOX],
          checks=COVERAGE),
    Stage("distcheck", "build", [WERROR], 1800,
          checks=[["make", "-s", JOBS, "distcheck"]]),
]


@dataclass
class Count:
    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __iadd__(self, other):
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped
        return self

    def sum(self):
        return self.passed + self.failed + self.skipped

    def __str__(self):
        text = f"{self.passed} passed, {self.failed} failed"
        return text + (f", {self.skipped} skipped" if self.skipped else "")


def count_tap(text):
    """What a cmocka program printed. Tests that its plan promises and that
    never ran, because it died, have failed."""
    results = re.findall(r"^(ok|not ok) \d+(.*)$", text, re.M)
    count = Count()
    for result, rest in results:
        if "# SKIP" in rest:
            count.skipped += 1
        elif result == "ok":
            count.passed += 1
        else:
            count.failed += 1
    planned = sum(int(n) for n in re.findall(r"^1\.\.(\d+)", text, re.M))
    count.failed += max(0, planned - len(results))
    return count


def count_pytest(text):
    """The sum of pytest's last lines, as `12 passed, 1 failed in 0.31s`."""
    count = Count()
    for line in re.findall(r"^=*\s*(\d+ \w+.*) in [\d.]+s.*$", text, re.M):
        for number, word in re.findall(r"(\d+) (\w+)", line):
            if word in ("passed", "xfailed"):
                count.passed += int(number)
            elif word in ("failed", "xpassed", "error", "errors"):
                count.failed += int(number)
            elif word == "skipped":
                count.skipped += int(number)
    return count


def is_passed(trs):
    return re.search(r"^:test-result: (PASS|SKIP)", trs.read_text(), re.M)


def forget_logs(build):
    for trs in build.glob("tests/**/*.trs"):
        trs.unlink()


def collect_logs(build):
    """Counts what automake's test driver left below build/tests; prints the
    logs of what failed."""
    total = Count()
    for trs in sorted(build.glob("tests/**/*.trs")):
        log = trs.with_suffix(".log")
        text = log.read_text(errors="replace")
        count = count_tap(text)
        count += count_pytest(text)
        if not is_passed(trs):
            count.failed = max(count.failed, 1)
            print(f"--- {log.relative_to(TREE)}\n{text[-6000:]}", flush=True)
        total += count
    return total


def run(command, cwd, deadline):
    """Runs a command under timeout(1), its output shown and returned.
    Returns (exit code, text)."""
    left = max(1, int(deadline - time.monotonic()))
    print("+", " ".join(command), flush=True)
    process = subprocess.Popen(
        ["timeout", "--kill-after=10", str(left), *command], cwd=cwd,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, errors="replace")
    lines = []
    for line in process.stdout:
        lines.append(line)
        print(line, end="", flush=True)
    return process.wait(), "".join(lines)


def run_stage(stage):
    """Returns the stage's count."""
    build = TREE / stage.build
    build.mkdir(exist_ok=True)
    deadline = time.monotonic() + stage.limit
    total = Count()

    preparation = [make()]
    if not is_configured(build, stage.configure):
        preparation.insert(0, ["../configure", "-q", *stage.configure])
    for command in preparation:
        status, _ = run(command, build, deadline)
        if status:
            return fail(total, stage, command, status)

    for command in stage.suites:
        forget_logs(build)
        status, text = run(command, build, deadline)
        count = collect_logs(build)
        if not count.sum():
            count = count_pytest(text)
        if status and not count.failed or not count.sum():
            fail(count, stage, command, status)
        total += count
    for command in stage.checks:
        status, _ = run(command, build, deadline)
        if status:
            fail(total, stage, command, status)
        else:
            total.passed += 1
    return total


def fail(count, stage, command, status):
    """Counts a command that failed as a whole."""
    reason = {0: "no test ran", 124: "time limit"}.get(status,
                                                      f"exit {status}")
    print(f"{stage.name}: {' '.join(command)}: {reason}")
    count.failed += 1
    return count


def is_configured(build, arguments):
    """Whether build was configured with just these arguments."""
    status = build / "config.status"
    if not status.exists():
        return False
    shown = subprocess.run([status, "--config"], capture_output=True,
                           text=True, check=True).stdout
    return sorted(shlex.split(shown)) == sorted(arguments)


def main():
    names = [stage.name for stage in STAGES + LONG_STAGES]
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--long", action="store_true",
                        help="the long stages instead")
    parser.add_argument("stage", nargs="*", metavar="STAGE",
                        help="only these: " + "; ".join(names))
    arguments = parser.parse_args()
    for name in arguments.stage:
        if name not in names:
            parser.error(f"no stage '{name}'")
    stages = LONG_STAGES if arguments.long else STAGES
    if arguments.stage:
        stages = [stage for stage in STAGES + LONG_STAGES
                  if stage.name in arguments.stage]

    total = Count()
    table = []
    for stage in stages:
        print(f"\n=== {stage.name}", flush=True)
        start = time.monotonic()
        count = run_stage(stage)
        table.append(f"{stage.name:18} {time.monotonic() - start:6.0f} s  "
                     f"{count}")
        print("===", table[-1], flush=True)
        total += count
    print("\n" + "\n".join(table) + f"\n\n{total}")
    return 1 if total.failed else 0


if __name__ == "__main__":
    sys.exit(main())
