"""query_context: answered by the orchestrator, or from the journal."""

import json

import pytest

from support.client import Sse, Streamable

GOOD = {"answer": "Ask critic.", "items": [
    {"topic": "agents", "id": "1", "text": "critic reads the parser",
     "timestamp": "2026-01-01T00:00:00.000Z"}]}


@pytest.fixture
def asked(start, tmp_path):
    """Starts a server whose orchestrator said hello."""
    def start_it(*options, config=None, **more):
        file = tmp_path / "config.json"
        file.write_text(json.dumps(
            {"plugins": {"context": {"config": config or {}}}}))
        server = start("--config", file, *options,
                       plugins=("status", "context"), **more)
        if server.link:
            server.link.hello()
        return server
    return start_it


def agent(server, kind=Streamable, name="coder"):
    client = kind(server, name)
    client.initialize()
    return client


def question(link):
    """The orchestrator's next request."""
    while message := link.read():
        if "id" in message:
            assert message["method"] == "context/query"
            return message
        link.waiting.append(message)
    raise AssertionError("the link ended")


def reply(link, request, **what):
    link.send(json.dumps({"jsonrpc": "2.0", "id": request["id"],
                          **what}).encode() + b"\n")


def ask(client, query="who reads?", **more):
    return client.begin_call("query_context", {"query": query, **more})


def answered(server, client, result):
    """What the agent gets when the orchestrator answers this."""
    exchange = ask(client)
    reply(server.link, question(server.link), result=result)
    return exchange.result()["structuredContent"]


@pytest.mark.parametrize("kind", [Streamable, Sse])
def test_the_orchestrators_answer_reaches_the_agent(asked, kind):
    server = asked()
    assert answered(server, agent(server, kind), GOOD) == {
        **GOOD, "source": "orchestrator", "truncated": False}


def test_the_orchestrator_gets_the_question_whole(asked):
    server = asked(config={"timeout_seconds": 5})
    exchange = ask(agent(server), "why?", topics=["plan"], limit=3)
    request = question(server.link)
    assert request["params"] == {
        "agent": "coder", "tool": "query_context", "query": "why?",
        "topics": ["plan"], "limit": 3, "attempt": 1,
        "timeout_ms": pytest.approx(5000, abs=2000)}
    reply(server.link, request, result=GOOD)
    exchange.result()


def test_what_is_beyond_the_limit_is_cut_and_said(asked):
    server = asked()
    items = [{"text": f"{n}"} for n in range(30)]
    found = answered(server, agent(server), {"answer": "", "items": items})
    assert found["items"] == items[:20]
    assert found["truncated"] is True


@pytest.mark.parametrize("how", [
    {"error": {"code": -32601, "message": "I don't do that"}},
    {"error": {"code": 5, "message": "not today"}},
    {"result": {}}, {"result": {"answer": 5}}, {"result": {"items": []}},
])
def test_without_a_usable_answer_the_journal_answers(asked, how):
    server = asked()
    if "result" in how:
        server.announce("context/query")
    client = agent(server)
    client.report("the parser is done")
    exchange = ask(client, "parser")
    reply(server.link, question(server.link), **how)
    found = exchange.result()["structuredContent"]
    assert found["source"] == "journal"
    assert [item["text"] for item in found["items"]] == \
        ["coder, execution progress: the parser is done"]


def test_silence_is_answered_from_the_journal(asked):
    server = asked(config={"timeout_seconds": 0.1})
    found = ask(agent(server)).result()["structuredContent"]
    assert found["source"] == "journal"
    request = question(server.link)
    assert server.link.notification("request/cancelled") == \
        {"id": request["id"], "reason": "deadline"}


@pytest.mark.parametrize("control", ["none", "debug"])
def test_without_an_orchestrator_the_journal_answers(asked, control):
    server = asked(control=control)
    client = agent(server)
    client.report("the parser is done")
    found = ask(client).result()["structuredContent"]
    assert found["source"] == "journal"


def test_a_server_that_stops_answers_from_the_journal(asked):
    server = asked("--stream-after", "0.2")
    client = agent(server)
    client.report("the parser is done")
    exchange = ask(client, "parser")
    request = question(server.link)
    server.signal()
    found = exchange.result()["structuredContent"]
    assert found["source"] == "journal" and len(found["items"]) == 1
    assert server.link.notification("request/cancelled") == \
        {"id": request["id"], "reason": "shutdown"}
    server.wait()


def test_the_best_match_comes_first_and_what_matches_not_is_left_out(asked):
    server = asked(control="none")
    client = agent(server)
    for text in ("parser and lexer work", "nothing", "the parser",
                 "the lexer"):
        client.report(text)
    found = ask(client, "Parser or LEXER?").result()["structuredContent"]
    assert [item["text"].split(": ")[1] for item in found["items"]] == \
        ["parser and lexer work", "the lexer", "the parser"]


def test_only_the_topics_that_were_asked_for_come(asked):
    server = asked(control="none")
    client = agent(server)
    client.call("update_status", {"phase": "planning", "status": "started",
                                  "message": "a plan"})
    client.report("a message")
    client.report("a file", attachments=[{"name": "a.c"}])
    for topic, text in (("plan", "a plan"), ("files", "a file"),
                        ("messages", "a message")):
        found = ask(client, "?", topics=[topic]).result()["structuredContent"]
        assert [(item["topic"], item["text"].split(": ")[1])
                for item in found["items"]] == [(topic, text)]


def test_the_text_has_the_answer_and_a_line_for_each_item(asked):
    server = asked()
    exchange = ask(agent(server))
    reply(server.link, question(server.link), result=GOOD)
    assert [block["text"] for block in exchange.result()["content"]] == [
        "Ask critic.",
        "[agents, 2026-01-01T00:00:00.000Z] critic reads the parser"]


def test_many_questions_wait_side_by_side(asked):
    server = asked()
    exchanges = [ask(agent(server, name=f"a{n}")) for n in range(30)]
    requests = [question(server.link) for _ in exchanges]
    agent(server, name="other").report("not held up")
    for request in reversed(requests):
        reply(server.link, request,
              result={"answer": request["params"]["agent"]})
    assert [exchange.result()["structuredContent"]["answer"]
            for exchange in exchanges] == [f"a{n}" for n in range(30)]
