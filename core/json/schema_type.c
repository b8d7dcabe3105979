/* type, enum, const: what a value is. */
#include "json/schema_internal.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Up to this many values of an enum are compared one by one; more are looked
 * up by their hash. */
#define FEW_OPTIONS 8

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
	size_t n, first, second;
	int r;

	if (json_object_get_type (value) != json_type_array)
		return add_type (compiler, place, value, types, words);
	n = json_object_array_length (value);
	r = schema_find_equal (&compiler->schema->key, value, &first, &second);
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

struct option {
	struct json_object *value;
	const char *text; /* of a string; else NULL */
	size_t size;
	uint64_t hash; /* when there are more than a few */
};

struct options {
	size_t n;
	struct option *list; /* sorted by hash when they are more than a few */
};

static int
compare_options (const void *a, const void *b)
{
	const struct option *x = a, *y = b;

	return (x->hash > y->hash) - (x->hash < y->hash);
}

static void
init_option (struct option *option, const struct hash_key *key,
	     struct json_object *value)
{
	option->value = value;
	option->hash = schema_hash (key, value);
	if (json_object_get_type (value) != json_type_string)
		return;
	option->text = json_object_get_string (value);
	option->size = (size_t) json_object_get_string_len (value);
}

static struct options *
allocate_options (struct compiler *compiler, size_t n)
{
	struct options *options = schema_allocate (compiler, sizeof *options);

	if (options == NULL)
		return NULL;
	options->n = n;
	options->list = schema_allocate (compiler, n * sizeof *options->list);
	return options->list != NULL ? options : NULL;
}

static int
compile_const (struct compiler *compiler, const struct place *place,
	       struct json_object *value, struct check *check)
{
	struct options *options = allocate_options (compiler, 1);
	struct buffer words;

	(void) place;
	if (options == NULL)
		return -ENOMEM;
	init_option (options->list, &compiler->schema->key, value);
	buffer_init (&words, 0);
	schema_write_value (&words, value);
	check->data = options;
	check->expected = schema_keep_text (compiler, &words);
	return check->expected != NULL ? 0 : -ENOMEM;
}

static const char *
enum_words (struct compiler *compiler, struct json_object *array)
{
	size_t n = json_object_array_length (array);
	struct buffer words;

	buffer_init (&words, 0);
	if (n != 1)
		buffer_add_literal (&words, "one of ");
	if (n == 0)
		buffer_add_literal (&words, "no values");
	for (size_t i = 0; i < n && schema_write_separator (&words, i, n, ", ");
	     i++)
		schema_write_value (&words,
				    json_object_array_get_idx (array, i));
	return schema_keep_text (compiler, &words);
}

static int
compile_enum (struct compiler *compiler, const struct place *place,
	      struct json_object *value, struct check *check)
{
	struct options *options;

	if (json_object_get_type (value) != json_type_array)
		return schema_refuse_value (compiler, place, "an array", value);
	options = allocate_options (compiler, json_object_array_length (value));
	if (options == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < options->n; i++)
		init_option (&options->list[i], &compiler->schema->key,
			     json_object_array_get_idx (value, i));
	if (options->n > FEW_OPTIONS)
		qsort (options->list, options->n, sizeof *options->list,
		       compare_options);
	check->data = options;
	check->expected = enum_words (compiler, value);
	return check->expected != NULL ? 0 : -ENOMEM;
}

static bool
is_option (const struct option *option, struct json_object *value,
	   const char *text, size_t size)
{
	if (text == NULL || option->text == NULL)
		return schema_equal (option->value, value);
	return option->size == size && memcmp (option->text, text, size) == 0;
}

/* The first option whose hash is not below hash. */
static size_t
find_hash (const struct options *options, uint64_t hash)
{
	size_t low = 0, high = options->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (options->list[middle].hash < hash)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool
is_one_of (const struct options *options, const struct hash_key *key,
	   struct json_object *value)
{
	bool is_string = json_object_get_type (value) == json_type_string;
	const char *text = is_string ? json_object_get_string (value) : NULL;
	size_t size =
		is_string ? (size_t) json_object_get_string_len (value) : 0;
	uint64_t hash = 0;
	size_t i = 0;

	if (options->n > FEW_OPTIONS) {
		hash = schema_hash (key, value);
		i = find_hash (options, hash);
	}
	for (; i < options->n; i++) {
		if (options->n > FEW_OPTIONS && options->list[i].hash != hash)
			break;
		if (is_option (&options->list[i], value, text, size))
			return true;
	}
	return false;
}

static int
check_options (struct run *run, const struct check *check,
	       const struct place *place, struct json_object *value)
{
	if (is_one_of (check->data, run->key, value))
		return 0;
	return schema_fail (run, check, place, "must be %s", check->expected);
}

const struct keyword schema_type_keywords[] = {
	{ "type", SCHEMA_ALL_TYPES, compile_type, check_type },
	{ "enum", SCHEMA_ALL_TYPES, compile_enum, check_options },
	{ "const", SCHEMA_ALL_TYPES, compile_const, check_options },
	{ NULL },
};
