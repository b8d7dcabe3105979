/* Tests core/json/pattern.c and pattern_syntax.c: what ECMA-262 means, and how
 * long a match may take. */
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/limits.h"
#include "json/pattern.h"

static size_t steps;

static struct pattern *
compile (const char *text)
{
	struct pattern *pattern = NULL;
	struct error err = { .text = "" };

	if (pattern_compile (text, strlen (text), &pattern, &err) != 0)
		fail_msg ("%s: %s", text, err.text);
	return pattern;
}

static int
match_bytes (const char *pattern_text, const char *text, size_t size)
{
	struct pattern *pattern = compile (pattern_text);
	struct pattern_matcher *matcher = pattern_matcher_new ();
	int r = pattern_match (pattern, matcher, text, size, &steps);

	pattern_matcher_free (matcher);
	pattern_free (pattern);
	return r;
}

/* Each row: a pattern, a text that it is in, and one that it is not in. */
static const char *const rows[][3] = {
	{ "b+", "abc", "ac" },
	{ "^b", "bc", "abc" },
	{ "^a$", "a", "a\n" },
	{ "^.$", "\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80 " },
	{ "^\\d$", "7", "\xd9\xa7" },
	{ "^\\w$", "a", "\xc3\xa9" },
	{ "^\\s$", "\xc2\xa0", "\xc2\x85" },
	{ "^\\s$", "\xef\xbb\xbf", "a" },
	{ "^\\s$", "\xe2\x80\xa8", "\xe2\x80\x8b" },
	{ "^\\S$", "a", "\xe3\x80\x80" },
	{ "^[\\s]$", "\xe1\x9a\x80", "s" },
	{ "^[\\S\\n]$", "\n", "\xe2\x81\x9f" },
	{ "^[^\\S]$", "\t", "x" },
	{ "^[\\s-z]$", "-", "y" },
	{ "^\\p{Letter}$", "\xc3\xa9", "1" },
	{ "^[\\P{Uppercase_Letter}]$", "a", "A" },
	{ "^\\p{gc=Lu}\\p{General_Category=Decimal_Number}$", "A7", "a7" },
	{ "^\\p{L}$", "x", "." },
	{ "^\\p{Script=Greek}$", "\xce\xb1", "a" },
	{ "^\\u00e9\\u{1F600}$", "\xc3\xa9\xf0\x9f\x98\x80", "u" },
	{ "^[a[:digit:]$", "d", "7" },
	{ "^[[]a]$", "[a]", "a]" },
	{ "^[^]$", "]", "" },
	{ "^(?:(a)|b)\\1$", "b", "ba" },
	{ "^\\cA$", "\x01", "A" },
	{ "^\\/$", "/", "\\" },
	{ "(?<=\\$)\\d(?!0)", "$15", "$10" },
	{ "^(?<year>\\d{4})-\\k<year>$", "2020-2020", "2020-2021" },
	{ "", "", NULL },
};

static void
a_pattern_means_what_it_means_in_ecma_262 (void **state)
{
	(void) state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const char *const *row = rows[i];

		if (match_bytes (row[0], row[1], strlen (row[1])) != 1)
			fail_msg ("%s is not in %s", row[0], row[1]);
		if (row[2] != NULL
		    && match_bytes (row[0], row[2], strlen (row[2])) != 0)
			fail_msg ("%s is in %s", row[0], row[2]);
	}
}

static void
a_text_may_have_a_nul (void **state)
{
	(void) state;
	assert_int_equal (match_bytes ("^a.b$", "a\0b", 3), 1);
	assert_int_equal (match_bytes ("b", "a\0b", 3), 1);
}

static void
what_is_not_utf_8_matches_nothing (void **state)
{
	(void) state;
	assert_int_equal (match_bytes ("a", "a\xff", 2), 0);
}

static void
assert_refused (const char *text, const char *sentence)
{
	struct pattern *pattern = NULL;
	struct error err = { .text = "" };

	assert_int_equal (pattern_compile (text, strlen (text), &pattern, &err),
			  -EINVAL);
	assert_null (pattern);
	assert_string_equal (err.text, sentence);
}

static void
what_is_no_regular_expression_is_refused (void **state)
{
	(void) state;
	assert_refused ("a(b", "not a regular expression: missing closing "
			       "parenthesis");
	assert_refused ("a\\", "not a regular expression: \\ at end of "
			       "pattern");
	assert_refused ("\\p{Nonsense}",
			"not a regular expression: unknown property after \\P "
			"or \\p");
	assert_refused ("\\p{Letter",
			"not a regular expression: malformed \\P or \\p "
			"sequence");
	assert_refused ("\\C",
			"not a regular expression: using \\C is disabled by "
			"the application");
	assert_refused ("((((((((((a{1,60}){1,60}){1,60}))))))))",
			"not a regular expression: regular expression is too "
			"large");
}

static void
a_pattern_may_be_as_long_as_the_limit_and_no_longer (void **state)
{
	struct pattern *pattern = NULL;
	char text[LIMIT_PATTERN_BYTES + 1];
	struct error err;

	(void) state;
	memset (text, 'a', sizeof text);
	assert_int_equal (
		pattern_compile (text, sizeof text - 1, &pattern, &err), 0);
	assert_true (pattern_size (pattern) > sizeof text);
	pattern_free (pattern);
	assert_int_equal (pattern_compile (text, sizeof text, &pattern, &err),
			  -E2BIG);
	assert_string_equal (err.text, "longer than 4096 bytes");
}

/* n times 'a', then the end. */
static int
match_long (const char *pattern, size_t n, const char *end)
{
	size_t size = n + strlen (end);
	char *text = malloc (size + 1);
	int r;

	memset (text, 'a', n);
	memcpy (text + n, end, strlen (end) + 1);
	r = match_bytes (pattern, text, size);
	free (text);
	return r;
}

static void
a_match_that_would_take_too_long_ends (void **state)
{
	(void) state;
	assert_int_equal (match_long ("^(a+)+$", 40, "!"), -E2BIG);
	assert_int_equal (match_long ("^(a|a)*$", 100, "!"), -E2BIG);
	assert_int_equal (match_long ("(a*)*[bc]", 100, ""), -E2BIG);
	assert_int_equal (match_long ("^(([a-z])+.)+[A-Z]([a-z])+$", 100, ""),
			  -E2BIG);
	assert_int_equal (match_long ("(.*)a(.*)a(.*)[bc]", 5000, ""), -E2BIG);
	assert_int_equal (match_long ("a*a*[^ab]", 100000, ""), -E2BIG);
}

static void
hard_matches_count_as_work (void **state)
{
	(void) state;
	steps = 0;
	match_long ("^a+$", 100, "");
	assert_in_range (steps, 1, 10);
	match_long ("^(a+)+$", 40, "!");
	assert_true (steps > 1000);
}

static void
long_texts_are_matched (void **state)
{
	const size_t n = 4 * 1024 * 1024;

	(void) state;
	assert_int_equal (match_long ("^[a-z]+$", n, ""), 1);
	assert_int_equal (match_long ("^[a-z]*$", 32 * 1024, "!"), 0);
	assert_int_equal (match_long ("\\S", n, ""), 1);
	assert_int_equal (match_long ("[A-Z]|[0-9]", n, ""), 0);
	assert_int_equal (match_long ("foo", n, "foo"), 1);
	assert_int_equal (match_long ("a+", n, ""), 1);
	assert_int_equal (match_long ("\\s+$", 10000, ""), 0);
	assert_int_equal (match_long ("^(?:[a-z]{4})*$", 64 * 1024, ""), 1);
}

static void
short_patterns_are_told_apart (void **state)
{
	static const char *const long_ones[] = { "a+",	   "a*",  "a{3}",
						 "(?R)",   "\\X", "(a\\g1)",
						 "(a(?1))" };

	(void) state;
	assert_true (pattern_is_short ("^(?:a|[bc])(?=d)(?!e)(?<n>f)?$"));
	for (size_t i = 0; i < sizeof long_ones / sizeof long_ones[0]; i++)
		assert_false (pattern_is_short (long_ones[i]));
}

static void *
match_often (void *arg)
{
	struct pattern_matcher *matcher = pattern_matcher_new ();
	uintptr_t wrong = 0;
	size_t mine = 0;

	for (int i = 0; i < 100; i++) {
		wrong += pattern_match (arg, matcher, "aaaa", 4, &mine) != 1;
		wrong += pattern_match (arg, matcher, "aab", 3, &mine) != 0;
		wrong += pattern_match (arg, matcher,
					"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab",
					35, &mine)
			 != -E2BIG;
	}
	pattern_matcher_free (matcher);
	return (void *) wrong;
}

static void
threads_share_a_pattern (void **state)
{
	struct pattern *pattern = compile ("^(a+)+$");
	pthread_t threads[4];
	void *wrong;

	(void) state;
	for (int i = 0; i < 4; i++)
		assert_int_equal (pthread_create (&threads[i], NULL,
						  match_often, pattern),
				  0);
	for (int i = 0; i < 4; i++) {
		pthread_join (threads[i], &wrong);
		assert_null (wrong);
	}
	pattern_free (pattern);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (a_pattern_means_what_it_means_in_ecma_262),
		cmocka_unit_test (a_text_may_have_a_nul),
		cmocka_unit_test (what_is_not_utf_8_matches_nothing),
		cmocka_unit_test (what_is_no_regular_expression_is_refused),
		cmocka_unit_test (
			a_pattern_may_be_as_long_as_the_limit_and_no_longer),
		cmocka_unit_test (a_match_that_would_take_too_long_ends),
		cmocka_unit_test (hard_matches_count_as_work),
		cmocka_unit_test (long_texts_are_matched),
		cmocka_unit_test (short_patterns_are_told_apart),
		cmocka_unit_test (threads_share_a_pattern),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
