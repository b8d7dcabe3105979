"""The orchestrator link: hello, positions, events, lag, bad lines."""

import json

import pytest

from support.client import Streamable
from support.link import LinkError


def reported(server, count, size=1):
    """An agent that has sent reports."""
    agent = Streamable(server)
    agent.initialize()
    for n in range(count):
        agent.report(f"{n}" + "x" * (size - 1))
    return agent


def messages(server, count):
    return [payload["message"] for payload in server.link.reports(count)]


# -- hello --

def test_nothing_but_ready_comes_before_hello(start):
    server = start()
    reported(server, 3)
    server.link.send(b'{"jsonrpc":"2.0","id":"a","method":"hello",'
                     b'"params":{"protocol":1}}\n')
    assert server.link.read()["id"] == "a"


def test_hello_tells_where_we_are(start):
    server = start()
    result = server.link.hello()
    assert result["protocol"] == 1
    assert result["run"] == server.ready["run"]
    assert result["journal"] == server.ready["journal"]
    assert result["first_seq"] == 1
    assert result["position"] == 0
    assert {"hello", "shutdown", "drain"} <= set(result["methods"])
    assert result["server"]


def test_events_from_before_hello_come_after_it(start):
    server = start()
    reported(server, 3)
    server.link.hello()
    assert messages(server, 3) == ["0", "1", "2"]


def test_events_come_as_they_happen(server):
    agent = reported(server, 0)
    for n in range(3):
        agent.report(f"{n}")
        assert messages(server, 1) == [f"{n}"]


def test_a_loaded_plugin_is_an_event(server):
    event = server.link.event("plugin.loaded")
    assert "status" in json.dumps(event["payload"])


def test_after_seq_is_the_position(start):
    server = start()
    reported(server, 5)
    last = server.link.hello()["last_seq"]
    assert messages(server, 5) == list("01234")
    result = server.link.hello(after_seq=last - 2)
    assert result["position"] == last - 2
    assert messages(server, 2) == ["3", "4"]


def test_without_after_seq_the_last_ack_is_the_position(start):
    server = start()
    reported(server, 3)
    server.link.hello()
    seqs = [server.link.event("status_update")["seq"] for _ in range(3)]
    server.link.notify("ack", {"seq": seqs[1]})
    assert server.link.hello()["position"] == seqs[1]
    assert messages(server, 1) == ["2"]


def test_without_ack_hello_again_begins_anew(start):
    server = start()
    reported(server, 2)
    server.link.hello()
    assert messages(server, 2) == ["0", "1"]
    assert server.link.hello()["position"] == 0
    assert messages(server, 2) == ["0", "1"]


@pytest.mark.parametrize("params", [
    {"after_seq": 1000}, {"journal": "j-0"}])
def test_a_position_elsewhere_is_an_error_with_ours(server, params):
    with pytest.raises(LinkError) as caught:
        server.link.request("hello", {"protocol": 1, **params})
    assert {"journal", "first_seq", "last_seq"} <= set(caught.value.data)
    assert caught.value.data["journal"] == server.ready["journal"]


def test_our_own_journal_is_taken(start):
    server = start()
    server.link.hello(journal=server.ready["journal"], after_seq=0)


@pytest.mark.parametrize("params", [
    None, {}, {"protocol": 2}, {"protocol": "1"}, [1],
    {"protocol": 1, "after_seq": -1}, {"protocol": 1, "after_seq": "x"},
    {"protocol": 1, "after_seq": 1.5}])
def test_a_hello_that_is_none_is_an_error(server, params):
    with pytest.raises(LinkError):
        server.link.request("hello", params)


def test_ack_beyond_the_end_and_backwards_do_no_harm(server):
    server.announce("ack without a usable seq")
    for seq in 10**6, 0, -5, 2**63:
        server.link.notify("ack", {"seq": seq})
    reported(server, 1)
    assert messages(server, 1) == ["0"]


# -- lines --

@pytest.mark.parametrize("line", [
    b"nonsense", b"{", b"", b"\xff\xfe", b"[" * 100, b'{"a":1}{"b":2}',
    b"\0", b'{"jsonrpc":"2.0","id":1,"method":"hello"'])
def test_a_line_that_is_not_json_gets_32700_and_the_link_goes_on(server, line):
    server.link.send(line + b"\n")
    if line:
        message = server.link.response_to_nothing()
        assert message["error"]["code"] == -32700
        assert message.get("id") is None
    reported(server, 1)
    assert messages(server, 1) == ["0"]


@pytest.mark.parametrize("line", [b"5", b"{}", b'"x"',
                                  b'{"jsonrpc":"2.0","id":null,"method":"x"}',
                                  b'{"jsonrpc":"1.0","id":1,"method":"x"}'])
def test_a_line_that_is_no_message_gets_32600(server, line):
    server.link.send(line + b"\n")
    assert server.link.response_to_nothing()["error"]["code"] == -32600


def test_a_line_too_long_gets_32700_and_the_link_goes_on(server):
    server.link.send(b"x" * (17 << 20) + b"\n")
    assert server.link.response_to_nothing()["error"]["code"] == -32700
    reported(server, 1)
    assert messages(server, 1) == ["0"]


def test_a_line_in_pieces_and_lines_in_one_piece_are_read(server):
    line = b'{"jsonrpc":"2.0","id":%d,"method":"hello",' \
           b'"params":{"protocol":1,"after_seq":0}}\n'
    for byte in line % 101:
        server.link.send(bytes([byte]))
    assert "result" in server.link.response(101)
    server.link.position = 0
    server.link.send(line % 102 + b"\r\n" + line % 103)
    assert "result" in server.link.response(102)
    server.link.position = 0
    assert "result" in server.link.response(103)


@pytest.mark.parametrize("method", ["hullo", "rpc.x", "agents/hire",
                                    "tools/call"])
def test_an_unknown_method_is_32601(server, method):
    with pytest.raises(LinkError) as caught:
        server.link.request(method, {})
    assert caught.value.code == -32601


def test_an_unknown_notification_is_ignored(server):
    server.link.notify("something/new", {})
    reported(server, 1)
    assert messages(server, 1) == ["0"]


# -- readers that are slow --

def test_a_reader_that_stalls_holds_no_agent_up_and_misses_nothing(start):
    server = start()
    server.link.hello()
    reported(server, 60, size=100_000)     # nobody reads meanwhile
    for n in range(60):
        (payload,) = server.link.reports(1)
        assert payload["message"] == f"{n}" + "x" * 99_999


def test_a_reader_far_behind_is_told(start):
    server = start()
    server.link.hello()
    reported(server, 40, size=100_000)
    lag = server.link.notification("lag")
    assert lag["bytes"] >= 1 << 20
    assert lag["last_seq"] > lag["position"]


def test_what_retention_dropped_is_told_as_lost(start):
    server = start()
    server.link.hello()
    reported(server, 80, size=1_000_000)    # 64 MiB are kept
    seen = []
    while not seen or not seen[-1].startswith("79x"):
        seen += messages(server, 1)
    assert len(seen) < 80
    assert any("lost" in note["params"] for note in server.link.waiting
               if note["method"] == "lag")


def stalled(start):
    """A server whose orchestrator reads nothing of some megabytes."""
    server = start()
    server.link.hello()
    reported(server, 40, size=100_000)
    return server


def test_the_end_of_file_of_a_stalled_reader_ends_the_server(start):
    server = stalled(start)
    server.link.close()
    server.wait()


def test_shutdown_of_a_stalled_reader_ends_the_server(start):
    server = stalled(start)
    server.link.send(b'{"jsonrpc":"2.0","id":1,"method":"shutdown"}\n')
    server.wait()


def test_a_stalled_reader_that_asks_much_is_answered_when_it_reads(start):
    server = stalled(start)
    for id in range(1000, 2000):
        server.link.send(b'{"jsonrpc":"2.0","id":%d,"method":"nonsense"}\n'
                         % id)
    for id in range(1000, 2000):
        assert server.link.response(id)["error"]["code"] == -32601


# -- the end --

def test_all_events_come_before_the_end(server):
    reported(server, 50)
    server.link.close()
    rest = server.link.rest()
    reports = [m["params"]["payload"]["message"] for m in rest
               if m.get("method") == "event"
               and m["params"]["topic"] == "status_update"]
    assert reports == [f"{n}" for n in range(50)]
    assert [m for m in rest if m.get("method") == "draining"]
    server.wait()


@pytest.mark.parametrize("method", ["shutdown", "drain"])
def test_the_answer_comes_before_the_end(server, method):
    reported(server, 3)
    server.link.request(method, {"timeout_ms": 1000})
    assert server.link.notification("draining")["timeout_ms"] == 1000
    assert messages(server, 3) == ["0", "1", "2"]
    server.link.rest()
    server.wait()


def test_an_orchestrator_that_died_costs_only_the_link(start):
    server = start("--keep-running")
    server.announce("nobody reads standard output")
    server.process.stdout.close()
    agent = reported(server, 20)
    server.link.close()
    agent.report("still here")
    server.signal()
    server.wait()
