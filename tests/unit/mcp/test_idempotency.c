/* Tests core/mcp/idempotency.c and kept_result.c. */
#include "stand.h"

#include <errno.h>

#include "../slow_journal.h"

#define CALL(id, tool, key, arguments)                                         \
	"{\"jsonrpc\":\"2.0\",\"id\":" #id ",\"method\":\"tools/call\","       \
	"\"params\":{\"name\":\"" tool "\",\"arguments\":" arguments ","       \
	"\"_meta\":{\"mcp-orchestrator/idempotencyKey\":" key "}}}"

static struct post *
post (const char *session, const char *body)
{
	return stand_post (session, NULL, body);
}

static bool
has (const struct post *post, const char *text)
{
	return post->status == 200 && strstr (post->body, text) != NULL;
}

static int
count_calls (void)
{
	int n = 0;

	for (struct call *call = stand.calls; call != NULL; call = call->next)
		n++;
	return n;
}

static void
the_same_key_and_arguments_give_the_first_result_again (void **state)
{
	const char *session = stand_initialize ("2025-11-25");

	(void) state;
	post (session, CALL (1, "wait", "\"k\"", "{\"a\":1,\"b\":[{}]}"));
	stand_finish (stand.calls, "first");
	assert_true (has (post (session, CALL (2, "wait", "\"k\"",
					       "{\"b\":[{}],\"a\":1}")),
			  "first"));
	assert_int_equal (count_calls (), 1);
}

static void
other_arguments_are_an_error_result (void **state)
{
	const char *session = stand_initialize ("2025-11-25");
	struct post *running, *other;

	(void) state;
	running = post (session, CALL (1, "wait", "\"k\"", "{\"a\":1}"));
	for (int i = 0; i < 2; i++) {
		other = post (session, CALL (2, "wait", "\"k\"", "{\"a\":2}"));
		assert_true (has (other, "with other arguments"));
		assert_true (has (other, "\"isError\":true"));
		if (i == 0)
			stand_finish (stand.calls, "first");
	}
	assert_true (has (running, "first"));
	assert_int_equal (count_calls (), 1);
}

static void
while_the_first_runs_others_join_it (void **state)
{
	const char *session = stand_initialize ("2025-06-18");
	struct post *first, *second, *left;

	(void) state;
	first = post (session, CALL (1, "wait", "\"k\"", "{}"));
	second = post (session, CALL (2, "wait", "\"k\"", "{}"));
	left = post (session, CALL (3, "wait", "\"k\"", "{}"));
	post (session, "{\"jsonrpc\":\"2.0\",\"method\":"
		       "\"notifications/cancelled\",\"params\":"
		       "{\"requestId\":3}}");
	assert_int_equal (second->status, 0);
	stand_finish (stand.calls, "first");
	assert_true (has (first, "first"));
	assert_true (has (second, "\"id\":2"));
	assert_true (has (second, "first"));
	assert_null (left->body);
	assert_int_equal (count_calls (), 1);
}

static void
a_first_call_that_is_cancelled_keeps_nothing (void **state)
{
	const char *session = stand_initialize ("2025-11-25");
	struct post *second;

	(void) state;
	post (session, CALL (1, "wait", "\"k\"", "{}"));
	second = post (session, CALL (2, "wait", "\"k\"", "{}"));
	post (session, "{\"jsonrpc\":\"2.0\",\"method\":"
		       "\"notifications/cancelled\",\"params\":"
		       "{\"requestId\":1}}");
	assert_true (has (second, "ended without a result"));
	post (session, CALL (3, "wait", "\"k\"", "{}"));
	assert_int_equal (count_calls (), 2);
}

static void
a_key_belongs_to_its_client_and_its_tool (void **state)
{
	const char *session = stand_initialize ("2025-11-25");

	(void) state;
	post (session, CALL (1, "wait", "\"k\"", "{}"));
	stand_finish (stand.calls, "first");
	assert_false (
		has (post (session, CALL (2, "echo", "\"k\"", "{}")), "first"));
	stand_stateless_as (
		STAND_META ",\"mcp-orchestrator/idempotencyKey\":\"k\"",
		"tools/call", "wait", "\"name\":\"wait\",\"arguments\":{},");
	assert_int_equal (count_calls (), 3);
}

#define TASKS "{\"extensions\":{\"io.modelcontextprotocol/tasks\":{}}}"
#define KEY ",\"mcp-orchestrator/idempotencyKey\":\"k\""

static struct post *
post_stateless (const char *meta)
{
	return stand_stateless_as (meta, "tools/call", "wait",
				   "\"name\":\"wait\",\"arguments\":{},");
}

/* But for the time that it is kept, which rises while it runs. */
static void
assert_same_task (const struct post *post, const struct post *first)
{
	const char *rises = strstr (first->body, "\"ttlMs\"");

	assert_non_null (rises);
	assert_int_equal (strncmp (post->body, first->body,
				   (size_t) (rises - first->body)),
			  0);
}

static void
while_the_first_is_a_task_others_get_that_task (void **state)
{
	struct post *first, *second, *third, *fourth;

	(void) state;
	first = post_stateless (STAND_META_OF (TASKS) KEY);
	second = post_stateless (STAND_META_OF (TASKS) KEY);
	assert_true (stand_become_task (stand.calls));
	third = post_stateless (STAND_META_OF (TASKS) KEY);
	fourth = post_stateless (STAND_META KEY);
	assert_true (has (first, "\"resultType\":\"task\""));
	assert_same_task (second, first);
	assert_same_task (third, first);
	assert_true (has (fourth, "goes on as a task"));
	stand_finish (stand.calls, "first");
	assert_true (has (post_stateless (STAND_META KEY), "first"));
	assert_int_equal (count_calls (), 1);
}

static void
what_is_no_key_is_refused (void **state)
{
	static const char *const bodies[] = { CALL (1, "echo", "\"\"", "{}"),
					      CALL (1, "echo", "1", "{}"),
					      CALL (1, "echo", "null", "{}"),
					      CALL (1, "echo", "[]", "{}") };
	const char *session = stand_initialize ("2025-11-25");
	char key[300], body[600];

	(void) state;
	for (int i = 0; i < 4; i++)
		assert_true (has (post (session, bodies[i]), "-32602"));
	for (int size = 256; size <= 257; size++) {
		memset (key, 'k', sizeof key);
		key[size] = '\0';
		snprintf (body, sizeof body, CALL (1, "echo", "\"%s\"", "{}"),
			  key);
		assert_int_equal (has (post (session, body), "-32602"),
				  size == 257);
	}
}

static void
results_outlive_the_server (void **state)
{
	static const struct call_result result = {
		.outcome = CALL_OK,
		.content = "{\"type\":\"text\",\"text\":\"whole\"}",
		.content_size = 30,
		.structured = "{\"s\":1}",
		.structured_size = 7,
		.meta = "{\"m\":2}",
		.meta_size = 7,
	};
	const char *session;
	struct post *before, *after;

	(void) state;
	stand_restart_with_state ();
	session = stand_initialize ("2025-11-25");
	before = post (session, CALL (1, "wait", "\"k\"", "{}"));
	stand_end (stand.calls, &result);
	stand_restart ();
	after = post (session, CALL (1, "wait", "\"k\"", "{}"));
	assert_string_equal (after->body, before->body);
	assert_int_equal (count_calls (), 1);
}

static const struct call_result text_result = {
	.outcome = CALL_OK,
	.content = "{\"type\":\"text\",\"text\":\"first\"}",
	.content_size = 30,
};

/* A call whose result is there, but is not kept yet. */
static struct post *
post_and_bring (const char *session)
{
	struct post *first = post (session, CALL (1, "wait", "\"k\"", "{}"));
	uint64_t ticket = stand_over (stand.calls, &text_result);

	assert_int_equal (ticket, slow.ticket);
	assert_true (ticket > 0);
	return first;
}

static const char *
begin_slowly (void)
{
	stand_restart_with_state ();
	slow_down (stand.options.journal);
	return stand_initialize ("2025-11-25");
}

static void
who_asks_while_the_result_is_being_kept_waits_for_that (void **state)
{
	const char *session = begin_slowly ();
	struct post *second;

	(void) state;
	post_and_bring (session);
	second = post (session, CALL (2, "wait", "\"k\"", "{}"));
	assert_int_equal (second->status, 0);
	stand_end (stand.calls, &text_result);
	assert_true (has (second, "first"));
	assert_int_equal (count_calls (), 1);
}

static void
when_the_first_has_left_others_wait_until_it_is_kept (void **state)
{
	const char *session = begin_slowly ();
	struct post *second;

	(void) state;
	post_and_bring (session);
	post (session, "{\"jsonrpc\":\"2.0\",\"method\":"
		       "\"notifications/cancelled\",\"params\":"
		       "{\"requestId\":1}}");
	second = post (session, CALL (2, "wait", "\"k\"", "{}"));
	assert_int_equal (second->status, 0);
	slow_keep (slow.ticket, 0);
	assert_true (has (second, "first"));
	assert_int_equal (count_calls (), 1);
}

static void
when_the_first_is_cut_others_wait_until_it_is_kept (void **state)
{
	static const struct call_result late = { .outcome = CALL_FAILED,
						 .content = "",
						 .sentence =
							 "not kept in time" };
	const char *session = begin_slowly ();
	struct post *first = post_and_bring (session), *second;

	(void) state;
	stand_end (stand.calls, &late);
	assert_true (has (first, "not kept in time"));
	second = post (session, CALL (2, "wait", "\"k\"", "{}"));
	assert_int_equal (second->status, 0);
	slow_keep (slow.ticket, 0);
	assert_true (has (second, "first"));
}

static void
what_could_not_be_kept_is_done_again (void **state)
{
	static const struct call_result lost = { .outcome = CALL_FAILED,
						 .content = "",
						 .sentence = "not kept",
						 .is_lost = true };
	const char *session = begin_slowly ();

	(void) state;
	post_and_bring (session);
	stand_end (stand.calls, &lost);
	post (session, CALL (2, "wait", "\"k\"", "{}"));
	assert_int_equal (count_calls (), 2);
	slow_keep (UINT64_MAX, 0);
}

static void
what_could_not_be_kept_is_done_again_also_when_the_first_was_cut (void **state)
{
	static const struct call_result late = { .outcome = CALL_FAILED,
						 .content = "",
						 .sentence = "too late" };
	const char *session = begin_slowly ();

	(void) state;
	post_and_bring (session);
	stand_end (stand.calls, &late);
	slow_keep (slow.ticket, -EIO);
	post (session, CALL (2, "wait", "\"k\"", "{}"));
	assert_int_equal (count_calls (), 2);
	slow_keep (UINT64_MAX, 0);
}

static void
of_failures_the_tools_own_are_kept (void **state)
{
	struct call_result result = { .outcome = CALL_FAILED,
				      .content = "",
				      .sentence = "no",
				      .is_own = true };
	const char *session = stand_initialize ("2025-11-25");

	(void) state;
	post (session, CALL (1, "wait", "\"own\"", "{}"));
	stand_end (stand.calls, &result);
	assert_true (has (post (session, CALL (2, "wait", "\"own\"", "{}")),
			  "\"text\":\"no\""));
	result.is_own = false;
	post (session, CALL (3, "wait", "\"ours\"", "{}"));
	stand_end (stand.calls, &result);
	assert_int_equal (
		post (session, CALL (4, "wait", "\"ours\"", "{}"))->status, 0);
}

static void
what_no_plugin_admits_is_not_kept (void **state)
{
	const char *session = stand_initialize ("2025-11-25");

	(void) state;
	stand.refused = "wait";
	assert_int_equal (
		post (session, CALL (1, "wait", "\"k\"", "{}"))->status, 200);
	stand.refused = NULL;
	assert_int_equal (
		post (session, CALL (2, "wait", "\"k\"", "{}"))->status, 0);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		stand_test (
			the_same_key_and_arguments_give_the_first_result_again),
		stand_test (other_arguments_are_an_error_result),
		stand_test (while_the_first_runs_others_join_it),
		stand_test (a_first_call_that_is_cancelled_keeps_nothing),
		stand_test (a_key_belongs_to_its_client_and_its_tool),
		stand_test (while_the_first_is_a_task_others_get_that_task),
		stand_test (what_is_no_key_is_refused),
		stand_test (results_outlive_the_server),
		stand_test (
			who_asks_while_the_result_is_being_kept_waits_for_that),
		stand_test (
			when_the_first_has_left_others_wait_until_it_is_kept),
		stand_test (when_the_first_is_cut_others_wait_until_it_is_kept),
		stand_test (what_could_not_be_kept_is_done_again),
		stand_test (
			what_could_not_be_kept_is_done_again_also_when_the_first_was_cut),
		stand_test (of_failures_the_tools_own_are_kept),
		stand_test (what_no_plugin_admits_is_not_kept),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
