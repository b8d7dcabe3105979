#!/usr/bin/env python3
"""An orchestrator in one page. Copy it.

It launches the server, starts three agents at once, prints what they report
the moment it arrives, ends the server, and checks that every report came
once and in order. An agent here is a few runs of the command-line client;
yours are coding agents that get the same environment.

Needs Python 3.9 and nothing else.
"""

import argparse
import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE

# What each agent will report: (phase, status, message).
PLANS = {
    "planner": [("planning", "started", "Reading the task"),
                ("planning", "progress", "Three files are concerned"),
                ("planning", "completed", "Plan: parser, then tests")],
    "coder": [("execution", "started", "Writing the parser"),
              ("execution", "progress", "2 of 3 functions done"),
              ("execution", "completed", "All tests pass")],
    "reviewer": [("review", "started", "Looking at the parser"),
                 ("review", "error", "Cannot find its specification"),
                 ("review", "completed", "Found it; looks good")],
}
LONGEST_LINE = 16 * 1024 * 1024


class Link:
    """The orchestrator link: JSON-RPC 2.0, a message a line, on the server's
    standard input and output."""

    def __init__(self, process):
        self.process = process
        self.last_id = 0

    @classmethod
    async def launch(cls, *command):
        return cls(await asyncio.create_subprocess_exec(
            *command, stdin=PIPE, stdout=PIPE, limit=LONGEST_LINE))

    def notify(self, method, **params):
        self._send({"method": method, "params": params})

    def request(self, method, **params):
        self.last_id += 1
        self._send({"id": self.last_id, "method": method, "params": params})

    def _send(self, message):
        line = json.dumps({"jsonrpc": "2.0", **message})
        self.process.stdin.write(line.encode() + b"\n")

    async def receive(self):
        """The next message, or None at the end."""
        line = await self.process.stdout.readline()
        return json.loads(line) if line else None


async def run_agent(name, client, url):
    """One agent. The URL in its environment is all that it needs."""
    environment = {**os.environ, "DELIBERATE_ORCHESTRATOR_MCP_URL": url}
    for phase, status, message in PLANS[name]:
        process = await asyncio.create_subprocess_exec(
            client, "report", "--agent", name, "--phase", phase,
            "--status", status, message, env=environment, stdout=PIPE)
        await process.communicate()
        if process.returncode != 0:
            sys.exit(f"{name}: {client} failed")
        await asyncio.sleep(0.3)        # an agent has other work, too


async def run_agents(link, client, ready):
    """All agents at once, some by each transport; then the end."""
    urls = {"planner": ready["mcp"], "coder": ready["sse"],
            "reviewer": ready["mcp"]}
    await asyncio.gather(*(run_agent(name, client, urls[name])
                           for name in PLANS))
    link.request("shutdown")


async def orchestrate(server, plugin_dir, client):
    link = await Link.launch(server, "--control", "stdio",
                             "--plugin-dir", plugin_dir)
    first = await link.receive()
    if first is None:
        sys.exit(f"{server} did not start")
    ready = first["params"]
    print(f"server {ready['version']} is ready: {ready['mcp']} "
          f"and {ready['sse']}; plugins: {', '.join(ready['plugins'])}")

    link.request("hello", protocol=1)
    agents = asyncio.create_task(run_agents(link, client, ready))
    reports = {name: [] for name in PLANS}
    last_seq = 0
    while True:
        message = await link.receive()
        if message is None:
            break
        if "error" in message:
            sys.exit(f"the server refuses: {message['error']['message']}")
        if message.get("method") == "draining":
            print("the server is draining")
        if message.get("method") != "event":
            continue

        event = message["params"]
        if event["seq"] != last_seq + 1:
            sys.exit(f"event {event['seq']} after {last_seq}")
        last_seq = event["seq"]
        if event["topic"] == "status_update":
            report = event["payload"]
            print(f"{event['time'][11:23]}  {report['agent_name']:9} "
                  f"{report['phase']:10} {report['status']:10} "
                  f"{report['message']}", flush=True)
            reports[report["agent_name"]].append(
                (report["phase"], report["status"], report["message"]))
        link.notify("ack", seq=last_seq)    # the server may forget it

    await agents
    code = await link.process.wait()
    if reports != PLANS or code != 0:
        sys.exit(f"expected {PLANS}, got {reports}, exit code {code}")
    print(f"{sum(map(len, reports.values()))} reports of {len(PLANS)} agents, "
          "each once and in order; the server ended with exit code 0")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--server", default="mcp-orchestrator")
    parser.add_argument("--client", default="mcp-call")
    parser.add_argument("--plugin-dir", required=True)
    args = parser.parse_args()
    asyncio.run(orchestrate(args.server, args.plugin_dir, args.client))


if __name__ == "__main__":
    main()
