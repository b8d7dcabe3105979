"""Arrays of messages, which 2025-03-26 alone has. What concerns one POST
alone is in test_streamable.py."""

import json

import pytest

from support import schema
from support.client import Sse, Streamable
from support.events import Events
from support.modern import Modern


def connect(server, revision="2025-03-26", transport=Streamable):
    agent = transport(server, revision=revision)
    agent.initialize()
    return agent


def call(agent, id, tool, arguments, **more):
    return agent.message("tools/call", {
        "name": tool, "arguments": arguments, **more}, id=id)


def refused(response, code=-32600):
    assert response.status == 400, response.body
    assert response.json["error"]["code"] == code
    assert "id" not in response.json


def by_id(answers):
    assert len({repr(answer["id"]) for answer in answers}) == len(answers)
    return {answer["id"]: answer for answer in answers}


def text_of(answer):
    return answer["result"]["content"][0]["text"]


def begin_post(agent, messages):
    """The POST of an array, on a connection of its own."""
    wire = agent.connect()
    wire.ask("POST", "/mcp", agent.headers_of(messages),
             json.dumps(messages).encode())
    return wire


def last_message(wire):
    """The only one of a POST: a silence may have made it a stream."""
    response = wire.response("POST")
    if not response.is_stream:
        return response.json
    events = Events(response)
    message = events.next().message
    assert events.ends()
    return message


def test_requests_that_all_fail_are_an_array_of_errors(flow):
    agent = connect(flow)
    response = agent.post([
        agent.message("no/such", id=1),
        agent.message("tools/list", {"cursor": "x"}, id="two"),
        call(agent, 3, "no_such", {})])
    assert response.status == 200
    answers = by_id(response.json)
    assert {id: answer["error"]["code"] for id, answer in answers.items()} \
        == {1: -32601, "two": -32602, 3: -32602}


def test_one_request_among_others_is_an_array_too(flow):
    agent = connect(flow)
    response = agent.post([agent.message("notifications/initialized"),
                           agent.message("ping", id=1)])
    assert [answer["id"] for answer in response.json] == [1]


def test_all_answers_come_together_when_the_last_is_there(flow):
    agent = connect(flow)
    wire = begin_post(agent, [call(agent, 1, "hold", {"gate": "a"}),
                              call(agent, 2, "echo", {"text": "b"}),
                              call(agent, 3, "hold", {"gate": "c"})])
    for _ in range(2):
        flow.link.event("flow.waiting")
    for gate in "c", "a":
        connect(flow).call("release", {"gate": gate})
    answers = by_id(last_message(wire))
    assert [text_of(answers[id]) for id in (1, 2, 3)] == \
        ["released", "b", "released"]


def test_progress_of_all_its_requests_is_on_its_stream(flow):
    agent = connect(flow)
    wire = begin_post(agent, [
        call(agent, id, "progress_ticks", {"n": 2},
             _meta={"progressToken": id}) for id in ("a", "b")])
    events, told = Events(wire.response("POST")), []
    while isinstance(message := events.next().message, dict):
        params = message["params"]
        told.append((params["progressToken"], params["progress"]))
    assert sorted(told) == [("a", 1), ("a", 2), ("b", 1), ("b", 2)]
    assert set(by_id(message)) == {"a", "b"}
    assert events.ends()


def test_a_cancelled_request_is_left_out_of_the_answers(flow):
    agent = connect(flow)
    wire = begin_post(agent, [call(agent, 1, "sleep_until_cancelled", {}),
                              call(agent, 2, "echo", {"text": "b"})])
    flow.link.event("flow.waiting")
    agent.notify("notifications/cancelled", {"requestId": 1})
    assert set(by_id(last_message(wire))) == {2}


def test_when_all_is_cancelled_nothing_is_answered(flow):
    agent = connect(flow)
    wire = begin_post(agent, [call(agent, 1, "sleep_until_cancelled", {})])
    flow.link.event("flow.waiting")
    agent.notify("notifications/cancelled", {"requestId": 1})
    response = wire.response("POST")
    if response.is_stream:
        assert Events(response).ends()
    else:
        assert response.body == b""


def test_an_id_twice_in_an_array_is_refused(flow):
    agent = connect(flow)
    wire = begin_post(agent, [call(agent, 1, "hold", {"gate": "a"}),
                              call(agent, 1, "echo", {"text": "b"})])
    flow.link.event("flow.waiting")
    connect(flow).call("release", {"gate": "a"})
    answers = last_message(wire)
    assert sorted("error" in answer for answer in answers) == [False, True]


def test_an_array_of_a_hundred_is_served_and_one_more_is_not(server):
    agent = connect(server)
    pings = [agent.message("ping", id=id) for id in range(101)]
    assert len(by_id(agent.post(pings[:100]).json)) == 100
    refused(agent.post(pings))


@pytest.mark.parametrize("inside", [b"[]", b"[[]]", b"[null]", b'["ping"]',
                                    b"[{}]"])
def test_an_array_of_no_messages_is_refused(server, inside):
    refused(connect(server).post(inside))


def test_without_a_session_an_array_is_refused(server):
    agent = Streamable(server, revision="2025-03-26")
    refused(agent.post([agent.message("ping", id=1)]))


@pytest.mark.parametrize("messages", [
    lambda agent: [], lambda agent: [agent.message("ping", id=1)],
    lambda agent: [agent.message("tools/list", id=1)]])
def test_2026_has_no_arrays(server, messages):
    agent = Modern(server)
    refused(agent.post(messages(agent)))


def test_a_request_of_2026_in_an_array_of_a_session_is_refused(server):
    agent, modern = connect(server), Modern(server)
    refused(agent.post([agent.message("ping", id=1),
                        modern.message("tools/list", id=2)]))


# -- over HTTP+SSE --

def test_over_sse_each_answer_comes_by_itself(server):
    agent = connect(server, transport=Sse)
    response = agent.post([agent.message("ping", id=1),
                           agent.message("notifications/initialized"),
                           agent.message("no/such", id=2)])
    assert (response.status, response.body) == (202, b"")
    answers = by_id([agent.next_message() for _ in range(2)])
    assert answers[1]["result"] == {}
    assert answers[2]["error"]["code"] == -32601


@pytest.mark.parametrize("revision", sorted({*schema.REVISIONS}
                                            - {"2025-03-26"}))
def test_over_sse_other_revisions_have_no_arrays(server, revision):
    agent = connect(server, revision, Sse)
    refused(agent.post([agent.message("ping", id=1)]))
    assert agent.request("ping") == {}
