#!/usr/bin/python3
"""doc/requirements.md is true: each row of its tables names tests that prove
it, and those exist.

Prints findings as FILE:LINE: what. Each rule takes a Document and yields
findings; RULES lists them.
"""

import pathlib
import sys

import protocol

NAME = "doc/requirements.md"
# Of rows without a test: what measures them instead.
MEASURES = ("make bench", "make fuzz", "make check-long", "tests/bench")


class Document(protocol.Document):
    """The tables have the same form as those of doc/protocol.md."""

    def __init__(self, root):
        self.root = pathlib.Path(root)
        self.rows = list(self.read_rows(NAME))


def finding(row, what):
    return f"{NAME}:{row.line}: {what}"


def every_row_names_a_test(document):
    for row in document.rows:
        if not row.names("test"):
            yield finding(row, "names no test")


def every_named_test_exists(document):
    for row in document.rows:
        for name in row.names("test"):
            if not name.startswith(MEASURES) \
                    and not protocol.is_test(document, name):
                yield finding(row, f"no test {name}")


def there_are_rows(document):
    if len(document.rows) < 30:
        yield f"{NAME}:1: only {len(document.rows)} rows"


RULES = [every_row_names_a_test, every_named_test_exists, there_are_rows]


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(
        __file__).resolve().parents[2]
    document = Document(root)
    findings = [finding for rule in RULES for finding in rule(document)]
    print(f"{NAME}: {len(document.rows)} rows, {len(findings)} findings")
    for text in findings:
        print(text)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
