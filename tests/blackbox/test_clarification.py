"""Questions for a person: records that outlive who asked, opened, answered and
closed over the link."""

import json
import signal

import pytest

from support import until
from support.client import Sse, Streamable
from support.modern import Modern

OPENED_KEYS = ["question_id", "agent", "tool", "question", "context",
               "options", "category", "urgency", "expires"]


@pytest.fixture
def asked(start, tmp_path):
    """Starts a server whose orchestrator said hello."""
    def start_it(*options, hello=None, config=None, **more):
        file = tmp_path / "config.json"
        file.write_text(json.dumps(
            {"plugins": {"clarification": {"config": config or {}}}}))
        server = start("--config", file, *options,
                       plugins=("status", "clarification"), **more)
        if server.link:
            server.link.hello(**(hello or {}))
        return server
    return start_it


def agent(server, name="coder", kind=Streamable, **more):
    client = kind(server, name, **more)
    if kind is not Modern:
        client.initialize()
    return client


def ask(client, question="Which database?", **more):
    return client.begin_call("request_clarification",
                             {"question": question, **more})


def opened(server):
    return server.link.event("question.opened")["payload"]


def closed(server):
    return server.link.event("question.closed")["payload"]


def answer(server, id, text="SQLite", **more):
    return server.link.request("clarification/answer", {
        "question_id": id, "answer": text, **more})["status"]


def listed(server, **which):
    found = server.link.request("questions/list", which)
    assert found["more"] is False
    return found["questions"]


def told(result):
    """Of a result that is no error."""
    assert not result.get("isError"), result
    return result["structuredContent"]


def text_of(result):
    return result["content"][0]["text"]


# --- The answer reaches who asks ---

@pytest.mark.parametrize("kind", [Streamable, Sse, Modern])
def test_a_persons_answer_reaches_the_agent(asked, kind):
    server = asked()
    exchange = ask(agent(server, kind=kind))
    id = opened(server)["question_id"]
    assert answer(server, id, "SQLite", answered_by="human") == "ok"
    result = exchange.result()
    found = told(result)
    assert found.pop("waited_ms") >= 0
    assert found == {"question_id": id, "status": "answered",
                     "answer": "SQLite", "answered_by": "human"}
    assert text_of(result) == "SQLite"


def test_the_orchestrator_gets_the_question_whole(asked):
    server = asked()
    ask(agent(server), "Which one?", question_id="q 1", context="Both work.",
        options=["a", "b"], category="decision", urgency="high")
    event = server.link.event("question.opened")
    payload = event["payload"]
    assert list(payload) == OPENED_KEYS
    assert event["agent"] == "coder"
    payload.pop("expires")
    assert payload == {
        "question_id": "q 1", "agent": "coder",
        "tool": "request_clarification", "question": "Which one?",
        "context": "Both work.", "options": ["a", "b"],
        "category": "decision", "urgency": "high"}


def test_what_is_left_out_has_its_default(asked):
    server = asked()
    ask(agent(server))
    payload = opened(server)
    assert (payload["context"], payload["options"], payload["category"],
            payload["urgency"]) == (None, [], "clarification", "medium")


def test_a_question_is_closed_with_the_reason_and_by_whom(asked):
    server = asked()
    ask(agent(server))
    id = opened(server)["question_id"]
    answer(server, id, answered_by="agent")
    assert closed(server) == {"question_id": id, "reason": "answered",
                              "by": "agent"}


def test_only_the_first_answer_counts(asked):
    server = asked()
    exchange = ask(agent(server))
    id = opened(server)["question_id"]
    assert answer(server, id, "first") == "ok"
    assert answer(server, id, "second") == "already_answered"
    assert told(exchange.result())["answer"] == "first"


def test_an_answer_to_nothing_is_unknown(asked):
    assert answer(asked(), "q-none") == "unknown"


def test_an_answer_may_hold_anything(asked):
    server = asked()
    text = "Grüße 🙂 \" \\ \n \u0000 ende"
    exchange = ask(agent(server), "Größe? 🙂\u0000!", question_id="größe")
    payload = opened(server)
    assert payload["question"] == "Größe? 🙂\u0000!"
    assert answer(server, payload["question_id"], text) == "ok"
    result = exchange.result()
    assert told(result)["answer"] == text_of(result) == text


def test_ask_question_answers_with_plain_text(asked):
    server = asked()
    exchange = agent(server).begin_call("ask_question", {
        "question": "Which?", "suggestions": ["a", "b"]})
    payload = opened(server)
    assert payload["tool"] == "ask_question"
    assert payload["options"] == ["a", "b"]
    answer(server, payload["question_id"], "b")
    assert exchange.result()["content"] == [{"type": "text", "text": "b"}]


# --- The same question ---

@pytest.mark.parametrize("again", [
    {}, {"question": "  Which\ndatabase? "},
    {"question": "Another text", "question_id": "db"}])
def test_the_same_agent_joins_its_question(asked, again):
    server = asked()
    client = agent(server)
    first = ask(client, question_id="db")
    opened(server)
    second = ask(client, **again)
    client.report("one question")
    topics = iter(lambda: server.link.event()["topic"], "status_update")
    assert "question.opened" not in topics
    answer(server, "db")
    assert told(first.result())["answer"] == "SQLite"
    assert told(second.result())["answer"] == "SQLite"


def test_the_same_agent_gets_the_kept_answer_at_once(asked):
    server = asked()
    client = agent(server)
    first = ask(client)
    id = opened(server)["question_id"]
    answer(server, id)
    first.result()
    found = told(ask(client).result())
    assert (found["status"], found["answer"], found["question_id"]) \
        == ("answered", "SQLite", id)


def test_another_agent_with_the_same_text_asks_its_own_question(asked):
    server = asked()
    ask(agent(server))
    first = opened(server)["question_id"]
    ask(agent(server, "critic"))
    assert opened(server)["question_id"] != first


def test_another_agents_id_is_an_error_result(asked):
    server = asked()
    ask(agent(server), question_id="db")
    opened(server)
    result = ask(agent(server, "critic"), "Else?", question_id="db").result()
    assert result["isError"] and "question_id" in text_of(result)


def test_what_the_client_dropped_can_be_answered_and_asked_again(asked):
    server = asked()
    client = agent(server, kind=Modern)
    exchange = ask(client)
    id = opened(server)["question_id"]
    exchange.wire.reset()
    assert answer(server, id) == "ok"
    assert told(ask(client).result())["answer"] == "SQLite"


def test_100_open_questions_hold_nobody_up(asked):
    server = asked()
    exchanges = [ask(agent(server, f"a{n}")) for n in range(100)]
    ids = [opened(server)["question_id"] for _ in exchanges]
    agent(server, "other").report("not held up")
    assert server.link.reports(1)[0]["message"] == "not held up"
    assert len(listed(server, state="open")) == 100
    for id in reversed(ids):
        answer(server, id, id)
    assert [told(exchange.result())["answer"] for exchange in exchanges] \
        == ids


# --- No answer ---

def test_silence_ends_in_a_timeout_that_says_what_to_do(asked):
    server = asked()
    result = ask(agent(server), timeout_seconds=0).result()
    found = told(result)
    assert found["status"] == "timeout" and found["waited_ms"] >= 5000
    assert "answer" not in found
    assert "ask again" in text_of(result)
    assert found["question_id"] in text_of(result)


def test_a_timeout_leaves_the_question_open(asked):
    server = asked()
    client = agent(server)
    id = told(ask(client, timeout_seconds=5).result())["question_id"]
    assert answer(server, id) == "ok"
    assert told(ask(client).result())["answer"] == "SQLite"


def test_who_waits_is_told_progress(asked):
    server = asked()
    exchange = agent(server).begin_call(
        "request_clarification", {"question": "Which database?"},
        _meta={"progressToken": "p"})
    assert exchange.progress()["progressToken"] == "p"


@pytest.mark.parametrize("control", ["none", "debug"])
def test_without_an_orchestrator_it_is_unavailable_at_once(asked, control):
    server = asked(control=control)
    result = ask(agent(server)).result()
    assert told(result)["status"] == "unavailable"
    assert "best judgement" in text_of(result)


def test_where_questions_are_not_answered_it_is_unavailable(asked):
    server = asked(config={"strategy": "fail"})
    assert told(ask(agent(server)).result())["status"] == "unavailable"
    assert listed(server) == []


def test_an_agent_may_ask_so_many_questions(asked):
    server = asked(config={"max_questions": 1})
    client = agent(server)
    ask(client, "one?")
    assert opened(server)["question"] == "one?"
    assert told(ask(client, "two?").result())["status"] == "unavailable"
    ask(agent(server, "critic"), "one?")
    assert opened(server)["agent"] == "critic"


def test_so_many_questions_may_be_open(asked):
    server = asked(config={"max_open": 1})
    exchange = ask(agent(server), "one?")
    id = opened(server)["question_id"]
    critic = agent(server, "critic")
    assert told(ask(critic).result())["status"] == "unavailable"
    answer(server, id)
    exchange.result()
    ask(critic)
    assert opened(server)["agent"] == "critic"


def test_a_question_expires(asked):
    server = asked(config={"expiry_seconds": 1})
    exchange = ask(agent(server))
    id = opened(server)["question_id"]
    assert closed(server) == {"question_id": id, "reason": "expired",
                              "by": None}
    assert told(exchange.result())["status"] == "unavailable"
    assert answer(server, id) == "closed"


def test_an_expired_question_can_be_asked_again(asked):
    server = asked(config={"expiry_seconds": 1})
    client = agent(server)
    ask(client, question_id="db").result()
    exchange = ask(client, question_id="db")
    opened(server)
    assert opened(server)["question_id"] == "db"
    answer(server, "db")
    assert told(exchange.result())["status"] == "answered"


def test_what_was_closed_is_forgotten_in_time(asked):
    server = asked(config={"keep_seconds": 1})
    exchange = ask(agent(server))
    id = opened(server)["question_id"]
    answer(server, id)
    exchange.result()
    until(lambda: answer(server, id) != "already_answered")
    assert answer(server, id) == "unknown"
    assert listed(server) == []


def test_the_questions_of_a_revoked_agent_are_withdrawn(asked):
    server = asked()
    token = server.link.request("agents/add", {"name": "coder"})["token"]
    client = Streamable(server, token=token)
    client.initialize()
    ask(client)
    id = opened(server)["question_id"]
    server.link.request("agents/revoke", {"name": "coder"})
    assert closed(server) == {"question_id": id, "reason": "withdrawn",
                              "by": None}
    assert answer(server, id) == "closed"


def test_nobody_gets_the_answer_of_an_agent_with_a_token(asked):
    server = asked()
    token = server.link.request("agents/add", {"name": "coder"})["token"]
    client = Streamable(server, token=token)
    client.initialize()
    first = ask(client)
    answer(server, opened(server)["question_id"])
    assert told(first.result())["answer"] == "SQLite"
    stranger = agent(server, name="codex")
    result = ask(stranger, agent_name="coder").result()
    assert result["isError"]
    assert "'coder' has credentials of its own" in result["content"][0]["text"]
    program = agent(server, name="coder")   # its program is called so, too
    second = ask(program)
    assert opened(server)["agent"] == "unknown"
    program.delete()
    assert second.result()["isError"]


def test_a_server_that_stops_ends_the_wait_and_keeps_the_question(asked):
    server = asked("--stream-after", "0.2")
    exchange = ask(agent(server))
    opened(server)
    server.signal()
    result = exchange.result()
    assert told(result)["status"] == "unavailable"
    assert "stays open" in text_of(result)
    assert "question.closed" not in [
        message["params"]["topic"] for message in server.link.rest()
        if message.get("method") == "event"]
    server.wait()


# --- What outlives the server ---

def kill(server):
    server.signal(signal.SIGKILL)
    server.wait(-signal.SIGKILL)


def test_an_open_question_survives_kill_9(asked, tmp_path):
    options = "--state-dir", tmp_path / "state"
    server = asked(*options)
    ask(agent(server))
    id = opened(server)["question_id"]
    kill(server)

    server = asked(*options)
    assert [(record["question_id"], record["state"])
            for record in listed(server)] == [(id, "open")]
    assert answer(server, id) == "ok"
    assert told(ask(agent(server)).result())["answer"] == "SQLite"


def test_a_kept_answer_survives_kill_9(asked, tmp_path):
    options = "--state-dir", tmp_path / "state"
    server = asked(*options)
    exchange = ask(agent(server))
    id = opened(server)["question_id"]
    answer(server, id)
    exchange.result()
    kill(server)

    server = asked(*options)
    assert answer(server, id) == "already_answered"
    assert told(ask(agent(server)).result())["answer"] == "SQLite"


def test_a_question_expires_while_the_server_is_away(asked, tmp_path):
    options = "--state-dir", tmp_path / "state"
    server = asked(*options, config={"expiry_seconds": 1})
    ask(agent(server))
    event = server.link.event("question.opened")
    kill(server)

    server = asked(*options, hello={"after_seq": event["seq"]})
    assert closed(server)["reason"] == "expired"


# --- Lists ---

def test_a_list_has_all_of_a_question(asked):
    server = asked()
    exchange = ask(agent(server))
    payload = opened(server)
    answer(server, payload["question_id"])
    exchange.result()
    record = listed(server)[0]
    assert {key: record[key] for key in OPENED_KEYS} == payload
    assert (record["state"], record["answer"], record["answered_by"]) \
        == ("answered", "SQLite", "human")


def test_a_list_may_be_of_one_agent_or_state(asked):
    server = asked()
    for name in "coder", "critic":
        ask(agent(server, name))
    id = opened(server)["question_id"]
    opened(server)
    answer(server, id)
    assert len(listed(server)) == 2
    assert [record["agent"] for record in listed(server, agent="critic")] \
        == ["critic"]
    assert [record["question_id"]
            for record in listed(server, state="answered")] == [id]


def test_a_list_comes_in_pages_the_oldest_first(asked):
    server = asked()
    client = agent(server)
    for n in range(5):
        ask(client, f"{n}?", question_id=f"{n}")
        opened(server)
    first = server.link.request("questions/list", {"limit": 3})
    assert first["more"] is True
    rest = listed(server, after=first["questions"][-1]["question_id"])
    assert [record["question_id"] for record in first["questions"] + rest] \
        == ["0", "1", "2", "3", "4"]


# --- The policy ---

def auto(asked, client_tool="ask_question", text=None, **arguments):
    config = {"strategy": "auto_answer"}
    if text:
        config["auto_answer"] = text
    server = asked(config=config)
    return server, agent(server).begin_call(
        client_tool, {"question": "Which?", **arguments})


def test_the_policy_answers_with_the_first_option(asked):
    server, exchange = auto(asked, suggestions=["a", "b"])
    assert text_of(exchange.result()) == "a"
    id = opened(server)["question_id"]
    assert closed(server) == {"question_id": id, "reason": "answered",
                              "by": "policy"}


def test_the_policy_says_that_it_was_the_policy(asked):
    _, exchange = auto(asked, "request_clarification", "Use SQLite.")
    found = told(exchange.result())
    assert (found["answer"], found["answered_by"]) \
        == ("Use SQLite.", "policy")


@pytest.mark.parametrize("arguments", [
    {}, {"suggestions": ["a"], "urgency": "high"}])
def test_the_policy_leaves_to_a_person_what_it_cannot_answer(asked,
                                                             arguments):
    server, exchange = auto(asked, **arguments)
    answer(server, opened(server)["question_id"], "person")
    assert text_of(exchange.result()) == "person"


# --- The second road ---

def form(action, **content):
    result = {"action": action}
    if content:
        result["content"] = content
    return {"elicitation/create": result}


@pytest.mark.parametrize("kind", [Streamable, Sse, Modern])
def test_the_clients_user_can_be_asked(asked, kind):
    server = asked(control="none", config={"elicit": "fallback"})
    client = agent(server, kind=kind, answers=form("accept", answer="Mine"))
    found = told(client.call("request_clarification", {"question": "Which?"}))
    assert (found["status"], found["answer"], found["answered_by"]) \
        == ("answered", "Mine", "human")


@pytest.mark.parametrize("action", ["decline", "cancel"])
def test_what_the_client_declined_is_no_answer(asked, action):
    server = asked(control="none", config={"elicit": "fallback"})
    client = agent(server, answers=form(action))
    result = client.call("request_clarification", {"question": "Which?"})
    assert told(result)["status"] == "unavailable"
    assert "no answer" in text_of(result)


def test_when_the_client_declines_the_orchestrator_is_waited_for(asked):
    server = asked(config={"elicit": "first"})
    client = agent(server, answers=form("decline"))
    exchange = ask(client)
    while not exchange.before:
        message = exchange.next()
        exchange.before.append(message)
        client.answer(message)
    answer(server, opened(server)["question_id"])
    assert told(exchange.result())["answer"] == "SQLite"


def ask_the_silent(server):
    """A client that is asked, and says nothing."""
    client = agent(server, answers=form("accept", answer="never"))
    exchange = ask(client, timeout_seconds=5)
    assert exchange.next()["method"] == "elicitation/create"
    return exchange


def test_a_client_that_is_silent_ends_in_a_timeout(asked):
    server = asked(control="none", config={"elicit": "fallback"})
    exchange = ask_the_silent(server)
    assert told(exchange.result())["status"] == "timeout"
    assert exchange.before[-1]["method"] == "notifications/cancelled"


def test_what_was_answered_while_the_client_is_silent_is_told_in_time(asked):
    server = asked(config={"elicit": "first"})
    exchange = ask_the_silent(server)
    answer(server, opened(server)["question_id"])
    assert told(exchange.result())["answer"] == "SQLite"


# --- Feedback ---

def feedback(server, **more):
    return agent(server).begin_call("request_user_feedback", {
        "content_type": "plan", "summary": "S" * 79 + "üx", "detail": "all",
        **more})


def test_feedback_is_told_as_a_report_and_a_question(asked):
    server = asked()
    feedback(server, choices=["approve", "reject"])
    report = server.link.event("status_update")["payload"]
    assert (report["phase"], report["status"]) == ("plan", "progress")
    assert report["message"] \
        == "Requesting user feedback: " + "S" * 79 + "ü"
    assert report["metadata"] == {"type": "feedback_request",
                                  "content_type": "plan"}
    payload = opened(server)
    assert list(payload) == OPENED_KEYS + ["content_type"]
    assert (payload["category"], payload["content_type"]) \
        == ("feedback", "plan")
    assert payload["question"] == "S" * 79 + "üx"
    assert payload["context"] == "all"
    assert payload["options"] == ["approve", "reject"]


@pytest.mark.parametrize("said, choice, words", [
    ("approve", "approve", ""),
    ("Make it shorter", "", "Make it shorter"),
    ('{"choice": "reject", "feedback_text": "no"}', "reject", "no"),
    ({"choice": "reject"}, "reject", ""),
    ('{"else": 1}', "", '{"else": 1}'),
])
def test_feedback_is_a_choice_and_a_text(asked, said, choice, words):
    server = asked()
    exchange = feedback(server, choices=["approve", "reject"])
    id = opened(server)["question_id"]
    assert answer(server, id, said) == "ok"
    assert told(exchange.result()) == {
        "choice": choice, "feedback_text": words, "status": "answered",
        "question_id": id}


def test_feedback_that_nobody_gives_is_unavailable(asked):
    server = asked(control="none")
    found = told(feedback(server).result())
    assert (found["choice"], found["status"]) == ("", "unavailable")
    assert "best judgement" in found["feedback_text"]


def test_another_detail_is_another_question(asked):
    server = asked()
    exchange = feedback(server)
    answer(server, opened(server)["question_id"])
    exchange.result()
    feedback(server, detail="another plan")
    assert opened(server)["context"] == "another plan"


# --- Configuration ---

@pytest.mark.parametrize("config, words", [
    ({"strategy": "x"}, "config: /strategy: .*prompt_user, auto_answer, fail"),
    ({"timeout_seconds": 4}, "config: /timeout_seconds: .*5"),
    ({"max_questions": "x"}, "config: /max_questions: must be a number"),
    ({"auto_answer": 5}, "config: /auto_answer: must be a string"),
    ({"nonsense": 1}, "config: /nonsense: .*known are auto_answer"),
])
def test_a_wrong_configuration_is_refused_with_the_reason(launch, tmp_path,
                                                          config, words):
    file = tmp_path / "config.json"
    file.write_text(json.dumps({"plugins": {"clarification": {
        "required": True, "config": config}}}))
    server = launch("--config", file, plugins=("clarification",))
    server.announce(words)
    server.announce("clarification")
    server.wait(4)


# -- a reload --

@pytest.mark.threads
def test_the_answer_finds_a_call_that_waits_in_an_older_version(asked):
    server = asked()
    calls = [ask(agent(server), "Which database?"),
             ask(agent(server, "other"), "Which port?")]
    ids = [opened(server)["question_id"] for _ in calls]
    server.link.request("plugins/reload", {"name": "clarification"})
    for id in ids:
        assert answer(server, id) == "ok"
    assert [told(call.result())["answer"] for call in calls] == ["SQLite"] * 2


def test_a_call_in_an_older_version_is_told_of_the_end(asked):
    server = asked()
    call = ask(agent(server))
    opened(server)
    server.link.request("plugins/reload", {"name": "clarification"})
    server.link.request("drain")
    assert told(call.result())["status"] == "unavailable"
