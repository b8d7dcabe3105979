/* How values and lists look in sentences for a model or a plugin's author:
 * short, whatever their size. Knows nothing of schemas. */
#include "json/schema_internal.h"

#include <assert.h>
#include <string.h>

#include "base/text.h"

/* Whether text may stand without quotes, and still not be taken for another
 * kind of value or for two. */
static bool
is_word (const char *text, size_t size)
{
	static const char *const values[] = { "true", "false", "null" };

	if (size == 0 || size > SCHEMA_VALUE_BYTES || strlen (text) != size
	    || strchr ("0123456789-.", text[0]) != NULL)
		return false;
	for (size_t i = 0; i < sizeof values / sizeof values[0]; i++)
		if (strcmp (text, values[i]) == 0)
			return false;
	for (; *text != '\0'; text++)
		if ((unsigned char) *text <= ' ' || *text == 127
		    || strchr (",;:\"'()[]{}", *text) != NULL)
			return false;
	return true;
}

void
schema_write_string (struct buffer *buffer, const char *text, size_t size,
		     size_t max)
{
	char cut[SCHEMA_PATTERN_BYTES + sizeof "…"];
	size_t shown;

	if (size <= max) {
		json_write_string (buffer, text, size);
		return;
	}
	assert (max <= SCHEMA_PATTERN_BYTES);
	shown = text_cut (text, size, max);
	memcpy (cut, text, shown);
	memcpy (cut + shown, "…", strlen ("…"));
	json_write_string (buffer, cut, shown + strlen ("…"));
}

static void
write_word (struct buffer *buffer, const char *text, size_t size)
{
	if (is_word (text, size))
		buffer_add (buffer, text, size);
	else
		schema_write_string (buffer, text, size, SCHEMA_VALUE_BYTES);
}

void
schema_write_name (struct buffer *buffer, const char *name)
{
	write_word (buffer, name, strlen (name));
}

void
schema_write_found (struct buffer *buffer, struct json_object *value)
{
	switch (json_object_get_type (value)) {
	case json_type_array:
		buffer_add_literal (buffer, "an array");
		break;
	case json_type_object:
		buffer_add_literal (buffer, "an object");
		break;
	case json_type_string:
		schema_write_string (
			buffer, json_object_get_string (value),
			(size_t) json_object_get_string_len (value),
			SCHEMA_VALUE_BYTES);
		break;
	default:
		json_write_value (buffer, value);
	}
}

static void
write_container (struct buffer *buffer, struct json_object *value)
{
	struct buffer whole;

	buffer_init (&whole, 0);
	json_write_value (&whole, value);
	if (whole.failed) {
		schema_write_found (buffer, value);
	} else {
		size_t shown =
			text_cut (whole.data, whole.size, SCHEMA_VALUE_BYTES);

		buffer_add (buffer, whole.data, shown);
		if (shown < whole.size)
			buffer_add_literal (buffer, "…");
	}
	buffer_fini (&whole);
}

void
schema_write_value (struct buffer *buffer, struct json_object *value)
{
	switch (json_object_get_type (value)) {
	case json_type_array:
	case json_type_object:
		write_container (buffer, value);
		break;
	case json_type_string:
		write_word (buffer, json_object_get_string (value),
			    (size_t) json_object_get_string_len (value));
		break;
	default:
		schema_write_found (buffer, value);
	}
}

bool
schema_write_separator (struct buffer *buffer, size_t i, size_t n,
			const char *separator)
{
	if (i == SCHEMA_LIST_LENGTH) {
		buffer_add_format (buffer, ", … (%zu in all)", n);
		return false;
	}
	if (i > 0)
		buffer_add_text (buffer, separator);
	return true;
}
