"""2026-07-28: long streams of what changes, and leaving."""

import json

import pytest

from support.client import Streamable
from support.events import Events
from support.schema import of

META = {"io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {}}
ID = "io.modelcontextprotocol/subscriptionId"
SCHEMA = of("2026-07-28")


def begin(server, method, params, id=1, **headers):
    """Sends a request on a connection of its own."""
    return Streamable(server).begin(
        method, {**params, "_meta": META}, id=id,
        **{"MCP-Protocol-Version": "2026-07-28", "Mcp-Method": method,
           **headers})


def listen(server, id=1, **kinds):
    """Returns what was acknowledged, and the events that follow."""
    call = begin(server, "subscriptions/listen", {"notifications": kinds}, id)
    events = Events(call.wire.response("POST"))
    events.wire = call.wire
    first = take(events)
    assert first["method"] == "notifications/subscriptions/acknowledged"
    assert first["params"]["_meta"][ID] == id
    return first["params"]["notifications"], events


def take(events):
    message = json.loads(events.next().data)
    if "method" in message:
        SCHEMA.check_other(message)
    return message


@pytest.mark.parametrize("id", [7, "seven"])
def test_what_is_listened_to_is_acknowledged_first(server, id):
    kinds, events = listen(server, id, toolsListChanged=True,
                           resourceSubscriptions=["test://none"])
    assert kinds == {"toolsListChanged": True, "resourceSubscriptions": []}
    events.wire.reset()


def test_the_end_of_the_server_answers_who_listens(server):
    _, events = listen(server, 7, toolsListChanged=True)
    server.signal()
    message = take(events)
    assert message["id"] == 7
    assert message["result"]["resultType"] == "complete"
    assert message["result"]["_meta"][ID] == 7
    assert events.ends()


def test_leaving_cancels(flow):
    call = begin(flow, "tools/call", {"name": "sleep_until_cancelled"},
                 **{"Mcp-Name": "sleep_until_cancelled"})
    flow.link.event("flow.waiting")
    call.wire.reset()
    flow.link.event("flow.cancelled")


def test_leaving_a_stream_cancels(flow):
    call = begin(flow, "tools/call", {"name": "sleep_until_cancelled"},
                 **{"Mcp-Name": "sleep_until_cancelled"})
    flow.link.event("flow.waiting")
    # The silence has made it a stream.
    Events(call.wire.response("POST")).comment()
    call.wire.reset()
    flow.link.event("flow.cancelled")
