/* The order in which the server starts; the order of its end is in stop.c. */
#include <config.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/random.h"
#include "base/text.h"
#include "credentials.h"
#include "help.h"
#include "inspect.h"
#include "mcp/agents_file.h"
#include "plugin/alone.h"
#include "plugin/blame.h"
#include "plugin/far_process.h"
#include "plugin/guard.h"
#include "process.h"
#include "server.h"

/* --- Starting -------------------------------------------------------------- */

/* The tokens of an earlier start. */
static int
open_agents (struct server *server, struct error *err)
{
	char *path;
	int r;

	if (!server->state_dir.path)
		return 0;
	path = state_dir_file (&server->state_dir, "agents.json");
	r = path ? agents_file_open (mcp_agents (server->mcp), path, err)
		 : error_set (err, -ENOMEM, "out of memory");
	free (path);
	return r;
}

/* Everything up to the plugins. */
static enum exit_code
start (struct server *server, struct error *err)
{
	enum exit_code code = server_watch (server, err);
	int r;

	if (code == EXIT_CODE_OK)
		code = server_open_state (server, err);
	if (code == EXIT_CODE_OK)
		code = server_open_link (server, err);
	if (code != EXIT_CODE_OK)
		return code;
	guard_open ();
	server->registry = registry_new (&server->loop, server->journal,
					 &server->registry_options);
	if (server->journal->durability != JOURNAL_NONE)
		server->mcp_options.journal = server->journal;
	server->mcp_options.events = server->journal;
	if (server->registry)
		server->mcp = mcp_new (&server->loop, server->registry,
				       &server->mcp_options);
	if (!server->mcp)
		return EXIT_CODE_INTERNAL;
	if (open_agents (server, err) < 0)
		return EXIT_CODE_STATE;
	r = credentials_add (mcp_agents (server->mcp), &server->settings, err);
	if (r < 0)
		return r == -EACCES ? EXIT_CODE_STATE : EXIT_CODE_USAGE;
	link_serve (server->link, server->registry, server->mcp);
	if (http_bind (&server->loop, server->mcp, &server->http_options,
		       &server->http, err)
	    < 0)
		return EXIT_CODE_LISTEN;
	return EXIT_CODE_OK;
}

/* Where agents are told to come. */
static int
set_url (struct server *server)
{
	const char *public_url = server->settings.public_url;
	char *url = public_url ? text_format ("%s", public_url)
			       : text_format ("http://%s:%u",
					      http_host (server->http),
					      http_port (server->http));
	int r = url ? agents_set_url (mcp_agents (server->mcp), url) : -ENOMEM;

	free (url);
	return r;
}

/* Everything after the plugins. */
static enum exit_code
go_ready (struct server *server, struct error *err)
{
	const char *missing =
		registry_missing (server->registry, server->settings.is_strict);

	if (missing) {
		error_set (err, -ENOENT, "plugin '%s' is not loaded, and %s",
			   missing,
			   server->settings.is_strict
				   ? "--strict wants all of them"
				   : "the configuration requires it");
		return EXIT_CODE_PLUGIN;
	}
	if (http_listen (server->http, err) < 0)
		return EXIT_CODE_LISTEN;
	if (set_url (server) < 0)
		return EXIT_CODE_INTERNAL;
	if (agents_file_begin (mcp_agents (server->mcp), err) < 0)
		return EXIT_CODE_STATE;
	server->is_ready = true;
	if (server_announce (server) < 0)
		return EXIT_CODE_INTERNAL;
	server_reload_begin (server);
	return EXIT_CODE_OK;
}

static void
on_loaded (void *arg)
{
	struct server *server = arg;

	loop_stop (&server->loop);
}

/* Runs from start to end. */
static enum exit_code
serve (struct server *server)
{
	struct error err = { "out of memory" };
	enum exit_code code;
	int r = loop_init (&server->loop);

	if (r < 0) {
		log_error ("there is nothing to wait with: %s",
			   uv_strerror (r));
		return EXIT_CODE_INTERNAL;
	}
	blame_watch ();
	uv_timer_init (&server->loop.uv, &server->drain_timer);
	server->drain_timer.data = server;
	code = start (server, &err);
	if (code == EXIT_CODE_OK) {
		registry_load (server->registry, on_loaded, server);
		loop_run (&server->loop);
		if (!server->is_stopping)
			code = go_ready (server, &err);
	}
	if (code != EXIT_CODE_OK) {
		log_error ("%s", err.text);
		server->exit_code = code;
	} else if (!server->is_stopping) {
		loop_run (&server->loop);
	}
	code = server_fini (server);
	blame_unwatch ();
	guard_close ();
	return code;
}

/* --- The program -------------------------------------------------------------- */

static void
set_options (struct server *server)
{
	const struct settings *settings = &server->settings;

	server->http_options = settings_http (settings);
	server->mcp_options = settings_mcp (settings);
	server->link_options = settings_link (settings);
	server->registry_options = settings_registry (settings);
	log_open (STDERR_FILENO, (enum log_format) settings->log_format,
		  LOG_LEVEL_ERROR + (int) settings->log_level);
}

static enum exit_code
check (const struct settings *settings)
{
	struct error err;

	if (credentials_check (settings, &err) < 0) {
		fprintf (stderr, "mcp-orchestrator: %s\n", err.text);
		return EXIT_CODE_USAGE;
	}
	printf ("mcp-orchestrator: the configuration is good\n");
	return EXIT_CODE_OK;
}

static enum exit_code
run (struct server *server)
{
	const struct settings *settings = &server->settings;

	set_options (server);
	if (settings->is_help)
		help_print ();
	else if (settings->is_version)
		printf ("mcp-orchestrator %s\n", PACKAGE_VERSION);
	else if (settings->is_check_config)
		return check (settings);
	else if (settings->is_list_plugins || settings->check_plugins.n > 0)
		return inspect_plugins (settings);
	else
		return serve (server);
	return EXIT_CODE_OK;
}

int
main (int argc, char **argv)
{
	struct server server = { .argc = argc, .argv = argv };
	struct error err = { "the system gives no random bytes" };
	enum exit_code code = EXIT_CODE_INTERNAL;

	process_prepare ();
	if (argc == 4 && strcmp (argv[1], FAR_PROCESS_OPTION) == 0)
		_exit (alone_main (argv[2], argv[3]));
	if (random_init () == 0 && settings_init (&server.settings, &err) == 0)
		code = EXIT_CODE_USAGE;
	if (code == EXIT_CODE_USAGE
	    && settings_read (&server.settings, argc, argv, &err) == 0)
		code = run (&server);
	else
		fprintf (stderr, "mcp-orchestrator: %s\n", err.text);
	settings_fini (&server.settings);
	return (int) code;
}
