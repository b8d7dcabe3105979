"""Plugins that harm the process they are in. In the server's process the
promise is a clear end, with a line that says whose fault it was, or that nobody
else notices."""

import os
import pathlib
import re

import pytest

from support import until
from support.client import Streamable
from support.process import is_running
from support.server import build_dir, plugin_file

HERE = pytest.mark.parametrize("where", ["", "_here"])


# What it leaks, and closes under others' hands, is part of the test.
LEAKS = {"ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "")
         + ":detect_leaks=0"}
RACES = {"TSAN_OPTIONS": os.environ.get("TSAN_OPTIONS", "")
         + ":report_bugs=0"}


@pytest.fixture
def wild(start):
    server = start(plugins=("wild", "status"), env=LEAKS)
    server.link.hello()
    return server


def connect(server):
    agent = Streamable(server)
    agent.initialize()
    return agent


def children(server):
    """Processes of the server's that still run."""
    path = pathlib.Path(f"/proc/{server.pid}/task/{server.pid}/children")
    return list(filter(is_running, path.read_text().split()))


def go_down(server, tool, code, words, **arguments):
    """Calls a tool that ends the server, which then has to have said so."""
    server.announce(words)
    connect(server).begin_call(tool, arguments)
    server.wait(code)


# -- it goes down --

needs_cxx = pytest.mark.skipif(
    not (build_dir() / "tests/plugins/.hostile/throws.so").exists(),
    reason="built without a C++ compiler")


@needs_cxx
@HERE
def test_an_exception_that_nobody_catches_is_named(start, where):
    server = start(plugins=("throws",))
    server.link.hello()
    go_down(server, f"throw{where}", -6,
            f"^error: plugin 'throws', called for throw{where}, .*SIGABRT"
            ".*--isolate throws")
    assert "nobody catches me" in str(server.log)


@HERE
def test_exit_is_never_taken_for_a_good_end(wild, where):
    go_down(wild, f"exit{where}", 1,
            f"^error: plugin 'wild', called for exit{where}, .* by exit",
            status="0")


@HERE
def test_a_crash_is_named_in_json_too(start, where):
    server = start("--log-format", "json", plugins=("wild",))
    server.link.hello()
    go_down(server, f"exit{where}", 1, r'^{"level":"error","message":"plugin '
            r"'wild', called for exit", status="3")


@HERE
def test_without_its_descriptors_the_server_ends(start, where):
    """It does not go on half alive."""
    server = start(plugins=("wild", "status"), env=RACES)
    server.link.hello()
    go_down(server, f"close_all{where}", -6, "^error: .* SIGABRT")


# -- it stays --

@HERE
def test_a_fork_that_comes_back_is_ended(wild, where):
    wild.announce(f"^error: plugin 'wild', called for fork{where}, came back "
                  "in a process that it had forked")
    agent = connect(wild)
    assert agent.call(f"fork{where}")["content"][0]["text"] != "0"
    until(lambda: not children(wild))
    agent.report("still here")


def wait_log(server, pattern):
    server.announce(pattern)
    server.log.wait(re.compile(pattern))


@HERE
def test_the_servers_signals_stay_its_own(wild, where):
    """It can still be told to end."""
    agent = connect(wild)
    agent.call(f"signals{where}")
    for name in "SIGTERM", "SIGHUP", "SIGPIPE":
        wait_log(wild, f"changed the signal {name}; it was put back")
    wait_log(wild, "changed the signal mask of a thread; it was put back")
    agent.report("still here")
    wild.signal()
    wild.wait(0)


@HERE
def test_umask_and_directory_are_put_back(start, tmp_path, where):
    """And nothing else of the process that a plugin changes shows in what the
    server does."""
    server = start("--state-dir", tmp_path / "state",
                   plugins=("wild", "status", "flow"))
    server.link.hello()
    agent = connect(server)
    before = pathlib.Path(f"/proc/{server.pid}/cwd").resolve()
    agent.call(f"surroundings{where}")
    for thing in "umask", "working directory":
        wait_log(server, f"changed the {thing}; it was put back")
    assert pathlib.Path(f"/proc/{server.pid}/cwd").resolve() == before
    status = pathlib.Path(f"/proc/{server.pid}/status").read_text()
    assert int(re.search(r"Umask:\t(\d+)", status)[1], 8) != 0o777
    agent.report("still here", metadata={"n": 1.5})
    assert server.link.event("status_update")["payload"]["metadata"] == \
        {"n": 1.5}
    server.stop()


@HERE
def test_what_a_plugin_prints_and_reads_is_not_the_link(wild, where):
    agent = connect(wild)
    assert agent.call(f"talk{where}")["content"][0]["text"] == "0"
    wait_log(wild, "a plugin's own words")
    agent.report("still here")
    wild.link.event("status_update")


def test_a_thread_that_goes_on_after_fini_does_not_crash_the_end(start):
    server = start(plugins=("lingers",))
    server.announce("misbehaving plugin 'lingers': threads that it began go on "
                    "after its fini")
    server.stop()


def test_nor_does_one_of_a_plugin_that_is_refused(start):
    server = start(plugins=("lingers", "status"), env={"LINGERS": "fail"})
    server.announce("misbehaving plugin 'lingers': threads that it began")
    server.announce("plugin 'lingers' is refused: .*init")
    assert server.ready["plugins"] == ["status"]
    connect(server).report("still here")
    server.stop()


def test_nor_do_those_of_versions_that_were_replaced(start):
    server = start(plugins=("lingers", "status"))
    server.link.hello()
    for _ in range(5):
        server.link.request("plugins/reload", {"name": "lingers"})
    assert not connect(server).call("lingering")["isError"]
    server.announce("misbehaving plugin 'lingers': threads that it began go on "
                    "after its fini")
    server.stop()


@HERE
def test_a_reference_that_is_kept_costs_its_memory_alone(wild, where):
    agent = connect(wild)
    for n in range(10):
        text = agent.call(f"leak{where}", {"n": n})["content"][0]["text"]
        assert n == 0 or f'"n": {n - 1}' in text
    agent.report("still here")


@HERE
def test_a_thread_that_keeps_a_call_reaches_nobody_else(wild, where):
    wild.announce("misbehaving plugin 'wild': (result_text|emit|emit_text|"
                  "finish) was called for a call that was given back")
    agent = connect(wild)
    for _ in range(20):
        agent.call(f"foreign{where}")
        agent.report("mine")
    wait_log(wild, "foreign thread ends")


def test_a_handler_that_spins_is_answered_for_at_its_deadline(start):
    server = start("--call-timeout", "1", "--drain-timeout", "0.1",
                   plugins=("wild", "status"))
    server.link.hello()
    server.announce("plugin 'wild' is stuck")
    agent = connect(server)
    result = agent.call("spin")
    assert result["isError"] and "did not answer" in \
        result["content"][0]["text"]
    agent.report("still here")
    server.stop()


# -- it is flooded --

FLOODS = ["log", "events", "progress", "messages", "updates", "rows",
          "commits"]


@HERE
@pytest.mark.parametrize("what", FLOODS)
def test_a_flood_drowns_nobody(wild, where, what):
    agent, other = connect(wild), connect(wild)
    agent.request("logging/setLevel", {"level": "debug"})
    if what == "log":
        wild.announce("lines of the log were lost|plugin 'wild': flood")
    call = agent.begin_call(f"flood{where}", {"what": what},
                            _meta={"progressToken": "t"})
    for _ in range(5):
        other.report("others are served")
    result = call.result()
    if what == "events":
        assert result["isError"] and "more than 1000 events" in \
            result["content"][0]["text"]
    else:
        assert not result["isError"], result
    if what == "messages" and where:
        # What does not fit a moment is dropped.
        assert len(call.before) < 1000
    agent.report("still here")


@HERE
@pytest.mark.parametrize("what", ["text", "structured", "deep", "blob"])
def test_a_result_that_is_too_large_is_an_error_that_says_so(wild, where,
                                                             what):
    agent = connect(wild)
    result = agent.call(f"huge{where}", {"what": what})
    assert result["isError"], result
    text = result["content"][0]["text"]
    assert f"'huge{where}'" in text and "16 MiB" in text
    agent.report("still here")


@HERE
def test_so_is_a_sentence_that_is_too_long(wild, where):
    result = connect(wild).call(f"huge{where}", {"what": "fail"})
    assert result["isError"], result
    assert "too long" in result["content"][0]["text"]


# -- it is isolated: whatever it does costs its own process --

@pytest.fixture
def apart(start):
    server = start("--isolate", "all", plugins=("wild", "status"), env=LEAKS)
    server.link.hello()
    return server


def text_of(result):
    return result["content"][0]["text"]


@HERE
@pytest.mark.parametrize("tool, arguments", [
    ("exit", {"status": "0"}), ("close_all", {})])
def test_isolated_what_takes_a_process_down_costs_its_own_calls(
        start, tool, arguments, where):
    server = start("--isolate", "all", plugins=("wild", "status"),
                   env={**LEAKS, **RACES})
    server.link.hello()
    server.announce("plugin 'wild' crashed")
    agent, other = connect(server), connect(server)
    result = agent.call(tool + where, arguments)
    assert result["isError"] and "'wild'" in text_of(result)
    assert server.link.event("plugin.crashed")["payload"]["plugin"] == "wild"
    other.report("others notice nothing")
    assert not agent.call("leak")["isError"]


@needs_cxx
@HERE
def test_isolated_an_exception_costs_its_own_calls(start, where):
    server = start("--isolate", "throws", plugins=("throws", "status"))
    server.link.hello()
    server.announce("plugin 'throws' crashed")
    agent = connect(server)
    result = agent.call(f"throw{where}")
    assert result["isError"] and "'throws'" in text_of(result)
    event = server.link.event("plugin.crashed")["payload"]
    assert event["tool"] == f"throw{where}" and event["signal"] == 6
    agent.report("others notice nothing")


@HERE
def test_isolated_a_fork_makes_no_second_process(apart, where):
    apart.announce(f"plugin 'wild', called for fork{where}, came back in a "
                   "process that it had forked")
    agent = connect(apart)
    before = len(children(apart))
    pid = int(text_of(agent.call(f"fork{where}")))
    assert pid != 0
    until(lambda: not is_running(pid))
    assert not agent.call(f"leak{where}")["isError"]
    assert len(children(apart)) == before
    agent.report("others notice nothing")


@HERE
@pytest.mark.parametrize("tool, arguments", [
    ("signals", {}), ("surroundings", {}), ("leak", {}), ("foreign", {}),
    ("huge", {"what": "text"}), ("huge", {"what": "deep"}),
    ("huge", {"what": "fail"}),
    *[("flood", {"what": what}) for what in FLOODS]])
def test_isolated_the_rest_reaches_nobody_else(apart, tool, arguments, where):
    agent, other = connect(apart), connect(apart)
    call = agent.begin_call(tool + where, arguments)
    for _ in range(5):
        other.report("others are served")
    call.result()
    other.report("still here")
    if tool in ("foreign", "flood"):
        apart.announce("")      # whatever is said of it
    apart.signal()
    apart.wait(0)


def test_isolated_a_thread_after_fini_ends_with_its_process(start):
    server = start("--isolate", "lingers", plugins=("lingers",))
    assert not connect(server).call("lingering")["isError"]
    # The thread sanitizer takes so long to end beside a thread that it is
    # killed, and that is said.
    server.announce("")
    server.stop()


# -- it cannot be loaded --

def test_a_library_that_is_missing_is_named(start, tmp_path):
    """The name of one is changed in the file."""
    data = plugin_file("status").read_bytes()
    assert b"libjson-c.so." in data
    (tmp_path / "status.so").write_bytes(
        data.replace(b"libjson-c.so.", b"libnosuch.so."))
    (tmp_path / "status.so").chmod(0o755)
    server = start("--plugin-dir", tmp_path, plugins=None)
    server.announce("plugin 'status' is refused: .*libnosuch.so.*cannot open"
                    ".*install")
    assert server.ready["plugins"] == []
    server.link.hello()
    assert "libnosuch.so" in \
        server.link.event("plugin.failed")["payload"]["reason"]
