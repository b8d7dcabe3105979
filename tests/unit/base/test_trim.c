/* Tests core/base/trim.c. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/clock.h"
#include "base/trim.h"

#define CROWD 1000
#define WAIT_MS 20000

static bool
is_due (const struct trim *trim)
{
	return uv_is_active ((const uv_handle_t *) &trim->timer) != 0;
}

static void
end (struct loop *loop, struct trim *trim)
{
	uv_close ((uv_handle_t *) &trim->timer, NULL);
	loop_fini (loop);
}

static void
a_few_that_leave_are_not_worth_it (void **state)
{
	struct loop loop;
	struct trim trim;

	(void) state;
	assert_int_equal (loop_init (&loop), 0);
	trim_init (&trim, &loop);
	trim_note (&trim, 100);
	trim_note (&trim, 0);

	assert_false (is_due (&trim));
	end (&loop, &trim);
}

static void
when_half_of_a_crowd_has_left_memory_is_given_back (void **state)
{
	struct loop loop;
	struct trim trim;
	int64_t end_ms = clock_ms () + WAIT_MS;

	(void) state;
	assert_int_equal (loop_init (&loop), 0);
	trim_init (&trim, &loop);
	trim_note (&trim, CROWD);
	trim_note (&trim, CROWD / 2);
	assert_false (is_due (&trim));
	trim_note (&trim, CROWD / 2 - 1);
	assert_true (is_due (&trim));
	trim_note (&trim, 7);
	while (is_due (&trim) && clock_ms () < end_ms)
		loop_turn (&loop, 100);

	assert_int_equal (trim.peak, 7);
	end (&loop, &trim);
}

static void
after_its_end_nothing_is_due (void **state)
{
	struct loop loop;
	struct trim trim;

	(void) state;
	assert_int_equal (loop_init (&loop), 0);
	trim_init (&trim, &loop);
	trim_note (&trim, CROWD);
	uv_close ((uv_handle_t *) &trim.timer, NULL);
	trim_note (&trim, 0);

	assert_false (is_due (&trim));
	loop_fini (&loop);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (a_few_that_leave_are_not_worth_it),
		cmocka_unit_test (
			when_half_of_a_crowd_has_left_memory_is_given_back),
		cmocka_unit_test (after_its_end_nothing_is_due),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
