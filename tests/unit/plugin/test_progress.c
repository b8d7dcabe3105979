/* Progress of calls. */
#include "stand.h"

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

static void
a_flood_is_thinned_and_the_call_goes_on (void **state)
{
	struct trial *trial;

	(void) state;
	stand_load_one ("flow");
	trial = stand_call ("progress_ticks", "{\"n\":100000}");
	stand_until (trial->n_done == 1);
	assert_int_equal (trial->outcome, CALL_OK);
	assert_true (trial->n_progress >= 16);
	assert_true (trial->n_progress <= 100000);
}

static void
a_cancelled_call_is_told_of_no_progress (void **state)
{
	struct trial *trial;

	(void) state;
	stand_load_one ("flow");
	trial = stand_call ("progress_ticks", "{\"n\":2,\"gate\":\"g\"}");
	stand_call ("release", "{\"gate\":\"g\"}");
	stand_until (stand_events ("flow.waiting") == 2);
	assert_int_equal (trial->n_progress, 1);
	stand_cancel (trial);
	stand_until (registry_calls_owed (stand.registry) == 0);
	assert_int_equal (trial->n_progress, 1);
}

static const struct CMUnitTest tests[] = {
	stand_test (progress_comes_in_order_and_before_the_answer),
	stand_test (a_flood_is_thinned_and_the_call_goes_on),
	stand_test (a_cancelled_call_is_told_of_no_progress),
};

int
main (void)
{
	return cmocka_run_group_tests (tests, NULL, NULL);
}
