"""doc/link.md shows what the link says: each example has the members of the
real message, and each has been seen."""

import json
import os
import pathlib
import re

from support.client import Streamable
from support.link import LinkError, connect

DOCUMENT = pathlib.Path(os.environ.get("MCP_SRCDIR", ".")) / "doc/link.md"
EXAMPLES = [json.loads(line)
            for block in re.findall(r"^```json\n(.*?)^```$",
                                    DOCUMENT.read_text(), re.M | re.S)
            for line in block.splitlines()]
SAID = {example["method"]: example for example in EXAMPLES
        if "method" in example}


def pairs():
    """The requests that the document shows with their answers."""
    for ask, answer in zip(EXAMPLES, EXAMPLES[1:]):
        if "id" in ask and "method" in ask and "method" not in answer \
                and ask["id"] == answer.get("id"):
            yield ask, answer


def same_members(shown, real, place="it"):
    """Objects have the same members; an empty one, or an array, in the
    document stands for any."""
    assert type(shown) is type(real) or shown is None or real is None, place
    if isinstance(shown, dict) and shown:
        assert set(shown) == set(real), place
        for name in shown:
            same_members(shown[name], real[name], f"{place}/{name}")
    elif isinstance(shown, list) and shown and real:
        same_members(shown[0], real[0], place)


def test_every_request_is_answered_as_shown(start):
    server = start(plugins=("status", "method"))
    server.link.hello()
    agent = Streamable(server, name="codex")
    agent.initialize()
    agent.report("x")
    server.link.event("status_update")
    seen = set()
    for ask, answer in pairs():
        try:
            if ask["method"] == "hello" and "result" in answer:
                real = {"result": server.link.hello(**{
                    "after_seq": ask["params"]["after_seq"]})}
            else:
                real = {"result": server.link.request(ask["method"],
                                                      ask.get("params"))}
        except LinkError as error:
            real = {"error": {"code": error.code, "message": error.message}}
            if error.data:
                real["error"]["data"] = error.data
            assert answer["error"]["code"] == error.code
            assert answer["error"]["message"] == error.message
        for name in "result", "error":
            same_members(answer.get(name), real.get(name), ask["method"])
        seen.add(ask["method"])
    assert seen == {"hello", "events/query", "plugins/list", "state",
                    "log/level", "method/echo", "shutdown", "agents/add",
                    "agents/revoke", "agents/exited", "agents/list",
                    "plugins/reload"}
    assert server.link.notification("draining") == SAID["draining"]["params"]
    server.link.rest()
    server.wait()


def test_the_server_says_what_is_shown(start, tmp_path):
    server = start(control=f"unix:{tmp_path}/link",
                   plugins=("status", "method"))
    same_members(SAID["ready"]["params"], server.ready)
    server.link.hello()
    agent = Streamable(server, name="codex")
    agent.initialize()
    agent.report("x")
    same_members(SAID["event"]["params"], server.link.event("status_update"))
    for _ in range(40):
        agent.report("x" * 100_000)
    lag = server.link.notification("lag")
    assert set(SAID["lag"]["params"]) - {"lost"} == set(lag)
    call = agent.begin_call("inquire", {"method": "context/query",
                                        "params": {"query": "q"}})
    same_members(SAID["context/query"]["params"],
                 server.link.asked("context/query")["params"])
    agent.notify("notifications/cancelled", {"requestId": call.id})
    same_members(SAID["request/cancelled"]["params"],
                 server.link.notification("request/cancelled"))
    second = connect(server.control[5:])
    second.ready()
    (refused,) = [shown["error"] for shown in EXAMPLES
                  if shown.get("error", {}).get("code") == 4]
    try:
        second.request("state")
    except LinkError as error:
        assert error.message == refused["message"]
        same_members(refused["data"], error.data)
    second.hello(takeover=True)
    same_members(SAID["replaced"]["params"],
                 server.link.notification("replaced"))
    second.leave()


def test_every_method_of_hello_is_in_the_document(start):
    server = start()
    text = DOCUMENT.read_text()
    for name in server.link.hello()["methods"]:
        assert f"`{name}`" in text or f'"method":"{name}"' in text, name
