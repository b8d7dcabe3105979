"""make profile: the instructions of an update_status call, function by
function, counted by valgrind's callgrind over some thousand calls."""

import http.client
import re
import subprocess
import sys

from . import peers

WARM, CALLS, ROWS = 500, 2000, 45


def call(connection, session, count):
    headers = {"Content-Type": "application/json", "Mcp-Session-Id": session,
               "Accept": "application/json, text/event-stream"}
    for _ in range(count):
        connection.request("POST", "/mcp", peers.BODY, headers)
        response = connection.getresponse()
        response.read()
        assert response.status == 200, response.status


def control(pid, *options):
    subprocess.run(["callgrind_control", *options, str(pid)], check=True,
                   stdout=subprocess.DEVNULL)


def print_report(path):
    """Each function's own instructions a call, the dearest first."""
    text = subprocess.run(
        ["callgrind_annotate", "--auto=no", "--threshold=100", path],
        check=True, stdout=subprocess.PIPE, text=True).stdout
    rows = re.findall(r"^\s*([\d,]+) \([ \d.]+%\)\s+(.+)$", text, re.M)
    rows = [(int(count.replace(",", "")) / CALLS, name)
            for count, name in rows]
    print(f"{'instr./call':>12}  function (its own instructions)")
    for count, name in rows[:ROWS]:
        name = re.sub(r"^\S*/|\?\?\?:", "", name)
        print(f"{count:>12,.1f}  {name}")


def main():
    output = peers.BUILD / "callgrind.out"
    command = ["valgrind", "-q", "--tool=callgrind", "--instr-atstart=no",
               f"--callgrind-out-file={output}"]
    peer = peers.Ours(prefix=command)
    connection = http.client.HTTPConnection("127.0.0.1", peer.port)
    session = peer.sessions.split()[0]
    call(connection, session, WARM)
    control(peer.process.pid, "-i", "on")
    call(connection, session, CALLS)
    control(peer.process.pid, "-i", "off")
    connection.close()
    peer.stop()
    print_report(output)
    print(f"callers and callees: callgrind_annotate --tree=both {output}")


if __name__ == "__main__":
    sys.exit(main())
