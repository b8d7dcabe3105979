/* Telling that the server is ready, wherever somebody waits for it. */
#include <config.h>

#include <errno.h>
#include <stdlib.h>

#include "base/log.h"
#include "link/ready.h"
#include "mcp/agents.h"
#include "server.h"
#include "systemd.h"

/* The names of the loaded plugins (yours, the names are not); NULL: out of
 * memory. */
static const char **
loaded_names (struct registry *registry)
{
	size_t n_reports, n = 0, i;
	const struct plugin_report *reports =
		registry_reports (registry, &n_reports);
	const char **names = calloc (n_reports + 1, sizeof (*names));

	for (i = 0; names && i < n_reports; i++)
		if (reports[i].is_loaded)
			names[n++] = reports[i].name;
	return names;
}

static size_t
count_tools (struct registry *registry)
{
	struct snapshot *snapshot = registry_pin (registry);
	size_t n_tools = snapshot->n_tools;

	snapshot_unpin (snapshot);
	return n_tools;
}

static char *
compose (struct server *server)
{
	const char **plugins = loaded_names (server->registry);
	struct buffer buffer = { 0 };
	struct ready ready = {
		.version = PACKAGE_VERSION,
		.run = journal_run (server->journal, JOURNAL_NOW),
		.host = http_host (server->http),
		.port = http_port (server->http),
		.public_url = server->settings.public_url,
		.unix_path = server->settings.unix_path,
		.agents_file = mcp_agents (server->mcp)->path,
		.is_token_required = server->mcp_options.is_token_required,
		.plugins = plugins,
		.journal = server->journal->id,
		.first_seq = journal_first_seq (server->journal),
		.last_seq = journal_last_seq (server->journal),
		.durable = server_durability (server),
	};

	if (plugins)
		ready_write (&buffer, &ready);
	free (plugins);
	return buffer_take (&buffer, NULL);
}

/* Who has a file or a descriptor, and does not get it there, waits in vain, and
 * will say so; the others should not suffer. */
int
server_announce (struct server *server)
{
	const struct settings *settings = &server->settings;
	struct error err;

	/* With what the plugins told while they were loaded. */
	journal_sync (server->journal);
	server->ready = compose (server);
	if (!server->ready || link_ready (server->link, server->ready) < 0)
		return -ENOMEM;
	if (settings->ready_fd >= 0
	    && ready_to_fd ((int) settings->ready_fd, server->ready, &err) < 0)
		log_error ("%s", err.text);
	if (settings->ready_file
	    && ready_to_file (settings->ready_file, server->ready, &err) < 0)
		log_error ("%s", err.text);
	systemd_notify (settings, "READY=1\nSTATUS=Serving agents");
	log_notice ("ready: %s port %u, run %s, %zu tools; the journal is in "
		    "%s",
		    http_host (server->http), http_port (server->http),
		    journal_run (server->journal, JOURNAL_NOW),
		    count_tools (server->registry),
		    settings->state_dir ? settings->state_dir
					: "memory and ends with the process");
	return 0;
}
