"""The Python package client/python as the project uses it: its agents are on
the official Python SDK, of another release each, and find the server and their
token in the .mcp.json that OrchestratorServer makes."""

import asyncio
import contextlib
import json
import pathlib
import shutil
import subprocess
import sys
import threading

import pytest

from support import LIMIT
from support.server import build_dir, plugin_dir, program

HERE = pathlib.Path(__file__).parent
PACKAGE = HERE.parent.parent / "client" / "python"
VENVS = build_dir() / "tests" / "interop" / "venvs"
AGENTS = {"claude": "mcp-1.2.1", "codex": "mcp-1.12.4", "gemini": "mcp-1.30.0"}
REPORTS = 20

sys.path.insert(0, str(PACKAGE))

from mcp_orchestrator import OrchestratorServer  # noqa: E402


async def started(server, task):
    while server.get_url() is None and not task.done():
        await asyncio.sleep(0.01)


@contextlib.asynccontextmanager
async def running(**more):
    server = OrchestratorServer(
        agent_names=list(AGENTS), program=program(), plugin_dirs=[
            plugin_dir("status", "clarification")], **more)
    task = asyncio.create_task(server.run())
    try:
        await asyncio.wait_for(started(server, task), LIMIT)
        yield server
    finally:
        await server.shutdown()
        task.cancel()
        await asyncio.wait_for(task, LIMIT)


async def start(folder, config, name, *words):
    """What an agent printed, which got this configuration; None when it
    failed."""
    home = folder / name
    home.mkdir()
    (home / ".mcp.json").write_text(json.dumps(config))
    process = await asyncio.create_subprocess_exec(
        VENVS / AGENTS[name] / "bin" / "python", "-B", HERE / "agent.py",
        *words, cwd=home, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE)
    try:
        out, _ = await asyncio.wait_for(process.communicate(), 6 * LIMIT)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return json.loads(out) if process.returncode == 0 else None


async def start_all(server, folder, words):
    """What each agent printed, all at once; words: of an agent's name."""
    return await asyncio.gather(*(
        start(folder, server.get_mcp_config_for_agent(name), name,
              *words(name)) for name in AGENTS))


def test_three_agents_report_once_and_in_order_while_a_callback_sleeps(
        tmp_path):
    awake, seen = threading.Event(), []

    def callback(update):
        assert awake.wait(10 * LIMIT)
        seen.append((update.agent_name, update.metadata["n"]))

    async def main():
        async with running(callback=callback) as server:
            told = await start_all(server, tmp_path, lambda name: (
                "reports", name, str(REPORTS)))
            assert [len(agent["texts"]) for agent in told] == 3 * [REPORTS]
            assert seen == []
            for name in AGENTS:
                assert [update.message for update in server.get_updates(name)
                        ] == [f"{n}" for n in range(REPORTS)]
            assert len(server.get_updates()) == 3 * REPORTS
            awake.set()

    asyncio.run(main())
    assert len(seen) == 3 * REPORTS
    for name in AGENTS:
        assert [n for agent, n in seen if agent == name] == \
            list(range(REPORTS))


def test_three_agents_ask_at_once_and_each_gets_its_answer(tmp_path):
    everybody = threading.Barrier(len(AGENTS))

    def answer(name, question):
        everybody.wait(6 * LIMIT)   # all three are open before one is answered
        return f"{name}, {question}: yes"

    async def main():
        async with running(question_callback=answer) as server:
            told = await start_all(server, tmp_path, lambda name: (
                "call", "ask_question", json.dumps({"question": "May I"})))
        assert [(agent["is_error"], agent["text"]) for agent in told] == \
            [(False, f"{name}, May I: yes") for name in AGENTS]

    asyncio.run(main())


@pytest.mark.parametrize("authorization", [None, "Bearer of-nobody"])
@pytest.mark.parametrize("name", AGENTS)
def test_an_agent_without_its_token_is_refused(tmp_path, name, authorization):
    async def main():
        async with running() as server:
            config = server.get_mcp_config_for_agent(name)
            [entry] = config["mcpServers"].values()
            entry["headers"] = {}
            if authorization:
                entry["headers"]["Authorization"] = authorization
            assert await start(tmp_path, config, name,
                               "reports", name, "1") is None
            assert server.get_updates() == []

    asyncio.run(main())


def test_the_package_is_installed_by_pip(tmp_path):
    source = tmp_path / "source"    # a build writes beside the sources
    shutil.copytree(PACKAGE, source,
                    ignore=shutil.ignore_patterns("__pycache__"))
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "venv"],
                   check=True, timeout=10 * LIMIT)
    python = tmp_path / "venv" / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "-q",
                    "--disable-pip-version-check", source], check=True,
                   timeout=20 * LIMIT)
    code = """
import asyncio, os, pathlib, mcp_orchestrator

async def main():
    server = mcp_orchestrator.OrchestratorServer(agent_names=["coder"])
    task = asyncio.create_task(server.run())
    while server.get_url() is None and not task.done():
        await asyncio.sleep(0.01)
    await server.shutdown()
    await task

assert pathlib.Path(mcp_orchestrator.__file__).with_name("py.typed").exists()
asyncio.run(main())
print("ran")
"""
    done = subprocess.run(
        [python, "-I", "-c", code], cwd=tmp_path, capture_output=True,
        text=True, timeout=LIMIT, env={"MCP_ORCHESTRATOR": program()})
    assert done.stdout == "ran\n", done.stderr
