"""Servers that are started for one test and ended with it."""

import contextlib

import pytest

from support.server import Server
from support.wire import finish_all


@pytest.fixture
def start():
    """Starts a program (arguments as Server) and waits for ready."""
    with contextlib.ExitStack() as stack:
        stack.callback(finish_all)      # after the servers

        def start(*options, **more):
            server = Server(*options, **more)
            stack.callback(server.finish)
            return server.wait_ready()

        yield start
