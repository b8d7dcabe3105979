/* The protocol's way back to one POST: a reply at once or later, and the
 * event stream that a reply becomes when something has to be said before it.
 * Knows nothing of what is said. */
#include "http/channel.h"
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

	request->exchange.is_stream = true;
	feed_init (&request->feed, TRANSPORT_STREAMABLE,
		   peer->http->options->stream_buffer, &peer->http->n_waiting);
}

/* Its reader may take its time, as any. */
static void
end_stream (struct peer *peer)
{
	struct request *request = &peer->request;

	request->is_ended = true;
	if (request->is_streaming)
		peer_enter (peer, PHASE_SEND);
	peer_resume (peer);
}

static int
add_event (struct peer *peer, const struct sse_event *event)
{
	int r = feed_add_event (&peer->request.feed, event);

	if (r < 0)
		peer_shut (peer); /* the watch sees it */
	return r;
}

static void
on_finish (struct exchange *exchange)
{
	struct peer *peer = peer_of (exchange);

	peer->request.is_held = false;
	if (!exchange->is_stream)
		become_stream (peer);
	end_stream (peer);
}

/* The reply is the last event. */
static void
reply_on_stream (struct peer *peer, struct buffer *body)
{
	struct sse_event event = { .name = "message",
				   .retry_ms = -1,
				   .data = body->data,
				   .size = body->size };

	if (body->failed)
		peer_shut (peer);
	else
		add_event (peer, &event);
	buffer_fini (body);
	end_stream (peer);
}

static void
on_reply (struct exchange *exchange, int status, struct buffer *body,
	  const char *session_id)
{
	struct peer *peer = peer_of (exchange);
	bool has_body = body != NULL && (body->size > 0 || body->failed);
	struct MHD_Response *response;

	peer->request.is_held = false;
	if (exchange->is_stream && has_body) {
		reply_on_stream (peer, body);
		return;
	}
	/* The request must not get an answer, and 200 must have some type. */
	if (exchange->is_stream || (status == MHD_HTTP_OK && !has_body)) {
		on_finish (exchange);
		return;
	}
	if (!exchange->accepts_json && status == MHD_HTTP_OK)
		response = reply_single_event (peer, body, session_id);
	else
		response = reply_json (peer, status, body, session_id);
	request_reply (peer, status, response);
}

static bool
on_event_with_id (struct exchange *exchange, const char *id, int64_t retry_ms,
		  const char *data, size_t size)
{
	struct peer *peer = peer_of (exchange);
	struct sse_event event = { .name = "message",
				   .id = id,
				   .retry_ms = retry_ms,
				   .data = data,
				   .size = size };

	if (!exchange->accepts_stream)
		return false;
	if (!exchange->is_stream)
		become_stream (peer);
	if (add_event (peer, &event) < 0)
		return false;
	if (peer->request.is_streaming)
		due_set (&peer->http->dues, &peer->due, DUE_QUIET_EXCHANGE);
	peer_resume (peer);
	return true;
}

static bool
on_event (struct exchange *exchange, const char *data, size_t size)
{
	return on_event_with_id (exchange, NULL, -1, data, size);
}

static struct channel *
on_become_channel (struct exchange *exchange)
{
	struct peer *peer = peer_of (exchange);
	struct channel *channel;

	if (!exchange->accepts_stream)
		return NULL;
	channel = channel_begin (peer);
	if (channel != NULL)
		peer->request.is_held = false;
	return channel;
}

static const char *
on_header (struct exchange *exchange, const char *name, unsigned *ret_n)
{
	return head_find (peer_of (exchange)->connection, name, ret_n);
}

static const struct exchange_ops ops = {
	.reply = on_reply,
	.event = on_event,
	.event_with_id = on_event_with_id,
	.finish = on_finish,
	.become_channel = on_become_channel,
	.header = on_header,
};

static const char *
session_id_of (struct peer *peer)
{
	struct request *request = &peer->request;

	if (request->route.transport == TRANSPORT_STREAMABLE)
		return request->head.fields[HEAD_SESSION_ID];
	return MHD_lookup_connection_value (
		peer->connection, MHD_GET_ARGUMENT_KIND, "session_id");
}

struct visit
exchange_visit (struct peer *peer)
{
	struct request *request = &peer->request;

	return (struct visit){
		.transport = request->route.transport,
		.session_id = session_id_of (peer),
		.protocol_version = request->head.fields[HEAD_PROTOCOL_VERSION],
		.last_event_id = request->head.fields[HEAD_LAST_EVENT_ID],
		.agent = request->agent,
	};
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
		.agent = request->agent,
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

	if (!peer->request.is_held || peer->request.exchange.is_stream)
		return; /* answered, or spoken to, in this very moment */
	if (mcp_exchange_silent (peer->http->mcp, &peer->request.exchange))
		return;
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

	if (request->stream != NULL)
		return channel_read (peer, position, buffer, room);
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
