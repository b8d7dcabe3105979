/* Does everything wrong that the header has an errno for, and says what came
 * of it:
 *
 *   wrong {}       an error result: "FUNCTION RETURN" of each, in lines
 *   wrong_here {}  the same on the loop, of what only may not be done there
 *   cancelled {}   pending; when it is cancelled, the same of what is done for
 *                  a call that nobody waits for, to the log */
#include <json-c/json.h>
#include <mcp/plugin.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

/* What came of it so far. */
struct list {
	char text[4000];
	size_t size;
};

static void
note (struct list *list, const char *function, int64_t r)
{
	list->size += (size_t) snprintf (list->text + list->size,
					 sizeof (list->text) - list->size,
					 "%s %lld\n", function, (long long) r);
}

/* Notes what host->FUNCTION (ARGUMENTS) returns. */
#define NOTE(function, ...)                                                    \
	note (&list, #function, host->function (__VA_ARGS__))

static int
nothing (struct mcp_call *call)
{
	(void) call;
	return MCP_OK;
}

static void
do_results (const struct mcp_host *host, struct mcp_call *call,
	    struct list *ret_list)
{
	struct list list = *ret_list;

	NOTE (result_text, call, "\xff", 1);
	NOTE (result_structured, call, json_object_new_int (1));
	NOTE (result_structured_text, call, "{", 1);
	NOTE (result_content, call, json_object_new_object ());
	NOTE (result_content_text, call, "[", 1);
	NOTE (result_image, call, "", 0, NULL);
	NOTE (result_audio, call, "", 0, "\xff");
	NOTE (result_meta, call, NULL);
	NOTE (result_meta_text, call, "1", 1);
	NOTE (contents_text, call, "a:b", NULL, "", 0);
	NOTE (contents_format, call, "a:b", NULL, "%d", 1);
	NOTE (contents_blob, call, "a:b", NULL, "", 0);
	NOTE (contents_item, call, NULL);
	NOTE (contents_item_text, call, "{}", 2);
	NOTE (prompt_text, call, "user", "", 0);
	NOTE (prompt_format, call, "user", "%d", 1);
	NOTE (prompt_content, call, "user", NULL);
	NOTE (prompt_content_text, call, "user", "{}", 2);
	NOTE (prompt_image, call, "user", "", 0, "a/b");
	NOTE (prompt_audio, call, "user", "", 0, "a/b");
	NOTE (completion, call, "a");
	NOTE (completion_total, call, 1, 0);
	*ret_list = list;
}

static void
do_flow (const struct mcp_host *host, struct mcp_call *call,
	 struct list *ret_list)
{
	static char large[16 * 1024 + 1];
	struct list list = *ret_list;
	char name[8];

	NOTE (progress, call, NAN, 0, NULL);
	NOTE (message, call, -1, NULL, NULL);
	NOTE (message_text, call, MCP_LOG_ERROR, NULL, "[", 1);
	NOTE (deadline, call, 0);
	NOTE (pause, call, -1);
	NOTE (task, call);
	NOTE (ask, call, "a b", "roots/list", NULL);
	NOTE (ask_text, call, "a", "roots/lost", NULL, 0);
	host->ask (call, "a", "errors/a", NULL);
	NOTE (ask, call, "a", "errors/a", NULL);
	for (int i = 0; i < 15; i++) {
		snprintf (name, sizeof (name), "a%d", i);
		host->ask (call, name, "errors/a", NULL);
	}
	NOTE (ask, call, "b", "errors/a", NULL);
	NOTE (ask_state, call, large, sizeof (large));
	NOTE (answer, call, "a", "a b", NULL);
	*ret_list = list;
}

static void
do_events (const struct mcp_host *host, struct mcp_call *call,
	   struct list *ret_list)
{
	struct mcp_query query = { .size = 8 };
	struct list list = *ret_list;

	NOTE (emit, call, "A", NULL, json_object_new_object (), 0, NULL);
	NOTE (emit, call, "a", NULL, json_object_new_object (), 2, NULL);
	NOTE (emit_text, call, "a", NULL, "1", 1, 0, NULL);
	NOTE (phase, call, "A");
	NOTE (events, host, &query, NULL, NULL);
	*ret_list = list;
}

static void
do_state (const struct mcp_host *host, struct list *ret_list)
{
	struct mcp_change add = { .kind = MCP_ADD, .key = "n", .add = 1 };
	struct mcp_change put = { .kind = MCP_PUT, .key = "k", .version = 7 };
	struct mcp_change other = { .kind = 99 };
	struct mcp_change flags = { .kind = MCP_PUT, .key = "k", .flags = 1 };
	struct mcp_change later = { .kind = MCP_PUT,
				    .key = "k",
				    .reserved = { 0, 0, 0, 1 } };
	struct list list = *ret_list;

	NOTE (commit, host, NULL, &add, 1, NULL);
	NOTE (commit, host, NULL, &put, 1, NULL);
	NOTE (commit, host, NULL, &other, 1, NULL);
	NOTE (commit, host, NULL, &flags, 1, NULL);
	NOTE (commit, host, NULL, &later, 1, NULL);
	NOTE (get, host, "a b", NULL, 0, NULL);
	NOTE (get, host, "none", NULL, 0, NULL);
	NOTE (list, host, "a b", NULL, NULL);
	*ret_list = list;
}

static void
do_rows (const struct mcp_host *host, struct list *ret_list)
{
	const struct mcp_tool tool = { .name = "new", .reserved = 1 };
	const struct mcp_resource resource = { .uri = "no uri" };
	const struct mcp_prompt prompt = { .name = NULL };
	const struct mcp_method method = { .name = "server/new",
					   .description = "d",
					   .params_schema = "{\"type\": "
							    "\"object\"}",
					   .handle = nothing };
	struct list list = *ret_list;

	NOTE (add_tool, host, &tool, sizeof (tool));
	NOTE (add_tool, host, &tool, 8);
	NOTE (add_resource, host, &resource, sizeof (resource));
	NOTE (add_prompt, host, &prompt, sizeof (prompt));
	NOTE (add_method, host, &method, sizeof (method));
	NOTE (remove_tool, host, "none");
	NOTE (remove_resource, host, "a:none");
	NOTE (remove_prompt, host, "none");
	NOTE (remove_method, host, "none");
	NOTE (resource_updated, host, "no uri");
	*ret_list = list;
}

static int
wrong (struct mcp_call *call)
{
	const struct mcp_host *host = call->host;
	struct list list = { .size = 0 };

	do_results (host, call, &list);
	do_flow (host, call, &list);
	do_events (host, call, &list);
	do_state (host, &list);
	do_rows (host, &list);
	return host->fail_text (call, list.text, list.size);
}

static int
wrong_here (struct mcp_call *call)
{
	const struct mcp_query query = { .size = sizeof (query) };
	const struct mcp_host *host = call->host;
	struct list list = { .size = 0 };

	NOTE (events, host, &query, NULL, NULL);
	return host->fail_text (call, list.text, list.size);
}

static int
stay (struct mcp_call *call)
{
	call->host->log (call->host, MCP_LOG_INFO, "it waits");
	return MCP_PENDING;
}

/* Nobody waits for the call any more. */
static void
cancel (struct mcp_call *call)
{
	const struct mcp_host *host = call->host;
	struct json_object *value = NULL;
	struct list list = { .size = 0 };

	NOTE (cancelled, call);
	NOTE (result_text, call, "", 0);
	NOTE (result_structured, call, json_object_new_object ());
	NOTE (progress, call, 1, 0, NULL);
	NOTE (message, call, MCP_LOG_ERROR, NULL, NULL);
	NOTE (deadline, call, 1000);
	NOTE (task, call);
	NOTE (pause, call, 1);
	NOTE (ask, call, "a", "errors/a", NULL);
	NOTE (ask_state, call, "", 0);
	NOTE (answer, call, "a", "errors/a", &value);
	NOTE (can_ask, call, "roots/list");
	NOTE (emit, call, "a", NULL, json_object_new_object (), 0, NULL);
	NOTE (phase, call, "a");
	for (char *end = list.text; (end = strchr (end, '\n')); *end = ',') {
	}
	host->log (host, MCP_LOG_INFO, "then: %s", list.text);
	host->finish (call, MCP_OK);
}

#define TOOL(name_, handle_, ...)                                              \
	{                                                                      \
		.name = name_, .description = "For tests",                     \
		.input_schema = "{\"type\": \"object\"}", .handle = handle_,   \
		##__VA_ARGS__                                                  \
	}

static const struct mcp_tool tools[] = {
	TOOL ("wrong", wrong),
	TOOL ("wrong_here", wrong_here, .bits = MCP_NEVER_BLOCKS),
	TOOL ("cancelled", stay, .cancel = cancel),
};

static struct mcp_plugin plugin = {
	.name = "errors",
	.version = "1",
	.summary = "Does everything wrong",
	.MCP_TOOLS (tools),
};

MCP_PLUGIN (plugin)
