/* Tools that answer at once, with every kind of content. */
#include "conformance.h"

#include <string.h>

int
about (struct mcp_call *call)
{
	return say (call, "The fixtures of the official conformance suite.");
}

int
x_mcp_header (struct mcp_call *call)
{
	call->host->result_format (call, "region=%s",
				   argument_text (call, "region", "<none>"));
	return MCP_OK;
}

int
simple_text (struct mcp_call *call)
{
	return say (call, "This is a simple text response for testing.");
}

int
image_content (struct mcp_call *call)
{
	call->host->result_image (call, sample_png, sizeof (sample_png),
				  "image/png");
	return MCP_OK;
}

int
audio_content (struct mcp_call *call)
{
	call->host->result_audio (call, sample_wav, sizeof (sample_wav),
				  "audio/wav");
	return MCP_OK;
}

static void
add_block (struct mcp_call *call, const char *block)
{
	call->host->result_content_text (call, block, strlen (block));
}

int
embedded_resource (struct mcp_call *call)
{
	add_block (call, "{\"type\": \"resource\", \"resource\": {"
			 "\"uri\": \"test://embedded-resource\","
			 "\"mimeType\": \"text/plain\","
			 "\"text\": \"This is an embedded resource content.\""
			 "}}");
	return MCP_OK;
}

int
multiple_content_types (struct mcp_call *call)
{
	say (call, "Multiple content types test:");
	image_content (call);
	add_block (call, "{\"type\": \"resource\", \"resource\": {"
			 "\"uri\": \"test://mixed-content-resource\","
			 "\"mimeType\": \"application/json\","
			 "\"text\": "
			 "\"{\\\"test\\\":\\\"data\\\",\\\"value\\\":123}\""
			 "}}");
	return MCP_OK;
}

int
error_handling (struct mcp_call *call)
{
	return call->host->fail (
		call, "This tool intentionally returns an error for testing");
}

int
json_schema_2020_12 (struct mcp_call *call)
{
	call->host->result_format (call,
				   "JSON Schema 2020-12 tool called with: %s",
				   call->host->arguments_text (call, NULL));
	return MCP_OK;
}

int
streaming_elicitation (struct mcp_call *call)
{
	return say (call, "Streaming elicitation test completed");
}
