"""make bench: speed and memory of the program beside nginx and a bare
libmicrohttpd + json-c program, in one run, interleaved, medians.

The server has one core, the load another. CPU time a call is user and system
time of the server's threads, divided by the calls that were answered."""

import argparse
import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import tempfile

from . import peers, streams

# Options of a server with its journal on the disk; the directory follows.
DISK = [["--state-dir"], ["--durable", "--state-dir"]]
CONNECTIONS = [16, 256, 1024]
NOFILE_MIN = 1200


def run_load(command, env=None):
    core = str(peers.cores()[1])
    done = subprocess.run(["taskset", "-c", core, *map(str, command)],
                          env={**os.environ, **(env or {})}, check=True,
                          stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout.strip().splitlines()[-1])


def measure(peer, load, key):
    """Runs a load; adds rates and CPU time a unit."""
    before = peer.cpu_us()
    result = load()
    cpu = peer.cpu_us() - before
    result["per_second"] = result[key] / result["seconds"]
    result["cpu_us"] = cpu / max(1, result[key])
    result["load"] = cpu / 1e6 / result["seconds"]
    return result


def calls(peer, connections, seconds):
    def load():
        return run_load(
            ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency",
             "-s", peers.SOURCE / "tests/bench/call.lua",
             f"http://127.0.0.1:{peer.port}/mcp"],
            {"BENCH_BODY": peers.BODY, "BENCH_SESSIONS": peer.sessions})

    result = measure(peer, load, "requests")
    assert not result["errors"], f"{peer.name}: {result}"
    return result


def events(peer, callers, seconds):
    def load():
        return run_load([peers.BENCH / "sse", peer.port, callers, seconds,
                         peers.BODY])

    return measure(peer, load, "events")


def median(rounds):
    return {key: statistics.median(row[key] for row in rounds)
            for key in rounds[0]}


def measure_calls(rounds, seconds):
    """{(name, connections): medians}, all in turn, round by round."""
    ours = peers.Ours()
    answer = ours.answer()
    state = tempfile.TemporaryDirectory(prefix="mcp-bench-")
    rows = {"ours": ours, "ours, sessions in turn": peers.Ours(n_sessions=50),
            "ours, link read": peers.Ours(reads=True),
            **{f"ours, {' '.join(options)}": peers.Ours(options=[
                *options, f"{state.name}/{len(options)}"])
               for options in DISK},
            "bare libmicrohttpd + json-c": peers.Bare(),
            "nginx, static": peers.Nginx(answer)}
    results = {}
    for _ in range(rounds):
        for connections in CONNECTIONS:
            for name, peer in rows.items():
                results.setdefault((name, connections), []).append(
                    calls(peer, connections, seconds))
    for peer in rows.values():
        peer.stop()
    state.cleanup()
    return {key: median(rows) for key, rows in results.items()}, answer


def measure_events(rounds, seconds):
    peer = peers.Ours()
    results = {}
    for _ in range(rounds):
        for callers in 1, 50:
            results.setdefault(callers, []).append(
                events(peer, callers, seconds))
    peer.stop()
    return {callers: median(rows) for callers, rows in results.items()}


def print_calls(results):
    print("\ntools/call update_status\n\n"
          f"{'':28}{'conn.':>6}{'calls/s':>10}{'CPU us':>8}{'p50 us':>8}"
          f"{'p99 us':>8}{'/nginx':>8}{'/bare':>7}{'core':>6}")
    for (name, connections), row in sorted(
            results.items(), key=lambda item: item[0][1]):
        nginx = results["nginx, static", connections]["cpu_us"]
        bare = results["bare libmicrohttpd + json-c", connections]["cpu_us"]
        row["to_nginx"] = row["cpu_us"] / nginx
        row["to_bare"] = row["cpu_us"] / bare
        print(f"{name:28}{connections:>6}{row['per_second']:>10,.0f}"
              f"{row['cpu_us']:>8.1f}{row['p50_us']:>8,.0f}"
              f"{row['p99_us']:>8,.0f}{row['to_nginx']:>8.2f}"
              f"{row['to_bare']:>7.2f}{row['load']:>6.0%}")
    few, many = (results["ours", n]["per_second"] for n in (16, 1024))
    print(f"\ncalls a second at 1,024 connections / at 16: "
          f"{many / few:.2f}")
    for connections in CONNECTIONS:
        for options in DISK:
            name = f"ours, {' '.join(options)}"
            ratio = results[name, connections]["cpu_us"] \
                / results["ours", connections]["cpu_us"]
            print(f"CPU with {' '.join(options)} / in memory, {connections} "
                  f"connections: {ratio:.2f}")


def print_events(results):
    print("\nHTTP+SSE, from the POST to its event\n\n"
          f"{'callers':>8}{'events/s':>10}{'CPU us':>8}{'p50 us':>8}"
          f"{'p99 us':>8}")
    for callers, row in results.items():
        print(f"{callers:>8}{row['per_second']:>10,.0f}{row['cpu_us']:>8.1f}"
              f"{row['p50_us']:>8,.0f}{row['p99_us']:>8,.0f}")


def print_memory(results):
    print("\nmemory an idle stream\n")
    for (target, count), row in results.items():
        text = row.get("skipped") or (
            f"{row['kib_a_stream']:6.2f} KiB; the process "
            f"{row['before_mib']:.1f} MiB before, {row['during_mib']:.1f} "
            f"with them, {row['after_mib']:.1f} after they left")
        print(f"GET {target:6}{count:>7,}  {text}")


def machine():
    model = [line.split(":")[1].strip()
             for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines()
             if line.startswith("model name")]
    return {"cpu": model[0] if model else platform.machine(),
            "cores": len(os.sched_getaffinity(0)),
            "kernel": platform.release()}


def as_rows(results, *names):
    """A table with tuples as keys, as a list of JSON objects."""
    return [{**dict(zip(names, key if isinstance(key, tuple) else [key])),
             **row} for key, row in results.items()]


def main():
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--output", default="bench.json")
    options = parser.parse_args()
    rounds, seconds = (3, 1) if options.quick else (5, 3)

    limit = peers.raise_descriptors()
    if limit < NOFILE_MIN:
        sys.exit(f"bench: the limit of descriptors is {limit}; at least "
                 f"{NOFILE_MIN} are needed (ulimit -Hn)")
    report = {"machine": machine(), "rounds": rounds, "seconds": seconds}
    print(f"{report['machine']['cpu']}, {report['machine']['cores']} cores; "
          f"medians of {rounds} rounds of {seconds} s")
    if peers.cores()[0] == peers.cores()[1]:
        print("only one core: server and load share it")

    results, answer = measure_calls(rounds, seconds)
    print_calls(results)
    report["calls"] = as_rows(results, "server", "connections")
    report["answer_bytes"] = len(answer)

    results = measure_events(rounds, seconds)
    print_events(results)
    report["events"] = as_rows(results, "callers")

    counts = [1000] if options.quick else [1000, 10000]
    results = {(target, count): streams.memory(target, count)
               for count in counts for target in ("/sse", "/mcp")}
    print_memory(results)
    report["memory"] = as_rows(results, "target", "streams")

    starts = [streams.start_ms() for _ in range(5 if options.quick else 21)]
    report["start_ms"] = statistics.median(starts)
    print(f"\nexec to ready: {report['start_ms']:.1f} ms")
    report["stop_1000"] = stop = streams.stop_ms(1000)
    print("SIGTERM to exit, 1,000 streams: "
          + (stop.get("skipped") or f"{stop['ms']:.0f} ms"))
    pathlib.Path(options.output).write_text(json.dumps(report, indent=1))
    print(f"\nalso in {options.output}")


if __name__ == "__main__":
    main()
