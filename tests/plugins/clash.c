/* Refused beside flow, which has a tool echo, and beside rows, which has a
 * resource and a prompt of its; loaded without them. Its init must not run
 * when it is refused. */
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

static const struct mcp_resource resources[] = {
	{ .uri = "rows://text", .name = "clash", .read = minimal_handle },
};

static const struct mcp_prompt prompts[] = {
	{ .name = "greet", .description = "clash", .get = minimal_handle },
};

MINIMAL_PLUGIN ("clash", .init = init, .MCP_TOOLS (tools),
		.MCP_RESOURCES (resources), .MCP_PROMPTS (prompts))
