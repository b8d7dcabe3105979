"""Reload: a plugin's file that is new, changed or gone is taken up while calls
run, and none of them fails; a bad one changes nothing and is told."""

import json
import os
import re
import shutil
import signal
import subprocess
import threading

import pytest

from support.client import RpcError, Sse, Streamable
from support.link import LinkError
from support.modern import Modern
from support.server import plugin_file
from support.ways import only

CHANGED = "notifications/{}/list_changed"


class Folder:
    """A directory of plugins that changes. A file is put there as somebody
    who does it properly would: written beside it, and renamed."""

    def __init__(self, path):
        self.path = path
        path.chmod(0o755)

    def __getitem__(self, name):
        return self.path / f"{name}.so"

    def put(self, plugin, name="turn"):
        beside = self.path / ".new"
        shutil.copy(plugin_file(plugin), beside)
        beside.chmod(0o755)
        beside.rename(self[name])


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "plugins"
    path.mkdir()
    folder = Folder(path)
    folder.put("turn1")
    return folder


@pytest.fixture
def gate(tmp_path):
    return tmp_path / "gate"


@pytest.fixture
def server(start, folder, request):
    """param: further options."""
    server = start("--plugin-dir", folder.path,
                   *getattr(request, "param", []), plugins=None)
    server.link.hello()
    return server


# For plugins in processes of their own, too.
either_way = pytest.mark.parametrize(
    "server", [[], ["--isolate", "all"]], indirect=True,
    ids=["here", "isolated"])


@pytest.fixture
def agent(server):
    agent = Streamable(server)
    agent.initialize()
    return agent


def reload(server, name=None):
    """What has changed, by the plugins' names."""
    result = server.link.request("plugins/reload", {"name": name})
    return {change["name"]: change for change in result["plugins"]}


def text_of(result):
    assert not result.get("isError"), result
    return result["content"][0]["text"]


def version(agent):
    return text_of(agent.call("turn_version"))


def listed(server, name="turn"):
    plugins = server.link.request("plugins/list")["plugins"]
    return next(plugin for plugin in plugins if plugin["name"] == name)


def wait_until(server, condition, name="turn"):
    """The server does what takes time; it is asked again and again."""
    for _ in range(10000):
        if condition(row := listed(server, name)):
            return row
    raise AssertionError(row)


# -- what is taken up --

@either_way
def test_a_new_version_takes_the_place_of_the_old(server, folder, agent):
    assert version(agent) == "1 1 {}"
    folder.put("turn2")
    assert reload(server) == {"turn": {
        "name": "turn", "file": str(folder["turn"]), "change": "replaced",
        "version": "2", "replaces": "1"}}
    assert version(agent) == "2 1 {}"
    payload = server.link.event("plugin.replaced")["payload"]
    assert (payload["version"], payload["replaces"]) == ("2", "1")
    assert payload["tools"] == ["turn_version", "turn_wait", "turn_count",
                                "turn_more"]
    assert agent.call("turn_more")["content"]
    server.log.wait(re.compile("turn 1 ends after 1"))
    assert listed(server)["version"] == "2"


def test_SIGHUP_does_the_same(server, folder, agent):
    folder.put("turn2")
    server.signal(signal.SIGHUP)
    server.link.event("plugin.replaced")
    assert version(agent) == "2 1 {}"


def test_nothing_is_done_when_nothing_changed(server, folder, agent):
    version(agent)
    assert server.link.request("plugins/reload") == {"plugins": [],
                                                     "unchanged": 1}
    os.utime(folder["turn"])
    assert reload(server) == {}
    folder.put("turn1")             # another file, but the same contents
    assert reload(server) == {}
    assert version(agent) == "1 2 {}"
    assert listed(server)["copies"] == 1


def test_one_that_is_named_is_loaded_again_all_the_same(server, folder,
                                                        agent):
    folder.put("counter", "counter")
    version(agent)
    assert reload(server, "turn")["turn"]["change"] == "replaced"
    assert version(agent) == "1 1 {}"
    # Others are not looked at.
    assert reload(server)["counter"]["change"] == "loaded"


@either_way
def test_files_that_come_and_go_are_taken_up(server, folder, agent):
    folder.put("counter", "counter")
    folder["turn"].unlink()
    changes = reload(server)
    assert changes["counter"]["change"] == "loaded"
    assert changes["turn"]["change"] == "removed"
    assert server.link.event("plugin.removed")["payload"] == {
        "name": "turn", "file": str(folder["turn"])}
    assert [row["name"] for row in agent.request("tools/list")["tools"]] \
        == ["count"]
    with pytest.raises(RpcError):
        agent.call("turn_version")
    row = listed(server)
    assert row["loaded"] is False and "removed" in row["reason"]
    folder.put("turn2")
    assert reload(server)["turn"]["change"] == "loaded"
    assert version(agent) == "2 1 {}"


@either_way
def test_what_is_kept_is_that_of_all_versions(server, folder, agent):
    assert text_of(agent.call("turn_count")) == "1"
    folder.put("turn2")
    reload(server)
    assert text_of(agent.call("turn_count")) == "2"


def test_an_unknown_name_is_told_with_the_nearest(server):
    assert "did you mean turn?" in reload(server, "tern")["tern"]["reason"]


def test_no_name_is_not_the_name_of_all(server, folder, agent):
    folder.put("turn2")
    assert reload(server, "")[""]["change"] == "refused"
    assert version(agent) == "1 1 {}"


def test_a_link_to_another_file_is_taken_up(server, folder, agent):
    folder.put("turn2", ".two")
    folder["turn"].unlink()
    folder["turn"].symlink_to(".two.so")
    assert reload(server)["turn"]["change"] == "replaced"
    assert version(agent) == "2 1 {}"


# -- calls that run --

@pytest.mark.threads
def test_a_call_ends_in_the_version_in_which_it_began(server, folder, gate,
                                                      connect):
    old, new = connect(server), connect(server)
    call = old.begin_call("turn_wait", {"gate": str(gate)})
    server.link.event("turn.waits")
    folder.put("turn2")
    reload(server)
    assert version(new) == "2 1 {}"
    assert listed(server)["draining"] == 1
    gate.touch()
    assert text_of(call.result()) == "1 1 {}"
    row = wait_until(server, lambda row: row["draining"] == 0)
    # Its code stays where it is.
    assert row["copies"] == 2 and row["copied_bytes"] > 2000
    server.log.wait(re.compile("turn 1 ends after 1"))


@pytest.mark.threads
@either_way
def test_one_that_keeps_what_was_cancelled_is_stuck_until_it_gives_it_back(
        server, folder, gate, agent):
    call = agent.begin_call("turn_wait", {"gate": str(gate)})
    server.link.event("turn.waits")
    folder.put("turn2")
    reload(server)
    assert listed(server)["stuck"] == 0
    agent.notify("notifications/cancelled", {"requestId": call.id})
    server.announce("an older version of it is stuck")
    server.log.wait(re.compile("an older version of it is stuck"))
    row = listed(server)
    assert (row["stuck"], row["draining"]) == (1, 1)
    assert "turn 1 ends" not in str(server.log)
    gate.touch()
    row = wait_until(server, lambda row: row["draining"] == 0)
    assert row["stuck"] == 0
    server.log.wait(re.compile("turn 1 ends"))


@pytest.mark.parametrize("server", [["--isolate", "all"]], indirect=True)
def test_the_process_of_an_old_version_ends_with_it(server, folder, agent):
    pids = {listed(server)["pid"]}
    for _ in range(5):
        reload(server, "turn")
        pids.add(listed(server)["pid"])
    assert version(agent) == "1 1 {}"
    assert len(pids) == 6
    pids.remove(listed(server)["pid"])
    row = wait_until(server, lambda row: row["copies"] == 1)
    assert row["draining"] == 0
    assert not [pid for pid in pids if os.path.exists(f"/proc/{pid}")]


def test_an_old_version_is_told_of_the_end_too(start, folder):
    folder.put("flow", "flow")
    server = start("--plugin-dir", folder.path, plugins=None)
    server.link.hello()
    agent = Streamable(server)
    agent.initialize()
    call = agent.begin_call("hold", {"gate": "g"})
    server.link.event("flow.waiting")
    reload(server, "flow")
    server.announce("calls were cut|drain timeout")
    server.link.request("drain", {"timeout_ms": 100})
    assert call.result()
    server.wait(21)


def reloading(server, name, content):
    """Answers a form, and reloads a plugin before."""
    def answer(_):
        reload(server, name)
        return {"action": "accept", "content": content}

    return {"elicitation/create": answer}


@only(since="2025-06-18")
def test_a_question_of_an_older_version_is_answered(conformance, connect):
    agent = connect(conformance, answers=reloading(
        conformance, "conformance",
        {"name": "Ann", "username": "ann", "email": "ann@example.org"}))
    tool = "test_input_required_result_elicitation" \
        if type(agent) is Modern else "test_elicitation"
    assert not agent.call(tool, {"message": "Who?"}).get("isError")


def test_a_task_of_an_older_version_comes_to_its_end(conformance):
    agent = Modern(conformance, tasks=True, answers=reloading(
        conformance, "conformance", {"confirm": True}))
    task = agent.call("confirm_delete", {"filename": "x"})
    reload(conformance, "conformance")
    assert text_of(agent.end_of(task)["result"]) == "Deleted x"


def test_what_is_spent_stays_spent(start):
    server = start(plugins=("budget", "status"))
    server.link.hello()
    server.link.request("budget/record", {"tokens": 5})
    assert reload(server, "budget")["budget"]["change"] == "replaced"
    server.link.request("budget/record", {"tokens": 5})
    assert server.link.request("budget/get")["used"]["tokens"] == 10


# -- what is refused --

BAD = {
    "text": "compile",
    "truncated": "truncated",
    "no_symbol": "MCP_PLUGIN",
    "undefined": "undefined symbol",
    "other_abi": "ABI 2",
    "bad_schema": "input_schema",
    "counter": "'counter', but the file's name says 'turn'",
    "turn9": "init: .*this version is not ready",
}


@pytest.mark.parametrize("bad", BAD)
@either_way
def test_a_bad_version_keeps_the_old_and_says_why(server, folder, agent, bad):
    server.announce("plugin 'turn' is refused")
    if bad == "turn9":
        server.announce("this version is not ready")
    folder.put(bad)
    change = reload(server)["turn"]
    assert (change["change"], change["kept"]) == ("refused", True)
    assert re.search(BAD[bad], change["reason"])
    payload = server.link.event("plugin.failed")["payload"]
    assert payload["reason"] == change["reason"] and payload["kept"] is True
    row = listed(server)
    assert row["loaded"] and row["version"] == "1"
    assert row["reason"] == change["reason"]
    assert version(agent) == "1 1 {}"
    folder.put("turn2")
    assert reload(server)["turn"]["change"] == "replaced"
    assert "reason" not in listed(server)


def test_an_init_that_hangs_does_not_hold_the_others_up(start, folder):
    server = start("--plugin-dir", folder.path, "--plugin-timeout", "1",
                   plugins=None)
    server.announce("plugin 'init_hangs' is refused")
    server.link.hello()
    folder.put("init_hangs", "init_hangs")
    folder.put("turn2")
    changes = reload(server)
    assert "did not return" in changes["init_hangs"]["reason"]
    assert changes["turn"]["change"] == "replaced"
    server.signal()
    server.wait()


def test_threads_of_the_version_that_serves_are_not_its_fault(
        server, folder, agent):
    """They are there when the one that is refused is closed again."""
    server.announce("plugin 'turn' is refused|this version is not ready")
    agent.call("turn_count")
    folder.put("turn9")
    assert reload(server)["turn"]["kept"]
    assert text_of(agent.call("turn_count")) == "2"


def test_the_old_file_again_leaves_no_reason(server, folder, agent):
    server.announce("plugin 'turn' is refused")
    server.announce("plugin 'text' is refused")
    folder.put("text")
    folder.put("text", "text")
    reload(server)
    assert "reason" in listed(server)
    folder.put("turn1")
    folder["text"].unlink()
    assert reload(server) == {}
    (row,) = server.link.request("plugins/list")["plugins"]
    assert row["loaded"] and "reason" not in row
    assert version(agent) == "1 1 {}"


@pytest.mark.parametrize("what, mode", [("file", 0o775), ("file", 0o757),
                                        ("folder", 0o775)])
def test_what_others_can_write_keeps_the_old(server, folder, agent, what,
                                             mode):
    server.announce("chmod go-w")
    folder.put("turn2")
    (folder["turn"] if what == "file" else folder.path).chmod(mode)
    result = server.link.request("plugins/reload")["plugins"]
    assert len(result) == 1 and result[0]["change"] == "refused"
    assert "chmod go-w" in result[0]["reason"]
    assert version(agent) == "1 1 {}"


def test_a_directory_in_one_that_all_can_write_is_refused(start, tmp_path):
    (tmp_path / "open").mkdir()
    (tmp_path / "open" / "plugins").mkdir(mode=0o755)
    (tmp_path / "open").chmod(0o777)
    server = start("--plugin-dir", tmp_path / "open" / "plugins",
                   plugins=None)
    server.announce(f"'{tmp_path}/open'.*chmod")
    # As /tmp is: there nobody can rename what is another's.
    (tmp_path / "open").chmod(0o1777)
    server.link.hello()
    assert server.link.request("plugins/reload")["plugins"] == []


def test_a_file_that_is_overwritten_in_place_is_taken_when_it_is_whole(
        server, folder, agent):
    server.announce("is being written")
    new = plugin_file("turn2").read_bytes()
    with open(folder["turn"], "r+b") as file:
        file.truncate(100)
        file.write(new[:5000])
        file.flush()
        assert version(agent) == "1 1 {}"
        change = reload(server)["turn"]
        assert change["change"] == "refused" and change["kept"]
        assert "is being written" in change["reason"]
        file.seek(0)
        file.write(new)
    assert reload(server)["turn"]["change"] == "replaced"
    assert version(agent) == "2 1 {}"


@pytest.mark.threads
@either_way
def test_files_that_change_all_the_time_do_no_harm(server, folder, agent):
    """Overwritten in place, cut short, filled with rubbish, while it is
    loaded again and again."""
    server.announce("plugin 'turn' is refused")
    is_over = threading.Event()
    good = [plugin_file(name).read_bytes() for name in ("turn1", "turn2")]

    def scribble():
        while not is_over.is_set():
            for data in good:
                for piece in data[:3000], b"\xff" * 6000, data:
                    folder["turn"].write_bytes(piece)

    writer = threading.Thread(target=scribble, daemon=True)
    writer.start()
    for _ in range(50):
        reload(server, "turn")
        assert version(agent)[0] in "12"
    is_over.set()
    writer.join()
    assert reload(server, "turn")["turn"]["change"] == "replaced"
    assert version(agent) == "2 1 {}"


def test_a_required_plugin_stays_when_its_file_is_gone(start, folder,
                                                       tmp_path):
    config = tmp_path / "config.json"
    config.write_text('{"plugins": {"turn": {"required": true}}}')
    server = start("--config", config, "--plugin-dir", folder.path,
                   plugins=None)
    server.link.hello()
    server.announce("the file is gone")
    folder["turn"].unlink()
    change = reload(server)["turn"]
    assert change["kept"] and "requires" in change["reason"]
    agent = Streamable(server)
    agent.initialize()
    assert version(agent) == "1 1 {}"


def test_the_end_refuses_a_reload(server, gate, agent):
    call = agent.begin_call("turn_wait", {"gate": str(gate)})
    server.link.event("turn.waits")
    server.signal()
    server.link.notification("draining")
    with pytest.raises(LinkError) as caught:
        reload(server)
    assert caught.value.code == 1
    gate.touch()
    assert text_of(call.result()) == "1 1 {}"


# -- the configuration --

@pytest.fixture
def configured(start, folder, tmp_path):
    """A server, and write(object) for its configuration."""
    config = tmp_path / "config.json"

    def write(value):
        config.write_text(value if isinstance(value, str)
                          else json.dumps(value))

    write({"plugins": {"turn": {"config": {"a": 1}}}, "rate": "1000"})
    server = start("--config", config, "--plugin-dir", folder.path,
                   plugins=None)
    server.link.hello()
    agent = Streamable(server)
    agent.initialize()
    return server, write, agent


def test_a_plugins_new_configuration_is_taken_up(configured):
    server, write, agent = configured
    assert version(agent) == '1 1 {"a":1}'
    write({"rate": "1000", "plugins": {"turn": {"config": {"a": 2},
                                                "disable_tools":
                                                ["turn_count"]}}})
    assert reload(server)["turn"]["change"] == "replaced"
    assert version(agent) == '1 1 {"a":2}'
    with pytest.raises(RpcError):
        agent.call("turn_count")


@pytest.mark.parametrize("bad, words", [
    ("{", "--config"),
    ({"plugins": {"turn": {"parallel": 1000}}, "rate": "1000"},
     "/plugins/turn/parallel"),
    ({"rate": "2000"}, "cannot change while the server runs: rate"),
    ({"plugins": {}}, "cannot change while the server runs: rate"),
    ({"rate": "1000", "port": 1}, "port"),
    ({"rate": "1000", "agent": ["ann"], "unix": "/x"}, "agent, unix"),
])
def test_a_bad_configuration_changes_nothing_and_is_told(configured, folder,
                                                         bad, words):
    server, write, agent = configured
    server.announce("nothing is reloaded: ")
    folder.put("turn2")
    write(bad)
    with pytest.raises(LinkError, match=re.escape(words)):
        reload(server)
    assert version(agent) == '1 1 {"a":1}'
    write({"rate": "1000"})
    assert reload(server)["turn"]["change"] == "replaced"
    assert version(agent) == "2 1 {}"


def test_the_log_level_and_the_directories_are_taken_up(configured, folder,
                                                        tmp_path):
    server, write, agent = configured
    write({"rate": "1000", "log-level": "info",
           "plugins": {"turn": {"config": {"a": 1}}}})
    assert reload(server) == {}
    folder.put("counter", "counter")
    reload(server)
    server.log.wait(re.compile("plugin 'counter' is loaded"))


# -- who is told --

def listen(agent, **kinds):
    """What takes the next notification."""
    if type(agent) is Modern:
        return agent.listen(**kinds).next
    if type(agent) is Sse:
        return agent.next_message
    stream = agent.open()
    return lambda: stream.next().message


@either_way
def test_every_client_is_told_once_what_has_changed(server, folder, connect):
    take = listen(connect(server), toolsListChanged=True,
                  promptsListChanged=True, resourcesListChanged=True)
    folder.put("turn2")
    folder.put("counter", "counter")
    reload(server)
    kinds = "tools", "prompts", "resources"
    assert [take()["method"] for _ in kinds] \
        == [CHANGED.format(kind) for kind in kinds]
    folder["counter"].unlink()
    reload(server)
    assert take()["method"] == CHANGED.format("tools")


def test_a_flood_of_requests_is_joined(server, folder):
    folder.put("turn2")
    link = server.link
    for n in range(200):
        server.signal(signal.SIGHUP)
    ids = range(1000, 1060)
    for id in ids:
        link.send(json.dumps({"jsonrpc": "2.0", "id": id,
                              "method": "plugins/reload",
                              "params": {"name": "turn"}}).encode() + b"\n")
    answers = [link.response(id)["result"] for id in ids]
    # Some of them wait for the second one, which answers them all.
    assert len(link.request("plugins/list")["plugins"]) == 1
    assert answers[-1]["plugins"][0]["version"] == "2"
    assert listed(server)["copies"] < 10


# -- C++ --

SHARED = """
#include <mcp/plugin.h>
#include <string>

template <class T> struct counter { static int n; T unused; };
template <class T> int counter<T>::n = 0;

inline int &next () { static int n = 0; return ++n; }

struct noisy { ~noisy () { value = 0; } int value = 0; };
static thread_local noisy mine;

static int
handle (struct mcp_call *call)
{
	mine.value++;
	std::string text = std::to_string (++counter<int>::n) + " "
		+ std::to_string (next ()) + " " + std::to_string (mine.value);
	call->host->result_text (call, text.data (), text.size ());
	return MCP_OK;
}

static struct mcp_tool tools[1];
static struct mcp_plugin plugin;

static struct setup {
	setup ()
	{
		tools[0].name = "shared";
		tools[0].description = "For tests";
		tools[0].input_schema = "{\\"type\\":\\"object\\"}";
		tools[0].handle = handle;
		plugin.name = "shared";
		plugin.version = VERSION;
		plugin.tools = tools;
		plugin.n_tools = 1;
	}
} setup;

MCP_PLUGIN (plugin)
"""


@pytest.mark.threads
def test_static_variables_of_a_cxx_plugin_start_anew(server, folder, agent,
                                                     build_cxx):
    for n in "1", "2", "3":
        build_cxx(SHARED.replace("VERSION", f'"{n}"'), folder["shared"])
        assert reload(server)["shared"]["version"] == n
        assert text_of(agent.call("shared")) == "1 1 1"
        assert text_of(agent.call("shared"))[:3] == "2 2"


@pytest.fixture
def build_cxx(tmp_path):
    def build(text, to):
        made = tmp_path / "made.so"
        subprocess.run(["g++", "-x", "c++", "-shared", "-fPIC", "-O1",
                        f"-I{os.environ['MCP_SRCDIR']}/include", "-o", made,
                        "-"],
                       input=text, text=True, check=True, timeout=120)
        symbols = subprocess.run(["nm", "-D", made], text=True, check=True,
                                 capture_output=True).stdout
        assert " u " in symbols, "nothing in it is unique"
        made.chmod(0o755)
        made.rename(to)
    return build
