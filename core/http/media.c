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

/* How much a range says: the most first. */
enum rank {
	RANK_TYPE, /* application/json */
	RANK_TREE, /* application/ and a star */
	RANK_ALL,
	RANKS
};

static const struct {
	const char *range;
	enum rank rank;
	unsigned bits;
} ranges[] = {
	{ "application/json", RANK_TYPE, MEDIA_JSON },
	{ "text/event-stream", RANK_TYPE, MEDIA_STREAM },
	{ "*/*", RANK_ALL, MEDIA_JSON | MEDIA_STREAM },
	{ "application/*", RANK_TREE, MEDIA_JSON },
	{ "text/*", RANK_TREE, MEDIA_STREAM },
};

/* What ranges of each rank are about, and what they let through. */
struct wishes {
	unsigned named[RANKS], accepted[RANKS];
};

static void
read_range (struct span range, struct wishes *wishes)
{
	struct span type = next_part (&range, ';');
	size_t i = 0;

	while (i < sizeof (ranges) / sizeof (ranges[0])
	       && !span_is (type, ranges[i].range))
		i++;
	if (i == sizeof (ranges) / sizeof (ranges[0]))
		return;
	wishes->named[ranges[i].rank] |= ranges[i].bits;
	while (range.size > 0)
		if (is_zero_weight (next_part (&range, ';')))
			return;
	wishes->accepted[ranges[i].rank] |= ranges[i].bits;
}

/* The range that says most about a type is the one that counts (RFC 9110
 * 12.5.1). */
unsigned
media_accepted (const char *accept, size_t size)
{
	struct span rest = { accept, size };
	struct wishes wishes = { 0 };
	unsigned bits = 0, named = 0;

	while (rest.size > 0)
		read_range (next_part (&rest, ','), &wishes);
	for (int rank = 0; rank < RANKS; rank++) {
		bits |= wishes.accepted[rank] & ~named;
		named |= wishes.named[rank];
	}
	return bits;
}
