/* The text of event streams (HTML Living Standard, 9.2). Knows nothing of
 * who reads them. */
#ifndef HTTP_SSE_H
#define HTTP_SSE_H

#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "mcp/exchange.h"

/* How the streams of one transport look. */
struct sse_style {
	const char *content_type;
	const char *cache_control;
	const char *line_end;
};

struct sse_event {
	const char *name;
	const char *id;	  /* or NULL */
	int64_t retry_ms; /* before the reader reconnects; -1: not said */
	/* No line ends. Without any the event has no name either: it is there
	 * for its id. */
	const char *data;
	size_t size;
};

/* HTTP+SSE as the servers of 2024-11-05 wrote it, CRLF included; LF
 * elsewhere. */
const struct sse_style *sse_style_of (enum transport transport);

/* One event. Returns 0 or the buffer's failure. */
int sse_write_event (struct buffer *buffer, const struct sse_style *style,
		     const struct sse_event *event);
/* A comment, which readers skip and proxies see. */
int sse_write_comment (struct buffer *buffer, const struct sse_style *style);

#endif
