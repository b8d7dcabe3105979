/* Tools that say something before or beside their result: log messages,
 * progress, a pause, and changes of what is offered. */
#include "conformance.h"

#include <stdatomic.h>
#include <string.h>

#define STEP_MS 50
#define RECONNECT_MS 100

static void
log_text (struct mcp_call *call, const char *text)
{
	call->host->message (call, MCP_LOG_INFO, NULL,
			     json_object_new_string (text));
}

int
tool_with_logging (struct mcp_call *call)
{
	log_text (call, "Tool execution started");
	sleep_ms (call, STEP_MS);
	log_text (call, "Tool processing data");
	sleep_ms (call, STEP_MS);
	log_text (call, "Tool execution completed");
	return say (call, "Tool with logging executed successfully");
}

int
logging_tool (struct mcp_call *call)
{
	log_text (call, "Logging tool executed");
	return say (call, "Logging tool executed successfully");
}

int
tool_with_progress (struct mcp_call *call)
{
	for (int done = 0; done <= 100; done += 50) {
		if (done > 0)
			sleep_ms (call, STEP_MS);
		call->host->progress (call, done, 100, NULL);
	}
	return say (call, "Tool with progress executed successfully");
}

int
reconnection (struct mcp_call *call)
{
	call->host->pause (call, RECONNECT_MS);
	sleep_ms (call, RECONNECT_MS);
	return say (call, "Reconnection test completed successfully. If you "
			  "received this, the client properly reconnected "
			  "after stream closure.");
}

/* What comes and goes. */
static const struct mcp_tool more_tool = {
	.name = "test_tool_that_came",
	.description = "Came while the server ran",
	.input_schema = "{\"type\": \"object\"}",
	.bits = MCP_READ_ONLY | MCP_CLOSED_WORLD | MCP_NEVER_BLOCKS,
	.handle = simple_text,
};

static const struct mcp_prompt more_prompt = {
	.name = "test_prompt_that_came",
	.description = "Came while the server ran",
	.bits = MCP_NEVER_BLOCKS,
	.get = simple_prompt,
};

int
trigger_tool_change (struct mcp_call *call)
{
	static atomic_uint n_changes;
	int r;

	if (atomic_fetch_add (&n_changes, 1) % 2 == 0)
		r = call->host->add_tool (call->host, &more_tool,
					  sizeof (more_tool));
	else
		r = call->host->remove_tool (call->host, more_tool.name);
	if (r < 0)
		return call->host->fail (call, "no change: %s", strerror (-r));
	return say (call, "Tool list change triggered");
}

int
trigger_prompt_change (struct mcp_call *call)
{
	static atomic_uint n_changes;
	int r;

	if (atomic_fetch_add (&n_changes, 1) % 2 == 0)
		r = call->host->add_prompt (call->host, &more_prompt,
					    sizeof (more_prompt));
	else
		r = call->host->remove_prompt (call->host, more_prompt.name);
	if (r < 0)
		return call->host->fail (call, "no change: %s", strerror (-r));
	return say (call, "Prompt list change triggered");
}
