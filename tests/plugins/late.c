/* Refused: its entry function returns only when the file of the environment
 * variable LATE_GATE is there. Its init must not run any more then. */
#include <mcp/plugin.h>

#include <stdlib.h>
#include <unistd.h>

static int
init (const struct mcp_host *host, const char *config, void **state)
{
	(void) config;
	(void) state;
	host->log (host, MCP_LOG_NOTICE, "late init has run");
	return 0;
}

static const struct mcp_plugin late = {
	.size = sizeof (struct mcp_plugin),
	.tool_size = sizeof (struct mcp_tool),
	.name = "late",
	.init = init,
};

MCP_ABI_NOTE

MCP_EXPORT const struct mcp_plugin *mcp_plugin_v1 (void);

const struct mcp_plugin *
mcp_plugin_v1 (void)
{
	while (access (getenv ("LATE_GATE"), F_OK) != 0)
		usleep (1000);
	return &late;
}
