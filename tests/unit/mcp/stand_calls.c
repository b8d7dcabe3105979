/* The plugin layer's side: it takes the place of core/plugin, so that a test
 * decides what a call does and when. */
#include "stand_calls.h"

#include <stdio.h>

#include "stand.h"
#include "stand_rows.h"

#define N_TOOLS 8
#define EMPTY_SCHEMA "{\"type\":\"object\"}"

/* By name, as the registry gives them. */
static struct tool tools[N_TOOLS] = {
	{ .row = { .name = "breaks", .description = "Breaks." } },
	{ .row = { .name = "checked", .description = "Is checked." } },
	{ .row = { .name = "echo",
		   .title = "Echo",
		   .description = "Says it again.",
		   .bits = MCP_READ_ONLY | MCP_ADDITIVE | MCP_IDEMPOTENT
			   | MCP_CLOSED_WORLD | MCP_NEVER_BLOCKS } },
	{ .row = { .name = "fails", .description = "Fails." } },
	{ .row = { .name = "list", .description = "Gives an array." } },
	{ .row = { .name = "missing", .description = "Is not found." } },
	{ .row = { .name = "structured", .description = "An object." } },
	{ .row = { .name = "wait", .description = "Waits." } },
};
static const struct tool *rows[N_TOOLS];
static struct tool *many;

static struct schema *
compile (const char *text)
{
	struct json_object *value = NULL;
	struct schema *schema = NULL;

	assert_int_equal (json_parse (text, strlen (text), NULL, &value, NULL),
			  0);
	assert_int_equal (schema_compile (value, &schema, NULL), 0);
	json_object_put (value);
	return schema;
}

void
calls_open (void)
{
	for (int i = 0; i < N_TOOLS; i++) {
		tools[i].input_text = (char *) EMPTY_SCHEMA;
		tools[i].output_text = NULL;
		rows[i] = &tools[i];
	}
	tools[1].input_text =
		(char *) "{\"type\":\"object\",\"properties\":{\"n\":"
			 "{\"type\":\"integer\"}},\"required\":[\"n\"]}";
	tools[6].output_text = (char *) EMPTY_SCHEMA;
	for (int i = 0; i < N_TOOLS; i++)
		tools[i].input = compile (tools[i].input_text);
	stand.offer.tools = rows;
	stand.offer.n_tools = N_TOOLS;
	rows_open ();
}

void
calls_close (void)
{
	struct call *call;

	while ((call = stand.calls) != NULL) {
		stand.calls = call->next;
		free (call->arguments);
		free (call->answers);
		free (call);
	}
	for (int i = 0; i < N_TOOLS; i++)
		schema_unref (tools[i].input);
	rows_close ();
	assert_int_equal (stand.offer.pins, 0);
	for (size_t i = 0; many != NULL && i < stand.offer.n_tools; i++)
		free ((char *) many[i].row.name);
	if (many != NULL)
		free (stand.offer.tools);
	free (many);
	many = NULL;
}

void
stand_offer_many (size_t n)
{
	many = calloc (n, sizeof *many);
	stand.offer.tools = calloc (n, sizeof *stand.offer.tools);
	stand.offer.n_tools = n;
	assert_true (many != NULL && stand.offer.tools != NULL);
	for (size_t i = 0; i < n; i++) {
		char name[32];

		snprintf (name, sizeof name, "tool-%04zu", i);
		many[i].row.name = strdup (name);
		many[i].input_text = (char *) EMPTY_SCHEMA;
		stand.offer.tools[i] = &many[i];
	}
}

/* --- The registry --- */

struct snapshot *
registry_pin (struct registry *registry)
{
	(void) registry;
	stand.offer.pins++;
	return &stand.offer;
}

void
snapshot_unpin (struct snapshot *snapshot)
{
	snapshot->pins--;
}

const struct tool *
snapshot_find_tool (const struct snapshot *snapshot, const char *name)
{
	for (size_t i = 0; i < snapshot->n_tools; i++)
		if (strcmp (snapshot->tools[i]->row.name, name) == 0)
			return snapshot->tools[i];
	return NULL;
}

const char *
plugin_instructions (const struct plugin *plugin)
{
	return (const char *) plugin;
}

void
registry_set_watch (struct registry *registry,
		    const struct registry_watch *watch, void *arg)
{
	(void) registry;
	stand.watch = watch;
	stand.watch_arg = arg;
}

void
stand_changed (unsigned kinds)
{
	stand.watch->changed (stand.watch_arg, kinds);
}

void
stand_updated (const char *uri)
{
	stand.watch->updated (stand.watch_arg, uri);
}

/* --- Calls --- */

static void
text_result (struct call *call, const char *text)
{
	struct buffer content = { 0 };
	struct call_result result = { .outcome = CALL_OK };

	buffer_add_literal (&content, "{\"type\":\"text\",\"text\":");
	json_write_text (&content, text);
	buffer_add_literal (&content, "}");
	result.content = content.data;
	result.content_size = content.size;
	call->ops->done (call->owner, &result);
	buffer_fini (&content);
}

/* What a tool brings that ends at once; false: it waits. */
static bool
end_at_once (struct call *call, const char *name)
{
	struct call_result result = { .content = "", .sentence = name };

	if (strcmp (name, "wait") == 0)
		return false;
	if (strcmp (name, "echo") == 0 || strcmp (name, "checked") == 0) {
		text_result (call, call->arguments);
		return true;
	}
	if (strcmp (name, "structured") == 0)
		result.structured = "{\"a\":\"b\"}";
	else if (strcmp (name, "list") == 0)
		result.structured = "[1,2]";
	else if (strcmp (name, "fails") == 0)
		result.outcome = CALL_FAILED;
	else if (strcmp (name, "missing") == 0)
		result.outcome = CALL_NOT_FOUND;
	else
		result.outcome = CALL_BROKEN;
	if (result.structured != NULL)
		result.structured_size = strlen (result.structured);
	call->ops->done (call->owner, &result);
	return true;
}

void
call_start (const struct call_request *request, const struct call_ops *ops,
	    void *owner, struct call **ret_call)
{
	struct call *call = calloc (1, sizeof *call);

	assert_non_null (call);
	assert_ptr_equal (request->snapshot, &stand.offer);
	call->ops = ops;
	call->owner = owner;
	call->arguments = strdup (
		request->arguments != NULL ? json_object_to_json_string_ext (
			request->arguments, JSON_C_TO_STRING_PLAIN)
					   : "{}");
	call->round = request->round;
	if (request->answers != NULL) {
		call->answers = strdup (json_object_to_json_string_ext (
			request->answers, JSON_C_TO_STRING_PLAIN));
		assert_int_equal (json_object_put (request->answers), 1);
	}
	/* Taken whole: nobody else may hold a part of it. */
	if (request->arguments != NULL)
		assert_int_equal (json_object_put (request->arguments), 1);
	call->message_level = request->message_level;
	if (request->asker->client != NULL)
		snprintf (call->client, sizeof call->client, "%s",
			  request->asker->client);
	call->next = stand.calls;
	stand.calls = call;
	*ret_call = NULL;
	if (request->kind != MCP_CALL_TOOL)
		rows_end (call, request);
	else if (!end_at_once (call, request->tool->row.name))
		*ret_call = call;
	if (*ret_call == NULL)
		call->owner = NULL;
}

void
call_abandon (const struct call_request *request)
{
	(void) request;
	stand.n_abandoned++;
}

void
call_cancel (struct call *call, enum call_end why)
{
	assert_non_null (call->owner);
	call->owner = NULL;
	call->is_cancelled = true;
	call->why = why;
}

void
stand_finish (struct call *call, const char *text)
{
	assert_non_null (call->owner);
	text_result (call, text);
	call->owner = NULL;
}

void
stand_progress (struct call *call, double value, double total,
		const char *message)
{
	assert_non_null (call->owner);
	call->ops->progress (call->owner, value, total, message);
}

void
stand_pause (struct call *call, int64_t retry_ms)
{
	assert_non_null (call->owner);
	call->ops->paused (call->owner, retry_ms);
}

struct post *
stand_wait (const char *session, int id)
{
	char body[200];
	struct post *post;

	snprintf (body, sizeof body,
		  "{\"jsonrpc\":\"2.0\",\"id\":%d,\"method\":\"tools/call\","
		  "\"params\":{\"name\":\"wait\"}}",
		  id);
	post = stand_post (session, NULL, body);
	assert_int_equal (post->status, 0);
	return post;
}
