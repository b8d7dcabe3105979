/* Long event streams. Knows nothing of what is said on them. */
#include "http/channel.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utlist.h>

#include "http/canned.h"
#include "http/feed.h"
#include "http/peer.h"
#include "http/reply.h"
#include "http/takeover.h"

struct stream {
	struct channel channel; /* first: it is cast back */
	struct http *http;
	struct peer *peer; /* while libmicrohttpd has the socket, else NULL */
	uv_poll_t watch;   /* of a taken socket */
	int fd;		   /* a taken socket */
	bool is_held;	   /* the protocol has the channel */
	bool is_kept;	   /* libmicrohttpd has the socket to the end */
	bool is_over;	   /* to be closed when what waits was written */
	bool is_broken;	   /* to be closed at once */
	bool is_dirty;	   /* in the list of that name */
	bool is_waiting;   /* for room in the socket */
	struct due due;
	struct feed feed;
	struct stream *prev, *next;
	struct stream *dirty_prev, *dirty_next;
};

static void
mark (struct stream *stream)
{
	struct http *http = stream->http;

	if (stream->peer != NULL) {
		peer_resume (stream->peer);
		return;
	}
	if (stream->is_dirty)
		return;
	stream->is_dirty = true;
	DL_APPEND2 (http->dirty, stream, dirty_prev, dirty_next);
	turn_wake (http);
}

/* --- The protocol's side --- */

static int
on_send (struct channel *channel, const char *name, const char *id,
	 const char *data, size_t size)
{
	struct stream *stream = (struct stream *) channel;
	struct sse_event event = { .name = name,
				   .id = id,
				   .retry_ms = -1,
				   .data = data,
				   .size = size };

	if (stream->is_broken)
		return -ENOBUFS;
	if (feed_add_event (&stream->feed, &event) < 0) {
		stream->is_broken = true;
		if (stream->peer != NULL)
			peer_shut (stream->peer);
		mark (stream);
		return -ENOBUFS;
	}
	due_set (&stream->http->dues, &stream->due, DUE_QUIET_CHANNEL);
	mark (stream);
	return 0;
}

static void
on_end (struct channel *channel)
{
	struct stream *stream = (struct stream *) channel;

	stream->is_held = false;
	stream->is_over = true;
	mark (stream);
}

static const struct channel_ops ops = { .send = on_send, .end = on_end };

static void
let_go (struct stream *stream)
{
	if (!stream->is_held)
		return;
	stream->is_held = false;
	stream->channel.owner_ops->closed (&stream->channel);
}

void
channel_went_quiet (void *owner)
{
	struct stream *stream = owner;

	feed_add_comment (&stream->feed);
	due_set (&stream->http->dues, &stream->due, DUE_QUIET_CHANNEL);
	mark (stream);
}

/* --- Its end --- */

static void
dispose (struct stream *stream)
{
	feed_fini (&stream->feed);
	free (stream);
}

static void
on_watch_closed (uv_handle_t *watch)
{
	struct stream *stream = watch->data;
	struct http *http = stream->http;

	dispose (stream);
	server_handle_closed (http);
}

/* Of a taken one. */
static void
close_stream (struct stream *stream)
{
	struct http *http = stream->http;

	let_go (stream);
	due_clear (&http->dues, &stream->due);
	if (stream->is_dirty)
		DL_DELETE2 (http->dirty, stream, dirty_prev, dirty_next);
	DL_DELETE (http->streams, stream);
	http->n_streams--;
	trim_note (&http->trim, http_connections (http));
	uv_close ((uv_handle_t *) &stream->watch, on_watch_closed);
	canned_drop_input (stream->fd);
	close (stream->fd);
}

/* --- Its socket, once it is ours --- */

static void on_watch (uv_poll_t *watch, int status, int events);

/* Waits for room only as long as there is none: the other reports come once
 * and for all. */
static void
watch_for_room (struct stream *stream, bool is_waiting)
{
	if (stream->is_waiting == is_waiting)
		return;
	stream->is_waiting = is_waiting;
	uv_poll_start (&stream->watch,
		       UV_DISCONNECT | (is_waiting ? UV_WRITABLE : 0),
		       on_watch);
}

static void
on_watch (uv_poll_t *watch, int status, int events)
{
	struct stream *stream = watch->data;

	if (status < 0 || (events & UV_DISCONNECT))
		close_stream (stream);
	else
		mark (stream);
}

/* Returns whether the socket is still good. */
static bool
write_some (struct stream *stream)
{
	size_t size = feed_size (&stream->feed);
	ssize_t n;

	if (size == 0)
		return true;
	n = send (stream->fd, feed_data (&stream->feed), size,
		  MSG_DONTWAIT | MSG_NOSIGNAL);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	feed_drop (&stream->feed, (size_t) n);
	return true;
}

static void
flush (struct stream *stream)
{
	bool is_good = !stream->is_broken && write_some (stream);
	bool is_empty = feed_size (&stream->feed) == 0;

	if (!is_good || (is_empty && stream->is_over))
		close_stream (stream);
	else
		watch_for_room (stream, !is_empty);
}

void
channel_flush_all (struct http *http)
{
	struct stream *stream;

	while ((stream = http->dirty) != NULL) {
		DL_DELETE2 (http->dirty, stream, dirty_prev, dirty_next);
		stream->is_dirty = false;
		flush (stream);
	}
}

void
channel_close_all (struct http *http)
{
	while (http->streams != NULL)
		close_stream (http->streams);
}

/* --- While libmicrohttpd has it --- */

void
channel_left (struct peer *peer)
{
	if (peer->request.stream != NULL)
		let_go (peer->request.stream);
}

void
channel_over (struct peer *peer)
{
	struct stream *stream = peer->request.stream;

	if (stream == NULL)
		return;
	peer->request.stream = NULL;
	let_go (stream);
	due_clear (&stream->http->dues, &stream->due);
	dispose (stream);
}

/* The socket is the stream's from here on, and the peer's connection about
 * to end by itself. */
static void
move_in (struct stream *stream)
{
	struct http *http = stream->http;
	struct peer *peer = stream->peer;

	http->n_handles++;
	stream->watch.data = stream;
	uv_poll_start (&stream->watch, UV_DISCONNECT, on_watch);
	stream->peer = NULL;
	peer->request.stream = NULL;
	peer->is_taken = true;
	http->n_peers--;
	http->n_streams++;
	DL_APPEND (http->streams, stream);
	mark (stream);
}

static int
take (struct stream *stream)
{
	struct http *http = stream->http;
	struct peer *peer = stream->peer;

	/* A watch left on what is about to be another file would outlive it. */
	uv_poll_stop (&peer->watch);
	turn_wake_daemon (http);
	stream->fd = takeover (peer->connection, peer->fd, http->dead_fd);
	if (stream->fd < 0)
		return stream->fd;
	if (uv_poll_init (&http->loop->uv, &stream->watch, stream->fd) < 0) {
		close (stream->fd);
		return -ENOMEM;
	}
	move_in (stream);
	return 0;
}

/* Called first when the head has left, and once more after the taking. */
ssize_t
channel_read (void *cls, uint64_t position, char *buffer, size_t room)
{
	struct peer *peer = cls;
	struct stream *stream = peer->request.stream;

	(void) position;
	if (stream == NULL)
		return peer_break (peer, buffer);
	if (stream->is_kept) {
		peer_enter (peer, stream->is_over ? PHASE_SEND : PHASE_WORK);
		return peer_read_feed (peer, &stream->feed, stream->is_over,
				       buffer, room);
	}
	if (peer->has_left || take (stream) < 0)
		return peer_break (peer, buffer);
	return 0;
}

static struct stream *
stream_new (struct peer *peer)
{
	struct http *http = peer->http;
	struct stream *stream = calloc (1, sizeof (*stream));

	if (stream == NULL)
		return NULL;
	stream->channel.ops = &ops;
	stream->http = http;
	stream->peer = peer;
	stream->due.owner = stream;
	stream->is_held = true;
	stream->is_kept = !http->can_take;
	feed_init (&stream->feed, peer->request.route.transport,
		   http->options->stream_buffer, &http->n_waiting);
	due_set (&http->dues, &stream->due, DUE_QUIET_CHANNEL);
	return stream;
}

static struct MHD_Response *
begin (struct stream *stream)
{
	return reply_stream (stream->peer, stream->feed.style, !stream->is_kept,
			     channel_read);
}

struct channel *
channel_begin (struct peer *peer)
{
	struct request *request = &peer->request;
	struct stream *stream = request->stream = stream_new (peer);

	if (stream == NULL)
		return NULL;
	due_clear (&peer->http->dues, &peer->due);
	if (request->exchange.is_stream) {
		stream->feed = request->feed;
		request->feed = (struct feed){ 0 };
	}
	if (request->is_streaming) {
		stream->is_kept = true; /* its head promised chunks */
	} else {
		request->exchange.is_stream = false;
		request_reply (peer, MHD_HTTP_OK, begin (stream));
	}
	return &stream->channel;
}

void
channel_open (struct peer *peer)
{
	struct request *request = &peer->request;
	struct stream *stream = request->stream = stream_new (peer);
	struct MHD_Response *response = NULL;
	struct visit visit = exchange_visit (peer);
	int status = MHD_HTTP_SERVICE_UNAVAILABLE;
	struct buffer body;

	buffer_init (&body, 0);
	if (stream != NULL)
		status = mcp_open_channel (peer->http->mcp, &visit,
					   &stream->channel, &body);
	if (status == MHD_HTTP_OK) {
		response = begin (stream);
	} else if (stream != NULL) {
		stream->is_held = false;
		response = reply_json (peer, status, &body, NULL);
	}
	request_reply (peer, status, response);
	buffer_fini (&body);
}
