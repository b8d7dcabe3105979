"""The manual page of each plugin of this tree has what the plugin has: its
tools and methods with their arguments, and the keys of its configuration; and
its examples work."""

import json
import os
import pathlib
import re
import shlex
import subprocess

import pytest

from support import LIMIT
from support.link import LinkError
from support.server import build_dir

SOURCES = pathlib.Path(os.environ.get("MCP_SRCDIR", "."))
PAGES = {path.stem.removeprefix("mcp-plugin-"): path
         for path in sorted(SOURCES.glob("plugins/*/mcp-plugin-*.7"))}


def plain(roff):
    """As a person reads it, all white space one."""
    text = re.sub(r"\\f[BIRP]|\\&|\\\||\\ ?\^", "", roff)
    for code, letter in [("\\-", "-"), ("\\(aq", "'"), ("\\(dq", '"'),
                         ("\\(lq", '"'), ("\\(rq", '"'), ("\\ ", " "),
                         ("\\e\n", "\\\n"), ("\\~", " ")]:
        text = text.replace(code, letter)
    return text


def has_word(page, word):
    return re.search(rf"(?<![\w/]){re.escape(word)}(?![\w/])", page)


@pytest.fixture(params=PAGES)
def page(request):
    return request.param, plain(PAGES[request.param].read_text())


@pytest.fixture
def served(page, start):
    name = page[0]
    server = start(plugins=(name,))
    server.link.hello()
    return server


def words_of(schema, depth=2):
    """What can be written by that schema: names of members, and words."""
    for name, member in schema.get("properties", {}).items():
        yield name
        if depth:
            yield from words_of(member, depth - 1)
        yield from words_of(member.get("items", {}), depth - 1)
    yield from (word for word in schema.get("enum", [])
                if isinstance(word, str))


def test_all_of_it_is_in_its_page(page, served):
    name, text = page
    plugin, = served.link.request("plugins/list")["plugins"]
    words = []
    for tool in plugin["tools"]:
        words += [tool["name"], *words_of(tool["inputSchema"])]
    for method in plugin["methods"]:
        words += [method["name"], *words_of(method["paramsSchema"])]
    for resource in plugin["resources"]:
        words.append(resource.get("uri", resource.get("uriTemplate")))
    words += [prompt["name"] for prompt in plugin["prompts"]]
    words += words_of(plugin.get("configSchema", {}))
    missing = [word for word in words if not has_word(text, word)]
    assert missing == [], f"mcp-plugin-{name}.7 says nothing of {missing}"


def test_a_page_has_the_sections_that_all_have(page):
    name, text = page
    sections = re.findall(r"^\.SH (.*)$", text, re.M)
    for needed in "NAME", "DESCRIPTION", "SEE ALSO":
        assert needed in sections
    for needed in "EVENT", "CONFIGURATION":
        assert any(needed in section for section in sections), needed


def test_a_page_that_counts_lines_counts_right(page):
    name, text = page
    for kind, most in re.findall(r"one C(\S*) file of fewer than (\d+) lines",
                                 text):
        suffix = {"": "c", "++": "cc"}[kind]
        path = SOURCES / f"plugins/{name}/{name}.{suffix}"
        assert len(path.read_text().splitlines()) < int(most)


def examples(text):
    return re.findall(r"^\.EX\n(.*?)^\.EE$", text, re.M | re.S)


def test_configurations_in_the_page_are_taken(page, launch, tmp_path):
    name, text = page
    for example in examples(text):
        if not example.startswith('{"plugins"'):
            continue
        config = json.loads(example)
        if name in ("command", "directory"):    # what they name is not here
            continue
        config["plugins"][name]["required"] = True
        file = tmp_path / "config.json"
        file.write_text(json.dumps(config))
        launch("--config", file, plugins=(name,)).wait_ready().stop()


def test_calls_in_the_page_work(page, served):
    url = "http://%s:%d/mcp" % served.address
    for example in examples(page[1]):
        for line in re.findall(r"^mcp-call .*(?:\n +.*)*", example, re.M):
            words = shlex.split(line.replace("\\\n", ""))
            assert words[1] == "URL"
            done = subprocess.run(
                [build_dir() / words[0], url, *words[2:]],
                capture_output=True, text=True, timeout=LIMIT)
            assert done.returncode == 0, line + done.stdout + done.stderr


def test_requests_in_the_page_work(page, served):
    for example in examples(page[1]):
        for line in re.findall(r'^\{"jsonrpc".*$', example, re.M):
            request = json.loads(line)
            try:
                served.link.request(request["method"], request["params"])
            except LinkError as error:
                raise AssertionError(f"{line}: {error}") from None


def test_no_page_is_wrong_roff(page):
    done = subprocess.run(["groff", "-man", "-t", "-Tutf8", "-ww", "-z",
                           PAGES[page[0]]], capture_output=True, text=True)
    assert done.returncode == 0 and done.stderr == ""
