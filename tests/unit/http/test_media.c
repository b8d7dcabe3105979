/* Tests core/http/media.c. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "http/media.h"

#define BOTH (MEDIA_JSON | MEDIA_STREAM)

static unsigned
accepted (const char *accept)
{
	return media_accepted (accept, strlen (accept));
}

static void
accept_is_read_in_every_order_and_form (void **state)
{
	(void) state;
	assert_int_equal (accepted ("application/json, text/event-stream"),
			  BOTH);
	assert_int_equal (accepted ("text/event-stream,application/json"),
			  BOTH);
	assert_int_equal (accepted ("Application/JSON ;q=0.5"), MEDIA_JSON);
	assert_int_equal (accepted ("\ttext/event-stream"), MEDIA_STREAM);
	assert_int_equal (accepted ("*/*"), BOTH);
	assert_int_equal (accepted ("application/*"), MEDIA_JSON);
	assert_int_equal (accepted ("text/*"), MEDIA_STREAM);
}

static void
a_weight_of_zero_accepts_nothing (void **state)
{
	(void) state;
	assert_int_equal (accepted ("application/json;q=0, */*;q=0.000"), 0);
	assert_int_equal (accepted ("application/json;v=1; Q=0.0"), 0);
	assert_int_equal (accepted ("application/json;q=0.01"), MEDIA_JSON);
}

static void
the_range_that_says_most_counts (void **state)
{
	(void) state;
	assert_int_equal (accepted ("application/json;q=0, */*"), MEDIA_STREAM);
	assert_int_equal (accepted ("*/*, text/event-stream;q=0"), MEDIA_JSON);
	assert_int_equal (accepted ("*/*;q=0, application/json"), MEDIA_JSON);
	assert_int_equal (accepted ("text/*;q=0, */*"), MEDIA_JSON);
	assert_int_equal (accepted ("text/*;q=0, text/event-stream"),
			  MEDIA_STREAM);
}

static void
other_types_accept_nothing (void **state)
{
	(void) state;
	assert_int_equal (accepted (""), 0);
	assert_int_equal (accepted (",,;,"), 0);
	assert_int_equal (accepted ("text/html, application/jsonp"), 0);
}

static void
a_content_type_may_have_parameters (void **state)
{
	static const char *const good[] = { "application/json",
					    "application/json; charset=utf-8",
					    "APPLICATION/JSON;x" };
	static const char *const bad[] = { "", "text/plain",
					   "application/json-patch",
					   "application/jso" };
	size_t i;

	(void) state;
	for (i = 0; i < sizeof (good) / sizeof (good[0]); i++)
		assert_true (media_is_json (good[i], strlen (good[i])));
	for (i = 0; i < sizeof (bad) / sizeof (bad[0]); i++)
		assert_false (media_is_json (bad[i], strlen (bad[i])));
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (accept_is_read_in_every_order_and_form),
		cmocka_unit_test (a_weight_of_zero_accepts_nothing),
		cmocka_unit_test (the_range_that_says_most_counts),
		cmocka_unit_test (other_types_accept_nothing),
		cmocka_unit_test (a_content_type_may_have_parameters),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
