/* The end of a server: it happens inside turns, because whoever orders it may
 * be called from one. Knows nothing of requests. */
#include "http/channel.h"
#include "http/peer.h"

/* Turns within which what was cut has to be over. */
#define CUT_TURNS 10000

void
drain_before (struct http *http)
{
	listener_drain_all (http);
}

/* What had arrived is no longer idle: libmicrohttpd has run. */
static void
shut_idle (struct http *http)
{
	struct peer *peer;

	for (peer = http->peers; peer != NULL; peer = peer->next)
		if (peer->phase == PHASE_IDLE)
			peer_shut (peer);
}

/* Answers that are on their way may arrive. */
static void
leave_rest (struct http *http)
{
	struct peer *peer;

	for (peer = http->peers; peer != NULL; peer = peer->next)
		if (peer->phase != PHASE_SEND)
			peer_leaves (peer);
	channel_close_all (http);
}

void
drain_after (struct http *http)
{
	if (!http->is_drained) {
		http->is_drained = true;
		shut_idle (http);
	}
	if (http->is_stopping && !http->is_stopped) {
		http->is_stopped = true;
		leave_rest (http);
	}
}

static void
cut_all (struct http *http)
{
	struct peer *peer;

	for (peer = http->peers; peer != NULL; peer = peer->next) {
		peer_leave (peer);
		peer_shut (peer);
	}
}

void
drain_cut (struct http *http)
{
	int n;

	http->is_draining = http->is_stopping = true;
	http->is_drained = http->is_stopped = true;
	channel_close_all (http);
	cut_all (http);
	for (n = 0; http->peers != NULL && n < CUT_TURNS; n++) {
		turn_wake_daemon (http);
		turn_run (http);
	}
}
