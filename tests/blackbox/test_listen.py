"""2026-07-28: long streams of what changes, and leaving."""

import pytest

from support.events import Events
from support.modern import Modern


@pytest.mark.parametrize("id", [7, "seven"])
def test_what_is_listened_to_is_acknowledged_first(server, id):
    stream = Modern(server).listen(id, toolsListChanged=True,
                                   resourceSubscriptions=["test://none"])
    assert stream.kinds == {"toolsListChanged": True,
                            "resourceSubscriptions": []}


def test_the_end_of_the_server_answers_who_listens(server):
    stream = Modern(server).listen(toolsListChanged=True)
    server.signal()
    assert stream.result()["resultType"] == "complete"


def test_leaving_cancels(flow):
    call = Modern(flow).begin_call("sleep_until_cancelled")
    flow.link.event("flow.waiting")
    call.wire.reset()
    flow.link.event("flow.cancelled")


def test_leaving_a_stream_cancels(flow):
    call = Modern(flow).begin_call("sleep_until_cancelled")
    flow.link.event("flow.waiting")
    # The silence has made it a stream.
    Events(call.wire.response("POST")).comment()
    call.wire.reset()
    flow.link.event("flow.cancelled")
