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

/* Between the report and the moment in which it is noted here. */
static void
a_report_by_a_name_that_has_become_an_agents_is_not_that_agents (void **state)
{
	struct agent_setting setting = { .name = "ann" };
	struct agent *ann = NULL;

	(void) state;
	stand_stateless_as ("\"io.modelcontextprotocol/protocolVersion\":"
			    "\"2026-07-28\","
			    "\"io.modelcontextprotocol/clientCapabilities\":{}",
			    "tools/call", "wait", "\"name\":\"wait\",");
	assert_int_equal (
		agents_add (mcp_agents (stand.mcp), &setting, &ann, NULL), 0);
	report (stand.calls, "ann");
	assert_int_equal (ann->clock->n_reports, 0);
	assert_false (ann->clock->is_connected);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		stand_test (
			the_clock_of_a_running_call_stays_when_its_session_goes_by_another_name),
		stand_test (
			a_report_by_a_name_that_has_become_an_agents_is_not_that_agents),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
