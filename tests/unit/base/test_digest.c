/* Tests core/base/digest.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "base/digest.h"

/* RFC 7693's function with 32 bytes of output and no input. */
static void
it_is_blake2b (void **state)
{
	char text[DIGEST_TEXT_SIZE];

	(void) state;
	digest_make (text, "", 0);
	assert_string_equal (text, "0e5751c026e543b2e8ab2eb06099daa1"
				   "d1e5df47778f7787faab45cdf12fe3a8");
}

static void
another_byte_or_size_has_another_digest (void **state)
{
	char a[DIGEST_TEXT_SIZE], b[DIGEST_TEXT_SIZE];

	(void) state;
	digest_make (a, "ab", 2);
	digest_make (b, "ac", 2);
	assert_string_not_equal (a, b);
	digest_make (b, "ab", 3);
	assert_string_not_equal (a, b);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (it_is_blake2b),
		cmocka_unit_test (another_byte_or_size_has_another_digest),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
