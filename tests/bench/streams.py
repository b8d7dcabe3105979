"""Idle streams for the benchmark: what one costs in memory, and how fast the
program ends with many of them open."""

import gc
import os
import signal
import socket
import subprocess
import time

from . import peers

# Sockets of ours beside the streams, and the server's own descriptors.
SPARE = 200


def open_stream(port, target, session=None):
    """A socket on which the stream's headers have come."""
    stream = socket.create_connection(("127.0.0.1", port), 20)
    more = f"Mcp-Session-Id: {session}\r\n" if session else ""
    stream.sendall(f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                   f"Accept: text/event-stream\r\n{more}\r\n".encode())
    head = stream.recv(4096)
    assert head.startswith(b"HTTP/1.1 200"), head
    return stream


def open_streams(port, target, count):
    """On /mcp every stream has a session of its own: the newest wins."""
    return [open_stream(port, target, peers.initialize(port)
                        if target == "/mcp" else None)
            for _ in range(count)]


def too_many(count):
    """Why this many streams cannot be measured here, or None."""
    limit = peers.raise_descriptors()
    if limit < count + SPARE:
        return (f"the limit of descriptors is {limit}, "
                f"{count + SPARE} are needed (ulimit -Hn)")
    return None


def settle(peer):
    """The least memory within three seconds: some is given back later."""
    samples = []
    for _ in range(30):
        time.sleep(0.1)
        samples.append(peer.memory_kib())
    return min(samples)


def memory(target, count):
    """KiB a stream, and what is left when all have gone."""
    if reason := too_many(count):
        return {"skipped": reason}
    peer = peers.Ours(options=["--max-sessions", count + SPARE])
    # The first streams pay for what all share.
    for stream in open_streams(peer.port, target, 10):
        stream.close()
    before = settle(peer)
    streams = open_streams(peer.port, target, count)
    during = settle(peer)
    for stream in streams:
        stream.close()
    del streams
    gc.collect()
    after = settle(peer)
    peer.stop()
    return {"kib_a_stream": (during - before) / count,
            "before_mib": before / 1024, "during_mib": during / 1024,
            "after_mib": after / 1024}


def start_ms():
    """From exec to the ready line."""
    ready_in, ready_out = os.pipe()
    start = time.perf_counter()
    process = subprocess.Popen(
        [*peers.PROGRAM, "--control", "none", "--ready-fd", str(ready_out)],
        pass_fds=[ready_out],
        stdout=subprocess.DEVNULL)
    os.close(ready_out)
    with open(ready_in, "rb") as pipe:
        pipe.readline()
        took = time.perf_counter() - start
    process.send_signal(signal.SIGTERM)
    process.wait(20)
    return 1000 * took


def stop_ms(count):
    """From SIGTERM to the exit, with streams open."""
    if reason := too_many(count):
        return {"skipped": reason}
    peer = peers.Ours()
    streams = open_streams(peer.port, "/sse", count)
    start = time.perf_counter()
    peer.stop()
    took = time.perf_counter() - start
    assert peer.process.returncode == 0, peer.process.returncode
    for stream in streams:
        stream.close()
    return {"ms": 1000 * took}
