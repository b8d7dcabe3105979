/* Tests core/mcp/logging.c. */
#include "stand.h"

static struct post *
set_level (const char *session, const char *level)
{
	char body[200];

	snprintf (body, sizeof body,
		  "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":"
		  "\"logging/setLevel\",\"params\":{\"level\":%s}}",
		  level);
	return stand_post (session, NULL, body);
}

static void
a_session_gets_the_level_it_asked_for (void **state)
{
	const char *session = stand_initialize ("2025-11-25");

	(void) state;
	stand_wait (session, 5);
	assert_int_equal (stand.calls->message_level, MCP_LOG_INFO);
	assert_string_equal (set_level (session, "\"error\"")->body,
			     "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}");
	stand_wait (session, 6);
	assert_int_equal (stand.calls->message_level, MCP_LOG_ERROR);
}

static void
an_unknown_level_is_invalid_params (void **state)
{
	const char *session = stand_initialize ("2025-11-25");

	(void) state;
	assert_non_null (strstr (set_level (session, "\"x\"")->body, "-32602"));
	assert_non_null (strstr (set_level (session, "7")->body, "-32602"));
}

static void
without_a_session_each_request_says_its_level (void **state)
{
	const char *const headers[] = { "MCP-Protocol-Version",
					"2026-07-28",
					"Mcp-Method",
					"tools/call",
					"Mcp-Name",
					"wait",
					NULL };

	(void) state;
	stand_stateless ("tools/call", "wait", "\"name\":\"wait\",");
	assert_int_equal (stand.calls->message_level, -1);
	stand_post_with (headers,
			 "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":"
			 "\"tools/call\",\"params\":{\"name\":\"wait\","
			 "\"_meta\":{\"io.modelcontextprotocol/logLevel\":"
			 "\"notice\"," STAND_META "}}}");
	assert_int_equal (stand.calls->message_level, MCP_LOG_NOTICE);
}

static void
a_message_goes_to_the_stream_of_its_request (void **state)
{
	struct post *post = stand_wait (stand_initialize ("2025-06-18"), 5);
	const struct call *call = stand.calls;

	(void) state;
	call->ops->message (call->owner, MCP_LOG_WARNING, "me", "{\"a\":1}", 7);
	call->ops->message (call->owner, MCP_LOG_DEBUG, NULL, "2", 1);
	assert_string_equal (post->events[0],
			     "{\"jsonrpc\":\"2.0\",\"method\":"
			     "\"notifications/message\",\"params\":{\"level\":"
			     "\"warning\",\"logger\":\"me\",\"data\":"
			     "{\"a\":1}}}");
	assert_string_equal (post->events[1],
			     "{\"jsonrpc\":\"2.0\",\"method\":"
			     "\"notifications/message\",\"params\":{\"level\":"
			     "\"debug\",\"data\":2}}");
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		stand_test (a_session_gets_the_level_it_asked_for),
		stand_test (an_unknown_level_is_invalid_params),
		stand_test (without_a_session_each_request_says_its_level),
		stand_test (a_message_goes_to_the_stream_of_its_request),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
