/* Who a request is from, as far as it matters to what is served: what a
 * session agreed on once, or (2026-07-28) what each request says of itself. */
#ifndef MCP_CALLER_H
#define MCP_CALLER_H

struct agent;
struct agent_clock;
struct json_object;
struct mcp;
struct revision;

struct caller {
	const struct revision *revision; /* NULL: not agreed on yet */
	struct agent *agent; /* whose credential it brought; or NULL */
	/* Of whoever it is; or NULL. */
	struct agent_clock *clock;
	const char *client; /* the program's name, as it says; or NULL */
	unsigned can;	    /* enum call_can */
	int message_level;  /* the least grave messages that are
					  * wanted, MCP_LOG_*; -1: none */
};

/* The agent whose name its credential proves; or NULL. */
const char *caller_agent (const struct caller *caller);
/* The program's name, as far as the caller may go by it: not when that is an
 * agent's that has a credential, unless it brought one itself. Or NULL. */
const char *caller_client (const struct mcp *mcp, const struct caller *caller);
/* The bits of enum call_can for a ClientCapabilities object, as the revision
 * understands it; what the revision has no word for is not there. */
unsigned caller_can (const struct revision *revision,
		     struct json_object *capabilities);
/* A logging level by its name as MCP_LOG_*; -1 when name is NULL or none. */
int caller_level (const char *name);
/* The other way round. */
const char *caller_level_name (int level);

#endif
