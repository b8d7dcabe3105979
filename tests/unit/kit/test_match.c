/* Tests core/kit/match.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "kit/match.h"

static void
a_text_without_stars_is_the_whole_text (void **state)
{
	(void) state;
	assert_true (match_text ("", ""));
	assert_true (match_text ("abc", "abc"));
	assert_false (match_text ("abc", "abcd"));
	assert_false (match_text ("abc", "ab"));
	assert_false (match_text ("", "a"));
}

static void
a_star_stands_for_anything (void **state)
{
	(void) state;
	assert_true (match_text ("*", ""));
	assert_true (match_text ("*", "a*b"));
	assert_true (match_text ("a*c", "ac"));
	assert_true (match_text ("a*c", "abcbc"));
	assert_true (match_text ("*a*b*", "xxaxxbxx"));
	assert_true (match_text ("**b", "aab"));
	assert_false (match_text ("a*c", "abcb"));
	assert_false (match_text ("*a*b*", "xxbxxa"));
}

static void
a_backslash_makes_the_next_one_itself (void **state)
{
	(void) state;
	assert_true (match_text ("a\\*b", "a*b"));
	assert_false (match_text ("a\\*b", "axb"));
	assert_true (match_text ("a\\\\b", "a\\b"));
	assert_true (match_text ("*\\*", "ab*"));
	assert_true (match_text ("a\\", "a\\"));
}

static bool
match (const char *expected, const char *value)
{
	struct json_object *a = NULL, *b = NULL;
	bool is_so;

	assert_int_equal (
		json_parse (expected, strlen (expected), NULL, &a, NULL), 0);
	assert_int_equal (json_parse (value, strlen (value), NULL, &b, NULL),
			  0);
	is_so = match_value (a, b);
	json_object_put (a);
	json_object_put (b);
	return is_so;
}

static void
an_object_has_at_least_the_members (void **state)
{
	(void) state;
	assert_true (match ("{}", "{\"a\":1}"));
	assert_true (match ("{\"a\":{\"b\":1}}", "{\"c\":2,\"a\":{\"b\":1,"
						 "\"d\":3}}"));
	assert_false (match ("{\"a\":1}", "{}"));
	assert_false (match ("{\"a\":null}", "{}"));
	assert_true (match ("{\"a\":null}", "{\"a\":null}"));
}

static void
an_array_is_all_of_it (void **state)
{
	(void) state;
	assert_true (match ("[1,{}]", "[1,{\"a\":2}]"));
	assert_false (match ("[1]", "[1,2]"));
	assert_false (match ("[1,2]", "[2,1]"));
}

static void
strings_are_patterns_and_a_star_is_any_value (void **state)
{
	(void) state;
	assert_true (match ("\"a*\"", "\"abc\""));
	assert_false (match ("\"a*\"", "1"));
	assert_true (match ("{\"a\":\"*\"}", "{\"a\":[1,2]}"));
	assert_true (match ("\"*\"", "null"));
	assert_false (match ("\"\\\\*\"", "1"));
}

static void
numbers_are_compared_by_value_and_types_otherwise (void **state)
{
	(void) state;
	assert_true (match ("1", "1.0"));
	assert_true (match ("9007199254740993", "9007199254740993"));
	assert_false (match ("9007199254740993", "9007199254740992"));
	assert_false (match ("1", "\"1\""));
	assert_false (match ("true", "1"));
	assert_true (match ("false", "false"));
	assert_false (match ("{}", "[]"));
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (a_text_without_stars_is_the_whole_text),
		cmocka_unit_test (a_star_stands_for_anything),
		cmocka_unit_test (a_backslash_makes_the_next_one_itself),
		cmocka_unit_test (an_object_has_at_least_the_members),
		cmocka_unit_test (an_array_is_all_of_it),
		cmocka_unit_test (strings_are_patterns_and_a_star_is_any_value),
		cmocka_unit_test (
			numbers_are_compared_by_value_and_types_otherwise),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
