"""Plugins built with the header as it was, is and may be, in the server of
today and in one that has grown: a plugin that uses everything is loaded and
called by clients, and all of it does the same."""

import functools
import os
import pathlib
import re
import shlex
import subprocess
import tempfile

import pytest

from header import TREE, Header
from support import server as support_server
from support.client import RpcError, Streamable
from support.modern import Modern
from support.server import Server, build_dir

HERE = TREE / "tests/abi"
KEPT = sorted(path.name for path in HERE.glob("v*") if path.is_dir())
# The program, and options.
SERVERS = {"today": ("mcp-orchestrator",),
           "grown": ("tests/abi/grown-server",),
           "isolated": ("mcp-orchestrator", "--isolate", "everything")}
# Sources are those of a kept version; headers may be later.
PLUGINS = [(kept, header) for kept in KEPT
           for header in ("kept", "today", "grown")]

_holder = tempfile.TemporaryDirectory(prefix="mcp-abi-")


def flags(what):
    return shlex.split(subprocess.run(
        ["pkg-config", what, "json-c"], capture_output=True, text=True,
        check=True).stdout)


@functools.cache
def include(kept, header):
    if header == "kept":
        return HERE / kept / "include"
    if header == "today":
        return TREE / "include"
    folder = pathlib.Path(_holder.name) / "include"
    (folder / "mcp").mkdir(parents=True, exist_ok=True)
    (folder / "mcp/plugin.h").write_text(Header().grown())
    return folder


@functools.cache
def plugins(kept, header):
    """A directory with the plugin as it was then, built with that header."""
    folder = pathlib.Path(_holder.name) / f"{kept}-{header}"
    folder.mkdir()
    subprocess.run(
        ["cc", "-std=gnu11", "-Wall", "-Wextra", "-Werror", "-fPIC", "-shared",
         f"-I{include(kept, header)}", *flags("--cflags"), "-o",
         folder / "everything.so", *(HERE / kept / "plugin").glob("*.c"),
         *flags("--libs"), "-lpthread"], check=True)
    os.chmod(folder / "everything.so", 0o755)
    return folder


@pytest.fixture(params=SERVERS)
def options(request, monkeypatch):
    """Of the server that is chosen; it is the program that is started."""
    path, *options = SERVERS[request.param]
    monkeypatch.setattr(support_server, "program",
                        lambda: str(build_dir() / path))
    return options


@pytest.fixture(params=PLUGINS, ids="-".join)
def folder(request):
    return plugins(*request.param)


@pytest.fixture
def server(options, folder, tmp_path):
    config = tmp_path / "config.json"
    config.write_text('{"plugins": {"everything": {"config": {"level": 7}}}}')
    server = Server("--plugin-dir", folder, "--config", config,
                    "--log-level", "info", *options, plugins=None)
    server.wait_ready()
    server.link.hello()
    yield server
    server.finish()


@pytest.fixture
def agent(server):
    client = Streamable(server)
    client.initialize()
    return client


def texts(result):
    return [block["text"] for block in result["content"]
            if block["type"] == "text"]


def test_results(agent):
    result = agent.call("results")
    assert texts(result) == ["one", "two", "three", "four"]
    assert [block["type"] for block in result["content"]][4:] \
        == ["image", "audio"]
    assert result["_meta"] == {"more": 1}
    assert agent.call("structured")["structuredContent"] == {"sum": 3}
    assert texts(agent.call("fail")) == ["something is wrong"]
    assert texts(agent.call("fail_text")) == ["100% wrong"]
    assert texts(agent.call("arguments", {"a": 1})) \
        == ['arguments {"a":1} 0 0 1 0 - agent 7']
    assert texts(agent.call("refused")) == ["refused of everything is refused"]


def test_rows(agent):
    tools = {tool["name"]: tool
             for tool in agent.request("tools/list")["tools"]}
    assert tools["arguments"]["_meta"] == {"m": 1}
    assert tools["arguments"]["icons"] == [{"src": "every:icon"}]
    assert tools["arguments"]["annotations"] == {
        "readOnlyHint": True, "destructiveHint": False,
        "idempotentHint": True, "openWorldHint": False}
    stream = agent.open()
    assert texts(agent.call("rows")) == ["0 0 0 0 0 0 0 1 0"]
    while stream.next().message["method"] \
            != "notifications/tools/list_changed":
        pass
    assert texts(agent.call("later")) == ["added"]


def test_resources_and_prompts(agent):
    contents = agent.request("resources/read",
                             {"uri": "every:fixed"})["contents"]
    assert [item.get("text", item.get("blob")) for item in contents] \
        == ["every:fixed", "1", "AAE=", "3", "4"]
    assert agent.request("resources/read", {"uri": "every:item/x"}) \
        ["contents"][0]["text"] == "x"
    with pytest.raises(RpcError):
        agent.request("resources/read", {"uri": "every:item/none"})
    prompt = agent.request("prompts/get", {
        "name": "greet", "arguments": {"who": "Ada"}})
    assert [(message["role"], message["content"].get("text"))
            for message in prompt["messages"]] == [
        ("user", "Ada"), ("assistant", "two"), ("user", "three"),
        ("user", "three"), ("user", None), ("user", None)]
    who, why = agent.request("prompts/list")["prompts"][0]["arguments"]
    assert (who["title"], who["required"]) == ("Who", True)
    assert why["description"] == "Or not"
    completed = agent.request("completion/complete", {
        "ref": {"type": "ref/resource", "uri": "every:item/{id}"},
        "argument": {"name": "id", "value": "v"}})["completion"]
    assert completed["values"] == ["id", "v"] and completed["hasMore"]
    completed = agent.request("completion/complete", {
        "ref": {"type": "ref/prompt", "name": "greet"},
        "argument": {"name": "who", "value": ""}})["completion"]
    assert completed["values"] == ["ann"] and completed["total"] == 7


def test_state_and_events(server, agent):
    assert texts(agent.call("state")) == ["0 1 0 3 5 value 0 6 0"]
    assert server.link.event("every.commit")["payload"] == {"n": 1}
    assert texts(agent.call("emit")) == ["0 1"]
    assert server.link.event("every.text")["payload"] == {"by": "text"}
    assert texts(agent.call("events")) == ["1 1"]
    assert server.link.request("everything/do", {"n": 1}) == {"kind": 4, "n": 1}


def test_calls_that_take_long(server, agent):
    assert texts(agent.call("pending")) == ["from a thread"]
    assert texts(agent.call("task")) == ["call"]
    modern = Modern(server, tasks=True)
    assert "task" in str(modern.call("task"))
    held = agent.begin_call("cancelled")
    server.log.wait(re.compile("it waits"))
    agent.notify("notifications/cancelled", {"requestId": held.id})
    server.log.wait(re.compile("cancelled: held"))


def test_questions(server):
    agent = Modern(server, answers={"elicitation/create": {
        "action": "accept", "content": {"name": "Ada"}}})
    assert texts(agent.call("ask")) == ['1 1 {"name":"Ada"} 14 kept 1']
    asking = agent.begin_call("ask_orchestrator")
    question = server.link.asked("everything/ask")
    server.link.answer(question, {"a": 1})
    assert texts(asking.result()) == ['{ "a": 1 }']
