/* The plugin layer's side: it takes the place of core/plugin, so that a test
 * decides what a call does and when. */
#include "stand_calls.h"

#include <errno.h>
#include <stdio.h>

#include "base/limits.h"
#include "base/uri_template.h"
#include "stand.h"

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

/* Whether it completes is all that matters. */
static int
complete (struct mcp_call *call)
{
	(void) call;
	return MCP_OK;
}

static const struct resource resources[] = {
	{ .row = { .uri = "test://a",
		   .name = "a",
		   .title = "A",
		   .description = "The first.",
		   .mime_type = "text/plain",
		   .bytes = 7,
		   .annotations = "{\"priority\":1}",
		   .icons = "[{\"src\":\"https://x.test/i\"}]",
		   .meta = "{\"x.test/k\":1}" } },
	{ .row = { .uri = "test://b", .name = "b" } },
};
static struct resource templates[] = {
	{ .row = { .uri = "test://t/{x}",
		   .name = "t",
		   .title = "T",
		   .mime_type = "text/plain",
		   .complete = complete } },
	{ .row = { .uri = "test://u/{y}", .name = "u" } },
};
static const struct mcp_argument arguments[] = {
	{ .name = "a",
	  .title = "The a",
	  .description = "First.",
	  .bits = MCP_ARGUMENT_REQUIRED },
	{ .name = "b" },
};
static const struct prompt prompts[] = {
	{ .row = { .name = "full",
		   .title = "Full",
		   .description = "Has all.",
		   .MCP_ARGUMENTS (arguments),
		   .icons = "[{\"src\":\"https://x.test/i\"}]",
		   .meta = "{\"x.test/k\":1}",
		   .complete = complete } },
	{ .row = { .name = "plain", .description = "Has nothing." } },
};
static const struct resource *resource_rows[] = { &resources[0],
						  &resources[1] };
static const struct resource *template_rows[] = { &templates[0],
						  &templates[1] };
static const struct prompt *prompt_rows[] = { &prompts[0], &prompts[1] };

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
	for (int i = 0; i < 2; i++)
		assert_int_equal (uri_template_new (templates[i].row.uri,
						    &templates[i].template,
						    NULL),
				  0);
	stand.offer.resources = resource_rows;
	stand.offer.templates = template_rows;
	stand.offer.prompts = prompt_rows;
	stand.offer.n_resources = 2;
	stand.offer.n_templates = 2;
	stand.offer.n_prompts = 2;
}

static void
free_call (struct call *call)
{
	json_object_put (call->request.arguments);
	free (call->arguments);
	free (call->answers);
	free (call->uri);
	free (call->argument_name);
	free (call->argument_value);
	free (call->state);
	free (call);
}

void
calls_close (void)
{
	struct call *call;

	while ((call = stand.calls) != NULL) {
		stand.calls = call->next;
		free_call (call);
	}
	for (int i = 0; i < 2; i++)
		uri_template_free (templates[i].template);
	for (int i = 0; i < N_TOOLS; i++)
		schema_unref (tools[i].input);
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

const struct resource *
snapshot_find_resource (const struct snapshot *snapshot, const char *uri,
			struct json_object **ret_variables)
{
	assert_true (snapshot->pins > 0);
	*ret_variables = NULL;
	for (size_t i = 0; i < snapshot->n_resources; i++)
		if (strcmp (snapshot->resources[i]->row.uri, uri) == 0)
			return snapshot->resources[i];
	if (strncmp (uri, "test://t/", 9) != 0)
		return NULL;
	*ret_variables = json_object_new_object ();
	json_object_object_add (*ret_variables, "x",
				json_object_new_string (uri + 9));
	return snapshot->templates[0];
}

const struct resource *
snapshot_find_template (const struct snapshot *snapshot, const char *text)
{
	for (size_t i = 0; i < snapshot->n_templates; i++)
		if (strcmp (snapshot->templates[i]->row.uri, text) == 0)
			return snapshot->templates[i];
	return NULL;
}

const struct prompt *
snapshot_find_prompt (const struct snapshot *snapshot, const char *name)
{
	for (size_t i = 0; i < snapshot->n_prompts; i++)
		if (strcmp (snapshot->prompts[i]->row.name, name) == 0)
			return snapshot->prompts[i];
	return NULL;
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

int
registry_protect_name (struct registry *registry, const char *name)
{
	(void) registry;
	snprintf (stand.protected, sizeof stand.protected, "%s", name);
	return 0;
}

bool
registry_protects_name (struct registry *registry, const char *name)
{
	(void) registry;
	return strcmp (stand.protected, name) == 0;
}

void
registry_notice (struct registry *registry, int what, const char *agent)
{
	(void) registry;
	stand.last_notice = what;
	snprintf (stand.noticed_agent, sizeof stand.noticed_agent, "%s",
		  agent != NULL ? agent : "");
}

int
registry_admit (struct registry *registry, const struct tool *tool,
		struct mcp_admission *admission, char *sentence, size_t room)
{
	(void) registry;
	stand.n_admissions++;
	stand.is_again = admission->again;
	snprintf (stand.admitted_agent, sizeof stand.admitted_agent, "%s%s",
		  admission->agent != NULL ? admission->agent : "",
		  admission->authenticated ? " proved" : "");
	if (stand.refused == NULL || strcmp (tool->row.name, stand.refused))
		return 0;
	snprintf (sentence, room, "the budget of %s is spent",
		  admission->client != NULL ? admission->client : "-");
	return -EPERM;
}

/* --- Calls --- */

uint64_t
stand_over (struct call *call, const struct call_result *result)
{
	call->is_over = true;
	return call->ops->over != NULL ? call->ops->over (call->owner, result)
				       : 0;
}

/* Nobody else may hold a part of the arguments, but those that go on. */
static void
end (struct call *call, const struct call_result *result)
{
	struct json_object *held = call->request.arguments;
	bool is_last = result->outcome != CALL_ASKING && held != NULL;

	if (!call->is_over)
		stand_over (call, result);
	call->ops->done (call->owner, result);
	call->owner = NULL;
	call->request.arguments = NULL;
	assert_true (json_object_put (held) == 1 || !is_last);
}

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
	end (call, &result);
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
	end (call, &result);
	return true;
}

static char *
copy (const char *text)
{
	return text != NULL ? strdup (text) : NULL;
}

static char *
copy_json (struct json_object *value)
{
	return value == NULL ? NULL
			     : strdup (json_object_to_json_string_ext (
				     value, JSON_C_TO_STRING_PLAIN));
}

static struct call *
new_call (const struct call_request *request, const struct call_ops *ops,
	  void *owner)
{
	struct call *call = calloc (1, sizeof *call);

	assert_non_null (call);
	call->ops = ops;
	call->owner = owner;
	call->request = *request;
	if (call->request.due_ms == 0)
		call->request.due_ms =
			loop_now_ms (&stand.loop) + STAND_CALL_MS;
	call->arguments = copy_json (request->arguments);
	call->answers = copy_json (request->answers);
	if (request->answers != NULL)
		assert_int_equal (json_object_put (request->answers), 1);
	call->uri = copy (request->uri);
	call->argument_name = copy (request->argument_name);
	call->argument_value = copy (request->argument_value);
	if (request->state != NULL)
		call->state = strndup (request->state, request->state_size);
	call->is_authenticated = request->asker->is_authenticated;
	if (request->asker->agent != NULL)
		snprintf (call->agent, sizeof call->agent, "%s",
			  request->asker->agent);
	if (request->asker->client != NULL)
		snprintf (call->client, sizeof call->client, "%s",
			  request->asker->client);
	return call;
}

void
call_start (const struct call_request *request, const struct call_ops *ops,
	    void *owner, struct call **ret_call)
{
	struct call *call = new_call (request, ops, owner);

	assert_ptr_equal (request->snapshot, &stand.offer);
	call->next = stand.calls;
	stand.calls = call;
	*ret_call =
		request->kind != MCP_CALL_TOOL
				|| !end_at_once (call, request->tool->row.name)
			? call
			: NULL;
}

void
call_abandon (const struct call_request *request)
{
	stand.n_abandoned++;
	stand.abandoned_state[0] = '\0';
	if (request->state != NULL)
		snprintf (stand.abandoned_state, sizeof stand.abandoned_state,
			  "%.*s", (int) request->state_size, request->state);
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
}

void
stand_end (struct call *call, const struct call_result *result)
{
	struct call_request again = call->request;
	struct call_result whole = *result;

	assert_non_null (call->owner);
	if (whole.content == NULL)
		whole.content = "";
	whole.content_size = strlen (whole.content);
	again.uri = call->uri;
	whole.again = &again;
	if (again.kind == MCP_CALL_PROMPT)
		whole.description = again.prompt->row.description;
	end (call, &whole);
}

void
stand_ask_client (struct call *call, const char *const *names, size_t n,
		  const char *state)
{
	struct call_ask asks[LIMIT_ASKS];
	struct call_result result = { .outcome = CALL_ASKING,
				      .asks = asks,
				      .n_asks = n,
				      .state = state };

	for (size_t i = 0; i < n; i++)
		asks[i] = (struct call_ask){ .name = names[i],
					     .method = "elicitation/create",
					     .params = STAND_FORM,
					     .params_size = strlen (STAND_FORM),
					     .needs = CALL_CAN_FORM };
	if (state != NULL)
		result.state_size = strlen (state);
	stand_end (call, &result);
}

void
stand_say (struct call *call, int level, const char *logger, const char *data)
{
	assert_non_null (call->owner);
	call->ops->message (call->owner, level, logger, data, strlen (data));
}

bool
stand_become_task (struct call *call)
{
	assert_non_null (call->owner);
	call->request.is_task = call->ops->tasked (call->owner);
	return call->request.is_task;
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
