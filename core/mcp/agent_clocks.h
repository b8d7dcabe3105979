/* The clocks of all agents, also of those without a token, and one timer for
 * them. What is news becomes an event; nothing else follows from it. Loop
 * only. */
#ifndef MCP_AGENT_CLOCKS_H
#define MCP_AGENT_CLOCKS_H

#include <uv.h>

#include "mcp/agent_clock.h"
#include "mcp/caller.h"
#include "mcp/exchange.h"

struct mcp;

struct agent_clocks {
	struct agent_clock *by_name;
	size_t n_strangers; /* of them without a token */
	uv_timer_t timer;
	int64_t due_ms; /* when it is set for; INT64_MAX: it is not */
};

void agent_clocks_init (struct mcp *mcp);
/* The timer is closed by the caller. */
void agent_clocks_fini (struct mcp *mcp);

/* The clock of an agent with a name, made when there is none. NULL: out of
 * memory. */
struct agent_clock *agent_clocks_add (struct mcp *mcp, struct agent *agent);
/* The one of that name; or NULL. */
struct agent_clock *agent_clocks_find (const struct mcp *mcp, const char *name);
/* It is expected from now on. */
void agent_clocks_expect (struct mcp *mcp, struct agent_clock *clock);

/* A request came from this caller, or it opened a stream; fills in
 * caller->clock, by its credential, else by its program's name. Costs next to
 * nothing when it is there already. */
void agent_clocks_heard (struct mcp *mcp, struct caller *caller,
			 enum transport transport);
/* A report by that name is recorded. caller: who made it; one without a
 * credential goes by that name from now on. Returns whose clock it is; or
 * NULL. */
struct agent_clock *agent_clocks_reported (struct mcp *mcp,
					   const struct caller *caller,
					   enum transport transport,
					   const char *name, const char *phase);
/* The same of a call that nobody waits for any more. Makes no clock. */
void agent_clocks_reported_late (struct mcp *mcp, const char *name,
				 const char *phase);
/* A stream or a call of it ended. clock: or NULL. */
void agent_clocks_rested (struct mcp *mcp, struct agent_clock *clock);
/* A session of it ended. clock: or NULL. */
void agent_clocks_left (struct mcp *mcp, struct agent_clock *clock);
/* Its process has ended, or it is served no more. more: further members of the
 * event, each with a comma before it. */
void agent_clocks_over (struct mcp *mcp, struct agent_clock *clock,
			const char *reason, const char *more);

#endif
