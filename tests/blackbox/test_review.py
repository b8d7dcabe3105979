"""Comparisons and reviews: what the agent is told, and what the orchestrator
gets."""

import pytest

from support.client import Sse, Streamable

COMPARISON = {"summary": "Two parsers", "decision": "pick_one",
              "confidence": 0.856, "winner": "a"}
REVIEW = {"candidate_id": "a", "scores": {"style": 8, "speed": 6.5},
          "overall_score": 7, "feedback": "Fine", "verdict": "approve"}


@pytest.fixture
def server(start):
    server = start(plugins=("review",))
    server.link.hello()
    return server


@pytest.fixture(params=[Streamable, Sse])
def critic(server, request):
    client = request.param(server, "critic")
    client.initialize()
    return client


def submitted(client, tool, arguments, **more):
    """The text that it answers."""
    result = client.call(tool, {**arguments, **more})
    assert not result.get("isError"), result
    text = result["content"][0]["text"]
    assert result["structuredContent"] == {"result": text}
    return text


def refused(client, tool, arguments):
    return client.call(tool, arguments)["isError"]


def test_a_comparison_is_answered_to_the_letter(critic):
    assert submitted(critic, "submit_comparison", COMPARISON) == \
        "Comparison submitted: pick_one, winner=a, confidence=0.86"


def test_a_comparison_without_a_winner_names_none(server, critic):
    arguments = {**COMPARISON, "decision": "equivalent", "winner": None}
    assert submitted(critic, "submit_comparison", arguments) == \
        "Comparison submitted: equivalent, confidence=0.86"
    report = server.link.event("status_update")["payload"]
    assert report["message"] == "Comparison submitted: equivalent"
    assert report["metadata"]["winner"] is None


def test_a_comparison_is_a_report_and_an_event(server, critic):
    submitted(critic, "submit_comparison", COMPARISON)
    report = server.link.event("status_update")
    payload = report["payload"]
    assert report["agent"] == payload["agent_name"] == "critic"
    assert (payload["phase"], payload["status"]) == ("review", "completed")
    assert payload["message"] == "Comparison submitted: pick_one (winner: a)"
    assert payload["metadata"] == {"type": "comparison",
                                   "decision": "pick_one", "winner": "a",
                                   "confidence": 0.856}
    assert payload["attachments"] is None
    event = server.link.event("review.comparison")
    assert event["agent"] == "critic"
    assert event["payload"] == {**COMPARISON, "synthesis_notes": None}


@pytest.mark.parametrize("score, said", [(7, "7"), (7.5, "7.5"), (10, "10")])
def test_a_review_is_answered_to_the_letter(critic, score, said):
    assert submitted(critic, "submit_review", REVIEW, overall_score=score) \
        == f"Review submitted: approve for a (score: {said}/10)"


def test_a_review_is_a_report_and_an_event(server, critic):
    submitted(critic, "submit_review", REVIEW, strengths=["small", "größer"])
    payload = server.link.event("status_update")["payload"]
    assert (payload["phase"], payload["status"]) == ("review", "completed")
    assert payload["message"] == \
        "Review submitted for a: approve (score: 7/10)"
    assert payload["metadata"] == {"type": "review", "candidate_id": "a",
                                   "verdict": "approve", "overall_score": 7}
    assert server.link.event("review.review")["payload"] == {
        **REVIEW, "strengths": ["small", "größer"], "weaknesses": None,
        "concerns": None}


@pytest.mark.parametrize("wrong", [
    {"confidence": 1.1}, {"confidence": -0.1}, {"decision": "both"},
    {"summary": None}])
def test_a_wrong_comparison_is_an_error_result(critic, wrong):
    assert refused(critic, "submit_comparison", {**COMPARISON, **wrong})


@pytest.mark.parametrize("wrong", [
    {"overall_score": 0}, {"overall_score": 11}, {"scores": {"style": 11}},
    {"verdict": "maybe"}, {"candidate_id": None}])
def test_a_wrong_review_is_an_error_result(critic, wrong):
    assert refused(critic, "submit_review", {**REVIEW, **wrong})


def test_scores_may_come_as_a_text_of_json(critic):
    submitted(critic, "submit_review", REVIEW, scores='{"style": 8}')


def test_another_name_is_taken_without_credentials(server, critic):
    submitted(critic, "submit_review", REVIEW, agent_name="ann")
    assert server.link.event("review.review")["agent"] == "ann"
