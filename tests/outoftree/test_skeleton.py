"""The skeleton of a project: made, built, tested, installed, packaged and
called, with what is installed alone."""

import re

import pytest

from conftest import Author

# Starts a server on the plugins of $1 and calls what follows.
CALL = """
call () {
    dir=$1; shift
    rm -f ready.json
    mcp-orchestrator --plugin-dir "$dir" --ready-file ready.json >out &
    server=$!
    for i in $(seq 300); do [ -e ready.json ] && break; sleep 0.1; done
    url=$(sed 's/.*"mcp":"\\([^"]*\\)".*/\\1/' ready.json)
    mcp-call "$url" call "$@"
    kill $server
    wait $server
}
"""

NAME = "my-weather2"


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A project that was made and built."""
    author = Author(tmp_path_factory.mktemp("project"))
    out = author.run(f"""
mcp-plugin-new {NAME}
cd {NAME}
autoreconf -fi 2>&1
./configure -q
make -s
""")
    assert "warning" not in out and "error" not in out
    author.folder /= NAME
    return author


def test_a_project_is_made_built_tested_and_called(project):
    out = project.run(CALL + f"""
make check
mcp-orchestrator --check-plugin .libs/{NAME}.so
call .libs {NAME} name=Ada
call .libs {NAME} name=Bob
""")
    assert f"PASS: {NAME}.test" in out
    assert f"tool {NAME}: Greets somebody by name." in out
    assert "Hello, Ada. You are number 1." in out
    assert "Hello, Bob. You are number 1." in out


def test_a_project_is_installed_where_the_server_looks(project):
    out = project.run("""
make -s install
mcp-orchestrator --list-plugins
make -s uninstall
""")
    assert re.search(rf"^{NAME} 0\.1: would be served, from \S+/lib/"
                     rf"mcp-orchestrator/plugins/{NAME}\.so$", out, re.M)
    assert re.search(r"^status ", out, re.M)


def test_a_project_makes_a_tarball_that_builds_and_passes(project):
    out = project.run("make distcheck; ls *.tar.gz")
    assert f"{NAME}-0.1.tar.gz" in out.splitlines()


def test_a_test_that_fails_fails_make_check_and_shows_why(project):
    out = project.run(f"""
cp {NAME}.test kept
sed -i 's/number 1\\./number one./' {NAME}.test
make check || echo "make check failed"
cp kept {NAME}.test
cat {NAME}.log
""")
    assert f"FAIL: {NAME}.test" in out and "make check failed" in out
    assert re.search(rf"{NAME}\.test:\d+: not seen: text Hello, Ada\. You are "
                     r"number one\.", out)
    assert "Hello, Ada. You are number 1." in out


@pytest.mark.parametrize("name, said", [
    ("", "name ''"), ("a b", "name 'a b'"), ("UPPER", "name 'UPPER'"),
    ("x" * 65, "at most 64"), ("here", "is there already")])
def test_a_name_that_no_plugin_can_have_is_refused(author, name, said):
    (author.folder / "here").mkdir()
    out = author.run(f"mcp-plugin-new '{name}'", status=2)
    assert said in out


def test_a_name_may_have_that_of_the_skeleton_in_it(author):
    author.run("mcp-plugin-new hello-world")
    text = (author.folder / "hello-world/Makefile.am").read_text()
    assert "hello_world_la_SOURCES = hello-world.c\n" in text
    assert "hello-world_" not in text and "hello-world-world" not in text


def test_one_line_builds_a_plugin_and_no_path_of_this_tree_is_needed(author):
    out = author.run("""
umask 022
pkg-config --cflags mcp-plugin
cp $(pkg-config --variable=skeletondir mcp-plugin)/hello.c .
cc -shared -fPIC -DPACKAGE_VERSION='"1"' hello.c -o hello.so \\
    $(pkg-config --cflags mcp-plugin json-c)
mcp-orchestrator --check-plugin hello.so
mcp-plugin-test hello.so $(pkg-config --variable=skeletondir mcp-plugin)/hello.test
""")
    assert f"-I{author.root}/include" in out
    assert "1 of 1 plugins would be served" in out
    assert "not ok" not in out
