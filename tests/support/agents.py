"""Agents on the official SDKs, each in a process of its own, and what came of
their reports at the link."""

import os
import subprocess

from . import LIMIT


class Agents:
    """Those that one test started on its server."""

    def __init__(self, server):
        self.server = server
        self.processes = []

    def start(self, command, url, **env):
        """Returns a function that waits for the end and returns what the agent
        printed. url: the name of one of the server's."""
        env["DELIBERATE_ORCHESTRATOR_URL"] = self.server.ready[url]
        process = subprocess.Popen(
            command, env={**os.environ, **env}, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.processes.append(process)

        def wait():
            out, errors = process.communicate(timeout=6 * LIMIT)
            assert (process.returncode, errors) == (0, "")
            return out
        return wait

    def finish(self):
        for process in self.processes:
            if process.poll() is None:
                process.kill()
                process.communicate()


def numbers(server, count):
    """The reports' numbers by agent, in the order in which they came."""
    seen = {}
    for payload in server.link.reports(count):
        seen.setdefault(payload["agent_name"], []).append(
            payload["metadata"]["n"])
    return seen


def no_more_reports(server):
    server.link.close()
    rest = [message["params"]["topic"] for message in server.link.rest()
            if message.get("method") == "event"]
    server.wait()
    return "status_update" not in rest
