/* One turn of the loop, in the one order that is right: what is parked goes
 * on, libmicrohttpd runs, and only then is it acted upon that clients left,
 * so that a request and its client's end that arrive together are both seen.
 * Knows nothing of what requests are. */
#include <utlist.h>

#include "base/log.h"
#include "http/channel.h"
#include "http/peer.h"
#include "http/server.h"

/* Runs of libmicrohttpd in one turn: taking a socket over needs three. What
 * is still to do then is done in the next turn, others in between. */
#define RUNS_PER_TURN 4

/* Its being active is what makes the loop not wait. */
static void
on_awake (uv_idle_t *awake)
{
	(void) awake;
}

void
turn_wake (struct http *http)
{
	http->has_work = true;
	if (!http->is_turning)
		uv_idle_start (&http->awake, on_awake);
}

void
turn_wake_daemon (struct http *http)
{
	http->is_due = true;
	turn_wake (http);
}

static void
resume_all (struct http *http)
{
	struct peer *peer;

	while ((peer = http->resuming) != NULL) {
		DL_DELETE2 (http->resuming, peer, resuming_prev, resuming_next);
		peer->is_resuming = false;
		peer->is_suspended = false;
		MHD_resume_connection (peer->connection);
		http->is_due = true;
	}
}

/* libmicrohttpd asks for a run at once or for none: it has no timeouts of
 * its own here. */
static void
run_daemon (struct http *http)
{
	MHD_UNSIGNED_LONG_LONG wait_ms;
	int n;

	for (n = 0; n < RUNS_PER_TURN; n++) {
		resume_all (http);
		if (!http->is_due)
			return;
		http->is_due = false;
		MHD_run (http->daemon);
		if (MHD_get_timeout (http->daemon, &wait_ms) == MHD_YES)
			http->is_due = true;
	}
}

static void
leave_all (struct http *http)
{
	struct peer *peer;

	while ((peer = http->leaving) != NULL) {
		DL_DELETE2 (http->leaving, peer, leaving_prev, leaving_next);
		peer->is_leaving = false;
		peer_leave (peer);
	}
}

static bool
has_rest (const struct http *http)
{
	return http->is_due || http->resuming != NULL || http->leaving != NULL
	       || http->dirty != NULL;
}

void
turn_run (struct http *http)
{
	http->is_turning = true;
	uv_idle_stop (&http->awake);
	if (http->is_draining)
		drain_before (http);
	run_daemon (http);
	leave_all (http);
	channel_flush_all (http);
	if (http->is_draining)
		drain_after (http);
	http->is_turning = false;
	http->has_work = false;
	/* Most of what comes up in a turn is done in it. */
	if (has_rest (http))
		turn_wake (http);
}

static void
on_turn (uv_check_t *turn)
{
	struct http *http = turn->data;

	if (http->has_work)
		turn_run (http);
}

/* After a report the turn follows at once. */
static void
on_ready (uv_poll_t *ready, int status, int events)
{
	struct http *http = ready->data;

	(void) events;
	if (status < 0)
		log_error ("http: watching connections: %s",
			   uv_strerror (status));
	http->is_due = true;
	http->has_work = true;
}

int
turn_start (struct http *http)
{
	uv_loop_t *uv = &http->loop->uv;
	const union MHD_DaemonInfo *info =
		MHD_get_daemon_info (http->daemon, MHD_DAEMON_INFO_EPOLL_FD);
	int r = uv_poll_init (uv, &http->ready, info->epoll_fd);

	if (r < 0)
		return r;
	uv_idle_init (uv, &http->awake);
	uv_check_init (uv, &http->turn);
	http->n_handles += 3;
	http->ready.data = http;
	http->turn.data = http;
	uv_check_start (&http->turn, on_turn);
	return uv_poll_start (&http->ready, UV_READABLE, on_ready);
}

void
turn_stop (struct http *http)
{
	if (http->turn.data == NULL)
		return;
	server_close (http, (uv_handle_t *) &http->ready);
	server_close (http, (uv_handle_t *) &http->awake);
	server_close (http, (uv_handle_t *) &http->turn);
}
