/* Answers wait until what their call recorded is kept: with a journal that
 * keeps when the test says so. */
#include "stand.h"

#include <errno.h>

#include "../slow_journal.h"

static void
load_slowly (const char *name)
{
	slow_down (stand.journal);
	stand_load_one (name);
}

#define EMIT "{\"topic\":\"t\",\"payload\":\"{}\"}"

static void
an_answer_waits_until_its_events_are_kept (void **state)
{
	static const char *const tools[] = { "emit", "emit_on_thread" };

	(void) state;
	load_slowly ("misbehave");
	for (int i = 0; i < 2; i++) {
		struct trial *trial = stand_call (tools[i], EMIT);

		stand_until (slow.waits != NULL);
		assert_int_equal (trial->n_done, 0);
		assert_non_null (trial->call);
		slow_keep (slow.ticket, 0);
		assert_int_equal (trial->n_done, 1);
		assert_int_equal (trial->outcome, CALL_OK);
	}
	assert_int_equal (registry_calls_owed (stand.registry), 0);
}

static void
it_waits_for_the_last_thing_that_it_recorded (void **state)
{
	struct trial *trial;

	(void) state;
	load_slowly ("flow");
	trial = stand_call ("emit_n", "{\"n\":3}");
	stand_until (slow.waits != NULL);
	slow_keep (slow.ticket - 1, 0);
	assert_int_equal (trial->n_done, 0);
	slow_keep (slow.ticket, 0);
	assert_int_equal (trial->n_done, 1);
}

static void
who_recorded_nothing_does_not_wait (void **state)
{
	(void) state;
	load_slowly ("flow");
	stand_call_through ("emit_n", "{\"n\":0}");
}

static void
a_commit_with_the_call_is_waited_for_and_one_without_is_not (void **state)
{
	static const char with[] =
		"{\"changes\":[{\"kind\":\"add\",\"key\":\"n\"}]}";
	static const char without[] =
		"{\"changes\":[{\"kind\":\"add\",\"key\":\"n\"}],"
		"\"alone\":true}";
	struct trial *trial;

	(void) state;
	load_slowly ("state");
	stand_call_through ("commit", without);
	trial = stand_call ("commit_here", with);
	assert_int_equal (trial->n_done, 0);
	slow_keep (slow.ticket, 0);
	assert_int_equal (trial->n_done, 1);
}

static void
what_cannot_be_kept_fails_the_call (void **state)
{
	struct trial *trial;

	(void) state;
	load_slowly ("misbehave");
	trial = stand_call ("emit", EMIT);
	slow_keep (slow.ticket, -EIO);
	assert_int_equal (trial->n_done, 1);
	assert_int_equal (trial->outcome, CALL_FAILED);
	assert_string_equal (trial->sentence,
			     "what tool 'emit' recorded could not be kept: "
			     "Input/output error; try again later");
}

static void
a_call_that_failed_keeps_its_own_sentence (void **state)
{
	struct trial *trial;

	(void) state;
	load_slowly ("flow");
	trial = stand_call ("emit_n", "{\"n\":1001}");
	stand_until (slow.waits != NULL);
	slow_keep (slow.ticket, -EIO);
	assert_non_null (strstr (trial->sentence, "more than 1000 events"));
	assert_int_equal (stand_log_lines ("could not be kept"), 1);
}

static void
the_deadline_answers_a_call_that_waits_once (void **state)
{
	struct trial *trial;

	(void) state;
	stand.options.call_timeout_ms = 300;
	load_slowly ("misbehave");
	trial = stand_call ("emit", EMIT);
	assert_int_equal (trial->n_done, 0);
	stand_until (trial->n_done == 1);
	assert_int_equal (trial->outcome, CALL_FAILED);
	assert_non_null (strstr (trial->sentence, "was not kept within"));
	assert_null (slow.waits);
	assert_int_equal (registry_calls_owed (stand.registry), 0);
	slow_keep (slow.ticket, 0);
	assert_int_equal (trial->n_done, 1);
}

static void
a_cancelled_call_waits_no_longer (void **state)
{
	struct trial *trial;

	(void) state;
	load_slowly ("misbehave");
	trial = stand_call ("emit", EMIT);
	stand_cancel (trial);
	assert_null (slow.waits);
	assert_int_equal (registry_calls_owed (stand.registry), 0);
	assert_int_equal (trial->n_done, 0);
}

static const struct CMUnitTest tests[] = {
	stand_test (an_answer_waits_until_its_events_are_kept),
	stand_test (it_waits_for_the_last_thing_that_it_recorded),
	stand_test (who_recorded_nothing_does_not_wait),
	stand_test (
		a_commit_with_the_call_is_waited_for_and_one_without_is_not),
	stand_test (what_cannot_be_kept_fails_the_call),
	stand_test (a_call_that_failed_keeps_its_own_sentence),
	stand_test (the_deadline_answers_a_call_that_waits_once),
	stand_test (a_cancelled_call_waits_no_longer),
};

int
main (void)
{
	return cmocka_run_group_tests (tests, NULL, NULL);
}
