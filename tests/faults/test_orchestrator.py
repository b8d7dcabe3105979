"""Orchestrators that stall, leave, come back and are replaced, while agents
report: agents notice nothing, and every event arrives once."""

import contextlib

import pytest

from support.client import Streamable
from support.link import connect
from support.load import Account, Load, Reporter
from support.process import resident_bytes
from support.ways import WAYS

REPORTS = 40
MEMORY = 1_000_000      # of the journal, while nobody reads it


@pytest.fixture
def named(start, tmp_path):
    """A server whose link is a named socket; several may connect."""
    return start("--rate", "0", control=f"unix:{tmp_path}/link")


@pytest.fixture
def come(named, tmp_path):
    """A new orchestrator's connection, which got the ready object."""
    with contextlib.ExitStack() as stack:
        def come():
            link = connect(tmp_path / "link")
            stack.callback(link.leave)
            assert link.ready() == named.ready
            return link
        yield come


def begin_reports(server, count=REPORTS):
    load = Load(server)
    return [Reporter(Account(f"agent-{n}", way), load, count)
            for n, way in enumerate(WAYS)]


def finish(workers):
    for worker in workers:
        worker.join()


def numbers(events):
    """By agent, in the order in which they came."""
    seen = {}
    for event in events:
        if event["topic"] == "status_update":
            seen.setdefault(event["agent"], []).append(
                event["payload"]["metadata"]["n"])
    return seen


EVERY_ONE = {f"agent-{n}": list(range(REPORTS)) for n in range(len(WAYS))}


def read_on(link, events):
    """Adds what is there."""
    last = link.request("events/query", {"limit": 1})["last_seq"]
    while len(events) < last:
        events.append(link.event())


def test_one_that_stalls_costs_neither_agents_nor_memory(start):
    """It gets what the journal still has, and hears of what it has not."""
    server = start("--rate", "0", "--journal-max", MEMORY)
    server.link.hello()
    agent = Streamable(server)
    agent.initialize()
    text = "x" * 10_000
    for _ in range(2 * MEMORY // len(text)):
        agent.report(text)
    before = resident_bytes(server.pid)
    for _ in range(10 * MEMORY // len(text)):
        agent.report(text)
    assert resident_bytes(server.pid) < before + (2 << 20)
    agent.report("the last")
    while server.link.event("status_update")["payload"]["message"] \
            != "the last":
        pass


@pytest.mark.threads
def test_those_that_leave_and_come_again_get_each_event_once(named, come):
    workers = begin_reports(named)
    events, link = [], named.link
    while numbers(events) != EVERY_ONE:
        link.hello(after_seq=len(events))
        for _ in range(50):
            events.append(link.event())
            if numbers(events) == EVERY_ONE:
                break
        link.leave()
        link = come()
    finish(workers)
    assert [event["seq"] for event in events] \
        == list(range(1, len(events) + 1))


@pytest.mark.threads
def test_without_a_position_they_go_on_after_their_last_ack(named, come):
    workers = begin_reports(named)
    link, events = named.link, []
    for _ in range(10):
        assert link.hello()["position"] == len(events)
        events += [link.event() for _ in range(20)]
        link.notify("ack", {"seq": len(events)})
        link.request("state")       # answered after the ack was taken
        link.leave()
        link = come()
    finish(workers)
    link.hello()
    read_on(link, events)
    assert numbers(events) == EVERY_ONE


@pytest.mark.threads
def test_a_takeover_under_load_loses_nothing(named, come):
    workers = begin_reports(named)
    link, events = named.link, []
    link.hello()
    for _ in range(10):
        events += [link.event() for _ in range(20)]
        other = come()
        other.hello(after_seq=len(events), takeover=True)
        link.notification("replaced")
        link.rest()
        link = other
    finish(workers)
    read_on(link, events)
    assert numbers(events) == EVERY_ONE
