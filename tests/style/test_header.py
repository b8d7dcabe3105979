"""The public header alone: every language it promises, and the names it
adds to a program."""

import os
import pathlib
import re
import shutil
import subprocess

import pytest

ROOT = pathlib.Path(os.environ.get("MCP_SRCDIR",
                                   pathlib.Path(__file__).parents[2]))
STANDARDS = {"c": ["c99", "c11", "c17"],
             "c++": ["c++11", "c++14", "c++17", "c++20"]}
COMPILERS = {"c": ["gcc", "clang"], "c++": ["g++", "clang++"]}
# MCP_PLUGIN is used, with what every standard understands.
PLUGIN = """#include <mcp/plugin.h>
static struct mcp_plugin plugin;
MCP_PLUGIN (plugin)
"""


def compile_text(compiler, language, flags, text):
    if not shutil.which(compiler):
        pytest.skip(f"no {compiler} here")
    return subprocess.run(
        [compiler, "-x", language, f"-I{ROOT}/include", *flags, "-"],
        input=text, capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("compiler, language, standard", [
    (compiler, language, standard) for language in STANDARDS
    for compiler in COMPILERS[language] for standard in STANDARDS[language]])
def test_it_compiles_alone(compiler, language, standard):
    done = compile_text(compiler, language,
                        [f"-std={standard}", "-Wall", "-Wextra", "-Werror",
                         "-pedantic", "-fsyntax-only"], PLUGIN)
    assert done.returncode == 0, done.stderr


def macros(text):
    done = compile_text("gcc", "c", ["-std=c11", "-E", "-dM"], text)
    return set(re.findall(r"^#define (\w+)", done.stdout, re.M))


def test_its_macros_begin_with_MCP():
    base = "#include <stddef.h>\n#include <stdint.h>\n"
    added = macros(base + "#include <mcp/plugin.h>\n") - macros(base)
    assert added
    assert [name for name in added if not name.startswith("MCP_")] == []


def own_lines():
    """The preprocessed lines that the header itself has."""
    done = compile_text("gcc", "c", ["-std=c11", "-E"],
                        "#include <mcp/plugin.h>\n")
    is_own = False
    for line in done.stdout.split("\n"):
        marker = re.match(r'# \d+ "([^"]*)"', line)
        if marker:
            is_own = marker[1].endswith("mcp/plugin.h")
        elif is_own:
            yield line


def test_its_names_begin_with_mcp():
    text = "\n".join(own_lines())
    while re.search(r"\{[^{}]*\}", text):
        text = re.sub(r"\{[^{}]*\}", "", text)
    declared = re.findall(r"(\w+)\s*(?:;|\(|=)", text)
    assert "mcp_tool" in declared
    strangers = {name for name in declared
                 if not re.match(r"mcp_|__attribute__|json_object$", name)}
    assert strangers == set()
