/* Tests core/base/escape.c. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/escape.h"

static void
assert_json (const char *text, size_t size, const char *expected)
{
	struct buffer buffer = { 0 };

	escape_json (&buffer, text, size);
	assert_string_equal (buffer.data, expected);
	buffer_fini (&buffer);
}

static void
assert_plain (const char *text, const char *expected)
{
	struct buffer buffer = { 0 };

	escape_plain (&buffer, text, strlen (text));
	assert_string_equal (buffer.data, expected);
	buffer_fini (&buffer);
}

static void
plain_text_stays (void **state)
{
	const char *text = "caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80 /x";

	(void) state;
	assert_json (text, strlen (text), text);
	assert_plain (text, text);
	assert_json ("", 0, "");
}

static void
json_escapes_quotes_backslashes_and_controls (void **state)
{
	(void) state;
	assert_json ("\"\\\b\f\n\r\t\x01\x1F\x7F", 10,
		     "\\\"\\\\\\b\\f\\n\\r\\t\\u0001\\u001f"
		     "\\u007f");
	assert_json ("a\0b", 3, "a\\u0000b");
}

static void
for_a_person_quotes_and_backslashes_stay (void **state)
{
	(void) state;
	assert_plain ("\"a\\b\"\n", "\"a\\b\"\\n");
}

static void
no_reader_finds_a_line_end (void **state)
{
	(void) state;
	/* U+0085, U+2028, U+2029; their neighbours stay. */
	assert_json ("\xC2\x85\xC2\xA0", 4, "\\u0085\xC2\xA0");
	assert_json ("\xE2\x80\xA7\xE2\x80\xA8\xE2\x80\xA9", 9,
		     "\xE2\x80\xA7\\u2028\\u2029");
}

static void
no_text_turns_the_direction_of_what_follows (void **state)
{
	(void) state;
	/* U+202A, U+202E, U+2066, U+2069; their neighbours stay. */
	assert_json ("\xE2\x80\xAA\xE2\x80\xAE\xE2\x80\xAF", 9,
		     "\\u202a\\u202e\xE2\x80\xAF");
	assert_json ("\xE2\x81\xA5\xE2\x81\xA6\xE2\x81\xA9\xE2\x81\xAA", 12,
		     "\xE2\x81\xA5\\u2066\\u2069\xE2\x81\xAA");
}

static void
what_is_not_utf8_becomes_the_replacement (void **state)
{
	(void) state;
	assert_json ("a\xFFz\xC3", 4, "a\xEF\xBF\xBDz\xEF\xBF\xBD");
	assert_json ("\xE2\x82", 2, "\xEF\xBF\xBD\xEF\xBF\xBD");
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (plain_text_stays),
		cmocka_unit_test (json_escapes_quotes_backslashes_and_controls),
		cmocka_unit_test (for_a_person_quotes_and_backslashes_stay),
		cmocka_unit_test (no_reader_finds_a_line_end),
		cmocka_unit_test (no_text_turns_the_direction_of_what_follows),
		cmocka_unit_test (what_is_not_utf8_becomes_the_replacement),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
