/* Tests core/json/number.c. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "json/json.h"
#include "json/number.h"

static struct number
number (const char *text)
{
	struct json_object *value = NULL;
	struct number number;

	assert_int_equal (json_parse (text, strlen (text), NULL, &value, NULL),
			  0);
	number_read (value, &number);
	json_object_put (value);
	return number;
}

static int
compare (const char *a, const char *b)
{
	struct number x = number (a), y = number (b);

	assert_int_equal (number_compare (&x, &y), -number_compare (&y, &x));
	return number_compare (&x, &y);
}

static bool
is_multiple (const char *value, const char *divisor)
{
	struct number x = number (value), y = number (divisor);

	return number_is_multiple (&x, &y);
}

static void
one_is_one_point_zero_and_minus_zero_is_zero (void **state)
{
	(void) state;
	assert_int_equal (compare ("1", "1.0"), 0);
	assert_int_equal (compare ("-1", "-1e0"), 0);
	assert_int_equal (compare ("0", "-0.0"), 0);
	assert_int_equal (compare ("-0", "0.0"), 0);
}

static void
integers_of_64_bits_are_told_apart_from_doubles_next_to_them (void **state)
{
	(void) state;
	assert_int_equal (compare ("9007199254740993", "9007199254740992.0"),
			  1);
	assert_int_equal (
		compare ("9223372036854775807", "9223372036854775808.0"), -1);
	assert_int_equal (
		compare ("9223372036854775808", "9223372036854775808.0"), 0);
	assert_int_equal (
		compare ("-9223372036854775808", "-9223372036854775808.0"), 0);
	assert_int_equal (
		compare ("18446744073709551615", "18446744073709551616.0"), -1);
	assert_int_equal (
		compare ("18446744073709551615", "9223372036854775807"), 1);
	assert_int_equal (compare ("-1", "18446744073709551615"), -1);
}

static void
integers_and_fractions_are_ordered (void **state)
{
	(void) state;
	assert_int_equal (compare ("3", "3.5"), -1);
	assert_int_equal (compare ("4", "3.5"), 1);
	assert_int_equal (compare ("-3", "-3.5"), 1);
	assert_int_equal (compare ("-4", "-3.5"), -1);
	assert_int_equal (compare ("18446744073709551615", "0.5"), 1);
	assert_int_equal (compare ("-9223372036854775808", "0.5"), -1);
	assert_int_equal (compare ("5", "1e300"), -1);
	assert_int_equal (compare ("-5", "-1e300"), 1);
	assert_int_equal (compare ("0.1", "0.2"), -1);
	assert_int_equal (compare ("1e300", "1e300"), 0);
}

static void
multiples_are_those_of_the_decimals (void **state)
{
	(void) state;
	assert_true (is_multiple ("0.0075", "0.0001"));
	assert_false (is_multiple ("0.00751", "0.0001"));
	assert_true (is_multiple ("19.99", "0.01"));
	assert_true (is_multiple ("4.02", "0.02"));
	assert_true (is_multiple ("-4.5", "1.5"));
	assert_false (is_multiple ("35", "1.5"));
	assert_true (is_multiple ("0.3", "0.1"));
	assert_true (is_multiple ("12391239123", "1e-8"));
	assert_false (is_multiple ("0.5", "2"));
	assert_true (is_multiple ("0", "0.7"));
	assert_true (is_multiple ("0.0", "5e-324"));
}

static void
multiples_hold_at_both_ends_of_the_doubles (void **state)
{
	(void) state;
	assert_true (is_multiple ("1e308", "0.5"));
	assert_false (is_multiple ("1e308", "0.123456789"));
	assert_true (is_multiple ("1e308", "5e-324"));
	assert_false (is_multiple ("5e-324", "1e308"));
	assert_true (is_multiple ("1e308", "1e308"));
	assert_true (is_multiple ("18446744073709551615", "5"));
	assert_false (is_multiple ("18446744073709551615", "2"));
	assert_true (
		is_multiple ("18446744073709551615", "18446744073709551615"));
	assert_true (is_multiple ("-9223372036854775808", "2"));
	assert_false (is_multiple ("1e300", "18446744073709551557"));
}

static void
not_a_number_is_above_all_and_no_multiple (void **state)
{
	struct json_object *value = json_object_new_double (NAN);
	struct number nan, one = number ("1"), half = number ("0.5");

	(void) state;
	number_read (value, &nan);

	assert_int_equal (number_compare (&nan, &one), 1);
	assert_int_equal (number_compare (&half, &nan), -1);
	assert_int_equal (number_compare (&nan, &nan), 0);
	assert_false (number_is_multiple (&nan, &one));
	json_object_put (value);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (one_is_one_point_zero_and_minus_zero_is_zero),
		cmocka_unit_test (
			integers_of_64_bits_are_told_apart_from_doubles_next_to_them),
		cmocka_unit_test (integers_and_fractions_are_ordered),
		cmocka_unit_test (multiples_are_those_of_the_decimals),
		cmocka_unit_test (multiples_hold_at_both_ends_of_the_doubles),
		cmocka_unit_test (not_a_number_is_above_all_and_no_multiple),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
