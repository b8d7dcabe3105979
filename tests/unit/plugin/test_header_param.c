/* Tests core/plugin/header_param.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "json/json.h"
#include "plugin/header_param.h"

static struct header_param *params;
static size_t n;
static struct error err;

static int
read_text (const char *text)
{
	struct json_object *schema = NULL;
	int r;

	err.text[0] = '\0';
	assert_int_equal (json_parse (text, strlen (text), NULL, &schema, NULL),
			  0);
	r = header_params_read (schema, &params, &n, &err);
	json_object_put (schema);
	return r;
}

static void
drop (void)
{
	header_params_free (params, n);
	params = NULL;
	n = 0;
}

static void
arguments_are_found_by_their_way (void **state)
{
	(void) state;
	assert_int_equal (
		read_text ("{\"type\":\"object\",\"properties\":{"
			   "\"region\":{\"type\":\"string\","
			   "\"x-mcp-header\":\"Region\"},"
			   "\"deep\":{\"type\":\"object\",\"properties\":{"
			   "\"n\":{\"type\":\"integer\","
			   "\"x-mcp-header\":\"N\"}}},"
			   "\"plain\":{\"type\":\"string\"}}}"),
		0);
	assert_int_equal (n, 2);
	assert_string_equal (params[0].header, "Mcp-Param-Region");
	assert_string_equal (params[0].keys[0], "region");
	assert_null (params[0].keys[1]);
	assert_string_equal (params[1].header, "Mcp-Param-N");
	assert_string_equal (params[1].keys[0], "deep");
	assert_string_equal (params[1].keys[1], "n");
	assert_null (params[1].keys[2]);
	drop ();
}

static void
without_any_there_are_none (void **state)
{
	(void) state;
	assert_int_equal (read_text ("{\"type\":\"object\"}"), 0);
	assert_int_equal (n, 0);
	drop ();
}

static void
what_only_looks_like_one_is_none (void **state)
{
	(void) state;
	assert_int_equal (read_text ("{\"type\":\"object\",\"properties\":{"
				     "\"x-mcp-header\":{\"type\":\"string\"},"
				     "\"a\":{\"enum\":[{\"x-mcp-header\":7}],"
				     "\"default\":{\"x-mcp-header\":\"\"}}}}"),
			  0);
	assert_int_equal (n, 0);
	drop ();
}

#define PROPERTY(members)                                                      \
	"{\"type\":\"object\",\"properties\":{\"a\":{" members "}}}"

static void
what_makes_clients_drop_the_tool_is_refused_with_field_and_value (void **state)
{
	static const struct {
		const char *schema, *pointer, *value;
	} cases[] = {
		{ PROPERTY ("\"type\":\"string\",\"x-mcp-header\":\"\""),
		  "/properties/a/x-mcp-header: ", "found \"\"" },
		{ PROPERTY ("\"type\":\"string\",\"x-mcp-header\":\"a b\""),
		  "/properties/a/x-mcp-header: ", "found \"a b\"" },
		{ PROPERTY ("\"type\":\"string\",\"x-mcp-header\":7"),
		  "/properties/a/x-mcp-header: ", "found 7" },
		{ PROPERTY ("\"type\":\"string\",\"x-mcp-header\":null"),
		  "/properties/a/x-mcp-header: ", "found null" },
		{ PROPERTY ("\"type\":\"number\",\"x-mcp-header\":\"A\""),
		  "/properties/a/x-mcp-header: the type", "found \"A\"" },
		{ PROPERTY ("\"x-mcp-header\":\"A\""),
		  "/properties/a/x-mcp-header: the type", "found \"A\"" },
		{ PROPERTY ("\"type\":\"array\",\"items\":{\"type\":"
			    "\"string\",\"x-mcp-header\":\"A\"}"),
		  "/properties/a/items/x-mcp-header: only", "found \"A\"" },
		{ "{\"type\":\"object\",\"x-mcp-header\":\"A\"}",
		  "/x-mcp-header: only", "found \"A\"" },
		{ "{\"$defs\":{\"d\":{\"properties\":{\"a\":{\"type\":"
		  "\"string\",\"x-mcp-header\":\"A\"}}}}}",
		  "/$defs/d/properties/a/x-mcp-header: only", "found \"A\"" },
		{ "{\"anyOf\":[{\"type\":\"string\",\"x-mcp-header\":"
		  "\"A\"}]}",
		  "/anyOf/0/x-mcp-header: only", "found \"A\"" },
		{ "{\"properties\":{\"a\":{\"type\":\"string\","
		  "\"x-mcp-header\":\"Aa\"},\"b\":{\"type\":\"string\","
		  "\"x-mcp-header\":\"aA\"}}}",
		  "/properties/b/x-mcp-header: two", "found \"aA\"" },
	};

	(void) state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		assert_true (read_text (cases[i].schema) < 0);
		assert_int_equal (strncmp (err.text, cases[i].pointer,
					   strlen (cases[i].pointer)),
				  0);
		assert_non_null (strstr (err.text, cases[i].value));
	}
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (arguments_are_found_by_their_way),
		cmocka_unit_test (without_any_there_are_none),
		cmocka_unit_test (what_only_looks_like_one_is_none),
		cmocka_unit_test (
			what_makes_clients_drop_the_tool_is_refused_with_field_and_value),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
