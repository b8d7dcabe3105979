/* Loaded: writes to the log what happens to it, and is fresh each time. */
#include "minimal.h"

static int n_inits;

static int
init (const struct mcp_host *host, const char *config, void **state)
{
	n_inits++;
	host->log (host, MCP_LOG_NOTICE, "init %d with %s", n_inits, config);
	*state = (void *) host;
	return 0;
}

static void
fini (void *state)
{
	const struct mcp_host *host = state;

	host->log (host, MCP_LOG_NOTICE, "fini of counter");
}

static const struct mcp_tool tools[] = {
	MINIMAL_TOOL ("count", .handle = minimal_handle),
};

MINIMAL_PLUGIN ("counter", .version = "1.2", .summary = "Counts", .init = init,
		.fini = fini, .MCP_TOOLS (tools))
