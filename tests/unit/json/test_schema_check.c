/* Tests core/json/schema_check.c, the keywords, and the words and places of
 * sentences: what a model is told. The verdicts: test_schema_suite.c. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/buffer.h"
#include "json/schema.h"
#include "schema_test.h"

#define STATUS                                                                 \
	"{\"type\": \"object\", \"properties\": {"                             \
	"\"phase\": {\"type\": \"string\", \"enum\": [\"planning\", "          \
	"\"execution\", \"review\", \"refinement\"]}, "                        \
	"\"message\": {\"type\": \"string\"}}, "                               \
	"\"required\": [\"phase\", \"message\"]}"

static void
a_value_outside_of_an_enum_is_told_what_is_in_it (void **state)
{
	(void) state;
	assert_invalid (STATUS, "{\"phase\": \"plan\", \"message\": \"\"}",
			"/phase: must be one of planning, execution, review, "
			"refinement");
	assert_invalid (STATUS, "{\"phase\": \"\"}",
			"/phase: must be one of planning, execution, review, "
			"refinement");
}

static void
a_missing_property_is_named (void **state)
{
	(void) state;
	assert_invalid (STATUS, "{\"phase\": \"review\"}",
			"/message: is required");
	assert_invalid ("{\"dependentRequired\": {\"a\": [\"b\"]}}",
			"{\"a\": 1}", "/b: is required when a is present");
}

static void
a_wrong_type_is_told_what_was_found (void **state)
{
	(void) state;
	assert_invalid (STATUS, "{\"phase\": \"review\", \"message\": 3}",
			"/message: must be a string, found 3");
	assert_invalid (STATUS, "[]",
			"the value: must be an object, found an array");
	assert_invalid ("{\"type\": [\"integer\", \"boolean\", \"null\"]}",
			"\"1\"",
			"the value: must be an integer, a boolean or null, "
			"found \"1\"");
	assert_invalid ("{\"type\": \"integer\"}", "1.5",
			"the value: must be an integer, found 1.5");
}

static void
values_that_could_be_mistaken_are_quoted (void **state)
{
	(void) state;
	assert_invalid ("{\"enum\": [\"1\", 1.5, \"null\", null, \"a, b\", "
			"\"\", [1], \"in-progress\"]}",
			"0",
			"the value: must be one of \"1\", 1.5, \"null\", "
			"null, \"a, b\", \"\", [1], in-progress");
	assert_invalid ("{\"const\": \"yes\"}", "0", "the value: must be yes");
	assert_invalid ("{\"const\": {\"a\": []}}", "0",
			"the value: must be {\"a\":[]}");
}

static void
long_lists_and_values_are_cut (void **state)
{
	struct buffer schema = { .max = 0 }, expected = { .max = 0 };
	struct buffer outer = { .max = 0 };

	(void) state;
	buffer_add_text (&schema, "{\"enum\": [");
	buffer_add_text (&expected, "/0/x: must be one of ");
	for (int i = 0; i < 1000; i++)
		buffer_add_format (&schema, "%s\"v%03d\"", i ? ", " : "", i);
	for (int i = 0; i < 10; i++)
		buffer_add_format (&expected, "%sv%03d", i ? ", " : "", i);
	buffer_add_text (&schema, "]}");
	buffer_add_text (&expected, ", … (1000 in all)");
	buffer_add_format (&outer, "{\"items\": {\"properties\": {\"x\": %s}}}",
			   schema.data);
	assert_invalid (outer.data, "[{\"x\": \"v1000\"}]", expected.data);
	assert_valid (outer.data, "[{\"x\": \"v999\"}, {\"x\": \"v000\"}]");
	buffer_fini (&outer);
	buffer_fini (&schema);
	buffer_fini (&expected);
}

static void
a_long_container_is_cut (void **state)
{
	(void) state;
	assert_invalid ("{\"const\": [\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\", "
			"\"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\"]}",
			"[]",
			"the value: must be "
			"[\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\","
			"\"bbbbbbbbbbbbbbbbbbbbbbbbbbbbb…");
}

static void
big_enums_hold_values_of_all_types (void **state)
{
	static const char schema[] =
		"{\"enum\": [0, 1, 2, 3, 4, 5, 6, 7, 8, \"a\", \"b\", null, "
		"true, [1], {\"a\": 1, \"b\": 2}]}";

	(void) state;
	assert_valid (schema, "8.0");
	assert_valid (schema, "\"b\"");
	assert_valid (schema, "null");
	assert_valid (schema, "[1.0]");
	assert_valid (schema, "{\"b\": 2, \"a\": 1}");
	assert_invalid (schema, "false",
			"the value: must be one of 0, 1, 2, 3, 4, 5, 6, 7, 8, "
			"a, … (15 in all)");
}

static void
bounds_are_told_with_what_was_found (void **state)
{
	(void) state;
	assert_invalid ("{\"minimum\": 1}", "0",
			"the value: must be at least 1, found 0");
	assert_invalid ("{\"maximum\": 1.5}", "2",
			"the value: must be at most 1.5, found 2");
	assert_invalid ("{\"exclusiveMinimum\": 1}", "1",
			"the value: must be more than 1, found 1");
	assert_invalid ("{\"exclusiveMaximum\": 1}", "1",
			"the value: must be less than 1, found 1");
	assert_invalid ("{\"multipleOf\": 0.01}", "0.001",
			"the value: must be a multiple of 0.01, found 0.001");
}

static void
sizes_are_told_with_what_was_found (void **state)
{
	(void) state;
	assert_invalid ("{\"minLength\": 1}", "\"\"",
			"the value: must have at least 1 character, has 0");
	assert_invalid ("{\"maxLength\": 2}", "\"äöü\"",
			"the value: must have at most 2 characters, has 3");
	assert_invalid ("{\"minItems\": 2}", "[1]",
			"the value: must have at least 2 items, has 1");
	assert_invalid ("{\"maxItems\": 1}", "[1, 2]",
			"the value: must have at most 1 item, has 2");
	assert_invalid ("{\"minProperties\": 1}", "{}",
			"the value: must have at least 1 property, has 0");
	assert_invalid ("{\"maxProperties\": 0}", "{\"a\": 1}",
			"the value: must have at most 0 properties, has 1");
	assert_invalid ("{\"contains\": {\"const\": 1}}", "[2]",
			"the value: must have at least 1 item that fits the "
			"schema of contains, has 0");
	assert_invalid ("{\"contains\": {\"const\": 1}, \"maxContains\": 1}",
			"[1, 1, 1]",
			"the value: must have at most 1 item that fits the "
			"schema of contains, has 3");
}

static void
equal_items_are_pointed_at (void **state)
{
	(void) state;
	assert_invalid ("{\"uniqueItems\": true}", "[0, 1, 2, 1.0]",
			"the value: items must differ, but 1 and 3 are equal");
}

static void
an_unknown_property_is_told_which_are_known (void **state)
{
	(void) state;
	assert_invalid ("{\"properties\": {\"b\": true, \"a\": true}, "
			"\"additionalProperties\": false}",
			"{\"a\": 1, \"c\": 1}",
			"/c: is not a known property; known are a, b");
	assert_invalid ("{\"additionalProperties\": false}", "{\"c\": 1}",
			"/c: is not allowed");
	assert_invalid ("{\"properties\": {\"b\": false}}", "{\"b\": 1}",
			"/b: is not allowed");
}

static void
a_pattern_that_is_not_matched_is_shown (void **state)
{
	(void) state;
	assert_invalid ("{\"pattern\": \"^\\\\d+$\"}", "\"a\"",
			"the value: must be a string that matches "
			"\"^\\\\d+$\", found \"a\"");
	assert_invalid ("{\"anyOf\": [{\"type\": \"null\"}, {\"pattern\": "
			"\"^x\"}]}",
			"\"a\"",
			"the value: must be null or a string that matches "
			"\"^x\", found \"a\"");
	assert_invalid ("{\"patternProperties\": {\"^a\": {\"type\": "
			"\"null\"}}}",
			"{\"b\": 1, \"ab\": 1}", "/ab: must be null, found 1");
}

static void
names_that_match_are_known (void **state)
{
	static const char schema[] =
		"{\"properties\": {\"a\": true}, \"patternProperties\": "
		"{\"^x-\": true}, \"additionalProperties\": false}";

	(void) state;
	assert_valid (schema, "{\"x-b\": 1, \"a\": 1}");
	assert_invalid (schema, "{\"b\": 1}",
			"/b: is not a known property; known are a, what "
			"matches \"^x-\"");
}

static void
a_wrong_name_is_told_apart_from_a_wrong_value (void **state)
{
	(void) state;
	assert_invalid ("{\"propertyNames\": {\"maxLength\": 2}}",
			"{\"abc\": 1}",
			"/abc: its name must have at most 2 characters, has "
			"3");
}

static void
alternatives_that_fail_on_the_value_are_joined (void **state)
{
	(void) state;
	assert_invalid ("{\"anyOf\": [{\"type\": \"string\", \"minLength\": "
			"1}, {\"type\": \"null\"}]}",
			"5", "the value: must be a string or null, found 5");
	assert_invalid ("{\"oneOf\": [{\"const\": \"a\", \"title\": \"A\"}, "
			"{\"const\": \"b\"}]}",
			"\"c\"", "the value: must be a or b, found \"c\"");
}

static void
the_alternative_that_was_meant_is_the_one_explained (void **state)
{
	static const char schema[] =
		"{\"oneOf\": [{\"properties\": {\"kind\": {\"const\": "
		"\"a\"}}, \"required\": [\"kind\", \"x\"]}, "
		"{\"properties\": {\"kind\": {\"const\": \"b\"}}, "
		"\"required\": [\"kind\", \"y\"]}]}";

	(void) state;
	assert_invalid (schema, "{\"kind\": \"b\"}",
			"/y: is required (the nearest of 2 alternatives)");
	assert_invalid (schema, "{\"kind\": \"a\"}",
			"/x: is required (the nearest of 2 alternatives)");
}

static void
fitting_two_of_one_of_is_told (void **state)
{
	(void) state;
	assert_invalid ("{\"oneOf\": [{\"type\": \"null\"}, {\"type\": "
			"\"number\"}, {\"minimum\": 1}]}",
			"1",
			"the value: fits alternatives 1 and 2 of oneOf, must "
			"fit one only");
}

static void
what_a_value_must_not_be_is_told (void **state)
{
	(void) state;
	assert_invalid ("{\"not\": {\"enum\": [\"a\", \"b\"]}}", "\"a\"",
			"the value: must not be one of a, b");
	assert_invalid ("{\"not\": {}}", "1",
			"the value: must not fit the schema of not");
	assert_invalid ("false", "1", "the value: is not allowed");
}

static void
places_are_json_pointers (void **state)
{
	(void) state;
	assert_invalid ("{\"properties\": {\"a/b\": {\"prefixItems\": [true, "
			"{\"properties\": {\"~\": {\"type\": \"null\"}}}]}}}",
			"{\"a/b\": [0, {\"~\": 1}]}",
			"/a~1b/1/~0: must be null, found 1");
}

/* {"€€…": {"€€…": ... 1}} with names of so many characters. */
static struct json_object *
nest (unsigned depth, size_t n)
{
	struct json_object *value = json_object_new_int (1);
	struct buffer name = { .max = 0 };

	while (n-- > 0)
		buffer_add_text (&name, "€");
	while (depth-- > 0) {
		struct json_object *outer = json_object_new_object ();

		json_object_object_add (outer, name.data, value);
		value = outer;
	}
	buffer_fini (&name);
	return value;
}

static int
check_nested (unsigned depth, size_t n, struct error *err)
{
	struct json_object *value = nest (depth, n);
	struct buffer text = { .max = 0 };
	struct schema *schema;
	int r;

	for (unsigned i = 0; i < depth; i++)
		buffer_add_text (&text, "{\"additionalProperties\":");
	buffer_add_text (&text, "false");
	for (unsigned i = 0; i < depth; i++)
		buffer_add_text (&text, "}");
	schema = compile (text.data);
	r = schema_check (schema, value, err);
	schema_unref (schema);
	json_object_put (value);
	buffer_fini (&text);
	return r;
}

static void
long_names_are_cut_at_a_character (void **state)
{
	struct error err;

	(void) state;
	assert_int_equal (check_nested (1, 1000, &err), -EINVAL);
	assert_string_equal (err.text, "/€€€€€€€€€€€€€€€€€€€€€…: "
				       "is not allowed");
}

static void
long_places_lose_their_beginning (void **state)
{
	static const char end[] = "/€€€€€€: is not allowed";
	struct error err;

	(void) state;
	assert_int_equal (check_nested (60, 6, &err), -EINVAL);
	assert_memory_equal (err.text, "…/€€€€€€/€", strlen ("…/€€€€€€/€"));
	assert_true (strlen (err.text) < 300);
	assert_string_equal (err.text + strlen (err.text) - strlen (end), end);
}

static void
numbers_that_json_has_not_are_no_integers (void **state)
{
	struct schema *schema = compile ("{\"type\": \"integer\"}");
	struct json_object *value = json_object_new_double (1.0 / 0.0);

	(void) state;
	assert_int_equal (schema_check (schema, value, NULL), -EINVAL);
	json_object_put (value);
	schema_unref (schema);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (
			a_value_outside_of_an_enum_is_told_what_is_in_it),
		cmocka_unit_test (a_missing_property_is_named),
		cmocka_unit_test (a_wrong_type_is_told_what_was_found),
		cmocka_unit_test (values_that_could_be_mistaken_are_quoted),
		cmocka_unit_test (long_lists_and_values_are_cut),
		cmocka_unit_test (a_long_container_is_cut),
		cmocka_unit_test (big_enums_hold_values_of_all_types),
		cmocka_unit_test (bounds_are_told_with_what_was_found),
		cmocka_unit_test (sizes_are_told_with_what_was_found),
		cmocka_unit_test (equal_items_are_pointed_at),
		cmocka_unit_test (an_unknown_property_is_told_which_are_known),
		cmocka_unit_test (a_pattern_that_is_not_matched_is_shown),
		cmocka_unit_test (names_that_match_are_known),
		cmocka_unit_test (
			a_wrong_name_is_told_apart_from_a_wrong_value),
		cmocka_unit_test (
			alternatives_that_fail_on_the_value_are_joined),
		cmocka_unit_test (
			the_alternative_that_was_meant_is_the_one_explained),
		cmocka_unit_test (fitting_two_of_one_of_is_told),
		cmocka_unit_test (what_a_value_must_not_be_is_told),
		cmocka_unit_test (places_are_json_pointers),
		cmocka_unit_test (long_names_are_cut_at_a_character),
		cmocka_unit_test (long_places_lose_their_beginning),
		cmocka_unit_test (numbers_that_json_has_not_are_no_integers),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
