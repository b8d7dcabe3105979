"""mcp-plugin-test: plugins are tested by scripts, in what the server uses."""

import os
import pathlib
import re
import shutil
import subprocess

import pytest

from support import LIMIT
from support.server import build_dir, plugin_dir, plugin_file

SCRIPTS = pathlib.Path(os.environ.get("MCP_SRCDIR", ".")) / "tests/kit"


def run(plugin, *scripts, options=()):
    """Returns (exit code, output, errors)."""
    done = subprocess.run(
        [build_dir() / "mcp-plugin-test", *options,
         f"{plugin_dir(plugin)}/{plugin}.so", *scripts],
        capture_output=True, text=True, timeout=LIMIT * 2)
    return done.returncode, done.stdout, done.stderr


@pytest.fixture
def script(tmp_path):
    def write(text):
        path = tmp_path / "a.test"
        path.write_text(text)
        return path
    return write


@pytest.mark.threads
@pytest.mark.parametrize("options", [[], ["--isolate"]])
@pytest.mark.parametrize("name", [
    "flow", "rows", "method", "state",
    "status", "context", "clarification", "budget"])
def test_a_plugin_that_does_what_its_script_says_passes(name, options):
    code, out, errors = run(name, SCRIPTS / f"{name}.test", options=options)
    assert code == 0, out + errors
    n = int(re.match(r"1\.\.(\d+)\n", out)[1])
    assert len(re.findall(r"^ok \d+ - ", out, re.M)) == n > 1
    assert errors == ""


FAULTS = [
    "not seen: text b",
    "not seen: event flow.event",
    "seen: event flow.event",
    "the plugin has no tool 'ecko'; it has: big, echo, emit_n",
    "there is no 'txt'; did you mean 'text'?",
    "arguments: JSON: byte 10",
    "the call of line 26 is not over",
    "nothing was asked",
    "this comes too late, the plugin is loaded",
    "the call is over, or its handler was not called",
]


def test_each_thing_that_is_not_as_it_was_said_fails_with_the_line():
    code, out, _ = run("flow", SCRIPTS / "wrong.test",
                       options=["--patience", "0.3"])
    assert code == 1
    found = re.findall(r"^# \S*wrong\.test:\d+: (.*)$", out, re.M)
    assert len(found) == len(FAULTS) == len(
        re.findall(r"^not ok", out, re.M))
    for fault, said in zip(FAULTS, found):
        assert fault in said


def test_what_was_seen_instead_is_shown(script):
    code, out, _ = run("flow", script("call emit_n {\"n\": 1}\n"
                                      "expect text none\n"))
    assert code == 1
    assert "seen: event" in out and '"payload":{"i":0}' in out
    assert 'result: {"content":[{"type":"text","text":"emitted 1' in out


def test_of_what_is_very_much_the_begin_and_the_end_are_shown(script):
    code, out, _ = run("flow", script("call emit_n {\"n\": 500}\n"
                                      "expect text none\n"))
    assert code == 1
    shown = re.findall(r"^#   seen: (.*)$", out, re.M)
    assert '"i":0}' in shown[0] and '"i":499}' in shown[-1]
    assert len(shown) == 41 and shown[20].startswith("460 more")


def test_what_another_line_has_expected_is_said(script):
    code, out, _ = run("flow", script(
        "call emit_n {\"n\": 1}\nexpect event flow.event\n"
        "expect event {\"topic\": \"flow.event\"}\n"),
        options=["--patience", "0.3"])
    assert code == 1
    assert "a.test:3: not seen: event" in out
    assert "line 2 has expected that one" in out


def test_the_value_that_a_key_has_instead_is_said(script):
    code, out, _ = run("state", script(
        "test a\nstate a {\"b\": 1}\nexpect state a c\n"
        "test b\nexpect state a\n"), options=["--patience", "0.3"])
    assert code == 1
    assert "#   its value is: {\"b\": 1}\n" in out
    assert "#   there is no such key\n" in out


@pytest.mark.parametrize("event, fault", [
    ("{\"payload\": {}}", "expected a topic, and an object"),
    ("t 1", "expected a topic, and an object"),
    ("t {", "event: JSON: ")])
def test_an_event_that_is_none_is_not_recorded(event, fault, script):
    code, out, _ = run("state", script(f"event {event}\n"))
    assert code == 1
    assert fault in out


def test_threads_that_go_on_are_the_reason_that_is_said(script):
    code, out, _ = run("lingers", script("load\n"))
    assert code == 1
    assert "threads that it began go on after its fini" in out


@pytest.mark.parametrize("options", [[], ["--isolate"]])
def test_what_is_not_of_the_form_says_so_to_who_looks(script, options):
    code, out, _ = run("errors", script(
        "call wrong\n"
        "expect log debug progress: expected a finite number\n"
        "expect log debug message: there is no level -1\n"
        "expect log debug deadline: 0 ms, expected 1 to *\n"
        "expect log debug pause: -1 ms\n"
        "expect log debug get: key 'a b': expected at most 200 of *\n"
        "expect log debug list: key 'a b': *\n"
        "expect log debug resource_updated: * is no URI\n"
        "expect log debug phase 'A': expected *\n"
        "expect log debug events: size 8, expected *\n"), options=options)
    assert "not seen" not in out, out


@pytest.mark.parametrize("options", [[], ["--isolate"]])
@pytest.mark.parametrize("tool", ["echo", "exit"])
def test_a_test_that_fails_leaves_nothing_behind(tool, options, script,
                                                 tmp_path, monkeypatch):
    place = tmp_path / "tmp"
    place.mkdir()
    monkeypatch.setenv("TMPDIR", str(place))
    arguments = {"echo": '{"text": "a"}', "exit": '{"status": "0"}'}[tool]
    code, _, _ = run({"echo": "flow", "exit": "wild"}[tool], script(
        f"call {tool} {arguments}\nexpect text b\n"),
        options=["--patience", "0.2", *options])
    assert code == 1
    assert list(place.iterdir()) == []


def test_a_directory_is_no_plugin(script):
    done = subprocess.run(
        [build_dir() / "mcp-plugin-test", plugin_dir("flow", "state"),
         script("load\n")], capture_output=True, text=True, timeout=LIMIT)
    assert done.returncode == 1
    assert "name its file, NAME.so" in done.stdout


def test_a_refused_plugin_fails_unless_that_is_expected(script):
    code, out, _ = run("init_fails", script("load\n"))
    assert code == 1
    assert "the plugin was refused" in out
    code, out, _ = run("init_fails", script("expect refused *init*\n"))
    assert code == 0, out
    code, out, _ = run("flow", script("expect refused\n"))
    assert code == 1


def test_a_crash_costs_one_test_and_is_named_with_its_line(script):
    code, out, _ = run("init_crashes", script(
        "test one\nload\ntest two\nexpect refused\n"))
    assert code == 1
    assert re.search(r"a\.test:2: died by signal 11", out)
    assert out.count("not ok") == 2


def test_a_plugin_that_others_can_write_is_tested_and_told(script, tmp_path):
    tmp_path.chmod(0o775)
    copy = shutil.copy(plugin_file("flow"), tmp_path)
    os.chmod(copy, 0o775)
    done = subprocess.run(
        [build_dir() / "mcp-plugin-test", copy,
         script("call echo {\"text\": \"a\"}\nexpect ok\n")],
        env={**os.environ, "TMPDIR": str(tmp_path)}, capture_output=True,
        text=True, timeout=LIMIT)
    assert done.returncode == 0, done.stdout
    assert "will not load it so: mode: 0775" in done.stdout
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "a.test", "flow.so"]


def test_a_plugin_that_ends_the_process_has_not_passed(script):
    code, out, errors = run("wild", script("call exit {\"status\": \"0\"}\nexpect ok\n"))
    assert code == 1
    assert re.search(r"a\.test:[12]: ended the process with exit code", out)
    assert "wild" in errors and "exit" in errors


def test_a_crash_in_its_own_process_is_an_error_that_can_be_expected(script):
    code, out, _ = run("wild", script(
        "call exit {\"status\": \"0\"}\nexpect error *wild*\n"
        "expect log error *wild*\nexpect event plugin.crashed\n"),
        options=["--isolate"])
    assert code == 0, out


def test_what_a_plugin_writes_by_itself_hides_no_line_of_the_log(script):
    calls = ("call rant\nexpect ok\n"
             "call die {\"how\": \"segv\"}\nexpect error\n")
    code, out, _ = run("isolated", script(calls), options=["--isolate"])
    assert code == 1
    assert "a line was logged that nothing expected" in out
    assert "# 42\n" in out and "that was long" in out


def test_a_client_that_takes_no_task_hears_what_the_server_says(script):
    code, out, _ = run("conformance", script(
        "can form\ncall failing_job\n"
        "expect error *extension io.modelcontextprotocol/tasks\n"))
    assert code == 0, out


def test_a_call_that_is_not_given_back_fails(script):
    code, out, _ = run("misbehave", script("call keep_pending\n"),
                       options=["--patience", "0.3"])
    assert code == 1
    assert "did not give a call back" in out


def test_what_a_plugin_changes_in_its_process_fails(script):
    code, out, _ = run("wild", script("call surroundings_here\nexpect ok\n"))
    assert code == 1
    assert "a line was logged that nothing expected" in out
    assert re.search("umask|directory|signal", out)


def test_a_warning_that_nothing_expects_fails(script):
    call = "call finish_twice\nexpect text once\n"
    code, out, _ = run("misbehave", script(call))
    assert code == 1
    assert "a line was logged that nothing expected" in out
    code, out, _ = run("misbehave", script(
        call + "expect log warning *\nexpect no log warning\n"))
    assert code == 0, out


@pytest.mark.parametrize("text, fault", [
    ("cal echo\n", "a.test:1: there is no 'cal'; did you mean 'call'?"),
    ("\n# x\nx: \n", "a.test:3: expected a verb after the label 'x'"),
    ("test\nload\n", "a.test:1: test: expected a name"),
    (None, "No such file")])
def test_a_script_that_cannot_be_read_is_exit_2(text, fault, script, tmp_path):
    path = script(text) if text else tmp_path / "missing.test"
    code, out, errors = run("flow", path)
    assert (code, out) == (2, "")
    assert fault in errors


@pytest.mark.parametrize("arguments, said", [
    (["--patience", ".2", "a.so", "a.test"], "expected seconds"),
    (["a.so"], "expected a plugin, and at least one script"),
    (["--patient"], "--patient")])
def test_what_is_wrong_with_its_options_is_said(arguments, said):
    done = subprocess.run([build_dir() / "mcp-plugin-test", *arguments],
                          capture_output=True, text=True, timeout=LIMIT)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr.splitlines()[0]


def test_verbose_shows_what_happens_in_its_order(script):
    code, out, _ = run("flow", script("call progress_ticks {\"n\": 2}\n"
                                      "expect ok\n"), options=["--verbose"])
    assert code == 0
    assert re.search(r"# progress .*tick 1.*\n# progress .*tick 2", out)
