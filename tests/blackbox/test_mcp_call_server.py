"""mcp-call against our own server, over each transport."""

import json
import os
import subprocess

import pytest

from support import LIMIT
from support.server import build_dir

TEXT = "Status update received: progress - half done\n"


def mcp_call(url, *words):
    clean = {name: value for name, value in os.environ.items()
             if not name.startswith("DELIBERATE")}
    return subprocess.run(
        [build_dir() / "mcp-call", *words], stdin=subprocess.DEVNULL,
        env={**clean, "DELIBERATE_ORCHESTRATOR_URL": url},
        capture_output=True, text=True, timeout=LIMIT)


@pytest.fixture(params=["mcp", "sse", "messages"])
def url(server, request):
    return server.ready[request.param]


def test_the_tools_are_listed_with_their_arguments(url):
    done = mcp_call(url, "list")
    assert done.returncode == 0, done.stderr
    name, *arguments = done.stdout.split("\n")[0].split(" ")
    assert name == "update_status"
    assert {"phase=string", "status=string", "message=string",
            "[metadata=object]"} <= set(arguments)


def test_a_report_arrives_at_the_orchestrator(server, url):
    done = mcp_call(url, "report", "--phase", "execution", "--status",
                    "progress", "--agent", "coder", "--metadata",
                    '{"percent": 50}', "half done")
    assert (done.returncode, done.stdout) == (0, TEXT), done.stderr
    (report,) = server.link.reports(1)
    assert report["agent_name"] == "coder"
    assert report["message"] == "half done"
    assert report["metadata"] == {"percent": 50}


def test_a_call_with_words_is_the_same_as_with_json(server, url):
    words = {"phase": "execution", "status": "progress",
             "message": "half done", "metadata": {"percent": 50}}
    mcp_call(url, "call", "update_status", json.dumps(words))
    done = mcp_call(url, "call", "update_status", "phase=execution",
                    "status=progress", "message=half done",
                    'metadata={"percent": 50}')
    assert (done.returncode, done.stdout) == (0, TEXT), done.stderr
    first, second = server.link.reports(2)
    del first["timestamp"], second["timestamp"]
    assert first == second


def test_a_report_that_the_tool_refuses_is_exit_1(url):
    done = mcp_call(url, "report", "--phase", "lunch", "--status",
                    "progress", "half done")
    assert (done.returncode, done.stdout) == (1, "")
    assert "planning, execution, review, refinement" in done.stderr


def test_json_is_the_result_as_it_came(url):
    done = mcp_call(url, "--json", "report", "--phase", "execution",
                    "--status", "progress", "half done")
    content = json.loads(done.stdout)["content"]
    assert content == [{"type": "text", "text": TEXT.rstrip("\n")}]
