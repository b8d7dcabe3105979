"""Whether a message of the server's is one: it has to fit its schema. Most
messages have a form that came before; those are not looked at again."""

import json

from .. import schema
from . import Finding

ALL = [*schema.REVISIONS, schema.STATELESS]


def _told_apart(value, names):
    """The properties in a schema whose texts are not all the same to it."""
    if isinstance(value, list):
        for item in value:
            _told_apart(item, names)
    elif isinstance(value, dict):
        properties = value.get("properties")
        for name in properties if isinstance(properties, dict) else ():
            text = json.dumps(properties[name])
            if '"const"' in text or '"enum"' in text:
                names.add(name)
        for item in value.values():
            _told_apart(item, names)


class Forms:
    """Of a message only what a schema looks at."""

    def __init__(self):
        self.names = {"method", "jsonrpc", "resultType", "type"}
        for revision in ALL:
            _told_apart(schema.of(revision).definitions.all, self.names)
        _told_apart(schema.of(schema.STATELESS).tasks.all, self.names)

    def of(self, value, name=None):
        kind = type(value)
        if kind is dict:
            return tuple([(key, self.of(value[key], key))
                          for key in sorted(value)])
        if kind is list:
            return frozenset([self.of(item) for item in value])
        if kind is str:
            return value if name in self.names else ""
        if kind is int or kind is float:
            return (kind, value) if name in self.names else (kind, value > 0)
        return value


class Verdict:
    """Raises Finding. n_checked: how many were really held against a
    schema."""

    ROOM = 200_000

    def __init__(self):
        self.forms = Forms()
        self.known = set()
        self.n_checked = 0

    def _once(self, kind, message, check):
        if len(self.known) > self.ROOM:
            self.known.clear()
        form = (kind, self.forms.of(message))
        if form in self.known:
            return
        self.n_checked += 1
        try:
            check()
        except AssertionError as error:
            raise Finding(str(error)) from None
        self.known.add(form)

    def _fits_one(self, revisions, check):
        """check(schema) has to pass in one of the revisions, of which the
        likeliest is the first."""
        first = None
        for revision in revisions:
            try:
                check(schema.of(revision))
                return
            except AssertionError as error:
                first = first or error
        raise first

    def response(self, message, method, revisions):
        """A response to a request of this method."""
        if "error" in message:
            method = None
        self._once((method, tuple(revisions)), message, lambda: self._fits_one(
            revisions, lambda one: one.check_response(message, method)))

    def other(self, message, revisions):
        """A notification or a request of the server's."""
        self._once(tuple(revisions), message, lambda: self._fits_one(
            revisions, lambda one: one.check_other(message)))
