"""Plugins in processes of their own: what ends such a process costs its own
calls and nothing else."""

import json
import os
import pathlib
import re
import signal
import time

import pytest

from support import LIMIT, until
from support.client import RpcError, Streamable
from support.modern import Modern
from support.process import is_running
from support.server import plugin_dir, program, run

FORM = {"message": "?", "requestedSchema": {"type": "object",
                                            "properties": {}}}

# Sanitizers want to have all functions, and all addresses.
IS_SANITIZED = re.search(rb"__[at]san_init",
                         pathlib.Path(program()).read_bytes()) is not None


@pytest.fixture(autouse=True)
def only_what_is_said(monkeypatch):
    monkeypatch.delenv("MCP_ISOLATE", raising=False)


def begin(start, *options, plugins=("isolated", "status"), config=None,
          tmp_path=None):
    if config is not None:
        path = tmp_path / "config.json"
        path.write_text(json.dumps({"plugins": {"isolated": config}}))
        options = ("--config", path, *options)
    server = start("--isolate", "isolated", *options, plugins=plugins)
    server.link.hello()
    return server


@pytest.fixture
def server(start):
    return begin(start)


@pytest.fixture
def agent(server):
    agent = Streamable(server)
    agent.initialize()
    return agent


def text_of(result):
    return result["content"][0]["text"]


def crash(server, agent, tool="die", **arguments):
    """Calls a tool that ends the process. The error result, and the event."""
    server.announce("plugin 'isolated' crashed")
    result = agent.call(tool, arguments)
    assert result["isError"], result
    assert "isolated" in text_of(result)
    return result, server.link.event("plugin.crashed")["payload"]


def look(agent):
    return agent.call("look")["structuredContent"]


def plugin_of(server, name="isolated"):
    plugins = server.link.request("plugins/list")["plugins"]
    return next(one for one in plugins if one["name"] == name)


# --- What it may not do ------------------------------------------------------

def test_it_is_another_process_and_has_no_more_than_it_needs(start):
    server = start("--isolate", "isolated", plugins=("isolated",),
                   env={"A_SECRET": "s3cret"})
    server.link.hello()
    agent = Streamable(server)
    agent.initialize()
    seen = look(agent)
    assert seen["pid"] != server.pid
    assert seen["session"] == seen["pid"]
    assert not seen["secret"] and seen["path"]
    assert seen["no_new_privs"] == 1
    assert seen["death_signal"] == signal.SIGKILL
    assert seen["file_limit"] == 256
    kinds = [os.readlink(f"/proc/{seen['pid']}/fd/{fd}").split(":")[0]
             for fd in os.listdir(f"/proc/{seen['pid']}/fd")]
    # Its socket to the server; no other one.
    assert kinds.count("socket") == 1, kinds


def test_its_limits_can_be_set(start, tmp_path):
    server = begin(start, tmp_path=tmp_path, config={
        "isolate": {"memory_mib": 300, "files": 99, "cpu_s": 5}})
    agent = Streamable(server)
    agent.initialize()
    seen = look(agent)
    assert seen["file_limit"] == 99
    assert IS_SANITIZED or seen["memory"] == 300 * 1024 * 1024


def test_the_list_of_plugins_says_so(server, agent):
    plugin = plugin_of(server)
    assert plugin["isolated"] is True
    assert plugin["state"] == "running"
    assert plugin["pid"] == look(agent)["pid"]
    assert plugin["crashes"] == 0
    assert "isolated" not in plugin_of(server, "status")


# --- Its ends ----------------------------------------------------------------

SIGNALS = {"segv": signal.SIGSEGV, "abort": signal.SIGABRT,
           "overflow": signal.SIGSEGV, "kill": signal.SIGKILL}
SAID = ("garbage", "huge", "unknown", "close")


@pytest.mark.parametrize("how", SIGNALS)
@pytest.mark.parametrize("tool", ("die", "die_here"))
def test_a_crash_costs_its_own_calls(server, agent, tool, how):
    result, event = crash(server, agent, tool, how=how)
    assert event["plugin"] == "isolated"
    assert event["signal"] == SIGNALS[how]
    assert event["exit_code"] is None
    assert f"signal {SIGNALS[how]:d}" in text_of(result)
    assert server.link.event("plugin.restarted")["payload"]["crashes"] == 1
    agent.report("others notice nothing")
    assert look(agent)["pid"] == plugin_of(server)["pid"]


# Under a sanitizer exit looks for leaks, and finds the call's arguments.
EXIT = pytest.param("exit", marks=pytest.mark.skipif(
    IS_SANITIZED, reason="exit looks for leaks"))


@pytest.mark.parametrize("how", ("segv", "abort", EXIT))
def test_the_report_names_the_tool_and_where_it_was(server, agent, how):
    _, event = crash(server, agent, how=how)
    assert event["tool"] == "die"
    assert any("isolated.so+0x" in frame for frame in event["backtrace"]), \
        event["backtrace"]


@pytest.mark.skipif(IS_SANITIZED, reason="exit looks for leaks")
def test_exit_is_a_crash(server, agent):
    result, event = crash(server, agent, how="exit")
    assert event["exit_code"] == 3 and event["signal"] is None
    assert "exit code 3" in text_of(result)


@pytest.mark.parametrize("how", SAID)
def test_what_cannot_be_said_ends_it(server, agent, how):
    result, event = crash(server, agent, how=how)
    assert event["signal"] is None and event["exit_code"] is None
    assert "socket" in event["reason"] or "cannot be" in event["reason"]
    assert event["reason"] in text_of(result)
    server.link.event("plugin.restarted")


def test_half_a_frame_is_no_answer(start):
    server = begin(start, "--call-timeout", "1")
    agent = Streamable(server)
    agent.initialize()
    result = agent.call("die", {"how": "half"})
    assert result["isError"] and "1 s" in text_of(result)
    server.announce("crashed")
    assert "deadline" in server.link.event("plugin.crashed")["payload"][
        "reason"]


@pytest.mark.skipif(IS_SANITIZED, reason="sanitizers need their addresses")
def test_memory_has_an_end(start, tmp_path):
    server = begin(start, tmp_path=tmp_path,
                   config={"isolate": {"memory_mib": 200}})
    agent = Streamable(server)
    agent.initialize()
    _, event = crash(server, agent, how="hog")
    assert event["signal"] == signal.SIGABRT


@pytest.mark.parametrize("tool", ("spin", "spin_here"))
def test_an_endless_loop_ends_after_its_deadline(start, tool):
    server = begin(start, "--call-timeout", "1")
    agent = Streamable(server)
    agent.initialize()
    server.announce("crashed")
    began = time.monotonic()
    result = agent.call(tool)
    assert time.monotonic() - began < LIMIT
    assert result["isError"]
    event = server.link.event("plugin.crashed")["payload"]
    assert tool in event["reason"]
    assert event["tool"] == tool
    # One of them has signals wait while a handler spins.
    assert IS_SANITIZED or "isolated.so+0x" in str(event["backtrace"])
    server.link.event("plugin.restarted")
    assert look(agent)["pid"]


@pytest.mark.skipif(IS_SANITIZED, reason="signals wait while it spins")
def test_of_several_calls_the_late_one_says_where_it_was(start):
    server = begin(start, "--call-timeout", "1")
    agent, other = Streamable(server), Streamable(server, "other")
    agent.initialize()
    other.initialize()
    server.announce("crashed")
    late = agent.begin_call("spin")
    wait = other.begin_call("rest")
    assert late.result()["isError"]
    assert "isolated" in text_of(wait.result())
    event = server.link.event("plugin.crashed")["payload"]
    assert event["tool"] == "spin"
    assert not any("nanosleep" in place for place in event["backtrace"])


def test_a_task_that_was_cancelled_has_the_time_of_a_call(start):
    server = begin(start, "--call-timeout", "1")
    agent = Modern(server, tasks=True)
    task = agent.call("sleep_as_task")
    server.announce("crashed")
    agent.request("tasks/cancel", {"taskId": task["taskId"]})
    event = server.link.event("plugin.crashed")["payload"]
    assert event["tool"] == "sleep_as_task"
    server.link.event("plugin.restarted")


def test_one_that_does_not_end_when_told_is_killed(start):
    server = begin(start, "--call-timeout", "1")
    agent = Streamable(server)
    agent.initialize()
    server.announce("crashed")
    assert agent.call("deaf")["isError"]
    event = server.link.event("plugin.crashed")["payload"]
    assert (event["tool"], event["backtrace"]) == ("deaf", [])
    server.link.event("plugin.restarted")


def test_processor_time_has_an_end(start, tmp_path):
    server = begin(start, tmp_path=tmp_path,
                   config={"isolate": {"cpu_s": 1}})
    agent = Streamable(server)
    agent.initialize()
    result, event = crash(server, agent, "spin")
    assert "processor" in text_of(result)
    assert "'spin'" in event["reason"]


def test_a_pending_call_fails_with_its_process(server, agent):
    result, _ = crash(server, agent, "late", how="segv")
    assert "signal 11" in text_of(result)


def test_every_running_call_fails_and_names_the_plugin(server, agent):
    held = agent.begin_call("hold")
    server.link.event("isolated.waiting")
    others = Streamable(server)
    others.initialize()
    crash(server, others, how="segv")
    assert "isolated" in text_of(held.result())


def test_what_it_started_goes_with_it(server, agent):
    grandchild = int(text_of(agent.call("grandchild")))
    crash(server, agent, how="segv")
    wait_gone(grandchild)


def wait_reaped(pid):
    until(lambda: not os.path.exists(f"/proc/{pid}"))


def wait_gone(pid):
    until(lambda: not is_running(pid))


# --- After it ----------------------------------------------------------------

def test_calls_that_come_meanwhile_wait(server, agent):
    crash(server, agent, how="segv")
    # It is not started before 100 ms have passed.
    assert look(agent)["pid"]


def test_what_it_kept_is_still_there(server, agent):
    assert text_of(agent.call("count")) == "1"
    crash(server, agent, how="segv")
    assert text_of(agent.call("count")) == "2"


def test_too_many_crashes_end_in_quarantine(server, agent):
    for n in range(1, 6):
        _, event = crash(server, agent, how="segv")
        assert event["crashes"] == n
        assert event["quarantined"] == (n == 5)
    plugin = plugin_of(server)
    assert plugin["state"] == "quarantined" and plugin["crashes"] == 5
    result = agent.call("look")
    assert result["isError"]
    assert "isolated" in text_of(result) and "5 times" in text_of(result)
    agent.report("others notice nothing")
    # Only a reload starts it again, though its file is as it was.
    changes = server.link.request("plugins/reload")["plugins"]
    assert [change["change"] for change in changes] == ["replaced"]
    assert plugin_of(server)["state"] == "running"
    assert not agent.call("look").get("isError")


def test_a_reload_ends_the_quarantine(server, agent):
    for _ in range(5):
        crash(server, agent, how="segv")
    server.link.request("plugins/reload", {"name": "isolated"})
    assert plugin_of(server)["state"] == "running"
    assert look(agent)["pid"] == plugin_of(server)["pid"]


def test_a_reload_brings_a_new_process_beside_the_calls_of_the_old(start):
    # Time enough for the new one to start beside them.
    server = begin(start, "--call-timeout", "4")
    agent = Streamable(server)
    agent.initialize()
    old = look(agent)["pid"]
    held = agent.begin_call("hold")
    server.link.event("isolated.waiting")
    server.link.request("plugins/reload", {"name": "isolated"})
    assert look(agent)["pid"] != old
    assert os.path.exists(f"/proc/{old}")
    assert held.result()["isError"]
    server.announce("stuck")
    ended = "of an older version has ended: it was killed, for 'hold'"
    server.announce(ended)
    # It owes that call, and is not waited for any longer.
    wait_gone(old)
    server.log.wait(re.compile(re.escape(ended)))
    assert plugin_of(server)["crashes"] == 0


def test_a_call_of_an_old_version_whose_process_is_gone_fails(start):
    """It was asked something, and goes on when that is answered."""
    server = start("--isolate", "rows", plugins=("rows", "status"))
    server.link.hello()
    old = plugin_of(server, "rows")["pid"]
    server.announce("plugin 'rows': the process of an older version has ended")

    def end_it(_):
        server.link.request("plugins/reload", {"name": "rows"})
        os.kill(old, signal.SIGKILL)
        wait_reaped(old)
        return {"action": "accept", "content": {}}

    agent = Streamable(server, answers={"elicitation/create": end_it})
    agent.initialize()
    result = agent.call("ask", {
        "name": "a", "method": "elicitation/create", "params": FORM})
    assert result["isError"] and "'rows'" in text_of(result)
    agent.report("others notice nothing")


def test_who_does_not_admit_holds_nobody_up_for_the_time_of_a_call(start):
    """Which is five minutes, for all agents."""
    server = start("--isolate", "method", plugins=("method", "status"))
    server.link.hello()
    os.kill(plugin_of(server, "method")["pid"], signal.SIGSTOP)
    agent = Streamable(server)
    agent.initialize()
    server.announce("plugin 'method' crashed")
    agent.report("admitted by the next process")
    assert "admit" in server.link.event("plugin.crashed")["payload"]["reason"]


def test_an_admit_that_does_not_return_holds_nobody_up_for_long(start):
    server = start("--isolate", "admit_hangs", "--call-timeout", "1",
                   plugins=("admit_hangs", "status"))
    server.link.hello()
    agent = Streamable(server)
    agent.initialize()
    server.announce("plugin 'admit_hangs' crashed")
    assert agent.call("hang")["isError"]
    assert "admit" in server.link.event("plugin.crashed")["payload"]["reason"]
    # It is not asked about that call again: nobody waits for it.
    server.link.event("plugin.restarted")
    agent.report("others are admitted")


def test_what_waits_for_a_start_is_served_though_it_is_replaced(start):
    server = start("--isolate", "all", "--call-timeout", "5",
                   plugins=("admit_hangs", "method"))
    server.link.hello()
    agent = Streamable(server)
    agent.initialize()
    server.announce("plugin 'admit_hangs' crashed")
    # Each time it is down a little longer.
    for n in range(1, 5):
        if n > 1:
            server.link.event("plugin.restarted")
        os.kill(plugin_of(server, "admit_hangs")["pid"], signal.SIGKILL)
        assert server.link.event("plugin.crashed")["payload"]["crashes"] == n
    call = agent.begin_call("admitted")
    server.link.request("plugins/reload", {"name": "admit_hangs"})
    assert text_of(call.result()) == "done"


def test_who_is_asked_next_is_asked_though_the_one_before_was_replaced(start):
    server = start("--isolate", "all", plugins=("admit_hangs", "method"))
    server.link.hello()
    agent = Streamable(server)
    agent.initialize()
    first = plugin_of(server, "admit_hangs")["pid"]
    os.kill(first, signal.SIGSTOP)
    exchange = agent.begin_call("never")
    server.link.request("plugins/reload", {"name": "admit_hangs"})
    assert plugin_of(server, "admit_hangs")["pid"] != first
    os.kill(first, signal.SIGCONT)
    assert text_of(exchange.result()) == "the budget is spent; stop here"


def test_one_that_cannot_start_again_is_given_up(start, tmp_path):
    server = begin(start, tmp_path=tmp_path, config={
        "isolate": True, "config": {"stay_away": True}})
    agent = Streamable(server)
    agent.initialize()
    crash(server, agent, how="segv")
    while not (event := server.link.event("plugin.crashed")["payload"])[
            "quarantined"]:
        assert "init" in event["reason"]
    assert agent.call("look")["isError"]


# --- What only works there ---------------------------------------------------

def test_another_json_c_is_refused_with_the_cure(start):
    server = start(plugins=("foreign", "status"))
    server.announce("foreign")
    server.link.hello()
    assert "--isolate" in server.link.event("plugin.failed")["payload"][
        "reason"]


@pytest.mark.skipif(IS_SANITIZED, reason="sanitizers have all functions")
def test_another_json_c_is_used_there(start):
    server = start("--isolate", "foreign", plugins=("foreign",))
    server.link.hello()
    agent = Streamable(server)
    agent.initialize()
    arguments = {"a": [1, None, "\u00e9"], "b": {"c": 1.5}}
    result = agent.call("echo", arguments)
    assert result["structuredContent"] == {"echo": arguments}
    assert server.link.event("foreign.echo")["payload"] == arguments


# --- Begin and end of all ----------------------------------------------------

@pytest.mark.skipif(IS_SANITIZED, reason="memory is not limited then")
def test_limits_that_are_too_narrow_are_named(tmp_path):
    config = tmp_path / "config.json"
    config.write_text(json.dumps({"plugins": {"isolated": {
        "isolate": {"memory_mib": 1}}}}))
    code, out, _ = run("--config", config, "--check-plugin",
                       f"{plugin_dir('isolated')}/isolated.so")
    assert code == 4
    assert "died by" in out and "memory_mib 1 and files 256" in out


def test_a_crash_in_init_is_the_reason(start):
    server = begin(start, "--isolate", "init_crashes",
                   plugins=("init_crashes", "isolated"))
    server.announce("init_crashes")
    event = server.link.event("plugin.failed")["payload"]
    assert "signal" in event["reason"]
    assert server.ready["plugins"] == ["isolated"]


def test_an_init_that_does_not_return_is_ended(start):
    server = begin(start, "--isolate", "init_hangs", "--plugin-timeout", "3",
                   plugins=("init_hangs", "isolated"))
    server.announce("init_hangs")
    event = server.link.event("plugin.failed")["payload"]
    assert "--plugin-timeout" in event["reason"]


def test_a_constructor_that_does_not_return_holds_nobody_up(start):
    server = begin(start, "--isolate", "constructor_hangs",
                   "--plugin-timeout", "3",
                   plugins=("constructor_hangs", "isolated"))
    server.announce("constructor_hangs")
    assert server.ready["plugins"] == ["isolated"]


def test_its_fini_may_ask_for_what_it_kept(server, agent):
    agent.call("count")
    server.stop()
    assert "ends with 1" in str(server.log)


@pytest.mark.parametrize("tool", ["no_utf8", "no_json", "no_reason"])
def test_what_it_does_wrong_is_logged_once(start, tool):
    server = start("--isolate", "misbehave", plugins=("misbehave",))
    server.link.hello()
    agent = Streamable(server)
    agent.initialize()
    server.announce("misbehaving plugin 'misbehave'")
    with pytest.raises(RpcError):
        agent.call(tool)
    server.stop()
    assert str(server.log).count("misbehaving plugin") == 1


@pytest.mark.parametrize("how, said", [
    ("fini_crashes", "died by signal 11"),
    pytest.param("fini_exits", "ended the process with exit code",
                 marks=EXIT.marks)])
def test_a_fini_that_crashes_is_told(start, tmp_path, how, said):
    server = begin(start, tmp_path=tmp_path, config={"config": {how: True}})
    server.announce(f"plugin 'isolated': its fini did not return: .*{said}")
    server.stop()
    assert "isolated.so+0x" in str(server.log)


def test_a_fini_that_does_not_return_says_where_it_is(start, tmp_path):
    server = begin(start, "--plugin-timeout", "2", tmp_path=tmp_path,
                   config={"config": {"fini_hangs": True}})
    server.announce("plugin 'isolated'.* its fini does not return")
    server.stop()
    assert IS_SANITIZED or re.search("in fini; .*isolated.so", str(server.log))


def test_the_process_ends_with_the_server(server, agent):
    pid = look(agent)["pid"]
    server.stop()
    assert not os.path.exists(f"/proc/{pid}")


@pytest.mark.parametrize("tool", ("hold", "spin"))
def test_it_ends_with_the_server_though_it_owes_a_call(start, tool):
    server = begin(start, "--drain-timeout", "0.1")
    agent = Streamable(server)
    agent.initialize()
    pid = look(agent)["pid"]
    agent.begin_call(tool)
    server.link.event("isolated.waiting")
    server.announce("drain timeout")
    server.announce("calls were cut")
    server.stop(21)
    assert not os.path.exists(f"/proc/{pid}")


def test_it_dies_with_a_server_that_is_killed(server, agent):
    pid = look(agent)["pid"]
    agent.begin_call("spin")
    server.link.event("isolated.waiting")
    server.process.kill()
    server.process.wait()
    wait_gone(pid)
    server.expected = -signal.SIGKILL


def test_the_inspection_isolates_too():
    code, out, _ = run("--list-plugins", "--isolate", "all",
                       "--plugin-dir", plugin_dir("isolated", "init_exits"))
    assert code == 0
    assert "init_exits" in out and re.search("exit code", out)
    assert "isolated 1: would be served" in out
