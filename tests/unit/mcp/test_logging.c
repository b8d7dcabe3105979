/* Tests core/mcp/logging.c. */
#include "stand.h"

#include <stdio.h>

static const char *
set_level (const char *session, const char *params)
{
	char body[200];

	snprintf (body, sizeof body,
		  "{\"jsonrpc\":\"2.0\",\"id\":9,\"method\":"
		  "\"logging/setLevel\",\"params\":%s}",
		  params);
	return stand_ask (session, body);
}

static void
a_session_wants_info_until_it_says_otherwise (void **state)
{
	const char *session = stand_initialize ("2025-11-25");

	(void) state;
	stand_wait (session, 1);
	assert_int_equal (stand.calls->request.message_level, MCP_LOG_INFO);
	assert_string_equal (set_level (session, "{\"level\":\"error\"}"),
			     "{\"jsonrpc\":\"2.0\",\"id\":9,\"result\":{}}");
	stand_wait (session, 2);
	assert_int_equal (stand.calls->request.message_level, MCP_LOG_ERROR);
}

static void
an_unknown_level_is_invalid_and_changes_nothing (void **state)
{
	static const char *const params[] = { "{}", "{\"level\":\"loud\"}",
					      "{\"level\":6}",
					      "{\"level\":null}",
					      "{\"level\":\"info\\u0000\"}" };
	const char *session = stand_initialize ("2025-11-25");

	(void) state;
	for (size_t i = 0; i < 5; i++)
		assert_non_null (strstr (set_level (session, params[i]),
					 "\"code\":-32602"));
	stand_wait (session, 1);
	assert_int_equal (stand.calls->request.message_level, MCP_LOG_INFO);
}

static void
one_sessions_level_is_not_anothers (void **state)
{
	const char *first = stand_initialize ("2025-11-25");
	const char *second = stand_initialize ("2025-11-25");

	(void) state;
	set_level (first, "{\"level\":\"debug\"}");
	stand_wait (second, 1);
	assert_int_equal (stand.calls->request.message_level, MCP_LOG_INFO);
}

static void
a_message_comes_before_the_answer_on_its_stream (void **state)
{
	struct post *post = stand_wait (stand_initialize ("2025-06-18"), 1);

	(void) state;
	stand_say (stand.calls, MCP_LOG_WARNING, "disk", "{\"full\":0.9}");
	stand_say (stand.calls, MCP_LOG_INFO, NULL, "\"text\"");
	assert_int_equal (post->n_events, 2);
	assert_string_equal (
		post->events[0],
		"{\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\","
		"\"params\":{\"level\":\"warning\",\"logger\":\"disk\","
		"\"data\":{\"full\":0.9}}}");
	assert_string_equal (
		post->events[1],
		"{\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\","
		"\"params\":{\"level\":\"info\",\"data\":\"text\"}}");
	stand_finish (stand.calls, "done");
	assert_int_equal (post->status, 200);
}

static void
over_sse_a_message_comes_on_the_long_stream (void **state)
{
	char session[40];
	struct stream *stream = stand_sse (session);

	(void) state;
	stand_message (
		session, NULL,
		"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\","
		"\"params\":{\"name\":\"wait\"}}");
	stand_say (stand.calls, MCP_LOG_INFO, NULL, "1");
	assert_non_null (strstr (stream->events[1], "notifications/message"));
}

static void
without_a_session_only_who_asks_for_messages_gets_them (void **state)
{
	(void) state;
	stand_stateless ("tools/call", "wait", "\"name\":\"wait\",");
	assert_int_equal (stand.calls->request.message_level, -1);
	stand_stateless_as (STAND_META
			    ",\"io.modelcontextprotocol/logLevel\":\"notice\"",
			    "tools/call", "wait", "\"name\":\"wait\",");
	assert_int_equal (stand.calls->request.message_level, MCP_LOG_NOTICE);
}

static void
without_a_session_there_is_no_level_to_set (void **state)
{
	struct post *post = stand_stateless ("logging/setLevel", NULL,
					     "\"level\":\"info\",");

	(void) state;
	assert_int_equal (post->status, 404);
	assert_non_null (strstr (post->body, "\"code\":-32601"));
}

static void
a_message_for_a_client_without_streams_is_dropped (void **state)
{
	struct post *post;

	(void) state;
	stand.accepts_no_stream = true;
	post = stand_wait (stand_initialize ("2025-11-25"), 1);
	stand_say (stand.calls, MCP_LOG_INFO, NULL, "1");
	assert_int_equal (post->n_events, 0);
	stand_finish (stand.calls, "done");
	assert_int_equal (post->status, 200);
}

static void
what_goes_wrong_here_is_no_message_to_the_client (void **state)
{
	const char *session = stand_initialize ("2025-11-25");
	struct post *post;

	(void) state;
	set_level (session, "{\"level\":\"debug\"}");
	post = stand_post (session, NULL,
			   "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":"
			   "\"tools/call\",\"params\":{\"name\":"
			   "\"breaks\"}}");
	assert_non_null (strstr (post->body, "\"code\":-32603"));
	assert_int_equal (post->n_events, 0);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		stand_test (a_session_wants_info_until_it_says_otherwise),
		stand_test (an_unknown_level_is_invalid_and_changes_nothing),
		stand_test (one_sessions_level_is_not_anothers),
		stand_test (a_message_comes_before_the_answer_on_its_stream),
		stand_test (over_sse_a_message_comes_on_the_long_stream),
		stand_test (
			without_a_session_only_who_asks_for_messages_gets_them),
		stand_test (without_a_session_there_is_no_level_to_set),
		stand_test (what_goes_wrong_here_is_no_message_to_the_client),
		stand_test (a_message_for_a_client_without_streams_is_dropped),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
