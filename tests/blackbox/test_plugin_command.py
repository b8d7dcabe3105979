"""The plugin command: programs as tools. Whatever an agent gives is an
argument and nothing else, and nothing of a program outlives its call."""

import json
import re
import sys

import pytest

from support import until
from support.client import Streamable
from support.process import is_running
from support.server import build_dir

pytestmark = pytest.mark.skipif(
    not (build_dir() / "plugins/.extra/command.so").exists(),
    reason="built without a C++ compiler")

PYTHON = sys.executable
# A program that says what it got.
SHOW = [PYTHON, "-c", "import sys, json; print(json.dumps(sys.argv[1:]))"]
TEXTS = {"type": "object", "properties": {
    "texts": {"type": "array", "items": {"type": "string"}}}}


def python(text, *more):
    return [PYTHON, "-c", text, *more]


@pytest.fixture
def offer(start, tmp_path):
    """offer(tool, ...): an agent of a server with these tools; each is its
    entry in the configuration, with a name and a description if it lacks
    one."""
    def offer(*tools, **more):
        config = tmp_path / "config.json"
        tools = [{"name": "tool", "description": "d", **tool}
                 for tool in tools]
        config.write_text(json.dumps(
            {"plugins": {"command": {"config": {"tools": tools}}}}))
        server = start("--config", config, plugins=("command", "status"),
                       **more)
        server.link.hello()
        agent = Streamable(server)
        agent.initialize()
        return agent
    return offer


def text_of(result):
    return "".join(block["text"] for block in result["content"])


def succeed(agent, arguments=None, tool="tool"):
    result = agent.call(tool, arguments)
    assert not result.get("isError"), result
    return text_of(result)


def fail(agent, arguments=None, tool="tool"):
    result = agent.call(tool, arguments)
    assert result["isError"] is True, result
    return text_of(result)


# -- arguments --

@pytest.mark.parametrize("value", [
    "plain", "two words", "", "$(touch x)", "`id`", "a;b|c>d&e", "*", "'\"\\",
    "line\nline", "\u00e9\u4e2d\U0001f600", "{other}", "%s%n",
    pytest.param("a" * 20_000, id="long")])
def test_a_value_is_one_argument_and_never_read_by_a_shell(offer, value):
    agent = offer({"argv": [*SHOW, "{value}", "x={value}"]})
    assert json.loads(succeed(agent, {"value": value})) == \
        [value, f"x={value}"]


@pytest.mark.parametrize("value", ["-x", "--help", "-", "--"])
def test_a_value_is_no_option(offer, value):
    agent = offer({"argv": [*SHOW, "{value}"]})
    text = fail(agent, {"value": value})
    assert "option" in text and "./-name" in text
    assert "value" in text


def test_nor_is_one_of_many(offer):
    agent = offer({"argv": [*SHOW, "{texts}"], "input_schema": TEXTS})
    assert "option" in fail(agent, {"texts": ["a", "--exec=x"]})


@pytest.mark.parametrize("element", ["{a}b", "{}", "{a b}", "{a", "a}", "{{}",
                                     "}", "", "{ a }"])
def test_only_what_ends_an_element_is_a_place(offer, element):
    agent = offer({"argv": [*SHOW, element]})
    assert json.loads(succeed(agent, {"a": "x"})) == [element]


def test_an_option_is_let_through_where_the_configuration_says_so(offer):
    agent = offer({"argv": [*SHOW, "{value}"], "options": ["value"]})
    assert json.loads(succeed(agent, {"value": "-x"})) == ["-x"]


def test_a_value_within_an_element_may_begin_with_a_dash(offer):
    agent = offer({"argv": [*SHOW, "--count={value}"]})
    assert json.loads(succeed(agent, {"value": "-1"})) == ["--count=-1"]


def test_a_value_with_nul_is_refused(offer):
    agent = offer({"argv": [*SHOW, "{value}"]})
    assert "U+0000" in fail(agent, {"value": "a\0b"})


def test_an_array_is_many_arguments(offer):
    agent = offer({"argv": [*SHOW, "-t={texts}", "."], "input_schema": TEXTS})
    assert json.loads(succeed(agent, {"texts": ["a b", "c"]})) == \
        ["-t=a b", "-t=c", "."]
    assert json.loads(succeed(agent, {"texts": []})) == ["."]


def test_what_is_not_given_is_left_out(offer):
    agent = offer({"argv": [*SHOW, "-t={texts}", "."], "input_schema": TEXTS})
    assert json.loads(succeed(agent)) == ["."]


def test_other_values_are_their_json(offer):
    agent = offer({"argv": [*SHOW, "x{v}"], "input_schema": {
        "type": "object", "properties": {"v": {}}}})
    for value, text in [(3, "3"), (True, "true"), ({"a": 1}, '{ "a": 1 }')]:
        assert json.loads(succeed(agent, {"v": value})) == [f"x{text}"]


def test_the_schema_is_made_of_the_places(offer):
    agent = offer({"argv": [*SHOW, "{a}", "b={b}", "{a}"]})
    tool = next(tool for tool in agent.request("tools/list")["tools"]
                if tool["name"] == "tool")
    assert tool["inputSchema"] == {
        "type": "object", "properties": {"a": {"type": "string"},
                                         "b": {"type": "string"}},
        "required": ["a", "b"]}


# -- what the program has --

def test_it_has_nothing_of_the_server(offer):
    """No descriptor, no variable but those that say where and who, no signal
    blocked or ignored, no standard input."""
    program = """
import json, os, signal, sys
print(json.dumps({
    "fds": sorted(map(int, os.listdir("/proc/self/fd")))[:-1],
    "environment": sorted(os.environ),
    "input": sys.stdin.read(),
    "group": os.getpgid(0) == os.getpid(),
    "status": open("/proc/self/status").read()}))
"""
    agent = offer({"argv": python(program)},
                  env={"SOME_SECRET": "x", "HOME": "/"})
    seen = json.loads(succeed(agent))
    assert seen["fds"] == [0, 1, 2]
    assert "SOME_SECRET" not in seen["environment"]
    assert "HOME" in seen["environment"] and "PATH" in seen["environment"]
    assert seen["input"] == "" and seen["group"]
    masks = dict(re.findall(r"(\w+):\t(\S+)", seen["status"]))
    assert int(masks["SigBlk"], 16) == 0
    # Python itself ignores SIGPIPE and SIGXFSZ, and of signals that C
    # libraries keep to themselves who starts all this may ignore some.
    ignored = int(masks["SigIgn"], 16) & 0x7fffffff
    assert ignored & ~(1 << 12 | 1 << 24) == 0
    assert masks["NoNewPrivs"] == "1"


def test_its_limits_are_those_of_the_configuration(offer):
    program = ("import resource as r; print([r.getrlimit(x)[0] for x in "
               "(r.RLIMIT_CPU, r.RLIMIT_AS, r.RLIMIT_NPROC)])")
    agent = offer({"argv": python(program), "cpu_seconds": 7,
                   "memory_bytes": 1 << 33, "processes": 5000})
    assert json.loads(succeed(agent)) == [7, 1 << 33, 5000]


# -- its output --

def test_lines_are_told_while_they_come(offer, tmp_path):
    program = ("import sys, pathlib\n"
               "for n in range(3):\n"
               "    print('line', n, flush=True)\n"
               f"    while not pathlib.Path({str(tmp_path)!r}, str(n))"
               ".exists(): pass\n")
    agent = offer({"argv": python(program)})
    call = agent.begin_call("tool", _meta={"progressToken": "t"})
    for n in range(3):
        assert call.progress()["message"] == f"line {n}"
        (tmp_path / str(n)).touch()
    assert text_of(call.result()) == "line 0\nline 1\nline 2\n"


def test_both_outputs_are_the_result(offer):
    agent = offer({"argv": python("import os; os.write(1, b'a'); "
                                  "os.write(2, b'b'); os.write(1, b'c')")})
    assert succeed(agent) == "abc"


def test_of_a_long_output_the_last_is_kept(offer):
    agent = offer({"argv": python("for n in range(100000): print(n)"),
                   "output_bytes": 12})
    assert succeed(agent) == "[the end of it:]\n99998\n99999\n"


def test_bytes_that_are_no_text_are_question_marks(offer):
    agent = offer({"argv": python(
        r"import os; os.write(1, b'a\xff\xc3\x28\0\xed\xa0\x80\xc3\xa9')")})
    assert succeed(agent) == "a??(????\u00e9"


def test_a_failure_says_the_code_and_the_last_words(offer):
    agent = offer({"argv": python(
        "import sys; print('much', flush=True); sys.exit('no such: x')")})
    assert fail(agent) == "tool: exited with code 1\nmuch\nno such: x\n"


def test_codes_that_are_no_failure(offer):
    agent = offer({"argv": python("import sys; sys.exit(3)"),
                   "exit_codes": [3]})
    assert succeed(agent) == ""


def test_a_signal_is_named(offer):
    agent = offer({"argv": python("import os; os.kill(os.getpid(), 11)")})
    assert "Segmentation fault" in fail(agent)


def test_a_signal_that_has_no_name_has_its_number(offer):
    agent = offer({"argv": python("import os; os.kill(os.getpid(), 40)")})
    assert "signal 40" in fail(agent)


def test_a_program_that_is_gone_is_a_sentence(offer, tmp_path):
    program = tmp_path / "program"
    program.write_text("#!/bin/sh\necho hello\n")
    program.chmod(0o755)
    agent = offer({"argv": [str(program)]})
    assert succeed(agent) == "hello\n"
    program.unlink()
    assert "No such file" in fail(agent)


# -- its end --

# Without braces, which are places.
FAMILY = """
import os, pathlib, signal, sys, time
out = pathlib.Path(sys.argv[1])
if sys.argv[2] == "deaf":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = os.fork()
if child:
    (out / "new").write_text("%d %d" % (os.getpid(), child))
    (out / "new").rename(out / "pids")
    print("begun", flush=True)
if sys.argv[2] == "leaves" and child:
    sys.exit(0)
time.sleep(1000)
"""


def family(tmp_path, mode, **more):
    return {"argv": python(FAMILY, str(tmp_path), mode), **more}


def check_gone(tmp_path):
    pids = (tmp_path / "pids").read_text().split()
    until(lambda: not any(map(is_running, pids)))


@pytest.mark.parametrize("mode", ["meek", "deaf"])
def test_a_cancelled_call_ends_its_whole_group(offer, tmp_path, mode):
    agent = offer(family(tmp_path, mode))
    call = agent.begin_call("tool", _meta={"progressToken": "t"})
    call.progress()
    agent.notify("notifications/cancelled", {"requestId": call.id})
    check_gone(tmp_path)
    agent.report("still here")


@pytest.mark.parametrize("mode", ["meek", "deaf"])
def test_what_takes_too_long_is_ended_with_its_group(offer, tmp_path, mode):
    agent = offer(family(tmp_path, mode, seconds=1))
    text = fail(agent)
    assert "too long" in text and "begun" in text
    check_gone(tmp_path)


def test_what_it_leaves_behind_is_ended(offer, tmp_path):
    agent = offer(family(tmp_path, "leaves"))
    assert succeed(agent) == "begun\n"
    check_gone(tmp_path)


def test_the_end_of_the_server_is_its_end(offer, tmp_path):
    agent = offer(family(tmp_path, "meek"))
    agent.begin_call("tool", _meta={"progressToken": "t"}).progress()
    agent.server.process.kill()
    agent.server.wait(-9)
    pid = (tmp_path / "pids").read_text().split()[0]
    until(lambda: not is_running(pid))


def test_endless_output_is_bounded(offer):
    agent = offer({"argv": ["/usr/bin/yes"], "seconds": 1,
                   "output_bytes": 1000})
    assert "too long" in fail(agent)


# -- the configuration --

@pytest.mark.parametrize("tool, words", [
    ({"argv": ["cat"]}, ["argv", "cat", "path"]),
    ({"argv": ["/no/such/program"]}, ["/no/such/program"]),
    ({"argv": []}, ["/tools/0/argv", "at least 1 item"]),
    ({"argv": [3]}, ["argv", "string"]),
    ({"argv": "/bin/cat"}, ["argv", "array"]),
    ({}, ["/tools/0/argv", "is required"]),
    ({"argv": ["/bin/cat"], "secnods": 3}, ["secnods"]),
    ({"argv": ["/bin/cat"], "seconds": 0}, ["/tools/0/seconds", "at least 1"]),
    ({"argv": ["/bin/cat"], "name": "a b"}, ["a b"]),
    ({"argv": ["/bin/cat"], "input_schema": {"type": "string"}}, ["tool"]),
])
def test_a_wrong_configuration_is_refused_with_the_reason(refuse, tool, words):
    log = refuse("command", {
        "tools": [{"name": "tool", "description": "d", **tool}]})
    for word in words:
        assert word in log


def test_without_a_configuration_it_offers_nothing(start):
    server = start(plugins=("command",))
    agent = Streamable(server)
    agent.initialize()
    assert agent.request("tools/list")["tools"] == []
