"""make bench: speed and memory of the program beside nginx and a bare
libmicrohttpd + json-c program, in one run, interleaved, medians.

The server has one core, the load another. CPU time a call is user and system
time of the server's threads, divided by the calls that were answered."""

import argparse
import json
import os
import pathlib
import platform
import sys
import time

from . import groups, peers, table

NOFILE_MIN = 5000


def machine():
    model = [line.split(":")[1].strip()
             for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines()
             if line.startswith("model name")]
    return {"cpu": model[0] if model else platform.machine(),
            "cores": len(os.sched_getaffinity(0)),
            "kernel": platform.release()}


def measure(settings, wanted):
    results = {}
    for group in groups.ALL:
        if wanted and group.__name__ not in wanted:
            continue
        start = time.monotonic()
        results[group.__name__] = group(settings)
        print(f"  {group.__name__}: {time.monotonic() - start:.0f} s",
              file=sys.stderr)
    return results


def print_results(results):
    """Everything, for who looks for a reason."""
    for group, rows in results.items():
        print(f"\n{group}")
        for name, row in rows.items():
            print(f"  {name:18}" + "  ".join(
                f"{key} {table.number(value)}" for key, value in row.items()
                if key not in ("errors", "seconds")))


def main():
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--output", default="bench.json")
    parser.add_argument("group", nargs="*", help="only these; what the "
                        "output has of the others stays")
    options = parser.parse_args()
    settings = groups.QUICK if options.quick else groups.FULL

    limit = peers.raise_descriptors()
    if limit < NOFILE_MIN:
        sys.exit(f"bench: the limit of descriptors is {limit}; at least "
                 f"{NOFILE_MIN} are needed (ulimit -Hn)")
    report = {"machine": machine(), **settings._asdict(),
              "load_before": os.getloadavg()[0]}
    print(f"{report['machine']['cpu']}, {report['machine']['cores']} cores; "
          f"medians of {settings.rounds} rounds of {settings.seconds} s; load "
          f"before: {report['load_before']:.1f}")
    if peers.cores()[0] == peers.cores()[1]:
        print("only one core: server and load share it")

    results = measure(settings, options.group)
    print_results(results)
    output = pathlib.Path(options.output)
    if options.group and output.exists():
        results = json.loads(output.read_text())["results"] | results
    report["results"] = results
    if len(results) == len(groups.ALL):
        rows = table.rows_of(results)
        table.print_rows(rows)
        report["rows"] = [row._asdict() for row in rows]
    output.write_text(
        json.dumps(report, indent=1, ensure_ascii=False) + "\n")
    print(f"\nalso in {options.output}")


if __name__ == "__main__":
    main()
