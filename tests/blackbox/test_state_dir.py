"""--state-dir: what goes on after a restart, and what is refused untouched."""

import hashlib
import resource
import signal
import stat

import pytest

from support.client import Streamable
from support.server import run
from support.wire import Wire


@pytest.fixture
def state(tmp_path):
    return tmp_path / "state"


@pytest.fixture
def begin(start, state):
    """Starts a server on the directory; its orchestrator says hello."""
    def begin(*options, **hello):
        server = start("--state-dir", state, *options)
        server.link.hello(**hello)
        return server
    return begin


def report(server, *messages):
    agent = Streamable(server)
    agent.initialize()
    for message in messages:
        agent.report(message)


def reports_of(server, count):
    return [payload["message"] for payload in server.link.reports(count)]


def digest(folder):
    """Names and bytes."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest()
            for path in folder.iterdir()}


def refused(state, *options):
    """A start that fails with 5; what is said."""
    code, out, errors = run("--control", "none", "--state-dir", state,
                            *options)
    assert (code, out) == (5, ""), errors
    assert len(errors.strip().splitlines()) == 1, errors
    return errors


def kill(server):
    server.signal(signal.SIGKILL)
    server.wait(-signal.SIGKILL)


def test_ready_tells_what_the_journal_survives(start, state):
    assert start().ready["durable"] == "none"
    server = start("--state-dir", state)
    assert server.ready["durable"] == "process"
    server.stop()
    assert start("--state-dir", state,
                 "--durable").ready["durable"] == "power"


def test_without_a_state_directory_the_log_says_where_the_journal_is(server):
    server.stop()
    assert "the journal is in memory and ends with the process" \
        in str(server.log)


def test_the_directory_is_made_for_us_alone(begin, state):
    begin()
    assert stat.S_IMODE(state.stat().st_mode) == 0o700
    for path in state.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path


def test_numbering_goes_on_after_a_restart(begin):
    first = begin()
    report(first, "one", "two")
    assert reports_of(first, 2) == ["one", "two"]
    last = first.link.position
    first.stop()
    second = begin(after_seq=0)
    assert second.ready["journal"] == first.ready["journal"]
    assert second.ready["first_seq"] == 1
    assert second.ready["last_seq"] == last + 1     # plugin.loaded
    report(second, "three")
    assert reports_of(second, 3) == ["one", "two", "three"]


def test_what_was_answered_is_there_once_after_kill_9(begin):
    server = begin()
    expected = []
    for round in range(4):
        messages = [f"{round}.{n}" for n in range(20)]
        report(server, *messages)
        expected += messages
        kill(server)
        server = begin(after_seq=0)
        assert reports_of(server, len(expected)) == expected


def test_an_acknowledged_position_is_kept(begin):
    server = begin()
    report(server, "one", "two")
    server.link.reports(2)
    server.link.notify("ack", {"seq": server.link.position})
    server.link.request("events/query", {"limit": 1})
    server.stop()
    server = begin()
    report(server, "three")
    assert reports_of(server, 1) == ["three"]


def test_a_second_server_is_refused_and_told_who_has_it(begin, state):
    server = begin()
    assert f"process {server.pid} uses it" in refused(state)
    report(server, "still served")


def test_a_directory_that_others_can_write_is_refused(state):
    state.mkdir()
    state.chmod(0o777)
    assert "others can write it" in refused(state)
    assert list(state.iterdir()) == []


@pytest.mark.parametrize("at, bytes", [(0, b"no database"), (18, b"\xff"),
                                       (40, b"\xff" * 90),
                                       (4096 * 3, b"\xa5" * 4096)])
def test_a_damaged_journal_is_refused_untouched(begin, state, at, bytes):
    server = begin()
    report(server, *(f"{n} " + "x" * 500 for n in range(50)))
    server.stop()
    with open(state / "journal.db", "r+b") as file:
        file.seek(at)
        file.write(bytes)
    before = digest(state)
    assert "journal.db" in refused(state)
    after = digest(state)
    assert before.pop("lock") and after.pop("lock")     # whose number it was
    assert after == before


def test_one_letter_that_changed_is_noticed(begin, state):
    server = begin()
    report(server, "all is well")
    server.stop()
    path = state / "journal.db"
    path.write_bytes(path.read_bytes().replace(b"is well", b"is hell"))
    assert "is not as it was written" in refused(state)


def test_durable_needs_a_directory():
    code, _, errors = run("--durable")
    assert code == 2 and "--state-dir" in errors


def test_the_runs_name_is_told(start):
    server = start("--run", "night-7.a")
    assert server.ready["run"] == "night-7.a"
    assert server.link.hello()["run"] == "night-7.a"


def runs_of(server, count):
    return [event["run"] for event in
            (server.link.event("status_update") for _ in range(count))]


def test_without_a_name_the_last_run_goes_on(begin):
    server = begin()
    kill(server)
    assert begin().ready["run"] == server.ready["run"]


def test_an_event_keeps_the_run_in_which_it_happened(begin):
    server = begin("--run", "one")
    report(server, "first")
    kill(server)
    server = begin("--run", "two", after_seq=0)
    assert server.ready["run"] == "two"
    report(server, "second")
    assert runs_of(server, 2) == ["one", "two"]
    page = server.link.request("events/query", {"topic": "status_update"})
    assert [event["run"] for event in page["events"]] == ["one", "two"]


@pytest.mark.parametrize("name", ["", "a b", "x" * 65, "a/b"])
def test_a_run_has_a_plain_name(name):
    code, _, errors = run("--run", name)
    assert code == 2 and "--run" in errors


def readyz(server):
    return Wire(server.address).exchange("GET", "/readyz").status


def test_a_full_disk_is_told_and_over_when_there_is_room(begin):
    server = begin()
    server.announce("journal.db: .*; until that is over, reports are refused")
    server.announce("could not be kept")
    agent = Streamable(server)
    agent.initialize()
    agent.report("before")
    assert readyz(server) == 200
    unlimited = resource.prlimit(server.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(server.pid, resource.RLIMIT_FSIZE,
                     (300_000, unlimited[1]))
    kept, refusal = 0, None
    while not refusal:
        result = agent.call("update_status", {
            "phase": "execution", "status": "progress",
            "message": "x" * 20_000})
        if result.get("isError"):
            refusal = result["content"][0]["text"]
        else:
            kept += 1
        assert kept < 100
    assert "journal" in refusal
    assert readyz(server) == 503
    resource.prlimit(server.pid, resource.RLIMIT_FSIZE, unlimited)
    assert server.link.event("journal.recovered")["payload"]["lost"] >= 1
    assert readyz(server) == 200
    agent.report("after")
    server.stop()
    server = begin(after_seq=0)
    messages = reports_of(server, kept + 2)
    assert (messages[0], messages[-1]) == ("before", "after")
