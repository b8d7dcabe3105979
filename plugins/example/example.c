/* The smallest plugin: one tool, which adds two numbers. */
#include <json-c/json.h>
#include <mcp/plugin.h>

static int
add (struct mcp_call *call)
{
	struct json_object *a, *b;

	json_object_object_get_ex (call->arguments, "a", &a);
	json_object_object_get_ex (call->arguments, "b", &b);
	call->host->result_format (call, "%.15g",
				   json_object_get_double (a)
					   + json_object_get_double (b));
	return MCP_OK;
}

static const struct mcp_tool tools[] = { {
	.name = "add",
	.description = "Adds two numbers.",
	.input_schema = "{\"type\": \"object\", \"required\": [\"a\", \"b\"],"
			" \"properties\": {\"a\": {\"type\": \"number\"},"
			" \"b\": {\"type\": \"number\"}}}",
	.bits = MCP_READ_ONLY | MCP_CLOSED_WORLD | MCP_NEVER_BLOCKS,
	.handle = add,
} };

static struct mcp_plugin plugin = {
	.name = "example",
	.version = "1.0",
	.summary = "The smallest plugin",
	.MCP_TOOLS (tools),
};

MCP_PLUGIN (plugin)
