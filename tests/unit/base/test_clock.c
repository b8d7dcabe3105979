/* Tests core/base/clock.c. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/clock.h"
#include "base/thread.h"

static void
assert_text (int64_t wall_ms, const char *expected)
{
	char text[CLOCK_TEXT_SIZE];

	assert_int_equal (clock_format (wall_ms, text), 24);
	assert_string_equal (text, expected);
}

static void
a_time_is_written_as_rfc_3339 (void **state)
{
	(void) state;
	assert_text (0, "1970-01-01T00:00:00.000Z");
	assert_text (1767323045678, "2026-01-02T03:04:05.678Z");
	assert_text (1767323045679, "2026-01-02T03:04:05.679Z");
	assert_text (1767323046000, "2026-01-02T03:04:06.000Z");
	assert_text (1709251199999, "2024-02-29T23:59:59.999Z");
	assert_text (-1, "1969-12-31T23:59:59.999Z");
}

static void
the_clocks_go_forward (void **state)
{
	int64_t before = clock_ms ();

	(void) state;
	assert_true (clock_ms () >= before);
	/* After this was written, before the year 3000. */
	assert_true (clock_wall_ms () > 1767323045678);
	assert_true (clock_wall_ms () < 32503680000000);
}

static void *
format_many (void *arg)
{
	int64_t first = *(int64_t *) arg;
	char text[CLOCK_TEXT_SIZE];
	char second[CLOCK_TEXT_SIZE];

	for (int i = 0; i < 1000; i++) {
		clock_format (first + i, text);
		clock_format (0, second);
		if (memcmp (text, "2026-01-02T03:04:0", 18) != 0
		    || strcmp (second, "1970-01-01T00:00:00.000Z") != 0)
			return arg;
	}
	return NULL;
}

static void
threads_do_not_disturb_each_other (void **state)
{
	int64_t first = 1767323045000;
	pthread_t threads[2];
	void *failed;

	(void) state;
	for (int i = 0; i < 2; i++)
		assert_int_equal (thread_start (&threads[i], "format",
						format_many, &first),
				  0);
	for (int i = 0; i < 2; i++) {
		pthread_join (threads[i], &failed);
		assert_null (failed);
	}
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (a_time_is_written_as_rfc_3339),
		cmocka_unit_test (the_clocks_go_forward),
		cmocka_unit_test (threads_do_not_disturb_each_other),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
