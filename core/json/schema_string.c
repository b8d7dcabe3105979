/* minLength, maxLength: how long a string is, in code points. */
#include "json/schema_internal.h"

#include "base/text.h"

static size_t
length_of (struct run *run, struct json_object *string)
{
	size_t size = (size_t) json_object_get_string_len (string);

	schema_spend (run, size / SCHEMA_STEP_BYTES);
	return text_length (json_object_get_string (string), size);
}

static int
check_min_length (struct run *run, const struct check *check,
		  const struct place *place, struct json_object *value)
{
	const size_t *limit = check->data;
	size_t length = length_of (run, value);

	if (length >= *limit)
		return 0;
	return schema_fail_count (run, check, place, "at least", *limit,
				  "character", "characters", length);
}

static int
check_max_length (struct run *run, const struct check *check,
		  const struct place *place, struct json_object *value)
{
	const size_t *limit = check->data;
	size_t length;

	/* A code point is one byte or more. */
	if ((size_t) json_object_get_string_len (value) <= *limit)
		return 0;
	length = length_of (run, value);
	if (length <= *limit)
		return 0;
	return schema_fail_count (run, check, place, "at most", *limit,
				  "character", "characters", length);
}

const struct keyword schema_string_keywords[] = {
	{ "minLength", SCHEMA_VALIDATION, SCHEMA_TYPE (string),
	  schema_compile_count, check_min_length },
	{ "maxLength", SCHEMA_VALIDATION, SCHEMA_TYPE (string),
	  schema_compile_count, check_max_length },
	{ NULL },
};
