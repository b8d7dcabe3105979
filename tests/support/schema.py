"""The official JSON schemas, a file a revision, and which of their
definitions a message has to fit."""

import functools
import json
import pathlib

import jsonschema

# Those that have a session, and the one that has none.
REVISIONS = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"]
LATEST = REVISIONS[-1]
STATELESS = "2026-07-28"

# The extension's schema does not say what answers what.
TASK_RESULTS = {"tasks/get": "GetTaskResult",
                "tasks/update": "UpdateTaskResult",
                "tasks/cancel": "CancelTaskResult"}
# Where 2026-07-28 lets a server ask.
ASKING = {"tools/call", "prompts/get", "resources/read"}

_FOLDER = pathlib.Path(__file__).parent.parent / "data" / "mcp-schema"


class Definitions:
    """One file."""

    def __init__(self, name):
        self.name = name
        document = json.loads((_FOLDER / f"{name}.json").read_text())
        self.dialect = document["$schema"]
        self.key = "$defs" if "$defs" in document else "definitions"
        self.all = document[self.key]

    @functools.cache
    def _validator(self, name):
        schema = {"$schema": self.dialect, self.key: self.all,
                  "$ref": f"#/{self.key}/{name}"}
        return jsonschema.validators.validator_for(schema)(schema)

    def check(self, name, value):
        assert name in self.all, f"{self.name} has no {name}: {value}"
        error = jsonschema.exceptions.best_match(
            self._validator(name).iter_errors(value))
        assert error is None, \
            (f"not a {name} of {self.name}: {error.json_path}: "
             f"{error.message[:1000]}\n{str(value)[:1000]}")

    def group(self, name):
        """Pairs (method, definition) of a union of requests or
        notifications; an empty one is missing."""
        for row in self.all.get(name, {"anyOf": []})["anyOf"]:
            name = row["$ref"].rsplit("/", 1)[1]
            yield self.all[name]["properties"]["method"]["const"], name

    def errors(self):
        """Pairs (code, definition) of errors that have one of their own."""
        for name, definition in self.all.items():
            error = definition.get("properties", {}).get("error", {})
            for part in error.get("allOf", []):
                if "code" in part.get("properties", {}):
                    yield part["properties"]["code"]["const"], name


class Schema:
    """What a server of one revision may send."""

    def __init__(self, revision):
        self.revision = revision
        self.definitions = Definitions(revision)
        self.check = self.definitions.check
        self.results = {
            method: self._result_of(name)
            for method, name in self.definitions.group("ClientRequest")}
        self.others = dict([*self.definitions.group("ServerNotification"),
                            *self.definitions.group("ServerRequest")])
        self.errors = dict(self.definitions.errors())

    def _result_of(self, request):
        name = request.removesuffix("Request") + "Result"
        return name if name in self.definitions.all else "EmptyResult"

    def check_response(self, message, method):
        """A response to a request of this method (None: of none that could
        be read)."""
        assert message["jsonrpc"] == "2.0", message
        assert ("result" in message) != ("error" in message), message
        if "error" in message:
            self._check_error(message)
        else:
            assert "id" in message, message
            assert isinstance(message["result"], dict), message
            self._check_result(message["result"], method)

    def _check_result(self, result, method):
        assert "resultType" not in result, result
        assert method in self.results, f"{self.revision} has no {method}"
        self.check(self.results[method], result)

    def _check_error(self, message):
        if self.definitions.key == "$defs":
            name = self.errors.get(message["error"].get("code"))
            self.check(name or "JSONRPCErrorResponse", message)
        elif "id" in message:
            self.check("JSONRPCError", message)
        else:
            # These schemas require an id and know no null; where none could
            # be read only the later ones describe what is left.
            of(LATEST).check("JSONRPCErrorResponse", message)

    def check_other(self, message):
        """A notification or a request of the server's."""
        assert message["jsonrpc"] == "2.0", message
        method = message["method"]
        assert method in self.others, f"{self.revision} has no {method}"
        self.check(self.others[method], message)


class StatelessSchema(Schema):
    """2026-07-28 with the tasks extension: a result says what it is."""

    def __init__(self):
        super().__init__(STATELESS)
        self.tasks = Definitions("ext-tasks")

    def _check_result(self, result, method):
        kind = result.get("resultType")
        if kind == "input_required":
            assert method in ASKING, f"{method} asks: {result}"
            assert result.keys() & {"inputRequests", "requestState"}, result
            self.check("InputRequiredResult", result)
        elif kind == "task":
            assert method == "tools/call", f"{method} is a task: {result}"
            self.tasks.check("CreateTaskResult", result)
        else:
            assert kind == "complete", result
            self._check_complete(result, method)

    def _check_complete(self, result, method):
        if method in TASK_RESULTS:
            self.tasks.check(TASK_RESULTS[method], result)
            if "result" in result:
                self._check_result(result["result"], "tools/call")
        else:
            assert method in self.results, f"{self.revision} has no {method}"
            self.check(self.results[method], result)

    def check_other(self, message):
        if message["method"] == "notifications/tasks":
            self.tasks.check("TaskStatusNotification", message)
        else:
            super().check_other(message)


@functools.cache
def of(revision):
    return StatelessSchema() if revision == STATELESS else Schema(revision)
