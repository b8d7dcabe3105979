/* enum, const: the only values allowed. */
#include "json/schema_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Up to this many values of an enum are compared one by one; more are looked
 * up by their hash. */
#define FEW_OPTIONS 8

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
	size_t steps = 0;

	option->value = value;
	option->hash = schema_hash (key, value, &steps);
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

/* Strings are what most options and values are. */
static bool
is_text_among (const struct options *options, const char *text, size_t size)
{
	const struct option *option = options->list;
	const struct option *end = option + options->n;

	for (; option < end; option++)
		if (option->size == size && option->text != NULL
		    && memcmp (option->text, text, size) == 0)
			return true;
	return false;
}

static bool
is_among (const struct options *options, struct json_object *value,
	  size_t *steps)
{
	for (size_t i = 0; i < options->n; i++)
		if (schema_equal (options->list[i].value, value, steps))
			return true;
	return false;
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
is_among_many (const struct options *options, const struct hash_key *key,
	       struct json_object *value, size_t *steps)
{
	uint64_t hash = schema_hash (key, value, steps);
	size_t i = find_hash (options, hash);

	for (; i < options->n && options->list[i].hash == hash; i++)
		if (schema_equal (options->list[i].value, value, steps))
			return true;
	return false;
}

static bool
is_allowed (struct run *run, const struct options *options,
	    struct json_object *value)
{
	size_t steps = 0;
	bool found;

	if (options->n > FEW_OPTIONS) {
		found = is_among_many (options, run->key, value, &steps);
	} else if (json_object_get_type (value) == json_type_string) {
		size_t size = (size_t) json_object_get_string_len (value);

		found = is_text_among (options, json_object_get_string (value),
				       size);
		steps = size / SCHEMA_STEP_BYTES;
	} else {
		found = is_among (options, value, &steps);
	}
	schema_spend (run, steps);
	return found;
}

static int
check_options (struct run *run, const struct check *check,
	       const struct place *place, struct json_object *value)
{
	if (is_allowed (run, check->data, value))
		return 0;
	return schema_fail (run, check, place, "must be %s", check->expected);
}

const struct keyword schema_enum_keywords[] = {
	{ "enum", SCHEMA_VALIDATION, SCHEMA_ALL_TYPES, compile_enum,
	  check_options },
	{ "const", SCHEMA_VALIDATION, SCHEMA_ALL_TYPES, compile_const,
	  check_options },
	{ NULL },
};
