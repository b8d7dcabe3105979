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
WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Werror", "-Wshadow", "-Wundef",
            "-Wconversion", "-Wcast-qual", "-Wmissing-declarations"]
# What many plugins of C also ask for.
C_WARNINGS = ["-Wstrict-prototypes", "-Wmissing-prototypes",
              "-Wold-style-definition"]
# MCP_PLUGIN is used, with what every standard understands.
PLUGIN = """#include <mcp/plugin.h>
static struct mcp_plugin plugin;
MCP_PLUGIN (plugin)
"""
# Every macro is used. Needs initializers that name members: C, or C++20.
WHOLE = """#include <mcp/plugin.h>
static int handle (struct mcp_call *call)
{
	if (!MCP_HAS (call->host, result_text)
	    || !MCP_CALL_HAS (call, arguments))
		return MCP_ERROR;
	return call->host->fail (call, "%d", 1);
}
static const struct mcp_tool tools[] = {
	{ .name = "a", .bits = MCP_READ_ONLY | MCP_TASK_REQUIRED,
	  .handle = handle } };
static const struct mcp_resource resources[] = {
	{ .uri = "a:b", .read = handle } };
static const struct mcp_argument arguments[] = {
	{ .name = "a", .bits = MCP_ARGUMENT_REQUIRED } };
static const struct mcp_prompt prompts[] = {
	{ .name = "a", .MCP_ARGUMENTS (arguments), .get = handle } };
static const struct mcp_method methods[] = {
	{ .name = "a", .handle = handle } };
static struct mcp_plugin plugin = {
	.name = "a",
	.MCP_TOOLS (tools),
	.MCP_RESOURCES (resources),
	.MCP_PROMPTS (prompts),
	.MCP_METHODS (methods),
};
MCP_PLUGIN (plugin)
"""
EVERY = [(compiler, language, standard) for language in STANDARDS
         for compiler in COMPILERS[language]
         for standard in STANDARDS[language]]


def compile_text(compiler, language, flags, text):
    assert shutil.which(compiler), \
        f"no {compiler} here; ./bootstrap check installs it"
    return subprocess.run(
        [compiler, "-x", language, f"-I{ROOT}/include", *flags, "-"],
        input=text, capture_output=True, text=True, timeout=60)


def strict(language, standard):
    return [f"-std={standard}", *WARNINGS,
            *(C_WARNINGS if language == "c" else [])]


@pytest.mark.parametrize("compiler, language, standard", EVERY)
def test_it_compiles_alone(compiler, language, standard):
    done = compile_text(compiler, language, [
        *strict(language, standard), "-fsyntax-only"], PLUGIN)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("compiler, language, standard", [
    one for one in EVERY if one[1] == "c" or one[2] == "c++20"])
def test_all_of_it_compiles(compiler, language, standard):
    # g++ warns of members that an initializer with names leaves out.
    done = compile_text(compiler, language, [
        *strict(language, standard), "-Wno-missing-field-initializers",
        "-fsyntax-only"], WHOLE)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("compiler, language", [
    (compiler, language) for language in COMPILERS
    for compiler in COMPILERS[language]])
def test_an_object_of_it_exports_one_name(compiler, language, tmp_path):
    object_file = tmp_path / "plugin.o"
    done = compile_text(compiler, language,
                        ["-c", "-fvisibility=hidden", "-o", object_file],
                        PLUGIN)
    assert done.returncode == 0, done.stderr
    names = subprocess.run(["nm", "-g", object_file], capture_output=True,
                           text=True, check=True).stdout
    assert [line.split()[1:] for line in names.splitlines()] \
        == [["T", "mcp_plugin_v1"]]


def test_it_includes_only_what_C_always_has():
    text = (ROOT / "include/mcp/plugin.h").read_text()
    assert re.findall(r"#include (.*)", text) == ["<stddef.h>", "<stdint.h>"]


def macros(language, text):
    done = compile_text(COMPILERS[language][0], language, ["-E", "-dM"], text)
    assert done.returncode == 0, done.stderr
    return set(re.findall(r"^#define (\w+)", done.stdout, re.M))


@pytest.mark.parametrize("language", STANDARDS)
def test_its_macros_begin_with_MCP(language):
    base = "#include <stddef.h>\n#include <stdint.h>\n"
    added = macros(language, base + "#include <mcp/plugin.h>\n") \
        - macros(language, base)
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
