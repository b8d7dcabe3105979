/* What is going on, for somebody who watches: agents, sessions and the calls
 * that run. An id of a session is a secret, and not told. */
#include <string.h>

#include "base/limits.h"
#include "json/json.h"
#include "mcp/dispatch.h"
#include "mcp/session.h"
#include "mcp/state.h"
#include "plugin/describe.h"

static void
write_session (struct buffer *json, const struct session *session)
{
	const struct revision *revision = session_revision (session, NULL);
	bool is_sse = session->transport == TRANSPORT_SSE;

	buffer_add_format (json, "{\"transport\":\"%s\",\"protocol\":",
			   is_sse ? "sse" : "streamable");
	json_write_text (json, revision->name);
	buffer_add_literal (json, ",\"client\":");
	if (session->caller.client != NULL)
		json_write_text (json, session->caller.client);
	else
		buffer_add_literal (json, "null");
	buffer_add_format (json, ",\"has_stream\":%s,\"calls\":%zu",
			   session->channel != NULL ? "true" : "false",
			   session->n_calls);
	if (session->is_idle)
		buffer_add_format (json, ",\"idle_ms\":%lld",
				   (long long) (loop_now_ms (session->mcp->loop)
						- session->idle_ms));
	buffer_add_char (json, '}');
}

static void
write_sessions (struct buffer *json, const struct mcp *mcp)
{
	const struct session *session;
	size_t n = 0;

	buffer_add_format (json, ",\"n_sessions\":%u,\"sessions\":[",
			   HASH_COUNT (mcp->sessions));
	for (session = mcp->sessions;
	     session != NULL && n < LIMIT_OVERVIEW_ROWS;
	     session = session->hh.next) {
		if (n++ > 0)
			buffer_add_char (json, ',');
		write_session (json, session);
	}
	buffer_add_char (json, ']');
}

/* A call that asked waits without one of a plugin's. */
static size_t
write_calls (struct buffer *json, const struct request *request, size_t n)
{
	for (; request != NULL && n < LIMIT_OVERVIEW_ROWS;
	     request = request->next) {
		if (n++ > 0)
			buffer_add_char (json, ',');
		buffer_add_literal (json, "{\"method\":");
		json_write_text (json, request->method->name);
		buffer_add_format (json,
				   ",\"is_asking\":%s,\"is_task\":%s,\"of\":",
				   request->asking != NULL ? "true" : "false",
				   request->task != NULL ? "true" : "false");
		if (request->call != NULL)
			call_describe (request->call, json);
		else
			buffer_add_literal (json, "null");
		buffer_add_char (json, '}');
	}
	return n;
}

void
mcp_write_overview (const struct mcp *mcp, struct buffer *json)
{
	const struct session *session;
	size_t n;

	buffer_add_format (json, ",\"draining\":%s",
			   mcp->is_draining ? "true" : "false");
	buffer_add_literal (json, ",\"agents\":");
	agents_write_list (mcp->agents, json);
	write_sessions (json, mcp);
	buffer_add_format (json, ",\"n_calls\":%zu,\"calls\":[", mcp->n_calls);
	n = write_calls (json, mcp->calls, 0);
	for (session = mcp->sessions; session != NULL;
	     session = session->hh.next)
		n = write_calls (json, session->calls, n);
	buffer_add_char (json, ']');
}
