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
	stand.options.call_timeout_ms = 500;
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

static void
a_call_that_finds_no_room_for_a_task_goes_on_with_its_deadline (void **state)
{
	(void) state;
	stand.options.call_timeout_ms = 500;
	stand.has_no_room = true;
	stand_load_one ("rows");
	stand_client (CALL_CAN_TASK, -1);
	assert_non_null (
		strstr (stand_call_through ("task_here", "{}")->content,
			"\"no task\""));
	assert_int_equal (stand_call_through ("task_pending", "{}")->outcome,
			  CALL_FAILED);
	assert_int_equal (
		stand_call_through ("task_pending_here", "{}")->outcome,
		CALL_FAILED);
	stand_until (registry_calls_owed (stand.registry) == 0);
}

/* A further round of a call. due_ms: 0 for none. */
static struct trial *
go_on (const char *tool, int64_t due_ms, bool is_task)
{
	struct call_request request = {
		.snapshot = registry_pin (stand.registry),
		.kind = MCP_CALL_TOOL,
		.arguments = stand_json ("{\"state\":\"s\"}"),
		.answers = stand_json ("{}"),
		.round = 1,
		.due_ms = due_ms,
		.is_task = is_task
	};

	request.tool = snapshot_find_tool (request.snapshot, tool);
	assert_non_null (request.tool);
	return stand_start (&request);
}

static void
a_later_round_of_a_task_is_one_without_a_deadline (void **state)
{
	struct trial *task, *other;

	(void) state;
	stand.options.call_timeout_ms = 500;
	stand_load_one ("rows");
	stand_client (0, -1);
	task = go_on ("task_here", 1, true);
	assert_non_null (strstr (task->content, "\"task\""));
	assert_string_equal (task->told, "");
	task = go_on ("task_pending", 1, true);
	other = stand_call_through ("task_pending", "{}");
	assert_int_equal (other->outcome, CALL_FAILED);
	assert_int_equal (task->n_done, 0);
	stand_cancel (task);
	stand_until (registry_calls_owed (stand.registry) == 0);
}

static void
a_later_round_has_the_deadline_that_it_is_given (void **state)
{
	int64_t due_ms;
	struct trial *first, *later;

	(void) state;
	stand_load_one ("rows");
	stand_client (0, -1);
	due_ms = loop_now_ms (&stand.loop) + 1;
	assert_int_equal (go_on ("wait_state_here", due_ms, false)->due_ms,
			  due_ms);
	first = stand_call ("task_pending", "{}");
	later = go_on ("task_pending", due_ms, false);
	stand_until (later->n_done == 1);
	assert_int_equal (later->outcome, CALL_FAILED);
	assert_int_equal (first->n_done, 0);
	stand_cancel (first);
	stand_until (registry_calls_owed (stand.registry) == 0);
}

static const struct CMUnitTest tests[] = {
	stand_test (what_is_told_keeps_its_order),
	stand_test (only_messages_that_are_wanted_are_told),
	stand_test (a_task_is_told_once_and_only_to_who_can_take_it),
	stand_test (a_task_has_no_deadline),
	stand_test (
		a_call_that_finds_no_room_for_a_task_goes_on_with_its_deadline),
	stand_test (a_later_round_of_a_task_is_one_without_a_deadline),
	stand_test (a_later_round_has_the_deadline_that_it_is_given),
};

int
main (void)
{
	return cmocka_run_group_tests (tests, NULL, NULL);
}
