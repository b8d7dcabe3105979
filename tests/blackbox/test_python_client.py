"""The Python package client/python: an orchestrator that uses
OrchestratorServer as it used the class of the package deliberate."""

import asyncio
import contextlib
import os
import pathlib
import sys
import threading
import types
from datetime import datetime, timedelta

import pytest

from support import LIMIT
from support.client import Sse, Streamable
from support.server import plugin_dir, program

TREE = pathlib.Path(__file__).parent.parent.parent
sys.path.insert(0, str(TREE / "client" / "python"))

from mcp_orchestrator import OrchestratorServer, ServerEnded  # noqa: E402

REPORT = {"phase": "execution", "status": "progress", "message": "half",
          "metadata": {"percent": 50}, "attachments": [{"name": "a.txt"}]}


def make(plugins=("status",), **more):
    return OrchestratorServer(program=program(),
                              plugin_dirs=[plugin_dir(*plugins)], **more)


@contextlib.asynccontextmanager
async def running(server):
    """As the project does it: run() is a task, cancelled at the end."""
    task = asyncio.create_task(server.run())
    while server.get_url() is None and not task.done():
        await asyncio.sleep(0.01)
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
