/* Progress of calls. */
#include "stand.h"

#include <sched.h>

#include "plugin/calls.h"

static void
progress_comes_in_order_and_before_the_answer (void **state)
{
	struct trial *trial;

	(void) state;
	stand_load_one ("flow");
	trial = stand_call_through ("progress_ticks", "{\"n\":5}");
	assert_int_equal (trial->n_progress, 5);
	assert_int_equal (trial->n_progress_after_done, 0);
	assert_true (trial->progress == 5);
	assert_string_equal (trial->message, "tick 5");
}

/* Waits, without turning the loop, until the plugin has given the call back.
 * Returns how many letters of progress are on their way. */
static unsigned
wait_for_letters (struct call *call)
{
	bool is_given_back = false;
	unsigned n_progress = 0;
	int64_t end_ms = clock_ms () + 30000;

	while (!is_given_back) {
		assert_true (clock_ms () < end_ms);
		sched_yield ();
		pthread_mutex_lock (&call->lock);
		is_given_back = call->is_given_back;
		n_progress = call->n_progress;
		pthread_mutex_unlock (&call->lock);
	}
	return n_progress;
}

static void
a_flood_is_dropped_but_for_what_the_loop_can_take (void **state)
{
	struct trial *trial;

	(void) state;
	stand_load_one ("flow");
	trial = stand_call ("progress_ticks", "{\"n\":1000}");
	assert_int_equal (wait_for_letters (trial->call), LIMIT_CALL_PROGRESS);
	stand_until (trial->n_done == 1);
	assert_int_equal (trial->n_progress, LIMIT_CALL_PROGRESS);
	assert_int_equal (trial->outcome, CALL_OK);
}

static void
a_cancelled_call_is_told_of_no_progress (void **state)
{
	struct trial *trial;

	(void) state;
	stand_load_one ("flow");
	trial = stand_call ("progress_ticks", "{\"n\":3}");
	assert_int_equal (wait_for_letters (trial->call), 3);
	stand_cancel (trial);
	stand_until (registry_calls_owed (stand.registry) == 0);
	assert_int_equal (trial->n_progress, 0);
	assert_int_equal (trial->n_done, 0);
}

static const struct CMUnitTest tests[] = {
	stand_test (progress_comes_in_order_and_before_the_answer),
	stand_test (a_flood_is_dropped_but_for_what_the_loop_can_take),
	stand_test (a_cancelled_call_is_told_of_no_progress),
};

int
main (void)
{
	return cmocka_run_group_tests (tests, NULL, NULL);
}
