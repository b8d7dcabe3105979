/* Tests core/mcp/rate.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "base/limits.h"
#include "base/random.h"
#include "mcp/rate.h"

static struct rate *rate;

static int
begin (void **state)
{
	(void) state;
	if (random_init () < 0)
		return -1;
	rate = rate_new (2, 3);
	return rate == NULL ? -1 : 0;
}

static int
end (void **state)
{
	(void) state;
	rate_free (rate);
	return 0;
}

static void
empty (const char *agent, const char *tool, int64_t now_ms)
{
	for (int i = 0; i < 3; i++)
		assert_int_equal (rate_take (rate, agent, tool, now_ms), 0);
}

static void
after_its_burst_an_agent_is_told_how_long_to_wait (void **state)
{
	(void) state;
	empty ("a", "t", 1000);
	assert_int_equal (rate_take (rate, "a", "t", 1000), 500);
	assert_int_equal (rate_take (rate, "a", "t", 1499), 1);
	assert_int_equal (rate_take (rate, "a", "t", 1500), 0);
	assert_int_equal (rate_take (rate, "a", "t", 1500), 500);
}

static void
other_agents_and_other_tools_are_not_concerned (void **state)
{
	(void) state;
	empty ("a", "t", 1000);
	empty ("b", "t", 1000);
	empty ("a", "u", 1000);
	empty ("at", "", 1000);
	assert_true (rate_take (rate, "a", "t", 1000) > 0);
}

static void
after_any_time_there_is_the_burst_and_no_more (void **state)
{
	(void) state;
	empty ("a", "t", 0);
	empty ("a", "t", INT64_MAX);
	assert_true (rate_take (rate, "a", "t", INT64_MAX) > 0);
}

static void
many_names_take_no_more_memory_and_spare_who_calls_on (void **state)
{
	char name[32];

	(void) state;
	empty ("busy", "t", 0);
	for (int i = 0; i < 4 * LIMIT_RATE_BUCKETS; i++) {
		snprintf (name, sizeof name, "agent-%d", i);
		assert_int_equal (rate_take (rate, name, "t", 1 + i / 1000), 0);
		assert_true (rate_take (rate, "busy", "t", 1 + i / 1000) > 0);
	}
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown (
			after_its_burst_an_agent_is_told_how_long_to_wait,
			begin, end),
		cmocka_unit_test_setup_teardown (
			other_agents_and_other_tools_are_not_concerned, begin,
			end),
		cmocka_unit_test_setup_teardown (
			after_any_time_there_is_the_burst_and_no_more, begin,
			end),
		cmocka_unit_test_setup_teardown (
			many_names_take_no_more_memory_and_spare_who_calls_on,
			begin, end),
	};

	return cmocka_run_group_tests_name ("rate", tests, NULL, NULL);
}
