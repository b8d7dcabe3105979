"""An orchestrator for the benchmark: says hello, reads every event and
acknowledges what it has read. The link is its input and output."""

import json
import os
import re

HELLO = {"jsonrpc": "2.0", "id": 1, "method": "hello",
         "params": {"protocol": 1}}


def say(message):
    os.write(1, json.dumps(message).encode() + b"\n")


def main():
    say(HELLO)
    rest = b""
    while chunk := os.read(0, 1 << 20):
        lines, newline, tail = chunk.rpartition(b"\n")
        if not newline:
            rest += chunk
            continue
        numbers = re.findall(rb'"seq":(\d+)', rest + lines)
        rest = tail
        if numbers:
            say({"jsonrpc": "2.0", "method": "ack",
                 "params": {"seq": int(numbers[-1])}})


if __name__ == "__main__":
    main()
