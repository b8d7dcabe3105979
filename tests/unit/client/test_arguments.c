/* Tests client/arguments.c: words become what the tool's schema asks for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include <json-c/json.h>

#include "arguments.h"

static const char tools_text[] =
	"[{\"name\":\"t\",\"inputSchema\":{\"type\":\"object\","
	"\"properties\":{\"s\":{\"type\":\"string\"},"
	"\"n\":{\"type\":\"integer\"},\"a\":{\"type\":\"array\"},"
	"\"b\":{\"type\":[\"boolean\",\"null\"]},"
	"\"m\":{\"type\":[\"integer\",\"string\"]},\"x\":{}}}}]";

/* Builds the arguments of tool; writes them to text, or the sentence. */
static int
build (const char *tool, const char *const *words, char text[1024])
{
	struct json_object *tools = json_tokener_parse (tools_text);
	struct json_object *object = NULL;
	struct failure failure = { "" };
	int rc = arguments_build (words, tool, tools, &object, &failure);

	assert_non_null (tools);
	snprintf (text, 1024, "%s",
		  rc ? failure.text
		     : json_object_to_json_string_ext (object,
						       JSON_C_TO_STRING_PLAIN));
	json_object_put (object);
	json_object_put (tools);
	return rc;
}

static void
assert_built (const char *tool, const char *word, const char *expected)
{
	const char *const words[] = { word, NULL };
	char text[1024];

	assert_int_equal (build (tool, words, text), 0);
	assert_string_equal (text, expected);
}

static void
a_value_is_text_where_the_schema_says_string (void **state)
{
	(void) state;
	assert_built ("t", "s=12", "{\"s\":\"12\"}");
	assert_built ("t", "s=a=b", "{\"s\":\"a=b\"}");
	assert_built ("t", "s=", "{\"s\":\"\"}");
}

static void
a_value_is_json_where_the_schema_says_something_else (void **state)
{
	(void) state;
	assert_built ("t", "n=12", "{\"n\":12}");
	assert_built ("t", "a=[1,\"x\"]", "{\"a\":[1,\"x\"]}");
	assert_built ("t", "b=true", "{\"b\":true}");
	assert_built ("t", "b=null", "{\"b\":null}");
}

static void
a_value_is_text_where_the_schema_leaves_it_open (void **state)
{
	(void) state;
	assert_built ("t", "m=12", "{\"m\":\"12\"}");
	assert_built ("t", "x=12", "{\"x\":\"12\"}");
	assert_built ("t", "unknown=12", "{\"unknown\":\"12\"}");
	assert_built ("nowhere", "n=12", "{\"n\":\"12\"}");
}

static void
several_words_are_one_object (void **state)
{
	const char *const words[] = { "s=x", "n=1", NULL };
	char text[1024];

	(void) state;
	assert_int_equal (build ("t", words, text), 0);
	assert_string_equal (text, "{\"s\":\"x\",\"n\":1}");
}

static void
what_is_not_json_is_refused_with_the_wanted_type (void **state)
{
	const char *const wrong[] = { "n=abc", "n=", "n=1 2", "a=[1", "b=yes" };
	char text[1024];

	(void) state;
	for (size_t i = 0; i < sizeof (wrong) / sizeof (wrong[0]); i++) {
		const char *const words[] = { wrong[i], NULL };

		assert_int_equal (build ("t", words, text), EXIT_USAGE);
	}
	assert_string_equal (text, "b=yes: the tool wants [ \"boolean\", "
				   "\"null\" ], and this is not JSON");
}

static void
a_word_without_a_key_is_refused (void **state)
{
	const char *const no_equals[] = { "abc", NULL };
	const char *const no_key[] = { "=abc", NULL };
	char text[1024];

	(void) state;
	assert_int_equal (build ("t", no_equals, text), EXIT_USAGE);
	assert_int_equal (build ("t", no_key, text), EXIT_USAGE);
}

static void
only_an_object_is_taken_as_one (void **state)
{
	const char *const wrong[] = {
		"", "{", "[]", "1", "{}{}", "{\"a\":1}x"
	};
	struct json_object *object = NULL;
	struct failure failure;

	(void) state;
	for (size_t i = 0; i < sizeof (wrong) / sizeof (wrong[0]); i++)
		assert_int_equal (arguments_parse ("arguments", wrong[i],
						   &object, &failure),
				  EXIT_USAGE);
	assert_int_equal (
		arguments_parse ("arguments", "{\"a\":1}", &object, &failure),
		0);
	json_object_put (object);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (a_value_is_text_where_the_schema_says_string),
		cmocka_unit_test (
			a_value_is_json_where_the_schema_says_something_else),
		cmocka_unit_test (
			a_value_is_text_where_the_schema_leaves_it_open),
		cmocka_unit_test (several_words_are_one_object),
		cmocka_unit_test (
			what_is_not_json_is_refused_with_the_wanted_type),
		cmocka_unit_test (a_word_without_a_key_is_refused),
		cmocka_unit_test (only_an_object_is_taken_as_one),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
