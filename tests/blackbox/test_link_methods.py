"""What an orchestrator may ask over the link, besides hello and the end."""

import json
import re

import pytest

from support import until
from support.client import Sse, Streamable
from support.link import LinkError
from support.server import plugin_dir, run


def test_hello_names_every_method(start):
    server = start()
    names = server.link.hello()["methods"]
    assert len(set(names)) == len(names)
    for name in names:
        if name in ("ack", "drain", "shutdown"):
            continue
        try:
            server.link.request(name, {})
        except LinkError as error:
            assert error.code != -32601, name


# -- plugins/list --

def test_plugins_list_is_what_list_plugins_prints(start):
    server = start(plugins=("status", "flow"))
    listed = server.link.request("plugins/list")
    code, text, _ = run("--list-plugins", "--format", "json", "--plugin-dir",
                        plugin_dir("status", "flow"))
    assert code == 0
    assert listed == json.loads(text)


# -- log/level --

def test_log_level_changes_what_is_logged(start):
    server = start("--log-level", "error")
    server.link.request("log/level", {"level": "debug"})
    server.link.notify("something/new", {})
    server.log.wait(re.compile("unknown notification something/new"))
    server.link.request("log/level", {"level": "error"})
    assert server.link.request("log/level", {"level": "notice"}) == {
        "ok": True}


@pytest.mark.parametrize("params", [None, {}, {"level": 3},
                                    {"level": "loud"}])
def test_a_level_that_is_none_is_an_error(server, params):
    with pytest.raises(LinkError) as caught:
        server.link.request("log/level", params)
    assert caught.value.code == -32602
    assert "error, warning, notice, info, debug" in caught.value.message


# -- state --

def test_state_tells_what_is_going_on(start):
    server = start(plugins=("status", "flow"))
    server.link.hello()
    agent = Streamable(server)
    agent.initialize()
    old = Sse(server, revision="2024-11-05")
    old.initialize()
    agent.report("a")
    report = server.link.event("status_update")
    server.link.notify("ack", {"seq": report["seq"]})
    state = server.link.request("state")
    assert state["ready"] == server.ready
    assert state["draining"] is False
    assert state["n_sessions"] == 2
    assert {(session["transport"], session["protocol"])
            for session in state["sessions"]} == {
        ("sse", "2024-11-05"), ("streamable", agent.wanted)}
    assert state["n_calls"] == 0 and state["calls"] == []
    assert [plugin["name"] for plugin in state["plugins"]] == [
        "flow", "status"]
    assert state["link"]["kind"] == "stdio"
    assert state["link"]["position"] == report["seq"]
    assert state["journal"]["id"] == server.ready["journal"]
    assert state["journal"]["last_seq"] == report["seq"]
    assert state["journal"]["acked_seq"] == report["seq"]


def test_state_names_the_calls_that_run(start):
    server = start(plugins=("flow",))
    server.link.hello()
    agent = Streamable(server)
    agent.initialize()
    call = agent.begin_call("sleep_until_cancelled")
    calls = until(lambda: server.link.request("state")["calls"])
    assert calls[0]["method"] == "tools/call"
    assert calls[0]["of"]["name"] == "sleep_until_cancelled"
    assert calls[0]["of"]["plugin"] == "flow"
    agent.notify("notifications/cancelled", {"requestId": call.id})


def test_state_tells_no_secret(start):
    server = start()
    agent = Streamable(server)
    agent.initialize()
    assert agent.session not in json.dumps(server.link.request("state"))
