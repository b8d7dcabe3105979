/* What an isolated plugin asks of its host, done as the host does it for
 * others. Any thread. */
#include <config.h>

#include <errno.h>

#include "base/log.h"
#include "plugin/isolate_state.h"

/* --- Rows --- */

static int
add_row (const struct mcp_host *table, const struct far_row *row)
{
	const union row *any = &row->row;

	if (row->kind == ENTRY_TOOL)
		return table->add_tool (table, &any->tool, sizeof (any->tool));
	if (row->kind == ENTRY_RESOURCE)
		return table->add_resource (table, &any->resource,
					    sizeof (any->resource));
	if (row->kind == ENTRY_METHOD)
		return table->add_method (table, &any->method,
					  sizeof (any->method));
	return table->add_prompt (table, &any->prompt, sizeof (any->prompt));
}

static void
serve_add (struct isolate *isolate, struct frame *frame)
{
	const struct mcp_host *table = &isolate->plugin->host.table;
	struct far_row row;
	int r;

	if (far_row (frame, &isolate_functions, &row)) {
		r = add_row (table, &row);
		/* There it was told that this may be found later. */
		if (r < 0)
			log_error ("plugin '%s': a row was not added: %s",
				   isolate->plugin->name, error_name (r));
	}
	free (row.arguments);
	atomic_store (&isolate->has_changed, true);
}

static void
serve_remove (struct isolate *isolate, struct frame *frame)
{
	const struct mcp_host *table = &isolate->plugin->host.table;
	uint32_t kind = frame_u32 (frame);
	const char *key = frame_text (frame);

	atomic_store (&isolate->has_changed, true);
	if (key == NULL)
		frame->is_bad = true;
	else if (kind == ENTRY_TOOL)
		table->remove_tool (table, key);
	else if (kind == ENTRY_PROMPT)
		table->remove_prompt (table, key);
	else if (kind == ENTRY_METHOD)
		table->remove_method (table, key);
	else
		table->remove_resource (table, key);
}

static void
serve_updated (struct isolate *isolate, struct frame *frame)
{
	const struct mcp_host *table = &isolate->plugin->host.table;
	const char *uri = frame_text (frame);

	if (uri != NULL)
		table->resource_updated (table, uri);
	else
		frame->is_bad = true;
}

/* --- Calls that run --- */

static void
serve_emit (const struct mcp_host *table, struct frame *frame,
	    struct mcp_call *pub)
{
	size_t size;
	const char *topic = frame_text (frame);
	const char *agent = frame_text (frame);
	const char *payload = frame_bytes (frame, &size);
	uint32_t flags = frame_u32 (frame);
	const char *line = frame_text (frame);

	if (frame_is_done (frame) && payload != NULL)
		table->emit_text (pub, topic, agent, payload, size, flags,
				  line);
	else
		frame->is_bad = true;
}

static void
serve_progress (const struct mcp_host *table, struct frame *frame,
		struct mcp_call *pub)
{
	double progress = frame_double (frame);
	double total = frame_double (frame);
	const char *message = frame_text (frame);

	table->progress (pub, progress, total, message);
}

static void
serve_message (const struct mcp_host *table, struct frame *frame,
	       struct mcp_call *pub)
{
	size_t size;
	int level = (int) frame_i64 (frame);
	const char *logger = frame_text (frame);
	const char *data = frame_bytes (frame, &size);

	if (data != NULL)
		table->message_text (pub, level, logger, data, size);
	else
		frame->is_bad = true;
}

static void
serve_phase (const struct mcp_host *table, struct frame *frame,
	     struct mcp_call *pub)
{
	table->phase (pub, frame_text (frame));
}

static void
serve_task (const struct mcp_host *table, struct frame *frame,
	    struct mcp_call *pub)
{
	(void) frame;
	table->task (pub);
}

static void
serve_pause (const struct mcp_host *table, struct frame *frame,
	     struct mcp_call *pub)
{
	table->pause (pub, frame_i64 (frame));
}

static void
serve_deadline (const struct mcp_host *table, struct frame *frame,
		struct mcp_call *pub)
{
	table->deadline (pub, frame_i64 (frame));
}

static int
serve_call (struct isolate *isolate, struct frame *frame, struct mcp_call *pub)
{
	static void (*const functions[N_FRAME_KINDS]) (
		const struct mcp_host *table, struct frame *frame,
		struct mcp_call *pub) = {
		[FRAME_EMIT] = serve_emit,
		[FRAME_PHASE] = serve_phase,
		[FRAME_PROGRESS] = serve_progress,
		[FRAME_MESSAGE] = serve_message,
		[FRAME_TASK] = serve_task,
		[FRAME_PAUSE] = serve_pause,
		[FRAME_DEADLINE] = serve_deadline,
	};

	if (functions[frame->kind] == NULL || pub == NULL)
		return -EBADMSG;
	functions[frame->kind](&isolate->plugin->host.table, frame, pub);
	return frame_is_done (frame) ? 0 : -EBADMSG;
}

int
isolate_serve (struct isolate *isolate, struct frame *frame,
	       struct mcp_call *pub, struct buffer *replies)
{
	switch (frame->kind) {
	case FRAME_ADD:
		serve_add (isolate, frame);
		break;
	case FRAME_REMOVE:
		serve_remove (isolate, frame);
		break;
	case FRAME_UPDATED:
		serve_updated (isolate, frame);
		break;
	case FRAME_GET:
	case FRAME_LIST:
	case FRAME_COMMIT:
	case FRAME_EVENTS:
		return isolate_serve_request (isolate, frame, pub, replies);
	case FRAME_RESULT:
		return pub != NULL ? isolate_serve_result (isolate, frame, pub)
				   : -EBADMSG;
	default:
		return serve_call (isolate, frame, pub);
	}
	return frame_is_done (frame) ? 0 : -EBADMSG;
}
