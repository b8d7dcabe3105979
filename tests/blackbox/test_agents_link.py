"""Agents as the orchestrator adds, sees and revokes them over its link."""

import json
import time
import tomllib

import pytest

from support.client import Streamable
from support.link import LinkError
from support.wire import Wire
from test_tokens import PING, bearer, check_unauthorized

CALL = {"phase": "execution", "status": "progress", "message": "m"}


@pytest.fixture
def guarded(start):
    server = start("--auth", "token", plugins=("status", "flow"))
    server.link.hello()
    return server


def add(server, name, **more):
    return server.link.request("agents/add", {"name": name, **more})


def test_an_added_agent_gets_in_with_its_token(guarded):
    entry = add(guarded, "ann", role="writes")
    assert set(entry) == {"name", "token", "role", "expected", "env",
                          "configs"}
    assert len(entry["token"]) == 43
    agent = Streamable(guarded, token=entry["token"])
    agent.initialize()
    agent.report("one")
    assert guarded.link.event("status_update")["agent"] == "ann"


def test_a_known_name_gives_its_entry_again(guarded):
    assert add(guarded, "ann") == add(guarded, "ann")
    assert add(guarded, "ann")["token"] != add(guarded, "bob")["token"]


def test_what_is_left_out_of_a_known_one_stays_as_it_is(guarded):
    first = add(guarded, "ann", role="writes", expected=False)
    assert add(guarded, "ann") == first
    assert add(guarded, "ann", expected=True)["expected"]


def test_the_environment_says_where_and_who(guarded):
    entry = add(guarded, "ann")
    assert entry["env"] == {
        "DELIBERATE_ORCHESTRATOR_URL": guarded.ready["sse"],
        "DELIBERATE_MCP_SERVER_URL": guarded.ready["sse"],
        "DELIBERATE_ORCHESTRATOR_MCP_URL": guarded.ready["mcp"],
        "DELIBERATE_ORCHESTRATOR_TOKEN": entry["token"]}


def test_the_files_are_what_the_programs_read(guarded):
    entry = add(guarded, "ann")
    name, configs = "deliberate-orchestrator", entry["configs"]
    variable = "DELIBERATE_ORCHESTRATOR_TOKEN"
    hidden = {"Authorization": f"Bearer ${{{variable}}}"}
    assert json.loads(configs["claude"]) == {"mcpServers": {name: {
        "type": "http", "url": guarded.ready["mcp"], "headers": hidden}}}
    assert json.loads(configs["gemini"]) == {"mcpServers": {name: {
        "httpUrl": guarded.ready["mcp"], "headers": hidden}}}
    assert tomllib.loads(configs["codex"]) == {"mcp_servers": {name: {
        "url": guarded.ready["mcp"], "bearer_token_env_var": variable}}}
    assert json.loads(configs["generic"]) == {"mcpServers": {name: {
        "type": "sse", "url": guarded.ready["sse"],
        "headers": bearer(entry["token"])}}}


def test_the_public_url_is_what_agents_are_told(start):
    server = start("--public-url", "https://agents.example/x")
    server.link.hello()
    assert add(server, "ann")["env"]["DELIBERATE_ORCHESTRATOR_MCP_URL"] == \
        "https://agents.example/x/mcp"


@pytest.mark.parametrize("params", [
    {}, {"name": ""}, {"name": 5}, {"name": "a\nb"}, {"name": "a" * 129},
    {"name": "a", "expected": 1}, {"name": "a", "token_file": "/nowhere"},
    {"name": "a", "token_env": "MCP_TEST_NOT_SET"}])
def test_what_cannot_be_an_agent_is_refused(guarded, params):
    with pytest.raises(LinkError) as error:
        guarded.link.request("agents/add", params)
    assert error.value.code == -32602


def test_a_revoked_agent_is_out_at_once(guarded):
    token = add(guarded, "ann")["token"]
    agent = Streamable(guarded, token=token)
    agent.initialize()
    events = agent.open()
    call = agent.begin_call("sleep_until_cancelled")
    guarded.link.event("flow.waiting")
    sse = Wire(guarded.address)
    stream = sse.exchange("GET", "/sse", bearer(token))
    assert guarded.link.request("agents/revoke", {"name": "ann"}) == \
        {"ok": True}
    assert events.ends()
    assert call.result()["isError"]
    stream.finish()
    check_unauthorized(agent.post(PING))
    other = Streamable(guarded, token=add(guarded, "bob")["token"])
    other.session = agent.session
    assert other.post(PING).status == 404


def test_a_revoked_agent_that_is_added_again_has_a_new_token(guarded):
    first = add(guarded, "ann")["token"]
    guarded.link.request("agents/revoke", {"name": "ann"})
    second = add(guarded, "ann")["token"]
    assert first != second
    check_unauthorized(Streamable(guarded, token=first).post(PING))
    Streamable(guarded, token=second).initialize()


@pytest.mark.parametrize("method", ["agents/revoke"])
def test_an_unknown_agent_is_named_in_the_error(guarded, method):
    with pytest.raises(LinkError, match="nobody"):
        guarded.link.request(method, {"name": "nobody"})


def test_who_comes_without_a_token_cannot_be_revoked(server):
    agent = Streamable(server, name="guest")
    agent.initialize()
    server.link.hello()
    with pytest.raises(LinkError, match="'guest' has no token"):
        server.link.request("agents/revoke", {"name": "guest"})


def test_the_list_tells_who_is_there(guarded):
    token = add(guarded, "ann", role="writes")["token"]
    agent = Streamable(guarded, token=token)
    add(guarded, "bob", expected=False)
    agent.initialize()
    events = agent.open()
    agent.report("one")
    ann, bob = guarded.link.request("agents/list")["agents"]
    assert (ann["name"], ann["role"], ann["expected"], ann["connected"]) == \
        ("ann", "writes", True, True)
    assert ann["usage"] == {"calls": 1, "errors": 0, "reports": 1}
    assert ann["last_request"] and ann["last_report"]
    assert (bob["name"], bob["role"], bob["expected"], bob["connected"],
            bob["last_request"]) == ("bob", None, False, False, None)
    events.wire.close()


def test_64_agents_each_have_their_own_name(guarded):
    tokens = {f"a{i}": add(guarded, f"a{i}")["token"] for i in range(64)}
    assert len(set(tokens.values())) == 64
    for name, token in tokens.items():
        agent = Streamable(guarded, token=token)
        agent.initialize()
        agent.report(name)
    for name in tokens:
        event = guarded.link.event("status_update")
        assert (event["agent"], event["payload"]["message"]) == (name, name)


# -- agents.json --

def test_agents_json_has_every_entry_and_is_ours_alone(start, tmp_path):
    server = start("--state-dir", tmp_path / "state", "--agent", "ann")
    server.link.hello()
    path = tmp_path / "state" / "agents.json"
    assert server.ready["agents_file"] == str(path)
    assert path.stat().st_mode & 0o777 == 0o600
    bob = add(server, "bob", role="reads", expected=False)
    kept = json.loads(path.read_text())["agents"]
    assert kept == {"ann": add(server, "ann"), "bob": bob}
    server.link.request("agents/revoke", {"name": "bob"})
    assert set(json.loads(path.read_text())["agents"]) == {"ann"}


def test_tokens_survive_a_restart(start, tmp_path):
    options = ("--state-dir", tmp_path / "state", "--auth", "token")
    server = start(*options, "--agent", "ann")
    server.link.hello()
    ann, bob = add(server, "ann"), add(server, "bob", role="reads")
    eve = add(server, "eve")
    server.link.request("agents/revoke", {"name": "eve"})
    server.stop()
    server = start(*options, "--agent", "ann")
    server.link.hello()
    for entry in ann, bob:
        Streamable(server, token=entry["token"]).initialize()
    check_unauthorized(Streamable(server, token=eve["token"]).post(PING))
    assert add(server, "bob")["role"] == "reads"


def test_an_agents_json_that_others_can_read_is_exit_5(launch, tmp_path):
    server = launch("--state-dir", tmp_path / "state")
    server.wait_ready()
    server.stop()
    path = tmp_path / "state" / "agents.json"
    path.chmod(0o644)
    server = launch("--state-dir", tmp_path / "state")
    server.announce("agents.json.*0600")
    server.wait(5)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"agents":[]}',
                                  '{"agents":{"ann":{}}}',
                                  '{"agents":{"ann":{"token":7}}}'])
def test_a_damaged_agents_json_is_exit_5(launch, tmp_path, text):
    server = launch("--state-dir", tmp_path / "state", "--agent", "ann")
    server.wait_ready()
    server.stop()
    path = tmp_path / "state" / "agents.json"
    path.write_text(text)
    server = launch("--state-dir", tmp_path / "state")
    server.announce("agents.json")
    server.wait(5)
    assert path.read_text() == text


def test_a_start_that_cannot_write_agents_json_says_so_once(launch, tmp_path):
    (tmp_path / "state" / "agents.json.new").mkdir(parents=True)
    (tmp_path / "state").chmod(0o700)
    server = launch("--state-dir", tmp_path / "state")
    server.announce("cannot write .*agents.json")
    server.wait(5)
    assert str(server.log).count("cannot write") == 1


def names_in(path):
    return set(json.loads(path.read_text())["agents"])


def wait_for_names(path, names):
    for _ in range(100):
        if names_in(path) == names:
            return
        time.sleep(0.1)
    raise AssertionError(f"{names_in(path)}, not {names}")


def test_what_cannot_be_written_is_told_and_tried_again(start, tmp_path):
    state = tmp_path / "state"
    server = start("--state-dir", state)
    server.link.hello()
    add(server, "eve")
    obstacle = state / "agents.json.new"
    obstacle.mkdir()
    server.announce("cannot write .*agents.json")
    for method, name in ("agents/add", "ann"), ("agents/revoke", "eve"):
        with pytest.raises(LinkError, match="cannot be written") as error:
            server.link.request(method, {"name": name})
        assert error.value.code == -32603
    assert names_in(state / "agents.json") == {"eve"}
    obstacle.rmdir()
    wait_for_names(state / "agents.json", {"ann"})
    assert len(add(server, "ann")["token"]) == 43
