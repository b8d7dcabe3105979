/* Server-sent events: bytes in, events out. Knows nothing of HTTP or JSON.
 * (WHATWG HTML, 9.2.6, but for retry and id, which nobody here needs.) */
#ifndef CLIENT_SSE_PARSER_H
#define CLIENT_SSE_PARSER_H

#include <stdbool.h>
#include <stddef.h>

#include "limits.h"

struct printbuf;

/* Called for each event: its name ("message" when it has none) and its data,
 * NUL-terminated, both lent. What it returns other than 0 ends the feeding. */
typedef int sse_event_fn (void *arg, const char *name, const char *data,
			  size_t size);

struct sse_parser {
	sse_event_fn *event;
	void *arg;
	struct printbuf *line;
	struct printbuf *data; /* each line of it ends in \n */
	char name[LIMIT_EVENT_NAME_BYTES];
	bool after_cr;	       /* a \n now belongs to the \r before it */
	bool after_first_line; /* a byte order mark is one no longer */
};

/* 0 or -ENOMEM. */
int sse_parser_init (struct sse_parser *parser, sse_event_fn *event, void *arg);
/* Also for a zeroed parser. */
void sse_parser_fini (struct sse_parser *parser);
/* 0, -ENOMEM, -EMSGSIZE (an event above LIMIT_MESSAGE_BYTES), or what event
 * returned. */
int sse_parser_feed (struct sse_parser *parser, const char *bytes, size_t size);

#endif
