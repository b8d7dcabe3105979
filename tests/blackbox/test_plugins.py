"""Plugins that are refused, or misbehave: the reason and the next step are
said, the others serve, and nobody else notices."""

import json
import os

import pytest

from support.client import RpcError, Streamable
from support.server import plugin_dir, plugin_file, run

# What the reason names, and a word of the next step.
REFUSED = {
    "text": ["text", "compile"],
    "truncated": ["truncated", "5000", "copy"],
    "no_symbol": ["mcp_plugin_v1", "MCP_PLUGIN"],
    "no_descriptor": ["mcp_plugin_v1", "NULL"],
    "other_abi": ["ABI 2", "has 1", "build it"],
    "other_entry": ["ABI 7", "has 1", "build it"],
    "undefined": ["undefined symbol", "nobody_has_this", "link"],
    "bad_schema": ["input_schema", "/properties/days/minimum", 'found "3"'],
    "bad_fields": ["1000", "at most 64", "a name with spaces"],
    "twice": ["'same'", "twice", "rename"],
    "other_name": ["somebody_else", "other_name", "rename"],
    "init_fails": ["init", "no key"],
    "own_json_c": ["json-c", "link"],
}


@pytest.fixture(params=REFUSED)
def name(request):
    return request.param


def check_reason(text, name):
    for word in REFUSED[name] + [name]:
        assert word in text, text


def test_the_reason_is_on_standard_error_and_in_an_event(start, name):
    server = start(plugins=(name, "status"))
    server.announce(f"plugin '{name}'")
    server.link.hello()
    event = server.link.event("plugin.failed")
    check_reason(json.dumps(event["payload"]).replace('\\"', '"'), name)
    assert server.ready["plugins"] == ["status"]
    agent = Streamable(server)
    agent.initialize()
    agent.report("the others serve")
    server.stop()
    check_reason(str(server.log), name)


def test_list_plugins_says_it(name):
    code, out, _ = run("--list-plugins", "--plugin-dir",
                       plugin_dir(name, "status"))
    assert code == 0
    check_reason(out, name)
    assert "update_status" in out


def test_check_plugin_says_it_and_fails(name):
    code, out, errors = run("--check-plugin",
                            f"{plugin_dir(name)}/{name}.so")
    assert code != 0
    check_reason(out + errors, name)


def test_everything_that_is_wrong_is_said_at_once():
    _, out, _ = run("--list-plugins", "--plugin-dir",
                    plugin_dir("bad_schema"))
    for tool in "no_json", "no_object", "no_number", "no_schema", "no_output":
        assert f"'{tool}'" in out


def test_list_plugins_in_json_has_reasons_and_tools():
    code, out, _ = run("--list-plugins", "--format", "json", "--plugin-dir",
                       plugin_dir("text", "status"))
    assert code == 0
    text = json.dumps(json.loads(out))
    assert "compile" in text and "update_status" in text


@pytest.mark.parametrize("name", ["init_crashes", "init_exits"])
def test_check_plugin_survives_what_kills_it(name):
    code, out, errors = run("--check-plugin",
                            f"{plugin_dir(name)}/{name}.so")
    assert code != 0
    assert name in out + errors
    assert "signal" in out + errors or "exit" in out + errors


@pytest.mark.parametrize("name", ["init_hangs", "constructor_hangs"])
def test_an_init_that_hangs_is_refused_after_its_time(start, name):
    # A constructor that hangs holds the dynamic linker's lock for ever, so
    # what comes before it is all that can be loaded.
    server = start("--plugin-timeout", "1",
                   "--plugin-dir", plugin_dir("status"),
                   "--plugin-dir", plugin_dir(name), plugins=None)
    server.announce(f"plugin '{name}'")
    server.link.hello()
    event = server.link.event("plugin.failed")
    assert name in json.dumps(event["payload"])
    assert server.ready["plugins"] == ["status"]


@pytest.mark.parametrize("mode", [0o666, 0o775, 0o757])
def test_a_file_that_others_can_write_is_refused(start, tmp_path, mode):
    (tmp_path / "status.so").write_bytes(plugin_file("status").read_bytes())
    os.chmod(tmp_path / "status.so", mode)
    server = start("--plugin-dir", tmp_path, plugins=None)
    server.announce("status.so.*chmod")
    assert server.ready["plugins"] == []


def test_a_directory_that_others_can_write_is_refused(start, tmp_path):
    (tmp_path / "status.so").write_bytes(plugin_file("status").read_bytes())
    os.chmod(tmp_path, 0o777)
    server = start("--plugin-dir", tmp_path, plugins=None)
    server.announce("chmod")
    assert server.ready["plugins"] == []


def test_a_tool_of_another_plugin_refuses_the_later_one(start):
    """Both files are named, and the init of the later one does not run."""
    server = start(plugins=("flow", "clash"))
    server.announce("plugin '(flow|clash)'")
    assert len(server.ready["plugins"]) == 1
    server.link.hello()
    text = json.dumps(server.link.event("plugin.failed")["payload"])
    assert "flow.so" in text and "clash.so" in text and "echo" in text


def test_a_plugin_name_twice_refuses_the_later_file(start):
    first, second = plugin_dir("status", "text"), plugin_dir("status")
    server = start("--plugin-dir", first, "--plugin-dir", second,
                   plugins=None)
    server.announce("plugin '(status|text)'")
    assert server.ready["plugins"] == ["status"]
    server.link.hello()
    texts = [json.dumps(server.link.event("plugin.failed")["payload"])
             for _ in range(2)]
    assert any(first in text and second in text for text in texts)


def test_no_plugin_at_all_still_serves(start, tmp_path):
    server = start("--plugin-dir", tmp_path, plugins=None)
    agent = Streamable(server)
    agent.initialize()
    assert agent.request("tools/list")["tools"] == []


def test_a_plugin_gets_its_config(start, tmp_path):
    config = tmp_path / "config.json"
    config.write_text('{"plugins": {"counter": {"config": {"a": [1]}}}}')
    server = start("--config", config, plugins=("counter",))
    server.stop()
    assert 'init 1 with {"a":' in str(server.log)
    assert "fini of counter" in str(server.log)


def test_overwriting_a_loaded_plugin_changes_nothing(start, tmp_path):
    path = tmp_path / "status.so"
    path.write_bytes(plugin_file("status").read_bytes())
    os.chmod(path, 0o755)
    server = start("--plugin-dir", tmp_path, plugins=None)
    with open(path, "r+b") as file:
        file.truncate(100)
        file.write(b"\xff" * 100_000)
    agent = Streamable(server)
    agent.initialize()
    agent.report("still here")


# -- plugins that break their promises --

@pytest.fixture
def hostile(start):
    server = start("--drain-timeout", "0.1", plugins=("misbehave", "status"))
    server.link.hello()
    return server


@pytest.mark.threads
@pytest.mark.parametrize("tool", ["finish_twice", "finish_and_return",
                                  "keep_returned"])
def test_a_second_finish_is_named_and_harmless(hostile, tool):
    hostile.announce("misbehaving plugin 'misbehave'")
    agent = Streamable(hostile)
    agent.initialize()
    agent.call(tool)
    if tool == "keep_returned":
        agent.call("use_kept")
        agent.call("finish_kept")
    agent.report("still here")


@pytest.mark.parametrize("tool", ["wrong_output", "no_output", "no_object",
                                  "no_json", "no_utf8", "no_reason",
                                  "no_status"])
def test_a_result_that_breaks_a_promise_is_the_plugins_fault(hostile, tool):
    hostile.announce("misbehaving plugin 'misbehave'")
    agent = Streamable(hostile)
    agent.initialize()
    try:
        assert agent.call(tool)["isError"] is True
    except RpcError as error:
        assert error.code == -32603
    agent.report("still here")


def test_a_handler_that_never_returns_does_not_stop_the_end(hostile):
    hostile.announce("drain timeout")
    hostile.announce("calls were cut")
    hostile.announce("stuck|misbehave")
    agent = Streamable(hostile)
    agent.initialize()
    agent.begin_call("sleep_for_ever")
    agent.report("still here")
    hostile.signal()
    hostile.wait(21)


def test_a_fini_that_hangs_does_not_stop_the_end(start):
    server = start(plugins=("fini_hangs",))
    server.announce("fini_hangs")
    server.stop()
