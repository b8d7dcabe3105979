/* What becomes known of agents, as events for the orchestrator: the core topics
 * agent.*. Loop only. */
#ifndef MCP_AGENT_NEWS_H
#define MCP_AGENT_NEWS_H

#include "mcp/agent_clock.h"
#include "mcp/exchange.h"

struct caller;
struct mcp;

/* news: enum agent_news without AGENT_CONNECTED. */
void agent_news_tell (struct mcp *mcp, const struct agent_clock *clock,
		      unsigned news);
void agent_news_connected (struct mcp *mcp, const struct agent_clock *clock,
			   const struct caller *caller,
			   enum transport transport);
/* more: further members, each with a comma before it. */
void agent_news_disconnected (struct mcp *mcp, const struct agent_clock *clock,
			      const char *reason, const char *more);

#endif
