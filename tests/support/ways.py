"""The ways to reach the server: every transport with the revisions that it
may speak."""

import typing

import pytest

from .client import Sse, Streamable
from .modern import Modern
from .schema import REVISIONS, STATELESS


class Way(typing.NamedTuple):
    kind: type
    revision: str

    def connect(self, server, **more):
        """An agent that may call; answers, capabilities as in Client."""
        if self.kind is Modern:
            return Modern(server, **more)
        agent = self.kind(server, revision=self.revision, **more)
        agent.initialize()
        return agent

    def __str__(self):
        return f"{self.kind.__name__}-{self.revision}"


# HTTP+SSE differs from the other transport, but not from itself: the oldest
# revision and the newest stand for all.
WAYS = [*(Way(Streamable, revision) for revision in REVISIONS),
        Way(Sse, REVISIONS[0]), Way(Sse, REVISIONS[-1]),
        Way(Modern, STATELESS)]


def only(since=REVISIONS[0], until=STATELESS):
    """For a test with the fixture connect: only revisions between these."""
    return pytest.mark.parametrize(
        "connect", [way for way in WAYS if since <= way.revision <= until],
        indirect=True, ids=str)
