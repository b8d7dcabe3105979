/* Places as JSON Pointers (RFC 6901), for sentences. Knows nothing of what is
 * there. */
#include "json/schema_internal.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

/* Of one name; a longer one is cut at a character's edge. */
#define NAME_BYTES 64
/* Of one step: each byte may be escaped. */
#define STEP_SIZE (2 * NAME_BYTES + 8)

unsigned
schema_place_depth (const struct place *place)
{
	unsigned depth = 0;

	for (; place->parent != NULL; place = place->parent)
		depth++;
	return depth;
}

/* Writes one step, with its slash; returns its size. */
static size_t
write_step (const struct place *place, char text[STEP_SIZE])
{
	const char *name = place->name;
	size_t size, shown, end = 0;

	if (name == NULL)
		return (size_t) snprintf (text, STEP_SIZE, "/%zu",
					  place->index);
	size = strlen (name);
	shown = size <= NAME_BYTES ? size : text_cut (name, size, NAME_BYTES);
	text[end++] = '/';
	for (size_t i = 0; i < shown; i++) {
		bool escaped = name[i] == '~' || name[i] == '/';

		if (escaped)
			text[end++] = '~';
		text[end++] = !escaped ? name[i] : name[i] == '~' ? '0' : '1';
	}
	if (shown < size) {
		memcpy (text + end, "…", strlen ("…"));
		end += strlen ("…");
	}
	return end;
}

void
schema_place_write (const struct place *place, char text[SCHEMA_PLACE_SIZE])
{
	const char *end = place->is_name ? ": its name " : ": ";
	char step[STEP_SIZE];
	char *start = text + SCHEMA_PLACE_SIZE - strlen (end) - 1;
	size_t size;

	if (place->parent == NULL) {
		snprintf (text, SCHEMA_PLACE_SIZE, "%s%s", place->name, end);
		return;
	}
	/* From the last step to the first, since the last ones matter most. */
	memcpy (start, end, strlen (end) + 1);
	for (; place->parent != NULL; place = place->parent) {
		size = write_step (place, step);
		if ((size_t) (start - text) < size + strlen ("…")) {
			start -= strlen ("…");
			memcpy (start, "…", strlen ("…"));
			break;
		}
		start -= size;
		memcpy (start, step, size);
	}
	memmove (text, start, strlen (start) + 1);
}
