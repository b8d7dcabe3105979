/* Long streams: GET /mcp, one for each session, and the streams of HTTP+SSE,
 * which are their sessions. */
#include "json/rpc.h"
#include "mcp/reply.h"
#include "mcp/session.h"

static int
refuse (struct buffer *body, int status, int code, const char *sentence)
{
	rpc_write_error (body, NULL, code, sentence, NULL);
	return status;
}

/* The session begins here; the first event tells where to POST (transports,
 * 2024-11-05). */
static int
open_sse (struct mcp *mcp, const char *protocol_version,
	  struct channel *channel, struct buffer *body)
{
	struct session *session = session_new (mcp, TRANSPORT_SSE);
	struct buffer url = { 0 };

	if (session == NULL)
		return refuse (body, 503, MCP_CODE_BUSY,
			       "too many sessions are open; try again later");
	session->caller.revision = revision_find (protocol_version);
	session_set_channel (session, channel);
	buffer_add_format (&url, "/messages?session_id=%s", session->id);
	channel->ops->send (channel, "endpoint", NULL, url.data, url.size);
	buffer_fini (&url);
	return 200;
}

static int
open_streamable (struct mcp *mcp, const char *session_id,
		 const char *protocol_version, struct channel *channel,
		 struct buffer *body)
{
	struct session *session;
	struct error err;
	int code = session_require (mcp, TRANSPORT_STREAMABLE, session_id,
				    protocol_version, &session, &err);

	if (code < 0)
		return refuse (body, reply_status (code), RPC_INVALID_REQUEST,
			       err.text);
	session_set_channel (session, channel);
	return 200;
}

int
mcp_open_channel (struct mcp *mcp, enum transport transport,
		  const char *session_id, const char *protocol_version,
		  const char *last_event_id, struct channel *channel,
		  struct buffer *body)
{
	(void) last_event_id;
	channel->owner = NULL;
	if (mcp->is_draining)
		return refuse (body, 503, MCP_CODE_DRAINING,
			       "the server is stopping");
	if (transport == TRANSPORT_SSE)
		return open_sse (mcp, protocol_version, channel, body);
	return open_streamable (mcp, session_id, protocol_version, channel,
				body);
}

int
mcp_delete (struct mcp *mcp, const char *session_id,
	    const char *protocol_version, struct buffer *body)
{
	struct session *session;
	struct error err;
	int code = session_require (mcp, TRANSPORT_STREAMABLE, session_id,
				    protocol_version, &session, &err);

	if (code < 0)
		return refuse (body, reply_status (code), RPC_INVALID_REQUEST,
			       err.text);
	session_end (session, CALL_END_LEFT,
		     "the client has ended the session");
	return 200;
}

bool
mcp_exchange_silent (struct mcp *mcp, struct exchange *exchange)
{
	(void) mcp;
	(void) exchange;
	return false;
}
