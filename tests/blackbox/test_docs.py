"""The commands and programs in the documents work as they are printed."""

import os
import pathlib
import re
import shutil
import subprocess
import sys

import pytest

from support import LIMIT
from support.server import build_dir, run

SOURCES = pathlib.Path(os.environ.get("MCP_SRCDIR", "."))


def blocks(document, language):
    text = (SOURCES / document).read_text()
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.M | re.S)


@pytest.fixture
def environment(tmp_path):
    """As after make install, without installing."""
    text = (build_dir() / "include/mcp/mcp-plugin.pc").read_text()
    text = re.sub(r"^includedir=.*$", f"includedir={SOURCES}/include", text,
                  flags=re.M)
    (tmp_path / "mcp-plugin.pc").write_text(text)
    return {**os.environ, "PKG_CONFIG_PATH": str(tmp_path),
            "PATH": f"{build_dir()}:{os.environ['PATH']}"}


def test_the_plugin_of_the_readme_is_built_and_served(environment, tmp_path):
    document = "README.md"      # the guide is tests/outoftree/'s
    folder = tmp_path / "hello"
    folder.mkdir(mode=0o755)
    program = blocks(document, "c")[0]      # others are parts of one
    (folder / "hello.c").write_text(program)
    done = subprocess.run(
        ["sh", "-e"], input="".join(blocks(document, "sh")), cwd=folder,
        env=environment, capture_output=True, text=True, timeout=LIMIT * 2)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "hello" in done.stdout


def test_another_project_finds_the_header_with_the_macro(environment,
                                                         tmp_path):
    if not shutil.which("autoconf") or not shutil.which("aclocal"):
        pytest.skip("no autoconf here")
    (tmp_path / "configure.ac").write_text(
        "AC_INIT([hello], [1])\nMCP_PLUGIN_INIT\n"
        "echo \"flags $MCP_PLUGIN_CFLAGS\"\necho \"dir $mcpplugindir\"\n")
    done = subprocess.run(
        ["sh", "-ec", f"aclocal -I {SOURCES}/include/mcp; autoconf; "
         "./configure"], cwd=tmp_path, env=environment, capture_output=True,
        text=True, timeout=LIMIT * 2)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"flags -I{SOURCES}/include" in done.stdout
    assert "mcp-orchestrator/plugins" in done.stdout


def test_the_example_orchestrator_gets_every_report():
    done = subprocess.run(
        [sys.executable, SOURCES / "doc/examples/orchestrator.py",
         "--server", build_dir() / "mcp-orchestrator",
         "--client", build_dir() / "mcp-call",
         "--plugin-dir", build_dir() / "plugins/.run"],
        capture_output=True, text=True, timeout=LIMIT * 2)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "each once and in order" in done.stdout


def test_the_example_in_shell_shows_what_agents_report(environment):
    done = subprocess.run(
        ["sh", SOURCES / "doc/examples/launch.sh",
         build_dir() / "plugins/.run"], env=environment,
        capture_output=True, text=True, timeout=LIMIT * 2)
    assert done.returncode == 0, done.stdout + done.stderr
    for agent in "coder", "critic":
        assert f"{agent} execution completed: the work of {agent} is done" \
            in done.stdout


def test_the_example_in_c_ends_with_its_agents_work(environment, tmp_path):
    build, launch = blocks("doc/launching.md", "sh")[0].splitlines()
    source = str(SOURCES / "doc/examples/launch.c")
    launch = launch.replace("PLUGIN-DIR", str(build_dir() / "plugins/.run"))
    done = subprocess.run(
        ["sh", "-e"], input=f"{build.replace('launch.c', source)}\n{launch}",
        cwd=tmp_path, env=environment, capture_output=True, text=True,
        timeout=LIMIT * 2)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "coder: completed: Done\n" in done.stdout


@pytest.mark.parametrize("number, output", [
    (1, "Authorization"), (2, "1.0\n"), (2, "budget.warning run cost_usd\n")])
def test_the_examples_in_python_run_as_they_are_printed(
        number, output, environment, tmp_path):
    (tmp_path / "orchestrate.py").write_text(
        blocks("doc/launching.md", "python")[number])
    server = tmp_path / "mcp-orchestrator"     # as one that is installed
    server.write_text(f"#!/bin/sh\nexec {build_dir()}/mcp-orchestrator "
                      f"--plugin-dir {build_dir()}/plugins/.run \"$@\"\n")
    server.chmod(0o755)
    done = subprocess.run(
        [sys.executable, "orchestrate.py"], cwd=tmp_path,
        env={**environment, "PYTHONPATH": str(SOURCES / "client/python"),
             "MCP_ORCHESTRATOR": str(server)},
        capture_output=True, text=True, timeout=LIMIT * 2)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    assert output in done.stdout


def test_the_man_page_has_every_option_with_its_default():
    page = (SOURCES / "doc/man/mcp-orchestrator.1").read_text()
    page = page.replace("\\-", "-").replace("\\~", "")
    _, text, _ = run("--help")
    options = re.findall(r"^  --([a-z-]+)(?: ([A-Z]+))?\s+((?:.|\n {20})*)",
                         text, re.M)
    assert len(options) > 30
    for name, argument, help in options:
        entry = re.search(rf"^\.(?:BI|B) --{name}(?: {argument})?\n"
                          r"((?:(?!\.TP|\.S[HS]).*\n)+)", page, re.M)
        assert entry, f"--{name} {argument} is not in the man page"
        for default in re.findall(r"\[([^]]+)\]$", " ".join(help.split())):
            assert f"[{default}]" in entry[1], f"--{name}: [{default}]"


@pytest.mark.parametrize("document", sorted(
    path.relative_to(SOURCES).as_posix() for path in
    [*SOURCES.glob("*.md"), *SOURCES.glob("doc/**/*.md")]))
def test_links_between_documents_lead_somewhere(document):
    path = SOURCES / document
    for target in re.findall(r"\]\(([^)#:]+)\)", path.read_text()):
        assert (path.parent / target).exists(), target
