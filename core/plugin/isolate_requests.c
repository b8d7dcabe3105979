/* What an isolated plugin asks of the journal, and is answered. Any thread. */
#include <config.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "plugin/isolate_state.h"

/* Most values are smaller. */
#define FIRST_ROOM 4096

static const struct mcp_host *
table_of (const struct isolate *isolate)
{
	return &isolate->plugin->host.table;
}

static size_t
begin_reply (struct buffer *replies, uint64_t request, int64_t r)
{
	size_t begin = frame_begin (replies, FRAME_REPLY);

	frame_put_u64 (replies, request);
	frame_put_i64 (replies, r);
	return begin;
}

/* A reply that does not fit becomes one that says so. */
static void
end_reply (struct buffer *replies, size_t begin, uint64_t request)
{
	if (!frame_end (replies, begin))
		frame_end (replies, begin_reply (replies, request, -ENOMEM));
}

/* --- Values --- */

/* The value in memory that is yours; or NULL when *ret_r is negative. */
static char *
read_value (const struct mcp_host *table, const char *key, uint64_t *version,
	    int64_t *ret_r)
{
	size_t room = FIRST_ROOM;
	char *value = NULL;

	for (;;) {
		free (value);
		value = malloc (room);
		*ret_r = value != NULL
				 ? table->get (table, key, value, room, version)
				 : -ENOMEM;
		if (*ret_r <= (int64_t) room)
			return value;
		room = (size_t) *ret_r;
	}
}

static void
serve_get (struct isolate *isolate, struct frame *frame, struct buffer *replies)
{
	uint64_t request = frame_u64 (frame), version = 0;
	const char *key = frame_text (frame);
	int64_t r;
	char *value;
	size_t begin;

	if (!frame_is_done (frame))
		return;
	value = read_value (table_of (isolate), key, &version, &r);
	begin = begin_reply (replies, request, r);
	frame_put_u64 (replies, version);
	frame_put_bytes (replies, r < 0 ? NULL : value, r < 0 ? 0 : (size_t) r);
	end_reply (replies, begin, request);
	free (value);
}

static void
add_listed (void *arg, const char *key, const void *value, size_t size,
	    uint64_t version)
{
	struct buffer *replies = arg;

	frame_put_text (replies, key);
	frame_put_bytes (replies, value, size);
	frame_put_u64 (replies, version);
}

static void
serve_list (struct isolate *isolate, struct frame *frame,
	    struct buffer *replies)
{
	const struct mcp_host *table = table_of (isolate);
	uint64_t request = frame_u64 (frame);
	const char *prefix = frame_text (frame);
	struct buffer rows;
	size_t begin;
	int r;

	if (!frame_is_done (frame))
		return;
	buffer_init (&rows, LIMIT_FRAME_BYTES);
	r = table->list (table, prefix, add_listed, &rows);
	if (r == 0 && rows.failed)
		r = -ENOMEM;
	begin = begin_reply (replies, request, r);
	if (r == 0 && rows.size > 0)
		buffer_add (replies, rows.data, rows.size);
	frame_put_text (replies, NULL);
	end_reply (replies, begin, request);
	buffer_fini (&rows);
}

/* --- Commits --- */

static void
read_change (struct frame *frame, struct mcp_change *change)
{
	size_t size;

	change->kind = frame_u32 (frame);
	change->flags = frame_u32 (frame);
	change->key = frame_text (frame);
	change->value = frame_bytes (frame, &change->size);
	change->version = frame_u64 (frame);
	change->add = frame_i64 (frame);
	change->min = frame_i64 (frame);
	change->max = frame_i64 (frame);
	change->topic = frame_text (frame);
	change->agent = frame_text (frame);
	change->payload = frame_bytes (frame, &size);
	if (change->payload != NULL)
		change->size = size;
	change->line = frame_text (frame);
	for (int i = 0; i < 4; i++)
		change->reserved[i] = frame_u64 (frame);
}

static void
serve_commit (struct isolate *isolate, struct frame *frame,
	      struct mcp_call *pub, struct buffer *replies)
{
	const struct mcp_host *table = table_of (isolate);
	struct mcp_change changes[LIMIT_COMMIT_CHANGES] = { 0 };
	uint64_t request = frame_u64 (frame);
	uint32_t n = frame_u32 (frame);
	size_t failed = 0, begin;
	int r;

	if (n > LIMIT_COMMIT_CHANGES) {
		frame->is_bad = true;
		return;
	}
	for (uint32_t i = 0; i < n; i++)
		read_change (frame, &changes[i]);
	if (!frame_is_done (frame))
		return;
	r = table->commit (table, pub, changes, n, &failed);
	begin = begin_reply (replies, request, r);
	frame_put_u64 (replies, failed);
	for (uint32_t i = 0; i < n; i++) {
		frame_put_u64 (replies, changes[i].version);
		frame_put_i64 (replies, changes[i].sum);
	}
	end_reply (replies, begin, request);
}

/* --- Events --- */

static void
add_event (void *arg, const char *event, size_t size)
{
	frame_put_bytes (arg, event, size);
}

static void
serve_events (struct isolate *isolate, struct frame *frame,
	      struct buffer *replies)
{
	const struct mcp_host *table = table_of (isolate);
	uint64_t request = frame_u64 (frame);
	struct mcp_query query = { .size = sizeof (query) };
	struct buffer events;
	size_t begin;
	int r;

	query.after_seq = frame_u64 (frame);
	query.agent = frame_text (frame);
	query.topic = frame_text (frame);
	query.limit = frame_u32 (frame);
	query.newest_first = (int32_t) frame_u32 (frame);
	if (!frame_is_done (frame))
		return;
	buffer_init (&events, LIMIT_FRAME_BYTES);
	r = table->events (table, &query, add_event, &events);
	if (r >= 0 && events.failed)
		r = -ENOMEM;
	begin = begin_reply (replies, request, r);
	if (r > 0)
		buffer_add (replies, events.data, events.size);
	frame_put_text (replies, NULL);
	end_reply (replies, begin, request);
	buffer_fini (&events);
}

int
isolate_serve_request (struct isolate *isolate, struct frame *frame,
		       struct mcp_call *pub, struct buffer *replies)
{
	if (frame->kind == FRAME_GET)
		serve_get (isolate, frame, replies);
	else if (frame->kind == FRAME_LIST)
		serve_list (isolate, frame, replies);
	else if (frame->kind == FRAME_COMMIT)
		serve_commit (isolate, frame, pub, replies);
	else
		serve_events (isolate, frame, replies);
	return frame_is_done (frame) ? 0 : -EBADMSG;
}
