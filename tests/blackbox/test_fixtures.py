"""What the fixtures of the plugin conformance say, word by word: the official
suite calls them, but does not look at their contents. Over every transport, in
every revision."""

import json

import pytest

from support.client import RpcError, Sse
from support.modern import LOG_LEVEL, Modern

PNG = ("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR42mP4z8AAAAMB"
       "AQD3A0FDAAAAAElFTkSuQmCC")
WAV = "UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAIA+AAACABAAZGF0YQAAAAA="


def text(text):
    return {"type": "text", "text": text}


def resource(uri, type, text):
    return {"type": "resource", "resource": {
        "uri": uri, "mimeType": type, "text": text}}


IMAGE = {"type": "image", "data": PNG, "mimeType": "image/png"}
AUDIO = {"type": "audio", "data": WAV, "mimeType": "audio/wav"}
# 2024-11-05 has no audio.
AUDIO_2024 = {"type": "resource", "resource": {
    "uri": "urn:mcp-orchestrator:audio", "mimeType": "audio/wav",
    "blob": WAV}}

# Those that need no argument and ask nothing.
TOOLS = {
    "about": [text("The fixtures of the official conformance suite.")],
    "test_x_mcp_header": [text("region=<none>")],
    "test_simple_text": [text("This is a simple text response for testing.")],
    "test_image_content": [IMAGE],
    "test_audio_content": [AUDIO],
    "test_embedded_resource": [resource(
        "test://embedded-resource", "text/plain",
        "This is an embedded resource content.")],
    "test_multiple_content_types": [
        text("Multiple content types test:"), IMAGE,
        resource("test://mixed-content-resource", "application/json",
                 '{"test":"data","value":123}')],
    "test_streaming_elicitation": [
        text("Streaming elicitation test completed")],
    "test_logging_tool": [text("Logging tool executed successfully")],
    "test_tool_with_logging": [
        text("Tool with logging executed successfully")],
    "test_tool_with_progress": [
        text("Tool with progress executed successfully")],
    "test_reconnection": [text(
        "Reconnection test completed successfully. If you received this, the "
        "client properly reconnected after stream closure.")],
    "greet": [text("Hello, World!")],
    "slow_compute": [text("Computed nothing for 0 seconds")],
}
OTHER_TOOLS = {
    "test_error_handling", "json_schema_2020_12_tool",
    "test_trigger_tool_change", "test_trigger_prompt_change", "test_sampling",
    "test_missing_capability", "test_elicitation",
    "test_elicitation_sep1034_defaults", "test_elicitation_sep1330_enums",
    "test_input_required_result_elicitation",
    "test_input_required_result_sampling",
    "test_input_required_result_list_roots",
    "test_input_required_result_request_state",
    "test_input_required_result_multiple_inputs",
    "test_input_required_result_multi_round",
    "test_input_required_result_tampered_state",
    "test_input_required_result_capabilities",
    "failing_job", "protocol_error_job", "confirm_delete", "multi_input",
    "test_tool_with_task"}


# -- tools --

def test_every_tool_has_its_content(conformance, connect):
    agent = connect(conformance)
    results = {name: agent.call(name) for name in TOOLS}
    wanted = dict(TOOLS)
    if agent.schema.revision == "2024-11-05":
        wanted["test_audio_content"] = [AUDIO_2024]
    assert {name: result["content"] for name, result in results.items()} \
        == wanted
    assert not any(result["isError"] for result in results.values())


def test_a_tool_may_be_called_without_arguments(conformance, connect):
    agent = connect(conformance)
    result = agent.request("tools/call", {"name": "test_simple_text"})
    assert result["content"] == TOOLS["test_simple_text"]


def test_a_tools_failure_is_marked(conformance, connect):
    result = connect(conformance).call("test_error_handling")
    assert result["isError"] is True
    assert result["content"] == [
        text("This tool intentionally returns an error for testing")]


def test_arguments_reach_the_tool(conformance, connect):
    agent = connect(conformance)
    assert agent.call("greet", {"name": "Jürgen"})["content"] \
        == [text("Hello, Jürgen!")]
    assert agent.call("slow_compute", {"seconds": 0, "label": "pi"})[
        "content"] == [text("Computed pi for 0 seconds")]


def test_a_mirrored_argument_reaches_the_tool(conformance, connect):
    agent = connect(conformance)
    params = {"name": "test_x_mcp_header", "arguments": {"region": "north"}}
    headers = {"Mcp-Param-Region": "north"} if type(agent) is Modern else {}
    assert agent.request("tools/call", params, **headers)["content"] \
        == [text("region=north")]


def test_the_tools_are_listed(conformance, connect):
    tools = connect(conformance).request("tools/list")["tools"]
    names = [tool["name"] for tool in tools]
    assert names == sorted(TOOLS.keys() | OTHER_TOOLS)
    assert all(tool["description"] for tool in tools)


ADDRESS = {"$anchor": "addressDef", "type": "object", "properties": {
    "street": {"type": "string"}, "city": {"type": "string"}}}
SCHEMAS = {
    "about": {"type": "object"},
    "test_x_mcp_header": {"type": "object", "properties": {
        "region": {"type": "string", "x-mcp-header": "Region"},
        "level": {"type": "integer"}}},
    "json_schema_2020_12_tool": {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "$defs": {"address": ADDRESS},
        "properties": {
            "name": {"type": "string"},
            "address": {"$ref": "#/$defs/address"},
            "contactMethod": {"type": "string", "enum": ["phone", "email"]},
            "phone": {"type": "string"}, "email": {"type": "string"}},
        "allOf": [{"anyOf": [{"required": ["phone"]},
                             {"required": ["email"]}]}],
        "if": {"properties": {"contactMethod": {"const": "phone"}},
               "required": ["contactMethod"]},
        "then": {"required": ["phone"]}, "else": {"required": ["email"]},
        "additionalProperties": False},
}


def test_schemas_are_listed_word_by_word(conformance, connect):
    tools = connect(conformance).request("tools/list")["tools"]
    assert {tool["name"]: tool["inputSchema"] for tool in tools
            if tool["name"] in SCHEMAS} == SCHEMAS


def test_every_word_of_a_schema_is_heeded(conformance, connect):
    agent = connect(conformance)
    for arguments in (
            {"phone": "1", "contactMethod": "phone",
             "address": {"city": "Ulm"}},
            {"email": "a@b"}):
        result = agent.call("json_schema_2020_12_tool", arguments)
        assert result["isError"] is False
        start, _, told = result["content"][0]["text"].partition(": ")
        assert start == "JSON Schema 2020-12 tool called with"
        assert json.loads(told) == arguments
    for wrong in (
            {"phone": "1"},                                 # else
            {"email": "a@b", "contactMethod": "phone"},     # then
            {"email": "a@b", "address": {"city": 5}},       # $ref
            {"email": "a@b", "other": 1}):
        assert agent.call("json_schema_2020_12_tool", wrong)["isError"] is True


# -- what tools say before they answer --

def begin(agent, tool, **meta):
    return agent.begin_call(tool, **({"_meta": meta} if meta else {}))


@pytest.mark.parametrize("tool, texts", [
    ("test_tool_with_logging", ["Tool execution started",
                                "Tool processing data",
                                "Tool execution completed"]),
    ("test_logging_tool", ["Logging tool executed"])])
def test_log_messages_come_before_the_answer(conformance, connect, tool,
                                             texts):
    agent = connect(conformance)
    call = begin(agent, tool,
                 **({LOG_LEVEL: "info"} if type(agent) is Modern else {}))
    assert call.result()["content"] == TOOLS[tool]
    assert [(note["method"], note["params"]["level"], note["params"]["data"])
            for note in call.before] \
        == [("notifications/message", "info", text) for text in texts]


def test_progress_comes_before_the_answer(conformance, connect):
    call = begin(connect(conformance), "test_tool_with_progress",
                 progressToken="p")
    assert call.result()["content"] == TOOLS["test_tool_with_progress"]
    assert [note["params"] for note in call.before] \
        == [{"progressToken": "p", "progress": done, "total": 100}
            for done in (0, 50, 100)]


# -- what changes --

def listen(agent, **kinds):
    """What takes the next notification: the session's stream, or one that is
    opened for it. It is there when this returns."""
    if type(agent) is Modern:
        return agent.listen(**kinds).next
    if type(agent) is Sse:
        return agent.next_message
    stream = agent.open()
    return lambda: stream.next().message


@pytest.mark.parametrize("kind", ["tool", "prompt"])
def test_what_comes_and_goes_is_told_and_listed(conformance, connect, kind):
    agent = connect(conformance)
    take = listen(connect(conformance), **{f"{kind}sListChanged": True})

    def names():
        return {row["name"] for row
                in agent.request(f"{kind}s/list")[f"{kind}s"]}

    before = names()
    for added in {f"test_{kind}_that_came"}, set():
        assert agent.call(f"test_trigger_{kind}_change")["content"] \
            == [text(f"{kind.title()} list change triggered")]
        assert take()["method"] == f"notifications/{kind}s/list_changed"
        assert names() == before | added


# -- resources --

STATIC = {
    "test://static-text": ("text/plain", {
        "text": "This is the content of the static text resource."}),
    "test://static-binary": ("image/png", {"blob": PNG}),
    "test://watched-resource": ("text/plain", {
        "text": "Watched resource content"}),
}


def read(agent, uri):
    (contents,) = agent.request("resources/read", {"uri": uri})["contents"]
    return contents


def test_every_resource_has_its_content(conformance, connect):
    agent = connect(conformance)
    assert {uri: read(agent, uri) for uri in STATIC} \
        == {uri: {"uri": uri, "mimeType": type, **content}
            for uri, (type, content) in STATIC.items()}


def test_a_template_has_the_content_of_its_id(conformance, connect):
    agent = connect(conformance)
    for encoded, id in (("123", "123"), ("a%20b%2Fc", "a b/c"),
                        ("%C3%BC", "ü")):
        uri = f"test://template/{encoded}/data"
        contents = read(agent, uri)
        assert json.loads(contents.pop("text")) == {
            "id": id, "templateTest": True, "data": f"Data for ID: {id}"}
        assert contents == {"uri": uri, "mimeType": "application/json"}


def test_the_resources_are_listed(conformance, connect):
    agent = connect(conformance)
    assert agent.request("resources/list")["resources"] == [
        {"uri": "test://static-binary", "name": "static-binary",
         "description": "A picture", "mimeType": "image/png", "size": 69},
        {"uri": "test://static-text", "name": "static-text",
         "description": "A text that never changes",
         "mimeType": "text/plain"},
        {"uri": "test://watched-resource", "name": "watched-resource",
         "description": "A text to subscribe to", "mimeType": "text/plain"}]
    assert agent.request("resources/templates/list")["resourceTemplates"] == [
        {"uriTemplate": "test://template/{id}/data", "name": "template",
         "description": "Data for any id", "mimeType": "application/json"}]


# -- prompts --

def user(*blocks):
    return [{"role": "user", "content": block} for block in blocks]


PROMPTS = {
    "test_simple_prompt": ({}, user(
        text("This is a simple prompt for testing."))),
    "test_prompt_with_arguments": (
        {"arg1": "one", "arg2": "it's"},
        user(text("Prompt with arguments: arg1='one', arg2='it's'"))),
    "test_prompt_with_embedded_resource": (
        {"resourceUri": "test://any"},
        user(resource("test://any", "text/plain",
                      "Embedded resource content for testing."),
             text("Please process the embedded resource above."))),
    "test_prompt_with_image": ({}, user(
        IMAGE, text("Please analyze the image above."))),
}


def test_every_prompt_has_its_messages(conformance, connect):
    agent = connect(conformance)
    assert {name: agent.request("prompts/get", {
        "name": name, "arguments": arguments})["messages"]
        for name, (arguments, _) in PROMPTS.items()} \
        == {name: messages for name, (_, messages) in PROMPTS.items()}


def test_the_prompts_are_listed(conformance, connect):
    prompts = connect(conformance).request("prompts/list")["prompts"]
    assert {prompt["name"]: [(argument["name"], argument["required"])
                             for argument in prompt.get("arguments", [])]
            for prompt in prompts} \
        == {**{name: [(argument, True) for argument in arguments]
               for name, (arguments, _) in PROMPTS.items()},
            "test_input_required_result_prompt": []}


def test_a_prompt_needs_its_arguments(conformance, connect):
    with pytest.raises(RpcError, match="arg2") as caught:
        connect(conformance).request("prompts/get", {
            "name": "test_prompt_with_arguments", "arguments": {"arg1": ""}})
    assert caught.value.code == -32602


# -- completion --

PROMPT = {"type": "ref/prompt", "name": "test_prompt_with_arguments"}
TEMPLATE = {"type": "ref/resource", "uri": "test://template/{id}/data"}


def test_completion_completes(conformance, connect):
    agent = connect(conformance)
    for ref, name, value, values in (
            (PROMPT, "arg1", "", ["test", "testValue1"]),
            (PROMPT, "arg1", "test", ["test", "testValue1"]),
            (PROMPT, "arg2", "testV", ["testValue2"]),
            (PROMPT, "arg2", "other", []),
            (TEMPLATE, "id", "12", ["12", "123"])):
        result = agent.request("completion/complete", {
            "ref": ref, "argument": {"name": name, "value": value}})
        assert result["completion"]["values"] == values
