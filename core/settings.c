/* The settings' life, and what each layer gets of them. Knows not how options
 * are written. */
#include <config.h>

#include "settings.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "options.h"

int
strings_add (struct strings *strings, const char *text)
{
	char **items =
		realloc (strings->items, (strings->n + 2) * sizeof (*items));

	if (!items)
		return -ENOMEM;
	strings->items = items;
	items[strings->n] = strdup (text);
	if (!items[strings->n])
		return -ENOMEM;
	items[++strings->n] = NULL;
	return 0;
}

void
strings_fini (struct strings *strings)
{
	size_t i;

	for (i = 0; i < strings->n; i++)
		free (strings->items[i]);
	free (strings->items);
	*strings = (struct strings){ 0 };
}

int
settings_init (struct settings *settings, struct error *err)
{
	*settings = (struct settings){
		.agent_limits = { .missing_ms = LIMIT_AGENT_MISSING_MS,
				  .stale_ms = LIMIT_AGENT_STALE_MS,
				  .disconnected_ms =
					  LIMIT_AGENT_DISCONNECTED_MS,
				  .left_ms = LIMIT_AGENT_LEFT_MS },
	};
	if (options_init (settings) < 0)
		return error_set (err, -ENOMEM, "out of memory");
	return 0;
}

static void
agent_setting_fini (struct agent_setting *setting)
{
	free ((char *) setting->name);
	free ((char *) setting->token_file);
	free ((char *) setting->token_env);
}

struct agent_setting *
settings_add_agent (struct settings *settings)
{
	struct agent_setting *agents = realloc (
		settings->agents, (settings->n_agents + 1) * sizeof (*agents));

	if (!agents)
		return NULL;
	settings->agents = agents;
	agents[settings->n_agents] =
		(struct agent_setting){ .is_expected = true };
	return &agents[settings->n_agents++];
}

void
settings_fini (struct settings *settings)
{
	size_t i;

	options_fini (settings);
	for (i = 0; i < settings->n_plugins; i++)
		plugin_setting_fini (&settings->plugins[i]);
	free (settings->plugins);
	for (i = 0; i < settings->agent_limits.n_phases; i++)
		free ((char *) settings->agent_limits.phases[i].name);
	free (settings->agent_limits.phases);
	for (i = 0; i < settings->n_agents; i++)
		agent_setting_fini (&settings->agents[i]);
	free (settings->agents);
	free (settings->instructions);
	free (settings->config_text);
	free (settings->notify_socket);
	*settings = (struct settings){ 0 };
}

#define SWAP(a, b)                                                             \
	do {                                                                   \
		__typeof__ (a) swapped = (a);                                  \
		(a) = (b);                                                     \
		(b) = swapped;                                                 \
	} while (0)

void
settings_take_again (struct settings *settings, struct settings *again)
{
	SWAP (settings->plugins, again->plugins);
	SWAP (settings->n_plugins, again->n_plugins);
	SWAP (settings->plugin_dirs, again->plugin_dirs);
	SWAP (settings->plugin_timeout_ms, again->plugin_timeout_ms);
	SWAP (settings->log_level, again->log_level);
	SWAP (settings->config_text, again->config_text);
}

struct http_options
settings_http (const struct settings *settings)
{
	return (struct http_options){
		.host = settings->host,
		.port = (uint16_t) settings->port,
		.unix_path = settings->unix_path,
		.tcp_fd = settings->tcp_fd,
		.unix_fd = settings->unix_fd,
		.public_url = settings->public_url,
		.allow_hosts =
			(const char *const *) settings->allow_hosts.items,
		.allow_origins =
			(const char *const *) settings->allow_origins.items,
		.max_connections = (size_t) settings->max_connections,
		.max_body = (size_t) settings->max_body,
		.stream_buffer = (size_t) settings->stream_buffer,
		.header_ms = settings->header_ms,
		.body_ms = settings->body_ms,
		.idle_ms = settings->idle_ms,
		.send_ms = settings->send_ms,
		.keepalive_ms = settings->keepalive_ms,
		.stream_after_ms = settings->stream_after_ms,
	};
}

struct mcp_options
settings_mcp (const struct settings *settings)
{
	return (struct mcp_options){
		.server_name = settings->server_name,
		.server_version = PACKAGE_VERSION,
		.instructions = settings->instructions,
		.session_idle_ms = settings->session_idle_ms,
		.max_sessions = (size_t) settings->max_sessions,
		.max_calls = (size_t) settings->max_calls,
		.is_token_required = settings->auth == AUTH_TOKEN,
		.rate = settings->rate,
		.burst = settings->burst,
		.agent_limits = settings->agent_limits,
	};
}

struct link_options
settings_link (const struct settings *settings)
{
	return (struct link_options){
		.kind = settings->control.kind,
		.in = STDIN_FILENO,
		.out = STDOUT_FILENO,
		.fd = settings->control.fd,
		.path = settings->control.path,
		.server_name = settings->server_name,
		.server_version = PACKAGE_VERSION,
		.is_kept = settings->is_kept,
	};
}

struct registry_options
settings_registry (const struct settings *settings)
{
	return (struct registry_options){
		.dirs = (const char *const *) settings->plugin_dirs.items,
		.settings = settings->plugins,
		.n_settings = settings->n_plugins,
		.isolated = (const char *const *) settings->isolated.items,
		.init_timeout_ms = settings->plugin_timeout_ms,
		.call_timeout_ms = settings->call_ms,
		.server_version = PACKAGE_VERSION,
	};
}
