/* Tests core/json/schema_equal.c. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/limits.h"
#include "json/schema_equal.h"
#include "schema_test.h"

static const struct hash_key key = { "any key will do" };
static size_t steps;

/* Whether two texts are equal values; their hashes say the same. */
static bool
equal (const char *a, const char *b)
{
	struct json_object *x = parse (a), *y = parse (b);
	bool is_equal = schema_equal (x, y, &steps);

	assert_int_equal (schema_equal (y, x, &steps), is_equal);
	assert_int_equal (schema_hash (&key, x, &steps)
				  == schema_hash (&key, y, &steps),
			  is_equal);
	json_object_put (x);
	json_object_put (y);
	return is_equal;
}

static void
numbers_are_equal_by_value_and_never_to_others (void **state)
{
	(void) state;
	assert_true (equal ("1", "1.0"));
	assert_true (equal ("0", "-0.0"));
	assert_true (equal ("1e300", "1e300"));
	assert_false (equal ("9007199254740993", "9007199254740992.0"));
	assert_false (equal ("1", "true"));
	assert_false (equal ("0", "false"));
	assert_false (equal ("0", "null"));
	assert_false (equal ("1", "\"1\""));
	assert_false (equal ("-1", "18446744073709551615"));
}

static void
strings_are_equal_beyond_a_nul (void **state)
{
	(void) state;
	assert_true (equal ("\"a\\u0000b\"", "\"a\\u0000b\""));
	assert_false (equal ("\"a\\u0000b\"", "\"a\\u0000c\""));
	assert_false (equal ("\"\"", "null"));
}

static void
containers_are_equal_when_what_they_hold_is (void **state)
{
	(void) state;
	assert_true (equal ("[1, [2.0]]", "[1.0, [2]]"));
	assert_false (equal ("[1, 2]", "[2, 1]"));
	assert_false (equal ("[[1], 2]", "[1, [2]]"));
	assert_false (equal ("[]", "{}"));
	assert_false (equal ("[null]", "[]"));
	assert_true (equal ("{\"a\": 1, \"b\": {}}", "{\"b\": {}, \"a\": 1}"));
	assert_false (equal ("{\"a\": null}", "{\"b\": null}"));
	assert_false (equal ("{\"a\": 1, \"b\": 2}", "{\"a\": 2, \"b\": 1}"));
}

/* [[[...]]], nested so deep. */
static struct json_object *
nest (unsigned depth)
{
	struct json_object *value = json_object_new_array ();

	while (--depth > 0) {
		struct json_object *outer = json_object_new_array ();

		json_object_array_add (outer, value);
		value = outer;
	}
	return value;
}

static void
values_nested_too_deep_are_equal_to_none (void **state)
{
	struct json_object *deep = nest (LIMIT_SCHEMA_DEPTH);
	struct json_object *deeper = nest (LIMIT_SCHEMA_DEPTH + 1);

	(void) state;
	assert_true (schema_equal (deep, deep, &steps));
	assert_false (schema_equal (deeper, deeper, &steps));
	assert_true (schema_hash (&key, deeper, &steps)
		     == schema_hash (&key, deeper, &steps));
	json_object_put (deep);
	json_object_put (deeper);
}

/* An array of n integers, the last of which is equal to that at index. */
static struct json_object *
almost_unique (size_t n, size_t index)
{
	struct json_object *array = json_object_new_array ();

	for (size_t i = 0; i + 1 < n; i++)
		json_object_array_add (array,
				       json_object_new_int64 ((int64_t) i));
	json_object_array_add (array, json_object_new_double ((double) index));
	return array;
}

static void
equal_items_are_found_in_arrays_of_all_sizes (void **state)
{
	static const size_t sizes[] = { 2, 16, 17, 1000, 100000 };

	(void) state;
	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		size_t n = sizes[i], first = 0, second = 0;
		struct json_object *array = almost_unique (n, n / 3);
		struct json_object *unique = almost_unique (n, n);

		assert_int_equal (schema_find_equal (&key, array, &first,
						     &second, &steps),
				  1);
		assert_int_equal (first, n / 3);
		assert_int_equal (second, n - 1);
		assert_int_equal (schema_find_equal (&key, unique, &first,
						     &second, &steps),
				  0);
		json_object_put (array);
		json_object_put (unique);
	}
}

static void
the_first_repetition_is_the_one_found (void **state)
{
	struct json_object *array = json_object_new_array ();
	size_t first, second;

	(void) state;
	for (int i = 0; i < 100; i++)
		json_object_array_add (array, json_object_new_int (i % 40));

	assert_int_equal (
		schema_find_equal (&key, array, &first, &second, &steps), 1);
	assert_int_equal (first, 0);
	assert_int_equal (second, 40);
	json_object_put (array);
}

static void
what_is_looked_at_is_counted (void **state)
{
	struct json_object *value = parse ("[1, {\"a\": null}]");
	struct json_object *array = almost_unique (1000, 1000);
	size_t first, second;

	(void) state;
	steps = 0;
	schema_hash (&key, value, &steps);
	assert_int_equal (steps, 4);
	schema_equal (value, value, &steps);
	assert_int_equal (steps, 8);
	schema_find_equal (&key, array, &first, &second, &steps);
	assert_int_equal (steps, 1008);
	json_object_array_add (
		value, json_object_new_string_len ((char[640]){ 0 }, 640));
	schema_equal (value, value, &steps);
	assert_int_equal (steps, 1008 + 15);
	json_object_put (value);
	json_object_put (array);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (
			numbers_are_equal_by_value_and_never_to_others),
		cmocka_unit_test (strings_are_equal_beyond_a_nul),
		cmocka_unit_test (containers_are_equal_when_what_they_hold_is),
		cmocka_unit_test (values_nested_too_deep_are_equal_to_none),
		cmocka_unit_test (equal_items_are_found_in_arrays_of_all_sizes),
		cmocka_unit_test (the_first_repetition_is_the_one_found),
		cmocka_unit_test (what_is_looked_at_is_counted),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
