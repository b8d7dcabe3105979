/* Calls of the stand: see its header. */
#include "stand.h"

#include <stdio.h>

#include "json/json.h"

static struct trial *trials;

void
stand_free_calls (void)
{
	while (trials != NULL) {
		struct trial *trial = trials;

		trials = trial->next;
		free (trial->content);
		free (trial->structured);
		free (trial->sentence);
		free (trial->meta);
		free (trial->state);
		free (trial);
	}
}

static char *
copy (const char *text, size_t size)
{
	return text != NULL ? strndup (text, size) : NULL;
}

/* Appends to a text of that room. */
static void append (char *text, size_t room, const char *format, ...)
	__attribute__ ((format (printf, 3, 4)));

static void
append (char *text, size_t room, const char *format, ...)
{
	size_t size = strlen (text);
	va_list args;

	va_start (args, format);
	vsnprintf (text + size, room - size, format, args);
	va_end (args);
}

static void
note_asks (struct trial *trial, const struct call_result *result)
{
	for (size_t i = 0; i < result->n_asks; i++)
		append (trial->asked, sizeof (trial->asked), "%s %s %s;",
			result->asks[i].name, result->asks[i].method,
			result->asks[i].params);
}

static void
note_again (struct trial *trial, const struct call_request *again)
{
	const struct entry *entry = NULL;

	if (again->tool != NULL)
		entry = &again->tool->entry;
	else if (again->prompt != NULL)
		entry = &again->prompt->entry;
	trial->due_ms = again->due_ms;
	append (trial->again, sizeof (trial->again), "%d %s %s %u %g",
		again->kind, entry != NULL ? entry->key : "-",
		json_object_to_json_string_ext (again->arguments,
						JSON_C_TO_STRING_PLAIN),
		again->round, again->progress);
}

static void
done (void *owner, const struct call_result *result)
{
	struct trial *trial = owner;

	trial->n_done++;
	trial->call = NULL;
	trial->outcome = result->outcome;
	trial->content = strndup (result->content, result->content_size);
	if (result->structured != NULL)
		trial->structured =
			strndup (result->structured, result->structured_size);
	trial->content_kinds = result->content_kinds;
	trial->meta = copy (result->meta, result->meta_size);
	trial->state = copy (result->state, result->state_size);
	trial->total = result->total;
	trial->has_more = result->has_more;
	trial->description = result->description;
	note_asks (trial, result);
	if (result->outcome == CALL_ASKING)
		note_again (trial, result->again);
	if (result->sentence != NULL)
		trial->sentence = strdup (result->sentence);
	trial->seq_at_done = journal_last_seq (stand.journal);
}

static void
progress (void *owner, double value, double total, const char *message)
{
	struct trial *trial = owner;

	(void) total;
	trial->n_progress++;
	trial->n_progress_after_done += trial->n_done;
	assert_true (value > trial->progress);
	trial->progress = value;
	snprintf (trial->message, sizeof (trial->message), "%s",
		  message ? message : "");
	append (trial->told, sizeof (trial->told), "progress %g;", value);
}

static void
message (void *owner, int level, const char *logger, const char *data,
	 size_t size)
{
	struct trial *trial = owner;

	append (trial->told, sizeof (trial->told), "message %d %s %.*s;", level,
		logger != NULL ? logger : "-", (int) size, data);
}

static bool
tasked (void *owner)
{
	struct trial *trial = owner;

	append (trial->told, sizeof (trial->told), "tasked;");
	return !stand.has_no_room;
}

static void
paused (void *owner, int64_t retry_ms)
{
	struct trial *trial = owner;

	append (trial->told, sizeof (trial->told), "paused %d;",
		(int) retry_ms);
}

static const struct call_ops ops = { .done = done,
				     .progress = progress,
				     .message = message,
				     .tasked = tasked,
				     .paused = paused };

/* A new one, which lives as long as the stand. */
static struct trial *
trial_new (void)
{
	struct trial *trial = calloc (1, sizeof (*trial));

	assert_non_null (trial);
	trial->next = trials;
	trials = trial;
	return trial;
}

struct json_object *
stand_json (const char *text)
{
	struct json_object *value;

	assert_int_equal (json_parse (text, strlen (text), NULL, &value, NULL),
			  0);
	return value;
}

static unsigned client_can;
static int client_level;

void
stand_client (unsigned can, int message_level)
{
	client_can = can;
	client_level = message_level;
}

struct trial *
stand_start (struct call_request *request)
{
	static const struct call_asker nobody;
	struct trial *trial = trial_new ();
	struct call *call;

	if (request->asker == NULL)
		request->asker = &nobody;
	request->can = client_can;
	request->message_level = client_level;
	call_start (request, &ops, trial, &call);
	trial->call = call;
	snapshot_unpin (request->snapshot);
	return trial;
}

struct trial *
stand_call_as (const char *tool_name, const char *text, const char *agent,
	       bool is_authenticated)
{
	struct call_asker asker = { .agent = agent,
				    .client = "stand",
				    .is_authenticated = is_authenticated };
	struct snapshot *snapshot = registry_pin (stand.registry);
	struct call_request request = {
		.snapshot = snapshot,
		.kind = MCP_CALL_TOOL,
		.tool = snapshot_find_tool (snapshot, tool_name),
		.asker = &asker,
	};

	if (request.tool == NULL)
		fail_msg ("no tool '%s'", tool_name);
	request.arguments = stand_json (text);
	return stand_start (&request);
}

static struct trial *
start_through (struct call_request *request)
{
	struct trial *trial = stand_start (request);

	stand_until (trial->n_done > 0);
	return trial;
}

struct trial *
stand_read (const char *uri)
{
	struct call_request request = { .snapshot =
						registry_pin (stand.registry),
					.kind = MCP_CALL_RESOURCE,
					.uri = uri };

	request.resource = snapshot_find_resource (request.snapshot, uri,
						   &request.arguments);
	if (request.resource == NULL)
		fail_msg ("no resource '%s'", uri);
	return start_through (&request);
}

struct trial *
stand_prompt (const char *name, const char *arguments)
{
	struct call_request request = { .snapshot =
						registry_pin (stand.registry),
					.kind = MCP_CALL_PROMPT,
					.arguments = stand_json (arguments) };

	request.prompt = snapshot_find_prompt (request.snapshot, name);
	if (request.prompt == NULL)
		fail_msg ("no prompt '%s'", name);
	return start_through (&request);
}

struct trial *
stand_complete (const char *template_or_prompt, const char *argument,
		const char *value)
{
	struct call_request request = { .snapshot =
						registry_pin (stand.registry),
					.kind = MCP_CALL_COMPLETE,
					.argument_name = argument,
					.argument_value = value };

	request.resource =
		snapshot_find_template (request.snapshot, template_or_prompt);
	request.prompt =
		snapshot_find_prompt (request.snapshot, template_or_prompt);
	assert_true (request.resource != NULL || request.prompt != NULL);
	return start_through (&request);
}

struct trial *
stand_call (const char *tool, const char *arguments)
{
	return stand_call_as (tool, arguments, NULL, false);
}

struct trial *
stand_call_through (const char *tool, const char *arguments)
{
	struct trial *trial = stand_call (tool, arguments);

	stand_until (trial->n_done > 0);
	return trial;
}

void
stand_cancel (struct trial *trial)
{
	assert_non_null (trial->call);
	call_cancel (trial->call, CALL_END_CANCELLED);
	trial->call = NULL;
}
