/* Tests core/mcp/cancel.c. */
#include "stand.h"

static struct post *
cancel (const char *session, const char *params)
{
	char body[200];

	snprintf (body, sizeof body,
		  "{\"jsonrpc\":\"2.0\","
		  "\"method\":\"notifications/cancelled\"%s%s}",
		  params[0] != '\0' ? ",\"params\":" : "", params);
	return stand_post (session, NULL, body);
}

static void
a_cancelled_call_ends_without_an_answer (void **state)
{
	const char *session = stand_initialize ("2025-11-25");
	struct post *call = stand_wait (session, 7);
	struct post *post = cancel (session, "{\"requestId\":7,"
					     "\"reason\":\"enough\"}");

	(void) state;
	assert_int_equal (post->status, 202);
	assert_true (stand.calls->is_cancelled);
	assert_int_equal (stand.calls->why, CALL_END_CANCELLED);
	assert_int_equal (call->status, 200);
	assert_null (call->body);
	assert_int_equal (mcp_running (stand.mcp), 0);
}

static void
a_cancelled_call_over_sse_leaves_no_event (void **state)
{
	char session[40];
	struct stream *stream = stand_sse (session);

	(void) state;
	stand_message (session, NULL,
		       "{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"method\":"
		       "\"tools/call\",\"params\":{\"name\":\"wait\"}}");
	stand_message (session, NULL,
		       "{\"jsonrpc\":\"2.0\",\"method\":"
		       "\"notifications/cancelled\",\"params\":"
		       "{\"requestId\":\"a\"}}");
	assert_true (stand.calls->is_cancelled);
	assert_int_equal (stream->n_events, 1);
}

static void
a_cancelled_request_is_missing_from_its_batch (void **state)
{
	const char *session = stand_initialize ("2025-03-26");
	struct post *batch = stand_post (
		session, NULL,
		"[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\","
		"\"params\":{\"name\":\"wait\"}},"
		"{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"ping\"}]");

	(void) state;
	cancel (session, "{\"requestId\":1}");
	assert_int_equal (batch->status, 200);
	assert_string_equal (batch->body, "[{\"jsonrpc\":\"2.0\",\"id\":2,"
					  "\"result\":{}}]");
}

static void
unknown_late_and_malformed_cancellations_do_no_harm (void **state)
{
	static const char *const params[] = {
		"",
		"{}",
		"{\"requestId\":8}",
		"{\"requestId\":\"7\"}",
		"{\"requestId\":7.5}",
		"{\"requestId\":null}",
		"{\"requestId\":{\"a\":[7]}}",
		"{\"id\":7}",
	};
	const char *session = stand_initialize ("2025-11-25");
	struct post *call = stand_wait (session, 7);

	(void) state;
	for (size_t i = 0; i < sizeof params / sizeof params[0]; i++)
		assert_int_equal (cancel (session, params[i])->status, 202);
	assert_int_equal (call->status, 0);
	stand_finish (stand.calls, "done");
	assert_int_equal (call->status, 200);
	assert_int_equal (cancel (session, "{\"requestId\":7}")->status, 202);
}

static void
nobody_cancels_another_sessions_call (void **state)
{
	struct post *call = stand_wait (stand_initialize ("2025-11-25"), 7);
	const char *other = stand_initialize ("2025-11-25");

	(void) state;
	cancel (other, "{\"requestId\":7}");
	assert_int_equal (call->status, 0);
	assert_false (stand.calls->is_cancelled);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		stand_test (a_cancelled_call_ends_without_an_answer),
		stand_test (a_cancelled_call_over_sse_leaves_no_event),
		stand_test (a_cancelled_request_is_missing_from_its_batch),
		stand_test (
			unknown_late_and_malformed_cancellations_do_no_harm),
		stand_test (nobody_cancels_another_sessions_call),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
