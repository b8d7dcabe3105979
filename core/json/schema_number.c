/* minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf: which
 * numbers are allowed. */
#include "json/schema_internal.h"

#include <errno.h>

#include "json/number.h"

static int
read_number (struct compiler *compiler, const struct place *place,
	     struct json_object *value, struct check *check)
{
	enum json_type type = json_object_get_type (value);
	struct number *number = schema_allocate (compiler, sizeof *number);

	if (type != json_type_int && type != json_type_double)
		return schema_refuse_value (compiler, place, "a number", value);
	if (number == NULL)
		return -ENOMEM;
	number_read (value, number);
	check->data = number;
	return 0;
}

static int
keep_words (struct compiler *compiler, const char *words,
	    struct json_object *value, struct check *check)
{
	struct buffer text;

	buffer_init (&text, 0);
	buffer_add_text (&text, words);
	schema_write_value (&text, value);
	check->expected = schema_keep_text (compiler, &text);
	return check->expected != NULL ? 0 : -ENOMEM;
}

static int
compile_bound (struct compiler *compiler, const struct place *place,
	       struct json_object *value, struct check *check,
	       const char *words)
{
	int r = read_number (compiler, place, value, check);

	return r != 0 ? r : keep_words (compiler, words, value, check);
}

static int
compile_minimum (struct compiler *compiler, const struct place *place,
		 struct json_object *value, struct check *check)
{
	return compile_bound (compiler, place, value, check, "at least ");
}

static int
compile_maximum (struct compiler *compiler, const struct place *place,
		 struct json_object *value, struct check *check)
{
	return compile_bound (compiler, place, value, check, "at most ");
}

static int
compile_exclusive_minimum (struct compiler *compiler, const struct place *place,
			   struct json_object *value, struct check *check)
{
	return compile_bound (compiler, place, value, check, "more than ");
}

static int
compile_exclusive_maximum (struct compiler *compiler, const struct place *place,
			   struct json_object *value, struct check *check)
{
	return compile_bound (compiler, place, value, check, "less than ");
}

static int
compile_multiple_of (struct compiler *compiler, const struct place *place,
		     struct json_object *value, struct check *check)
{
	static const struct number zero = { .is_integer = true };
	int r = read_number (compiler, place, value, check);

	if (r != 0)
		return r;
	if (number_compare (check->data, &zero) <= 0)
		return schema_refuse_value (compiler, place, "a number above 0",
					    value);
	return keep_words (compiler, "a multiple of ", value, check);
}

/* Compares a value with the number of the schema, as number_compare. */
static int
compare (struct json_object *value, const struct check *check)
{
	struct number number;

	number_read (value, &number);
	return number_compare (&number, check->data);
}

static int
check_minimum (struct run *run, const struct check *check,
	       const struct place *place, struct json_object *value)
{
	if (compare (value, check) >= 0)
		return 0;
	return schema_fail_value (run, check, place, value);
}

static int
check_maximum (struct run *run, const struct check *check,
	       const struct place *place, struct json_object *value)
{
	if (compare (value, check) <= 0)
		return 0;
	return schema_fail_value (run, check, place, value);
}

static int
check_exclusive_minimum (struct run *run, const struct check *check,
			 const struct place *place, struct json_object *value)
{
	if (compare (value, check) > 0)
		return 0;
	return schema_fail_value (run, check, place, value);
}

static int
check_exclusive_maximum (struct run *run, const struct check *check,
			 const struct place *place, struct json_object *value)
{
	if (compare (value, check) < 0)
		return 0;
	return schema_fail_value (run, check, place, value);
}

static int
check_multiple_of (struct run *run, const struct check *check,
		   const struct place *place, struct json_object *value)
{
	struct number number;

	number_read (value, &number);
	if (number_is_multiple (&number, check->data))
		return 0;
	return schema_fail_value (run, check, place, value);
}

const struct keyword schema_number_keywords[] = {
	{ "minimum", SCHEMA_VALIDATION, SCHEMA_NUMBERS, compile_minimum,
	  check_minimum },
	{ "exclusiveMinimum", SCHEMA_VALIDATION, SCHEMA_NUMBERS,
	  compile_exclusive_minimum, check_exclusive_minimum },
	{ "maximum", SCHEMA_VALIDATION, SCHEMA_NUMBERS, compile_maximum,
	  check_maximum },
	{ "exclusiveMaximum", SCHEMA_VALIDATION, SCHEMA_NUMBERS,
	  compile_exclusive_maximum, check_exclusive_maximum },
	{ "multipleOf", SCHEMA_VALIDATION, SCHEMA_NUMBERS, compile_multiple_of,
	  check_multiple_of },
	{ NULL },
};
