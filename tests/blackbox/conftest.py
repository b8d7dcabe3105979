"""Fixtures: programs that are started for one test and ended with it."""

import contextlib
import json

import pytest

from support.client import Sse, Streamable
from support.server import Server
from support.ways import WAYS
from support.wire import finish_all


@pytest.fixture
def launch():
    """Starts programs (arguments as Server), without waiting for ready."""
    with contextlib.ExitStack() as stack:
        stack.callback(finish_all)      # after the servers

        def launch(*options, **more):
            server = Server(*options, **more)
            stack.callback(server.finish)
            return server

        yield launch


@pytest.fixture
def start(launch):
    """Starts programs and waits for ready."""
    return lambda *options, **more: launch(*options, **more).wait_ready()


@pytest.fixture
def refuse(start, tmp_path):
    """refuse(plugin, config): the log of a server that does not load the plugin
    with this configuration, and serves without it."""
    def refuse(plugin, config):
        file = tmp_path / "config.json"
        file.write_text(json.dumps({"plugins": {plugin: {"config": config}}}))
        server = start("--config", file, plugins=(plugin, "status"))
        server.announce(plugin)
        assert server.ready["plugins"] == ["status"]
        server.stop()
        return str(server.log)
    return refuse


@pytest.fixture
def server(start):
    """A program with the plugin status; its orchestrator said hello."""
    server = start()
    server.link.hello()
    return server


@pytest.fixture
def flow(start):
    """The same with tools that are slow, wait, progress or fail."""
    server = start("--stream-after", "0.2", plugins=("status", "flow"))
    server.link.hello()
    return server


@pytest.fixture
def conformance(start):
    """The same with the fixtures of the official conformance suite."""
    server = start(plugins=("conformance",))
    server.link.hello()
    return server


@pytest.fixture(params=WAYS, ids=str)
def connect(request):
    """connect(server, answers=...): an agent that may call. Every test that
    uses it is run with every transport and revision (but see ways.only)."""
    return request.param.connect


@pytest.fixture
def agent(server):
    """An agent over Streamable HTTP, initialized."""
    client = Streamable(server)
    client.initialize()
    return client


@pytest.fixture
def sse_agent(server):
    """An agent over HTTP+SSE, initialized."""
    client = Sse(server)
    client.initialize()
    return client
