/* Which sessions have ended for good: their ids may still be good seals. They
 * are remembered for as long as that. */
#ifndef MCP_ENDED_H
#define MCP_ENDED_H

#include <stdbool.h>
#include <stdint.h>

struct agent;
struct mcp;
struct session;

/* Those of earlier starts. Freed with the rest. */
void ended_load (struct mcp *mcp);
void ended_free (struct mcp *mcp);

/* This one; all that this agent has begun up to now. */
void ended_add (struct mcp *mcp, const struct session *session);
void ended_add_agent (struct mcp *mcp, const struct agent *agent);
/* Whether the one with this key has, which began at that time. */
bool ended_has (const struct mcp *mcp, const char *key,
		const struct agent *agent, int64_t time_ms);

#endif
