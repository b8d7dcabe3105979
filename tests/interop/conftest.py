"""What the tests with the official SDKs share."""

import pytest

from support.agents import Agents
from support.server import Server


@pytest.fixture
def server():
    server = Server("--stream-after", "0.2",
                    plugins=("status", "flow", "conformance")).wait_ready()
    server.link.hello()
    yield server
    server.finish()


@pytest.fixture
def agents(server):
    agents = Agents(server)
    yield agents
    agents.finish()
