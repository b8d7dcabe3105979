/* Tests core/base/nearest.c. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/text.h"

static const char *const options[] = { "port",	    "host",	  "plugin-dir",
				       "log-level", "log-format", NULL };

static void
a_misspelt_name_is_recognised (void **state)
{
	(void) state;
	assert_string_equal (text_nearest ("prot", options), "port");
	assert_string_equal (text_nearest ("plugindir", options), "plugin-dir");
	assert_string_equal (text_nearest ("log-levle", options), "log-level");
	assert_string_equal (text_nearest ("log_format", options),
			     "log-format");
}

static void
what_is_near_none_finds_none (void **state)
{
	(void) state;
	assert_null (text_nearest ("verbose", options));
	assert_null (text_nearest ("", options));
	assert_null (text_nearest ("xy", options));
}

static void
an_endless_name_is_not_compared (void **state)
{
	char text[10000];

	(void) state;
	memset (text, 'x', sizeof (text) - 1);
	text[sizeof (text) - 1] = '\0';
	assert_null (text_nearest (text, options));
}

static void
a_name_itself_is_nearest (void **state)
{
	(void) state;
	assert_string_equal (text_nearest ("host", options), "host");
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (a_misspelt_name_is_recognised),
		cmocka_unit_test (what_is_near_none_finds_none),
		cmocka_unit_test (an_endless_name_is_not_compared),
		cmocka_unit_test (a_name_itself_is_nearest),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
