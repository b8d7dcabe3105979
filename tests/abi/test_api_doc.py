"""doc/plugin-api.md has all that the header has, in its order, and nothing
else; its examples compile. So does mcp-plugin(3) name every function."""

import re
import subprocess

import pytest

from header import TREE, Header

HEADER = Header()
TEXT = (TREE / "doc/plugin-api.md").read_text()
ROW = re.compile(r"^\| `([\w.]+)(?: \([^`]*\))?` \| (.*) \|$", re.M)


def section(title):
    """What stands below a heading, up to the next of its rank."""
    found = re.search(rf"^({title})(?!\w).*\n((?:(?!^##? ).*\n?)*)", TEXT, re.M)
    assert found, f"no section {title}"
    return found[2]


def rows(text):
    """(name, [the other cells]) of tables whose first cell is code."""
    return [(name, [cell.strip() for cell in cells.split(" | ")])
            for name, cells in ROW.findall(text)]


def member_type(member):
    """As its declaration has it, without the name."""
    if member.is_function:
        return member.prototype.replace(f"{member.name} ", "", 1)
    first = member.declaration.split(",")[0]
    match = re.match(r"(.*?)\b\w+(\[\d+\])?$", first)
    return (match[1] + (match[2] or "")).strip()


def same(text):
    """Without what white space there is."""
    return re.sub(r"\s+", "", text)


def test_constants_and_macros_are_there_in_order():
    said = [name for name, cells in rows(TEXT) if name.startswith("MCP_")]
    assert sorted(said) == sorted(HEADER.macros)
    order = list(HEADER.macros)
    constants = [name for name in said if name in HEADER.constants]
    assert constants == [name for name in order if name in HEADER.constants]
    others = [name for name in said if name not in HEADER.constants]
    assert others == [name for name in order if name not in HEADER.constants]


@pytest.mark.parametrize("name", HEADER.constants)
def test_a_constant_has_its_value(name):
    said = dict(rows(TEXT))[name][0].strip("`")
    value = HEADER.macros[name].value
    bit = re.match(r"\(UINT32_C \(1\) << (\d+)\)", value)
    assert said == (bit[1] if bit else value.strip("()"))


def test_structs_are_there_in_order():
    said = re.findall(r"^## `struct (\w+)`", TEXT, re.M)
    # The last one of the header is part of a macro.
    assert [*said, "mcp_abi_note"] == list(HEADER.structs)


@pytest.mark.parametrize("name", HEADER.structs)
def test_members_are_there_in_order_with_their_types(name):
    text = section(r"## Macros" if name == "mcp_abi_note"
                   else rf"## `struct {name}`")
    members = [member for member in HEADER.structs[name].members
               if name != "mcp_host" or not member.is_function]
    said = [(member, cells) for member, cells in rows(text)
            if not member.startswith("MCP_")]
    assert [member for member, _ in said] == [m.name for m in members]
    for member, (_, cells) in zip(members, said):
        assert same(cells[0].strip("`")) == same(member_type(member))


def functions():
    """(name, text) of every function that is described."""
    parts = re.split(r"^#### `(\w+)`\n", section("## `struct mcp_host`"),
                     flags=re.M)[1:]
    return list(zip(parts[::2], parts[1::2]))


def test_functions_are_there_in_order():
    assert [name for name, _ in functions()] == list(HEADER.functions)


@pytest.mark.parametrize("name, text", functions())
def test_a_function_has_its_prototype_threads_and_errors(name, text):
    member = HEADER.functions[name]
    prototype = re.match(r"\n((?:    .*\n)+)", text)[1]
    assert same(prototype) == same(member.prototype + ";")
    said = re.search(r"^(\[\w+\]) (\[\w+\]) ", text, re.M)
    assert [f"[{tag}]" for tag in member.tags] == [said[1], said[2]]
    errors = set(re.findall(r"^\| `-(E\w+)` \|", text, re.M))
    assert errors == HEADER.errors_of(name)


@pytest.mark.parametrize("name", HEADER.functions)
def test_the_header_says_where_a_function_may_be_called_and_how_it_fails(name):
    comment = HEADER.functions[name].comment
    assert re.match(r"\[(call|any)\] \[(now|waits)\] ", comment)
    if HEADER.functions[name].prototype.startswith("int"):
        assert "Errors: " in comment or "No errors" in comment


# What the examples speak of without declaring it.
PRELUDE = """#include <json-c/json.h>
#include <mcp/plugin.h>
#include <errno.h>
#include <string.h>
extern const char *text;
extern size_t size;
extern const void *bytes;
extern int n;
extern struct json_object *value;
int handle (struct mcp_call *call);
int ask_sure (struct mcp_call *call);
void each_event (void *arg, const char *event, size_t size);
void each_key (void *arg, const char *key, const void *value, size_t size,
	       uint64_t version);
"""


def test_the_examples_compile():
    code = PRELUDE
    for name, text in functions():
        example = re.search(r"^```c\n(.*?)^```$", text, re.M | re.S)
        assert f"{name} (" in example[1], f"the example of {name} has it not"
        code += f"""int example_{name} (struct mcp_call *, const struct mcp_host *);
int example_{name} (struct mcp_call *call, const struct mcp_host *host)
{{
	(void) host;
	(void) call;
	{{
{example[1]}	}}
	return MCP_OK;
}}
"""
    flags = subprocess.run(["pkg-config", "--cflags", "json-c"],
                           capture_output=True, text=True, check=True).stdout
    done = subprocess.run(
        ["cc", "-xc", "-std=c11", "-Wall", "-Wextra", "-Werror",
         "-fsyntax-only", f"-I{TREE}/include", *flags.split(), "-"],
        input=code, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", [*HEADER.functions, "MCP_HAS",
                                  "MCP_CALL_HAS", "MCP_PLUGIN"])
def test_the_manual_page_names_every_function(name):
    page = (TREE / "doc/man/mcp-plugin.3").read_text()
    assert re.search(rf"(?<!\w){name}(?!\w)", page)


def test_the_example_of_the_manual_page_is_a_plugin(tmp_path):
    page = (TREE / "doc/man/mcp-plugin.3").read_text()
    code = re.search(r"^\.EX\n(.*?)^\.EE", page, re.M | re.S)[1]
    code = code.replace("\\-", "-").replace("\\e", "\\")
    flags = subprocess.run(["pkg-config", "--cflags", "json-c"],
                           capture_output=True, text=True, check=True).stdout
    done = subprocess.run(
        ["cc", "-xc", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC",
         f"-I{TREE}/include", *flags.split(), "-o", tmp_path / "hello.so",
         "-"], input=code, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
