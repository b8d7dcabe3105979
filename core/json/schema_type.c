/* type: what a value is. */
#include "json/schema_internal.h"

#include <errno.h>
#include <math.h>
#include <string.h>

struct types {
	unsigned mask;
	bool integral; /* doubles without a fraction, too */
};

static const struct type_name {
	const char *name;
	struct types types;
	const char *words;
} type_names[] = {
	{ "null", { SCHEMA_TYPE (null), false }, "null" },
	{ "boolean", { SCHEMA_TYPE (boolean), false }, "a boolean" },
	{ "integer", { SCHEMA_TYPE (int), true }, "an integer" },
	{ "number", { SCHEMA_NUMBERS, false }, "a number" },
	{ "string", { SCHEMA_TYPE (string), false }, "a string" },
	{ "array", { SCHEMA_TYPE (array), false }, "an array" },
	{ "object", { SCHEMA_TYPE (object), false }, "an object" },
};

static const struct type_name *
find_type (const char *name)
{
	for (size_t i = 0; i < sizeof type_names / sizeof type_names[0]; i++)
		if (strcmp (type_names[i].name, name) == 0)
			return &type_names[i];
	return NULL;
}

static int
add_type (struct compiler *compiler, const struct place *place,
	  struct json_object *value, struct types *types, struct buffer *words)
{
	const struct type_name *found = NULL;

	if (json_object_get_type (value) == json_type_string)
		found = find_type (json_object_get_string (value));
	if (found == NULL)
		return schema_refuse_value (
			compiler, place,
			"null, boolean, integer, number, string, array or "
			"object",
			value);
	types->mask |= found->types.mask;
	types->integral |= found->types.integral;
	buffer_add_text (words, found->words);
	return 0;
}

static int
add_types (struct compiler *compiler, const struct place *place,
	   struct json_object *value, struct types *types, struct buffer *words)
{
	struct place item = { .parent = place };
	size_t n, first, second, steps = 0;
	int r;

	if (json_object_get_type (value) != json_type_array)
		return add_type (compiler, place, value, types, words);
	n = json_object_array_length (value);
	r = schema_find_equal (&compiler->schema->key, value, &first, &second,
			       &steps);
	if (r < 0)
		return r;
	if (n == 0 || r > 0)
		return schema_refuse (compiler, place, -EINVAL,
				      "expected one or more types that differ");
	for (; item.index < n; item.index++) {
		if (item.index > 0)
			buffer_add_text (words,
					 item.index + 1 < n ? ", " : " or ");
		r = add_type (compiler, &item,
			      json_object_array_get_idx (value, item.index),
			      types, words);
		if (r != 0)
			return r;
	}
	return 0;
}

static int
compile_type (struct compiler *compiler, const struct place *place,
	      struct json_object *value, struct check *check)
{
	struct types *types = schema_allocate (compiler, sizeof *types);
	struct buffer words;
	int r = -ENOMEM;

	buffer_init (&words, 0);
	if (types != NULL)
		r = add_types (compiler, place, value, types, &words);
	if (types != NULL)
		check->types = ~types->mask;
	check->data = types;
	check->expected = schema_keep_text (compiler, &words);
	return r == 0 && check->expected == NULL ? -ENOMEM : r;
}

static int
check_type (struct run *run, const struct check *check,
	    const struct place *place, struct json_object *value)
{
	enum json_type type = json_object_get_type (value);
	const struct types *types = check->data;

	if (types->mask & 1u << type)
		return 0;
	if (type == json_type_double && types->integral) {
		double real = json_object_get_double (value);

		if (isfinite (real) && trunc (real) == real)
			return 0;
	}
	return schema_fail_value (run, check, place, value);
}

unsigned
schema_types_of (const struct node *node)
{
	const struct check *check = schema_find_check (node, "type");

	return check != NULL ? ((const struct types *) check->data)->mask : 0;
}

const struct keyword schema_type_keywords[] = {
	{ "type", SCHEMA_VALIDATION, SCHEMA_ALL_TYPES, compile_type,
	  check_type },
	{ NULL },
};
