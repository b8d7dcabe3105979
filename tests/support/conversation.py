"""What one client asked, and so what each message that the server sends to it
has to be. Nothing of the server's is read but through take()."""

import json

from . import schema

VERSION = "io.modelcontextprotocol/protocolVersion"


def _revision_in(message):
    """The revision that a request names itself, as 2026-07-28 does it."""
    params = message.get("params")
    meta = params.get("_meta") if isinstance(params, dict) else None
    return meta.get(VERSION) if isinstance(meta, dict) else None


class Conversation:
    """revision: the one spoken, until an initialize is answered."""

    def __init__(self, revision=schema.LATEST):
        self.schema = schema.of(revision)
        self.asked = {}     # by the id as JSON: method, is it stateless?

    def sends(self, body):
        """Notes the requests in a body (bytes) that is about to be sent."""
        try:
            value = json.loads(body)
        except (ValueError, RecursionError):
            return
        for message in value if isinstance(value, list) else [value]:
            if isinstance(message, dict) and "id" in message:
                self.asked[json.dumps(message["id"])] = (
                    message.get("method"),
                    _revision_in(message) == schema.STATELESS)

    def take(self, text):
        """The message or batch in a JSON text of the server's, checked."""
        value = json.loads(text)
        if isinstance(value, list):
            assert value, "an empty batch"
            self.schema.check("JSONRPCBatchResponse", value)
        for message in value if isinstance(value, list) else [value]:
            if "method" in message:
                self.schema.check_other(message)
            else:
                self._take_response(message)
        return value

    def _take_response(self, message):
        method, is_stateless = None, False
        if "id" in message:
            id = json.dumps(message["id"])
            assert id in self.asked, f"nobody asked for {message}"
            method, is_stateless = self.asked[id]
        if method == "initialize" and "result" in message:
            revision = message["result"].get("protocolVersion")
            assert revision in schema.REVISIONS, message
            self.schema = schema.of(revision)
        spoken = schema.of(schema.STATELESS) if is_stateless else self.schema
        spoken.check_response(message, method)
