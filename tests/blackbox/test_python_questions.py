"""Questions, feedback and reviews as the Python package client/python hands
them to the callbacks of its user."""

import asyncio

import pytest

from support.client import Sse
from test_python_client import agent, in_thread, make, running, until

REVIEW = {"candidate_id": "a", "scores": {"style": 8}, "overall_score": 7,
          "feedback": "Fine", "verdict": "approve"}


def served(**more):
    return make(("status", "clarification", "review"), **more)


def call(server, tool, arguments, name="coder"):
    return agent(server, Sse, name=name).call(tool, arguments)


def feedback(server):
    return call(server, "request_user_feedback", {
        "content_type": "plan", "summary": "Do it", "detail": "All of it",
        "choices": ["yes", "no"]})["structuredContent"]


def run(server, *jobs):
    """What each of these functions of the server returns; side by side."""
    async def all_of_them():
        async with running(server):
            return await asyncio.gather(
                *(in_thread(job, server) for job in jobs))
    return asyncio.run(all_of_them())


async def answer(*question):
    return " asks ".join(question)


@pytest.mark.parametrize("callback", [
    lambda *question: " asks ".join(question), answer])
def test_a_question_gets_what_the_callback_returns(callback):
    results = run(served(question_callback=callback), *(
        lambda server, name=name: call(
            server, "ask_question", {"question": "which?"}, name)
        for name in ("coder", "critic")))
    assert [result["content"][0]["text"] for result in results] \
        == ["coder asks which?", "critic asks which?"]


def test_feedback_gets_what_the_callback_returns():
    asked = []

    async def ask(*what):
        asked.append(what)
        return {"choice": "yes", "feedback_text": "go"}

    found, = run(served(feedback_callback=ask), feedback)
    assert (found["choice"], found["feedback_text"]) == ("yes", "go")
    assert asked == [("plan", "Do it", "All of it", ["yes", "no"])]


def test_without_a_callback_nobody_approves():
    found, = run(served(), feedback)
    assert (found["choice"], found["status"]) == ("", "unavailable")


def test_a_review_is_among_the_submissions():
    server = served()

    async def submit():
        async with running(server):
            await in_thread(call, server, "submit_review", REVIEW)
            await until(server.get_review_submissions)
    asyncio.run(submit())
    review, = server.get_review_submissions()
    assert (review.agent_name, review.verdict, review.overall_score) \
        == ("coder", "approve", 7)
