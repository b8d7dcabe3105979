/* The settings: what the command line and the configuration file came to, and
 * what each layer needs of it. Knows not where a value came from. */
#ifndef SETTINGS_H
#define SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "control.h"
#include "http/http.h"
#include "link/link.h"
#include "mcp/agents.h"
#include "mcp/mcp.h"
#include "plugin/registry.h"

/* A list of strings that grows. Zeroed is empty. */
struct strings {
	char **items; /* NULL-terminated, or NULL when empty */
	size_t n;
};

/* Adds a copy of text. 0 or -ENOMEM. */
int strings_add (struct strings *strings, const char *text);
void strings_fini (struct strings *strings);

/* Whether agents need a token. */
enum auth { AUTH_UNSET = -1, AUTH_NONE, AUTH_TOKEN };

/* One member per option, which options.c says how to set; what is not an
 * option is at the end. Everything it points to is its own. */
struct settings {
	struct strings plugin_dirs;
	char *config;
	bool is_strict;
	struct strings isolated; /* names of plugins, or "all" */
	int64_t plugin_timeout_ms;

	char *host;
	int64_t port;
	char *unix_path;
	char *public_url;
	char *server_name;
	struct strings allow_hosts;
	struct strings allow_origins;

	struct strings agent_names; /* of the command line */
	int64_t auth;		    /* enum auth */
	char *rate_text;	    /* what these were read from */
	int64_t rate, burst;

	char *control_text; /* what control was read from */
	struct control control;
	int64_t ready_fd; /* -1: none */
	char *ready_file;
	bool is_kept;
	int64_t parent; /* 0: see settings_check */
	int64_t drain_timeout_ms;

	int64_t max_connections, max_sessions, max_calls, max_body;
	int64_t session_idle_ms, header_ms, body_ms, idle_ms, send_ms;
	int64_t call_ms, keepalive_ms, stream_after_ms, stream_buffer;

	char *state_dir;
	bool is_durable;
	int64_t journal_max;
	char *run; /* NULL: the journal's last, or a new one */

	int64_t log_level;  /* less LOG_LEVEL_ERROR */
	int64_t log_format; /* enum log_format */

	bool is_check_config, is_list_plugins, is_version, is_help;
	struct strings check_plugins;
	int64_t format; /* 1: JSON */

	/* Keys of the configuration file only. */
	char *instructions;
	struct plugin_setting *plugins;
	size_t n_plugins;
	struct agent_limits agent_limits;
	struct agent_setting *agents; /* those of the command line, too */
	size_t n_agents;

	/* Of a service manager; see systemd.h. */
	int tcp_fd, unix_fd; /* that listen already; 0: none */
	char *notify_socket; /* or NULL */

	char *config_text; /* the configuration file, compact; or NULL */

	uint64_t given; /* which options were: a bit each, by their index */
};

/* Every option at its default. 0 or -ENOMEM. */
int settings_init (struct settings *settings, struct error *err);
void settings_fini (struct settings *settings);
/* The command line, then the configuration file it names, then
 * settings_check. A negative errno: usage or configuration. */
int settings_read (struct settings *settings, int argc, char **argv,
		   struct error *err);
/* The same while the server runs: nothing is looked at but what can change
 * then. Any thread, one at a time. */
int settings_read_again (struct settings *settings, int argc, char **argv,
			 struct error *err);
/* Takes that from what was read again, which gets what was before. */
void settings_take_again (struct settings *settings, struct settings *again);
/* What only all values together can tell, and what depends on the machine:
 * directories, descriptors, the parent. */
int settings_check (struct settings *settings, struct error *err);
/* A part of it: the directories of plugins. */
int settings_check_plugin_dirs (struct settings *settings, struct error *err);
/* A part of it: the agents, and how they prove who they are. */
int settings_check_agents (struct settings *settings, struct error *err);

/* Adds an empty one, to be filled in with copies. NULL: out of memory. */
struct agent_setting *settings_add_agent (struct settings *settings);

/* What the layers need; it points into settings. */
struct http_options settings_http (const struct settings *settings);
struct mcp_options settings_mcp (const struct settings *settings);
struct link_options settings_link (const struct settings *settings);
struct registry_options settings_registry (const struct settings *settings);

#endif
