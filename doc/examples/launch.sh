#!/bin/sh
# Launches the server, lets two agents report, shows what they say as it
# arrives, and ends the server. An agent here is a run of the command-line
# client; yours get the same environment.
#
#   launch.sh PLUGIN-DIR
set -eu

work=$(mktemp -d)
ready=$work/ready.json
server=
trap 'test -z "$server" || kill "$server" 2>/dev/null; rm -rf "$work"' EXIT

# What agents report is printed to standard output, a line each.
mcp-orchestrator --plugin-dir "$1" --ready-file "$ready" &
server=$!

# The file appears whole, when the server listens; never when it cannot start.
until test -e "$ready"; do
	kill -0 "$server" || exit 1
	sleep 0.05
done
DELIBERATE_ORCHESTRATOR_MCP_URL=$(sed 's/.*"mcp":"\([^"]*\)".*/\1/' "$ready")
export DELIBERATE_ORCHESTRATOR_MCP_URL

for agent in coder critic; do
	mcp-call report --agent "$agent" --phase execution --status completed \
		"the work of $agent is done"
done

kill "$server"
wait "$server"
server=
