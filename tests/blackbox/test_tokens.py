"""Credentials: who needs a token, whose token is which, and what comes of a
wrong one."""

import json
import os

import pytest

from support.client import BOTH, JSON, Sse, Streamable
from support.server import run
from support.wire import Wire

PING = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
UNAUTHORIZED = {"error": "invalid_token",
                "error_description": "Authentication required"}


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture
def configured(start, tmp_path):
    """Starts a server whose agents a and b have known tokens."""
    def configured(*options, agents=None):
        path = tmp_path / "config.json"
        names = {"MCP_TEST_TOKEN_A": "token-of-a-0123456789",
                 "MCP_TEST_TOKEN_B": "token-of-b-0123456789",
                 "MCP_TEST_TOKEN_ALL": "token-of-all-0123456789"}
        path.write_text(json.dumps({"agent": agents or [
            {"name": "a", "token_env": "MCP_TEST_TOKEN_A"},
            {"name": "b", "token_env": "MCP_TEST_TOKEN_B"}]}))
        server = start("--config", path, *options, env=names)
        server.link.hello()
        return server
    return configured


def check_unauthorized(response):
    assert response.status == 401
    assert response.header("WWW-Authenticate") == "Bearer"
    assert response.header("Content-Length") == str(len(response.body))
    assert json.loads(response.body) == UNAUTHORIZED


@pytest.mark.parametrize("method, target", [
    ("POST", "/mcp"), ("GET", "/mcp"), ("DELETE", "/mcp"), ("GET", "/sse"),
    ("GET", "/messages"), ("POST", "/messages?session_id=1")])
@pytest.mark.parametrize("headers", [
    {}, {"Authorization": "Bearer wrong"}, {"Authorization": "Bearer"},
    {"Authorization": "Basic YTpi"}])
def test_without_the_right_token_everything_is_401(
        configured, method, target, headers):
    server = configured()
    body = json.dumps(PING).encode() if method == "POST" else b""
    check_unauthorized(Wire(server.address).exchange(
        method, target, {**JSON, **BOTH, **headers}, body))


def test_with_auth_none_only_a_wrong_token_is_401(configured):
    server = configured("--auth", "none")
    Streamable(server).initialize()
    Streamable(server, token="token-of-a-0123456789").initialize()
    check_unauthorized(Streamable(server, token="wrong").post(PING))


def test_where_no_agent_is_known_a_presented_token_is_wrong(server):
    check_unauthorized(Streamable(server, token="wrong").post(PING))


@pytest.mark.parametrize("path", ["/.well-known/oauth-protected-resource",
                                  "/.well-known/oauth-authorization-server"])
def test_nobody_is_sent_to_look_for_oauth(configured, path):
    server = configured()
    assert Wire(server.address).exchange("GET", path).status == 404


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_supervisors_need_no_token(configured, path):
    server = configured()
    assert Wire(server.address).exchange("GET", path).status == 200


def test_the_ready_object_says_what_agents_need(configured, server):
    assert server.ready["auth"] == "none"
    assert configured().ready["auth"] == "token"


def test_the_scheme_is_read_in_any_case(configured):
    agent = Streamable(configured())
    response = agent.post(PING, Authorization="bEARER token-of-a-0123456789")
    assert response.status == 400  # no session, but not 401


def test_the_credential_names_the_agent(configured):
    server = configured()
    agent = Streamable(server, token="token-of-a-0123456789", name="b")
    agent.initialize()
    agent.report("one")
    agent.report("two", agent_name="a")
    for _ in range(2):
        event = server.link.event("status_update")
        assert event["agent"] == "a"
        assert event["payload"]["agent_name"] == "a"


@pytest.mark.parametrize("argument", ["agent_name", "agent_name_override"])
def test_nobody_reports_in_another_name(configured, argument):
    agent = Streamable(configured(), token="token-of-a-0123456789")
    agent.initialize()
    result = agent.call("update_status", {
        "phase": "execution", "status": "progress", "message": "x",
        argument: "b"})
    assert result["isError"]
    assert argument in result["content"][0]["text"]


NAMELESS = [{"name": "a", "token_env": "MCP_TEST_TOKEN_A"},
            {"token_env": "MCP_TEST_TOKEN_ALL"}]


@pytest.fixture(params=["the nameless one", "none"])
def stranger(request, configured):
    """stranger(name=...): an agent without a token of its own, beside a; it
    brings the one that serves all of those, or none."""
    if request.param == "none":
        server = configured("--auth", "none")
    else:
        server = configured(agents=NAMELESS)

    def stranger(**more):
        if request.param == "none":
            agent = Streamable(server, **more)
        else:
            agent = Streamable(server, token="token-of-all-0123456789",
                               **more)
        agent.initialize()
        return agent
    return stranger


def test_who_has_no_token_of_its_own_is_named_by_what_it_says(stranger):
    agent = stranger(name="codex")
    agent.report("one")
    agent.report("two", agent_name="kim")
    events = agent.server.link.reports(2)
    assert [event["agent_name"] for event in events] == ["codex", "kim"]


@pytest.mark.parametrize("argument", ["agent_name", "agent_name_override"])
def test_who_has_no_token_of_its_own_is_never_one_that_has(
        stranger, argument):
    agent = stranger()
    result = agent.call("update_status", {
        "phase": "execution", "status": "progress", "message": "x",
        argument: "a"})
    assert result["isError"]
    assert f"{argument}: 'a' has credentials of its own" \
        in result["content"][0]["text"]
    agent.report("mine")
    assert agent.server.link.event("status_update")["agent"] == "agent"


def test_a_program_of_that_name_is_not_that_agent(stranger):
    agent = stranger(name="a")
    agent.report("mine")
    assert agent.server.link.event("status_update")["agent"] == "unknown"
    listed = {entry["name"]: entry for entry in agent.server.link.request(
        "agents/list")["agents"]}
    assert not listed["a"]["connected"]
    assert listed["a"]["usage"] == {"calls": 0, "errors": 0, "reports": 0}


def test_a_name_that_was_revoked_is_nobody_elses(configured):
    server = configured("--auth", "none")
    server.link.request("agents/revoke", {"name": "a"})
    agent = Streamable(server, name="a")
    agent.initialize()
    assert agent.call("update_status", {
        "phase": "execution", "status": "progress", "message": "x",
        "agent_name": "a"})["isError"]
    agent.report("mine")
    assert server.link.event("status_update")["agent"] == "unknown"


def test_a_name_that_becomes_an_agents_is_given_up(configured):
    server = configured("--auth", "none")
    agent = Streamable(server, name="c")
    agent.initialize()
    agent.report("mine")
    assert server.link.event("status_update")["agent"] == "c"
    token = server.link.request("agents/add", {"name": "c"})["token"]
    agent.report("mine")
    assert server.link.event("status_update")["agent"] == "unknown"
    own = Streamable(server, token=token)
    own.initialize()
    own.report("mine")
    assert server.link.event("status_update")["agent"] == "c"


def test_another_agents_token_on_a_session_is_404(configured):
    server = configured("--auth", "none")
    a = Streamable(server, token="token-of-a-0123456789")
    a.initialize()
    b = Streamable(server, token="token-of-b-0123456789")
    b.initialize()
    own = b.session
    b.session = a.session
    assert b.post(PING).status == 404
    assert b.delete().status == 404
    b.session = own
    assert b.post(PING).status == 200
    nobody = Streamable(server)
    nobody.session = a.session
    assert nobody.post(PING).status == 404
    assert a.post(PING).status == 200


def test_another_agents_token_on_an_sse_session_is_404(configured):
    server = configured("--auth", "none")
    a = Sse(server)
    a.initialize()
    response = a.post(PING, **bearer("token-of-b-0123456789"))
    assert response.status == 404


def test_a_stateless_call_is_the_credentials(configured):
    server = configured()
    agent = Streamable(server, token="token-of-b-0123456789")
    response = agent.post(
        agent.message("tools/call", {
            "name": "update_status",
            "arguments": {"phase": "planning", "status": "started",
                          "message": "m"},
            "_meta": {
                "io.modelcontextprotocol/protocolVersion": "2026-07-28",
                "io.modelcontextprotocol/clientCapabilities": {}}}, id=1),
        **{"MCP-Protocol-Version": "2026-07-28", "Mcp-Method": "tools/call",
           "Mcp-Name": "update_status"})
    assert response.status == 200, response.body
    assert server.link.event("status_update")["agent"] == "b"


def test_a_token_file_serves(configured, tmp_path):
    path = tmp_path / "token"
    path.write_text("token-in-a-file-01234\n")
    path.chmod(0o600)
    server = configured(agents=[{"name": "c", "token_file": str(path)}])
    agent = Streamable(server, token="token-in-a-file-01234")
    agent.initialize()
    agent.report("one")
    assert server.link.event("status_update")["agent"] == "c"


def test_a_token_may_have_any_visible_character(configured, tmp_path):
    token = "".join(map(chr, range(0x21, 0x7f)))
    path = tmp_path / "token"
    path.write_text(token)
    path.chmod(0o600)
    server = configured(agents=[{"name": "c", "token_file": str(path)}])
    Streamable(server, token=token).initialize()
    server.link.hello()
    entry = server.link.request("agents/add", {"name": "c"})
    assert entry["token"] == token
    generic = json.loads(entry["configs"]["generic"])["mcpServers"]
    assert [row["headers"] for row in generic.values()] == [bearer(token)]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620])
def test_a_token_file_that_others_can_touch_is_exit_5(tmp_path, mode):
    token = tmp_path / "token"
    token.write_text("s3cret-s3cret-s3cret")
    token.chmod(mode)
    config = tmp_path / "config.json"
    config.write_text(json.dumps({"agent": [
        {"name": "c", "token_file": str(token)}]}))
    code, _, errors = run("--control", "none", "--config", config)
    assert code == 5
    assert str(token) in errors and "chmod 600" in errors
    assert "s3cret" not in errors


@pytest.mark.parametrize("agents, reason", [
    ([5], "/agent/0"), ({}, "/agent"), ([{"nme": "a"}], "did you mean 'name'"),
    (["a", "a"], "'a' is given twice"), ([""], "must not be empty"),
    (["a\n"], "control characters"), ([{}], "token_file"),
    ([{"name": "a", "token_env": "X", "token_file": "Y"}], "exclude"),
    ([{"name": "a", "token_env": "MCP_TEST_NOT_SET"}], "is not set"),
])
def test_a_wrong_agent_in_the_configuration_is_exit_2(
        tmp_path, agents, reason):
    config = tmp_path / "config.json"
    config.write_text(json.dumps({"agent": agents}))
    for check in ((), ("--check-config",)):
        code, _, errors = run("--control", "none", "--config", config, *check)
        assert code == 2, errors
        assert reason in errors


def test_two_agents_with_one_token_are_exit_2(tmp_path):
    config = tmp_path / "config.json"
    config.write_text(json.dumps({"agent": [
        {"name": "a", "token_env": "MCP_TEST_1"},
        {"name": "b", "token_env": "MCP_TEST_2"}]}))
    code, _, errors = run("--control", "none", "--config", config, env={
        "MCP_TEST_1": "same-same-same", "MCP_TEST_2": "same-same-same"})
    assert code == 2
    assert "another agent's" in errors and "same-same" not in errors


def test_an_open_address_wants_tokens_or_a_word(start):
    code, _, errors = run("--control", "none", "--host", "0.0.0.0")
    assert code == 2
    assert "--auth none" in errors
    assert start("--host", "0.0.0.0", "--agent", "a").ready["auth"] == "token"
    assert start("--host", "0.0.0.0", "--auth", "none") \
        .ready["auth"] == "none"


def test_the_variable_with_a_token_is_gone_from_the_process(configured):
    server = configured()
    with open(f"/proc/{server.pid}/environ", "rb") as file:
        assert b"token-of-a-" not in file.read()
    assert os.environ.get("MCP_TEST_TOKEN_A") is None


def test_no_token_is_in_the_log_or_the_events(configured):
    server = configured("--log-level", "debug")
    agent = Streamable(server, token="token-of-a-0123456789")
    agent.initialize()
    agent.report("one")
    event = server.link.event("status_update")
    assert "token-of-a" not in json.dumps(event)
    stranger = Streamable(server, token="token-of-nobody-01")
    check_unauthorized(stranger.post(PING))
    server.stop()
    assert "token-of" not in str(server.log)


# -- the rate --

def test_over_the_rate_a_call_is_an_error_result(start):
    agent = Streamable(start("--rate", "1:3"))
    agent.initialize()
    for i in range(3):
        agent.report(str(i))
    result = agent.call("update_status", {
        "phase": "execution", "status": "progress", "message": "x"})
    assert result["isError"]
    assert "try again in" in result["content"][0]["text"]
    assert agent.request("ping") == {}


@pytest.mark.parametrize("rate", ["", "x", "-1", "1:", "1:0", "1:2:3", "1.5"])
def test_a_rate_that_is_none_is_exit_2(rate):
    code, _, errors = run("--control", "none", "--rate", rate)
    assert code == 2 and "200:1000" in errors


def test_without_a_rate_any_number_of_calls_is_served(start):
    agent = Streamable(start("--rate", "0"))
    agent.initialize()
    for i in range(1100):
        agent.report(str(i))
