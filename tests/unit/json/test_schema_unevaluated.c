/* Tests core/json/schema_unevaluated.c and schema_marks.c. The verdicts:
 * test_schema_suite.c. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/buffer.h"
#include "json/schema_internal.h"
#include "schema_test.h"

static void
an_unknown_property_is_told_which_are_known_anywhere (void **state)
{
	static const char schema[] =
		"{\"allOf\": [{\"$ref\": \"#/$defs/base\"}], \"properties\": "
		"{\"a\": true}, \"unevaluatedProperties\": false, \"$defs\": "
		"{\"base\": {\"allOf\": [{\"properties\": {\"b\": "
		"{\"type\": \"integer\"}}}]}}}";

	(void) state;
	assert_valid (schema, "{\"a\": 1, \"b\": 1}");
	assert_invalid (schema, "{\"a\": 1, \"c\": 1}",
			"/c: is not a known property; known are a, b");
	assert_invalid (schema, "{\"b\": \"1\"}",
			"/b: must be an integer, found \"1\"");
}

static void
many_known_properties_are_cut (void **state)
{
	struct buffer text = { .max = 0 };

	(void) state;
	buffer_add_text (&text, "{\"properties\": {\"a\": true");
	for (int i = 0; i < 20; i++)
		buffer_add_format (&text, ", \"b%d\": true", i);
	buffer_add_text (&text, "}, \"unevaluatedProperties\": false}");
	assert_invalid (text.data, "{\"x\": 1}",
			"/x: is not a known property; known are a, b0, b1, "
			"b10, b11, b12, b13, b14, b15, b16, …");
	buffer_fini (&text);
}

static void
a_property_where_none_is_known_is_not_allowed (void **state)
{
	(void) state;
	assert_invalid ("{\"unevaluatedProperties\": false}", "{\"x\": 1}",
			"/x: is not allowed");
	assert_invalid ("{\"unevaluatedProperties\": {\"type\": \"null\"}}",
			"{\"x\": 1}", "/x: must be null, found 1");
}

static void
an_item_that_is_left_over_is_pointed_at (void **state)
{
	(void) state;
	assert_invalid ("{\"anyOf\": [{\"prefixItems\": [true]}, "
			"{\"prefixItems\": [{\"const\": 1}, true]}], "
			"\"unevaluatedItems\": false}",
			"[1, 2, 3]", "/2: is not allowed");
	assert_invalid ("{\"anyOf\": [{\"prefixItems\": [true]}, "
			"{\"prefixItems\": [{\"const\": 1}, true]}], "
			"\"unevaluatedItems\": false}",
			"[2, 2]", "/1: is not allowed");
}

static void
what_a_failed_alternative_has_seen_does_not_count (void **state)
{
	static const char schema[] =
		"{\"oneOf\": [{\"properties\": {\"a\": true, \"b\": "
		"{\"type\": \"null\"}}}, {\"properties\": {\"b\": {\"type\": "
		"\"integer\"}}}], \"unevaluatedProperties\": false}";

	(void) state;
	assert_valid (schema, "{\"b\": 1}");
	assert_valid (schema, "{\"a\": 1, \"b\": null}");
	assert_invalid (schema, "{\"a\": 1, \"b\": 1}",
			"/a: is not a known property; known are b, a");
}

static void
inner_schemas_see_only_what_is_theirs (void **state)
{
	static const char schema[] =
		"{\"properties\": {\"a\": true}, \"allOf\": [{\"properties\": "
		"{\"b\": true}, \"unevaluatedProperties\": {\"type\": "
		"\"integer\"}}], \"unevaluatedProperties\": false}";

	(void) state;
	assert_valid (schema, "{\"a\": 1, \"b\": \"x\", \"c\": 3}");
	assert_invalid (schema, "{\"a\": \"x\"}",
			"/a: must be an integer, found \"x\"");
}

static void
marks_are_of_one_value_only (void **state)
{
	static const char schema[] =
		"{\"properties\": {\"a\": {\"properties\": {\"b\": true}}}, "
		"\"unevaluatedProperties\": false}";

	(void) state;
	assert_valid (schema, "{\"a\": {\"b\": 1, \"c\": 1}}");
	assert_invalid (schema, "{\"a\": {}, \"b\": 1}",
			"/b: is not a known property; known are a");
}

static void
marks_are_undone_in_order (void **state)
{
	struct json_object *array = parse ("[0, 1, 2, 3]");
	struct marks outer, inner;
	struct run run = { .err = NULL };

	(void) state;
	assert_int_equal (schema_begin_marks (&run, &outer, array), 0);
	schema_mark (&run, array, 2);
	schema_mark (&run, array, 0);
	schema_mark (&run, array, 2);
	assert_int_equal (outer.n, 2);
	assert_int_equal (schema_begin_marks (&run, &inner, array), 0);
	schema_mark (&run, array, 0);
	schema_mark (&run, array, 3);
	assert_false (schema_is_marked (&inner, 2));
	schema_end_marks (&run, &inner, true);
	assert_int_equal (outer.n, 3);
	schema_undo_marks (&outer, 1);
	assert_true (schema_is_marked (&outer, 2));
	assert_false (schema_is_marked (&outer, 0));
	assert_false (schema_is_marked (&outer, 3));
	schema_end_marks (&run, &outer, true);
	assert_null (run.marks);
	json_object_put (array);
}

static void
large_values_are_marked (void **state)
{
	struct schema *schema =
		compile ("{\"contains\": {\"minimum\": 50000}, "
			 "\"unevaluatedItems\": {\"maximum\": 49999}}");
	struct json_object *array = json_object_new_array ();
	struct error err = { .text = "" };

	(void) state;
	for (int i = 0; i < 100000; i++)
		json_object_array_add (array, json_object_new_int (i));
	assert_int_equal (schema_check (schema, array, &err), 0);
	json_object_put (array);
	schema_unref (schema);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (
			an_unknown_property_is_told_which_are_known_anywhere),
		cmocka_unit_test (many_known_properties_are_cut),
		cmocka_unit_test (
			a_property_where_none_is_known_is_not_allowed),
		cmocka_unit_test (an_item_that_is_left_over_is_pointed_at),
		cmocka_unit_test (
			what_a_failed_alternative_has_seen_does_not_count),
		cmocka_unit_test (inner_schemas_see_only_what_is_theirs),
		cmocka_unit_test (marks_are_of_one_value_only),
		cmocka_unit_test (marks_are_undone_in_order),
		cmocka_unit_test (large_values_are_marked),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
