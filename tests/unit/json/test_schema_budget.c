/* Tests core/json/schema_budget.c: no schema and value together run away. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/buffer.h"
#include "base/limits.h"
#include "json/schema.h"
#include "schema_test.h"

/* n times the text. */
static void
repeat (struct buffer *buffer, const char *text, size_t n)
{
	while (n-- > 0)
		buffer_add_text (buffer, text);
}

/* Two alternatives that both look into "a" before they fail: 2^depth. */
#define TWICE                                                                  \
	"{\"anyOf\": [{\"properties\": {\"a\": {\"$ref\": \"#\"}, \"b\": "     \
	"false}}, {\"properties\": {\"a\": {\"$ref\": \"#\"}, \"b\": "         \
	"false}}]}"

static int
check_twice (unsigned depth, struct error *err)
{
	struct schema *schema = compile (TWICE);
	struct buffer text = { .max = 0 };
	int r;

	repeat (&text, "{\"a\":", depth);
	buffer_add_text (&text, "{\"b\":1}");
	repeat (&text, ",\"b\":1}", depth);
	r = check_text (schema, text.data, err);
	buffer_fini (&text);
	schema_unref (schema);
	return r;
}

static void
an_exponential_check_ends (void **state)
{
	struct error err = { .text = "" };

	(void) state;
	assert_int_equal (check_twice (5, &err), -EINVAL);
	assert_int_equal (check_twice (60, &err), -E2BIG);
	assert_string_equal (err.text,
			     "the value: a check would take too long");
	assert_int_equal (check_twice (60, NULL), -E2BIG);
}

static void
a_large_value_has_a_larger_budget (void **state)
{
	struct schema *schema =
		compile ("{\"items\": {\"allOf\": [{\"type\": \"integer\"}, "
			 "{\"minimum\": 0}, {\"maximum\": 9}]}}");
	struct buffer text = { .max = 0 };
	struct error err = { .text = "" };

	(void) state;
	buffer_add_text (&text, "[1");
	repeat (&text, ",1", LIMIT_SCHEMA_STEPS / 3);
	buffer_add_text (&text, "]");
	assert_int_equal (check_text (schema, text.data, &err), 0);
	buffer_fini (&text);
	schema_unref (schema);
}

/* So many schemas that all look at the same value, which is long. */
static int
check_often (int n, const char *keyword, struct json_object *value,
	     struct error *err)
{
	struct buffer text = { .max = 0 };
	struct schema *schema;
	int r;

	buffer_add_format (&text, "{\"allOf\": [{%s}", keyword);
	for (int i = 0; i < n; i++)
		buffer_add_format (&text, ",{%s}", keyword);
	buffer_add_text (&text, "]}");
	schema = compile (text.data);
	r = schema_check (schema, value, err);
	schema_unref (schema);
	buffer_fini (&text);
	return r;
}

static void
long_strings_use_it_up (void **state)
{
	struct buffer text = { .max = 0 };
	struct json_object *value;
	struct error err = { .text = "" };

	(void) state;
	repeat (&text, "0123456789abcdef", 100000);
	value = json_object_new_string (text.data);
	assert_int_equal (check_often (5000, "\"minLength\": 5", value, &err),
			  -E2BIG);
	assert_int_equal (
		check_often (5000, "\"type\": \"string\"", value, &err), 0);
	json_object_put (value);
	buffer_fini (&text);
}

static void
comparing_uses_it_up (void **state)
{
	struct json_object *value = json_object_new_array ();
	struct error err = { .text = "" };

	(void) state;
	for (int i = 0; i < 10000; i++)
		json_object_array_add (value, json_object_new_int (i));
	assert_int_equal (
		check_often (5000, "\"uniqueItems\": true", value, &err),
		-E2BIG);
	assert_int_equal (
		check_often (5000, "\"enum\":[1,2,3,4,5,6,7,8,9]", value, &err),
		-EINVAL);
	json_object_put (value);
}

static void
many_names_use_it_up (void **state)
{
	struct json_object *value = json_object_new_object ();
	struct error err = { .text = "" };
	char name[16];

	(void) state;
	for (int i = 0; i < 10000; i++) {
		snprintf (name, sizeof name, "%d", i);
		json_object_object_add (value, name, NULL);
	}
	assert_int_equal (check_often (5000, "\"properties\": {}", value, &err),
			  -E2BIG);
	json_object_put (value);
}

static void
patterns_use_it_up (void **state)
{
	struct json_object *value = json_object_new_string (
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
	struct error err = { .text = "" };

	(void) state;
	assert_int_equal (
		check_often (500, "\"pattern\": \"^(a+)+[bc]\"", value, &err),
		-E2BIG);
	assert_string_equal (err.text, "the value: matching a pattern would "
				       "take too long");
	assert_int_equal (
		check_often (500, "\"pattern\": \"^a+$\"", value, &err), 0);
	/* Each of them is allowed; together they are not. */
	assert_int_equal (check_often (500,
				       "\"not\": {\"pattern\": "
				       "\"^a*a*a*[bc]\"}",
				       value, &err),
			  -E2BIG);
	assert_string_equal (err.text,
			     "the value: a check would take too long");
	json_object_put (value);
}

static void
patterns_may_not_take_much_memory (void **state)
{
	struct buffer text = { .max = 0 };
	struct error err;

	(void) state;
	buffer_add_text (&text, "{\"allOf\": [true");
	for (int i = 0; i < 1000; i++)
		buffer_add_text (&text,
				 ", {\"pattern\": \"((a{1,99}){1,9}){1,9}\"}");
	buffer_add_text (&text, "]}");
	assert_int_equal (compile_text (text.data, NULL, &err), -E2BIG);
	assert_non_null (strstr (err.text, "/pattern: all patterns together "
					   "take more than 4194304 bytes"));
	buffer_fini (&text);
}

/* {"a":{"a":...}} */
static struct json_object *
nest (unsigned depth)
{
	struct json_object *value = json_object_new_object ();

	while (depth-- > 0) {
		struct json_object *outer = json_object_new_object ();

		json_object_object_add (outer, "a", value);
		value = outer;
	}
	return value;
}

static void
a_check_goes_no_deeper_than_the_limit (void **state)
{
	struct schema *schema =
		compile ("{\"properties\": {\"a\": {\"$ref\": \"#\"}}}");
	struct json_object *deep = nest (LIMIT_SCHEMA_CHECK_DEPTH - 1);
	struct json_object *deeper = nest (LIMIT_SCHEMA_CHECK_DEPTH);
	struct error err = { .text = "" };

	(void) state;
	assert_int_equal (schema_check (schema, deep, &err), 0);
	assert_int_equal (schema_check (schema, deeper, &err), -E2BIG);
	assert_string_equal (err.text,
			     "the value: nested too deeply for a check");
	json_object_put (deep);
	json_object_put (deeper);
	schema_unref (schema);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (an_exponential_check_ends),
		cmocka_unit_test (a_large_value_has_a_larger_budget),
		cmocka_unit_test (long_strings_use_it_up),
		cmocka_unit_test (comparing_uses_it_up),
		cmocka_unit_test (many_names_use_it_up),
		cmocka_unit_test (patterns_use_it_up),
		cmocka_unit_test (patterns_may_not_take_much_memory),
		cmocka_unit_test (a_check_goes_no_deeper_than_the_limit),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
