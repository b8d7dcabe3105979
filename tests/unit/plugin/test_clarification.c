/* The plugins clarification and review: what they offer, and calls that wait
 * while something ends. */
#include "stand.h"

#include <stdio.h>

#include "json/json.h"

#define ASK "request_clarification"
#define QUESTION "{\"question\":\"Which?\",\"question_id\":\"q\"}"

/* A call that waits for an orchestrator's answer. */
static struct trial *
begin_asking (const char *agent)
{
	struct trial *trial;

	stand_client (CALL_CAN_INQUIRE, -1);
	trial = stand_call_as (ASK, QUESTION, agent, true);
	assert_int_equal (trial->n_done, 0);
	return trial;
}

static struct trial *
call_method (const char *name, const char *params)
{
	struct call_request request = { .kind = MCP_CALL_METHOD };
	struct trial *trial;

	request.snapshot = registry_pin (stand.registry);
	request.method = snapshot_find_method (request.snapshot, name);
	request.arguments = stand_json (params);
	trial = stand_start (&request);
	stand_until (trial->n_done > 0);
	return trial;
}

static void
expect_answer_status (const char *status)
{
	struct trial *trial =
		call_method ("clarification/answer",
			     "{\"question_id\":\"q\",\"answer\":\"This one\"}");
	char expected[64];

	snprintf (expected, sizeof (expected), "{\"status\":\"%s\"}", status);
	assert_string_equal (trial->structured, expected);
}

static void
expect_status (struct trial *trial, const char *status)
{
	struct json_object *value;

	stand_until (trial->n_done > 0);
	assert_int_equal (trial->outcome, CALL_OK);
	value = stand_json (trial->structured);
	assert_string_equal (json_get_string (value, "status"), status);
	json_object_put (value);
}

static void
an_answer_ends_all_calls_that_wait_for_it (void **state)
{
	struct trial *trials[3];

	(void) state;
	stand_load_one ("clarification");
	for (int i = 0; i < 3; i++)
		trials[i] = begin_asking ("ann");
	assert_int_equal (stand_events ("question.opened"), 1);
	expect_answer_status ("ok");
	for (int i = 0; i < 3; i++)
		expect_status (trials[i], "answered");
}

static void
a_cancelled_call_leaves_its_question_open (void **state)
{
	(void) state;
	stand_load_one ("clarification");
	stand_cancel (begin_asking ("ann"));
	assert_int_equal (stand_events ("question.closed"), 0);
	expect_answer_status ("ok");
	stand_until (registry_calls_owed (stand.registry) == 0);
}

static void
a_cancelled_call_takes_no_other_one_with_it (void **state)
{
	struct trial *other;

	(void) state;
	stand_load_one ("clarification");
	other = begin_asking ("ann");
	stand_cancel (begin_asking ("ann"));
	expect_answer_status ("ok");
	expect_status (other, "answered");
}

static void
when_the_server_stops_all_calls_end_and_no_question_does (void **state)
{
	struct trial *trial;

	(void) state;
	stand_load_one ("clarification");
	trial = begin_asking ("ann");
	registry_notice (stand.registry, MCP_NOTICE_DRAINING, NULL);
	expect_status (trial, "unavailable");
	assert_int_equal (stand_events ("question.closed"), 0);
}

static void
only_the_revoked_agents_questions_are_withdrawn (void **state)
{
	struct trial *trial;

	(void) state;
	stand_load_one ("clarification");
	trial = begin_asking ("ann");
	registry_notice (stand.registry, MCP_NOTICE_REVOKED, "anna");
	expect_answer_status ("ok");
	expect_status (trial, "answered");
	trial = stand_call_as (ASK, "{\"question\":\"Another?\"}", "ann", true);
	registry_notice (stand.registry, MCP_NOTICE_REVOKED, "ann");
	expect_status (trial, "unavailable");
	assert_int_equal (stand_events ("question.closed"), 2);
}

static void
a_question_that_is_too_large_is_an_error_result (void **state)
{
	size_t size = 2 * 1024 * 1024;
	char *arguments = malloc (size + 32);
	struct trial *trial;
	int n = sprintf (arguments, "{\"question\":\"");

	(void) state;
	memset (arguments + n, 'x', size);
	strcpy (arguments + (size_t) n + size, "\"}");
	stand_load_one ("clarification");
	stand_client (CALL_CAN_INQUIRE, -1);
	trial = stand_call_as (ASK, arguments, "ann", true);
	stand_until (trial->n_done > 0);
	assert_int_equal (trial->outcome, CALL_FAILED);
	assert_non_null (strstr (trial->sentence, "too large"));
	free (arguments);
}

static void
long_names_that_begin_alike_are_different_questions (void **state)
{
	char arguments[300];
	const char *const ends[] = { "1", "2" };

	(void) state;
	stand_load_one ("clarification");
	stand_client (CALL_CAN_INQUIRE, -1);
	for (int i = 0; i < 2; i++) {
		snprintf (arguments, sizeof (arguments),
			  "{\"question\":\"%s?\",\"question_id\":\"%0127d%s\"}",
			  ends[i], 0, ends[i]);
		stand_cancel (stand_call_as (ASK, arguments, "ann", true));
	}
	assert_int_equal (stand_events ("question.opened"), 2);
}

static void
expect_plain_schema (const struct snapshot *snapshot, const char *name)
{
	static const char *const words[] = { "anyOf", "oneOf", "$ref", "null" };
	const struct tool *tool = snapshot_find_tool (snapshot, name);

	assert_non_null (tool);
	for (size_t i = 0; i < 4; i++)
		assert_null (strstr (tool->input_text, words[i]));
}

static void
the_schemas_are_plain_enough_for_every_model (void **state)
{
	static const char *const names[] = { ASK, "ask_question",
					     "request_user_feedback",
					     "submit_comparison",
					     "submit_review" };
	struct snapshot *snapshot;

	(void) state;
	stand_add ("review");
	stand_load_one ("clarification");
	snapshot = registry_pin (stand.registry);
	for (size_t i = 0; i < 5; i++)
		expect_plain_schema (snapshot, names[i]);
	snapshot_unpin (snapshot);
}

static const struct CMUnitTest tests[] = {
	stand_test (an_answer_ends_all_calls_that_wait_for_it),
	stand_test (a_cancelled_call_leaves_its_question_open),
	stand_test (a_cancelled_call_takes_no_other_one_with_it),
	stand_test (when_the_server_stops_all_calls_end_and_no_question_does),
	stand_test (only_the_revoked_agents_questions_are_withdrawn),
	stand_test (a_question_that_is_too_large_is_an_error_result),
	stand_test (long_names_that_begin_alike_are_different_questions),
	stand_test (the_schemas_are_plain_enough_for_every_model),
};

int
main (void)
{
	return cmocka_run_group_tests (tests, NULL, NULL);
}
