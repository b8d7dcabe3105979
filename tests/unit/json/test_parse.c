/* Tests core/json/parse.c. */
#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/limits.h"
#include "json/json.h"

/* Parses a copy of exactly the size, so that a sanitizer sees a read past
 * its end. */
static int
parse (const char *text, struct json_object **ret_value, struct error *err)
{
	size_t size = strlen (text);
	char *copy = malloc (size);
	int r;

	assert_true (copy != NULL || size == 0);
	memcpy (copy, text, size);
	r = json_parse (copy, size, NULL, ret_value, err);
	free (copy);
	return r;
}

static void
assert_refused (const char *text, int code, const char *why)
{
	struct json_object *value = (struct json_object *) text;
	struct error err = { "" };

	assert_int_equal (parse (text, &value, &err), code);
	assert_string_equal (err.text, why);
	/* Outputs are untouched on failure. */
	assert_ptr_equal (value, text);
}

static struct json_object *
parsed (const char *text)
{
	struct json_object *value = NULL;
	struct error err = { "" };

	assert_int_equal (parse (text, &value, &err), 0);
	return value;
}

static void
a_request_becomes_a_tree (void **state)
{
	struct json_object *value =
		parsed (" {\"id\":1,\"a\":[true,null,\"x\",{}],\"b\":-2.5} ");
	struct json_object *array = json_get (value, "a");

	(void) state;
	assert_int_equal (json_object_get_int64 (json_get (value, "id")), 1);
	assert_int_equal (json_object_array_length (array), 4);
	assert_true (
		json_object_get_boolean (json_object_array_get_idx (array, 0)));
	assert_null (json_object_array_get_idx (array, 1));
	assert_true (json_object_get_double (json_get (value, "b")) == -2.5);
	json_object_put (value);
}

static void
null_is_a_value (void **state)
{
	struct json_object *value = (struct json_object *) "untouched";

	(void) state;
	assert_int_equal (json_parse ("null", 4, NULL, &value, NULL), 0);
	assert_null (value);
}

static void
a_bare_value_needs_no_terminator (void **state)
{
	struct json_object *value = NULL;

	(void) state;
	assert_int_equal (json_parse ("1234", 2, NULL, &value, NULL), 0);
	assert_int_equal (json_object_get_int64 (value), 12);
	json_object_put (value);
}

static void
integers_keep_64_bits (void **state)
{
	struct json_object *least = parsed ("-9223372036854775808");
	struct json_object *small = parsed ("-5");
	struct json_object *most = parsed ("18446744073709551615");

	(void) state;
	assert_true (json_object_get_int64 (least) == INT64_MIN);
	assert_true (json_object_get_uint64 (most) == UINT64_MAX);
	assert_true (json_object_get_int64 (small) == -5);
	json_object_put (small);
	json_object_put (least);
	json_object_put (most);
}

static void
integers_beyond_64_bits_are_refused (void **state)
{
	const char *why = "JSON: byte 2: an integer beyond 64 bits";

	(void) state;
	assert_refused ("[18446744073709551616]", -E2BIG, why);
	assert_refused ("[-9223372036854775809]", -E2BIG, why);
	assert_refused ("[100000000000000000000000]", -E2BIG, why);
}

static void
reals_that_overflow_are_refused (void **state)
{
	struct json_object *largest = parsed ("1.7976931348623157e308");

	(void) state;
	json_object_put (largest);
	assert_refused ("{\"a\":1e400}", -E2BIG,
			"JSON: byte 6: a number too large for a double");
	assert_refused ("-1.8e308", -E2BIG,
			"JSON: byte 1: a number too large for a double");
}

static void
a_string_may_hold_nul_and_a_name_may_not (void **state)
{
	struct json_object *value = parsed ("[\"a\\u0000b\"]");
	struct json_object *text = json_object_array_get_idx (value, 0);

	(void) state;
	assert_int_equal (json_object_get_string_len (text), 3);
	assert_memory_equal (json_object_get_string (text), "a\0b", 4);
	json_object_put (value);
	assert_refused ("{\"a\\u0000b\":1}", -E2BIG,
			"JSON: byte 2: a name with \\u0000");
}

static void
escapes_are_resolved (void **state)
{
	struct json_object *value =
		parsed ("\"\\\"\\\\\\/\\b\\f\\n\\r\\t \\u0041\\u00e9\\u20AC"
			"\\ud83d\\ude00!\"");

	(void) state;
	assert_string_equal (json_object_get_string (value),
			     "\"\\/\b\f\n\r\t A\xC3\xA9\xE2\x82\xAC"
			     "\xF0\x9F\x98\x80!");
	json_object_put (value);
}

#define REPLACED "\xEF\xBF\xBD"

static void
half_a_pair_of_surrogates_is_a_replacement_character (void **state)
{
	static const struct {
		const char *json, *text;
	} rows[] = {
		{ "\"a\\ud83d\"", "a" REPLACED },
		{ "\"\\ud83dabcdef\"", REPLACED "abcdef" },
		{ "\"\\ud83d\\u0041\"", REPLACED "A" },
		{ "\"\\ude00\\ud83d\"", REPLACED REPLACED },
		{ "\"\\ud83d\\ud83d\\ude00\"", REPLACED "\xF0\x9F\x98\x80" },
	};

	(void) state;
	for (size_t i = 0; i < sizeof (rows) / sizeof (rows[0]); i++) {
		struct json_object *value = NULL;

		assert_int_equal (parse (rows[i].json, &value, NULL), 0);
		assert_string_equal (json_object_get_string (value),
				     rows[i].text);
		json_object_put (value);
	}
}

static void
names_that_become_the_same_are_refused (void **state)
{
	(void) state;
	assert_refused ("{\"\\ud83d\":1,\"\\ude00\":2}", -EBADMSG,
			"JSON: byte 13: a name twice in one object");
}

static void
what_is_not_utf8_is_refused (void **state)
{
	(void) state;
	assert_refused ("\"12345678\xC0\x80\"", -EBADMSG,
			"JSON: byte 10: not UTF-8");
	assert_refused ("\"\xED\xA0\x80\"", -EBADMSG,
			"JSON: byte 2: not UTF-8");
	assert_refused ("\"\xF4\x90\x80\x80\"", -EBADMSG,
			"JSON: byte 2: not UTF-8");
	assert_refused ("\"\xE2\x82\"", -EBADMSG, "JSON: byte 2: not UTF-8");
}

static void
raw_control_characters_are_refused_wherever_they_stand (void **state)
{
	char text[40];

	(void) state;
	for (size_t i = 1; i < 20; i++) {
		struct json_object *value;

		memset (text, 'x', sizeof (text));
		text[0] = text[30] = '"';
		text[i] = '\x1F';
		assert_int_equal (json_parse (text, 31, NULL, &value, NULL),
				  -EBADMSG);
		text[i] = ' ';
		assert_int_equal (json_parse (text, 31, NULL, &value, NULL), 0);
		json_object_put (value);
	}
}

static void
a_name_twice_in_one_object_is_refused (void **state)
{
	struct json_object *value =
		parsed ("{\"a\":{\"a\":1,\"b\":2},\"b\":[{\"a\":1}]}");

	(void) state;
	json_object_put (value);
	assert_refused ("{\"a\":{\"b\":1,\"b\":2}}", -EBADMSG,
			"JSON: byte 13: a name twice in one object");
	/* Compared as names, not as text. */
	assert_refused ("{\"ab\":1,\"\\u0061b\":2}", -EBADMSG,
			"JSON: byte 9: a name twice in one object");
	/* Also where the first one's value is null. */
	assert_refused ("{\"a\":null,\"a\":null}", -EBADMSG,
			"JSON: byte 11: a name twice in one object");
	/* And among many. */
	assert_refused ("{\"a\":1,\"b\":1,\"c\":1,\"d\":1,\"e\":1,\"f\":1,"
			"\"g\":1,\"h\":1,\"i\":1,\"j\":1,\"c\":1}",
			-EBADMSG, "JSON: byte 62: a name twice in one object");
	assert_refused ("{\"id\":1,\"name\":1,\"id\":1}", -EBADMSG,
			"JSON: byte 18: a name twice in one object");
}

static void
nesting_is_limited (void **state)
{
	const struct json_limits two = { .depth = 2 };
	struct json_object *value = NULL;
	char text[2 * LIMIT_JSON_DEPTH + 2];

	(void) state;
	memset (text, '[', LIMIT_JSON_DEPTH + 1);
	memset (text + LIMIT_JSON_DEPTH + 1, ']', LIMIT_JSON_DEPTH + 1);
	assert_int_equal (json_parse (text, sizeof (text), NULL, &value, NULL),
			  -E2BIG);
	assert_int_equal (
		json_parse (text + 1, sizeof (text) - 2, NULL, &value, NULL),
		0);
	json_object_put (value);
	assert_int_equal (json_parse ("[[[]]]", 6, &two, &value, NULL), -E2BIG);
	assert_int_equal (json_parse ("[[],[]]", 7, &two, &value, NULL), 0);
	json_object_put (value);
}

static void
values_are_limited_by_the_memory_they_take (void **state)
{
	const struct json_limits ten = { .values = 10 };
	struct json_object *value = NULL;

	(void) state;
	assert_int_equal (
		json_parse ("[1,2,3,4,5,6,7]", 15, &ten, &value, NULL), 0);
	json_object_put (value);
	assert_int_equal (
		json_parse ("[1,2,3,4,5,6,7,8]", 17, &ten, &value, NULL),
		-E2BIG);
	assert_int_equal (json_parse ("{\"a\":1}", 7, &ten, &value, NULL), 0);
	json_object_put (value);
	assert_int_equal (json_parse ("[{}]", 4, &ten, &value, NULL), -E2BIG);
}

static void
a_name_too_long_is_refused (void **state)
{
	size_t size = LIMIT_JSON_KEY_BYTES + 6;
	char *text = malloc (size + 1);
	struct json_object *value = NULL;

	(void) state;
	assert_non_null (text);
	memset (text, 'x', size + 1);
	memcpy (text, "{\"", 2);
	memcpy (text + size - 4, "\":1}", 4);
	assert_int_equal (json_parse (text, size, NULL, &value, NULL), 0);
	json_object_put (value);
	memcpy (text + size - 4, "x\":1}", 5);
	assert_int_equal (json_parse (text, size + 1, NULL, &value, NULL),
			  -E2BIG);
	free (text);
}

static void
every_beginning_of_a_text_is_refused (void **state)
{
	const char *text = "{\"a\":[1.5e+3,\"\\ud83d\\ude00\xC3\xA9\",true,"
			   "false,null,{\"b\":\"\\n\"}]}";
	struct json_object *value = NULL;

	(void) state;
	for (size_t size = 0; size < strlen (text); size++) {
		char *copy = malloc (size);

		memcpy (copy, text, size);
		assert_int_equal (json_parse (copy, size, NULL, &value, NULL),
				  -EBADMSG);
		free (copy);
	}
	json_object_put (parsed (text));
}

static void
what_follows_the_value_is_refused (void **state)
{
	(void) state;
	assert_refused ("{} {}", -EBADMSG,
			"JSON: byte 4: the text goes on behind its value");
	assert_refused ("1,", -EBADMSG,
			"JSON: byte 2: the text goes on behind its value");
}

/* --- Leniently --- */

static void
assert_left (const char *text, const char *left)
{
	struct json_object *value = NULL;
	struct buffer written = { 0 };

	assert_int_equal (parse (text, &value, NULL), -E2BIG);
	assert_int_equal (json_parse_leniently (text, strlen (text), &value),
			  0);
	json_write_value (&written, value);
	assert_string_equal (written.data, left);
	buffer_fini (&written);
	json_object_put (value);
}

static void
what_is_beyond_a_limit_is_null_and_the_rest_is_read (void **state)
{
	(void) state;
	assert_left ("{\"a\":18446744073709551616,\"id\":1}",
		     "{\"a\":null,\"id\":1}");
	assert_left ("{\"a\":[1,-1e400,2],\"id\":1}",
		     "{\"a\":[1,null,2],\"id\":1}");
	assert_left ("[18446744073709551616,\"x\"]", "[null,\"x\"]");
	assert_left ("1e400", "null");
}

static void
a_member_whose_name_is_beyond_a_limit_is_left_out (void **state)
{
	(void) state;
	assert_left ("{\"a\\u0000\":[{\"b\":1e400},\"}\"],\"id\":1}",
		     "{\"id\":1}");
	assert_left ("{\"id\":1,\"a\\u0000\":0}", "{\"id\":1}");
}

/* {"a": and brackets, and behind them what must still be found. */
static char *
deep_member (size_t depth)
{
	const char *head = "{\"a\":", *tail = ",\"id\":1}";
	size_t size = strlen (head) + 2 * depth + strlen (tail);
	char *text = malloc (size + 1);

	strcpy (text, head);
	memset (text + strlen (head), '[', depth);
	memset (text + strlen (head) + depth, ']', depth);
	strcpy (text + strlen (head) + 2 * depth, tail);
	return text;
}

static void
what_is_nested_too_deep_is_null (void **state)
{
	char *text = deep_member (1000000);
	struct json_object *value = NULL;

	(void) state;
	assert_int_equal (json_parse_leniently (text, strlen (text), &value),
			  0);
	assert_int_equal (json_object_get_int64 (json_get (value, "id")), 1);
	json_object_put (value);
	free (text);
}

static void
too_many_values_leave_the_rest_out_or_null (void **state)
{
	size_t n = LIMIT_JSON_VALUES + 1;
	char *text = malloc (2 * n + 64), *at = text;
	struct json_object *value = NULL;

	(void) state;
	at += sprintf (at, "{\"id\":1,\"a\":[");
	for (size_t i = 0; i < n; i++)
		at += sprintf (at, "1,");
	at += sprintf (at, "1],\"b\":2,\"method\":\"m\"}");
	assert_int_equal (
		json_parse_leniently (text, (size_t) (at - text), &value), 0);
	assert_int_equal (json_object_get_int64 (json_get (value, "id")), 1);
	assert_false (json_has (value, "b"));
	/* It is a message none the less. */
	assert_true (json_has (value, "method"));
	assert_null (json_get (value, "method"));
	json_object_put (value);
	free (text);
}

static void
what_is_no_json_is_refused_leniently_too (void **state)
{
	static const char *const texts[] = {
		"{\"a\":1e400",
		"{\"a\":1e400,}",
		"{\"a\\u0000\":}",
		"{\"a\\u0000\":nul}",
		"{\"a\\u0000\":[1,'2']}",
		"{\"a\\u0000\":[1",
		"{\"a\\u0000\":\"\xff\"}",
		"[18446744073709551616}",
		"{\"a\":1e400,\"a\":1}",
	};
	struct json_object *value = NULL;

	(void) state;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		assert_int_equal (json_parse_leniently (
					  texts[i], strlen (texts[i]), &value),
				  -EBADMSG);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (a_request_becomes_a_tree),
		cmocka_unit_test (null_is_a_value),
		cmocka_unit_test (a_bare_value_needs_no_terminator),
		cmocka_unit_test (integers_keep_64_bits),
		cmocka_unit_test (integers_beyond_64_bits_are_refused),
		cmocka_unit_test (reals_that_overflow_are_refused),
		cmocka_unit_test (a_string_may_hold_nul_and_a_name_may_not),
		cmocka_unit_test (escapes_are_resolved),
		cmocka_unit_test (
			half_a_pair_of_surrogates_is_a_replacement_character),
		cmocka_unit_test (names_that_become_the_same_are_refused),
		cmocka_unit_test (what_is_not_utf8_is_refused),
		cmocka_unit_test (
			raw_control_characters_are_refused_wherever_they_stand),
		cmocka_unit_test (a_name_twice_in_one_object_is_refused),
		cmocka_unit_test (nesting_is_limited),
		cmocka_unit_test (values_are_limited_by_the_memory_they_take),
		cmocka_unit_test (a_name_too_long_is_refused),
		cmocka_unit_test (every_beginning_of_a_text_is_refused),
		cmocka_unit_test (what_follows_the_value_is_refused),
		cmocka_unit_test (
			what_is_beyond_a_limit_is_null_and_the_rest_is_read),
		cmocka_unit_test (
			a_member_whose_name_is_beyond_a_limit_is_left_out),
		cmocka_unit_test (what_is_nested_too_deep_is_null),
		cmocka_unit_test (too_many_values_leave_the_rest_out_or_null),
		cmocka_unit_test (what_is_no_json_is_refused_leniently_too),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
