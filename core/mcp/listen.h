/* subscriptions/listen (2026-07-28): a long stream of what its client asked
 * for, which is all that is remembered of that client. */
#ifndef MCP_LISTEN_H
#define MCP_LISTEN_H

#include "mcp/state.h"

struct agent;
struct json_object;
struct request;

/* Method: see dispatch.h. */
void listen_begin (struct request *request, struct json_object *params);
/* Tells those who asked for it. kinds: of enum registry_kind. */
void listen_tell_changes (struct mcp *mcp, unsigned kinds);
/* Ends all, or those of an agent, each with the response to its request. */
void listen_end_all (struct mcp *mcp);
void listen_end_of (struct mcp *mcp, const struct agent *agent);

/* Notes in the clocks of agents who has such a stream. */
void listen_look (const struct mcp *mcp);

#endif
