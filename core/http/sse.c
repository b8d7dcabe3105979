/* The text of event streams. Knows nothing of who reads them. */
#include "http/sse.h"

#include <string.h>

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

int
sse_write_event (struct buffer *buffer, const struct sse_style *style,
		 const char *event, const char *data, size_t size)
{
	/* All or nothing: half an event would spoil the next one. */
	int r = buffer_reserve (buffer, strlen (event) + size + 32);

	if (r < 0)
		return r;
	buffer_add_literal (buffer, "event: ");
	buffer_add_text (buffer, event);
	buffer_add_text (buffer, style->line_end);
	buffer_add_literal (buffer, "data: ");
	buffer_add (buffer, data, size);
	buffer_add_text (buffer, style->line_end);
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
