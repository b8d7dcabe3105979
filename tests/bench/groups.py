"""The groups of measurements of make bench: in each, everything that is
compared takes turns, round by round. A group is a function of Settings and
returns {name: {what: number}}."""

import contextlib
import json
import socket
import subprocess
import tempfile
import typing

from . import loads, peers, streams

# Longer than the group takes.
NAP_SECONDS = 280


class Settings(typing.NamedTuple):
    rounds: int
    seconds: int
    crowd: int  # idle streams
    connections: tuple  # from few to many


FULL = Settings(7, 3, 10000, (16, 1024, 4096))
QUICK = Settings(2, 1, 1000, (16, 4096))


@contextlib.contextmanager
def running(peer):
    try:
        yield peer
    finally:
        peer.stop()


def calls(settings):
    """tools/call at 50 connections, in all ways; and what memory that
    takes."""
    with contextlib.ExitStack() as stack:
        def start(peer):
            return stack.enter_context(running(peer))

        def run(peer, load=loads.calls):
            return lambda: load(peer, 50, settings.seconds)

        disk = stack.enter_context(
            tempfile.TemporaryDirectory(prefix="mcp-bench-"))
        ours, bare = start(peers.Ours()), start(peers.Bare())
        # What the journal in memory keeps is not what this measures.
        read = start(peers.Ours(reads=True,
                                options=["--journal-max", 64 * 1024]))
        waits = start(peers.Ours(options=peers.WAITS))
        runs = {
            "ours": run(ours),
            "bare": run(bare),
            "nginx": run(start(peers.Nginx(ours.answer()))),
            "sessions": run(start(peers.Ours(n_sessions=50))),
            "stateless": run(ours, loads.stateless_calls),
            "bare stateless": run(bare, loads.stateless_calls),
            "state-dir": run(start(peers.Ours(
                options=["--state-dir", f"{disk}/1"]))),
            "durable": run(start(peers.Ours(
                options=["--durable", "--state-dir", f"{disk}/2"]))),
            "read": run(read),
            "parked": run(waits, loads.parked_calls),
            "isolated": run(start(peers.Ours(
                options=[*peers.WAITS, "--isolate", "waits"])),
                loads.parked_calls),
            "isolated status": run(start(peers.Ours(
                options=["--isolate", "status"])))}
        results = loads.in_turn(settings.rounds, runs)
        results["read"]["memory_mib"] = read.most_memory_kib() / 1024
        results["bare"]["memory_mib"] = bare.most_memory_kib() / 1024
        return results


def crowds(settings):
    """tools/call with few connections and with thousands."""
    with running(peers.Ours()) as ours, running(peers.Bare()) as bare, \
            running(peers.Nginx(ours.answer())) as nginx:
        # A little longer: connecting is a part of it.
        def run(peer, connections):
            return lambda: loads.calls(peer, connections,
                                       settings.seconds + 1)

        return loads.in_turn(settings.rounds, {
            f"{name} {connections}": run(peer, connections)
            for connections in settings.connections
            for name, peer in (("ours", ours), ("bare", bare),
                               ("nginx", nginx))})


def churn(settings):
    with running(peers.Ours()) as ours, running(peers.Bare()) as bare:
        return loads.in_turn(settings.rounds, {
            "ours": lambda: loads.churn(ours, 50, settings.seconds),
            "bare": lambda: loads.churn(bare, 50, settings.seconds)})


def events(settings):
    """HTTP+SSE, and calls on threads, with and without a crowd of idle
    streams beside."""
    crowd = streams.most(settings.crowd)
    beside = peers.Ours(options=[*peers.WAITS, *streams.options_for(crowd)])
    with running(beside), running(peers.Bare()) as bare, \
            running(peers.Ours(options=peers.WAITS)) as ours:
        def run(peer, callers, load=loads.events):
            return lambda: load(peer, callers, settings.seconds)

        idle = streams.open_streams(beside.port, "/sse", crowd)
        results = loads.in_turn(settings.rounds, {
            "ours 1": run(ours, 1), "ours 50": run(ours, 50),
            "bare 1": run(bare, 1), "bare 50": run(bare, 50),
            "beside 1": run(beside, 1), "beside 50": run(beside, 50),
            "parked 1": run(ours, 1, loads.parked_calls),
            "parked 50": run(ours, 50, loads.parked_calls),
            "parked beside 1": run(beside, 1, loads.parked_calls),
            "parked beside 50": run(beside, 50, loads.parked_calls)})
        streams.close_streams(idle)
        return results


def _nap(peer):
    """Keeps the one thread of the plugin. A socket that waits for it."""
    body = peers.call_of("nap", {"seconds": NAP_SECONDS})
    waiting = socket.create_connection(("127.0.0.1", peer.port))
    waiting.sendall(f"POST /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                    f"Content-Type: application/json\r\n"
                    f"Mcp-Session-Id: {peer.sessions}\r\n"
                    f"Content-Length: {len(body)}\r\n\r\n{body}".encode())
    return waiting


def asleep(settings):
    """update_status while every thread of another plugin sleeps."""
    options = [*peers.WAITS, "--drain-timeout", 0,
               "--stream-after", NAP_SECONDS]
    with running(peers.Ours(options=options)) as awake, \
            running(peers.Ours(options=options)) as sleeping, \
            _nap(sleeping) as waiting:
        results = loads.in_turn(2 * settings.rounds, {
            name: lambda peer=peer: loads.calls(peer, 50, settings.seconds)
            for name, peer in (("awake", awake), ("asleep", sleeping))})
        waiting.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            raise RuntimeError(f"it slept too little: {waiting.recv(99)}")
        return results


def memory(settings):
    """What an idle stream takes."""
    crowd = streams.most(settings.crowd)
    options = [*streams.options_for(crowd),
               "--session-idle", streams.IDLE_SECONDS]
    return {
        "ours /sse": streams.memory(peers.Ours(options=options), "/sse",
                                    crowd),
        "ours /mcp": streams.memory(peers.Ours(options=options), "/mcp",
                                    crowd),
        "bare /sse": streams.memory(peers.Bare(), "/sse", crowd)}


def lifetimes(settings):
    """From exec to the first answer, and from SIGTERM to the exit."""
    def first(fd, command):
        done = subprocess.run(
            [peers.BENCH / "first", str(fd), *map(str, command)],
            check=True, stdout=subprocess.PIPE, text=True)
        times = json.loads(done.stdout)
        return {"ready_ms": times["ready_us"] / 1000,
                "answer_ms": times["answer_us"] / 1000}

    def stop(count):
        return streams.stop_ms(
            peers.Ours(options=streams.options_for(count)), count)

    ours = [*peers.PROGRAM, "--control", "none", "--ready-fd", "3"]
    results = loads.in_turn(3 * settings.rounds, {
        "start": lambda: first(3, ours),
        "bare start": lambda: first(1, peers.Bare.COMMAND)})
    results.update(loads.in_turn(settings.rounds,
                                 {"stop 100": lambda: stop(100)}))
    results["stop many"] = stop(streams.most(settings.crowd))
    return results


ALL = [calls, crowds, churn, events, asleep, memory, lifetimes]
