/* Refused: needs a symbol that nobody has. */
#include "minimal.h"

int nobody_has_this (struct mcp_call *call);

static const struct mcp_tool tools[] = {
	MINIMAL_TOOL ("undefined_tool", .handle = nobody_has_this),
};

MINIMAL_PLUGIN ("undefined", .MCP_TOOLS (tools))
