"""update_status, line by line of the contract."""

import json

import pytest

from support import schema
from support.client import RpcError, Sse, Streamable

GOOD = {"phase": "execution", "status": "progress", "message": "file 3 of 10"}
TEXT = "Status update received: progress - file 3 of 10"
FIELDS = {"agent_name", "phase", "status", "message", "timestamp", "metadata",
          "attachments"}


def at(server, revision, transport=Streamable):
    agent = transport(server, revision=revision)
    agent.initialize()
    return agent


def text_of(result):
    (block,) = result["content"]
    assert block["type"] == "text"
    return block["text"]


def fails(agent, arguments):
    """The sentence of the error result."""
    result = agent.call("update_status", arguments)
    assert result["isError"] is True
    assert "structuredContent" not in result
    return text_of(result)


@pytest.mark.parametrize("transport", [Streamable, Sse])
@pytest.mark.parametrize("revision", schema.REVISIONS)
def test_the_answer_is_the_originals(server, revision, transport):
    result = at(server, revision, transport).call("update_status", GOOD)
    assert text_of(result) == TEXT
    assert not result.get("isError")
    if revision >= "2025-06-18":
        assert result["structuredContent"] == {"result": TEXT}
    else:
        assert "structuredContent" not in result


@pytest.mark.parametrize("revision", schema.REVISIONS)
def test_the_list_shows_what_the_revision_knows(server, revision):
    (tool,) = at(server, revision).request("tools/list")["tools"]
    assert tool["name"] == "update_status"
    assert tool["description"]
    assert ("outputSchema" in tool) == (revision >= "2025-06-18")
    assert ("title" in tool) <= (revision >= "2025-06-18")
    assert ("annotations" in tool) <= (revision >= "2025-03-26")


def test_the_schema_asks_for_three_arguments(agent):
    (tool,) = agent.request("tools/list")["tools"]
    wanted = tool["inputSchema"]
    assert wanted["type"] == "object"
    assert sorted(wanted["required"]) == ["message", "phase", "status"]
    assert set(wanted["properties"]) == {
        "phase", "status", "message", "agent_name", "metadata", "attachments",
        "agent_name_override"}
    assert wanted["properties"]["phase"]["enum"] == [
        "planning", "execution", "review", "refinement"]
    assert wanted["properties"]["status"]["enum"] == [
        "started", "progress", "completed", "error"]


def test_the_schemas_hold_nothing_that_confuses_models(agent):
    text = json.dumps(agent.request("tools/list"))
    for word in '"anyOf"', '"oneOf"', '"$ref"', "null":
        assert word not in text


@pytest.mark.parametrize("phase", ["planning", "execution", "review",
                                   "refinement"])
@pytest.mark.parametrize("status", ["started", "progress", "completed",
                                    "error"])
def test_every_phase_and_status_is_taken(agent, phase, status):
    result = agent.call("update_status", {
        "phase": phase, "status": status, "message": "m"})
    assert text_of(result) == f"Status update received: {status} - m"


# -- what the orchestrator sees --

def test_the_event_has_the_seven_fields(server, agent):
    agent.call("update_status", {
        **GOOD, "agent_name": "kim", "metadata": {"percent": 30, "a": [1]},
        "attachments": [{"name": "x", "n": 1.5}]})
    event = server.link.event("status_update")
    payload = event["payload"]
    assert set(payload) == FIELDS
    assert payload["agent_name"] == event["agent"] == "kim"
    assert {key: payload[key] for key in GOOD} == GOOD
    assert payload["metadata"] == {"percent": 30, "a": [1]}
    assert payload["attachments"] == [{"name": "x", "n": 1.5}]
    assert payload["timestamp"]


def test_what_is_left_out_is_null_in_the_event(server, agent):
    agent.call("update_status", GOOD)
    payload = server.link.event("status_update")["payload"]
    assert set(payload) == FIELDS
    assert payload["metadata"] is payload["attachments"] is None


@pytest.mark.parametrize("arguments, name", [
    ({}, "agent"),
    ({"agent_name": "kim"}, "kim"),
    ({"agent_name_override": "lee"}, "lee"),
    ({"agent_name": "kim", "agent_name_override": "lee"}, "kim"),
    ({"agent_name": None, "agent_name_override": "lee"}, "lee"),
])
def test_the_name_is_the_argument_else_the_clients(server, agent, arguments,
                                                   name):
    agent.call("update_status", {**GOOD, **arguments})
    event = server.link.event("status_update")
    assert event["agent"] == event["payload"]["agent_name"] == name


def test_the_message_arrives_as_it_was(server, agent):
    message = 'line\none "quoted" \\ \t\u0001 ü 漢 😀 \u2028 </script>'
    result = agent.call("update_status", {**GOOD, "message": message})
    assert text_of(result) == f"Status update received: progress - {message}"
    (payload,) = server.link.reports(1)
    assert payload["message"] == message


def test_a_megabyte_is_taken(server, agent):
    agent.report("x" * 1_000_000)
    (payload,) = server.link.reports(1)
    assert len(payload["message"]) == 1_000_000


def test_numbers_keep_their_digits(server, agent):
    body = json.dumps(agent.message("tools/call", {
        "name": "update_status", "arguments": {**GOOD, "metadata": "@"}},
        id=1)).replace('"@"', '{"a": 0.1, "b": 9007199254740993, "c": 1e3}')
    assert not agent.post(body.encode()).json["result"].get("isError")
    (payload,) = server.link.reports(1)
    assert payload["metadata"] == {"a": 0.1, "b": 9007199254740993,
                                   "c": 1000.0}


# -- lenient --

@pytest.mark.parametrize("more", [
    {"metadata": None}, {"attachments": None}, {"agent_name": None},
    {"agent_name_override": None}, {"unknown": [1, {"a": None}]},
])
def test_null_and_unknown_arguments_are_ignored(agent, more):
    assert text_of(agent.call("update_status", {**GOOD, **more})) == TEXT


def test_json_in_a_string_is_taken_as_the_value(server, agent):
    agent.report("m", metadata='{"percent": 30}', attachments='[{"a": 1}]')
    (payload,) = server.link.reports(1)
    assert payload["metadata"] == {"percent": 30}
    assert payload["attachments"] == [{"a": 1}]


def test_a_message_that_looks_like_json_stays_text(server, agent):
    agent.report('{"percent": 30}')
    (payload,) = server.link.reports(1)
    assert payload["message"] == '{"percent": 30}'


# -- refused, with a sentence that helps --

@pytest.mark.parametrize("transport", [Streamable, Sse])
@pytest.mark.parametrize("revision", schema.REVISIONS)
def test_a_bad_enum_is_an_error_result_in_every_revision(server, revision,
                                                         transport):
    sentence = fails(at(server, revision, transport),
                     {**GOOD, "phase": "exec"})
    assert "phase" in sentence
    for word in "planning", "execution", "review", "refinement":
        assert word in sentence


@pytest.mark.parametrize("missing", ["phase", "status", "message"])
def test_a_missing_argument_is_named(agent, missing):
    assert missing in fails(agent, {key: value for key, value in GOOD.items()
                                    if key != missing})


@pytest.mark.parametrize("arguments, word", [
    ({"message": 5}, "message"), ({"phase": None}, "phase"),
    ({"metadata": [1]}, "metadata"), ({"metadata": "x"}, "metadata"),
    ({"attachments": {}}, "attachments"), ({"attachments": [1]},
                                           "attachments"),
    ({"agent_name": 1}, "agent_name"),
])
def test_a_mistyped_argument_is_named(agent, arguments, word):
    assert word in fails(agent, {**GOOD, **arguments})


@pytest.mark.parametrize("params", [
    {"name": "update_status"}, {"name": "update_status", "arguments": None},
])
def test_no_arguments_at_all_is_an_error_result(agent, params):
    result = agent.request("tools/call", params)
    assert result["isError"] is True


def test_a_refused_report_is_no_event(server, agent):
    fails(agent, {**GOOD, "status": "done"})
    agent.report("after")
    (payload,) = server.link.reports(1)
    assert payload["message"] == "after"


@pytest.mark.parametrize("transport", [Streamable, Sse])
def test_an_unknown_tool_is_named_and_the_session_lives(server, transport):
    agent = at(server, "2025-11-25", transport)
    with pytest.raises(RpcError) as caught:
        agent.call("update_statsu", GOOD)
    assert caught.value.code == -32602
    assert "update_statsu" in caught.value.message
    agent.report("after")


@pytest.mark.parametrize("params", [
    None, {}, {"name": 5}, {"name": "update_status", "arguments": [1]},
    {"name": "update_status", "arguments": "x"},
])
def test_params_that_are_no_tools_call_are_32602(agent, params):
    with pytest.raises(RpcError) as caught:
        agent.request("tools/call", params)
    assert caught.value.code == -32602
    agent.report("after")
