/* Long streams: GET /mcp, one for each session and those of POSTs that go on,
 * and the streams of HTTP+SSE, which are their sessions. */
#include "json/rpc.h"
#include "mcp/ended.h"
#include "mcp/reply.h"
#include "mcp/session.h"
#include "mcp/wishes.h"
#include "mcp/work.h"

static int
refuse (struct buffer *body, int status, int code, const char *sentence)
{
	rpc_write_error (body, NULL, code, sentence, NULL);
	return status;
}

/* The session begins here; the first event tells where to POST (transports,
 * 2024-11-05). */
static int
open_sse (struct mcp *mcp, const struct visit *visit, struct channel *channel,
	  struct buffer *body)
{
	struct session *session =
		session_new (mcp, TRANSPORT_SSE, visit->agent, NULL);
	struct buffer url = { 0 };

	if (session == NULL)
		return refuse (body, 503, MCP_CODE_BUSY,
			       "too many sessions are open; try again later");
	session->caller.revision = revision_find (visit->protocol_version);
	session_set_channel (session, channel);
	session_heard (session);
	buffer_add_format (&url, "/messages?session_id=%s", session->key);
	channel->ops->send (channel, "endpoint", NULL, url.data, url.size);
	buffer_fini (&url);
	return 200;
}

/* The rest of a POST's stream, with its answer. Some clients come back until
 * they have an answer: where none comes any more, because the call was
 * cancelled or they do not take an error for one, only this ends it. */
static int
resume_work (struct backlog *backlog, uint64_t event, struct channel *channel,
	     struct buffer *body)
{
	if (backlog->work == NULL && !backlog_has_more (backlog, event))
		return refuse (body, 405, RPC_INVALID_REQUEST,
			       "this stream has ended, and no more of it is "
			       "kept");
	if (backlog->work != NULL)
		work_resume (backlog->work, channel);
	backlog_send (backlog, event, channel);
	if (backlog->work == NULL)
		channel->ops->end (channel);
	return 200;
}

/* An event that nobody knows (any more) is no error: a 400 would cost some
 * clients the session. */
static int
resume (struct session *session, const char *last_event_id,
	struct channel *channel, struct buffer *body)
{
	struct backlog *backlog = NULL;
	uint64_t event;

	if (last_event_id != NULL)
		backlog = backlog_find (session, last_event_id, &event);
	if (backlog != NULL && backlog != session->news)
		return resume_work (backlog, event, channel, body);
	session_listen (session, channel, backlog != NULL ? &event : NULL);
	return 200;
}

static int
open_streamable (struct mcp *mcp, const struct visit *visit,
		 struct channel *channel, struct buffer *body)
{
	struct session *session;
	struct error err;
	int code = session_require (mcp, visit, &session, &err);

	if (code < 0)
		return refuse (body, reply_status (code), RPC_INVALID_REQUEST,
			       err.text);
	session_heard (session);
	return resume (session, visit->last_event_id, channel, body);
}

int
mcp_open_channel (struct mcp *mcp, const struct visit *visit,
		  struct channel *channel, struct buffer *body)
{
	channel->owner = NULL;
	if (mcp->is_draining)
		return refuse (body, 503, MCP_CODE_DRAINING,
			       "the server is stopping");
	if (visit->transport == TRANSPORT_SSE)
		return open_sse (mcp, visit, channel, body);
	return open_streamable (mcp, visit, channel, body);
}

int
mcp_delete (struct mcp *mcp, const struct visit *visit, struct buffer *body)
{
	struct session *session;
	struct error err;
	int code = session_require (mcp, visit, &session, &err);

	if (code < 0)
		return refuse (body, reply_status (code), RPC_INVALID_REQUEST,
			       err.text);
	ended_add (mcp, session);
	wishes_forget (session);
	session_end (session, CALL_END_LEFT,
		     "the client has ended the session");
	return 200;
}

bool
mcp_exchange_silent (struct mcp *mcp, struct exchange *exchange)
{
	struct work *work = exchange->work;

	(void) mcp;
	return work != NULL && work_prime (work);
}
