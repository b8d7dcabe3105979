/* Writing values as text, compact, on one line. Knows nothing of what they
 * mean. Walks by itself: json-c's own serialiser writes into the object, and
 * escapes less. */
#include "json/json.h"

#include <errno.h>
#include <float.h>
#include <math.h>
#include <string.h>

#include "base/escape.h"
#include "base/limits.h"
#include "json/real.h"
#include "json/scan.h"

void
json_write_string (struct buffer *buffer, const char *text, size_t size)
{
	buffer_add_char (buffer, '"');
	escape_json (buffer, text, size);
	buffer_add_char (buffer, '"');
}

void
json_write_text (struct buffer *buffer, const char *text)
{
	json_write_string (buffer, text, strlen (text));
}

/* --- Numbers -------------------------------------------------------------- */

void
json_write_double (struct buffer *buffer, double value)
{
	char text[REAL_TEXT_SIZE];

	real_to_shortest (value, text);
	buffer_add_text (buffer, text);
}

static bool
is_number (const char *text, size_t size)
{
	struct scan scan = { text, text, text + size, NULL };
	struct scan_number number;

	return scan_number (&scan, &number) == 0 && scan.at == scan.end;
}

/* Whether text is what a real was read from or given as, and not what json-c
 * makes of a double with all 17 digits. */
static bool
is_own_text (const char *text, size_t size, double value)
{
	char full[REAL_TEXT_SIZE];

	if (!is_number (text, size) || real_from_text (text) != value)
		return false;
	if (size < DBL_DECIMAL_DIG)
		return true;
	real_to_text (value, DBL_DECIMAL_DIG, full);
	return strcmp (text, full) != 0;
}

static void
write_real (struct buffer *buffer, struct json_object *value)
{
	double real = json_object_get_double (value);
	char shortest[REAL_TEXT_SIZE];
	const char *text;
	size_t size;

	if (!isfinite (real)) {
		buffer_add_literal (buffer, "null");
		return;
	}
	text = json_object_to_json_string_length (value, JSON_C_TO_STRING_PLAIN,
						  &size);
	if (text != NULL && is_own_text (text, size, real)) {
		buffer_add (buffer, text, size);
		return;
	}
	real_to_shortest (real, shortest);
	buffer_add_text (buffer, shortest);
	if (strpbrk (shortest, ".e") == NULL)
		/* It stays a real for who reads it. */
		buffer_add_literal (buffer, ".0");
}

static void
write_integer (struct buffer *buffer, struct json_object *value)
{
	int64_t integer = json_object_get_int64 (value);

	/* It answers the nearest where the value is an uint64 beyond. */
	if (integer < INT64_MAX)
		buffer_add_int (buffer, integer);
	else
		buffer_add_format (
			buffer, "%llu",
			(unsigned long long) json_object_get_uint64 (value));
}

/* --- Values --------------------------------------------------------------- */

static void write_value (struct buffer *buffer, struct json_object *value,
			 int depth_left);

static void
write_array (struct buffer *buffer, struct json_object *array, int depth_left)
{
	size_t length = json_object_array_length (array);

	buffer_add_char (buffer, '[');
	for (size_t i = 0; i < length; i++) {
		if (i > 0)
			buffer_add_char (buffer, ',');
		write_value (buffer, json_object_array_get_idx (array, i),
			     depth_left);
	}
	buffer_add_char (buffer, ']');
}

static void
write_object (struct buffer *buffer, struct json_object *object, int depth_left)
{
	bool is_first = true;

	buffer_add_char (buffer, '{');
	json_object_object_foreach (object, name, value)
	{
		if (!is_first)
			buffer_add_char (buffer, ',');
		is_first = false;
		json_write_text (buffer, name);
		buffer_add_char (buffer, ':');
		write_value (buffer, value, depth_left);
	}
	buffer_add_char (buffer, '}');
}

static void
write_value (struct buffer *buffer, struct json_object *value, int depth_left)
{
	if (depth_left == 0 && buffer->failed == 0)
		buffer->failed = -EMSGSIZE;
	if (buffer->failed != 0)
		return;
	switch (json_object_get_type (value)) {
	case json_type_null:
		buffer_add_literal (buffer, "null");
		break;
	case json_type_boolean:
		buffer_add_text (buffer, json_object_get_boolean (value)
						 ? "true"
						 : "false");
		break;
	case json_type_int:
		write_integer (buffer, value);
		break;
	case json_type_double:
		write_real (buffer, value);
		break;
	case json_type_string:
		json_write_string (buffer, json_object_get_string (value),
				   (size_t) json_object_get_string_len (value));
		break;
	case json_type_array:
		write_array (buffer, value, depth_left - 1);
		break;
	case json_type_object:
		write_object (buffer, value, depth_left - 1);
		break;
	}
}

void
json_write_value (struct buffer *buffer, struct json_object *value)
{
	write_value (buffer, value, LIMIT_JSON_WRITE_DEPTH);
}
