/* Which era a message to /mcp belongs to: revisions with sessions, or the
 * ones without that begin with REVISION_FIRST_STATELESS. */
#ifndef MCP_ERA_H
#define MCP_ERA_H

#include "mcp/exchange.h"

struct rpc_message;

/* Decided by each message alone (versioning, 2026-07-28). Messages of the era
 * without sessions, which is not served, are answered here (true), in such a
 * way that clients turn to initialize. */
bool era_answers (struct exchange *exchange, const struct rpc_message *message);
/* Whether the message says itself that it belongs to that era. */
bool era_is_claimed (const struct rpc_message *message);

#endif
