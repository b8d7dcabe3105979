"""Holds messages of the server against the official JSON schema of the
revision that was negotiated."""

import functools
import json
import pathlib

import jsonschema

REVISIONS = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"]
LATEST = REVISIONS[-1]

RESULTS = {
    "initialize": "InitializeResult",
    "ping": "EmptyResult",
    "tools/list": "ListToolsResult",
    "tools/call": "CallToolResult",
}

_FOLDER = pathlib.Path(__file__).parent.parent / "data" / "mcp-schema"


class Schema:
    def __init__(self, revision):
        text = (_FOLDER / f"{revision}.json").read_text()
        self.revision = revision
        self.document = json.loads(text)
        self.key = "$defs" if "$defs" in self.document else "definitions"
        self.by_method = {}
        for group in "ServerNotification", "ServerRequest":
            # 2026-07-28 has no requests of the server's.
            rows = self.document[self.key].get(group, {"anyOf": []})
            for row in rows["anyOf"]:
                name = row["$ref"].rsplit("/", 1)[1]
                method = self._definition(name)["properties"]["method"]
                self.by_method[method["const"]] = name

    def _definition(self, name):
        return self.document[self.key][name]

    @functools.cache
    def _validator(self, name):
        schema = {"$schema": self.document["$schema"],
                  self.key: self.document[self.key],
                  "$ref": f"#/{self.key}/{name}"}
        return jsonschema.validators.validator_for(schema)(schema)

    def check(self, name, value):
        error = jsonschema.exceptions.best_match(
            self._validator(name).iter_errors(value))
        assert error is None, (f"not a {name} of {self.revision}: "
                               f"{error.json_path}: {error.message}\n{value}")

    def check_response(self, message, method):
        """A response to a request of this method."""
        assert message["jsonrpc"] == "2.0", message
        assert ("result" in message) != ("error" in message), message
        if "error" in message:
            self._check_error(message)
        else:
            self.check(RESULTS.get(method, "Result"), message["result"])
            assert "id" in message, message

    def _check_error(self, message):
        # Schemas before 2025-11-25 require an id and know no null; where
        # none could be read only the later ones describe what is left.
        if "id" not in message or self.key == "$defs":
            of(LATEST).check("JSONRPCErrorResponse", message)
        else:
            self.check("JSONRPCError", message)

    def check_other(self, message):
        """A notification or a request of the server's."""
        assert message["jsonrpc"] == "2.0", message
        method = message["method"]
        assert method in self.by_method, f"{self.revision} has no {method}"
        self.check(self.by_method[method], message)


@functools.cache
def of(revision):
    return Schema(revision)
