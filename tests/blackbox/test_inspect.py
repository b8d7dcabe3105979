"""Inspection: what would be served, what is refused and why, and plugins that
take the process with them."""

import json

import pytest

from support.server import plugin_dir, run


def inspect(*names, options=()):
    """Lists a directory with these plugins. Returns (exit code, plugins)."""
    code, out, errors = run("--list-plugins", "--format", "json",
                            "--plugin-dir", plugin_dir(*names), *options)
    return code, json.loads(out)["plugins"], errors


def test_a_list_says_what_would_be_served():
    code, out, _ = run("--list-plugins", "--plugin-dir",
                       plugin_dir("status"))
    assert code == 0
    assert "status" in out and "update_status" in out
    assert "1 of 1 plugins would be served" in out


def test_a_list_in_json_has_the_schemas_too():
    code, plugins, _ = inspect("status")
    assert code == 0
    (plugin,) = plugins
    assert plugin["loaded"] is True
    (tool,) = plugin["tools"]
    assert tool["name"] == "update_status"
    assert "phase" in tool["inputSchema"]["properties"]


def test_methods_are_listed_with_their_schemas():
    code, (plugin,), _ = inspect("method")
    assert code == 0
    (method,) = [row for row in plugin["methods"]
                 if row["name"] == "method/echo"]
    assert method["paramsSchema"]["required"] == ["n"]
    _, out, _ = run("--list-plugins", "--plugin-dir", plugin_dir("method"))
    assert "    method method/echo: Gives its params" in out


def test_one_that_is_refused_says_why_and_stops_no_other():
    code, plugins, _ = inspect("bad_fields", "status")
    assert code == 0
    assert [p["loaded"] for p in plugins] == [False, True]
    assert plugins[0]["reason"] and plugins[0]["file"].endswith(".so")


@pytest.mark.parametrize("name, death", [
    ("init_crashes", "died by signal 11"),
    ("init_exits", "ended the process with exit code 3")])
def test_one_that_takes_the_process_with_it_is_told(name, death):
    code, plugins, errors = inspect("counter", name, "status")
    assert code == 0
    found = {p["name"]: p for p in plugins}
    assert list(found) == ["counter", name, "status"]
    assert found["counter"]["loaded"] and found["status"]["loaded"]
    assert not found[name]["loaded"]
    assert death in found[name]["reason"]
    assert "while loading" in found[name]["reason"]
    if name == "init_crashes":
        assert "last words" in errors


def test_the_right_one_is_blamed_though_others_record_events_in_their_init(
        tmp_path):
    config = tmp_path / "config.json"
    config.write_text('{"plugins": {"state": {"config": {"emits": true}}}}')
    names = ["state", "init_crashes", "method", "flow"]
    files = [f"--check-plugin={plugin_dir(name)}/{name}.so" for name in names]
    code, out, _ = run("--config", config, "--format", "json", *files)
    assert code == 4
    plugins = json.loads(out)["plugins"]
    assert [p["name"] for p in plugins if not p["loaded"]] == ["init_crashes"]


def test_what_a_plugin_prints_is_not_what_is_told_of_it():
    code, out, errors = run("--format", "json", "--check-plugin",
                            f"{plugin_dir('wild')}/wild.so",
                            env={"WILD_TALKS": "1"})
    assert code == 0 and json.loads(out)["plugins"][0]["loaded"]
    assert "a plugin's first words" in errors


def test_a_file_that_is_named_twice_is_told_once():
    path = plugin_dir("status")
    for option, value in (("--plugin-dir", path),
                          ("--check-plugin", f"{path}/status.so")):
        code, out, _ = run("--list-plugins", option, value, option, value)
        assert code == 0
        assert "1 of 1 plugins would be served" in out


def test_a_later_plugin_with_the_same_tools_names_both_files():
    code, plugins, _ = inspect("counter", "init_crashes", "clash", "flow")
    assert code == 0
    found = {p["name"]: p for p in plugins}
    refused = [p for p in plugins if not p["loaded"]]
    assert found["init_crashes"] in refused and len(refused) == 2


@pytest.mark.parametrize("name, expected", [
    ("status", 0), ("bad_schema", 4), ("init_fails", 4), ("init_crashes", 4)])
def test_the_exit_code_of_a_check_is_4_for_a_bad_plugin(name, expected):
    code, out, _ = run("--check-plugin", f"{plugin_dir(name)}/{name}.so")
    assert code == expected
    assert name in out


def test_several_files_are_checked_at_once_and_each_is_told():
    good, bad = (f"{plugin_dir(name)}/{name}.so"
                 for name in ("status", "bad_schema"))
    code, out, _ = run("--check-plugin", good, "--check-plugin", bad)
    assert code == 4
    assert "status 0.1.0: would be served" in out
    assert "bad_schema: refused" in out
    assert "1 of 2 plugins would be served" in out


def test_a_file_that_is_not_there_is_told():
    code, out, _ = run("--check-plugin", "/nonexistent/status.so")
    assert code == 4
    assert "cannot be opened: No such file" in out
    assert "--plugin-dir" not in out


def test_strict_and_required_decide_the_exit_code_as_at_a_start(tmp_path):
    code, _, _ = inspect("bad_schema", "status", options=["--strict"])
    assert code == 4
    config = tmp_path / "config.json"
    config.write_text('{"plugins": {"status": {"required": true}}}')
    code, _, _ = inspect("status", options=["--config", config])
    assert code == 0
    code, _, _ = inspect("counter", options=["--config", config])
    assert code == 4
