/* Comparing. Knows nothing of where the values come from. */
#include "kit/match.h"

#include <string.h>

bool
match_text (const char *pattern, const char *text)
{
	const char *star = NULL, *tried = NULL;

	for (;;) {
		const char *p = pattern;

		if (*p == '*') {
			star = ++pattern;
			tried = text;
			continue;
		}
		p += *p == '\\' && p[1] != '\0';
		if (*p == *text) {
			if (*text == '\0')
				return true;
			pattern = p + 1;
			text++;
		} else if (star != NULL && *tried != '\0') {
			/* The last star takes one character more. */
			pattern = star;
			text = ++tried;
		} else {
			return false;
		}
	}
}

static bool
match_number (struct json_object *expected, struct json_object *value)
{
	if (json_object_is_type (expected, json_type_int)
	    && json_object_is_type (value, json_type_int))
		return json_object_equal (expected, value);
	return json_object_get_double (expected)
	       == json_object_get_double (value);
}

static bool
match_array (struct json_object *expected, struct json_object *value)
{
	size_t n = json_object_array_length (expected);

	if (json_object_array_length (value) != n)
		return false;
	for (size_t i = 0; i < n; i++)
		if (!match_value (json_object_array_get_idx (expected, i),
				  json_object_array_get_idx (value, i)))
			return false;
	return true;
}

static bool
match_object (struct json_object *expected, struct json_object *value)
{
	json_object_object_foreach (expected, name, member)
	{
		struct json_object *other;

		if (!json_object_object_get_ex (value, name, &other)
		    || !match_value (member, other))
			return false;
	}
	return true;
}

static bool
is_number (struct json_object *value)
{
	return json_object_is_type (value, json_type_int)
	       || json_object_is_type (value, json_type_double);
}

bool
match_value (struct json_object *expected, struct json_object *value)
{
	enum json_type type = json_object_get_type (expected);

	if (type == json_type_string
	    && strcmp (json_object_get_string (expected), "*") == 0)
		return true;
	if (is_number (expected) && is_number (value))
		return match_number (expected, value);
	if (json_object_get_type (value) != type)
		return false;
	switch (type) {
	case json_type_object:
		return match_object (expected, value);
	case json_type_array:
		return match_array (expected, value);
	case json_type_string:
		return match_text (json_object_get_string (expected),
				   json_object_get_string (value));
	default:
		return json_object_equal (expected, value);
	}
}
