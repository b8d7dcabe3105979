/* Server-sent events: bytes in, events out. */
#include "sse_parser.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <json-c/printbuf.h>

int
sse_parser_init (struct sse_parser *parser, sse_event_fn *event, void *arg)
{
	*parser = (struct sse_parser){ .event = event, .arg = arg };
	parser->line = printbuf_new ();
	parser->data = printbuf_new ();
	return parser->line && parser->data ? 0 : -ENOMEM;
}

void
sse_parser_fini (struct sse_parser *parser)
{
	if (parser->line)
		printbuf_free (parser->line);
	if (parser->data)
		printbuf_free (parser->data);
}

static int
append (struct printbuf *buffer, const char *bytes, size_t size)
{
	if (size > LIMIT_MESSAGE_BYTES
	    || (size_t) printbuf_length (buffer) + size > LIMIT_MESSAGE_BYTES)
		return -EMSGSIZE;
	if (printbuf_memappend (buffer, bytes, (int) size) < 0)
		return -ENOMEM;
	return 0;
}

/* An empty line: the event is whole. Without data it is none. */
static int
dispatch (struct sse_parser *parser)
{
	const char *name = parser->name[0] ? parser->name : "message";
	int size = printbuf_length (parser->data);
	int rc = 0;

	if (size > 0) {
		parser->data->buf[size - 1] = '\0';
		rc = parser->event (parser->arg, name, parser->data->buf,
				    (size_t) size - 1);
	}
	printbuf_reset (parser->data);
	parser->name[0] = '\0';
	return rc;
}

static int
take_field (struct sse_parser *parser, const char *field, const char *value,
	    size_t size)
{
	int rc;

	if (strcmp (field, "event") == 0) {
		snprintf (parser->name, sizeof (parser->name), "%s", value);
		return 0;
	}
	if (strcmp (field, "data") != 0)
		return 0;
	rc = append (parser->data, value, size);
	return rc ? rc : append (parser->data, "\n", 1);
}

static int
take_line (struct sse_parser *parser)
{
	char *line = parser->line->buf;
	size_t size = (size_t) printbuf_length (parser->line);
	char *colon;
	const char *value;

	if (!parser->after_first_line && size >= 3
	    && memcmp (line, "\xef\xbb\xbf", 3) == 0) {
		line += 3;
		size -= 3;
	}
	parser->after_first_line = true;
	if (size == 0)
		return dispatch (parser);
	colon = memchr (line, ':', size);
	if (!colon)
		return take_field (parser, line, "", 0);
	*colon = '\0';
	value = colon + 1;
	if (*value == ' ')
		value++;
	return take_field (parser, line, value, size - (size_t) (value - line));
}

/* The length of what bytes begins with up to a line's end or size. */
static size_t
span (const char *bytes, size_t size)
{
	size_t n = 0;

	while (n < size && bytes[n] != '\r' && bytes[n] != '\n')
		n++;
	return n;
}

int
sse_parser_feed (struct sse_parser *parser, const char *bytes, size_t size)
{
	while (size > 0) {
		size_t n = span (bytes, size);
		int rc = append (parser->line, bytes, n);

		if (n > 0)
			parser->after_cr = false;
		if (rc == 0 && n < size) {
			char end = bytes[n++];

			if (end == '\r' || !parser->after_cr) {
				rc = take_line (parser);
				printbuf_reset (parser->line);
			}
			parser->after_cr = end == '\r';
		}
		if (rc)
			return rc;
		bytes += n;
		size -= n;
	}
	return 0;
}
