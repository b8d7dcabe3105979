/* Tests core/mcp/agent_clocks.c: whose clocks are there, and for how long. */
#include "stand.h"

#include "base/limits.h"
#include "mcp/agent_clocks.h"
#include "mcp/state.h"

static bool
is_there (const char *name)
{
	return agent_clocks_find (stand.mcp, name) != NULL;
}

/* The agent behind a call reports by this name. */
static void
report (struct call *call, const char *name)
{
	assert_non_null (call->owner);
	call->ops->reported (call->owner, name, "review");
}

/* So many names that each further one needs the room of another. */
static void
report_by_all_names (struct call *call)
{
	char name[16];

	for (int i = 0; i < LIMIT_AGENT_CLOCKS; i++) {
		snprintf (name, sizeof name, "agent-%d", i);
		report (call, name);
	}
}

static void
the_clock_of_a_running_call_stays_when_its_session_goes_by_another_name (
	void **state)
{
	const char *session = stand_initialize ("2025-11-25");
	struct call *first;

	(void) state;
	stand_wait (session, 1);
	first = stand.calls;
	stand_wait (session, 2);
	report_by_all_names (stand.calls);
	assert_true (is_there ("tester"));
	assert_false (is_there ("agent-0"));
	stand_finish (first, "done");
	report (stand.calls, "one more");
	assert_true (is_there ("agent-1"));
	assert_false (is_there ("tester"));
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		stand_test (
			the_clock_of_a_running_call_stays_when_its_session_goes_by_another_name),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
