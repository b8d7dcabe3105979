"""The plugin directory: the files of a folder as resources, and nothing that
is outside of it, by whatever way it is asked for."""

import base64
import json
import os
import threading

import pytest

from support import until
from support.client import RpcError, Streamable

SECRET = "what nobody may see"


@pytest.fixture
def root(tmp_path):
    """The folder that is served; beside it is what must stay unseen."""
    (tmp_path / "secret").write_text(SECRET)
    root = tmp_path / "root"
    (root / "sub" / "deep").mkdir(parents=True)
    (root / "read.md").write_text("# Hello\n")
    (root / "sub" / "a b.txt").write_text("a space")
    (root / "sub" / "deep" / "\u00e9.json").write_text("{}")
    (root / "bytes.png").write_bytes(b"\x89PNG\0\xff")
    (root / ".hidden").write_text(SECRET)
    (root / ".git").mkdir()
    (root / ".git" / "config").write_text(SECRET)
    return root


@pytest.fixture
def serve(start, tmp_path):
    """serve(path, ...): an agent of a server that serves it; more: of the
    configuration."""
    def serve(path, **more):
        config = tmp_path / "config.json"
        config.write_text(json.dumps({"plugins": {"directory": {"config": {
            "path": str(path), "name": "docs", **more}}}}))
        server = start("--config", config, plugins=("directory", "status"))
        server.link.hello()
        agent = Streamable(server)
        agent.initialize()
        return agent
    return serve


def uris(agent):
    return {row["uri"] for row in agent.request("resources/list")["resources"]}


def read(agent, uri):
    contents, = agent.request("resources/read", {"uri": uri})["contents"]
    assert contents["uri"] == uri
    return contents


# -- what there is --

def test_files_are_listed_and_read(serve, root):
    agent = serve(root)
    assert uris(agent) == {
        "dir://docs/read.md", "dir://docs/sub/a%20b.txt",
        "dir://docs/sub/deep/%C3%A9.json", "dir://docs/bytes.png"}
    assert read(agent, "dir://docs/read.md") == {
        "uri": "dir://docs/read.md", "mimeType": "text/markdown",
        "text": "# Hello\n"}
    assert read(agent, "dir://docs/sub/a%20b.txt")["text"] == "a space"
    assert read(agent, "dir://docs/sub/deep/%C3%A9.json")["text"] == "{}"


def test_what_is_no_text_is_a_blob(serve, root):
    contents = read(serve(root), "dir://docs/bytes.png")
    assert contents["mimeType"] == "image/png"
    assert base64.b64decode(contents["blob"]) == b"\x89PNG\0\xff"


def test_one_template_reads_what_is_not_listed(serve, root):
    agent = serve(root, max_files=0)
    assert uris(agent) == set()
    templates = agent.request("resources/templates/list")["resourceTemplates"]
    assert [row["uriTemplate"] for row in templates] == ["dir://docs/{+path}"]
    assert read(agent, "dir://docs/sub/a%20b.txt")["text"] == "a space"


def test_an_empty_file_is_an_empty_text(serve, root):
    (root / "empty").touch()
    assert read(serve(root), "dir://docs/empty")["text"] == ""


def test_the_largest_is_read_and_what_is_larger_says_so(serve, root):
    (root / "fits").write_text("x" * 1000)
    (root / "large").write_text("x" * 1001)
    agent = serve(root, max_bytes=1000)
    assert read(agent, "dir://docs/fits")["text"] == "x" * 1000
    with pytest.raises(RpcError) as refused:
        read(agent, "dir://docs/large")
    assert "1000 bytes" in refused.value.message


def complete(agent, value):
    return agent.request("completion/complete", {
        "ref": {"type": "ref/resource", "uri": "dir://docs/{+path}"},
        "argument": {"name": "path", "value": value}})["completion"]


def test_paths_are_completed(serve, root):
    agent = serve(root)
    assert complete(agent, "sub/")["values"] == ["sub/a b.txt",
                                                 "sub/deep/\u00e9.json"]
    assert complete(agent, "no")["values"] == []


def test_of_many_completions_a_hundred_are_told(serve, root):
    for n in range(150):
        (root / f"many{n:03}").touch()
    found = complete(serve(root), "many")
    assert len(found["values"]) == 100
    assert (found["total"], found["hasMore"]) == (150, True)


def test_a_name_that_is_no_text_is_left_out(serve, root):
    """What other programs have named is no reason to complete nothing."""
    open(os.fsencode(root) + b"/sub/caf\xe9", "w").close()
    found = complete(serve(root), "sub/")
    assert found["values"] == ["sub/a b.txt", "sub/deep/\u00e9.json"]
    assert found["total"] == 2


# -- no way out --

def not_found(agent, uri):
    """It is refused, and nothing of it is told. Whether there is something
    makes no difference."""
    with pytest.raises(RpcError) as refused:
        agent.request("resources/read", {"uri": uri})
    assert SECRET not in str(refused.value.error)
    assert refused.value.code in (-32002, -32602), refused.value
    return refused.value


@pytest.mark.parametrize("path", [
    "../secret", "sub/../../secret", "..", "sub/..", "", ".", "./read.md",
    "sub//deep", "/etc/passwd", "//etc/passwd", "%2e%2e/secret",
    "%2E%2E%2Fsecret", "..%2fsecret", "sub/%2e%2e/%2e%2e/secret",
    "%252e%252e/secret", "read.md/", "read.md/..", "read.md%00", "sub",
    "sub/", ".hidden", ".git/config", "sub/../.hidden", "..\\secret",
    "%c0%ae%c0%ae/secret", "x" * 300, "x/" * 3000, "~/secret",
    "file:///etc/passwd", "no%2Fsuch"])
def test_a_path_never_leads_out(serve, root, path):
    agent = serve(root)
    not_found(agent, f"dir://docs/{path}")


def test_another_name_is_not_ours(serve, root):
    agent = serve(root)
    not_found(agent, "dir://other/read.md")
    not_found(agent, f"file://{root}/read.md")


def test_links_are_not_followed(serve, root, tmp_path):
    (root / "file").symlink_to(tmp_path / "secret")
    (root / "near").symlink_to("read.md")
    (root / "folder").symlink_to(tmp_path)
    (root / "self").symlink_to(".")
    (root / "loop").symlink_to("loop")
    agent = serve(root)
    assert not any(name in uri for uri in uris(agent)
                   for name in ("file", "near", "folder", "self", "loop"))
    answers = {not_found(agent, f"dir://docs/{path}").code
               for path in ("file", "near", "folder/secret", "self/read.md",
                            "loop", "no_such")}
    assert len(answers) == 1
    assert complete(agent, "f")["values"] == []


def test_the_folder_itself_may_be_a_link(serve, root, tmp_path):
    (tmp_path / "link").symlink_to(root)
    assert read(serve(tmp_path / "link"), "dir://docs/read.md")


def test_a_folder_that_becomes_a_link_meanwhile_leads_nowhere(serve, root,
                                                              tmp_path):
    """Somebody swaps a folder and a link as fast as possible."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "x").write_text(SECRET)
    (root / "swap").mkdir()
    (root / "swap" / "x").write_text("inside")
    (root / "link").symlink_to(tmp_path / "out")
    agent = serve(root)
    is_over = threading.Event()

    def swap():
        while not is_over.is_set():
            os.rename(root / "swap", root / "kept")
            os.rename(root / "link", root / "swap")
            os.rename(root / "swap", root / "link")
            os.rename(root / "kept", root / "swap")

    swapper = threading.Thread(target=swap)
    swapper.start()
    try:
        n_read = 0
        for _ in range(300):
            try:
                assert read(agent, "dir://docs/swap/x")["text"] == "inside"
                n_read += 1
            except RpcError as error:
                assert SECRET not in str(error.error)
        for uri in uris(agent):
            assert "out" not in uri
    finally:
        is_over.set()
        swapper.join()
    assert n_read > 0


def test_pipes_devices_and_sockets_are_not_there(serve, root):
    os.mkfifo(root / "pipe")
    agent = serve(root)
    not_found(agent, "dir://docs/pipe")
    assert not any("pipe" in uri for uri in uris(agent))


def test_hidden_files_are_served_where_the_configuration_says_so(serve, root):
    agent = serve(root, hidden=True)
    assert "dir://docs/.git/config" in uris(agent)
    assert read(agent, "dir://docs/.hidden")["text"] == SECRET
    not_found(agent, "dir://docs/../secret")


def test_names_that_are_no_text_are_left_out(serve, root):
    (root / os.fsdecode(b"b\xff")).touch()
    (root / "{x}").write_text("braces")
    agent = serve(root)
    assert "dir://docs/%7Bx%7D" in uris(agent)
    assert read(agent, "dir://docs/%7Bx%7D")["text"] == "braces"
    not_found(agent, "dir://docs/b%FF")


# -- changes --

def test_files_come_and_go(serve, root):
    agent = serve(root)
    stream = agent.open()
    (root / "new").mkdir()
    (root / "new" / "file.txt").write_text("x")
    until(lambda: "dir://docs/new/file.txt" in uris(agent))
    assert stream.next().message["method"] == \
        "notifications/resources/list_changed"
    (root / "new").rename(root / "moved")
    until(lambda: "dir://docs/moved/file.txt" in uris(agent)
               and "dir://docs/new/file.txt" not in uris(agent))
    (root / "moved" / "file.txt").unlink()
    (root / "read.md").unlink()
    until(lambda: not uris(agent) & {"dir://docs/moved/file.txt",
                                          "dir://docs/read.md"})
    not_found(agent, "dir://docs/read.md")


def updated(stream):
    while True:
        message = stream.next().message
        if message["method"] == "notifications/resources/updated":
            return message["params"]["uri"]


@pytest.mark.parametrize("how", ["written", "replaced", "in a moved folder"])
def test_who_subscribed_hears_of_a_change(serve, root, how):
    agent = serve(root)
    path, uri = root / "sub" / "a b.txt", "dir://docs/sub/a%20b.txt"
    if how == "in a moved folder":
        (root / "sub").rename(root / "bus")
        path, uri = root / "bus" / "a b.txt", "dir://docs/bus/a%20b.txt"
        until(lambda: uri in uris(agent))
    stream = agent.open()
    agent.request("resources/subscribe", {"uri": uri})
    if how == "replaced":
        (root / "sub" / "other").write_text("new")
        (root / "sub" / "other").rename(path)
    else:
        path.write_text("new")
    assert updated(stream) == uri
    assert read(agent, uri)["text"] == "new"


def test_the_folder_may_vanish(serve, root):
    agent = serve(root)
    for path in sorted(root.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    root.rmdir()
    until(lambda: uris(agent) == set())
    not_found(agent, "dir://docs/read.md")
    agent.report("still here")


def test_no_more_files_are_listed_than_the_configuration_says(serve, root):
    for n in range(100):
        (root / f"f{n}").touch()
    assert len(uris(serve(root, max_files=10))) == 10


def test_what_goes_makes_room_for_what_was_beyond_the_limit(serve, tmp_path):
    root = tmp_path / "two"
    root.mkdir()
    (root / "a").touch()
    agent = serve(root, max_files=1)
    (root / "a").rename(root / "b")
    until(lambda: uris(agent) == {"dir://docs/b"})


# -- the configuration --

@pytest.mark.parametrize("config, words", [
    ({"path": "/no/such", "name": "docs"}, ["/no/such"]),
    ({"path": "/etc/passwd", "name": "docs"}, ["/etc/passwd", "directory"]),
    ({"path": "/"}, ["/name", "is required"]),
    ({"name": "docs"}, ["/path", "is required"]),
    ({"path": "/tmp", "name": "a{b"}, ["a{b"]),
    ({"path": "/tmp", "name": "docs", "max_bytes": 0}, ["max_bytes"]),
    ({"path": "/tmp", "name": "docs", "hiden": True}, ["hiden"]),
])
def test_a_wrong_configuration_is_refused_with_the_reason(refuse, config,
                                                          words):
    log = refuse("directory", config)
    for word in words:
        assert word in log


def test_without_a_configuration_it_offers_nothing(start):
    server = start(plugins=("directory",))
    agent = Streamable(server)
    agent.initialize()
    assert uris(agent) == set()
