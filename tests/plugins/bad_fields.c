/* Refused: a descriptor that is wrong in many fields at once. */
#include "minimal.h"

static const struct mcp_tool tools[] = {
	MINIMAL_TOOL ("a name with spaces", .handle = minimal_handle),
	MINIMAL_TOOL ("no_handle", .handle = 0),
	MINIMAL_TOOL ("new_bits", .handle = minimal_handle,
		      .bits = UINT32_C (1) << 31),
	MINIMAL_TOOL ("no_utf8", .handle = minimal_handle, .title = "\xff"),
	{ .name = "no_description",
	  .handle = minimal_handle,
	  .input_schema = "{\"type\": \"object\"}" },
};

MINIMAL_PLUGIN ("bad_fields", .parallel = 1000, .summary = "\xff",
		.MCP_TOOLS (tools))
