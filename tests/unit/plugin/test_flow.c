/* Messages, tasks and pauses of calls, on their way to whoever asked. */
#include "stand.h"

#include <stdio.h>

static void
what_is_told_keeps_its_order (void **state)
{
	static const char *const tools[] = { "tell", "tell_here" };

	(void) state;
	stand_load_one ("rows");
	stand_client (0, MCP_LOG_DEBUG);
	for (int i = 0; i < 2; i++)
		assert_string_equal (
			stand_call_through (tools[i], "{}")->told,
			"message 6 rows {\"a\":1};progress 1;"
			"message 4 - \"two\";paused 5;progress 2;");
}

static void
only_messages_that_are_wanted_are_told (void **state)
{
	static const struct {
		int wanted;
		const char *level, *gives;
	} trials[] = {
		{ MCP_LOG_WARNING, "4", "\"1\"" },
		{ MCP_LOG_WARNING, "0", "\"1\"" },
		{ MCP_LOG_WARNING, "5", "\"0\"" },
		{ -1, "0", "\"0\"" },
		{ MCP_LOG_DEBUG, "7", "\"1\"" },
		{ MCP_LOG_DEBUG, "-1", "\"-22\"" },
	};
	char arguments[64];

	(void) state;
	stand_load_one ("rows");
	for (size_t i = 0; i < sizeof (trials) / sizeof (trials[0]); i++) {
		struct trial *trial;

		snprintf (arguments, sizeof (arguments), "{\"level\":%s}",
			  trials[i].level);
		stand_client (0, trials[i].wanted);
		trial = stand_call_through ("message", arguments);
		assert_non_null (strstr (trial->content, trials[i].gives));
		assert_int_equal (trial->told[0] != '\0',
				  trials[i].gives[1] == '1');
	}
}

static void
a_task_is_told_once_and_only_to_who_can_take_it (void **state)
{
	static const char *const tools[] = { "task", "task_here" };

	(void) state;
	stand_load_one ("rows");
	for (int i = 0; i < 2; i++) {
		struct trial *trial;

		stand_client (CALL_CAN_TASK, -1);
		trial = stand_call_through (tools[i], "{}");
		assert_string_equal (trial->told, "tasked;");
		assert_non_null (strstr (trial->content, "\"task\""));
		stand_client (CALL_CAN_FORM, -1);
		trial = stand_call_through (tools[i], "{}");
		assert_string_equal (trial->told, "");
		assert_non_null (strstr (trial->content, "\"no task\""));
	}
}

static void
a_task_has_no_deadline (void **state)
{
	static const char *const tools[] = { "task_pending",
					     "task_pending_here" };

	(void) state;
	stand.options.call_timeout_ms = 100;
	stand_load_one ("rows");
	for (int i = 0; i < 2; i++) {
		struct trial *task, *other;

		stand_client (CALL_CAN_TASK, -1);
		task = stand_call (tools[i], "{}");
		stand_until (task->told[0] != '\0');
		/* One that was started later, and is no task, ends. */
		stand_client (0, -1);
		other = stand_call_through ("task_pending", "{}");
		assert_int_equal (other->outcome, CALL_FAILED);
		assert_int_equal (task->n_done, 0);
		stand_cancel (task);
		stand_until (registry_calls_owed (stand.registry) == 0);
	}
}

static const struct CMUnitTest tests[] = {
	stand_test (what_is_told_keeps_its_order),
	stand_test (only_messages_that_are_wanted_are_told),
	stand_test (a_task_is_told_once_and_only_to_who_can_take_it),
	stand_test (a_task_has_no_deadline),
};

int
main (void)
{
	return cmocka_run_group_tests (tests, NULL, NULL);
}
