/* For plugins of the tests: a tool and a descriptor with nothing special, of
 * which each plugin sets what it is about. */
#ifndef TESTS_PLUGINS_MINIMAL_H
#define TESTS_PLUGINS_MINIMAL_H

#include <mcp/plugin.h>

static inline int
minimal_handle (struct mcp_call *call)
{
	call->host->result_text (call, "done", 4);
	return MCP_OK;
}

/* A row; more members may follow. */
#define MINIMAL_TOOL(tool_name, ...)                                           \
	{                                                                      \
		.name = tool_name, .description = "For tests",                 \
		.input_schema = "{\"type\":\"object\"}", __VA_ARGS__           \
	}

#define MINIMAL_PLUGIN(plugin_name, ...)                                       \
	static struct mcp_plugin minimal_plugin = { .name = plugin_name,       \
						    __VA_ARGS__ };             \
	MCP_PLUGIN (minimal_plugin)

#endif
