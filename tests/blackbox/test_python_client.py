"""The Python package client/python: an orchestrator that uses
OrchestratorServer as it used the class of the package deliberate."""

import asyncio
import contextlib
import gc
import inspect
import json
import os
import pathlib
import signal
import subprocess
import sys
import threading
import time
import types
from datetime import datetime, timedelta

import pytest

from support import LIMIT
from support.client import Sse, Streamable
from support.server import plugin_dir, program

TREE = pathlib.Path(__file__).parent.parent.parent
sys.path.insert(0, str(TREE / "client" / "python"))

from mcp_orchestrator import (LinkError, OrchestratorServer,  # noqa: E402
                              ServerEnded)
from mcp_orchestrator import server as server_module  # noqa: E402

REPORT = {"phase": "execution", "status": "progress", "message": "half",
          "metadata": {"percent": 50}, "attachments": [{"name": "a.txt"}]}


def make(plugins=("status",), **more):
    return OrchestratorServer(program=program(),
                              plugin_dirs=[plugin_dir(*plugins)], **more)


@contextlib.asynccontextmanager
async def running(server):
    """As the project does it: run() is a task, cancelled at the end."""
    task = asyncio.create_task(server.run())
    await until(lambda: server.get_url() or task.done())
    assert not task.done(), task.exception()
    try:
        yield server
    finally:
        await server.shutdown()
        task.cancel()
        await asyncio.wait_for(task, LIMIT)


def agent(server, kind=Sse, token=None, name="agent"):
    """A client, initialized."""
    at = types.SimpleNamespace(address=(server.host, server.actual_port))
    client = kind(at, name, token=token) if token else kind(at, name)
    client.initialize()
    return client


def text(result):
    return "".join(block["text"] for block in result["content"])


async def in_thread(function, *arguments, **more):
    return await asyncio.wait_for(
        asyncio.to_thread(function, *arguments, **more), LIMIT)


async def until(condition):
    """Waits for something that other threads bring about."""
    async def wait():
        while not condition():
            await asyncio.sleep(0.01)
    await asyncio.wait_for(wait(), LIMIT)


def test_a_report_reaches_the_callback_with_its_seven_fields():
    updates = []

    async def main():
        async with running(make(callback=updates.append)) as server:
            client = await in_thread(agent, server, name="coder")
            await in_thread(client.report, **REPORT)

    asyncio.run(main())
    [update] = updates
    assert (update.agent_name, update.phase, update.status, update.message,
            update.metadata, update.attachments) == \
        ("coder", "execution", "progress", "half", {"percent": 50},
         [{"name": "a.txt"}])
    assert abs(datetime.now() - update.timestamp) < timedelta(minutes=5)


def test_three_agents_at_once_reach_get_updates_each_in_its_order():
    def work(server, name):
        client = agent(server, name=name)
        for n in range(20):
            client.report(f"{n}")

    async def main():
        server = make()
        async with running(server):
            await asyncio.gather(*(in_thread(work, server, name)
                                   for name in ("a", "b", "c")))
        for name in "a", "b", "c":
            assert [update.message for update in server.get_updates(name)] \
                == [f"{n}" for n in range(20)]
        assert len(server.get_updates()) == 60

    asyncio.run(main())


def test_a_callback_that_blocks_holds_up_neither_agents_nor_the_loop():
    blocked, go_on, seen = threading.Event(), threading.Event(), []

    def callback(update):
        seen.append(update.message)
        blocked.set()
        assert go_on.wait(LIMIT)

    async def main():
        async with running(make(callback=callback)) as server:
            client = await in_thread(agent, server)
            await in_thread(client.report, "0")
            await until(blocked.is_set)
            for n in range(1, 50):
                await in_thread(client.report, f"{n}")
            await until(lambda: len(server.get_updates()) == 50)
            assert seen == ["0"]
            go_on.set()

    asyncio.run(main())
    assert seen == [f"{n}" for n in range(50)]


def report_and_shut_down(callback, n):
    async def main():
        async with running(make(callback=callback)) as server:
            client = await in_thread(agent, server)
            for number in range(n):
                await in_thread(client.report, f"{number}")

    asyncio.run(main())


def test_slow_callbacks_have_all_run_when_shutdown_returns(monkeypatch):
    monkeypatch.setattr(server_module, "CALLBACK_SECONDS", 0.5)
    told = []

    def callback(update):
        time.sleep(0.1)
        told.append(update.message)

    report_and_shut_down(callback, 20)
    assert told == [f"{number}" for number in range(20)]


def test_a_callback_that_never_ends_is_not_waited_for(monkeypatch, caplog):
    monkeypatch.setattr(server_module, "CALLBACK_SECONDS", 0.1)
    blocks = threading.Event()
    report_and_shut_down(lambda update: blocks.wait(LIMIT), 2)
    blocks.set()
    assert "it is not waited for" in caplog.text


def test_a_callback_that_raises_costs_nobody_a_report(caplog):
    seen = []

    def callback(update):
        seen.append(update.message)
        raise ValueError("of the callback")

    async def main():
        async with running(make(callback=callback)) as server:
            client = await in_thread(agent, server)
            for n in range(3):
                await in_thread(client.report, f"{n}")

    asyncio.run(main())
    assert seen == ["0", "1", "2"]
    assert "a callback failed" in caplog.text


def test_a_coroutine_function_is_a_callback_too():
    seen = []

    async def callback(update):
        seen.append((asyncio.get_running_loop(), update.message))

    async def main():
        async with running(make(callback=callback)) as server:
            client = await in_thread(agent, server)
            await in_thread(client.report, "0")
            await until(lambda: seen)
        assert seen == [(asyncio.get_running_loop(), "0")]

    asyncio.run(main())


def test_the_constructor_is_that_of_the_class_whose_place_it_takes():
    parameters = inspect.signature(OrchestratorServer).parameters.values()
    assert [(p.name, p.default) for p in parameters
            if p.kind is p.POSITIONAL_OR_KEYWORD] == [
        ("db_connection", None), ("agent_names", None), ("callback", None),
        ("question_callback", None), ("session_id", None),
        ("host", "127.0.0.1"), ("port", 0), ("disable_auth", False),
        ("static_tokens", None)]


def test_before_it_runs_there_is_no_url():
    server = make()
    assert server.get_url() is None and server.actual_port is None


def test_the_url_is_of_the_port_that_listens():
    async def main():
        async with running(make()) as server:
            assert server.get_url() == \
                f"http://127.0.0.1:{server.actual_port}/sse"
            await in_thread(agent, server, Streamable)

    asyncio.run(main())


def test_a_cancelled_run_returns_and_its_server_is_gone():
    async def main():
        server = make()
        task = asyncio.create_task(server.run())
        await until(server.get_url)
        pid = server._link.pid
        task.cancel()
        await asyncio.wait_for(task, LIMIT)
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)

    asyncio.run(main())


def test_a_server_that_cannot_start_is_an_exception_of_run(capfd):
    async def main():
        with pytest.raises(ServerEnded, match="exit code 2"):
            await make(options=["--nonsense"]).run()

    asyncio.run(main())
    assert "--nonsense" in capfd.readouterr().err


def test_a_program_that_is_not_there_is_named():
    async def main():
        server = OrchestratorServer(program="/nonexistent/server")
        with pytest.raises(FileNotFoundError, match="/nonexistent/server"):
            await server.run()

    asyncio.run(main())


def test_an_agent_comes_with_the_token_of_its_configuration():
    async def main():
        server = make(agent_names=["coder", "critic"])
        async with running(server):
            config = server.get_mcp_config_for_agent("coder")
            entry = config["mcpServers"]["deliberate-orchestrator"]
            assert entry["type"] == "sse"
            assert entry["url"] == server.get_url()
            scheme, token = entry["headers"]["Authorization"].split()
            assert scheme == "Bearer"
            assert token == server.get_token_for_agent("coder")
            client = await in_thread(agent, server, token=token, name="x")
            await in_thread(client.report, "mine")
            await until(server.get_updates)
        assert [update.agent_name for update in server.get_updates()] == \
            ["coder"]

    asyncio.run(main())


def test_a_static_token_is_taken():
    token = "t" * 40

    async def main():
        server = make(static_tokens={"codex": token}, disable_auth=True)
        async with running(server):
            client = await in_thread(agent, server, token=token)
            await in_thread(client.report, "mine")
        assert [update.agent_name for update in server.get_updates()] == \
            ["codex"]

    asyncio.run(main())


def test_no_token_is_in_the_servers_command_line_or_environment():
    async def main():
        server = make(agent_names=["coder"])
        async with running(server):
            token = server.get_token_for_agent("coder").encode()
            process = pathlib.Path(f"/proc/{server._link.pid}")
            assert token not in (process / "cmdline").read_bytes()
            assert token not in (process / "environ").read_bytes()

    asyncio.run(main())


def test_what_the_server_was_launched_with_is_gone_when_it_runs(
        tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    async def main():
        async with running(make(agent_names=["coder"])) as server:
            await until(lambda: not list(tmp_path.glob("mcp-orchestrator-*")))
            assert server.get_url()

    asyncio.run(main())


def test_what_an_agent_was_told_is_received_is_in_get_updates_at_once():
    async def main():
        async with running(make()) as server:
            client = await in_thread(agent, server)
            for n in range(100):
                client.report(f"{n}")
                assert server.get_updates()[-1].message == f"{n}"

    asyncio.run(main())


def test_an_empty_static_token_is_nobodys():
    async def main():
        async with running(make(static_tokens={"x": "", "y": "t"})) as server:
            assert server.get_mcp_config_for_agent("x") is None
            client = await in_thread(agent, server, token="t")
            await in_thread(client.report, "mine")
            assert server.get_updates()[0].agent_name == "y"

    asyncio.run(main())


def test_what_a_callback_returns_to_wait_for_is_waited_for():
    seen = []

    async def later(update):
        await asyncio.sleep(0)
        seen.append(update.message)

    async def main():
        async with running(make(callback=lambda u: later(u))) as server:
            client = await in_thread(agent, server)
            await in_thread(client.report, "0")

    asyncio.run(main())
    assert seen == ["0"]


def test_a_callback_that_exits_ends_no_thread():
    seen = []

    def callback(update):
        seen.append(update.message)
        sys.exit(3)

    async def main():
        async with running(make(callback=callback)) as server:
            client = await in_thread(agent, server)
            await in_thread(client.report, "0")
            await in_thread(client.report, "1")

    asyncio.run(main())
    assert seen == ["0", "1"]


# --- However run() ends ---

def nothing_is_left(pid, tmp_path):
    """Neither a process nor a file."""
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert not list(tmp_path.glob("mcp-orchestrator-*"))


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


def test_a_run_that_is_cancelled_while_it_starts_leaves_nothing(
        temporary, caplog):
    async def main():
        server = make(agent_names=["coder"])
        task = asyncio.create_task(server.run())
        await asyncio.sleep(0)
        pid = server._link.pid
        assert server.get_url() is None
        task.cancel()
        await asyncio.wait_for(task, LIMIT)
        nothing_is_left(pid, temporary)

    asyncio.run(main())
    gc.collect()
    assert "never retrieved" not in caplog.text


def test_a_server_that_is_killed_is_an_exception_of_run(temporary):
    seen = []

    async def main():
        server = make(agent_names=["coder"], callback=seen.append)
        task = asyncio.create_task(server.run())
        await until(server.get_url)
        client = await in_thread(agent, server, token=server.
                                 get_token_for_agent("coder"))
        await in_thread(client.report, "0")
        await until(lambda: seen)
        os.kill(server._link.pid, signal.SIGKILL)
        with pytest.raises(ServerEnded, match="exit code -9"):
            await asyncio.wait_for(task, LIMIT)
        nothing_is_left(server._link.pid, temporary)
        assert len(server.get_updates()) == 1
        with pytest.raises(ServerEnded):
            await server.request("state")
        await server.shutdown()

    asyncio.run(main())


def test_a_loop_that_is_closed_under_run_ends_the_server(temporary):
    server = make(agent_names=["coder"])
    loop = asyncio.new_event_loop()
    task = loop.create_task(server.run())
    loop.run_until_complete(until(server.get_url))
    loop.close()
    task.get_coro().close()
    task._log_destroy_pending = False
    server._link.ended.result(LIMIT)
    nothing_is_left(server._link.pid, temporary)


def test_an_interrupt_ends_program_and_server(tmp_path):
    """As at a terminal, while the server runs."""
    program_text = """
import asyncio, sys
sys.path.insert(0, sys.argv[1])
from mcp_orchestrator import OrchestratorServer

async def main():
    server = OrchestratorServer(program=sys.argv[2],
                                plugin_dirs=[sys.argv[3]],
                                agent_names=["coder"])
    task = asyncio.create_task(server.run())
    for _ in range(2000):
        if server.get_url():
            break
        await asyncio.sleep(0.01)
    print(server._link.pid, flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""
    process = subprocess.Popen(
        [sys.executable, "-c", program_text, TREE / "client/python",
         program(), plugin_dir("status")], stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True,
        env={**os.environ, "TMPDIR": str(tmp_path)})
    pid = int(process.stdout.readline())
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=LIMIT)
    assert process.returncode != 0 and "KeyboardInterrupt" in errors
    nothing_is_left(pid, tmp_path)


def test_calls_that_shutdown_cuts_are_no_exception_of_run(caplog):
    async def main():
        server = make(("status", "flow"), options=["--drain-timeout", "0"])
        async with running(server):
            client = await in_thread(agent, server)
            client.begin_call("hold", {"gate": "a"})
            await until(lambda: server._last_seq)

    asyncio.run(main())
    assert "exit code 21" in caplog.text


# --- Questions ---

def test_a_person_who_thinks_about_one_question_holds_up_no_other():
    thinking, decided = threading.Event(), threading.Event()

    def answer(name, question):
        if name == "slow":
            thinking.set()
            assert decided.wait(LIMIT)
        return f"{question} of {name}: yes"

    async def main():
        server = make(("status", "clarification"), question_callback=answer)
        async with running(server):
            slow, quick = [await in_thread(agent, server, name=name)
                           for name in ("slow", "quick")]
            waiting = slow.begin_call("ask_question", {"question": "Q"})
            await until(thinking.is_set)
            assert text(await in_thread(quick.call, "ask_question", {
                "question": "Q"})) == "Q of quick: yes"
            await in_thread(quick.report, "on")
            decided.set()
            assert text(await in_thread(waiting.result)) == "Q of slow: yes"
        assert [u.message for u in server.get_updates()] == ["on"]

    asyncio.run(main())


def test_a_question_is_told_to_the_callback_as_it_was():
    seen = []

    async def answer(name, question):
        return "yes"

    async def main():
        server = make(("status", "clarification"), callback=seen.append,
                      question_callback=answer)
        async with running(server):
            client = await in_thread(agent, server, name="coder")
            assert text(await in_thread(client.call, "ask_question", {
                "question": "May I?"})) == "yes"

    asyncio.run(main())
    [update] = seen
    assert (update.agent_name, update.phase, update.status,
            update.message) == ("coder", "execution", "progress",
                                "Question: May I?")
    assert update.metadata["type"] == "question"


def test_feedback_comes_from_its_callback():
    asked = []

    async def feedback(*arguments):
        asked.append(arguments)
        return {"choice": "refine", "feedback_text": "shorter"}

    async def main():
        server = make(("status", "clarification"), feedback_callback=feedback)
        async with running(server):
            client = await in_thread(agent, server)
            result = await in_thread(client.call, "request_user_feedback", {
                "content_type": "plan", "summary": "S", "detail": "D",
                "choices": ["approve", "refine"]})
            content = json.loads(text(result))
            assert (content["choice"], content["feedback_text"]) == \
                ("refine", "shorter")

    asyncio.run(main())
    assert asked == [("plan", "S", "D", ["approve", "refine"])]


def test_submissions_are_kept_until_they_are_cleared():
    review = {"candidate_id": "c1", "scores": {"clarity": 8},
              "overall_score": 8, "feedback": "good", "verdict": "approve",
              "strengths": ["short"]}

    async def main():
        async with running(make(("review",))) as server:
            client = await in_thread(agent, server, name="judge")
            assert text(await in_thread(client.call, "submit_review", review)
                        ) == "Review submitted: approve for c1 (score: 8/10)"
            await in_thread(client.call, "submit_comparison", {
                "summary": "S", "decision": "pick_one", "confidence": 0.5,
                "winner": "c1"})
            [found] = server.get_review_submissions("judge", "c1")
            assert (found.scores, found.overall_score, found.strengths,
                    found.concerns) == ({"clarity": 8}, 8, ["short"], None)
            assert server.get_review_submissions(candidate_id="c2") == []
            [found] = server.get_comparison_submissions("judge")
            assert (found.decision, found.winner, found.confidence) == \
                ("pick_one", "c1", 0.5)
            server.clear_submissions()
            assert not server.get_review_submissions() \
                and not server.get_comparison_submissions()

    asyncio.run(main())


# --- Context ---

def context_of(callback, query="who?", **arguments):
    """What an agent gets that asks for context."""
    async def main():
        server = make(("context",), context_callback=callback)
        async with running(server):
            client = await in_thread(agent, server, Streamable, name="coder")
            return await in_thread(client.call, "query_context",
                                   {"query": query, **arguments})

    return asyncio.run(main())["structuredContent"]


def test_context_is_a_text_of_its_callback():
    asked = []

    def answer(*arguments):
        asked.append(arguments)
        return "Ask critic."

    found = context_of(answer, topics=["agents"], limit=3)
    assert (found["answer"], found["items"], found["source"]) == \
        ("Ask critic.", [], "orchestrator")
    assert asked == [("coder", "who?", ["agents"], 3)]


def test_context_is_items_of_a_coroutine_function():
    items = [{"topic": "plan", "id": "1", "text": "first the parser",
              "timestamp": "2026-01-01T00:00:00.000Z"}]

    async def answer(name, query, topics, limit):
        return {"answer": "See the plan.", "items": items}

    found = context_of(answer)
    assert (found["answer"], found["items"]) == ("See the plan.", items)


def test_without_an_answer_of_its_callback_context_is_of_the_journal(caplog):
    def answer(*arguments):
        raise ValueError("of the callback")

    assert context_of(answer)["source"] == "journal"
    assert "context_callback failed" in caplog.text
    assert context_of(None)["source"] == "journal"


# --- Budgets ---

def test_budgets_are_set_recorded_and_told():
    told = []

    async def main():
        server = make(("status", "budget"),
                      budget={"agent_limits": {"requests": 5}},
                      budget_callback=lambda *what: told.append(what))
        async with running(server):
            await server.set_budget(tokens=1000)
            await server.record_usage("coder", tokens=900, cost_usd=0.5)
            found = await server.get_budget(agent="coder")
            assert found["limits"] == {"tokens": 1000}
            assert found["used"]["tokens"] == 900
            assert found["agent"]["limits"] == {"requests": 5}
            assert found["remaining"]["tokens"] == 100
            await until(lambda: told)
            with pytest.raises(LinkError, match="tokens"):
                await server.record_usage("coder", tokens=-1)

    asyncio.run(main())
    [(topic, payload)] = told
    assert topic == "budget.warning"
    assert (payload["scope"], payload["resource"]) == ("run", "tokens")
