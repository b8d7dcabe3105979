/* Tells the eras apart, body first: the claim in params._meta, then the
 * header, then methods that only one era has. */
#include "mcp/era.h"

#include <string.h>

#include "json/rpc.h"
#include "mcp/reply.h"
#include "mcp/revision.h"

bool
era_is_claimed (const struct rpc_message *message)
{
	return json_has (json_get (message->params, "_meta"),
			 REVISION_CLAIM_KEY);
}

static bool
is_stateless_method (const char *name)
{
	return strcmp (name, "server/discover") == 0
	       || strcmp (name, "subscriptions/listen") == 0;
}

/* Without a session the header alone speaks for the era; with one it is only
 * a wrong header. */
static bool
is_in_header (const struct exchange *exchange)
{
	return exchange->protocol_version != NULL
	       && exchange->session_id == NULL
	       && revision_is_stateless (exchange->protocol_version);
}

static void
refuse_claimed (struct exchange *exchange, const struct rpc_message *message)
{
	reply_refuse (exchange, 404, message->id, RPC_METHOD_NOT_FOUND,
		      "Method not found: %s without a session; send "
		      "initialize first",
		      message->method);
}

static void
refuse_unclaimed (struct exchange *exchange, const struct rpc_message *message)
{
	if (strcmp (message->method, "initialize") == 0)
		reply_refuse (exchange, 400, message->id, RPC_INVALID_REQUEST,
			      "MCP-Protocol-Version: the revision it names has "
			      "no initialize");
	else
		reply_refuse (exchange, 400, message->id, RPC_INVALID_PARAMS,
			      "params._meta: " REVISION_CLAIM_KEY
			      " and io.modelcontextprotocol/"
			      "clientCapabilities are missing");
}

bool
era_answers (struct exchange *exchange, const struct rpc_message *message)
{
	bool is_claimed = era_is_claimed (message);
	bool is_request = message->kind == RPC_REQUEST;

	if (message->kind == RPC_RESPONSE)
		return false;
	if (!is_claimed && !is_in_header (exchange)
	    && !(is_request && is_stateless_method (message->method)))
		return false;
	if (!is_request)
		reply_accept (exchange);
	else if (is_claimed)
		refuse_claimed (exchange, message);
	else
		refuse_unclaimed (exchange, message);
	return true;
}
