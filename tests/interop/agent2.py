"""An agent on the official Python SDK 2.x, which speaks two eras: it does what
its arguments say and prints what it saw as one JSON object. The server's URL is
in the environment.

  agent2.py REVISION SCENARIO [ARGUMENT ...]
"""

import asyncio
import json
import os
import sys

import mcp
from mcp import Client
from mcp.client.sse import sse_client
from mcp.client.streamable_http import streamable_http_client
from mcp_types import ElicitResult

ANSWER = {"username": "kim", "email": "kim@example.org"}
questions = []


async def answer(context, params):
    questions.append(params.message)
    return ElicitResult(action="accept", content=ANSWER)


def connect(revision):
    """A client; 2026-07-28 is found by asking, as the SDK does by default."""
    url = os.environ["DELIBERATE_ORCHESTRATOR_URL"]
    is_sse = url.endswith(("/sse", "/messages"))
    return Client((sse_client if is_sse else streamable_http_client)(url),
                  mode="auto" if revision == "2026-07-28" else "legacy",
                  elicitation_callback=answer)


def text(result):
    return "".join(block.text for block in result.content)


async def report(client, name, n):
    result = await client.call_tool("update_status", {
        "agent_name": name, "phase": "execution", "status": "progress",
        "message": f"{n}", "metadata": {"n": n}})
    assert not result.is_error, result
    return text(result)


async def reports(client, name, count):
    """Several reports, one after the other."""
    texts = [await report(client, name, n) for n in range(int(count))]
    return {"texts": texts, "revision": client.protocol_version,
            "server": client.server_info and client.server_info.name}


async def at_once(client, name, count):
    """All reports under way together."""
    return {"texts": await asyncio.gather(
        *(report(client, name, n) for n in range(int(count))))}


async def tools(client):
    found = await client.list_tools()
    return {"tools": [tool.name for tool in found.tools]}


async def errors(client):
    """Errors of a tool, then a good call on the same session."""
    bad = await client.call_tool("update_status", {"phase": "x"})
    try:
        unknown = (await client.call_tool("nonsense", {})).is_error
    except mcp.MCPError as error:
        unknown = error.error.code
    return {"is_error": bad.is_error, "text": text(bad), "unknown": unknown,
            "after": await report(client, "a", 0)}


async def progress(client):
    """A slow call, whose every next step waits until the last one was told
    here."""
    seen = []
    releases = []

    def release():
        return client.call_tool("release", {"gate": "a"})

    async def on_progress(progress, total, message):
        seen.append([progress, total, message])
        if len(seen) < 3:
            releases.append(asyncio.create_task(release()))

    await release()
    result = await client.call_tool("progress_ticks", {"n": 3, "gate": "a"},
                                    progress_callback=on_progress)
    # The SDK fails when it is closed with a call under way.
    await asyncio.gather(*releases)
    return {"text": text(result), "progress": seen}


async def ask(client, message):
    """A call that asks the user."""
    result = await client.call_tool("test_elicitation", {"message": message})
    return {"is_error": result.is_error, "text": text(result),
            "questions": questions}


async def main(revision, scenario, *arguments):
    async with connect(revision) as client:
        seen = await globals()[scenario](client, *arguments)
    print(json.dumps(seen))


asyncio.run(main(*sys.argv[1:]))
