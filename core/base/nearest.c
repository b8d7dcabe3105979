/* The nearest of some names, for "did you mean". Knows no meanings. */
#include "base/text.h"

#include <string.h>

/* Longer names are not compared: bounds the work and the row. */
#define NAME_MAX_SIZE 64

static size_t
min (size_t a, size_t b)
{
	return a < b ? a : b;
}

/* The edit distance of Levenshtein, row by row. */
static size_t
distance (const char *a, size_t a_size, const char *b, size_t b_size)
{
	size_t row[NAME_MAX_SIZE + 1];

	for (size_t j = 0; j <= b_size; j++)
		row[j] = j;
	for (size_t i = 1; i <= a_size; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= b_size; j++) {
			size_t change = diagonal + (a[i - 1] != b[j - 1]);

			diagonal = row[j];
			row[j] = min (change, 1 + min (row[j], row[j - 1]));
		}
	}
	return row[b_size];
}

/* How many letters may be wrong: two that changed places count as two. */
static size_t
tolerance (size_t size)
{
	return size < 4 ? 1 : size < 9 ? 2 : size / 3;
}

const char *
text_nearest (const char *text, const char *const *names)
{
	size_t size = strlen (text);
	size_t nearest = tolerance (size) + 1;
	const char *found = NULL;

	if (size > NAME_MAX_SIZE)
		return NULL;
	for (; *names != NULL; names++) {
		size_t name_size = strlen (*names);
		size_t d;

		if (name_size > NAME_MAX_SIZE)
			continue;
		d = distance (text, size, *names, name_size);
		if (d < nearest) {
			nearest = d;
			found = *names;
		}
	}
	return found;
}
