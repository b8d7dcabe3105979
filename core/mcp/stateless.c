/* Checks what a message of the era without sessions says of itself, in an
 * order that tells clients most (the specification has none), and hands it to
 * dispatch. */
#include "mcp/stateless.h"

#include <stdlib.h>
#include <string.h>

#include "json/rpc.h"
#include "mcp/discover.h"
#include "mcp/dispatch.h"
#include "mcp/era.h"
#include "mcp/headers.h"
#include "mcp/reply.h"

#define META "io.modelcontextprotocol/"
#define CAPABILITIES_KEY META "clientCapabilities"
#define CLIENT_KEY META "clientInfo"
#define LEVEL_KEY META "logLevel"

/* --- Refusing --- */

/* A message without the claim: of this era by its header or its method. */
static void
refuse_unclaimed (struct exchange *exchange, const struct rpc_message *message)
{
	if (strcmp (message->method, "initialize") == 0)
		reply_refuse (exchange, 400, message->id,
			      MCP_CODE_HEADER_MISMATCH,
			      "MCP-Protocol-Version: the revision it names has "
			      "no initialize");
	else
		reply_refuse (exchange, 400, message->id, RPC_INVALID_PARAMS,
			      "params._meta: " REVISION_CLAIM_KEY
			      " and " CAPABILITIES_KEY " are missing");
}

/* Who names one with sessions is not told of those: it would come again
 * with the same. */
static void
refuse_version (struct exchange *exchange, const char *id, const char *claim)
{
	struct buffer body = { 0 }, data = { 0 };

	buffer_add_literal (&data, "{\"supported\":");
	discover_write_versions (&data, revision_find (claim) != NULL);
	buffer_add_literal (&data, ",\"requested\":");
	json_write_text (&data, claim);
	buffer_add_char (&data, '}');
	rpc_write_error (&body, id, MCP_CODE_UNSUPPORTED_VERSION,
			 revision_find (claim) != NULL
				 ? "this revision has sessions; send "
				   "initialize without the version in _meta"
				 : "this revision is not served",
			 data.data);
	exchange->ops->reply (exchange, 400, &body, NULL);
	buffer_fini (&body);
	buffer_fini (&data);
}

/* --- Reading --- */

/* The claim is NULL unless it is a string. A sentence, or NULL when all is
 * there. */
static const char *
find_fault (struct json_object *meta, const char *claim, int level)
{
	if (claim == NULL)
		return "params._meta: " REVISION_CLAIM_KEY
		       ": expected a string";
	if (!json_object_is_type (json_get (meta, CAPABILITIES_KEY),
				  json_type_object))
		return "params._meta: " CAPABILITIES_KEY ": expected an object";
	if (level < 0 && json_get (meta, LEVEL_KEY) != NULL)
		return "params._meta: " LEVEL_KEY ": expected a logging level";
	return NULL;
}

static void
serve (struct mcp *mcp, struct exchange *exchange,
       const struct rpc_message *message, const struct caller *caller)
{
	struct work *work = work_new (exchange, NULL, 1, false);
	struct request *request = NULL;

	if (work != NULL)
		request = request_new (mcp, NULL, caller, work, message);
	if (request != NULL) {
		dispatch_request (request, message);
		return;
	}
	free (work);
	reply_refuse (exchange, 503, message->id, RPC_INTERNAL_ERROR,
		      "out of memory");
}

static void
take_request (struct mcp *mcp, struct exchange *exchange,
	      const struct rpc_message *message)
{
	struct json_object *meta = json_get (message->params, "_meta");
	const char *claim = json_get_string (meta, REVISION_CLAIM_KEY);
	struct caller caller = {
		.revision = claim ? revision_find_stateless (claim) : NULL,
		.agent = exchange->agent,
		.client = json_get_string (json_get (meta, CLIENT_KEY), "name"),
		.message_level =
			caller_level (json_get_string (meta, LEVEL_KEY)),
	};
	const char *fault = find_fault (meta, claim, caller.message_level);
	struct error err;

	if (fault != NULL) {
		reply_refuse (exchange, 400, message->id, RPC_INVALID_PARAMS,
			      "%s", fault);
	} else if (headers_check_version (exchange, claim, &err) < 0) {
		reply_refuse (exchange, 400, message->id,
			      MCP_CODE_HEADER_MISMATCH, "%s", err.text);
	} else if (caller.revision == NULL) {
		refuse_version (exchange, message->id, claim);
	} else if (headers_check_method (exchange, message,
					 dispatch_name_param (message->method),
					 &err)
		   < 0) {
		reply_refuse (exchange, 400, message->id,
			      MCP_CODE_HEADER_MISMATCH, "%s", err.text);
	} else {
		caller.can = caller_can (caller.revision,
					 json_get (meta, CAPABILITIES_KEY));
		agent_clocks_heard (mcp, &caller, TRANSPORT_STREAMABLE);
		serve (mcp, exchange, message, &caller);
	}
}

/* The era has no notification from clients that matters over HTTP: who leaves
 * cancels (streamable-http). Which headers one has is not said; what is there
 * has to be right all the same. */
static void
take_notification (struct exchange *exchange, const struct rpc_message *message)
{
	const char *claim = json_get_string (
		json_get (message->params, "_meta"), REVISION_CLAIM_KEY);
	struct error err;

	if (claim != NULL && exchange->protocol_version != NULL
	    && headers_check_version (exchange, claim, &err) < 0)
		reply_refuse (exchange, 400, NULL, MCP_CODE_HEADER_MISMATCH,
			      "%s", err.text);
	else if (claim != NULL && revision_find_stateless (claim) == NULL)
		refuse_version (exchange, NULL, claim);
	else
		reply_accept (exchange);
}

void
stateless_take (struct mcp *mcp, struct exchange *exchange,
		const struct rpc_message *message)
{
	if (message->kind == RPC_NOTIFICATION)
		take_notification (exchange, message);
	else if (message->kind == RPC_RESPONSE)
		/* Its id is one of ours, were there any: not of a request that
		 * this could be the answer to. */
		reply_refuse (exchange, 400, NULL, RPC_INVALID_REQUEST,
			      "nothing was asked that a response could answer");
	else if (!era_is_claimed (message))
		refuse_unclaimed (exchange, message);
	else
		take_request (mcp, exchange, message);
}
