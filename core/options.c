/* The table of options, with each one's default, range and one line of help.
 * Reasons of the limits are in base/limits.h. */
#include "options.h"

#include <stdint.h>

#include "base/limits.h"
#include "base/log.h"
#include "option_checks.h"

#define SECOND 1000
#define HOUR (3600 * SECOND)
#define DAY (24 * HOUR)

#define AT(member) offsetof (struct settings, member)

static const char *const levels[] = { "error", "warning", "notice",
				      "info",  "debug",	  NULL };
static const char *const auths[] = { "none", "token", NULL };
static const char *const formats[] = { "text", "json", NULL };

/* clang-format off */
#define FLAG(name, member, help) \
	{ name, OPTION_FLAG, AT (member), 0, 0, 0, NULL, NULL, NULL, NULL, help, false }
#define COMMAND(name, member, help) \
	{ name, OPTION_FLAG, AT (member), 0, 0, 0, NULL, NULL, NULL, NULL, help, true }
#define INTEGER(name, member, value, min, max, argument, help) \
	{ name, OPTION_INTEGER, AT (member), value, min, max, \
	  NULL, NULL, NULL, argument, help, false }
#define SECONDS(name, member, value, min, max, help) \
	{ name, OPTION_SECONDS, AT (member), value, min, max, \
	  NULL, NULL, NULL, "SECONDS", help, false }
#define CHOICE(name, member, value, choices, argument, help) \
	{ name, OPTION_CHOICE, AT (member), value, 0, 0, \
	  NULL, choices, NULL, argument, help, false }
#define TEXT(name, member, text, check, argument, help) \
	{ name, OPTION_TEXT, AT (member), 0, 0, 0, text, NULL, check, argument, help, false }
#define LIST(name, member, check, argument, help) \
	{ name, OPTION_LIST, AT (member), 0, 0, 0, NULL, NULL, check, argument, help, false }

const struct option_row options[] = {
	LIST ("plugin-dir", plugin_dirs, check_not_empty, "DIR",
	      "directory of plugins, may be given several times; replaces the default, " PLUGINDIR),
	{ "config", OPTION_TEXT, AT (config), .check = check_not_empty, .argument = "FILE",
	  .help = "JSON file with options and the plugins' settings; the command line wins",
	  .is_command_line_only = true },
	FLAG ("strict", is_strict, "end the start (code 4) when any plugin fails to load"),
	LIST ("isolate", isolated, check_not_empty, "NAME",
	      "plugin to run in a process of its own, or all; may be given several times"),
	SECONDS ("plugin-timeout", plugin_timeout_ms, LIMIT_PLUGIN_INIT_MS, 1, HOUR,
		 "how long a plugin's init may take"),

	TEXT ("host", host, "127.0.0.1", check_not_empty, "ADDR", "address to listen on"),
	INTEGER ("port", port, 0, 0, 65535, "N", "port to listen on; 0: the kernel chooses"),
	TEXT ("unix", unix_path, NULL, check_unix_path, "PATH", "also listen on a unix socket"),
	TEXT ("public-url", public_url, NULL, check_url, "URL",
	      "what to call ourselves behind a proxy or on a wildcard address"),
	TEXT ("server-name", server_name, "deliberate-orchestrator", check_name, "NAME",
	      "server name told to agents"),
	LIST ("allow-host", allow_hosts, check_host, "NAME",
	      "further name accepted in Host, may be given several times"),
	LIST ("allow-origin", allow_origins, check_origin, "ORIGIN",
	      "browser origin to serve, may be given several times"),

	LIST ("agent", agent_names, check_agent, "NAME",
	      "an expected agent, which gets a token; may be given several times"),
	TEXT ("rate", rate_text, "200:1000", check_rate, "RATE",
	      "N[:BURST]: calls a second of each tool by each agent, and how many at once; 0: any"),
	CHOICE ("auth", auth, AUTH_UNSET, auths, "HOW",
		"none, or token: agents need one; by default token if an agent is known at start"),

	TEXT ("control", control_text, "debug", check_control, "WHERE",
	      "the orchestrator link: stdio, fd:N (an inherited socket), unix:PATH, debug (print "
	      "for a person) or none"),
	INTEGER ("ready-fd", ready_fd, -1, 1, INT32_MAX, "N",
		 "also write the ready object to this descriptor"),
	TEXT ("ready-file", ready_file, NULL, check_not_empty, "PATH",
	      "also write the ready object to this file"),
	FLAG ("keep-running", is_kept,
	      "go on when the link ends (with --control stdio or fd:N)"),
	INTEGER ("parent", parent, 0, 1, INT32_MAX, "PID",
		 "end when this process is gone; with --control stdio or fd:N our parent"),
	SECONDS ("drain-timeout", drain_timeout_ms, LIMIT_DRAIN_MS, 0, DAY,
		 "how long running calls may go on at the end"),

	TEXT ("state-dir", state_dir, NULL, check_not_empty, "DIR",
	      "directory of the journal and keys, ours alone; else it is in memory"),
	FLAG ("durable", is_durable, "with --state-dir: survive the loss of power, too"),
	INTEGER ("journal-max", journal_max, 0, 64 * 1024, INT64_MAX / 4, "BYTES",
		 "what the journal may hold: acknowledged events go first, then the oldest [64 MiB "
		 "in memory, 1 GiB with --state-dir]"),
	TEXT ("run", run, NULL, check_name, "ID",
	      "name of this run [that of the journal's last, else run- and 8 hex digits]"),

	INTEGER ("max-connections", max_connections, LIMIT_CONNECTIONS, 1, 1000000, "N",
		 "connections at once; more get a 503"),
	INTEGER ("max-sessions", max_sessions, LIMIT_SESSIONS, 1, 1000000, "N",
		 "sessions in use at once; the longest idle one makes room"),
	INTEGER ("max-calls", max_calls, LIMIT_CALLS, 1, 1000000, "N", "tool calls at once"),
	INTEGER ("max-body", max_body, LIMIT_BODY_BYTES, 1, LIMIT_LINK_LINE_BYTES - 1, "BYTES",
		 "body of one request"),
	SECONDS ("session-idle", session_idle_ms, LIMIT_SESSION_IDLE_MS, 1, 365LL * DAY,
		 "a session without requests and stream is unloaded after this"),
	SECONDS ("header-timeout", header_ms, LIMIT_HEADER_MS, 1, HOUR,
		 "from a connection to its first whole request head"),
	SECONDS ("body-timeout", body_ms, LIMIT_BODY_MS, 1, HOUR, "for a request's body"),
	SECONDS ("idle-timeout", idle_ms, LIMIT_IDLE_MS, 1, DAY,
		 "between requests of a connection"),
	SECONDS ("send-timeout", send_ms, LIMIT_SEND_MS, 1, HOUR, "for an answer to be read"),
	SECONDS ("call-timeout", call_ms, LIMIT_CALL_MS, 1, DAY, "no tool call runs longer"),
	SECONDS ("keepalive", keepalive_ms, LIMIT_KEEPALIVE_MS, 1, HOUR,
		 "a comment on every open stream this often"),
	SECONDS ("stream-after", stream_after_ms, LIMIT_STREAM_AFTER_MS, 1, HOUR,
		 "silence after which a waiting answer becomes an event stream"),
	INTEGER ("stream-buffer", stream_buffer, LIMIT_STREAM_BUFFER_BYTES, 1, INT32_MAX, "BYTES",
		 "what may wait for a slow reader of a stream before it is closed"),

	CHOICE ("log-level", log_level, LOG_LEVEL_NOTICE - LOG_LEVEL_ERROR, levels, "LEVEL",
		"least grave lines to log: error, warning, notice, info or debug"),
	CHOICE ("log-format", log_format, LOG_FORMAT_TEXT, formats, "FORMAT",
		"text or json, to standard error"),

	COMMAND ("check-config", is_check_config, "check everything without listening"),
	{ "check-plugin", OPTION_LIST, AT (check_plugins), .check = check_not_empty,
	  .argument = "FILE",
	  .help = "load a plugin in a child process and say everything, may be given several times",
	  .is_command_line_only = true },
	COMMAND ("list-plugins", is_list_plugins, "the same for all plugins of the directories"),
	{ "format", OPTION_CHOICE, AT (format), .choices = formats, .argument = "FORMAT",
	  .help = "text or json, for the two above", .is_command_line_only = true },
	COMMAND ("version", is_version, "print the version"),
	COMMAND ("help", is_help, "print this"),
	{ 0 },
};
/* clang-format on */
