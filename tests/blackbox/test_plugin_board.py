"""The plugin board: what agents write for each other, and that no one
overwrites what it has not read."""

import pytest

from support.client import RpcError, Streamable


@pytest.fixture
def board(start):
    server = start(plugins=("board", "status"))
    server.link.hello()
    return server


def connect(server, name="ann"):
    agent = Streamable(server, name=name)
    agent.initialize()
    return agent


def succeed(agent, tool, **arguments):
    result = agent.call(f"board_{tool}", arguments)
    assert not result.get("isError"), result
    return result.get("structuredContent")


def fail(agent, tool, **arguments):
    result = agent.call(f"board_{tool}", arguments)
    assert result["isError"] is True, result
    return result["content"][0]["text"]


def test_what_one_writes_another_reads(board):
    ann, bob = connect(board), connect(board, "bob")
    written = succeed(ann, "write", key="plan", text="first\nthen")
    entry = succeed(bob, "read", key="plan")
    assert entry == {**written, "text": "first\nthen"}
    assert (entry["key"], entry["author"]) == ("plan", "ann")


def test_an_entry_is_replaced_in_the_version_that_was_read(board):
    ann, bob = connect(board), connect(board, "bob")
    first = succeed(ann, "write", key="plan", text="1")["version"]
    second = succeed(bob, "write", key="plan", text="2",
                     version=first)["version"]
    assert second != first
    assert succeed(ann, "read", key="plan")["text"] == "2"
    text = fail(ann, "write", key="plan", text="3", version=first)
    assert f"version {second}" in text and "Read it" in text
    assert succeed(ann, "read", key="plan")["text"] == "2"


def test_a_new_entry_replaces_none(board):
    agent = connect(board)
    version = succeed(agent, "write", key="a", text="1")["version"]
    assert f"version {version}" in fail(agent, "write", key="a", text="2")


def test_what_is_gone_cannot_be_replaced(board):
    agent = connect(board)
    version = succeed(agent, "write", key="a", text="1")["version"]
    succeed(agent, "remove", key="a", version=version)
    assert "board_list" in fail(agent, "write", key="a", text="2",
                                version=version)
    assert "no entry 'a'" in fail(agent, "read", key="a")
    # Nor is a version ever used again.
    assert succeed(agent, "write", key="a", text="2")["version"] != version


def test_only_the_version_that_was_read_is_removed(board):
    agent = connect(board)
    version = succeed(agent, "write", key="a", text="1")["version"]
    assert f"version {version}" in fail(agent, "remove", key="a",
                                        version=version + 1)
    assert succeed(agent, "read", key="a")["text"] == "1"


def test_of_many_writers_one_wins_each_round(board):
    agents = [connect(board, f"agent-{n}") for n in range(4)]
    version = succeed(agents[0], "write", key="n", text="0")["version"]
    n_failed = 0
    for round in range(1, 6):
        calls = [agent.begin_call("board_write", {
            "key": "n", "text": str(round), "version": version})
            for agent in agents]
        results = [call.result() for call in calls]
        won, = [result for result in results if not result.get("isError")]
        version = won["structuredContent"]["version"]
        n_failed += len(results) - 1
    assert n_failed == 15
    assert succeed(agents[0], "read", key="n")["text"] == "5"


def test_the_list_has_everything_but_the_texts(board):
    ann, bob = connect(board), connect(board, "bob")
    succeed(ann, "write", key="b", text="x")
    succeed(bob, "write", key="a/c", text="y")
    entries = succeed(ann, "list")["entries"]
    assert [(entry["key"], entry["author"]) for entry in entries] == \
        [("a/c", "bob"), ("b", "ann")]
    assert all("text" not in entry for entry in entries)


def test_the_orchestrator_is_told(board):
    agent = connect(board)
    version = succeed(agent, "write", key="a", text="1")["version"]
    told = {"key": "a", "author": "ann"}
    assert board.link.event("board.written")["payload"] == told
    fail(agent, "write", key="a", text="2")
    succeed(agent, "remove", key="a", version=version)
    assert board.link.event("board.removed")["payload"] == told


def test_an_entry_is_a_resource_that_can_be_followed(board):
    ann, bob = connect(board), connect(board, "bob")
    with pytest.raises(RpcError):
        bob.request("resources/read", {"uri": "board://plan/b"})
    stream = bob.open()
    bob.request("resources/subscribe", {"uri": "board://plan/b"})
    succeed(ann, "write", key="plan/b", text="here")
    message = stream.next().message
    assert message["method"] == "notifications/resources/updated"
    assert message["params"]["uri"] == "board://plan/b"
    contents, = bob.request("resources/read",
                            {"uri": "board://plan/b"})["contents"]
    assert contents["text"] == "here"


@pytest.mark.parametrize("key", ["", "a b", "../x\n", "\u00e9", "x" * 201,
                                 "a\0b"])
def test_keys_of_another_form_are_refused(board, key):
    agent = connect(board)
    for tool, more in [("read", {}), ("write", {"text": "x"}),
                       ("remove", {"version": 1})]:
        fail(agent, tool, key=key, **more)
    assert succeed(agent, "list")["entries"] == []


@pytest.mark.parametrize("uri", ["board://", "board://a%20b", "board://%2e",
                                 "board://" + "x" * 300, "board://a%00b"])
def test_uris_of_no_entry_are_not_found(board, uri):
    with pytest.raises(RpcError) as refused:
        connect(board).request("resources/read", {"uri": uri})
    assert refused.value.code in (-32002, -32602)


@pytest.mark.parametrize("text", [
    "", "a\0b", "\"\\\n", pytest.param("\U0001f600" * 65536, id="long")])
def test_any_text_is_kept_as_it_is(board, text):
    agent = connect(board)
    succeed(agent, "write", key="a", text=text)
    assert succeed(agent, "read", key="a")["text"] == text


def test_a_text_that_is_too_long_is_refused(board):
    agent = connect(board)
    assert "65536" in fail(agent, "write", key="a", text="x" * 65537)


def test_entries_outlive_the_server(start, tmp_path):
    def begin():
        return start("--state-dir", tmp_path / "state", plugins=("board",))
    server = begin()
    written = succeed(connect(server), "write", key="a", text="1")
    server.stop()
    entry = succeed(connect(begin()), "read", key="a")
    assert entry == {**written, "text": "1"}
