"""The header of today against each that is kept in tests/abi/v*: nothing moved,
nothing was taken away, nothing means something else; it only grew."""

import platform
import re
import shutil
import subprocess

import pytest

from header import TREE, Header

HERE = TREE / "tests/abi"
KEPT = sorted(path.name for path in HERE.glob("v*") if path.is_dir())


@pytest.fixture(params=KEPT)
def kept(request):
    return HERE / request.param


def write_header(folder, text):
    (folder / "mcp").mkdir(parents=True, exist_ok=True)
    (folder / "mcp/plugin.h").write_text(text)
    return folder


def lies_as(kept, include):
    """Whether everything lies where the kept layout has it."""
    return subprocess.run(["cc", "-fsyntax-only", f"-I{include}",
                           kept / "layout.c"], capture_output=True, text=True)


def surface(folder, include):
    library = folder / "surface.so"
    subprocess.run(["cc", "-g", "-shared", "-fPIC", f"-I{include}", "-o",
                    library, "surface.c"], cwd=HERE, check=True)
    return library


def types_differ(before, after):
    """What abidiff finds, both being surfaces or one kept XML; "" is good."""
    assert shutil.which("abidiff"), \
        "abidiff is missing (Debian: abigail-tools)"
    done = subprocess.run(["abidiff", "--harmless", "--redundant", before,
                           after], capture_output=True, text=True)
    return done.stdout + done.stderr if done.returncode else ""


def recorded(kept):
    """The types of the kept header as they were recorded."""
    return kept / f"types-{platform.machine()}.xml"


def is_same(kept, folder, header):
    """Whether the text of a header is the kept one but for what is new."""
    include = write_header(folder / "whole", header.text)
    if lies_as(kept, include).returncode:
        return False
    old = Header(kept / "include/mcp/plugin.h")
    include = write_header(folder / "cut", header.without_growth(old))
    return not types_differ(surface(folder, kept / "include"),
                            surface(folder / "cut", include))


def test_one_is_kept():
    assert "v1" in KEPT


def test_everything_lies_where_it_lay(kept):
    done = lies_as(kept, TREE / "include")
    assert done.returncode == 0, done.stderr


def test_the_types_are_those_that_were_recorded(kept, tmp_path):
    before = recorded(kept)
    if not before.exists():     # on another kind of machine
        before = surface(tmp_path, kept / "include")
    include = write_header(tmp_path / "include", Header().without_growth(
        Header(kept / "include/mcp/plugin.h")))
    assert types_differ(before, surface(tmp_path / "include", include)) == ""
    # And the kept header is what it was.
    assert types_differ(before, surface(tmp_path / "include",
                                        kept / "include")) == ""


def test_the_types_are_those_of_the_kept_header(kept, tmp_path):
    assert is_same(kept, tmp_path, Header())


def test_every_macro_is_there_still(kept):
    today = Header().macros
    for macro in Header(kept / "include/mcp/plugin.h").macros.values():
        assert macro.name in today
        assert today[macro.name].has_arguments == macro.has_arguments


def test_the_number_of_the_abi_is_that_of_the_folder(kept):
    number = re.match(r"v(\d+)", kept.name)[1]
    assert Header(kept / "include/mcp/plugin.h").macros["MCP_ABI"].value \
        == number
    assert Header().macros["MCP_ABI"].value == number


# What must not be done to the header, each with the words that it changes.
WRONG = {
    "two members change places":
        ("const char *name;          /* [A-Za-z0-9_.-]{1,128} */\n"
         "\tconst char *title;         /* for people; or NULL */",
         "const char *title;\n\tconst char *name;"),
    "a member has another type":
        ("\tuint64_t timeout_ms; ", "\tint64_t timeout_ms; "),
    "a member became smaller": ("\tuint32_t round; ", "\tuint16_t round; "),
    "a function takes another argument":
        ("int (*fail_text) (struct mcp_call *call, const char *sentence,\n"
         "\t\t\t  size_t size);",
         "int (*fail_text) (struct mcp_call *call, const char *sentence,\n"
         "\t\t\t  int size);"),
    "a function returns something else":
        ("int (*cancelled) (", "long (*cancelled) ("),
    "a function is gone":
        ("int (*cancelled) (struct mcp_call *call);", ""),
    "something new is in the middle":
        ("int (*cancelled) (", "void (*new) (void);\n\tint (*cancelled) ("),
    "a constant means something else":
        ("#define MCP_PENDING   4", "#define MCP_PENDING   5"),
    "a constant is gone": ("#define MCP_LOG_DEBUG     7", ""),
    "a handler is called with more":
        ("int (*handle) (struct mcp_call *call);\n\n"
         "\t/* [loop] Told once",
         "int (*handle) (struct mcp_call *call, int more);\n\n"
         "\t/* [loop] Told once"),
}


@pytest.mark.parametrize("words", WRONG.values(), ids=WRONG)
def test_what_breaks_plugins_is_found(words, tmp_path):
    text = Header().text
    assert text.count(words[0]) == 1, "the test has to follow the header"
    wrong = write_header(tmp_path / "wrong", text.replace(*words))
    assert not is_same(HERE / "v1", tmp_path, Header(wrong / "mcp/plugin.h"))


def test_growth_at_the_ends_is_none_of_it(tmp_path):
    later = write_header(tmp_path / "later", Header().grown())
    assert is_same(HERE / "v1", tmp_path, Header(later / "mcp/plugin.h"))


def names(header):
    """Everything that a plugin may use: STRUCT.MEMBER, MACRO."""
    return set(header.macros) | {
        f"{struct.name}.{member.name}" for struct in header.structs.values()
        for member in struct.members}


def test_the_change_log_says_what_came_after_the_first_header():
    first = Header(HERE / "v1/include/mcp/plugin.h")
    log = (TREE / "doc/plugin-changes.md").read_text()
    for name in sorted(names(Header()) - names(first)):
        assert f"`{name}`" in log, f"plugin-changes.md says nothing of {name}"
