"""The rules of style.py hold in this tree, and each can fail."""

import os
import pathlib

import pytest

import style

ROOT = os.environ.get("MCP_SRCDIR", pathlib.Path(__file__).parents[2])
START = "/* A file. */\n"


@pytest.fixture(scope="module")
def tree():
    return style.Tree(ROOT)


@pytest.mark.parametrize("rule", style.RULES, ids=lambda rule: rule.__name__)
def test_the_rule_holds(tree, rule):
    assert list(rule(tree)) == []


def function(lines, first=""):
    return f"int\nf (void)\n{{\n{first}" + "\t;\n" * (lines - 3) + "}\n"


FAULTS = [
    (style.no_file_is_too_long, "core/a.c", START + "\n" * 450),
    (style.no_function_is_too_long, "client/a.c", START + function(101)),
    (style.no_function_is_too_long, "core/a.c", START + function(61)),
    (style.no_line_is_too_long, "tests/a.py", "#" * 101),
    (style.no_banned_function_is_called, "plugins/x/x.c",
     START + "int a = atoi (b);\n"),
    (style.every_public_function_has_a_comment, "core/base/a.h",
     START + "\n#define A\n\nint a_b (void);\n"),
    (style.every_source_begins_with_its_purpose, "client/a.h", "int a;\n"),
    (style.nothing_is_left_over, "doc/a.md", "TO" "DO\n"),
    (style.no_line_ends_in_space, "README.md", "a \n"),
    (style.no_path_of_one_machine, "doc/a.md", "see /wo" "rk/a\n"),
    (style.includes_point_left, "core/json/json.c",
     '#include "http/http.h"\n'),
    (style.includes_point_left, "core/link/a.c", '#include "http/http.h"\n'),
    (style.includes_point_left, "core/base/a.c", "#include <mcp/plugin.h>\n"),
    (style.includes_point_left, "core/mcp/a.c", '#include "root.h"\n'),
    (style.includes_point_left, "core/mcp/a.c", "#include <microhttpd.h>\n"),
    (style.includes_point_left, "plugins/x/x.c", '#include "http/http.h"\n'),
    (style.every_lock_is_in_the_list, "core/a.c",
     START + "static pthread_mutex_t lock;\n"),
    (style.includes_point_left, "client/a.c", '#include "root.h"\n'),
]


@pytest.mark.parametrize("rule, name, text", FAULTS)
def test_a_fault_is_found(tmp_path, rule, name, text):
    for path, content in {"core/http/http.h": START, "core/root.h": START,
                          name: text}.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(content)
    findings = list(rule(style.Tree(tmp_path)))
    assert len(findings) == 1 and findings[0].startswith(name + ":")


GOOD = """/* A file. */

#include "base/base.h"
#include "http/http.h"
#include "near.h"
#include <json-c/json.h>

/* Says strcpy (a, b) and "sprintf (". */
int
f (void)
{
	/* long: a table */
""" + "\tx_system (1);\n" * 70 + "}\n"


def test_good_code_has_no_findings(tmp_path):
    for name, text in {"core/main.c": GOOD, "core/near.h": START,
                       "core/http/http.h": START,
                       "core/base/base.h": START + "\n/* A. */\nint a (void);"
                       "\nint b (void);\n"}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    tree = style.Tree(tmp_path)
    assert [finding for rule in style.RULES for finding in rule(tree)] == []
