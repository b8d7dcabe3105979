"""The rules of protocol.py hold in this tree, and each can fail."""

import os
import pathlib

import pytest

import protocol

ROOT = os.environ.get("MCP_SRCDIR", pathlib.Path(__file__).parents[2])

FILES = {
    "core/mcp/dispatch.c": """static const struct method methods[] = {
	{ "tools/call", tools_call, 0, .write = tools_write_result },
	{ "ping", ping,
	  METHOD_WITH_SESSION | METHOD_WHILE_DRAINING },
};
""",
    "core/mcp/revision.h": """enum revision_feature {
	REVISION_BATCHES = 1 << 0, /* arrays */
	REVISION_STATELESS = 1 << 1,
};
""",
    "core/mcp/revision.c": """enum {
	SINCE_2025 = REVISION_BATCHES,
	SINCE_2026 = (SINCE_2025 & ~REVISION_BATCHES)
		     | REVISION_STATELESS
};
	{ "2026-07-28", SINCE_2026 },
	{ "2025-03-26", SINCE_2025 },
	{ "2024-11-05", 0 },
""",
    "tests/unit/mcp/test_a.c": "static void\nit_works (void **state)\n{\n}\n",
    "tests/blackbox/test_a.py": "def test_it_works(server):\n    pass\n",
}
HEAD = """
| feature | 24-11-05 | 25-03-26 | 26-07-28 | bit | file | test |
|---|---|---|---|---|---|---|
"""
END = "`dispatch.c` | `test_a.c:it_works`, `test_a.py:it_works` |\n"
CALL = f"| `tools/call` | yes | yes | yes | | {END}"
PING = f"| `ping` | yes | yes | – | | {END}"
BATCH = f"| batches | – | yes | – | `BATCHES` | {END}"
MODERN = f"| era | – | – | yes | `STATELESS` | {END}"


def findings(root, *rows):
    for name, text in {**FILES, protocol.NAME: HEAD + "".join(rows)}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    document = protocol.Document(root)
    return [(rule, finding) for rule in protocol.RULES
            for finding in rule(document)]


@pytest.mark.parametrize("rule", protocol.RULES, ids=lambda rule: rule.__name__)
def test_the_rule_holds(rule):
    assert list(rule(protocol.Document(ROOT))) == []


def test_a_document_that_is_true_has_no_findings(tmp_path):
    assert findings(tmp_path, CALL, PING, BATCH, MODERN) == []


FAULTS = [
    (protocol.every_row_names_a_file_and_a_test,
     CALL.replace("`dispatch.c`", "")),
    (protocol.every_row_names_a_file_and_a_test,
     CALL.partition("`test_a.c")[0] + "|\n"),
    (protocol.every_named_file_exists,
     CALL.replace("dispatch.c", "gone.c")),
    (protocol.every_named_file_exists,
     CALL.replace("`dispatch.c`", "`dispatch.c`, `core/http/gone.c`")),
    (protocol.every_named_test_exists, CALL.replace("c:it_works", "c:it_w")),
    (protocol.every_named_test_exists, CALL.replace("py:it_works", "py:it_w")),
    (protocol.every_named_test_exists, CALL.replace("py:it_works", "py")),
    (protocol.every_named_test_exists,
     CALL.replace("test_a.py", "interop/test_a.py")),
    (protocol.every_method_has_its_row, CALL.replace("tools/call", "call")),
    (protocol.every_method_has_its_row, CALL.replace("yes | |", "– | |")),
    (protocol.every_feature_of_a_revision_has_its_row,
     CALL.replace("| |", "| `BATCHES` |")),
]


@pytest.mark.parametrize("rule, row", FAULTS)
def test_a_fault_is_found(tmp_path, rule, row):
    found = findings(tmp_path, row, PING, BATCH, MODERN)
    assert [rule for rule, _ in found] == [rule]
    assert found[0][1].startswith(protocol.NAME + ":")


@pytest.mark.parametrize("rule, row", [
    (protocol.every_method_has_its_row, PING),
    (protocol.every_feature_of_a_revision_has_its_row, MODERN)])
def test_what_only_some_revisions_have_is_told_so(tmp_path, rule, row):
    rows = [CALL, PING, BATCH, MODERN]
    rows[rows.index(row)] = row.replace("–", "yes")
    assert [rule for rule, _ in findings(tmp_path, *rows)] == [rule]
    rows.remove(row.replace("–", "yes"))
    assert [rule for rule, _ in findings(tmp_path, *rows)] == [rule]
