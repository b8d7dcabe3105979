/* The end: the order in which everything stops. Knows not who asked for it. */
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "link/ready.h"
#include "plugin/call.h"
#include "server.h"
#include "systemd.h"

/* How long clients have to take what they were sent at the end. */
#define CLOSE_MS 2000
/* How long the orchestrator has to read the last events. */
#define LINK_MS 2000

static void
on_link_idle (void *arg)
{
	struct server *server = arg;

	uv_timer_stop (&server->drain_timer);
	loop_stop (&server->loop);
}

static void
on_idle (void *arg)
{
	struct server *server = arg;

	link_drain (server->link, on_link_idle, server);
}

static void
on_limit (uv_timer_t *timer)
{
	struct server *server = timer->data;

	log_warning ("the drain timeout is over");
	loop_stop (&server->loop);
}

static void
set_limit (struct server *server, int64_t timeout_ms)
{
	uv_timer_start (&server->drain_timer, on_limit, (uint64_t) timeout_ms,
			0);
}

/* Somebody asked again: never longer than was granted before. */
static void
shorten (struct server *server, int64_t timeout_ms)
{
	if (timeout_ms < 0
	    || !uv_is_active ((uv_handle_t *) &server->drain_timer))
		return;
	if ((uint64_t) timeout_ms < uv_timer_get_due_in (&server->drain_timer))
		set_limit (server, timeout_ms);
}

void
server_stop (struct server *server, const char *reason, int64_t timeout_ms)
{
	if (server->is_stopping) {
		shorten (server, timeout_ms);
		return;
	}
	server->is_stopping = true;
	server_reload_end (server);
	if (timeout_ms < 0)
		timeout_ms = server->settings.drain_timeout_ms;
	log_notice ("ending: %s", reason);
	systemd_notify (&server->settings,
			"STOPPING=1\nSTATUS=Waiting for what runs");
	link_draining (server->link, reason, timeout_ms);
	if (!server->is_ready) {
		/* The plugins are being loaded. */
		loop_stop (&server->loop);
		return;
	}
	http_drain (server->http);
	set_limit (server, timeout_ms);
	mcp_drain (server->mcp, on_idle, server);
}

/* --- The parts, in the order of the end ----------------------------------- */

/* Calls that are still running are cut. */
static void
end_clients (struct server *server)
{
	int64_t end = clock_ms () + CLOSE_MS, left = CLOSE_MS;
	size_t n_cut = server->mcp ? mcp_stop (server->mcp) : 0;

	n_cut += link_leave (server->link);
	if (n_cut > 0) {
		log_warning ("%zu calls were cut", n_cut);
		server->exit_code = EXIT_CODE_CUT;
	}
	if (!server->http)
		return;
	http_stop (server->http);
	while (http_connections (server->http) > 0 && left > 0) {
		loop_turn (&server->loop, (int) left);
		left = end - clock_ms ();
	}
	http_free (server->http);
	/* The journal still tells of what the plugins say at their end. */
	server->http = NULL;
}

static void
set_done (void *arg)
{
	*(bool *) arg = true;
}

/* Returns how many plugins are stuck. */
static int
end_plugins (struct server *server)
{
	bool is_done = false;

	if (!server->registry)
		return 0;
	registry_unload (server->registry, set_done, &is_done);
	while (!is_done)
		loop_turn (&server->loop, 1000);
	mcp_free (server->mcp);
	return registry_free (server->registry);
}

/* Threads of a plugin that is stuck may use the journal up to the end. */
static void
end_link (struct server *server, bool is_stuck)
{
	if (server->ready && server->settings.ready_file)
		ready_remove_file (server->settings.ready_file, server->ready);
	free (server->ready);
	/* The link reads what is kept. */
	if (server->journal)
		journal_sync (server->journal);
	link_free (server->link, LINK_MS);
	if (!is_stuck)
		server_close_state (server);
}

enum exit_code
server_fini (struct server *server)
{
	int n_stuck;

	server_reload_end (server);
	end_clients (server);
	n_stuck = end_plugins (server);
	end_link (server, n_stuck > 0);
	if (n_stuck > 0)
		_exit (server->exit_code);
	parent_free (server->parent);
	signals_close (server->signals);
	uv_close ((uv_handle_t *) &server->drain_timer, NULL);
	loop_fini (&server->loop);
	return server->exit_code;
}
