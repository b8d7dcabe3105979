"""The guide for authors of plugins: every file on it is written, every command
run, in their order and in one shell, and what they print is what it says.

A block of code after a paragraph that names a file is that file. A block of sh is
run. A block of text after it is what it prints: line by line, with ... for what
differs. Another block of C is a part of something, and compiles."""

import re
import subprocess

import pytest

FENCE = re.compile(r"^((?:[^\n]+\n)*)\n```(\w+)\n(.*?)^```$", re.M | re.S)
NAMED = re.compile(r"`([\w-]+\.(?:c|cc|rs|test|json))`")
MARK = "@@@ block"


def guide(author):
    (path,) = author.root.glob("share/doc/*/plugin-guide.md")
    return path.read_text()


def blocks(text):
    """(paragraph before, language, content) of each, in order."""
    return [match.groups() for match in FENCE.finditer(text)]


def script_of(found):
    """The shell's script, and what each block of it is to print."""
    lines, outputs, snippets = [], {}, []
    last = None
    for number, (paragraph, language, content) in enumerate(found):
        named = NAMED.search(paragraph)
        if language == "sh":
            lines += [f"echo '{MARK} {number}'", content]
            last = number
        elif named:
            lines.append(f"cat >{named[1]} <<'@@@'\n{content}@@@")
            last = None
        elif language == "c":
            snippets.append(content)
        else:
            assert language == "text" and last is not None, content
            outputs[last] = content
            last = None
    return "\n".join(lines), outputs, snippets


def is_printed(expected, printed):
    pattern = re.escape(expected.strip()).replace(r"\.\.\.", "(?:.|\n)*?")
    return re.search(rf"^{pattern}$", printed.strip(), re.M)


def test_what_the_guide_says_happens(author):
    text = guide(author)
    found = blocks(text)
    assert len(found) == len(re.findall(r"^```\w+$", text, re.M))
    script, outputs, _ = script_of(found)
    author.env["PREFIX"] = str(author.root)
    del author.env["PKG_CONFIG_PATH"]
    out = author.run(script)
    printed = {int(number): text for number, text in re.findall(
        rf"^{MARK} (\d+)\n((?:(?!{MARK}).*\n)*)", out, re.M)}
    assert len(outputs) > 8
    for number, expected in outputs.items():
        assert is_printed(expected, printed[number]), printed[number]
    assert "not ok" not in re.sub("not ok 1 - wrong.test", "", out)


def test_the_parts_of_programs_in_the_guide_compile(author):
    _, _, snippets = script_of(blocks(guide(author)))
    assert len(snippets) >= 2
    for snippet in snippets:
        (author.folder / "part.c").write_text(
            "#include <errno.h>\n#include <json-c/json.h>\n"
            "#include <mcp/plugin.h>\n" + snippet)
        author.run("cc -std=c99 -Wall -Wextra -Werror -Wno-unused-function "
                   "-fsyntax-only $(pkg-config --cflags mcp-plugin json-c) "
                   "part.c")


def test_the_programs_of_the_guide_compile_without_a_warning(author):
    compilers = {
        "c": "gcc -std=c99 -D_POSIX_C_SOURCE=200809L",
        "cc": "g++ -std=c++20"}
    n = 0
    for paragraph, _, content in blocks(guide(author)):
        named = NAMED.search(paragraph)
        suffix = named and named[1].rpartition(".")[2]
        if suffix not in compilers:
            continue
        n += 1
        (author.folder / named[1]).write_text(content)
        author.run(f"{compilers[suffix]} -Wall -Wextra -Werror "
                   "-Wno-missing-field-initializers -fsyntax-only "
                   f"$(pkg-config --cflags mcp-plugin json-c) {named[1]}")
    assert n >= 6


def test_the_smallest_plugin_has_fewer_than_40_lines(author):
    program = next(content for _, language, content in blocks(guide(author))
                   if language == "c")
    assert program.count("\n") < 40 and "MCP_PLUGIN" in program


def refusals(text):
    table = text.partition("## When it goes wrong")[2].partition("\n## ")[0]
    return re.findall(r"^\| `([^`]+)` \|", table, re.M)


def test_each_refusal_of_the_guide_is_one_that_the_server_has(author):
    strings = subprocess.run(
        ["strings", "-n", "3", author.root / "bin/mcp-orchestrator"],
        capture_output=True, text=True, check=True).stdout
    said = refusals(guide(author))
    assert len(said) > 8
    for text in said:
        for part in re.split(r"'\w'|\d+|\.\.\.|/\S+:", text):
            assert part.strip(" ,:;") in strings, (text, part)


@pytest.mark.parametrize("tool", ["mcp-plugin-test", "mcp-plugin-new"])
def test_what_the_guide_names_has_a_manual_page(author, tool):
    assert f"{tool}" in guide(author)
    assert (author.root / f"share/man/man1/{tool}.1").exists()
