/* Refused: the note says another ABI, before any code runs. */
#include <mcp/plugin.h>

#include <stdlib.h>

#undef MCP_ABI
#define MCP_ABI 2

static struct mcp_plugin plugin = { .name = "other_abi" };

MCP_PLUGIN (plugin)

__attribute__ ((constructor)) static void
code_runs (void)
{
	abort ();
}
