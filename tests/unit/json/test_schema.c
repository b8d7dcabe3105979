/* Tests core/json/schema.c, schema_compile.c, schema_shape.c and
 * schema_document.c: which schemas are refused, and how long one lives. */
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/buffer.h"
#include "base/limits.h"
#include "json/schema.h"
#include "schema_test.h"

#define DIALECT "https://json-schema.org/draft/2020-12/schema"

static void
a_keyword_with_a_wrong_value_is_refused_with_its_place (void **state)
{
	(void) state;
	assert_refused ("{\"properties\": {\"days\": {\"minimum\": \"3\"}}}",
			-EINVAL,
			"/properties/days/minimum: expected a number, found "
			"\"3\"");
	assert_refused ("{\"allOf\": [true, {\"maxItems\": -1}]}", -EINVAL,
			"/allOf/1/maxItems: expected an integer of 0 or more, "
			"found -1");
	assert_refused ("{\"$defs\": {\"a/b~c\": {\"title\": 1}}}", -EINVAL,
			"/$defs/a~1b~0c/title: expected a string, found 1");
	assert_refused ("{\"dependentRequired\": {\"a\": [\"b\", 1]}}", -EINVAL,
			"/dependentRequired/a/1: expected a string without "
			"NUL, found 1");
	assert_refused ("{\"required\": [\"a\\u0000\"]}", -EINVAL,
			"/required/0: expected a string without NUL, found "
			"\"a\\u0000\"");
	assert_refused ("{\"type\": [\"null\", \"nil\"]}", -EINVAL,
			"/type/1: expected null, boolean, integer, number, "
			"string, array or object, found \"nil\"");
}

static void
the_root_is_called_the_schema (void **state)
{
	(void) state;
	assert_refused ("\"x\"", -EINVAL,
			"the schema: expected an object or a boolean, found "
			"\"x\"");
	assert_refused ("null", -EINVAL,
			"the schema: expected an object or a boolean, found "
			"null");
}

/* Each keyword's name, a wrong value, and what is said. */
static const char *const wrong_values[][3] = {
	{ "type", "\"strin\"",
	  "expected null, boolean, integer, number, string, array or object, "
	  "found \"strin\"" },
	{ "type", "[]", "expected one or more types that differ" },
	{ "type", "[\"string\", \"string\"]",
	  "expected one or more types that differ" },
	{ "enum", "{}", "expected an array, found an object" },
	{ "minimum", "null", "expected a number, found null" },
	{ "maximum", "[]", "expected a number, found an array" },
	{ "exclusiveMinimum", "true", "expected a number, found true" },
	{ "exclusiveMaximum", "\"\"", "expected a number, found \"\"" },
	{ "multipleOf", "0", "expected a number above 0, found 0" },
	{ "multipleOf", "-0.5", "expected a number above 0, found -0.5" },
	{ "minLength", "1.5", "expected an integer of 0 or more, found 1.5" },
	{ "maxLength", "\"1\"",
	  "expected an integer of 0 or more, found \"1\"" },
	{ "pattern", "1", "expected a string, found 1" },
	{ "pattern", "\"(\"",
	  "not a regular expression: missing closing parenthesis" },
	{ "patternProperties", "[]",
	  "expected an object of schemas, found an array" },
	{ "minItems", "-1", "expected an integer of 0 or more, found -1" },
	{ "uniqueItems", "1", "expected true or false, found 1" },
	{ "prefixItems", "[]",
	  "expected a non-empty array of schemas, found an array" },
	{ "items", "[]", "expected an object or a boolean, found an array" },
	{ "contains", "1", "expected an object or a boolean, found 1" },
	{ "minContains", "null",
	  "expected an integer of 0 or more, found null" },
	{ "maxContains", "-2", "expected an integer of 0 or more, found -2" },
	{ "properties", "[]", "expected an object of schemas, found an array" },
	{ "additionalProperties", "null",
	  "expected an object or a boolean, found null" },
	{ "propertyNames", "1", "expected an object or a boolean, found 1" },
	{ "minProperties", "{}",
	  "expected an integer of 0 or more, found an object" },
	{ "required", "\"a\"", "expected an array of strings, found \"a\"" },
	{ "required", "[\"a\", \"b\", \"a\"]",
	  "expected strings that differ, found \"a\"" },
	{ "dependentRequired", "1",
	  "expected an object of arrays of strings, found 1" },
	{ "dependentSchemas", "1", "expected an object of schemas, found 1" },
	{ "anyOf", "{}",
	  "expected a non-empty array of schemas, found an object" },
	{ "oneOf", "[]",
	  "expected a non-empty array of schemas, found an array" },
	{ "not", "1", "expected an object or a boolean, found 1" },
	{ "if", "1", "expected an object or a boolean, found 1" },
	{ "then", "1", "expected an object or a boolean, found 1" },
	{ "else", "1", "expected an object or a boolean, found 1" },
	{ "$schema", "1", "expected \"" DIALECT "\", found 1" },
	{ "$id", "\"a#b\"",
	  "expected a URI reference without a fragment, found \"a#b\"" },
	{ "$id", "\"a b\"",
	  "expected a URI reference without a fragment, found \"a b\"" },
	{ "$id", "\"a\\u0000\"",
	  "expected a URI reference without a fragment, found \"a\\u0000\"" },
	{ "$ref", "1", "expected a URI reference, found 1" },
	{ "$anchor", "\"1a\"", "expected a name, found \"1a\"" },
	{ "$anchor", "\"\"", "expected a name, found \"\"" },
	{ "$dynamicRef", "{}", "expected a URI reference, found an object" },
	{ "$dynamicAnchor", "\"a#\"", "expected a name, found \"a#\"" },
	{ "$vocabulary", "[]", "expected an object, found an array" },
	{ "unevaluatedItems", "1", "expected an object or a boolean, found 1" },
	{ "unevaluatedProperties", "null",
	  "expected an object or a boolean, found null" },
	{ "$comment", "1", "expected a string, found 1" },
	{ "$defs", "true", "expected an object of schemas, found true" },
	{ "description", "[]", "expected a string, found an array" },
	{ "deprecated", "\"no\"", "expected true or false, found \"no\"" },
	{ "examples", "1", "expected an array, found 1" },
	{ "format", "1", "expected a string, found 1" },
	{ "contentSchema", "1", "expected an object or a boolean, found 1" },
};

static void
every_keyword_refuses_a_wrong_value (void **state)
{
	char schema[256], sentence[256];

	(void) state;
	for (size_t i = 0; i < sizeof wrong_values / sizeof wrong_values[0];
	     i++) {
		const char *const *row = wrong_values[i];

		snprintf (schema, sizeof schema, "{\"%s\": %s}", row[0],
			  row[1]);
		snprintf (sentence, sizeof sentence, "/%s: %s", row[0], row[2]);
		assert_refused (schema, -EINVAL, sentence);
	}
}

static void
unknown_keywords_are_annotations (void **state)
{
	(void) state;
	assert_valid ("{\"x-mcp-header\": {\"type\": 1}, \"Type\": 3}", "1");
}

static void
huge_values_are_not_echoed (void **state)
{
	struct json_object *schema = json_object_new_object ();
	struct schema *compiled;
	struct error err;
	char text[3001];

	(void) state;
	for (size_t i = 0; i < 3000; i += 3)
		memcpy (text + i, "€", 3);
	text[3000] = '\0';
	json_object_object_add (schema, "minimum",
				json_object_new_string (text));

	assert_int_equal (schema_compile (schema, &compiled, &err), -EINVAL);
	assert_string_equal (err.text, "/minimum: expected a number, found "
				       "\"€€€€€€€€€€€€€€€€€€€€€…\"");
	json_object_put (schema);
}

/* {"not":{"not":...}} */
static struct json_object *
nest (unsigned depth)
{
	struct json_object *schema = json_object_new_object ();

	while (depth-- > 0) {
		struct json_object *outer = json_object_new_object ();

		json_object_object_add (outer, "not", schema);
		schema = outer;
	}
	return schema;
}

static void
a_schema_may_be_as_deep_as_the_limit_and_no_deeper (void **state)
{
	struct json_object *deep = nest (LIMIT_SCHEMA_DEPTH);
	struct json_object *deeper = nest (LIMIT_SCHEMA_DEPTH + 1);
	struct schema *schema = NULL;
	struct error err;

	(void) state;
	assert_int_equal (schema_compile (deep, &schema, &err), 0);
	assert_int_equal (schema_check (schema, NULL, &err), 0);
	schema_unref (schema);
	assert_int_equal (schema_compile (deeper, &schema, &err), -E2BIG);
	assert_string_equal (err.text,
			     "the schema: larger than 1048576 bytes, or "
			     "nested deeper than 256");
	json_object_put (deep);
	json_object_put (deeper);
}

static void
a_schema_may_not_be_larger_than_the_limit (void **state)
{
	struct json_object *schema = json_object_new_object ();
	char *text = calloc (1, LIMIT_SCHEMA_BYTES + 1);
	struct schema *compiled = NULL;

	(void) state;
	memset (text, 'x', LIMIT_SCHEMA_BYTES);
	json_object_object_add (schema, "description",
				json_object_new_string (text));

	assert_int_equal (schema_compile (schema, &compiled, NULL), -E2BIG);
	assert_null (compiled);
	json_object_put (schema);
	free (text);
}

static void
a_schema_may_not_have_more_schemas_than_the_limit (void **state)
{
	struct json_object *schema = json_object_new_object ();
	struct json_object *list = json_object_new_array ();
	struct schema *compiled = NULL;
	struct error err;

	(void) state;
	for (int i = 0; i < LIMIT_SCHEMA_NODES; i++)
		json_object_array_add (list, json_object_new_boolean (1));
	json_object_object_add (schema, "allOf", list);

	assert_int_equal (schema_compile (schema, &compiled, &err), -E2BIG);
	assert_string_equal (err.text,
			     "/allOf/9999: more than 10000 schemas in one");
	json_object_put (schema);
}

static void
the_schema_outlives_the_value_it_was_compiled_from (void **state)
{
	struct schema *schema = compile ("{\"enum\": [\"a\", {\"b\": 1}]}");
	struct schema *shared = schema_ref (schema);

	(void) state;
	schema_unref (schema);

	assert_int_equal (check_text (shared, "{\"b\": 1.0}", NULL), 0);
	assert_int_equal (check_text (shared, "\"b\"", NULL), -EINVAL);
	schema_unref (shared);
	schema_unref (NULL);
}

#define N_THREADS 4

/* Everything that a check keeps while it runs. */
#define SHARED                                                                 \
	"{\"$id\": \"http://localhost/a\", \"$dynamicAnchor\": \"n\", "        \
	"\"$ref\": \"b\", \"unevaluatedProperties\": false, \"$defs\": "       \
	"{\"b\": {\"$id\": \"b\", \"$dynamicAnchor\": \"n\", "                 \
	"\"properties\": {\"x\": {\"anyOf\": [{\"const\": 1.5}, "              \
	"{\"pattern\": \"^(a+)+$\", \"type\": \"string\"}]}, \"y\": "          \
	"{\"items\": {\"$dynamicRef\": \"#n\"}, \"uniqueItems\": true}}}}}"

static void *
check_often (void *arg)
{
	struct schema *schema = arg;
	uintptr_t wrong = 0;

	for (int i = 0; i < 200; i++) {
		struct schema *mine = schema_ref (schema);
		struct error err;

		wrong += check_text (mine, "{\"y\": [{\"x\": \"aa\"}]}", &err)
			 != 0;
		wrong += check_text (mine, "{\"y\": [{\"x\": 2.5}]}", &err)
			 != -EINVAL;
		wrong += strcmp (err.text,
				 "/y/0/x: must be 1.5 or a string, found 2.5")
			 != 0;
		wrong += check_text (mine, "{\"y\": [{\"z\": 1}]}", &err)
			 != -EINVAL;
		wrong += strcmp (err.text, "/y/0/z: is not a known property; "
					   "known are x, y")
			 != 0;
		schema_unref (mine);
	}
	schema_unref (schema);
	return (void *) wrong;
}

static void
threads_share_a_schema (void **state)
{
	struct schema *schema = compile (SHARED);
	pthread_t threads[N_THREADS];
	void *wrong;

	(void) state;
	for (int i = 0; i < N_THREADS; i++)
		assert_int_equal (pthread_create (&threads[i], NULL,
						  check_often,
						  schema_ref (schema)),
				  0);
	schema_unref (schema);
	for (int i = 0; i < N_THREADS; i++) {
		pthread_join (threads[i], &wrong);
		assert_null (wrong);
	}
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (
			a_keyword_with_a_wrong_value_is_refused_with_its_place),
		cmocka_unit_test (the_root_is_called_the_schema),
		cmocka_unit_test (every_keyword_refuses_a_wrong_value),
		cmocka_unit_test (unknown_keywords_are_annotations),
		cmocka_unit_test (huge_values_are_not_echoed),
		cmocka_unit_test (
			a_schema_may_be_as_deep_as_the_limit_and_no_deeper),
		cmocka_unit_test (a_schema_may_not_be_larger_than_the_limit),
		cmocka_unit_test (
			a_schema_may_not_have_more_schemas_than_the_limit),
		cmocka_unit_test (
			the_schema_outlives_the_value_it_was_compiled_from),
		cmocka_unit_test (threads_share_a_schema),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
