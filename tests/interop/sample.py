"""What the user's documents show for agents, with the URL that they name."""

import asyncio
import os
import sys

from mcp import ClientSession
from mcp.client.sse import sse_client


async def main():
    async with sse_client(os.environ["DELIBERATE_ORCHESTRATOR_URL"]) as streams:
        async with ClientSession(*streams) as session:
            await session.initialize()
            result = await session.call_tool("update_status", {
                "agent_name": "my_agent",
                "phase": "execution",
                "status": "progress",
                "message": "Processing file 3 of 10",
                "metadata": {"percent": 30},
            })
            print(result.content[0].text)


sys.exit(asyncio.run(main()))
