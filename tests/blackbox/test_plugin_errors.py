"""Functions of the table return what the header says they return, also where
the plugin is in a process of its own."""

import errno
import re

import pytest

from support.client import Streamable

# Of each call, in its order: the function, and what came of it.
WRONG = """
result_text EILSEQ
result_structured EINVAL
result_structured_text EINVAL
result_content EINVAL
result_content_text EINVAL
result_image EINVAL
result_audio EILSEQ
result_meta EINVAL
result_meta_text EINVAL
contents_text EINVAL
contents_format EINVAL
contents_blob EINVAL
contents_item EINVAL
contents_item_text EINVAL
prompt_text EINVAL
prompt_format EINVAL
prompt_content EINVAL
prompt_content_text EINVAL
prompt_image EINVAL
prompt_audio EINVAL
completion EINVAL
completion_total EINVAL
progress EINVAL
message EINVAL
message_text EINVAL
deadline EINVAL
pause EINVAL
task ENOTSUP
ask EINVAL
ask_text EINVAL
ask EEXIST
ask ENOSPC
ask_state EMSGSIZE
answer EINVAL
emit EINVAL
emit EINVAL
emit_text EINVAL
phase EINVAL
events EINVAL
commit ERANGE
commit ESTALE
commit EINVAL
commit EINVAL
commit EINVAL
get EINVAL
get ENOENT
list EINVAL
add_tool EINVAL
add_tool EINVAL
add_resource EINVAL
add_prompt EINVAL
add_method EINVAL
remove_tool ENOENT
remove_resource ENOENT
remove_prompt ENOENT
remove_method ENOENT
resource_updated EINVAL
"""

CANCELLED = """
cancelled 1
result_text ECANCELED
result_structured ECANCELED
progress ECANCELED
message ECANCELED
deadline ECANCELED
task ECANCELED
pause ECANCELED
ask ECANCELED
ask_state ECANCELED
answer 0
can_ask 0
emit ECANCELED
phase 0
"""


def named(lines):
    """With the names of what is an errno."""
    names = {**errno.errorcode, errno.EDEADLK: "EDEADLK"}   # it has two
    return [re.sub(r"-(\d+)$", lambda n: names[int(n[1])], line)
            for line in lines]


@pytest.fixture(params=[(), ("--isolate", "errors")],
                ids=["here", "isolated"])
def server(request, start):
    server = start(*request.param, "--log-level", "info", plugins=("errors",))
    server.link.hello()
    server.announce("misbehaving plugin|a row cannot be added")
    return server


@pytest.fixture
def agent(server):
    client = Streamable(server)
    client.initialize()
    return client


def said(result):
    assert result["isError"]
    return named(result["content"][0]["text"].splitlines())


def test_what_is_wrong_is_told_by_its_errno(agent):
    assert said(agent.call("wrong")) == WRONG.split("\n")[1:-1]


def test_what_waits_is_refused_on_the_loop(server, agent):
    server.announced.clear()
    assert said(agent.call("wrong_here")) == ["events EDEADLK"]


def test_for_a_call_that_nobody_waits_for_nothing_is_done(server, agent):
    server.announced.clear()
    held = agent.begin_call("cancelled")
    server.log.wait(re.compile("it waits"))
    agent.notify("notifications/cancelled", {"requestId": held.id})
    line = server.log.wait(re.compile("then: (.*)"))[1]
    assert named(line.rstrip(",").split(",")) == CANCELLED.split("\n")[1:-1]
