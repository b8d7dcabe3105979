"""Conversations in which the fuzzer once found something, and a few others:
see tests/fuzz/conversation.py."""

import json
import os
import pathlib
import random

import pytest

from support.fuzz import Finding
from support.fuzz.host import Host
from support.fuzz.peer import Peer
from support.fuzz.verdict import Verdict
from support.fuzz.witness import Witness

ROOT = pathlib.Path(os.environ.get("MCP_SRCDIR",
                                   pathlib.Path(__file__).parents[2]))
FILES = sorted((ROOT / "tests/fuzz/corpus/conversation").glob("*.json"))


@pytest.fixture(scope="module")
def host():
    host = Host()
    yield host
    host.stop()


def have(host, steps):
    Peer(host, random.Random(1), Verdict()).have(steps)
    witness = Witness(host, Verdict(), "witness")
    witness.report()
    witness.leave()
    host.check()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_it_is_had_as_it_should_be(host, file):
    have(host, json.loads(file.read_text())["steps"])


def test_what_should_not_be_is_a_finding(host):
    """Those above can fail: without a session a ping is refused."""
    step = {"kind": "ask", "method": "POST", "target": "/mcp",
            "headers": [["Content-Type", "application/json"]],
            "body": {"jsonrpc": "2.0", "id": 1, "method": "ping"}}
    with pytest.raises(Finding):
        have(host, [step])
