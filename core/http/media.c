/* Media types. Knows nothing of requests. */
#include "http/media.h"

#include <string.h>
#include <strings.h>

/* A piece of somebody else's text. */
struct span {
	const char *text;
	size_t size;
};

static bool
is_blank (char c)
{
	return c == ' ' || c == '\t';
}

static struct span
trim (struct span span)
{
	while (span.size > 0 && is_blank (span.text[0])) {
		span.text++;
		span.size--;
	}
	while (span.size > 0 && is_blank (span.text[span.size - 1]))
		span.size--;
	return span;
}

/* Takes what comes before the separator off the front of rest. */
static struct span
next_part (struct span *rest, char separator)
{
	const char *end = memchr (rest->text, separator, rest->size);
	struct span part = *rest;

	if (end == NULL) {
		rest->text += rest->size;
		rest->size = 0;
		return trim (part);
	}
	part.size = (size_t) (end - part.text);
	rest->text = end + 1;
	rest->size -= part.size + 1;
	return trim (part);
}

static bool
span_is (struct span span, const char *text)
{
	return span.size == strlen (text)
	       && strncasecmp (span.text, text, span.size) == 0;
}

bool
media_is_json (const char *type, size_t size)
{
	struct span rest = { type, size };

	return span_is (next_part (&rest, ';'), "application/json");
}

/* q=0, q=0.0 and so on. */
static bool
is_zero_weight (struct span parameter)
{
	size_t i;

	if (parameter.size < 3 || strncasecmp (parameter.text, "q=0", 3) != 0)
		return false;
	for (i = 3; i < parameter.size; i++)
		if (parameter.text[i] != '.' && parameter.text[i] != '0')
			return false;
	return true;
}

static unsigned
range_bits (struct span range)
{
	struct span type = next_part (&range, ';');

	while (range.size > 0)
		if (is_zero_weight (next_part (&range, ';')))
			return 0;
	if (span_is (type, "*/*"))
		return MEDIA_JSON | MEDIA_STREAM;
	if (span_is (type, "application/json")
	    || span_is (type, "application/*"))
		return MEDIA_JSON;
	if (span_is (type, "text/event-stream") || span_is (type, "text/*"))
		return MEDIA_STREAM;
	return 0;
}

unsigned
media_accepted (const char *accept, size_t size)
{
	struct span rest = { accept, size };
	unsigned bits = 0;

	while (rest.size > 0)
		bits |= range_bits (next_part (&rest, ','));
	return bits;
}
