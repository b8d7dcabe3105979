"""Idle streams for the benchmark: what one costs in memory, and how fast the
program ends with many of them open."""

import gc
import socket
import time

from . import peers

# Sockets of ours beside the streams, and the server's own descriptors.
SPARE = 200
# A session without its stream.
IDLE_SECONDS = 3


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


def close_streams(streams):
    for stream in streams:
        stream.close()
    streams.clear()
    gc.collect()


def options_for(count):
    return ["--max-sessions", count + SPARE]


def most(wanted):
    """As many streams as the limit of descriptors allows, at most wanted."""
    return min(wanted, peers.raise_descriptors() - SPARE)


def settle(peer, seconds=1):
    """The least memory within that time: some is given back later, when the
    sessions of those that left have been idle for long enough."""
    samples = []
    for _ in range(10 * seconds):
        time.sleep(0.1)
        samples.append(peer.memory_kib())
    return min(samples)


def memory(peer, target, count):
    """KiB a stream, and what is left when all have gone. Ends the peer."""
    # The first streams pay for what all share.
    close_streams(open_streams(peer.port, target, 10))
    before = settle(peer)
    streams = open_streams(peer.port, target, count)
    during = settle(peer)
    close_streams(streams)
    after = settle(peer, IDLE_SECONDS + 3)
    peer.stop()
    return {"streams": count, "kib_a_stream": (during - before) / count,
            "before_mib": before / 1024, "during_mib": during / 1024,
            "after_mib": after / 1024}


def stop_ms(peer, count):
    """From SIGTERM to the exit, with streams open."""
    streams = open_streams(peer.port, "/sse", count)
    start = time.perf_counter()
    peer.stop()
    took = time.perf_counter() - start
    close_streams(streams)
    return {"streams": count, "stop_ms": 1000 * took}
