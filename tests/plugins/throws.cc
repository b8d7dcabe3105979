/* Loaded: its tools throw what nobody catches. */
#include <stdexcept>

#include <mcp/plugin.h>

namespace
{

int
throw_it (mcp_call *)
{
	throw std::runtime_error ("nobody catches me");
}

const mcp_tool tools[] = {
	{ .name = "throw",
	  .description = "For tests",
	  .input_schema = "{\"type\":\"object\"}",
	  .handle = throw_it },
	{ .name = "throw_here",
	  .description = "For tests",
	  .input_schema = "{\"type\":\"object\"}",
	  .bits = MCP_NEVER_BLOCKS,
	  .handle = throw_it },
};

mcp_plugin plugin = { .name = "throws", .MCP_TOOLS (tools) };

} // namespace

MCP_PLUGIN (plugin)
