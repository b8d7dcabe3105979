/* initialize: agrees on a revision, begins the session over /mcp (over SSE
 * the stream began it), and tells who we are. And ping. */
#include "mcp/lifecycle.h"

#include "base/log.h"
#include "json/rpc.h"
#include "mcp/identity.h"
#include "mcp/request.h"
#include "mcp/result.h"
#include "mcp/session_id.h"

/* Over HTTP+SSE a client may say it again: what it says last counts. */
static bool
begin_session (struct request *request)
{
	if (request->session != NULL)
		return true;
	request->session = session_new (request->mcp, TRANSPORT_STREAMABLE,
					request->caller.agent, NULL);
	return request->session != NULL;
}

static void
answer (struct request *request)
{
	struct buffer body = { 0 };

	result_begin (&body, request);
	buffer_add_literal (&body, "\"protocolVersion\":\"");
	buffer_add_text (&body, request->caller.revision->name);
	buffer_add_literal (&body, "\",\"capabilities\":");
	identity_write_capabilities (&body, request->caller.revision);
	buffer_add_literal (&body, ",\"serverInfo\":");
	buffer_add_text (&body, request->mcp->server_info);
	identity_write_instructions (&body, request->mcp);
	result_end (&body, request);
	request_answer (request, &body);
}

/* What the client says of itself. */
static void
agree (struct session *session, const char *wish, struct json_object *params)
{
	struct caller *caller = &session->caller;

	caller->revision = revision_negotiate (wish);
	caller->can = caller_can (caller->revision,
				  json_get (params, "capabilities"));
	session_set_client (
		session,
		json_get_string (json_get (params, "clientInfo"), "name"));
	session_heard (session);
	log_debug ("session %.8s: begun by '%s', %s", session->key,
		   caller->client ? caller->client : "?",
		   caller->revision->name);
}

/* The client gets its id. False: no memory, the session is gone. */
static bool
name_session (struct request *request)
{
	struct session *session = request->session;

	if (session->transport == TRANSPORT_SSE)
		return true;
	if (session_id_seal (session) < 0) {
		session_end (session, CALL_END_LEFT, NULL);
		request->session = NULL;
		return false;
	}
	request->work->session_id = session->id;
	return true;
}

static void
refuse (struct request *request)
{
	request->work->status = 503;
	request_error (request, MCP_CODE_BUSY,
		       "too many sessions are open; try again later");
}

void
lifecycle_initialize (struct request *request, struct json_object *params)
{
	const char *wish = json_get_string (params, "protocolVersion");

	if (wish == NULL) {
		request_error (request, RPC_INVALID_PARAMS,
			       "params.protocolVersion: expected a string");
		return;
	}
	if (!begin_session (request)) {
		refuse (request);
		return;
	}
	agree (request->session, wish, params);
	if (!name_session (request)) {
		refuse (request);
		return;
	}
	request->caller = request->session->caller;
	answer (request);
}

void
lifecycle_ping (struct request *request, struct json_object *params)
{

	(void) params;
	request_answer_empty (request);
}
