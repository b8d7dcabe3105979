#!/usr/bin/python3
"""All tests, stage by stage: what `./bootstrap check` runs.

A stage is a build directory, how it is configured, and what is run in it.
Each prints how many tests it ran and how long it took, and has a time limit
of its own. The last line is the sum. Exit code 0 only when every stage ran
at least one test and nothing failed.
"""

import argparse
import os
import pathlib
import re
import subprocess
import sys
import time
from dataclasses import dataclass

TREE = pathlib.Path(__file__).resolve().parent.parent
JOBS = f"-j{os.cpu_count() or 1}"


@dataclass
class Stage:
    name: str
    build: str          # directory below the tree
    configure: list     # its arguments
    commands: list      # run there, one after the other
    limit: int          # seconds for all of it


MAKE = ["make", "-s", JOBS]
DEMO = [sys.executable, "../doc/examples/orchestrator.py",
        "--server", "./mcp-orchestrator", "--client", "./mcp-call",
        "--plugin-dir", "plugins/.run"]

STAGES = [
    Stage("plain", "build", ["--enable-werror"],
          [MAKE, [*MAKE, "-k", "check"]], 900),
    Stage("demo", "build", ["--enable-werror"],
          [MAKE, DEMO], 300),
    Stage("interop", "build", ["--enable-werror"],
          [MAKE, ["make", "-s", "check-interop"]], 900),
    Stage("address,undefined", "build-asan",
          ["--enable-werror", "--enable-sanitizers=address,undefined"],
          [MAKE, [*MAKE, "-k", "check-unit"],
           [*MAKE, "-k", "check-blackbox"]], 1200),
    Stage("thread", "build-tsan",
          ["--enable-werror", "--enable-sanitizers=thread"],
          [MAKE, [*MAKE, "-k", "check-unit"],
           [*MAKE, "-k", "check-blackbox", "PYTEST_FLAGS=-m threads"]], 900),
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


def collect_logs(build):
    """Counts what automake's test driver left below build/tests, and takes
    it away; prints the logs of what failed."""
    total = Count()
    for trs in sorted((build / "tests").rglob("*.trs")):
        log = trs.with_suffix(".log")
        text = log.read_text(errors="replace")
        count = count_tap(text)
        count += count_pytest(text)
        if not is_passed(trs):
            count.failed = max(count.failed, 1)
            print(f"--- {log.relative_to(TREE)}\n{text[-6000:]}")
        total += count
        trs.rename(trs.with_suffix(".trs.seen"))
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
    """Returns the stage's count; a command that fails without a failed test
    counts as one."""
    build = TREE / stage.build
    build.mkdir(exist_ok=True)
    deadline = time.monotonic() + stage.limit
    commands = list(stage.commands)
    if not is_configured(build, stage.configure):
        commands.insert(0, ["../configure", "-q", *stage.configure])

    total = Count()
    for command in commands:
        status, text = run(command, build, deadline)
        count = collect_logs(build)
        if not count.passed + count.failed + count.skipped:
            count = count_pytest(text)
        if command is DEMO and status == 0:
            count.passed += 1
        if status and not count.failed:
            print(f"{stage.name}: {' '.join(command)}: "
                  + ("time limit" if status == 124 else f"exit {status}"))
            count.failed += 1
        total += count
        if status and not count.passed:
            break           # nothing after a failed build makes sense
    if not total.passed:
        total.failed = max(total.failed, 1)
    return total


def is_configured(build, arguments):
    """Whether build was configured with just these arguments."""
    status = build / "config.status"
    if not status.exists():
        return False
    shown = subprocess.run([status, "--config"], capture_output=True,
                           text=True, check=True).stdout.split()
    return sorted(word.strip("'") for word in shown) == sorted(arguments)


def main():
    names = [stage.name for stage in STAGES]
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("stage", nargs="*", metavar="STAGE",
                        help="one of: " + ", ".join(names)
                        + "; all when none is named")
    wanted = parser.parse_args().stage or names
    for name in wanted:
        if name not in names:
            parser.error(f"no stage '{name}'; there are: {', '.join(names)}")

    total = Count()
    table = []
    for stage in STAGES:
        if stage.name not in wanted:
            continue
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
