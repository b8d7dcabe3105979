/* Connections: how they come, wait, leave and end. Knows nothing of what
 * their requests ask. */
#include "http/peer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utlist.h>

#include "http/canned.h"
#include "http/channel.h"

static const enum due_kind due_kinds[] = {
	[PHASE_HEAD] = DUE_HEAD,
	[PHASE_BODY] = DUE_BODY,
	[PHASE_SEND] = DUE_SEND,
	[PHASE_IDLE] = DUE_IDLE,
};

void
peer_enter (struct peer *peer, enum phase phase)
{
	peer->phase = phase;
	if (phase == PHASE_WORK)
		due_clear (&peer->http->dues, &peer->due);
	else
		due_set (&peer->http->dues, &peer->due, due_kinds[phase]);
}

/* Only who has sent a head waits for an answer: one to a connection that was
 * opened ahead could be taken for that to its next request. */
void
peer_expired (void *owner)
{
	struct peer *peer = owner;

	if (peer->phase == PHASE_BODY)
		canned_send (peer->fd, CANNED_TOO_LATE);
	peer_shut (peer);
}

void
peer_shut (struct peer *peer)
{
	shutdown (peer->fd, SHUT_RDWR);
}

void
peer_suspend (struct peer *peer)
{
	peer->is_suspended = true;
	MHD_suspend_connection (peer->connection);
}

void
peer_resume (struct peer *peer)
{
	if (!peer->is_suspended || peer->is_resuming)
		return;
	peer->is_resuming = true;
	DL_APPEND2 (peer->http->resuming, peer, resuming_prev, resuming_next);
	turn_wake (peer->http);
}

void
peer_leaves (struct peer *peer)
{
	if (peer->is_leaving)
		return;
	peer->is_leaving = true;
	DL_APPEND2 (peer->http->leaving, peer, leaving_prev, leaving_next);
	turn_wake (peer->http);
}

/* What libmicrohttpd is writing either fails or ends, and then it comes here
 * again; what is parked has to be woken to end. */
void
peer_leave (struct peer *peer)
{
	peer->has_left = true;
	if (peer->phase == PHASE_SEND)
		return;
	if (peer->phase == PHASE_WORK) {
		exchange_left (peer);
		channel_left (peer);
		if (!peer->is_suspended) {
			peer_enter (peer, PHASE_SEND);
			return;
		}
	}
	peer_shut (peer);
	peer_resume (peer);
}

/* libuv tells again and again as long as it is so: once is enough. */
static void
on_watch (uv_poll_t *watch, int status, int events)
{
	struct peer *peer = watch->data;

	(void) status;
	(void) events;
	uv_poll_stop (watch);
	peer_leaves (peer);
}

static void
on_watch_closed (uv_handle_t *watch)
{
	struct peer *peer = watch->data;

	server_handle_closed (peer->http);
	free (peer);
}

/* Its memory lives on until libuv has let go of it, so that pointers in this
 * turn's events are still good. */
static void
bury (struct peer *peer)
{
	struct http *http = peer->http;

	due_clear (&http->dues, &peer->due);
	if (peer->is_resuming)
		DL_DELETE2 (http->resuming, peer, resuming_prev, resuming_next);
	if (peer->is_leaving)
		DL_DELETE2 (http->leaving, peer, leaving_prev, leaving_next);
	DL_DELETE (http->peers, peer);
	if (!peer->is_taken)
		http->n_peers--;
	trim_note (&http->trim, http_connections (http));
	peer->connection = NULL;
	uv_close ((uv_handle_t *) &peer->watch, on_watch_closed);
}

void
peer_notify (void *cls, struct MHD_Connection *connection,
	     void **socket_context, enum MHD_ConnectionNotificationCode code)
{
	struct http *http = cls;

	if (code == MHD_CONNECTION_NOTIFY_STARTED) {
		http->adopting->connection = connection;
		*socket_context = http->adopting;
		http->adopting = NULL;
	} else if (*socket_context != NULL) {
		bury (*socket_context);
		*socket_context = NULL;
	}
}

static struct peer *
peer_new (struct http *http, int fd)
{
	struct peer *peer = calloc (1, sizeof (*peer));

	if (peer == NULL)
		return NULL;
	if (uv_poll_init (&http->loop->uv, &peer->watch, fd) < 0) {
		free (peer);
		return NULL;
	}
	http->n_handles++;
	peer->watch.data = peer;
	peer->http = http;
	peer->due.owner = peer;
	peer->fd = fd;
	DL_APPEND (http->peers, peer);
	http->n_peers++;
	trim_note (&http->trim, http_connections (http));
	return peer;
}

ssize_t
peer_break (struct peer *peer, char *buffer)
{
	peer_shut (peer);
	buffer[0] = '\n';
	return 1;
}

int
peer_adopt (struct http *http, int fd, bool is_unix, bool is_excess)
{
	/* Whose address it is matters to nobody, but one has to be given. */
	static const struct sockaddr nowhere = { .sa_family = AF_UNIX };
	struct peer *peer = peer_new (http, fd);

	if (peer == NULL) {
		close (fd);
		return -ENOMEM;
	}
	peer->is_unix = is_unix;
	peer->is_excess = is_excess;
	http->adopting = peer;
	if (MHD_add_connection (http->daemon, fd, &nowhere, sizeof (nowhere))
	    != MHD_YES) {
		/* It closed fd, and may have buried the peer. */
		if (http->adopting != NULL)
			bury (peer);
		http->adopting = NULL;
		return -EIO;
	}
	uv_poll_start (&peer->watch, UV_DISCONNECT, on_watch);
	peer_enter (peer, PHASE_HEAD);
	turn_wake_daemon (http);
	return 0;
}

ssize_t
peer_read_feed (struct peer *peer, struct feed *feed, bool is_ended,
		char *buffer, size_t room)
{
	size_t n = feed_size (feed);
	bool is_over = is_ended ? n == 0 : peer->has_left;

	if (is_over)
		return peer->request.is_1_0 ? peer_break (peer, buffer)
					    : MHD_CONTENT_READER_END_OF_STREAM;
	if (n == 0) {
		peer_suspend (peer);
		return 0;
	}
	n = n < room ? n : room;
	memcpy (buffer, feed_data (feed), n);
	feed_drop (feed, n);
	return (ssize_t) n;
}
