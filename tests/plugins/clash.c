/* Refused beside flow, which has a tool echo; loaded without it. Its init
 * must not run when it is refused. */
#include "minimal.h"

static int
init (const struct mcp_host *host, const char *config, void **state)
{
	(void) config;
	(void) state;
	host->log (host, MCP_LOG_NOTICE, "init of clash has run");
	return 0;
}

static const struct mcp_tool tools[] = {
	MINIMAL_TOOL ("only_clash_has_this", .handle = minimal_handle),
	MINIMAL_TOOL ("echo", .handle = minimal_handle),
};

MINIMAL_PLUGIN ("clash", .init = init, .MCP_TOOLS (tools))
