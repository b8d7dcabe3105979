/* Refused: every schema is wrong in its own way. */
#include "minimal.h"

static const struct mcp_tool tools[] = {
	{ .name = "no_json",
	  .description = "Wrong",
	  .handle = minimal_handle,
	  .input_schema = "{type: object}" },
	{ .name = "no_object",
	  .description = "Wrong",
	  .handle = minimal_handle,
	  .input_schema = "{\"type\": \"string\"}" },
	{ .name = "no_number",
	  .description = "Wrong",
	  .handle = minimal_handle,
	  .input_schema = "{\"type\": \"object\", \"properties\":"
			  " {\"days\": {\"minimum\": \"3\"}}}" },
	{ .name = "no_schema",
	  .description = "Wrong",
	  .handle = minimal_handle },
	{ .name = "no_output",
	  .description = "Wrong",
	  .handle = minimal_handle,
	  .input_schema = "{\"type\": \"object\"}",
	  .output_schema = "[]" },
};

MINIMAL_PLUGIN ("bad_schema", .MCP_TOOLS (tools))
