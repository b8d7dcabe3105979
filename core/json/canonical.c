/* Writes a value in one form, however its members were ordered. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "json/json.h"

static int
compare (const void *a, const void *b)
{
	const struct lh_entry *const *first = a, *const *second = b;

	return strcmp (lh_entry_k (*first), lh_entry_k (*second));
}

static void
write_member (struct buffer *buffer, const struct lh_entry *entry)
{
	json_write_text (buffer, lh_entry_k (entry));
	buffer_add_char (buffer, ':');
	json_write_canonical (buffer,
			      (struct json_object *) lh_entry_v (entry));
}

static void
write_object (struct buffer *buffer, struct json_object *object)
{
	size_t n = (size_t) json_object_object_length (object), i = 0;
	struct lh_entry **entries = calloc (n + 1, sizeof (*entries));
	struct lh_entry *entry;

	if (entries == NULL) {
		buffer->failed = -ENOMEM;
		return;
	}
	lh_foreach (json_object_get_object (object), entry) entries[i++] =
		entry;
	qsort (entries, n, sizeof (*entries), compare);
	buffer_add_char (buffer, '{');
	for (i = 0; i < n; i++) {
		if (i > 0)
			buffer_add_char (buffer, ',');
		write_member (buffer, entries[i]);
	}
	buffer_add_char (buffer, '}');
	free (entries);
}

static void
write_array (struct buffer *buffer, struct json_object *array)
{
	size_t n = json_object_array_length (array);

	buffer_add_char (buffer, '[');
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			buffer_add_char (buffer, ',');
		json_write_canonical (buffer,
				      json_object_array_get_idx (array, i));
	}
	buffer_add_char (buffer, ']');
}

void
json_write_canonical (struct buffer *buffer, struct json_object *value)
{
	if (json_object_is_type (value, json_type_object))
		write_object (buffer, value);
	else if (json_object_is_type (value, json_type_array))
		write_array (buffer, value);
	else
		json_write_value (buffer, value);
}
