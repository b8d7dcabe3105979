/* Tests core/json/schema_arguments.c. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/buffer.h"
#include "base/limits.h"
#include "json/schema.h"
#include "schema_test.h"

static const char tool[] =
	"{\"type\": \"object\", \"properties\": {"
	"\"message\": {\"type\": \"string\"}, "
	"\"limit\": {\"type\": \"integer\"}, "
	"\"parent\": {\"type\": [\"string\", \"null\"]}, "
	"\"metadata\": {\"type\": \"object\"}, "
	"\"attachments\": {\"type\": \"array\", \"items\": {\"type\": "
	"\"object\"}}, "
	"\"filter\": {\"type\": [\"string\", \"object\"]}, "
	"\"note\": {\"type\": [\"string\", \"array\"], \"minLength\": 3}, "
	"\"anything\": {}}, "
	"\"required\": [\"message\"]}";

/* Checks and compares the arguments with what they must have become, and the
 * sentence ("": accepted). */
static void
assert_arguments (const char *before, const char *after, const char *sentence)
{
	struct schema *schema = compile (tool);
	struct json_object *arguments = parse (before);
	struct buffer text = { .max = 0 };
	struct error err = { .text = "" };
	int r = schema_check_arguments (schema, arguments, &err);

	json_write_value (&text, arguments);
	assert_string_equal (text.data, after);
	if (r == 0)
		assert_string_equal ("", sentence);
	else
		assert_string_equal (err.text, sentence);
	assert_int_equal (r, sentence[0] == '\0' ? 0 : -EINVAL);
	buffer_fini (&text);
	json_object_put (arguments);
	schema_unref (schema);
}

static void
what_the_schema_accepts_is_not_touched (void **state)
{
	static const char arguments[] =
		"{\"message\":\"{}\",\"parent\":null,\"filter\":\"{}\","
		"\"anything\":null,\"unknown\":null}";

	(void) state;
	assert_arguments (arguments, arguments, "");
}

static void
null_for_an_optional_property_is_dropped (void **state)
{
	(void) state;
	assert_arguments ("{\"message\": \"a\", \"limit\": null, "
			  "\"metadata\": null, \"parent\": null, "
			  "\"anything\": null}",
			  "{\"message\":\"a\",\"parent\":null,"
			  "\"anything\":null}",
			  "");
}

static void
null_for_a_required_property_is_refused (void **state)
{
	(void) state;
	assert_arguments ("{\"message\": null, \"limit\": null}",
			  "{\"message\":null}",
			  "/message: must be a string, found null");
}

static void
json_in_a_string_is_parsed_where_a_container_is_wanted (void **state)
{
	(void) state;
	assert_arguments ("{\"metadata\": \"{\\\"a\\\": 1}\", \"message\": "
			  "\"[]\", \"attachments\": \" [{}] \"}",
			  "{\"metadata\":{\"a\":1},\"message\":\"[]\","
			  "\"attachments\":[{}]}",
			  "");
}

static void
null_in_a_string_is_null_where_a_container_is_wanted (void **state)
{
	(void) state;
	assert_arguments ("{\"metadata\": \"null\", \"message\": \"null\", "
			  "\"limit\": null, \"attachments\": \" null\"}",
			  "{\"message\":\"null\"}", "");
}

static void
a_string_that_holds_something_else_stays (void **state)
{
	(void) state;
	assert_arguments ("{\"message\": \"\", \"metadata\": \"[]\"}",
			  "{\"message\":\"\",\"metadata\":\"[]\"}",
			  "/metadata: must be an object, found \"[]\"");
	assert_arguments ("{\"message\": \"\", \"metadata\": \"{\"}",
			  "{\"message\":\"\",\"metadata\":\"{\"}",
			  "/metadata: must be an object, found \"{\"");
	assert_arguments ("{\"message\": \"\", \"limit\": \"3\"}",
			  "{\"message\":\"\",\"limit\":\"3\"}",
			  "/limit: must be an integer, found \"3\"");
}

static void
a_string_that_is_allowed_but_wrong_stays (void **state)
{
	(void) state;
	assert_arguments ("{\"message\": \"\", \"note\": \"[]\"}",
			  "{\"message\":\"\",\"note\":\"[]\"}",
			  "/note: must have at least 3 characters, has 2");
}

static void
what_was_in_the_string_is_checked (void **state)
{
	(void) state;
	assert_arguments ("{\"message\": \"\", \"attachments\": \"[1]\"}",
			  "{\"message\":\"\",\"attachments\":[1]}",
			  "/attachments/0: must be an object, found 1");
}

static void
all_strings_together_hold_no_more_than_one_text (void **state)
{
	struct schema *schema = compile (tool);
	struct json_object *arguments = parse ("{\"message\": \"\"}");
	struct buffer text = { .max = 0 };

	(void) state;
	buffer_add_text (&text, "[1");
	for (int i = 0; i < LIMIT_JSON_VALUES / 3; i++)
		buffer_add_text (&text, ",1");
	buffer_add_text (&text, "]");
	json_object_object_add (arguments, "attachments",
				json_object_new_string (text.data));

	assert_int_equal (schema_check_arguments (schema, arguments, NULL),
			  -EINVAL);
	assert_int_equal (
		json_object_get_type (json_get (arguments, "attachments")),
		json_type_string);
	buffer_fini (&text);
	json_object_put (arguments);
	schema_unref (schema);
}

static void
arguments_that_are_no_object_are_refused (void **state)
{
	(void) state;
	assert_arguments ("[]", "[]",
			  "the arguments: must be an object, found an array");
	assert_arguments ("null", "null",
			  "the arguments: must be an object, found null");
}

/* Checks with another schema than the tool's. */
static void
assert_repaired (const char *schema_text, const char *before, const char *after)
{
	struct schema *schema = compile (schema_text);
	struct json_object *arguments = parse (before);
	struct buffer text = { .max = 0 };

	assert_int_equal (schema_check_arguments (schema, arguments, NULL), 0);
	json_write_value (&text, arguments);
	assert_string_equal (text.data, after);
	buffer_fini (&text);
	json_object_put (arguments);
	schema_unref (schema);
}

static void
properties_are_seen_through_references_and_all_of (void **state)
{
	(void) state;
	assert_repaired ("{\"$ref\": \"#/$defs/a\", \"$defs\": {\"a\": "
			 "{\"properties\": {\"x\": {\"$ref\": "
			 "\"#/$defs/b\"}}}, \"b\": {\"type\": "
			 "\"array\"}}}",
			 "{\"x\": \"[1]\"}", "{\"x\":[1]}");
	assert_repaired ("{\"allOf\": [{\"required\": [\"y\"]}, {\"$ref\": "
			 "\"#/$defs/a\", \"minProperties\": 1}], "
			 "\"properties\": {\"y\": {\"type\": "
			 "\"object\"}}, \"$defs\": {\"a\": "
			 "{\"properties\": {\"x\": {\"type\": "
			 "\"integer\"}}}}}",
			 "{\"x\": null, \"y\": \"{}\"}", "{\"y\":{}}");
}

static void
what_a_reference_requires_is_not_dropped (void **state)
{
	struct schema *schema =
		compile ("{\"properties\": {\"x\": {\"type\": \"integer\"}}, "
			 "\"allOf\": [{\"required\": [\"x\"]}]}");
	struct json_object *arguments = parse ("{\"x\": null}");

	(void) state;
	assert_int_equal (schema_check_arguments (schema, arguments, NULL),
			  -EINVAL);
	assert_int_equal (json_object_object_length (arguments), 1);
	json_object_put (arguments);
	schema_unref (schema);
}

static void
a_schema_without_properties_changes_nothing (void **state)
{
	struct schema *schema = compile ("{\"maxProperties\": 0}");
	struct json_object *arguments = parse ("{\"a\": null}");

	(void) state;
	assert_int_equal (schema_check_arguments (schema, arguments, NULL),
			  -EINVAL);
	assert_int_equal (json_object_object_length (arguments), 1);
	json_object_put (arguments);
	schema_unref (schema);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (what_the_schema_accepts_is_not_touched),
		cmocka_unit_test (null_for_an_optional_property_is_dropped),
		cmocka_unit_test (null_for_a_required_property_is_refused),
		cmocka_unit_test (
			json_in_a_string_is_parsed_where_a_container_is_wanted),
		cmocka_unit_test (
			null_in_a_string_is_null_where_a_container_is_wanted),
		cmocka_unit_test (a_string_that_holds_something_else_stays),
		cmocka_unit_test (a_string_that_is_allowed_but_wrong_stays),
		cmocka_unit_test (what_was_in_the_string_is_checked),
		cmocka_unit_test (
			all_strings_together_hold_no_more_than_one_text),
		cmocka_unit_test (arguments_that_are_no_object_are_refused),
		cmocka_unit_test (
			properties_are_seen_through_references_and_all_of),
		cmocka_unit_test (what_a_reference_requires_is_not_dropped),
		cmocka_unit_test (a_schema_without_properties_changes_nothing),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
