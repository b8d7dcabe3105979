/* Refused: the entry function returns nothing. */
#include <mcp/plugin.h>

MCP_ABI_NOTE

MCP_EXPORT const struct mcp_plugin *mcp_plugin_v1 (void);

const struct mcp_plugin *
mcp_plugin_v1 (void)
{
	return NULL;
}
