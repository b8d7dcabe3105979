"""An agent on the official Python SDK of any release since 1.2: it does what
its first argument says and prints what it saw as one JSON object. The server's
URL is in the environment, as the orchestrator hands it out; or in the file
.mcp.json of the directory that it was started in, with its headers."""

import asyncio
import contextlib
import json
import os
import pathlib
import sys

import mcp
from mcp import ClientSession
from mcp.client.sse import sse_client


def where():
    """The URL, and what else the client needs."""
    config = pathlib.Path(".mcp.json")
    if not config.exists():
        return os.environ["DELIBERATE_ORCHESTRATOR_URL"], {}
    [server] = json.loads(config.read_text())["mcpServers"].values()
    return server["url"], {"headers": server["headers"]}


@contextlib.asynccontextmanager
async def connect(**more):
    """A session, initialized."""
    url, options = where()
    if url.endswith(("/sse", "/messages")):
        client = sse_client(url, **options)
    else:
        from mcp.client.streamable_http import streamablehttp_client
        client = streamablehttp_client(url, **options)
    async with client as streams:
        async with ClientSession(*streams[:2], **more) as session:
            session.hello = await session.initialize()
            yield session


async def report(session, name, n):
    result = await session.call_tool("update_status", {
        "agent_name": name, "phase": "execution", "status": "progress",
        "message": f"{n}", "metadata": {"n": n}})
    assert not result.isError, result
    return result.content[0].text


async def reports(name, count):
    """Several reports in one session."""
    async with connect() as session:
        texts = [await report(session, name, n) for n in range(int(count))]
        return {"texts": texts,
                "revision": session.hello.protocolVersion,
                "server": session.hello.serverInfo.name}


async def at_once(name, count):
    """All reports under way together."""
    async with connect() as session:
        return {"texts": await asyncio.gather(
            *(report(session, name, n) for n in range(int(count))))}


async def reconnect(name, count):
    """A session of its own for each report."""
    for n in range(int(count)):
        async with connect() as session:
            await report(session, name, n)
    return {}


async def tools():
    async with connect() as session:
        found = await session.list_tools()
        return {"tools": [tool.name for tool in found.tools]}


async def errors():
    """Errors of a tool, then a good call on the same session."""
    async with connect() as session:
        bad = await session.call_tool("update_status", {"phase": "x"})
        try:
            unknown = (await session.call_tool("nonsense", {})).isError
        except mcp.McpError as error:
            unknown = error.error.code
        await session.send_ping()
        return {"is_error": bad.isError, "text": bad.content[0].text,
                "unknown": unknown, "after": await report(session, "a", 0)}


async def call(tool, arguments):
    """Any tool, with progress where the SDK can."""
    seen = []

    async def on_progress(progress, total, message):
        seen.append([progress, total, message])

    more = {}
    if "progress_callback" in ClientSession.call_tool.__annotations__:
        more["progress_callback"] = on_progress
    async with connect() as session:
        result = await session.call_tool(tool, json.loads(arguments), **more)
        return {"is_error": result.isError, "progress": seen,
                "text": "".join(block.text for block in result.content),
                "has_progress": bool(more)}


async def ask(message):
    """A call that asks the user, who is there if the SDK can; then a good
    one."""
    questions = []

    async def answer(context, params):
        questions.append(params.message)
        return mcp.types.ElicitResult(action="accept", content={
            "username": "kim", "email": "kim@example.org"})

    more = {}
    if "elicitation_callback" in ClientSession.__init__.__annotations__:
        more["elicitation_callback"] = answer
    async with connect(**more) as session:
        result = await session.call_tool("test_elicitation",
                                         {"message": message})
        return {"is_error": result.isError, "questions": questions,
                "text": "".join(block.text for block in result.content),
                "can_answer": bool(more),
                "after": await report(session, "a", 0)}


scenario, *arguments = sys.argv[1:]
print(json.dumps(asyncio.run(globals()[scenario](*arguments))))
