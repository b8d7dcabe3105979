"""What handlers ask, and what comes of the answers. The plugin does not know
the era: sessions get requests of the server's, 2026-07-28 input_required. Over
every transport, in every revision."""

import json
import typing

import pytest

from support.client import RpcError
from support.modern import Modern
from support.ways import only

FORMS = "2025-06-18"        # since then there are forms
ELICIT, SAMPLE, ROOTS = ("elicitation/create", "sampling/createMessage",
                         "roots/list")


def form(message, properties, required):
    return ELICIT, {"message": message, "requestedSchema": {
        "type": "object", "properties": properties, "required": required}}


def field(message, name, type="string"):
    return form(message, {name: {"type": type}}, [name])


def sample(text, max_tokens=100):
    return SAMPLE, {"maxTokens": max_tokens, "messages": [
        {"role": "user", "content": {"type": "text", "text": text}}]}


def accept(**content):
    return {"action": "accept", "content": content}


MODEL = {"role": "assistant", "model": "m",
         "content": {"type": "text", "text": "Paris"}}
FOLDERS = {"roots": [{"uri": "file:///a", "name": "a"}]}
NAME = field("What is your name?", "name")
GREETING = sample("Generate a greeting", 50)
CONFIRM = field("Please confirm", "ok", "boolean")
ADA = accept(name="Ada")


class Case(typing.NamedTuple):
    tool: str
    asked: list             # pairs of a method and its params
    forms: list             # answers to those that are forms
    told: list              # texts; those of "words: JSON" as pairs
    arguments: dict = {}


CASES = [
    Case("test_sampling", [sample("Hi")], [], ["LLM response: Paris"],
         {"prompt": "Hi"}),
    Case("test_elicitation",
         [form("Who?", {
             "username": {"type": "string",
                          "description": "User's response"},
             "email": {"type": "string",
                       "description": "User's email address"}},
             ["username", "email"])],
         [accept(username="ada", email="a@b")],
         ['User response: action=accept, '
          'content={"username":"ada","email":"a@b"}'], {"message": "Who?"}),
    Case("test_input_required_result_elicitation", [NAME], [ADA],
         ["Hello, Ada!"]),
    Case("test_input_required_result_sampling",
         [sample("What is the capital of France?")], [],
         [("The model said", MODEL)]),
    Case("test_input_required_result_list_roots", [(ROOTS, {})], [],
         [("The client's roots", FOLDERS)]),
    Case("test_input_required_result_request_state", [CONFIRM],
         [accept(ok=True)], ["state-ok"]),
    Case("test_input_required_result_tampered_state", [CONFIRM],
         [accept(ok=True)], ["state-ok"]),
    Case("test_input_required_result_multiple_inputs",
         [NAME, GREETING, (ROOTS, {})], [ADA],
         [("user_name", ADA), ("greeting", MODEL), ("client_roots", FOLDERS)]),
    Case("test_input_required_result_multi_round",
         [field("Step 1: What is your name?", "name"),
          field("Step 2: What is your favorite color?", "color")],
         [ADA, accept(color="red")], ["Ada likes red"]),
    Case("test_input_required_result_capabilities", [NAME, GREETING], [ADA],
         ["2 questions were answered"]),
    Case("test_missing_capability", [], [],
         ["The client has the capability sampling"]),
    Case("test_elicitation_sep1034_defaults",
         [form("Please review and update the form fields with defaults", {
             "name": {"type": "string", "default": "John Doe"},
             "age": {"type": "integer", "default": 30},
             "score": {"type": "number", "default": 95.5},
             "status": {"type": "string", "default": "active",
                        "enum": ["active", "inactive", "pending"]},
             "verified": {"type": "boolean", "default": True}}, [])],
         [accept(name="Ada", age=36)],
         ['Elicitation completed: action=accept, '
          'content={"name":"Ada","age":36}']),
    Case("confirm_delete", [field("Really delete it?", "confirm", "boolean")],
         [accept(confirm=True)], ["Deleted x.txt"], {"filename": "x.txt"}),
    Case("multi_input", [field("The first name?", "name"),
                         field("The second name?", "name")],
         [ADA, accept(name="Ben")], ["Ada and Ben"]),
]


class Person:
    """Answers with its forms, one after the other. asked: what came."""

    def __init__(self, *forms):
        forms = iter(forms)
        self.asked = []
        self.answers = {
            ELICIT: lambda params: self._note(ELICIT, params, next(forms)),
            SAMPLE: lambda params: self._note(SAMPLE, params, MODEL),
            ROOTS: lambda params: self._note(ROOTS, params, FOLDERS)}

    def _note(self, method, params, answer):
        self.asked.append((method, params))
        return answer


def told(result):
    """The texts of a result; those of "words: JSON" as pairs."""
    for block in result["content"]:
        words, _, value = block["text"].partition(": ")
        try:
            yield words, json.loads(value)
        except ValueError:
            yield block["text"]


def test_every_question_is_asked_and_its_answer_used(conformance, connect):
    for case in CASES:
        person = Person(*case.forms)
        agent = connect(conformance, answers=person.answers)
        if case.forms and agent.schema.revision < FORMS:
            continue
        result = agent.call(case.tool, case.arguments)
        assert (list(told(result)), result["isError"]) == (case.told, False)
        assert person.asked == case.asked


@only(since=FORMS)
def test_a_prompt_may_ask(conformance, connect):
    person = Person(accept(context="the moon"))
    agent = connect(conformance, answers=person.answers)
    result = agent.request("prompts/get", {
        "name": "test_input_required_result_prompt"})
    assert result["messages"] == [{"role": "user", "content": {
        "type": "text", "text": "the moon"}}]
    assert person.asked == [field(
        "What context should the prompt use?", "context")]


def titled(*pairs):
    return [{"const": value, "title": title} for value, title in pairs]


OPTIONS = {"type": "string", "enum": ["option1", "option2", "option3"]}
CHOICES = {
    "untitledSingle": OPTIONS,
    "titledSingle": {"type": "string", "oneOf": titled(
        ("value1", "First Option"), ("value2", "Second Option"),
        ("value3", "Third Option"))},
    "legacyEnum": {"type": "string", "enum": ["opt1", "opt2", "opt3"],
                   "enumNames": ["Option One", "Option Two", "Option Three"]},
    "untitledMulti": {"type": "array", "items": OPTIONS},
    "titledMulti": {"type": "array", "items": {"anyOf": titled(
        ("value1", "First Choice"), ("value2", "Second Choice"),
        ("value3", "Third Choice"))}},
}


@only(until=FORMS)
def test_a_form_with_lists_is_not_asked_before_they_exist(conformance,
                                                          connect):
    person = Person(accept())
    result = connect(conformance, answers=person.answers).call(
        "test_elicitation_sep1330_enums")
    assert result["isError"] is True
    assert person.asked == []


@only(since="2025-11-25")       # which has lists
def test_every_kind_of_choice_is_asked(conformance, connect):
    person = Person(accept(untitledMulti=["option1"]))
    agent = connect(conformance, answers=person.answers)
    assert list(told(agent.call("test_elicitation_sep1330_enums"))) == [
        'Elicitation completed: action=accept, '
        'content={"untitledMulti":["option1"]}']
    assert person.asked == [form(
        "Please select options from the enum fields", CHOICES, [])]


# -- who does not answer --

@only(since=FORMS)
@pytest.mark.parametrize("action", ["decline", "cancel"])
def test_a_form_may_be_declined(conformance, connect, action):
    agent = connect(conformance, answers={ELICIT: {"action": action}})
    result = agent.call("test_elicitation", {"message": "m"})
    assert list(told(result)) \
        == [f"User response: action={action}, content={{}}"]
    result = agent.call("test_input_required_result_elicitation")
    assert list(told(result)) == ["the user gave no name"]
    assert result["isError"] is True


@only(until="2025-11-25")       # inputResponses have no place for an error
def test_a_client_may_refuse(conformance, connect):
    agent = connect(conformance, answers={
        ROOTS: RpcError({"code": -32603, "message": "not today"})})
    result = agent.call("test_input_required_result_list_roots")
    assert result["isError"] is True
    assert "not today" in result["content"][0]["text"]


def test_only_what_a_client_can_is_asked(conformance, connect):
    person = Person()
    agent = connect(conformance, answers={
        SAMPLE: person.answers[SAMPLE]})
    assert list(told(agent.call("test_input_required_result_capabilities"))) \
        == ["1 questions were answered"]
    assert person.asked == [GREETING]


def test_a_client_that_can_nothing_is_told_what_it_lacks(conformance, connect):
    agent = connect(conformance)
    for case in CASES:
        lacks = {method.split("/")[0]: {} for method, _ in case.asked}
        if case.tool == "test_missing_capability":
            lacks = {"sampling": {}}
        if case.tool == "test_input_required_result_capabilities":
            continue
        if type(agent) is Modern:
            with pytest.raises(RpcError) as caught:
                agent.call(case.tool, case.arguments)
            assert caught.value.code == -32021
            assert caught.value.data == {"requiredCapabilities": lacks}
        else:
            result = agent.call(case.tool, case.arguments)
            assert result["isError"] is True
            assert "did not declare" in result["content"][0]["text"]


# -- more than one at once --

@only(since=FORMS, until="2025-11-25")      # no stream carries a question
def test_answers_find_the_call_that_asked(conformance, connect):
    agent = connect(conformance, answers={ELICIT: lambda params: accept(
        username=params["message"], email="")})
    calls = {name: agent.begin_call("test_elicitation", {"message": name})
             for name in ("ada", "ben")}
    questions = [call.next() for call in calls.values()]
    for question in reversed(questions):
        agent.answer(question)
    for name, call in calls.items():
        assert f'"username":"{name}"' in call.result()["content"][0]["text"]
