"""Start: the ready object, where it is put, and starts that fail."""

import json
import os
import socket
import stat
import subprocess

import pytest

from support import LIMIT
from support.server import Server, plugin_dir, program, run
from support.wire import Wire


def get(server, target):
    return Wire(server.address).exchange("GET", target)


def test_the_ready_object_is_the_first_line_of_the_link(start):
    server = start()
    ready = server.ready
    assert ready["ready"] == 1
    assert ready["name"] == "mcp-orchestrator"
    assert ready["pid"] == server.pid
    assert ready["host"] == "127.0.0.1"
    assert ready["protocols"] == ["2026-07-28", "2025-11-25", "2025-06-18",
                                  "2025-03-26", "2024-11-05"]
    assert ready["plugins"] == ["status"]
    assert (ready["auth"], ready["agents_file"], ready["unix"]) \
        == ("none", None, None)
    assert ready["durable"] == "none"
    assert ready["first_seq"] >= 1


def test_the_urls_of_ready_name_the_port_that_listens(server):
    port = server.ready["port"]
    base = f"http://127.0.0.1:{port}"
    assert server.ready["sse"] == f"{base}/sse"
    assert server.ready["messages"] == f"{base}/messages"
    assert server.ready["mcp"] == f"{base}/mcp"
    assert get(server, "/healthz").status == 200


def test_a_connect_after_ready_never_fails_in_fifty_starts_at_once(launch):
    servers = [launch() for _ in range(50)]
    ports = set()
    for server in servers:
        server.wait_ready()
        assert get(server, "/readyz").status == 200
        ports.add(server.ready["port"])
    assert len(ports) == 50


def test_a_run_gets_a_name(server):
    prefix, digits = server.ready["run"].split("-")
    assert prefix == "run" and len(digits) == 8
    assert int(digits, 16) >= 0


def test_the_ready_file_is_private_and_goes_with_a_clean_exit(start, tmp_path):
    path = tmp_path / "ready"
    server = start("--ready-file", path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_text().endswith("\n")
    assert json.loads(path.read_text()) == server.ready
    assert os.listdir(tmp_path) == ["ready"]
    server.stop()
    assert os.listdir(tmp_path) == []


def test_a_public_url_is_what_ready_tells(start):
    server = start("--public-url", "https://mcp.example.org/a")
    assert server.ready["mcp"] == "https://mcp.example.org/a/mcp"
    assert server.ready["sse"] == "https://mcp.example.org/a/sse"


def test_it_listens_on_ipv6(start):
    server = start("--host", "::1")
    assert server.ready["host"] in ("::1", "[::1]")
    assert server.ready["mcp"].startswith("http://[::1]:")
    wire = Wire(server.address)
    host = f"[::1]:{server.ready['port']}"
    assert wire.exchange("GET", "/healthz", {"Host": host}).status == 200


def test_a_unix_socket_serves_too_and_only_its_owner(start, tmp_path):
    path = str(tmp_path / "socket")
    server = start("--unix", path)
    assert server.ready["unix"] == path
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    assert Wire(path).exchange("GET", "/healthz").status == 200
    server.stop()
    assert not os.path.exists(path)


def test_a_stale_unix_socket_is_replaced(start, tmp_path):
    path = str(tmp_path / "socket")
    with socket.socket(socket.AF_UNIX) as stale:
        stale.bind(path)
    start("--unix", path)
    assert Wire(path).exchange("GET", "/healthz").status == 200


# -- starts that fail: one reason on standard error, nothing elsewhere --

def fails(*options, code, reason, control="none", **more):
    server = Server(*options, control=control, **more)
    server.announce("")
    try:
        with open(server.ready_in, "rb") as pipe:
            server.ready_in = None
            assert pipe.read() == b""
        assert server.process.stdout.read() == b""
        server.wait(code)
    finally:
        server.finish()
    assert reason in str(server.log), str(server.log)


def test_a_port_in_use_is_exit_3(server):
    fails("--port", server.ready["port"], code=3,
          reason=str(server.ready["port"]))


def test_an_address_of_another_machine_is_exit_3():
    fails("--host", "192.0.2.1", "--auth", "none", code=3, reason="192.0.2.1")


def test_a_live_unix_socket_is_not_replaced(start, tmp_path):
    path = str(tmp_path / "socket")
    start("--unix", path)
    fails("--unix", path, code=3, reason=path)
    assert Wire(path).exchange("GET", "/healthz").status == 200


def test_a_required_plugin_without_a_file_is_exit_4(tmp_path):
    config = tmp_path / "config"
    config.write_text('{"plugins": {"weather": {"required": true}}}')
    fails("--config", config, code=4, reason="weather")


def test_strict_makes_every_plugin_required(tmp_path):
    bad = tmp_path / "plugins"
    bad.mkdir()
    (bad / "broken.so").write_text("no ELF")
    fails("--strict", "--plugin-dir", bad, code=4, reason="broken")


@pytest.mark.parametrize("options", [
    ["--prot", "0"], ["--port", "65536"], ["--port", "x"], ["surplus"],
    ["--control", "smoke"], ["--host"], ["--durable"],
    ["--ready-fd", "999"], ["--log-level", "loud"], ["--keepalive", "-1"],
    ["--plugin-dir", "/nonexistent"], ["--config", "/nonexistent"],
])
def test_a_wrong_option_is_exit_2_with_one_reason(options):
    code, out, errors = run("--control", "none", *options)
    assert (code, out) == (2, "")
    assert options[0].strip("-") in errors or options[-1] in errors
    assert len(errors.strip().splitlines()) <= 2, errors


def test_standard_input_at_its_end_is_exit_2_with_the_cure():
    code, out, errors = run("--control", "stdio", "--port", "0")
    assert (code, out) == (2, "")
    assert "standard input" in errors


def test_output_and_errors_on_one_pipe_is_exit_2_with_the_cure():
    done = subprocess.run(
        [program(), "--control", "stdio", "--port", "0", "--plugin-dir",
         plugin_dir("status")], stdin=subprocess.PIPE, timeout=LIMIT,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert done.returncode == 2
    assert b"standard error" in done.stdout


def test_nothing_but_the_link_is_on_standard_output(start):
    server = start("--log-level", "debug")
    server.link.hello()
    server.link.close()
    for message in server.link.rest():
        assert message["jsonrpc"] == "2.0"
    server.wait()
