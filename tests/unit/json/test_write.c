/* Tests core/json/write.c and real.c. */
#include <errno.h>
#include <float.h>
#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/limits.h"
#include "json/json.h"

static void
assert_written (struct json_object *value, const char *expected)
{
	struct buffer buffer = { 0 };

	json_write_value (&buffer, value);
	assert_int_equal (buffer.failed, 0);
	assert_string_equal (buffer.data, expected);
	buffer_fini (&buffer);
	json_object_put (value);
}

/* What is read and written again. */
static void
assert_again (const char *text, const char *expected)
{
	struct json_object *value = NULL;

	assert_int_equal (json_parse (text, strlen (text), NULL, &value, NULL),
			  0);
	assert_written (value, expected);
}

static void
a_value_is_written_compact_and_in_order (void **state)
{
	(void) state;
	assert_again (" { \"b\" : [ 1 , true , null , { } , [ ] ] ,\n"
		      "\"a\" : \"x/y\" , \"\" : false } ",
		      "{\"b\":[1,true,null,{},[]],\"a\":\"x/y\",\"\":false}");
	assert_again ("null", "null");
}

static void
integers_keep_their_digits (void **state)
{
	(void) state;
	assert_again ("[0,-1,9223372036854775806,9223372036854775807,"
		      "9223372036854775808,18446744073709551615,"
		      "-9223372036854775808]",
		      "[0,-1,9223372036854775806,9223372036854775807,"
		      "9223372036854775808,18446744073709551615,"
		      "-9223372036854775808]");
	assert_again ("-0", "0");
}

static void
reals_keep_their_text (void **state)
{
	(void) state;
	assert_again ("[1.0,0.10,1e2,1E+2,-2.50e-3,0.1234567890123456789]",
		      "[1.0,0.10,1e2,1E+2,-2.50e-3,0.1234567890123456789]");
}

static void
doubles_of_plugins_are_written_short (void **state)
{
	(void) state;
	assert_written (json_object_new_double (0.1), "0.1");
	assert_written (json_object_new_double (30), "30.0");
	assert_written (json_object_new_double (1.0 / 3), "0.3333333333333333");
	assert_written (json_object_new_double (1e300), "1e+300");
	assert_written (json_object_new_double (-0.0), "-0.0");
	assert_written (json_object_new_double (DBL_MAX),
			"1.7976931348623157e+308");
}

static void
what_json_cannot_say_becomes_null (void **state)
{
	(void) state;
	assert_written (json_object_new_double (NAN), "null");
	assert_written (json_object_new_double (INFINITY), "null");
	assert_written (json_object_new_double (-INFINITY), "null");
}

static void
a_text_that_lies_about_its_double_is_not_written (void **state)
{
	(void) state;
	assert_written (json_object_new_double_s (1.5, "}"), "1.5");
	assert_written (json_object_new_double_s (1.5, "2.5"), "1.5");
	assert_written (json_object_new_double_s (1.5, "1.5,"), "1.5");
	assert_written (json_object_new_double_s (1.5, "1.50"), "1.50");
}

static void
a_double_is_written_in_its_shortest_form (void **state)
{
	struct buffer buffer = { 0 };

	(void) state;
	json_write_double (&buffer, 3);
	buffer_add_char (&buffer, ' ');
	json_write_double (&buffer, 0.1 + 0.2);
	buffer_add_char (&buffer, ' ');
	json_write_double (&buffer, 5e-324);
	assert_string_equal (buffer.data, "3 0.30000000000000004 5e-324");
	buffer_fini (&buffer);
}

static void
strings_are_escaped_wherever_they_stand (void **state)
{
	(void) state;
	assert_again ("{\"a\\n\":\"\\u0000\\u2028\\u00e9\\ud83d\\ude00\\/\"}",
		      "{\"a\\n\":\"\\u0000\\u2028\xC3\xA9\xF0\x9F\x98\x80/\"}");
	/* A plugin's string need not be UTF-8. */
	assert_written (json_object_new_string ("\xFF"), "\"\xEF\xBF\xBD\"");
}

static void
a_tree_too_deep_fails_the_buffer (void **state)
{
	struct json_object *value = NULL;
	struct buffer buffer = { 0 };

	(void) state;
	for (int i = 0; i < LIMIT_JSON_WRITE_DEPTH; i++) {
		struct json_object *array = json_object_new_array ();

		json_object_array_add (array, value);
		value = array;
	}
	json_write_value (&buffer, value);
	assert_int_equal (buffer.failed, -EMSGSIZE);
	buffer_reset (&buffer);
	json_write_value (&buffer, json_object_array_get_idx (value, 0));
	assert_int_equal (buffer.failed, 0);
	buffer_fini (&buffer);
	json_object_put (value);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (a_value_is_written_compact_and_in_order),
		cmocka_unit_test (integers_keep_their_digits),
		cmocka_unit_test (reals_keep_their_text),
		cmocka_unit_test (doubles_of_plugins_are_written_short),
		cmocka_unit_test (what_json_cannot_say_becomes_null),
		cmocka_unit_test (
			a_text_that_lies_about_its_double_is_not_written),
		cmocka_unit_test (a_double_is_written_in_its_shortest_form),
		cmocka_unit_test (strings_are_escaped_wherever_they_stand),
		cmocka_unit_test (a_tree_too_deep_fails_the_buffer),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
