"""2026-07-28: what a client keeps for the server between two rounds of a
call. That it ends with its time is a unit test's (test_ask_state.c)."""

import pytest

from support.client import RpcError
from support.modern import Modern

FORM = {"message": "?", "requestedSchema": {"type": "object",
                                            "properties": {}}}
ASK = {"name": "who", "method": "elicitation/create", "params": FORM,
       "state": "kept"}
ACCEPT = {"action": "accept", "content": {}}


@pytest.fixture
def rows(start):
    server = start(plugins=("rows",))
    server.link.hello()
    return server


def connect(server):
    return Modern(server, capabilities={"elicitation": {}})


def question(agent, arguments=ASK):
    result = agent.begin_call("ask", arguments).result()
    assert result["resultType"] == "input_required", result
    return result


def answer(agent, state, arguments=ASK, tool="ask"):
    return agent.begin_call(tool, arguments, requestState=state,
                            inputResponses={"who": ACCEPT}).result()


def refused(agent, state, *more, **same):
    with pytest.raises(RpcError) as refusal:
        answer(agent, state, *more, **same)
    assert refusal.value.code == -32602
    assert "requestState" in refusal.value.message


def test_the_state_comes_back_to_the_handler(rows):
    agent = connect(rows)
    result = answer(agent, question(agent)["requestState"])
    (block,) = result["content"]
    assert "accept" in block["text"] and " kept 1" in block["text"]


def test_each_byte_of_it_counts(rows):
    agent = connect(rows)
    state = question(agent)["requestState"]
    for at in range(0, len(state), 7):
        other = "B" if state[at] == "A" else "A"
        refused(agent, state[:at] + other + state[at + 1:])


@pytest.mark.parametrize("change", [
    lambda state: state + "x", lambda state: state[:-4],
    lambda state: state + state, lambda state: state.upper(),
    lambda state: "", lambda state: "made up"])
def test_a_state_that_was_tampered_with_is_refused(rows, change):
    agent = connect(rows)
    refused(agent, change(question(agent)["requestState"]))


@pytest.mark.parametrize("state", [5, {}, ["x"], True])
def test_a_state_that_is_no_text_is_refused(rows, state):
    refused(connect(rows), state)


def test_a_state_of_other_arguments_is_refused(rows):
    agent = connect(rows)
    state = question(agent)["requestState"]
    refused(agent, state, {**ASK, "state": "forged"})


def test_a_state_of_another_tool_is_refused(rows):
    agent = connect(rows)
    refused(agent, question(agent)["requestState"], tool="ask_here")


def test_a_state_of_another_process_is_refused(start):
    servers = [start(plugins=("rows",)) for _ in range(2)]
    for server in servers:
        server.link.hello()
    one, other = map(connect, servers)
    refused(other, question(one)["requestState"])


def test_a_state_is_no_password_of_one_client(rows):
    """Within its time it may be used again, by whoever has it: what it is
    bound to is the request."""
    state = question(connect(rows))["requestState"]
    first = answer(connect(rows), state)
    assert answer(connect(rows), state) == first


def test_what_nobody_asked_does_not_reach_the_handler(rows):
    agent = connect(rows)
    result = agent.begin_call(
        "ask", ASK, requestState=question(agent)["requestState"],
        inputResponses={"who": ACCEPT, "other": ACCEPT}).result()
    assert "other" not in result["content"][0]["text"]
