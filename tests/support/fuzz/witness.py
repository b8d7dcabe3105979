"""The good agent beside the others: each of its reports has to be taken,
whatever they do."""

import random

from .. import schema
from . import Finding, talks
from .peer import Peer
from .talks import Talk


class Witness:
    """Keeps a session of each revision, and none of the latest."""

    def __init__(self, server, verdict, name):
        self.server = server
        self.name = name
        self.n_reports = 0
        self.texts = []
        self.talks = []
        for revision in [*schema.REVISIONS, schema.STATELESS]:
            kind = "modern" if revision == schema.STATELESS else "streamable"
            talk = Talk(random.Random(1), server.catalog, (kind, revision))
            peer = Peer(server, random.Random(1), verdict)
            if kind == "streamable":
                talk.request("initialize", {
                    "protocolVersion": revision, "capabilities": {},
                    "clientInfo": talks.CLIENT})
                talk.notification("notifications/initialized")
                for step in talk.steps:
                    peer.ask(step)
            self.talks.append((talk, peer))

    def report(self):
        """The next session's turn. Raises Finding."""
        talk, peer = self.talks[self.n_reports % len(self.talks)]
        self.n_reports += 1
        text = f"{self.name}-{self.n_reports}"
        message = talk.message("tools/call", {
            "name": "update_status", "arguments": {
                "phase": "review", "status": "progress", "message": text}})
        message["id"] = self.n_reports
        peer.ask(talk.step("ask", message))
        answer = peer.answered.get(str(self.n_reports), {})
        if answer.get("result", {}).get("content") != [{
                "type": "text",
                "text": f"Status update received: progress - {text}"}]:
            raise Finding(f"the witness was answered {answer}")
        peer.asked.clear()
        peer.answered.clear()
        self.texts.append(text)

    @property
    def n_sent(self):
        return sum(peer.n_sent for _, peer in self.talks)

    def leave(self):
        for _, peer in self.talks:
            peer.leave()
