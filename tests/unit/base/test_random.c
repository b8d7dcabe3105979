/* Tests core/base/random.c. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/random.h"

static void
hex_digits_are_as_many_as_asked_for (void **state)
{
	char text[2 * 100 + 2];

	(void) state;
	for (size_t n = 1; n <= 100; n++) {
		memset (text, '!', sizeof (text));
		random_hex (text, n);
		assert_int_equal (strspn (text, "0123456789abcdef"), 2 * n);
		assert_int_equal (text[2 * n], '\0');
		assert_int_equal (text[2 * n + 1], '!');
	}
}

static void
two_are_never_the_same (void **state)
{
	char first[33];
	char second[33];

	(void) state;
	random_hex (first, 16);
	random_hex (second, 16);
	assert_string_not_equal (first, second);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (hex_digits_are_as_many_as_asked_for),
		cmocka_unit_test (two_are_never_the_same),
	};

	if (random_init () < 0)
		return 1;
	return cmocka_run_group_tests (tests, NULL, NULL);
}
