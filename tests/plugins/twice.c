/* Refused: one name for two tools. */
#include "minimal.h"

static const struct mcp_tool tools[] = {
	MINIMAL_TOOL ("same", .handle = minimal_handle),
	MINIMAL_TOOL ("same", .handle = minimal_handle),
};

MINIMAL_PLUGIN ("twice", .MCP_TOOLS (tools))
