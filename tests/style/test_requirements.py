"""The rules of requirements.py hold in this tree, and each can fail."""

import os
import pathlib

import pytest

import requirements

ROOT = os.environ.get("MCP_SRCDIR", pathlib.Path(__file__).parents[2])
HEAD = "| requirement | test |\n|---|---|\n"
GOOD = "| it works | `test_a.py:it_works` |\n"
REASONS = {
    requirements.every_row_names_a_test: "| it works | |\n",
    requirements.every_named_test_exists:
        "| it works | `test_a.py:it_does_not` |\n",
}


def document(root, rows):
    (root / "doc").mkdir()
    (root / "tests/blackbox").mkdir(parents=True)
    (root / "tests/blackbox/test_a.py").write_text("def test_it_works():\n")
    (root / requirements.NAME).write_text(HEAD + rows)
    return requirements.Document(root)


@pytest.mark.parametrize("rule", requirements.RULES,
                         ids=lambda rule: rule.__name__)
def test_the_rule_holds(rule):
    assert list(rule(requirements.Document(ROOT))) == []


@pytest.mark.parametrize("rule", REASONS, ids=lambda rule: rule.__name__)
def test_the_rule_can_fail(tmp_path, rule):
    found = list(rule(document(tmp_path, GOOD + REASONS[rule])))
    assert len(found) == 1 and found[0].startswith("doc/requirements.md:4:")


def test_too_few_rows_are_a_finding(tmp_path):
    assert list(requirements.there_are_rows(document(tmp_path, GOOD)))
