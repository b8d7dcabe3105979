/* The protocol's way back to one POST: a reply at once or later, and the
 * event stream that a reply becomes when something has to be said before it.
 * Knows nothing of what is said. */
#include "http/media.h"
#include "http/peer.h"
#include "http/reply.h"

static struct peer *
peer_of (struct exchange *exchange)
{
	return ((struct request *) exchange)->peer;
}

static void
become_stream (struct peer *peer)
{
	struct request *request = &peer->request;

	request->is_stream = true;
	feed_init (&request->feed, TRANSPORT_STREAMABLE,
		   peer->http->options->stream_buffer);
}

/* The reply is the last event. Its reader may take its time, as any. */
static void
end_stream (struct peer *peer, struct buffer *body)
{
	struct request *request = &peer->request;

	if (body != NULL && body->size > 0
	    && feed_add_event (&request->feed, "message", body->data,
			       body->size)
		       < 0)
		peer_shut (peer);
	if (body != NULL)
		buffer_fini (body);
	request->is_ended = true;
	if (request->is_streaming)
		peer_enter (peer, PHASE_SEND);
	peer_resume (peer);
}

static void
on_reply (struct exchange *exchange, int status, struct buffer *body,
	  const char *session_id)
{
	struct peer *peer = peer_of (exchange);
	struct MHD_Response *response;

	peer->request.is_held = false;
	/* The request must not get an answer, and 200 must have some type. */
	if (status == MHD_HTTP_OK && !peer->request.is_stream
	    && (body == NULL || (body->size == 0 && body->failed == 0)))
		become_stream (peer);
	if (peer->request.is_stream) {
		end_stream (peer, body);
		return;
	}
	if (!exchange->accepts_json && status == MHD_HTTP_OK && body != NULL
	    && body->size > 0)
		response = reply_single_event (peer, body, session_id);
	else
		response = reply_json (peer, status, body, session_id);
	request_reply (peer, status, response);
}

static bool
on_event (struct exchange *exchange, const char *data, size_t size)
{
	struct peer *peer = peer_of (exchange);
	struct request *request = &peer->request;

	if (!exchange->accepts_stream)
		return false;
	if (!request->is_stream)
		become_stream (peer);
	if (feed_add_event (&request->feed, "message", data, size) < 0) {
		peer_shut (peer); /* the watch sees it */
		return false;
	}
	if (request->is_streaming)
		due_set (&peer->http->dues, &peer->due, DUE_QUIET_EXCHANGE);
	peer_resume (peer);
	return true;
}

static const struct exchange_ops ops = { .reply = on_reply, .event = on_event };

static const char *
session_id_of (struct peer *peer)
{
	struct request *request = &peer->request;

	if (request->route.transport == TRANSPORT_STREAMABLE)
		return request->head.fields[HEAD_SESSION_ID];
	return MHD_lookup_connection_value (
		peer->connection, MHD_GET_ARGUMENT_KIND, "session_id");
}

void
exchange_begin (struct peer *peer)
{
	struct request *request = &peer->request;
	struct exchange *exchange = &request->exchange;
	const char *body = request->body.data;
	bool is_streamable = request->route.transport == TRANSPORT_STREAMABLE;
	unsigned accepted = request->head.accepted;

	*exchange = (struct exchange){
		.ops = &ops,
		.transport = request->route.transport,
		.session_id = session_id_of (peer),
		.protocol_version = request->head.fields[HEAD_PROTOCOL_VERSION],
		/* HTTP+SSE answers on its stream, whatever is accepted. */
		.accepts_json = !is_streamable || (accepted & MEDIA_JSON),
		.accepts_stream = is_streamable && (accepted & MEDIA_STREAM),
	};
	request->is_held = true;
	mcp_post (peer->http->mcp, exchange, body != NULL ? body : "",
		  request->body.size);
}

void
exchange_left (struct peer *peer)
{
	if (!peer->request.is_held)
		return;
	peer->request.is_held = false;
	mcp_exchange_left (peer->http->mcp, &peer->request.exchange);
}

/* The comment makes the head leave, and the client's patience begin anew. */
void
exchange_fell_silent (void *owner)
{
	struct peer *peer = owner;

	if (!peer->request.is_held)
		return; /* answered in this very moment */
	if (!peer->request.is_stream)
		become_stream (peer);
	feed_add_comment (&peer->request.feed);
	peer_resume (peer);
}

void
exchange_went_quiet (void *owner)
{
	struct peer *peer = owner;

	feed_add_comment (&peer->request.feed);
	due_set (&peer->http->dues, &peer->due, DUE_QUIET_EXCHANGE);
	peer_resume (peer);
}

static ssize_t
on_read (void *cls, uint64_t position, char *buffer, size_t room)
{
	struct peer *peer = cls;
	struct request *request = &peer->request;

	(void) position;
	return peer_read_feed (peer, &request->feed, request->is_ended, buffer,
			       room);
}

struct MHD_Response *
exchange_stream (struct peer *peer)
{
	struct request *request = &peer->request;

	request->is_streaming = true;
	if (request->is_ended)
		peer_enter (peer, PHASE_SEND);
	else {
		peer_enter (peer, PHASE_WORK);
		due_set (&peer->http->dues, &peer->due, DUE_QUIET_EXCHANGE);
	}
	return reply_stream (peer, sse_style_of (TRANSPORT_STREAMABLE), false,
			     on_read);
}
