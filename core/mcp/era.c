/* Tells the eras apart, body first: the claim in params._meta, then the
 * header, then methods that only one era has. */
#include "mcp/era.h"

#include <string.h>

#include "json/rpc.h"
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
bool
era_is_in_header (const struct exchange *exchange)
{
	return exchange->transport == TRANSPORT_STREAMABLE
	       && exchange->protocol_version != NULL
	       && exchange->session_id == NULL
	       && revision_is_stateless (exchange->protocol_version);
}

bool
era_is_stateless (const struct exchange *exchange,
		  const struct rpc_message *message)
{
	if (exchange->transport != TRANSPORT_STREAMABLE)
		return false;
	return era_is_claimed (message) || era_is_in_header (exchange)
	       || (message->kind == RPC_REQUEST
		   && is_stateless_method (message->method));
}
