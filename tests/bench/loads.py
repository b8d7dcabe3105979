"""Loads for the benchmark. Each runs on the core that the server does not
have, and returns what it counted with the server's CPU time for each of it."""

import json
import os
import statistics
import subprocess

from . import peers


def _run(command, env=None):
    core = str(peers.cores()[1])
    done = subprocess.run(["taskset", "-c", core, *map(str, command)],
                          env={**os.environ, **(env or {})}, check=True,
                          stdout=subprocess.PIPE, text=True, timeout=60)
    return json.loads(done.stdout.strip().splitlines()[-1])


def _measure(peer, key, command, env=None):
    """Adds rates and CPU time a unit."""
    before = peer.cpu_us()
    result = _run(command, env)
    cpu = peer.cpu_us() - before
    result["per_second"] = result[key] / result["seconds"]
    result["cpu_us"] = cpu / max(1, result[key])
    result["load"] = cpu / 1e6 / result["seconds"]
    return result


def calls(peer, connections, seconds, body=peers.BODY,
          headers=peers.HEADERS):
    """wrk: as many calls as there are connections, always."""
    sessions = "" if headers == peers.STATELESS_HEADERS else peer.sessions
    result = _measure(
        peer, "requests",
        ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency",
         "-s", peers.SOURCE / "tests/bench/call.lua",
         f"http://127.0.0.1:{peer.port}/mcp"],
        {"BENCH_BODY": body, "BENCH_HEADERS": headers,
         "BENCH_SESSIONS": sessions})
    assert not result["errors"], result
    return result


def stateless_calls(peer, connections, seconds):
    return calls(peer, connections, seconds, peers.STATELESS_BODY,
                 peers.STATELESS_HEADERS)


def parked_calls(peer, connections, seconds):
    return calls(peer, connections, seconds, peers.PARK)


def events(peer, callers, seconds):
    """POST /messages until its event has come on the stream."""
    return _measure(peer, "events", [peers.BENCH / "sse", peer.port, callers,
                                     seconds, peers.BODY])


def churn(peer, callers, seconds):
    """Sessions that come and go."""
    return _measure(peer, "requests", [peers.BENCH / "churn", peer.port,
                                       callers, seconds, peers.BODY])


def in_turn(rounds, runs):
    """{name: medians} of {name: function}, called round by round."""
    results = {}
    for _ in range(rounds):
        for name, run in runs.items():
            results.setdefault(name, []).append(run())
    return {name: {key: statistics.median(row[key] for row in rows)
                   for key in rows[0]}
            for name, rows in results.items()}
