"""--control debug: for a person in a terminal."""

import re

import pytest

from support.client import Streamable
from support.lines import Lines


@pytest.fixture
def shown(start):
    """A server whose output a person watches."""
    server = start(control="debug")
    server.lines = Lines(server.process.stdout.fileno())
    return server


def line_with(server, text):
    while (line := server.lines.next()) is not None:
        if text in line.decode():
            return line.decode()
    raise AssertionError(f"no line with {text!r}")


def test_the_urls_come_first(shown):
    line_with(shown, shown.ready["sse"])
    line_with(shown, shown.ready["mcp"])


def test_an_event_is_a_line(shown):
    agent = Streamable(shown, name="my_agent")
    agent.initialize()
    agent.report("Processing file 3 of 10", metadata={"percent": 30})
    assert re.fullmatch(
        r"\d\d:\d\d:\d\d my_agent execution progress: "
        r"Processing file 3 of 10 \{\"percent\": ?30\}",
        line_with(shown, "Processing"))


def test_a_report_cannot_control_the_terminal(shown):
    agent = Streamable(shown, name="x\x1b[31m")
    agent.initialize()
    agent.report("a\x1b[2Jb\nfake 12:00:00 line\r\x9b1m\u202e")
    line = line_with(shown, "2J")
    assert "fake" in line
    for char in "\x1b", "\r", "\x9b", "\u202e":
        assert char not in line


def test_nothing_is_read(shown):
    shown.process.stdin.write(b'{"jsonrpc":"2.0","id":1,"method":'
                              b'"shutdown"}\n')
    shown.process.stdin.close()
    agent = Streamable(shown)
    agent.initialize()
    agent.report("still here")
    line_with(shown, "still here")


def test_a_person_who_stops_reading_holds_no_agent_up(shown):
    agent = Streamable(shown)
    agent.initialize()
    for n in range(30):
        agent.report("x" * 100_000)


def test_none_prints_nothing(start):
    server = start(control="none")
    agent = Streamable(server)
    agent.initialize()
    agent.report("quiet")
    server.signal()
    assert server.process.stdout.read() == b""
    server.wait()
