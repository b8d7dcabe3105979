/* A plugin that uses all that the header beside it has: what was built with it
 * must run in every later server. */
#include "everything.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct json_object *
argument (struct mcp_call *call, const char *name)
{
	struct json_object *value = NULL;

	json_object_object_get_ex (call->arguments, name, &value);
	return value;
}

static int
init (const struct mcp_host *host, const char *config, void **state)
{
	struct json_object *value = json_tokener_parse (config), *level = NULL;
	struct everything *all = calloc (1, sizeof (*all));

	json_object_object_get_ex (value, "level", &level);
	if (all != NULL) {
		all->host = host;
		all->level = json_object_get_int (level);
	}
	json_object_put (value);
	*state = all;
	if (all == NULL)
		host->log (host, MCP_LOG_ERROR, "out of memory");
	return all != NULL ? 0 : -ENOMEM;
}

static void
fini (void *state)
{
	struct everything *all = state;

	all->host->log (all->host, MCP_LOG_INFO, "everything is over");
	free (all);
}

static void
notice (void *state, int what, const char *agent)
{
	const struct everything *all = state;

	all->host->log (all->host, MCP_LOG_INFO, "notice %d %s", what,
			agent != NULL ? agent : "-");
}

static int
admit (void *state, const struct mcp_admission *admission, char *sentence,
       size_t room)
{
	(void) state;
	if (admission->size < offsetof (struct mcp_admission, reserved)
	    || strcmp (admission->tool, "refused") != 0)
		return 0;
	snprintf (sentence, room, "%s of %s is refused", admission->tool,
		  admission->plugin);
	return -EPERM;
}

static int
never (struct mcp_call *call)
{
	(void) call;
	return MCP_ERROR;
}

#define TOOL(name_, handle_, ...)                                              \
	{                                                                      \
		.name = name_, .title = "For tests", .description = name_,     \
		.input_schema = NO_ARGUMENTS, .handle = handle_, ##__VA_ARGS__ \
	}

static const struct mcp_tool tools[] = {
	TOOL ("results", bring_results),
	TOOL ("structured", bring_structured,
	      .output_schema =
		      "{\"type\": \"object\", \"required\": [\"sum\"]}"),
	TOOL ("arguments", bring_arguments,
	      .icons = "[{\"src\": \"every:icon\"}]", .meta = "{\"m\": 1}",
	      .bits = MCP_READ_ONLY | MCP_ADDITIVE | MCP_IDEMPOTENT
		      | MCP_CLOSED_WORLD | MCP_NEVER_BLOCKS),
	TOOL ("fail", fail_printed),
	TOOL ("fail_text", fail_as_it_is, .bits = MCP_NEVER_BLOCKS),
	TOOL ("state", keep_state),
	TOOL ("emit", emit_events),
	TOOL ("events", read_events),
	TOOL ("rows", change_rows),
	TOOL ("pending", wait_pending),
	TOOL ("task", wait_task),
	TOOL ("cancelled", wait_cancelled, .cancel = cancel_pending),
	TOOL ("ask", ask_client, .abandoned = forget),
	TOOL ("ask_orchestrator", ask_orchestrator),
	TOOL ("refused", never),
};

static const struct mcp_resource resources[] = {
	{ .uri = "every:fixed",
	  .name = "fixed",
	  .title = "Fixed",
	  .description = "For tests",
	  .mime_type = "text/plain",
	  .annotations = "{\"priority\": 0.5}",
	  .bits = MCP_NEVER_BLOCKS,
	  .bytes = 11,
	  .read = read_fixed },
	{ .uri = "every:item/{id}",
	  .name = "item",
	  .read = read_item,
	  .complete = complete_item },
};

static const struct mcp_argument arguments[] = {
	{ .name = "who", .title = "Who", .bits = MCP_ARGUMENT_REQUIRED },
	{ .name = "why", .description = "Or not" },
};

static const struct mcp_prompt prompts[] = {
	{ .name = "greet",
	  .title = "Greet",
	  .description = "For tests",
	  .MCP_ARGUMENTS (arguments),
	  .get = get_prompt,
	  .complete = complete_prompt },
};

static const struct mcp_method methods[] = {
	{ .name = "everything/do",
	  .description = "For tests",
	  .params_schema = "{\"type\": \"object\", \"required\": [\"n\"]}",
	  .bits = MCP_NEVER_BLOCKS,
	  .handle = do_method },
};

static struct mcp_plugin plugin = {
	.name = "everything",
	.version = "1",
	.summary = "Uses all that its header has",
	.instructions = "Use everything.",
	.config_schema = "{\"type\": \"object\", \"properties\":"
			 " {\"level\": {\"type\": \"integer\"}}}",
	.parallel = 2,
	.MCP_TOOLS (tools),
	.MCP_RESOURCES (resources),
	.MCP_PROMPTS (prompts),
	.MCP_METHODS (methods),
	.init = init,
	.fini = fini,
	.notice = notice,
	.admit = admit,
};

MCP_PLUGIN (plugin)
