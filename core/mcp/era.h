/* Which era a message to /mcp belongs to: revisions with sessions, or the
 * ones without that begin with REVISION_FIRST_STATELESS. */
#ifndef MCP_ERA_H
#define MCP_ERA_H

#include "mcp/exchange.h"

struct rpc_message;

/* Whether a message is of the era without sessions. Decided by each message
 * alone (2026-07-28 versioning), and never over HTTP+SSE. */
bool era_is_stateless (const struct exchange *exchange,
		       const struct rpc_message *message);
/* Whether the message says it itself. */
bool era_is_claimed (const struct rpc_message *message);
/* Whether the header says it, for all messages of an exchange. */
bool era_is_in_header (const struct exchange *exchange);

#endif
