/* Calls that come from the server's process, as calls of this one: what they
 * bring goes back. Loop only. */
#include <config.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/table.h"
#include "json/json.h"
#include "plugin/alone_state.h"
#include "plugin/far_call.h"
#include "plugin/state.h"

struct errand {
	UT_hash_handle hh;
	uint64_t id;
	struct call *call; /* NULL: it is just starting */
};

/* What the server's process has parsed may be as deep as ours. */
static const struct json_limits value_limits = {
	.depth = LIMIT_JSON_WRITE_DEPTH,
};

uint64_t
alone_call_id (const struct call *call)
{
	return ((const struct errand *) call->owner)->id;
}

static void
errand_free (struct errand *errand)
{
	HASH_DEL (alone.errands, errand);
	free (errand);
}

/* --- What they bring --- */

static void
send_result (uint64_t id, const struct call_result *result)
{
	struct call_result refusal = {
		.outcome = CALL_FAILED,
		.sentence = "the result is too large for a plugin in a process "
			    "of its own; ask for less",
	};
	struct buffer *out = wire_begin (FRAME_RESULT);

	frame_put_u64 (out, id);
	far_put_result (out, result);
	if (wire_end ())
		return;
	out = wire_begin (FRAME_RESULT);
	frame_put_u64 (out, id);
	far_put_result (out, &refusal);
	wire_end ();
}

static void
send_failure (uint64_t id, const char *sentence)
{
	struct call_result result = { .outcome = CALL_FAILED,
				      .sentence = sentence };

	send_result (id, &result);
}

static void
done (void *owner, const struct call_result *result)
{
	struct errand *errand = owner;

	send_result (errand->id, result);
	errand_free (errand);
}

static void
progress (void *owner, double value, double total, const char *message)
{
	struct buffer *out = wire_begin (FRAME_PROGRESS);

	frame_put_u64 (out, ((struct errand *) owner)->id);
	frame_put_double (out, value);
	frame_put_double (out, total);
	frame_put_text (out, message);
	wire_end ();
}

static void
message (void *owner, int level, const char *logger, const char *data,
	 size_t size)
{
	struct buffer *out = wire_begin (FRAME_MESSAGE);

	frame_put_u64 (out, ((struct errand *) owner)->id);
	frame_put_i64 (out, level);
	frame_put_text (out, logger);
	frame_put_bytes (out, data, size);
	wire_end ();
}

/* Whether it becomes one in the end is found there. */
static bool
tasked (void *owner)
{
	struct buffer *out = wire_begin (FRAME_TASK);

	frame_put_u64 (out, ((struct errand *) owner)->id);
	wire_end ();
	return true;
}

static void
paused (void *owner, int64_t retry_ms)
{
	struct buffer *out = wire_begin (FRAME_PAUSE);

	frame_put_u64 (out, ((struct errand *) owner)->id);
	frame_put_i64 (out, retry_ms);
	wire_end ();
}

static const struct call_ops ops = {
	.done = done,
	.progress = progress,
	.message = message,
	.tasked = tasked,
	.paused = paused,
};

/* --- Their beginning --- */

static void
set_row (struct call_request *request, const struct entry *entry)
{
	switch (entry->kind) {
	case ENTRY_TOOL:
		request->tool = (const struct tool *) entry;
		break;
	case ENTRY_PROMPT:
		request->prompt = (const struct prompt *) entry;
		break;
	case ENTRY_METHOD:
		request->method = (const struct plugin_method *) entry;
		break;
	default:
		request->resource = (const struct resource *) entry;
		break;
	}
}

/* NULL: there is no memory. */
static struct errand *
errand_new (uint64_t id)
{
	struct errand *errand = calloc (1, sizeof (*errand));

	if (errand == NULL)
		return NULL;
	errand->id = id;
	HASH_ADD (hh, alone.errands, id, sizeof (errand->id), errand);
	if (errand->hh.tbl != NULL)
		return errand;
	free (errand);
	return NULL;
}

static void
start (const struct far_call *given, const struct entry *entry,
       struct json_object *arguments, struct json_object *answers)
{
	struct call_asker asker = { .agent = given->agent,
				    .client = given->client,
				    .is_authenticated =
					    given->is_authenticated };
	struct call_request request = { .snapshot = alone.registry->current,
					.kind = given->kind,
					.arguments = arguments,
					.uri = given->uri,
					.argument_name = given->argument_name,
					.argument_value = given->argument_value,
					.answers = answers,
					.state = given->state,
					.state_size = given->state_size,
					.round = given->round,
					.progress = given->progress,
					.asker = &asker,
					.is_task = given->is_task,
					.is_timed_elsewhere = true,
					.can = given->can,
					.message_level = given->message_level };
	struct errand *errand = errand_new (given->id);
	struct call *call;

	if (errand == NULL) {
		json_object_put (arguments);
		json_object_put (answers);
		send_failure (given->id, "no memory for another call");
		return;
	}
	if (given->timeout_ms < INT64_MAX / 2)
		request.due_ms =
			loop_now_ms (&alone.loop) + (int64_t) given->timeout_ms;
	set_row (&request, entry);
	call_start (&request, &ops, errand, &call);
	/* Otherwise it is gone. */
	if (call != NULL)
		errand->call = call;
}

static void
parse_and_start (const struct far_call *given, const struct entry *entry)
{
	struct json_object *arguments = NULL, *answers = NULL;
	struct error err;
	int r = json_parse (given->arguments, given->arguments_size,
			    &value_limits, &arguments, &err);

	if (r == 0 && given->answers != NULL)
		r = json_parse (given->answers, given->answers_size,
				&value_limits, &answers, &err);
	if (r == 0) {
		start (given, entry, arguments, answers);
		return;
	}
	json_object_put (arguments);
	send_failure (given->id, err.text);
}

/* Rows that were added a moment ago are offered a moment later. */
struct late {
	struct mail mail;
	struct frame frame;
	char bytes[];
};

static void take (struct frame *frame, bool is_late);

static void
on_late (struct mail *mail)
{
	struct late *late = (struct late *) mail;

	take (&late->frame, true);
	free (late);
}

static void
take_later (const struct frame *frame, uint64_t id)
{
	size_t size = (size_t) (frame->end - frame->at);
	struct late *late = malloc (sizeof (*late) + size);

	if (late == NULL) {
		send_failure (id, "no memory for another call");
		return;
	}
	memcpy (late->bytes, frame->at, size);
	late->mail.deliver = on_late;
	late->frame = (struct frame){ .kind = frame->kind,
				      .at = late->bytes,
				      .end = late->bytes + size };
	loop_post (&alone.loop, &late->mail);
}

static void
take (struct frame *frame, bool is_late)
{
	const struct frame whole = *frame;
	struct far_call call;
	const struct entry *entry;

	if (!far_call (frame, &call))
		return;
	entry = snapshot_find_entry (alone.registry->current, call.entry_kind,
				     call.key);
	if (entry != NULL)
		parse_and_start (&call, entry);
	else if (!is_late)
		take_later (&whole, call.id);
	else
		send_failure (call.id, "it is not offered any more");
}

void
alone_take_call (struct frame *frame)
{
	take (frame, false);
}

/* --- Their end --- */

void
alone_take_cancel (struct frame *frame)
{
	uint64_t id = frame_u64 (frame);
	struct errand *errand;

	HASH_FIND (hh, alone.errands, &id, sizeof (id), errand);
	if (errand != NULL && errand->call != NULL)
		call_revoke (errand->call);
}

void
alone_take_abandon (struct frame *frame)
{
	enum entry_kind kind = (enum entry_kind) frame_u32 (frame);
	const char *key = frame_text (frame);
	struct call_request request = { 0 };
	const struct entry *entry;

	request.state = frame_bytes (frame, &request.state_size);
	if (!frame_is_done (frame) || key == NULL || kind >= N_ENTRY_KINDS)
		return;
	entry = snapshot_find_entry (alone.registry->current, kind, key);
	if (entry == NULL)
		return;
	request.kind = kind == ENTRY_TOOL ? MCP_CALL_TOOL : MCP_CALL_RESOURCE;
	set_row (&request, entry);
	call_abandon (&request);
}
