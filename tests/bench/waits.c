/* A plugin for the benchmark: tools that are not for the loop. "park" is done
 * as soon as one of the plugin's threads has it, "nap" keeps that thread. */
#include <json-c/json.h>
#include <mcp/plugin.h>
#include <unistd.h>

#define SCHEMA "{\"type\":\"object\"}"

static int
park (struct mcp_call *call)
{
	call->host->result_text (call, "done", 4);
	return MCP_OK;
}

static int
nap (struct mcp_call *call)
{
	struct json_object *seconds =
		json_object_object_get (call->arguments, "seconds");
	int left_ms = 1000 * json_object_get_int (seconds);

	for (; left_ms > 0 && !call->host->cancelled (call); left_ms -= 50)
		usleep (50000);
	return park (call);
}

static const struct mcp_tool tools[] = {
	{ .name = "park",
	  .description = "Is done at once, on a thread",
	  .input_schema = SCHEMA,
	  .handle = park },
	{ .name = "nap",
	  .description = "Keeps a thread for some seconds",
	  .input_schema = SCHEMA,
	  .handle = nap },
};

static struct mcp_plugin plugin = {
	.name = "waits",
	.version = "1",
	.summary = "For the benchmark",
	.MCP_TOOLS (tools),
};

MCP_PLUGIN (plugin)
