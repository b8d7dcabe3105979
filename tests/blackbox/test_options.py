"""Options and configuration: what is taken, and errors that help."""

import json

import pytest

from support.client import Streamable
from support.server import run


def test_version_and_help():
    code, out, errors = run("--version")
    assert code == 0 and out.startswith("mcp-orchestrator ") and not errors
    code, out, errors = run("--help")
    assert code == 0 and not errors
    for option in ("--plugin-dir", "--config", "--control", "--port",
                   "--drain-timeout", "--max-body", "--check-plugin"):
        assert option in out


@pytest.mark.parametrize("option, nearest", [
    ("--plugindir", "--plugin-dir"), ("--prot", "--port"),
    ("--max-conections", "--max-connections"), ("--log-levle", "--log-level"),
    ("--strictt", "--strict")])
def test_an_unknown_option_names_the_nearest(option, nearest):
    code, out, errors = run(option, "1")
    assert (code, out) == (2, "")
    assert option in errors and f"{nearest}" in errors


@pytest.mark.parametrize("options, nearest", [
    (["--control", "stdoi"], "stdio"), (["--log-level", "warnign"],
                                        "warning"),
    (["--log-format", "jsno"], "json")])
def test_an_unknown_value_names_the_nearest(options, nearest):
    code, _, errors = run(*options)
    assert code == 2 and nearest in errors


@pytest.fixture
def config(tmp_path):
    def write(value):
        path = tmp_path / "config.json"
        path.write_text(value if isinstance(value, str)
                        else json.dumps(value))
        return path
    return write


def test_every_option_has_a_key(start, config):
    server = start("--config", config({
        "server-name": "named", "keepalive": 0.5,
        "log-level": "warning", "max-sessions": 7,
        "allow-host": ["a.example", "b.example"]}))
    agent = Streamable(server)
    assert agent.initialize()["serverInfo"]["name"] == "named"


def test_the_command_line_wins(start, config):
    server = start("--server-name", "line", "--config",
                   config({"server-name": "file"}))
    agent = Streamable(server)
    assert agent.initialize()["serverInfo"]["name"] == "line"


def test_instructions_reach_every_agent(start, config):
    server = start("--config", config({"instructions": "Report often."}))
    agent = Streamable(server)
    assert "Report often." in agent.initialize()["instructions"]


def test_a_tool_can_be_disabled(start, config):
    server = start("--config", config({"plugins": {
        "status": {"disable_tools": ["update_status"]}}}))
    agent = Streamable(server)
    agent.initialize()
    assert agent.request("tools/list")["tools"] == []


@pytest.mark.parametrize("value, words", [
    ("{", []), ("[]", []), ({"prot": 1}, ["prot", "port"]),
    ({"port": "x"}, ["port"]), ({"port": 70000}, ["port"]),
    ({"log-level": "loud"}, ["log-level"]), ({"server-name": 5}, ["server-name"]),
    ({"allow-host": "x", "port": [1]}, []),
    ({"plugins": {"status": {"requierd": True}}}, ["requierd", "required"]),
    ({"plugins": {"status": {"required": "yes"}}}, ["required"]),
    ({"plugins": []}, ["plugins"]),
    ('{"host": "a", "host": "b"}', ["twice"]),
])
def test_a_bad_configuration_is_2_and_says_where(config, value, words):
    path = config(value)
    code, out, errors = run("--check-config", "--config", path)
    assert (code, out) == (2, "")
    for word in [str(path), *words]:
        assert word in errors, errors


def test_check_config_of_a_good_one_is_0_and_listens_nowhere(config, server):
    path = config({"port": server.ready["port"]})
    code, _, errors = run("--check-config", "--config", path)
    assert code == 0, errors


def test_log_lines_can_be_json(start):
    server = start("--log-format", "json", "--log-level", "debug")
    server.stop()
    assert server.log.lines
    for line in server.log.lines:
        assert isinstance(json.loads(line), dict)
