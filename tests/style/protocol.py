#!/usr/bin/python3
"""doc/protocol.md is true: each row of its tables names the files that do it
and the tests that prove it, and those exist; each method and each feature of
a revision has a row, which agrees with the code about the revisions.

Prints findings as FILE:LINE: what. Each rule takes a Document and yields
findings; RULES lists them.
"""

import pathlib
import re
import sys
from dataclasses import dataclass

NAME = "doc/protocol.md"
NO = "–"


@dataclass
class Row:
    line: int
    cells: dict                 # by the table's column

    def names(self, column):
        return re.findall(r"`([^`]+)`", self.cells.get(column, ""))

    def finding(self, what):
        return f"{NAME}:{self.line}: {what}"


def split(line):
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


class Document:
    def __init__(self, root):
        self.root = pathlib.Path(root)
        self.rows = list(self.read_rows(NAME))

    def text(self, name):
        path = self.root / name
        return path.read_text() if path.is_file() else ""

    def read_rows(self, name):
        table = None
        for number, line in enumerate(self.text(name).split("\n"), 1):
            if not line.startswith("|"):
                table = None
            elif table is None:
                table = split(line)
            elif not line.startswith("|---"):
                yield Row(number, dict(zip(table, split(line))))

    def methods(self):
        """The flags of each method and notification by its name."""
        code = self.text("core/mcp/dispatch.c")
        rows = re.findall(r'\{ "([a-z]+/?[A-Za-z/]*)",(.*?)\}', code, re.S)
        return {name: set(re.findall(r"METHOD_\w+", rest))
                for name, rest in rows}

    def features(self):
        return re.findall(r"^\tREVISION_(\w+) =",
                          self.text("core/mcp/revision.h"), re.M)

    def revisions(self):
        """The features of each revision. The code's expressions are the same
        in both languages."""
        bits = {f"REVISION_{name}": 1 << n
                for n, name in enumerate(self.features())}
        code = self.text("core/mcp/revision.c")
        values = dict(bits)
        for name, value in re.findall(r"\b(SINCE_\w+) =([^,}]+)", code):
            values[name] = eval(f"({value})", {}, values)
        rows = re.findall(r'\{ "\d\d(\d\d-\d\d-\d\d)", ([^}]+)\}', code)
        return {name: {bit.partition("_")[2] for bit in bits
                       if bits[bit] & eval(value, {}, values)}
                for name, value in rows}


def file_path(name):
    return name if "/" in name else f"core/mcp/{name}"


def test_path(name):
    if "/" in name:
        return f"tests/{name}"
    return f"tests/{'blackbox' if name.endswith('.py') else 'unit/mcp'}/{name}"


def every_row_names_a_file_and_a_test(document):
    for row in document.rows:
        for column in ("file", "test"):
            if not row.names(column):
                yield row.finding(f"names no {column}")


def every_named_file_exists(document):
    for row in document.rows:
        for name in row.names("file"):
            if not document.text(file_path(name)):
                yield row.finding(f"no file {file_path(name)}")


def is_test(document, name):
    """name: FILE:CLAIM"""
    file, _, claim = name.partition(":")
    form = (rf"^def test_{claim}\(" if file.endswith(".py")
            else rf"^{claim} \(void \*\*")
    return claim and re.search(form, document.text(test_path(file)), re.M)


def every_named_test_exists(document):
    for row in document.rows:
        for name in row.names("test"):
            if not is_test(document, name):
                yield row.finding(f"no test {name}")


def agrees(row, revisions, is_there):
    """Whether the row's cells tell apart the revisions that have the thing and
    those that do not; is_there: of a revision's features."""
    having = {row.cells.get(name) for name, features in revisions.items()
              if is_there(features)}
    lacking = {row.cells.get(name) for name, features in revisions.items()
               if not is_there(features)}
    return NO not in having and not having & lacking


def every_method_has_its_row(document):
    revisions = document.revisions()
    for method, flags in document.methods().items():
        def is_there(features):
            other = "WITH" if "STATELESS" in features else "WITHOUT"
            return f"METHOD_{other}_SESSION" not in flags

        rows = [row for row in document.rows if method in row.names("feature")]
        if not rows:
            yield f"{NAME}:1: no row for {method}"
        for row in rows:
            if not agrees(row, revisions, is_there):
                yield row.finding(f"not the revisions that have {method}")


def every_feature_of_a_revision_has_its_row(document):
    revisions = document.revisions()
    for feature in document.features():
        rows = [row for row in document.rows if feature in row.names("bit")]
        if not rows:
            yield f"{NAME}:1: no row for REVISION_{feature}"
        for row in rows:
            if not agrees(row, revisions, lambda has: feature in has):
                yield row.finding(f"not the revisions that have {feature}")


RULES = [every_row_names_a_file_and_a_test, every_named_file_exists,
         every_named_test_exists, every_method_has_its_row,
         every_feature_of_a_revision_has_its_row]


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(
        __file__).resolve().parents[2]
    document = Document(root)
    findings = [finding for rule in RULES for finding in rule(document)]
    print(f"{NAME}: {len(document.rows)} rows, {len(findings)} findings")
    for finding in findings:
        print(finding)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
