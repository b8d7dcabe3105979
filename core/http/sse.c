/* The text of event streams. Knows nothing of who reads them. */
#include "http/sse.h"

#include <inttypes.h>
#include <string.h>

/* The names of all fields, their line ends, and a number. */
#define FIELDS_MAX 64

static const struct sse_style styles[] = {
	[TRANSPORT_STREAMABLE] = { .content_type = "text/event-stream",
				   .cache_control = "no-store, no-transform",
				   .line_end = "\n" },
	[TRANSPORT_SSE] = { .content_type = "text/event-stream; charset=utf-8",
			    .cache_control = "no-store",
			    .line_end = "\r\n" },
};

const struct sse_style *
sse_style_of (enum transport transport)
{
	return &styles[transport];
}

static void
add_field (struct buffer *buffer, const struct sse_style *style,
	   const char *name, const char *value, size_t size)
{
	buffer_add_text (buffer, name);
	buffer_add_literal (buffer, ": ");
	buffer_add (buffer, value, size);
	buffer_add_text (buffer, style->line_end);
}

static void
add_retry (struct buffer *buffer, const struct sse_style *style, int64_t ms)
{
	buffer_add_format (buffer, "retry: %" PRId64 "%s", ms, style->line_end);
}

int
sse_write_event (struct buffer *buffer, const struct sse_style *style,
		 const struct sse_event *event)
{
	size_t id_size = event->id != NULL ? strlen (event->id) : 0;
	/* All or nothing: half an event would spoil the next one. */
	int r = buffer_reserve (buffer, strlen (event->name) + id_size
						+ event->size + FIELDS_MAX);

	if (r < 0)
		return r;
	if (event->size > 0)
		add_field (buffer, style, "event", event->name,
			   strlen (event->name));
	if (event->id != NULL)
		add_field (buffer, style, "id", event->id, id_size);
	if (event->retry_ms >= 0)
		add_retry (buffer, style, event->retry_ms);
	add_field (buffer, style, "data", event->data, event->size);
	return buffer_add_text (buffer, style->line_end);
}

int
sse_write_comment (struct buffer *buffer, const struct sse_style *style)
{
	int r = buffer_reserve (buffer, 32);

	if (r < 0)
		return r;
	buffer_add_literal (buffer, ": keep-alive");
	buffer_add_text (buffer, style->line_end);
	return buffer_add_text (buffer, style->line_end);
}
