/* Tests core/base/text.c. */
#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/text.h"

static bool
is_utf8 (const char *text)
{
	return text_is_utf8 (text, strlen (text));
}

static void
utf8_is_what_unicode_says (void **state)
{
	(void) state;
	assert_true (is_utf8 ("a \xC2\x80 \xDF\xBF \xE0\xA0\x80 \xED\x9F\xBF "
			      "\xEE\x80\x80 \xF0\x90\x80\x80 "
			      "\xF4\x8F\xBF\xBF"));
	assert_true (text_is_utf8 ("a\0b", 3));
	assert_true (text_is_utf8 ("", 0));
}

static void
what_is_not_utf8_is_found (void **state)
{
	(void) state;
	assert_false (is_utf8 ("\x80"));
	assert_false (is_utf8 ("\xC0\x80"));	     /* overlong */
	assert_false (is_utf8 ("\xC1\xBF"));	     /* overlong */
	assert_false (is_utf8 ("\xE0\x9F\xBF"));     /* overlong */
	assert_false (is_utf8 ("\xF0\x8F\xBF\xBF")); /* overlong */
	assert_false (is_utf8 ("\xED\xA0\x80"));     /* surrogate */
	assert_false (is_utf8 ("\xF4\x90\x80\x80")); /* too large */
	assert_false (is_utf8 ("\xF5\x80\x80\x80"));
	assert_false (is_utf8 ("\xFF"));
	assert_false (text_is_utf8 ("\xE2\x82\xAC", 2)); /* torn */
	assert_false (is_utf8 ("\xE2\x82x"));
}

static void
length_counts_characters (void **state)
{
	(void) state;
	assert_int_equal (text_length ("a\xC3\xA9\xE2\x82\xAC!", 7), 4);
	assert_int_equal (text_length ("", 0), 0);
}

static void
a_cut_tears_no_character (void **state)
{
	const char *text = "a\xE2\x82\xAC"
			   "b";

	(void) state;
	assert_int_equal (text_cut (text, 5, 9), 5);
	assert_int_equal (text_cut (text, 5, 5), 5);
	assert_int_equal (text_cut (text, 5, 4), 4);
	assert_int_equal (text_cut (text, 5, 3), 1);
	assert_int_equal (text_cut (text, 5, 2), 1);
	assert_int_equal (text_cut (text, 5, 1), 1);
	assert_int_equal (text_cut (text, 5, 0), 0);
}

static void
what_is_not_utf8_is_cut_anywhere (void **state)
{
	(void) state;
	assert_int_equal (text_cut ("\x80\x80\x80\x80\x80\x80\x80", 7, 6), 6);
	assert_int_equal (text_cut ("\x80\x80\x80", 3, 1), 1);
}

static void
names_have_letters_digits_and_extras (void **state)
{
	(void) state;
	assert_true (text_is_name ("update_status-2", 1, 64, "_-"));
	assert_false (text_is_name ("update status", 1, 64, "_-"));
	assert_false (text_is_name ("caf\xC3\xA9", 1, 64, "_-"));
	assert_false (text_is_name ("", 1, 64, "_-"));
	assert_true (text_is_name ("", 0, 64, "_-"));
	assert_true (text_is_name ("1234", 1, 4, ""));
	assert_false (text_is_name ("12345", 1, 4, ""));
}

static void
paths_are_words_with_a_slash_between_each_two (void **state)
{
	static const char *const wrong[] = { "",     "/",    "a/",  "/a",
					     "a//b", "A/b",  "a-b", "a b",
					     "a/b ", "12345" };

	(void) state;
	assert_true (text_is_path ("a", 4));
	assert_true (text_is_path ("a/_1", 4));
	assert_true (text_is_path ("a/b/c", 5));
	assert_false (text_is_path ("a/b/c", 4));
	for (size_t i = 0; i < sizeof (wrong) / sizeof (wrong[0]); i++)
		assert_false (text_is_path (wrong[i], 4));
}

static void
a_word_has_small_letters_digits_and_a_few_more (void **state)
{
	static const char *const wrong[] = { "",    "A",   "a b",
					     "a/b", "a\n", "abcde" };

	(void) state;
	assert_true (text_is_word ("a", 4));
	assert_true (text_is_word ("z9_.", 4));
	assert_true (text_is_word ("-0", 4));
	for (size_t i = 0; i < sizeof (wrong) / sizeof (wrong[0]); i++)
		assert_false (text_is_word (wrong[i], 4));
}

static int
integer (const char *text, int64_t min, int64_t max, int64_t expected)
{
	int64_t value = 77;
	int r = text_to_integer (text, min, max, &value);

	/* Untouched on failure. */
	assert_true (value == (r == 0 ? expected : 77));
	return r;
}

static void
an_integer_becomes_the_text_that_means_it (void **state)
{
	static const int64_t values[] = { 0, 7, -10, INT64_MAX, INT64_MIN };
	char text[TEXT_INTEGER_SIZE];
	int64_t back;

	(void) state;
	for (size_t i = 0; i < sizeof (values) / sizeof (values[0]); i++) {
		size_t size = text_from_integer (values[i], text);

		assert_int_equal (size, strlen (text));
		assert_int_equal (
			text_to_integer (text, INT64_MIN, INT64_MAX, &back), 0);
		assert_true (back == values[i]);
	}
}

static void
an_integer_is_whole_and_within_its_limits (void **state)
{
	(void) state;
	assert_int_equal (integer ("0", 0, 9, 0), 0);
	assert_int_equal (integer ("-5", -5, 9, -5), 0);
	assert_int_equal (integer ("10", 0, 9, 0), -ERANGE);
	assert_int_equal (integer ("-6", -5, 9, 0), -ERANGE);
	assert_int_equal (integer ("9223372036854775807", INT64_MIN, INT64_MAX,
				   INT64_MAX),
			  0);
	assert_int_equal (integer ("-9223372036854775808", INT64_MIN, INT64_MAX,
				   INT64_MIN),
			  0);
	assert_int_equal (
		integer ("9223372036854775808", INT64_MIN, INT64_MAX, 0),
		-ERANGE);
	assert_int_equal (
		integer ("99999999999999999999999", INT64_MIN, INT64_MAX, 0),
		-ERANGE);
}

static void
what_is_no_integer_is_refused (void **state)
{
	static const char *const texts[] = { "",    "-",    "+1",  " 1", "1 ",
					     "1.0", "0x10", "1e3", "--1" };

	(void) state;
	for (size_t i = 0; i < sizeof (texts) / sizeof (texts[0]); i++)
		assert_int_equal (integer (texts[i], -99, 99, 0), -EINVAL);
}

static int
ms (const char *text, int64_t expected)
{
	int64_t value = 77;
	int r = text_to_ms (text, 10, 60000, &value);

	assert_true (value == (r == 0 ? expected : 77));
	return r;
}

static void
seconds_become_milliseconds (void **state)
{
	(void) state;
	assert_int_equal (ms ("10", 10000), 0);
	assert_int_equal (ms ("0.5", 500), 0);
	assert_int_equal (ms ("1.25", 1250), 0);
	assert_int_equal (ms ("0.0109999", 10), 0);
	assert_int_equal (ms ("60.000", 60000), 0);
	assert_int_equal (ms ("60.001", 0), -ERANGE);
	assert_int_equal (ms ("0.009", 0), -ERANGE);
	assert_int_equal (ms ("9223372036854775807", 0), -ERANGE);
	assert_int_equal (ms ("99999999999999999999", 0), -ERANGE);
}

static void
what_is_no_time_is_refused (void **state)
{
	static const char *const texts[] = { "",    ".5",    "5.", "-1", "1s",
					     "1e3", "1.2.3", " 1", "1,5" };

	(void) state;
	for (size_t i = 0; i < sizeof (texts) / sizeof (texts[0]); i++)
		assert_int_equal (ms (texts[i], 0), -EINVAL);
}

static void
a_formatted_text_is_the_callers (void **state)
{
	char *text = text_format ("%s-%d", "a", 5);

	(void) state;
	assert_string_equal (text, "a-5");
	free (text);
}

static void
what_is_packed_stands_side_by_side_with_its_ends (void **state)
{
	char room[8] = "!!!!!!!";
	char *end = room;

	(void) state;
	assert_ptr_equal (text_pack (&end, "abc", 2), room);
	assert_null (text_pack (&end, NULL, 0));
	assert_ptr_equal (text_pack (&end, "d", 1), room + 3);
	assert_memory_equal (room, "ab\0d\0!!", 8);
	assert_ptr_equal (end, room + 5);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (utf8_is_what_unicode_says),
		cmocka_unit_test (what_is_not_utf8_is_found),
		cmocka_unit_test (length_counts_characters),
		cmocka_unit_test (a_cut_tears_no_character),
		cmocka_unit_test (what_is_not_utf8_is_cut_anywhere),
		cmocka_unit_test (names_have_letters_digits_and_extras),
		cmocka_unit_test (
			paths_are_words_with_a_slash_between_each_two),
		cmocka_unit_test (
			a_word_has_small_letters_digits_and_a_few_more),
		cmocka_unit_test (an_integer_becomes_the_text_that_means_it),
		cmocka_unit_test (an_integer_is_whole_and_within_its_limits),
		cmocka_unit_test (what_is_no_integer_is_refused),
		cmocka_unit_test (seconds_become_milliseconds),
		cmocka_unit_test (what_is_no_time_is_refused),
		cmocka_unit_test (a_formatted_text_is_the_callers),
		cmocka_unit_test (
			what_is_packed_stands_side_by_side_with_its_ends),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
