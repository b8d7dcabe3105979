/* Messages of the revisions without sessions (2026-07-28): each says itself
 * who sends it and what that client can do. */
#ifndef MCP_STATELESS_H
#define MCP_STATELESS_H

#include "mcp/exchange.h"

struct mcp;
struct rpc_message;

/* Serves or refuses a message to /mcp that belongs to that era (era.h). */
void stateless_take (struct mcp *mcp, struct exchange *exchange,
		     const struct rpc_message *message);

#endif
