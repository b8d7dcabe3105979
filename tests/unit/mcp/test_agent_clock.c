/* Tests core/mcp/agent_clock.c: the tests say what time it is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>

#include "mcp/agent_clock.h"

static struct agent_phase phases[] = { { "review", 9000 }, { "idle", 0 } };
static struct agent_limits limits;
static struct agent_clock *agent;
static int64_t now_ms, due_ms;

static int
begin (void **state)
{
	(void) state;
	limits = (struct agent_limits){ .missing_ms = 100,
					.stale_ms = 1000,
					.disconnected_ms = 5000,
					.left_ms = 50,
					.phases = phases,
					.n_phases = 2 };
	now_ms = 10000;
	agent = calloc (1, sizeof *agent + 1);
	if (agent == NULL)
		return -1;
	agent_clock_init (agent);
	return 0;
}

static int
end (void **state)
{
	(void) state;
	free (agent);
	return 0;
}

/* What is news after so long. */
static unsigned
after (int64_t passed_ms)
{
	now_ms += passed_ms;
	return agent_clock_check (agent, &limits, now_ms, &due_ms);
}

static unsigned
hear (void)
{
	return agent_clock_heard (agent, now_ms);
}

static unsigned
report (const char *phase)
{
	hear ();
	return agent_clock_reported (agent, phase, now_ms);
}

/* --- Coming --- */

static void
who_comes_is_connected_once (void **state)
{
	(void) state;
	assert_int_equal (hear (), AGENT_CONNECTED);
	assert_int_equal (hear (), 0);
	assert_int_equal (after (10), 0);
}

static void
only_the_first_report_is_the_first (void **state)
{
	(void) state;
	hear ();
	assert_int_equal (report (""), AGENT_FIRST_REPORT);
	assert_int_equal (report (""), 0);
	assert_int_equal (agent->n_reports, 2);
}

static void
who_is_expected_is_missing_once_and_returns (void **state)
{
	(void) state;
	agent_clock_expect (agent, now_ms);
	assert_int_equal (after (99), 0);
	assert_int_equal (due_ms, now_ms + 1);
	assert_int_equal (after (1), AGENT_MISSING);
	assert_int_equal (after (5000), 0);
	assert_int_equal (due_ms, INT64_MAX);
	assert_int_equal (hear (), AGENT_CONNECTED | AGENT_RETURNED);
	assert_int_equal (agent->away_ms, 5100);
}

static void
nobody_misses_who_is_not_expected_or_is_there (void **state)
{
	(void) state;
	assert_int_equal (after (100000), 0);
	hear ();
	agent_clock_expect (agent, now_ms);
	assert_int_equal (after (500), 0);
}

/* --- Silence --- */

static void
who_does_not_report_is_stale_once (void **state)
{
	(void) state;
	hear ();
	assert_int_equal (after (999), 0);
	assert_int_equal (due_ms, now_ms + 1);
	assert_int_equal (after (1), AGENT_STALE);
	assert_int_equal (after (1), 0);
}

static void
a_report_begins_the_time_anew (void **state)
{
	(void) state;
	hear ();
	after (900);
	report ("");
	assert_int_equal (after (999), 0);
	assert_int_equal (after (1), AGENT_STALE);
	assert_int_equal (report (""), 0); /* it was silent: hear told it */
	assert_false (agent->is_stale);
}

static void
requests_are_no_reports (void **state)
{
	(void) state;
	hear ();
	after (900);
	hear ();
	assert_int_equal (after (100), AGENT_STALE);
	/* It asked all the time, so that only a report brings it back. */
	assert_int_equal (hear (), 0);
	assert_int_equal (agent_clock_reported (agent, "", now_ms + 7),
			  AGENT_FIRST_REPORT | AGENT_RETURNED);
	assert_int_equal (agent->away_ms, 1007);
}

static void
who_was_silent_is_back_with_a_request_and_not_stale_at_once (void **state)
{
	(void) state;
	hear ();
	assert_int_equal (after (1500), AGENT_STALE);
	assert_int_equal (hear (), AGENT_RETURNED);
	assert_int_equal (agent->away_ms, 1500);
	assert_int_equal (after (999), 0);
	assert_int_equal (after (1), AGENT_STALE);
}

static void
a_phase_has_its_own_limit (void **state)
{
	(void) state;
	limits.disconnected_ms = 0;
	report ("review");
	assert_int_equal (after (8999), 0);
	assert_int_equal (after (1), AGENT_STALE);
	report ("idle");
	assert_int_equal (after (1000000), 0);
	assert_int_equal (due_ms, INT64_MAX);
	report ("planning");
	assert_int_equal (after (1000), AGENT_STALE);
}

static void
a_limit_of_zero_is_never_reached (void **state)
{
	(void) state;
	limits = (struct agent_limits){ 0 };
	agent_clock_expect (agent, now_ms);
	assert_int_equal (after (1000000), 0);
	hear ();
	assert_int_equal (after (1000000), 0);
	assert_int_equal (due_ms, INT64_MAX);
}

/* --- Going --- */

static void
silence_disconnects_and_the_next_request_connects_again (void **state)
{
	(void) state;
	limits.stale_ms = 0;
	hear ();
	assert_int_equal (after (4999), 0);
	assert_int_equal (after (1), AGENT_DISCONNECTED);
	assert_int_equal (after (100000), 0);
	assert_int_equal (hear (), AGENT_CONNECTED | AGENT_RETURNED);
	assert_int_equal (agent->away_ms, 105000);
}

static void
what_is_open_is_life (void **state)
{
	static const unsigned lives[] = { AGENT_HAS_STREAM, AGENT_HAS_CALL };

	(void) state;
	limits.stale_ms = 0;
	hear ();
	for (size_t i = 0; i < 2; i++) {
		agent->life = lives[i];
		assert_int_equal (after (10000), 0);
	}
	agent->life = 0;
	agent->life_ms = now_ms;
	assert_int_equal (after (4999), 0);
	assert_int_equal (after (1), AGENT_DISCONNECTED);
}

static void
a_session_alone_is_no_life (void **state)
{
	(void) state;
	limits.stale_ms = 0;
	hear ();
	agent->life = AGENT_HAS_SESSION;
	assert_int_equal (after (5000), AGENT_DISCONNECTED);
}

static void
who_left_is_disconnected_soon_unless_another_session_is_open (void **state)
{
	(void) state;
	hear ();
	agent->has_left = true;
	agent->life = AGENT_HAS_SESSION;
	assert_int_equal (after (50), 0);
	agent->life = 0;
	assert_int_equal (after (0), AGENT_DISCONNECTED);
}

static void
who_is_over_is_neither_missing_nor_stale (void **state)
{
	(void) state;
	hear ();
	assert_int_equal (agent_clock_over (agent), AGENT_DISCONNECTED);
	assert_int_equal (agent_clock_over (agent), 0);
	assert_int_equal (after (1000000), 0);
	assert_int_equal (due_ms, INT64_MAX);
}

static void
a_late_report_brings_nobody_back (void **state)
{
	(void) state;
	report ("");
	agent_clock_over (agent);
	agent_clock_reported (agent, "", now_ms + 5);
	assert_false (agent->is_connected);
	assert_int_equal (agent->n_reports, 2);
	now_ms += 20;
	assert_int_equal (hear (), AGENT_CONNECTED | AGENT_RETURNED);
}

static void
who_stands_in_for_other_names_is_not_stale (void **state)
{
	(void) state;
	hear ();
	agent->is_known_otherwise = true;
	assert_int_equal (after (4999), 0);
	assert_int_equal (after (1), AGENT_DISCONNECTED);
}

#define TEST(name) cmocka_unit_test_setup_teardown (name, begin, end)

int
main (void)
{
	static const struct CMUnitTest tests[] = {
		TEST (who_comes_is_connected_once),
		TEST (only_the_first_report_is_the_first),
		TEST (who_is_expected_is_missing_once_and_returns),
		TEST (nobody_misses_who_is_not_expected_or_is_there),
		TEST (who_does_not_report_is_stale_once),
		TEST (a_report_begins_the_time_anew),
		TEST (requests_are_no_reports),
		TEST (who_was_silent_is_back_with_a_request_and_not_stale_at_once),
		TEST (a_phase_has_its_own_limit),
		TEST (a_limit_of_zero_is_never_reached),
		TEST (silence_disconnects_and_the_next_request_connects_again),
		TEST (what_is_open_is_life),
		TEST (a_session_alone_is_no_life),
		TEST (who_left_is_disconnected_soon_unless_another_session_is_open),
		TEST (who_is_over_is_neither_missing_nor_stale),
		TEST (a_late_report_brings_nobody_back),
		TEST (who_stands_in_for_other_names_is_not_stale),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
