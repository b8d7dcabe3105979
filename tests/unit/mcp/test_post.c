/* Tests core/mcp/post.c: what is refused as a whole, and batches. */
#include "stand.h"

#include "base/limits.h"

#define PING(id) "{\"jsonrpc\":\"2.0\",\"id\":" #id ",\"method\":\"ping\"}"
#define WAIT(id)                                                               \
	"{\"jsonrpc\":\"2.0\",\"id\":" #id ",\"method\":\"tools/call\","       \
	"\"params\":{\"name\":\"wait\"}}"
#define PONG(id) "{\"jsonrpc\":\"2.0\",\"id\":" #id ",\"result\":{}}"
#define NOTE "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}"

static void
assert_refused (struct post *post, int status, const char *code)
{
	assert_int_equal (post->status, status);
	assert_non_null (post->body);
	assert_non_null (strstr (post->body, code));
}

/* --- Single messages --- */

static void
what_is_not_json_is_400_on_both_transports (void **state)
{
	static const char *const bodies[] = { "",	    "{",       "nope",
					      "{\"a\":1}x", "{'a':1}", "\xff" };
	char session[40];

	(void) state;
	stand_sse (session);
	for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
		assert_refused (stand_post (NULL, NULL, bodies[i]), 400,
				"-32700");
		assert_refused (stand_message (session, NULL, bodies[i]), 400,
				"-32700");
	}
}

static void
what_is_no_message_is_400 (void **state)
{
	static const char *const bodies[] = {
		"{}",
		"1",
		"null",
		"\"ping\"",
		"{\"jsonrpc\":\"1.0\",\"id\":1,\"method\":\"ping\"}",
		"{\"jsonrpc\":\"2.0\",\"id\":1}",
		"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":7}",
		"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\","
		"\"params\":[]}",
	};
	const char *session = stand_initialize ("2025-11-25");
	char sse[40];

	(void) state;
	stand_sse (sse);
	for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
		assert_refused (stand_post (session, NULL, bodies[i]), 400,
				"-32600");
		assert_refused (stand_message (sse, NULL, bodies[i]), 400,
				"-32600");
	}
}

static void
what_is_beyond_a_limit_is_answered_under_its_id (void **state)
{
	static const char *const values[] = {
		"18446744073709551616", "1e400", "{\"a\\u0000\":1}",
		"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["
		"[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]"
		"]]]]]]]]]]]]]]]]]]]]]]]]]]]]"
	};
	const char *session = stand_initialize ("2025-11-25");
	char sse[40], body[400];
	struct stream *stream = stand_sse (sse);

	(void) state;
	for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
		snprintf (body, sizeof body,
			  "{\"jsonrpc\":\"2.0\",\"method\":\"ping\","
			  "\"params\":{\"a\":%s},\"id\":7}",
			  values[i]);
		assert_refused (stand_post (session, NULL, body), 200,
				"\"id\":7,\"error\":{\"code\":-32602,"
				"\"message\":\"JSON: byte ");
		assert_int_equal (stand_message (sse, NULL, body)->status, 202);
		assert_non_null (strstr (stream->events[stream->n_events - 1],
					 "\"id\":7,\"error\":"));
	}
	/* No session, no answer. */
	assert_refused (stand_post ("unknown", NULL, body), 404, "-32600");
}

static void
a_tool_called_with_what_is_beyond_a_limit_fails_as_a_result (void **state)
{
	static const char failure[] = "an integer beyond 64 bits\"}],"
				      "\"isError\":true";
	struct post *post;

	(void) state;
	post = stand_stateless ("tools/call", "checked",
				"\"name\":\"checked\",\"arguments\":{\"n\":"
				"18446744073709551616},");
	assert_refused (post, 200, failure);
	post = stand_post (
		stand_initialize ("2025-06-18"), NULL,
		"{\"jsonrpc\":\"2.0\",\"id\":1,"
		"\"method\":\"tools/call\",\"params\":{"
		"\"name\":\"checked\",\"arguments\":{\"n\":1e400}}}");
	assert_refused (post, 200, "a number too large for a double\"}]");
}

static void
each_request_of_a_batch_beyond_a_limit_is_answered (void **state)
{
	const char *session = stand_initialize ("2025-03-26");

	(void) state;
	assert_refused (
		stand_post (
			session, NULL,
			"[" PING (1) "," NOTE ",{\"jsonrpc\":\"2.0\","
				     "\"id\":2,\"method\":\"ping\",\"params\":{"
				     "\"n\":1e400}}]"),
		200, "{\"jsonrpc\":\"2.0\",\"id\":2,\"error\":");
}

static void
an_id_beyond_64_bits_is_400 (void **state)
{
	const char *session = stand_initialize ("2025-11-25");

	(void) state;
	assert_refused (
		stand_post (session, NULL,
			    "{\"jsonrpc\":\"2.0\",\"id\":"
			    "18446744073709551616,\"method\":\"ping\"}"),
		400, "-32600");
}

static void
an_id_that_is_no_string_or_integer_is_400_never_a_notification (void **state)
{
	static const char *const ids[] = { "null", "1.5", "true", "{}", "[]" };
	const char *session = stand_initialize ("2025-06-18");

	(void) state;
	for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
		char body[100];

		snprintf (body, sizeof body,
			  "{\"jsonrpc\":\"2.0\",\"id\":%s,"
			  "\"method\":\"ping\"}",
			  ids[i]);
		assert_refused (stand_post (session, NULL, body), 400,
				"-32600");
	}
}

static void
an_id_comes_back_as_it_was (void **state)
{
	static const char *const ids[] = {
		"0", "-7", "\"\"", "\"a b\"", "9007199254740993", "\"7\""
	};
	const char *session = stand_initialize ("2025-06-18");

	(void) state;
	for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
		char body[100], answer[100];

		snprintf (body, sizeof body,
			  "{\"jsonrpc\":\"2.0\",\"id\":%s,"
			  "\"method\":\"ping\"}",
			  ids[i]);
		snprintf (answer, sizeof answer,
			  "{\"jsonrpc\":\"2.0\",\"id\":%s,\"result\":{}}",
			  ids[i]);
		assert_string_equal (stand_ask (session, body), answer);
	}
}

static void
notifications_and_responses_are_202_without_a_body (void **state)
{
	static const char *const bodies[] = {
		NOTE,
		"{\"jsonrpc\":\"2.0\",\"method\":\"notifications/unknown\"}",
		"{\"jsonrpc\":\"2.0\",\"method\":\"tools/list\"}",
		"{\"jsonrpc\":\"2.0\",\"id\":5,\"result\":{}}",
		"{\"jsonrpc\":\"2.0\",\"id\":5,\"error\":{\"code\":-1,"
		"\"message\":\"no\"}}",
	};
	const char *session = stand_initialize ("2025-03-26");
	char sse[40];
	struct stream *stream = stand_sse (sse);

	(void) state;
	for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
		struct post *post = stand_post (session, NULL, bodies[i]);

		assert_int_equal (post->status, 202);
		assert_null (post->body);
		post = stand_message (sse, NULL, bodies[i]);
		assert_int_equal (post->status, 202);
		assert_null (post->body);
	}
	assert_int_equal (stream->n_events, 1);
}

static void
without_a_session_only_initialize_is_served (void **state)
{
	(void) state;
	assert_refused (stand_post (NULL, NULL, PING (1)), 400, "-32600");
	assert_refused (stand_post (NULL, NULL, NOTE), 400, "-32600");
	assert_refused (stand_post (NULL, NULL, "[" PING (1) "]"), 400,
			"-32600");
	assert_refused (stand_message (NULL, NULL, PING (1)), 400, "-32600");
	assert_refused (stand_message ("", NULL, PING (1)), 400, "-32600");
}

static void
an_unknown_session_is_404_and_the_id_comes_back (void **state)
{
	static const char *const unknown = "00000000000000000000000000000000";

	(void) state;
	assert_refused (stand_post (unknown, NULL, PING (9)), 404, "\"id\":9");
	assert_refused (stand_post (unknown, NULL, NOTE), 404, "-32600");
	assert_refused (stand_message (unknown, NULL, PING (9)), 404,
			"\"id\":9");
}

static void
a_refused_response_is_not_answered_under_its_id (void **state)
{
	struct post *post =
		stand_post ("unknown", NULL,
			    "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}");

	(void) state;
	assert_refused (post, 404, "-32600");
	assert_null (strstr (post->body, "\"id\""));
}

static void
a_session_of_one_transport_is_unknown_on_the_other (void **state)
{
	const char *streamable = stand_initialize ("2025-06-18");
	char sse[40];

	(void) state;
	stand_sse (sse);
	assert_refused (stand_post (sse, NULL, PING (1)), 404, "-32600");
	assert_refused (stand_message (streamable, NULL, PING (1)), 404,
			"-32600");
}

static void
initialize_on_a_session_is_400_and_on_an_unknown_one_404 (void **state)
{
	static const char *const body =
		"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\","
		"\"params\":{\"protocolVersion\":\"2025-06-18\"}}";

	(void) state;
	assert_refused (
		stand_post (stand_initialize ("2025-06-18"), NULL, body), 400,
		"-32600");
	assert_refused (stand_post ("gone", NULL, body), 404, "-32600");
}

static void
a_bad_version_header_is_400_where_the_revision_has_it (void **state)
{
	const char *old = stand_initialize ("2025-03-26");
	const char *recent = stand_initialize ("2025-06-18");

	(void) state;
	assert_refused (stand_post (recent, "1999-01-01", PING (1)), 400,
			"-32600");
	assert_refused (stand_post (recent, "banana", NOTE), 400, "-32600");
	assert_refused (stand_post (recent, "2099-01-01", NOTE), 400, "-32600");
	assert_int_equal (stand_post (recent, "2025-03-26", PING (1))->status,
			  200);
	assert_int_equal (stand_post (recent, NULL, PING (1))->status, 200);
	assert_int_equal (stand_post (old, "banana", PING (1))->status, 200);
}

/* --- Batches --- */

static void
a_batch_is_answered_by_one_array (void **state)
{
	const char *session = stand_initialize ("2025-03-26");

	(void) state;
	assert_string_equal (
		stand_ask (session, "[" PING (1) "," NOTE "," PING (2) "]"),
		"[" PONG (1) "," PONG (2) "]");
	assert_string_equal (stand_ask (session, "[" PING (3) "]"),
			     "[" PONG (3) "]");
}

static void
a_batch_waits_for_its_last_answer (void **state)
{
	const char *session = stand_initialize ("2025-03-26");
	struct post *post = stand_post (
		session, NULL, "[" WAIT (1) "," PING (2) "," WAIT (3) "]");
	struct call *third = stand.calls, *first = third->next;

	(void) state;
	stand_finish (third, "c");
	assert_int_equal (post->status, 0);
	stand_finish (first, "a");
	assert_int_equal (post->status, 200);
	assert_string_equal (
		post->body,
		"[" PONG (
			2) ","
			   "{\"jsonrpc\":\"2.0\",\"id\":3,\"result\":{\"content\":"
			   "[{\"type\":\"text\",\"text\":\"c\"}],\"isError\":false}},"
			   "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"content\":"
			   "[{\"type\":\"text\",\"text\":\"a\"}],\"isError\":false}}]");
}

static void
a_batch_without_requests_is_202 (void **state)
{
	const char *session = stand_initialize ("2025-03-26");
	struct post *post = stand_post (session, NULL, "[" NOTE "," NOTE "]");

	(void) state;
	assert_int_equal (post->status, 202);
	assert_null (post->body);
}

static void
a_batch_with_a_fault_is_refused_whole (void **state)
{
	static const char *const bodies[] = {
		"[]",
		"[" WAIT (1) ",1]",
		"[" WAIT (1) ",[]]",
		"[" WAIT (1) ",{\"jsonrpc\":\"2.0\",\"id\":null,"
			     "\"method\":\"ping\"}]",
		"[" WAIT (1) ",{\"jsonrpc\":\"2.0\",\"id\":2,"
			     "\"method\":\"initialize\",\"params\":"
			     "{\"protocolVersion\":\"2025-03-26\"}}]",
		"[" WAIT (1) ",{\"jsonrpc\":\"2.0\",\"id\":2,"
			     "\"method\":\"ping\",\"params\":{\"_meta\":"
			     "{\"io.modelcontextprotocol/protocolVersion\":"
			     "\"2026-07-28\"}}}]",
	};
	const char *session = stand_initialize ("2025-03-26");

	(void) state;
	for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++)
		assert_refused (stand_post (session, NULL, bodies[i]), 400,
				"-32600");
	assert_null (stand.calls);
}

static void
a_batch_has_a_largest_size (void **state)
{
	const char *session = stand_initialize ("2025-03-26");
	struct buffer body = { 0 };

	(void) state;
	buffer_add_literal (&body, "[" NOTE);
	for (int i = 1; i < LIMIT_RPC_BATCH; i++)
		buffer_add_literal (&body, "," NOTE);
	buffer_add_literal (&body, "]");
	assert_int_equal (stand_post (session, NULL, body.data)->status, 202);
	body.data[body.size - 1] = ',';
	buffer_add_literal (&body, NOTE "]");
	assert_refused (stand_post (session, NULL, body.data), 400, "-32600");
	buffer_fini (&body);
}

static void
other_revisions_refuse_arrays (void **state)
{
	static const char *const revisions[] = { "2024-11-05", "2025-06-18",
						 "2025-11-25" };

	(void) state;
	for (size_t i = 0; i < 3; i++)
		assert_refused (stand_post (stand_initialize (revisions[i]),
					    NULL, "[" PING (1) "]"),
				400, "-32600");
}

static void
over_sse_a_batch_is_answered_message_by_message (void **state)
{
	char session[40];
	struct stream *stream = stand_sse (session);
	struct post *post = stand_message (session, "2025-03-26",
					   "[" PING (1) "," PING (2) "]");

	(void) state;
	assert_int_equal (post->status, 202);
	assert_int_equal (stream->n_events, 3);
	assert_string_equal (stream->events[1], "message: " PONG (1));
	assert_string_equal (stream->events[2], "message: " PONG (2));
	assert_refused (stand_message (session, "2024-11-05", "[" PING (1) "]"),
			400, "-32600");
}

/* --- Clients that leave --- */

static void
a_client_that_leaves_cancels_nothing (void **state)
{
	const char *session = stand_initialize ("2025-11-25");
	struct post *post = stand_wait (session, 1);
	struct call *call = stand.calls;

	(void) state;
	mcp_exchange_left (stand.mcp, &post->exchange);
	assert_false (call->is_cancelled);
	assert_int_equal (mcp_running (stand.mcp), 1);
	stand_progress (call, 1, 0, NULL);
	stand_finish (call, "done");
	assert_int_equal (post->status, 0);
	assert_int_equal (mcp_running (stand.mcp), 0);
}

static void
a_client_that_leaves_a_batch_cancels_nothing (void **state)
{
	const char *session = stand_initialize ("2025-03-26");
	struct post *post =
		stand_post (session, NULL, "[" WAIT (1) "," WAIT (2) "]");
	struct call *second = stand.calls, *first = second->next;

	(void) state;
	stand_finish (first, "a");
	mcp_exchange_left (stand.mcp, &post->exchange);
	stand_finish (second, "b");
	assert_int_equal (post->status, 0);
	assert_int_equal (mcp_running (stand.mcp), 0);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		stand_test (what_is_not_json_is_400_on_both_transports),
		stand_test (what_is_no_message_is_400),
		stand_test (what_is_beyond_a_limit_is_answered_under_its_id),
		stand_test (
			a_tool_called_with_what_is_beyond_a_limit_fails_as_a_result),
		stand_test (each_request_of_a_batch_beyond_a_limit_is_answered),
		stand_test (an_id_beyond_64_bits_is_400),
		stand_test (
			an_id_that_is_no_string_or_integer_is_400_never_a_notification),
		stand_test (an_id_comes_back_as_it_was),
		stand_test (notifications_and_responses_are_202_without_a_body),
		stand_test (without_a_session_only_initialize_is_served),
		stand_test (an_unknown_session_is_404_and_the_id_comes_back),
		stand_test (a_refused_response_is_not_answered_under_its_id),
		stand_test (a_session_of_one_transport_is_unknown_on_the_other),
		stand_test (
			initialize_on_a_session_is_400_and_on_an_unknown_one_404),
		stand_test (
			a_bad_version_header_is_400_where_the_revision_has_it),
		stand_test (a_batch_is_answered_by_one_array),
		stand_test (a_batch_waits_for_its_last_answer),
		stand_test (a_batch_without_requests_is_202),
		stand_test (a_batch_with_a_fault_is_refused_whole),
		stand_test (a_batch_has_a_largest_size),
		stand_test (other_revisions_refuse_arrays),
		stand_test (over_sse_a_batch_is_answered_message_by_message),
		stand_test (a_client_that_leaves_cancels_nothing),
		stand_test (a_client_that_leaves_a_batch_cancels_nothing),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
