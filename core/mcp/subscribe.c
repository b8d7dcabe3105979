/* resources/subscribe and resources/unsubscribe: what a session wants to hear
 * of. Revisions without sessions have listen.c. */
#include "mcp/subscribe.h"

#include "base/limits.h"
#include "json/rpc.h"
#include "mcp/reply.h"
#include "mcp/request.h"
#include "mcp/resources.h"
#include "mcp/wishes.h"

bool
subscribe_exists (struct mcp *mcp, const char *uri)
{
	struct json_object *variables = NULL;
	struct snapshot *snapshot;
	bool exists;

	if (strlen (uri) > LIMIT_URI_BYTES)
		return false;
	snapshot = registry_pin (mcp->registry);
	exists = snapshot_find_resource (snapshot, uri, &variables) != NULL;
	json_object_put (variables);
	snapshot_unpin (snapshot);
	return exists;
}

/* On the session's stream, if it has one. */
static void
updated (void *owner, const char *uri)
{
	struct buffer text = { 0 };

	rpc_begin_notification (&text, "notifications/resources/updated");
	buffer_add_literal (&text, "{\"uri\":");
	json_write_text (&text, uri);
	buffer_add_literal (&text, "}}");
	if (text.failed == 0)
		session_send (owner, text.data, text.size);
	buffer_fini (&text);
}

int
subscribe_to (struct session *session, const char *uri)
{
	session->subscriber.updated = updated;
	session->subscriber.owner = session;
	return subscription_add (session->mcp, &session->subscriber, uri);
}

/* NULL: it was refused. */
static const char *
require_uri (struct request *request, struct json_object *params)
{
	const char *uri = json_get_string (params, "uri");

	if (uri == NULL)
		request_error (request, RPC_INVALID_PARAMS,
			       "params.uri: expected a string");
	return uri;
}

void
subscribe_begin (struct request *request, struct json_object *params)
{
	struct session *session = request->session;
	const char *uri = require_uri (request, params);

	if (uri == NULL)
		return;
	if (!subscribe_exists (request->mcp, uri)) {
		resources_refuse (request, uri);
	} else if (subscribe_to (session, uri) < 0) {
		request_error (request, MCP_CODE_BUSY,
			       "too many subscriptions; end some with "
			       "resources/unsubscribe");
	} else {
		wishes_keep (session);
		request_answer_empty (request);
	}
}

void
subscribe_end (struct request *request, struct json_object *params)
{
	struct session *session = request->session;
	const char *uri = require_uri (request, params);

	if (uri == NULL)
		return;
	subscription_remove (request->mcp, &session->subscriber, uri);
	wishes_keep (session);
	request_answer_empty (request);
}
