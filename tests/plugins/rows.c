/* A well-behaved plugin for tests of everything but plain tools: resources,
 * prompts, completion, content of each kind, questions, messages, tasks, and
 * rows that come and go. Each tool is there twice: NAME runs on a thread,
 * NAME_here on the loop.
 *
 *   block {block}            result_content
 *   media {}                 an image and a sound of the bytes "abc"
 *   meta {meta}              a text and result_meta
 *   ask {name, method, params, state}
 *                            asks once; then a text: answers, state, round
 *   answer {name, method}    a text: what answer gave, its value, and the same
 *                            of answer_text
 *   wait_state {state}       MCP_ASK with a state alone
 *   ask_late {state}         pending; asks like that when it is cancelled
 *   ask_nothing {}           MCP_ASK without anything
 *   tell {}                  message, progress 1, message, pause 5, progress 2
 *   message {level}          one message "m" of that level
 *   task {}                  task (call), then its return as a text
 *   add_tool {name}          and so on, on the plugin's host; the return as a
 *   ...                      text
 *   fail_text {}             fails with "it is 100%" and logs the same
 *   add_many {n}             n tools many_I at once
 *   update_many {n}          rows://many/I is updated, twice each
 *
 * Resources: rows://text, rows://bytes, rows://missing, rows://spelt/{id}, rows://item/{id} (its
 * id as text; completes to ID0, ID1 ... 149 of them). Prompts: sing, greet {who},
 * which completes to "ann" and "bob", of 7 in all.
 */
#include <json-c/json.h>
#include <mcp/plugin.h>

#include <stdio.h>
#include <string.h>

static const struct mcp_host *host;

static struct json_object *
argument (struct mcp_call *call, const char *name)
{
	struct json_object *value = NULL;

	json_object_object_get_ex (call->arguments, name, &value);
	return value;
}

static const char *
text (struct mcp_call *call, const char *name)
{
	return json_object_get_string (argument (call, name));
}

/* --- Content --- */

static int
block (struct mcp_call *call)
{
	call->host->result_content (call,
				    json_object_get (argument (call, "block")));
	return MCP_OK;
}

static int
media (struct mcp_call *call)
{
	call->host->result_image (call, "abc", 3, "image/png");
	call->host->result_audio (call, "abc", 3, "audio/wav");
	return MCP_OK;
}

static int
meta (struct mcp_call *call)
{
	call->host->result_text (call, "t", 1);
	call->host->result_meta (call,
				 json_object_get (argument (call, "meta")));
	return MCP_OK;
}

static int
fail_text (struct mcp_call *call)
{
	static const char sentence[] = "it is 100%\0of it";

	host->log_text (host, MCP_LOG_INFO, sentence, 10);
	return call->host->fail_text (call, sentence, 10);
}

/* --- Questions --- */

static int
say_answers (struct mcp_call *call)
{
	call->host->result_format (
		call, "%s %.*s %u",
		json_object_to_json_string_ext (call->answers,
						JSON_C_TO_STRING_PLAIN),
		(int) call->state_size, call->state ? call->state : "",
		call->round);
	return MCP_OK;
}

static int
ask (struct mcp_call *call)
{
	const char *state = text (call, "state");
	int r;

	if (call->answers != NULL)
		return say_answers (call);
	r = call->host->ask (call, text (call, "name"), text (call, "method"),
			     json_object_get (argument (call, "params")));
	call->host->progress (call, 1, 0, NULL);
	if (state != NULL)
		call->host->ask_state (call, state, strlen (state));
	host->log (host, MCP_LOG_INFO, "ask gave %d, can_ask %d", r,
		   call->host->can_ask (call, text (call, "method")));
	return MCP_ASK;
}

static int
answer (struct mcp_call *call)
{
	const char *name = text (call, "name"), *method = text (call, "method");
	struct json_object *value;
	const char *as_text;
	size_t size;
	int r = call->host->answer (call, name, method, &value);
	int r_text =
		call->host->answer_text (call, name, method, &as_text, &size);

	if (r < 0)
		return call->host->fail (call, "answer gave %d, %d", r, r_text);
	call->host->result_format (
		call, "%d %s %d %s %zu", r,
		json_object_to_json_string_ext (value, JSON_C_TO_STRING_PLAIN),
		r_text, as_text ? as_text : "-", size);
	return MCP_OK;
}

static int
wait_state (struct mcp_call *call)
{
	const char *state = text (call, "state");

	call->host->ask_state (call, state, strlen (state));
	return MCP_ASK;
}

static int
ask_late (struct mcp_call *call)
{
	wait_state (call);
	return MCP_PENDING;
}

static void
finish_asking (struct mcp_call *call)
{
	call->host->finish (call, MCP_ASK);
}

static int
ask_nothing (struct mcp_call *call)
{
	(void) call;
	return MCP_ASK;
}

static void
abandoned (void *plugin_state, const char *state, size_t size)
{
	(void) plugin_state;
	host->log (host, MCP_LOG_INFO, "abandoned '%.*s'", (int) size, state);
}

/* --- On the way --- */

static int
tell (struct mcp_call *call)
{
	call->host->message_text (call, MCP_LOG_INFO, "rows", "{\"a\": 1}", 8);
	call->host->progress (call, 1, 2, NULL);
	call->host->message (call, MCP_LOG_WARNING, NULL,
			     json_object_new_string ("two"));
	call->host->pause (call, 5);
	call->host->progress (call, 2, 2, NULL);
	return MCP_OK;
}

static int
message (struct mcp_call *call)
{
	int r = call->host->message (
		call, json_object_get_int (argument (call, "level")), NULL,
		json_object_new_string ("m"));

	call->host->result_format (call, "%d", r);
	return MCP_OK;
}

static int
task (struct mcp_call *call)
{
	int r = call->host->task (call);

	if (r == 0)
		r = call->host->task (call);
	call->host->result_format (call, "%s", r == 0 ? "task" : "no task");
	return MCP_OK;
}

/* Stays a task until it is cancelled. */
static int
task_pending (struct mcp_call *call)
{
	call->host->task (call);
	return MCP_PENDING;
}

static void
give_back (struct mcp_call *call)
{
	call->host->finish (call, MCP_OK);
}

/* --- Rows that come and go --- */

#define NO_ARGUMENTS "{\"type\":\"object\"}"

static int
added (struct mcp_call *call)
{
	call->host->result_format (call, "%s %s", call->name,
				   call->uri ? call->uri : "-");
	return MCP_OK;
}

static int
say (struct mcp_call *call, int r)
{
	call->host->result_format (call, "%d", r);
	return MCP_OK;
}

static int
add_tool_named (const char *name, const char *schema)
{
	/* All text is gone when this returns. */
	char copy[160], description[160];
	struct mcp_tool row = { .name = copy,
				.description = description,
				.input_schema = schema,
				.handle = added };

	snprintf (copy, sizeof (copy), "%s", name);
	snprintf (description, sizeof (description), "Was added: %s", name);
	return host->add_tool (host, &row, sizeof (row));
}

static int
add_tool (struct mcp_call *call)
{
	const char *schema = text (call, "schema");

	return say (call, add_tool_named (text (call, "name"),
					  schema ? schema : NO_ARGUMENTS));
}

static int
add_resource (struct mcp_call *call)
{
	char uri[160];
	struct mcp_resource row = { .uri = uri, .name = uri, .read = added };

	snprintf (uri, sizeof (uri), "%s", text (call, "uri"));
	return say (call, host->add_resource (host, &row, sizeof (row)));
}

static int
add_prompt (struct mcp_call *call)
{
	char name[160], who[] = "who";
	struct mcp_argument arguments[] = { { .name = who } };
	struct mcp_prompt row = { .name = name,
				  .description = name,
				  .MCP_ARGUMENTS (arguments),
				  .get = added };
	int r;

	snprintf (name, sizeof (name), "%s", text (call, "name"));
	r = host->add_prompt (host, &row, sizeof (row));
	who[0] = '\0';
	return say (call, r);
}

static int
add_method (struct mcp_call *call)
{
	char name[160];
	struct mcp_method row = { .name = name,
				  .description = name,
				  .params_schema = NO_ARGUMENTS,
				  .handle = added };

	snprintf (name, sizeof (name), "%s", text (call, "name"));
	return say (call, host->add_method (host, &row, sizeof (row)));
}

static int
remove_tool (struct mcp_call *call)
{
	return say (call, host->remove_tool (host, text (call, "name")));
}

static int
remove_resource (struct mcp_call *call)
{
	return say (call, host->remove_resource (host, text (call, "uri")));
}

static int
remove_prompt (struct mcp_call *call)
{
	return say (call, host->remove_prompt (host, text (call, "name")));
}

static int
remove_method (struct mcp_call *call)
{
	return say (call, host->remove_method (host, text (call, "name")));
}

static int
updated (struct mcp_call *call)
{
	return say (call, host->resource_updated (host, text (call, "uri")));
}

/* Each of n resources twice. */
static int
update_many (struct mcp_call *call)
{
	int n = json_object_get_int (argument (call, "n")), r = 0;

	for (int i = 0; i < 2 * n && r == 0; i++) {
		char uri[32];

		snprintf (uri, sizeof (uri), "rows://many/%d", i / 2);
		r = host->resource_updated (host, uri);
	}
	return say (call, r);
}

static int
add_many (struct mcp_call *call)
{
	int n = json_object_get_int (argument (call, "n")), r = 0;

	for (int i = 0; i < n && r == 0; i++) {
		char name[32];

		snprintf (name, sizeof (name), "many_%d", i);
		r = add_tool_named (name, NO_ARGUMENTS);
	}
	return say (call, r);
}

/* --- Resources and prompts --- */

static int
read_text (struct mcp_call *call)
{
	call->host->contents_text (call, NULL, NULL, "hello", 5);
	return MCP_OK;
}

static int
read_bytes (struct mcp_call *call)
{
	call->host->contents_blob (call, NULL, "image/png", "\0\1", 2);
	call->host->contents_text (call, "rows://other", NULL, "x", 1);
	return MCP_OK;
}

static int
read_spelt (struct mcp_call *call)
{
	static const char item[] = "{\"uri\":\"rows://two\",\"text\":\"2\","
				   "\"_meta\":{\"a\":1}}";
	static const char wrong[] = "{\"uri\":\"rows://three\"}";
	const char *id = text (call, "id");

	call->host->contents_format (call, NULL, "text/plain", "%d%s", 1, "st");
	call->host->contents_item_text (call, item, sizeof (item) - 1);
	if (strcmp (id, "wrong") == 0)
		call->host->contents_item_text (call, wrong,
						sizeof (wrong) - 1);
	return MCP_OK;
}

static int
read_missing (struct mcp_call *call)
{
	(void) call;
	return MCP_NOT_FOUND;
}

static int
read_item (struct mcp_call *call)
{
	const char *id = text (call, "id");

	call->host->contents_text (call, NULL, NULL, id, strlen (id));
	return MCP_OK;
}

static int
complete_item (struct mcp_call *call)
{
	for (int i = 0; i < 149; i++) {
		char value[64];

		snprintf (value, sizeof (value), "%s%d", call->argument_value,
			  i);
		call->host->completion (call, value);
	}
	return MCP_OK;
}

static int
greet (struct mcp_call *call)
{
	static const char bye[] = "{\"type\":\"text\",\"text\":\"bye\"}";
	const char *who = text (call, "who");

	call->host->prompt_text (call, "user", who, strlen (who));
	call->host->prompt_image (call, "assistant", "abc", 3, "image/png");
	call->host->prompt_content_text (call, "user", bye, sizeof (bye) - 1);
	return MCP_OK;
}

static int
sing (struct mcp_call *call)
{
	call->host->prompt_format (call, "user", "%d bottles", 99);
	call->host->prompt_audio (call, "assistant", "abc", 3, "audio/wav");
	return MCP_OK;
}

static int
complete_greet (struct mcp_call *call)
{
	if (strcmp (call->argument_name, "who") != 0)
		return MCP_OK;
	call->host->completion (call, "ann");
	call->host->completion (call, "bob");
	call->host->completion_total (call, 7, 1);
	return MCP_OK;
}

static int
wrong_role (struct mcp_call *call)
{
	call->host->prompt_text (call, "system", "x", 1);
	return MCP_OK;
}

static int
wrong_kind (struct mcp_call *call)
{
	call->host->result_text (call, "x", 1);
	return MCP_OK;
}

static int
init (const struct mcp_host *table, const char *config, void **state)
{
	(void) config;
	(void) state;
	host = table;
	return add_tool_named ("from_init", NO_ARGUMENTS);
}

/* --- What is offered --- */

#define TOOL(function, ...)                                                    \
	{ .name = #function,                                                   \
	  .description = "For tests: " #function,                              \
	  .input_schema = NO_ARGUMENTS,                                        \
	  .handle = function,                                                  \
	  ##__VA_ARGS__ },                                                     \
	{                                                                      \
		.name = #function "_here",                                     \
		.description = "For tests: " #function,                        \
		.input_schema = NO_ARGUMENTS, .handle = function,              \
		.bits = MCP_NEVER_BLOCKS, ##__VA_ARGS__                        \
	}

static const struct mcp_tool tools[] = {
	TOOL (block),
	TOOL (media),
	TOOL (meta),
	TOOL (ask, .abandoned = abandoned),
	TOOL (answer),
	TOOL (fail_text),
	TOOL (wait_state, .abandoned = abandoned),
	TOOL (ask_late, .cancel = finish_asking, .abandoned = abandoned),
	TOOL (ask_nothing),
	TOOL (tell),
	TOOL (message),
	TOOL (task),
	TOOL (task_pending, .cancel = give_back),
	TOOL (add_tool, .icons = " [ {\"src\" : \"rows:i\"} ]",
	      .meta = "{ \"m\": [1, 2] }"),
	TOOL (add_resource),
	TOOL (add_prompt),
	TOOL (add_method),
	TOOL (remove_tool),
	TOOL (remove_resource),
	TOOL (remove_prompt),
	TOOL (remove_method),
	TOOL (updated),
	TOOL (update_many),
	TOOL (add_many),
};

static const struct mcp_resource resources[] = {
	{ .uri = "rows://text",
	  .name = "text",
	  .mime_type = "text/plain",
	  .bits = MCP_NEVER_BLOCKS,
	  .annotations = "{ \"priority\": 0.5 }",
	  .read = read_text },
	{ .uri = "rows://bytes", .name = "bytes", .read = read_bytes },
	{ .uri = "rows://missing", .name = "missing", .read = read_missing },
	{ .uri = "rows://wrong_kind", .name = "wrong", .read = wrong_kind },
	{ .uri = "rows://spelt/{id}", .name = "spelt", .read = read_spelt },
	{ .uri = "rows://item/{id}",
	  .name = "item",
	  .read = read_item,
	  .complete = complete_item },
};

static const struct mcp_argument greet_arguments[] = {
	{ .name = "who", .bits = MCP_ARGUMENT_REQUIRED },
};

static const struct mcp_prompt prompts[] = {
	{ .name = "greet",
	  .description = "For tests: greet",
	  .MCP_ARGUMENTS (greet_arguments),
	  .get = greet,
	  .complete = complete_greet },
	{ .name = "sing", .description = "For tests: sing", .get = sing },
	{ .name = "wrong_role",
	  .description = "For tests: wrong_role",
	  .get = wrong_role },
};

static struct mcp_plugin plugin = {
	.name = "rows",
	.version = "1.0",
	.summary = "Resources, prompts and questions for tests",
	.config_schema = "{\"type\": \"object\", \"properties\":"
			 " {\"level\": {\"type\": \"integer\"}},"
			 " \"additionalProperties\": false}",
	.parallel = 4,
	.init = init,
	.MCP_TOOLS (tools),
	.MCP_RESOURCES (resources),
	.MCP_PROMPTS (prompts),
};

MCP_PLUGIN (plugin)
