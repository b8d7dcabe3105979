/* Calls, with real plugins on real threads. */
#include "stand.h"

#include "base/limits.h"
#include "base/text.h"
#include "plugin/calls.h"
#include "plugin/state.h"

/* --- Ends --- */

static void
a_tool_that_never_blocks_is_done_before_call_start_returns (void **state)
{
	struct trial *trial;

	(void) state;
	stand_load_one ("flow");
	trial = stand_call ("echo", "{\"text\":\"h\\u0000i\"}");
	assert_null (trial->call);
	assert_int_equal (trial->n_done, 1);
	assert_int_equal (trial->outcome, CALL_OK);
	assert_string_equal (trial->content,
			     "{\"type\":\"text\",\"text\":\"h\\u0000i\"}");
	assert_null (trial->structured);
	assert_int_equal (registry_calls_owed (stand.registry), 0);
}

static void
a_tool_on_a_thread_answers_through_the_loop (void **state)
{
	struct trial *trial;

	(void) state;
	stand_load_one ("flow");
	trial = stand_call_as ("whoami", "{}", "ann", true);
	assert_non_null (trial->call);
	stand_until (trial->n_done > 0);
	assert_string_equal (trial->content, "");
	assert_string_equal (trial->structured,
			     "{\"agent\":\"ann\",\"client\":\"stand\","
			     "\"authenticated\":true}");
}

static void
a_pending_call_is_finished_from_another_thread (void **state)
{
	struct trial *trial;

	(void) state;
	stand_load_one ("flow");
	trial = stand_call_through ("pending_from_thread", "{}");
	assert_int_equal (trial->outcome, CALL_OK);
	assert_string_equal (trial->content, "{\"type\":\"text\",\"text\":"
					     "\"from a thread\"}");
}

static void
a_failure_is_the_plugins_sentence (void **state)
{
	struct trial *trial;

	(void) state;
	stand_load_one ("flow");
	trial = stand_call ("fail", "{\"text\":\"no such city\"}");
	assert_int_equal (trial->outcome, CALL_FAILED);
	assert_string_equal (trial->sentence, "no such city");
	assert_string_equal (trial->content, "");
}

static void
a_result_beyond_the_limit_is_a_failure_that_says_so (void **state)
{
	struct trial *trial;

	(void) state;
	stand_load_one ("flow");
	trial = stand_call_through ("big", "{\"bytes\":17000000}");
	assert_int_equal (trial->outcome, CALL_FAILED);
	assert_non_null (strstr (trial->sentence, "larger than 16 MiB"));
}

static void
a_large_result_arrives_whole (void **state)
{
	struct trial *trial;

	(void) state;
	stand_load_one ("flow");
	trial = stand_call_through ("big", "{\"bytes\":5000000}");
	assert_int_equal (trial->outcome, CALL_OK);
	assert_int_equal (strlen (trial->content),
			  5000000
				  + strlen ("{\"type\":\"text\","
					    "\"text\":\"\"}"));
}

static void
calls_beyond_the_queue_are_refused_with_a_sentence (void **state)
{
	struct trial *last = NULL;
	int n = 0;

	(void) state;
	stand.settings[0] =
		(struct plugin_setting){ .name = "flow", .parallel = 1 };
	stand.options.n_settings = 1;
	stand_load_one ("flow");
	stand_call ("sleep_until_cancelled", "{}");
	stand_until (stand_events ("flow.waiting") == 1);
	while (n <= LIMIT_PLUGIN_QUEUE && (last == NULL || last->n_done == 0)) {
		last = stand_call ("whoami", "{}");
		n++;
	}
	assert_int_equal (n, LIMIT_PLUGIN_QUEUE + 1);
	assert_int_equal (last->outcome, CALL_FAILED);
	assert_non_null (strstr (last->sentence, "plugin 'flow' is busy"));
	assert_int_equal (registry_calls_owed (stand.registry), n);
	for (struct trial *trial = last; trial != NULL; trial = trial->next)
		if (trial->call != NULL)
			stand_cancel (trial);
	stand_until (registry_calls_owed (stand.registry) == 0);
}

/* --- Cancelling --- */

static void
cancel_wakes_a_thread_that_sleeps (void **state)
{
	struct trial *trial;

	(void) state;
	stand_load_one ("flow");
	trial = stand_call ("sleep_until_cancelled", "{}");
	stand_until (stand_events ("flow.waiting") == 1);
	stand_cancel (trial);
	stand_until (registry_calls_owed (stand.registry) == 0);
	assert_int_equal (trial->n_done, 0);
	assert_int_equal (stand_events ("flow.cancelled"), 1);
}

static void
a_call_that_waits_for_a_thread_is_cancelled_unseen (void **state)
{
	struct trial *sleeper, *waiting;

	(void) state;
	stand.settings[0] =
		(struct plugin_setting){ .name = "flow", .parallel = 1 };
	stand.options.n_settings = 1;
	stand_load_one ("flow");
	sleeper = stand_call ("sleep_until_cancelled", "{}");
	stand_until (stand_events ("flow.waiting") == 1);
	waiting = stand_call ("hold", "{\"gate\":\"a\"}");
	stand_cancel (waiting);
	assert_int_equal (registry_calls_owed (stand.registry), 1);
	stand_cancel (sleeper);
	stand_until (registry_calls_owed (stand.registry) == 0);
	assert_int_equal (stand_events ("flow.waiting"), 1);
}

static void
finish_inside_cancel_is_taken (void **state)
{
	struct trial *trial;

	(void) state;
	stand_load_one ("flow");
	trial = stand_call ("pending_until_cancelled", "{}");
	assert_non_null (trial->call);
	assert_int_equal (registry_calls_owed (stand.registry), 1);
	stand_cancel (trial);
	stand_until (registry_calls_owed (stand.registry) == 0);
	assert_int_equal (trial->n_done, 0);
	assert_int_equal (stand_log_lines ("misbehaving plugin"), 0);
}

static void
a_finish_after_cancel_is_quietly_accepted (void **state)
{
	struct trial *trial;

	(void) state;
	stand_load_one ("misbehave");
	trial = stand_call ("keep_pending", "{}");
	/* The only thread is free again when the next call is done. */
	stand_call_through ("no_object", "{}");
	stand_cancel (trial);
	assert_int_equal (registry_calls_owed (stand.registry), 1);
	stand_call_through ("finish_kept", "{}");
	stand_until (registry_calls_owed (stand.registry) == 0);
	assert_int_equal (trial->n_done, 0);
	assert_int_equal (stand_log_lines ("finish was called"), 0);
}

static void
a_void_call_refuses_everything_but_its_end (void **state)
{
	struct trial *trial;

	(void) state;
	stand_load_one ("misbehave");
	trial = stand_call ("keep_pending", "{}");
	stand_call_through ("no_object", "{}");
	stand_cancel (trial);
	trial = stand_call_through ("use_kept", "{}");
	/* All but arguments_text, fail and finish. */
	assert_string_equal (trial->content,
			     "{\"type\":\"text\",\"text\":\"6\"}");
	stand_until (registry_calls_owed (stand.registry) == 0);
	assert_int_equal (stand_events ("a"), 0);
	assert_int_equal (stand_log_lines ("was called for a call"), 0);
}

static void
large_arguments_leave_no_large_memory_behind (void **state)
{
	char *arguments, *text = malloc (500001);

	(void) state;
	assert_non_null (text);
	memset (text, 'x', 500000);
	text[500000] = '\0';
	arguments = text_format ("{\"name\":\"%s\"}", text);
	stand_load_one ("conformance");
	stand_call_through ("json_schema_2020_12_tool", arguments);

	assert_non_null (stand.registry->calls.spare);
	assert_true (stand.registry->calls.spare->arguments_text.room < 500000);
	free (arguments);
	free (text);
}

static void
giving_back_on_another_thread_waits_for_a_running_cancel (void **state)
{
	static const char *const tools[] = { "finish_beside_cancel",
					     "return_beside_cancel" };

	(void) state;
	stand_load_one ("beside");
	for (int i = 0; i < 2; i++) {
		struct trial *trial = stand_call (tools[i], "{}");

		stand_until (stand_events ("beside") == i + 1);
		stand_cancel (trial);
		stand_until (registry_calls_owed (stand.registry) == 0);
	}
	stand_unload ();
	assert_int_equal (stand_log_lines ("overtook"), 0);
	assert_int_equal (stand_log_lines ("are gone"), 0);
}

static void
a_late_finish_after_the_deadline_is_accepted (void **state)
{
	struct trial *trial;

	(void) state;
	stand_load_one ("misbehave");
	trial = stand_call ("keep_pending", "{}");
	stand_call_through ("no_object", "{}");
	call_expire (trial->call);
	assert_int_equal (trial->n_done, 1);
	assert_int_equal (trial->outcome, CALL_FAILED);
	assert_non_null (
		strstr (trial->sentence, "did not answer within 30 s"));
	assert_int_equal (registry_calls_owed (stand.registry), 1);
	stand_call_through ("finish_kept", "{}");
	stand_until (registry_calls_owed (stand.registry) == 0);
	assert_int_equal (trial->n_done, 1);
	assert_int_equal (stand_log_lines ("finish was called"), 0);
}

static void
the_deadline_cancels (void **state)
{
	struct trial *trial;

	(void) state;
	stand_load_one ("flow");
	trial = stand_call ("sleep_until_cancelled", "{}");
	stand_until (stand_events ("flow.waiting") == 1);
	call_expire (trial->call);
	stand_until (registry_calls_owed (stand.registry) == 0);
	assert_int_equal (stand_events ("flow.cancelled"), 1);
}

/* Whether or not their handlers have begun by then. */
static void
deadlines_pass_in_the_order_of_starting (void **state)
{
	struct trial *trials[3];

	(void) state;
	stand.options.call_timeout_ms = 50;
	stand_load_one ("flow");
	for (int i = 0; i < 3; i++)
		trials[i] = stand_call ("sleep_until_cancelled", "{}");
	stand_until (trials[2]->n_done > 0);
	for (int i = 0; i < 3; i++) {
		assert_int_equal (trials[i]->n_done, 1);
		assert_int_equal (trials[i]->outcome, CALL_FAILED);
	}
	stand_until (registry_calls_owed (stand.registry) == 0);
}

/* --- Promises broken --- */

static void
a_second_finish_is_recognised (void **state)
{
	struct trial *trial;

	(void) state;
	stand_load_one ("misbehave");
	trial = stand_call_through ("finish_twice", "{}");
	assert_int_equal (trial->outcome, CALL_OK);
	assert_int_equal (trial->n_done, 1);
	assert_int_equal (stand_log_lines ("finish was called for a call that "
					   "was given back before"),
			  1);
}

static void
nothing_can_be_added_after_finish (void **state)
{
	struct trial *trial;

	(void) state;
	stand_load_one ("misbehave");
	trial = stand_call_through ("use_after_finish", "{}");
	assert_string_equal (trial->content,
			     "{\"type\":\"text\",\"text\":\"once\"}");
	assert_int_equal (stand_log_lines ("result_text was called for a call"),
			  1);
}

static void
finishing_and_returning_counts_once (void **state)
{
	struct trial *trial;

	(void) state;
	stand_load_one ("misbehave");
	trial = stand_call_through ("finish_and_return", "{}");
	assert_int_equal (trial->outcome, CALL_OK);
	assert_int_equal (trial->n_done, 1);
	assert_int_equal (stand_log_lines ("instead of MCP_PENDING"), 1);
}

static void
a_call_that_was_given_back_is_dead_for_every_function (void **state)
{
	struct trial *trial;

	(void) state;
	stand_load_one ("misbehave");
	stand_call_through ("keep_returned", "{}");
	trial = stand_call_through ("use_kept", "{}");
	assert_string_equal (trial->content,
			     "{\"type\":\"text\",\"text\":\"7\"}");
	assert_int_equal (stand_log_lines ("for a call that was given back"),
			  9);
}

static void
a_late_finish_does_not_hit_the_call_that_uses_the_object_now (void **state)
{
	struct trial *trial;

	(void) state;
	stand_load_one ("misbehave");
	stand_call_through ("keep_returned", "{}");
	/* This one runs in the same object, and is alive while it finishes
	 * the one that is not. */
	trial = stand_call_through ("finish_kept", "{}");
	assert_int_equal (trial->n_done, 1);
	assert_int_equal (trial->outcome, CALL_OK);
	assert_string_equal (trial->content,
			     "{\"type\":\"text\",\"text\":\"done\"}");
	assert_int_equal (stand_log_lines ("finish was called"), 1);
}

static void
broken_promises_are_internal_errors_and_named (void **state)
{
	static const struct {
		const char *tool, *words;
	} promises[] = {
		{ "wrong_output", "output_schema does not allow: /n" },
		{ "no_output", "gave no structured result" },
		{ "no_object", "is integer, not an object" },
		{ "no_json", "result_structured_text: " },
		{ "no_utf8", "not UTF-8" },
		{ "no_reason", "gave no reason" },
		{ "no_status", "ended with 99" },
	};

	(void) state;
	stand_load_one ("misbehave");
	for (size_t i = 0; i < sizeof (promises) / sizeof (promises[0]); i++) {
		struct trial *trial =
			stand_call_through (promises[i].tool, "{}");

		assert_int_equal (trial->outcome, CALL_BROKEN);
		if (strstr (trial->sentence, promises[i].words) == NULL)
			fail_msg ("%s: %s", promises[i].tool, trial->sentence);
		assert_int_equal (stand_log_lines ("misbehaving plugin"),
				  i + 1);
	}
}

static const struct CMUnitTest tests[] = {
	stand_test (a_tool_that_never_blocks_is_done_before_call_start_returns),
	stand_test (a_tool_on_a_thread_answers_through_the_loop),
	stand_test (a_pending_call_is_finished_from_another_thread),
	stand_test (a_failure_is_the_plugins_sentence),
	stand_test (a_result_beyond_the_limit_is_a_failure_that_says_so),
	stand_test (a_large_result_arrives_whole),
	stand_test (calls_beyond_the_queue_are_refused_with_a_sentence),
	stand_test (cancel_wakes_a_thread_that_sleeps),
	stand_test (a_call_that_waits_for_a_thread_is_cancelled_unseen),
	stand_test (finish_inside_cancel_is_taken),
	stand_test (a_finish_after_cancel_is_quietly_accepted),
	stand_test (a_void_call_refuses_everything_but_its_end),
	stand_test (large_arguments_leave_no_large_memory_behind),
	stand_test (giving_back_on_another_thread_waits_for_a_running_cancel),
	stand_test (a_late_finish_after_the_deadline_is_accepted),
	stand_test (the_deadline_cancels),
	stand_test (deadlines_pass_in_the_order_of_starting),
	stand_test (a_second_finish_is_recognised),
	stand_test (nothing_can_be_added_after_finish),
	stand_test (finishing_and_returning_counts_once),
	stand_test (a_call_that_was_given_back_is_dead_for_every_function),
	stand_test (
		a_late_finish_does_not_hit_the_call_that_uses_the_object_now),
	stand_test (broken_promises_are_internal_errors_and_named),
};

int
main (void)
{
	return cmocka_run_group_tests (tests, NULL, NULL);
}
