/* Tests core/mcp/stateless.c, and how its requests are dispatched, answered
 * and left. */
#include "stand.h"

#define VERSION "io.modelcontextprotocol/protocolVersion"
#define CAPABILITIES "io.modelcontextprotocol/clientCapabilities"

/* headers: from MCP-Protocol-Version on. */
#define POST(method, meta, ...)                                                \
	stand_post_with ((const char *const[]){ __VA_ARGS__, NULL },           \
			 "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" method  \
			 "\",\"params\":{\"_meta\":{" meta "}}}")
#define META(version) "\"" VERSION "\":\"" version "\",\"" CAPABILITIES "\":{}"

static void
assert_error (struct post *post, int status, const char *code)
{
	assert_int_equal (post->status, status);
	assert_non_null (post->body);
	assert_non_null (strstr (post->body, code));
	assert_non_null (strstr (post->body, "\"id\":1,"));
}

static void
what_a_request_must_say_of_itself_is_required (void **state)
{
	struct post *posts[] = {
		POST ("server/discover", "\"" CAPABILITIES "\":{}",
		      "MCP-Protocol-Version", "2026-07-28"),
		POST ("server/discover", "\"" VERSION "\":\"2026-07-28\"",
		      "MCP-Protocol-Version", "2026-07-28"),
		POST ("server/discover", "\"" VERSION "\":7",
		      "MCP-Protocol-Version", "2026-07-28"),
		POST ("server/discover",
		      "\"" VERSION "\":\"2026-07-28\",\"" CAPABILITIES "\":[]",
		      "MCP-Protocol-Version", "2026-07-28"),
		POST ("server/discover",
		      META ("2026-07-28") ",\"io.modelcontextprotocol/"
					  "logLevel\":\"loud\"",
		      "MCP-Protocol-Version", "2026-07-28"),
	};

	(void) state;
	for (size_t i = 0; i < sizeof posts / sizeof posts[0]; i++)
		assert_error (posts[i], 400, "\"code\":-32602");
}

static void
a_request_that_does_not_name_its_client_is_served (void **state)
{
	struct post *post = POST ("server/discover", META ("2026-07-28"),
				  "MCP-Protocol-Version", "2026-07-28",
				  "Mcp-Method", "server/discover");

	(void) state;
	assert_int_equal (post->status, 200);
}

static void
a_version_header_that_differs_comes_before_one_that_is_not_served (void **state)
{
	(void) state;
	assert_error (POST ("server/discover", META ("v999.0.0"),
			    "MCP-Protocol-Version", "2026-07-28", "Mcp-Method",
			    "server/discover"),
		      400, "\"code\":-32020");
	assert_error (POST ("server/discover", META ("2026-07-28"),
			    "MCP-Protocol-Version", "2025-11-25"),
		      400, "\"code\":-32020");
	assert_error (POST ("server/discover", META ("2026-07-28"),
			    "Mcp-Method", "server/discover"),
		      400, "\"code\":-32020");
}

static void
a_version_that_is_not_served_is_told_what_is (void **state)
{
	struct post *post = POST ("server/discover", META ("v999.0.0"),
				  "MCP-Protocol-Version", "v999.0.0");

	(void) state;
	assert_error (post, 400, "\"code\":-32022");
	assert_non_null (strstr (
		post->body,
		"\"data\":{\"supported\":[\"2026-07-28\",\"2025-11-25\","
		"\"2025-06-18\",\"2025-03-26\",\"2024-11-05\"],"
		"\"requested\":\"v999.0.0\"}"));
}

static void
a_version_with_sessions_is_not_offered_again (void **state)
{
	struct post *post = POST ("tools/list", META ("2025-11-25"),
				  "MCP-Protocol-Version", "2025-11-25");

	(void) state;
	assert_error (post, 400, "\"code\":-32022");
	assert_non_null (strstr (post->body,
				 "\"data\":{\"supported\":[\"2026-07-28\"],"
				 "\"requested\":\"2025-11-25\"}"));
}

static void
methods_that_are_gone_or_unknown_are_404 (void **state)
{
	static const char *const names[] = {
		"initialize",
		"ping",
		"logging/setLevel",
		"resources/subscribe",
		"resources/unsubscribe",
		"unknown/method",
		"tools/List",
	};

	(void) state;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		assert_error (stand_stateless (names[i], NULL, ""), 404,
			      "\"code\":-32601");
}

static void
results_say_what_they_are_and_who_gives_them (void **state)
{
	(void) state;
	assert_string_equal (
		stand_ask_stateless ("tools/call", "echo",
				     "\"name\":\"echo\","),
		"{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"content\":"
		"[{\"type\":\"text\",\"text\":\"{}\"}],\"isError\":false," STAND_TAIL
		"}}");
	assert_non_null (strstr (stand_ask_stateless ("tools/call", "fails",
						      "\"name\":\"fails\","),
				 "\"isError\":true," STAND_TAIL "}}"));
	assert_non_null (strstr (stand_ask_stateless ("tools/list", NULL, ""),
				 "]," STAND_CACHED_TAIL "}}"));
}

static void
no_session_begins_and_none_is_asked_for (void **state)
{
	struct post *post = stand_stateless ("tools/list", NULL, "");

	(void) state;
	assert_int_equal (post->status, 200);
	assert_string_equal (post->new_session, "");
}

static void
errors_of_methods_are_200 (void **state)
{
	struct post *post =
		stand_stateless ("tools/call", "nope", "\"name\":\"nope\",");

	(void) state;
	assert_error (post, 200, "\"code\":-32602");
}

static void
a_call_gets_the_name_that_its_request_tells (void **state)
{
	struct post *post =
		stand_stateless ("tools/call", "wait", "\"name\":\"wait\",");

	(void) state;
	assert_int_equal (post->status, 0);
	assert_string_equal (stand.calls->client, "modern");
	stand_finish (stand.calls, "x");
	assert_int_equal (post->status, 200);
	assert_int_equal (mcp_running (stand.mcp), 0);
}

static void
answers_to_what_was_not_asked_yet_reach_the_handler (void **state)
{
	(void) state;
	stand_stateless ("tools/call", "echo",
			 "\"name\":\"echo\",\"inputResponses\":{\"a\":{"
			 "\"action\":\"accept\"},\"b\":7},");
	assert_string_equal (stand.calls->answers,
			     "{\"a\":{\"result\":{\"action\":\"accept\"}}}");
	assert_int_equal (stand.calls->request.round, 1);
}

static void
who_leaves_cancels (void **state)
{
	struct post *post =
		stand_stateless ("tools/call", "wait", "\"name\":\"wait\",");

	(void) state;
	stand_leave_post (post);
	assert_true (stand.calls->is_cancelled);
	assert_int_equal (stand.calls->why, CALL_END_LEFT);
	assert_int_equal (mcp_running (stand.mcp), 0);
	assert_null (post->body);
}

static void
requests_of_many_clients_may_have_one_id (void **state)
{
	struct post *first =
		stand_stateless ("tools/call", "wait", "\"name\":\"wait\",");
	struct post *second =
		stand_stateless ("tools/call", "wait", "\"name\":\"wait\",");

	(void) state;
	stand_finish (stand.calls, "second");
	assert_int_equal (first->status, 0);
	assert_non_null (strstr (second->body, "second"));
	stand_finish (stand.calls->next, "first");
	assert_non_null (strstr (first->body, "first"));
}

static void
progress_goes_to_the_request_s_own_stream (void **state)
{
	const char *const headers[] = { "MCP-Protocol-Version",
					"2026-07-28",
					"Mcp-Method",
					"tools/call",
					"Mcp-Name",
					"wait",
					NULL };
	struct post *post = stand_post_with (
		headers,
		"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":"
		"\"tools/call\",\"params\":{\"name\":\"wait\","
		"\"_meta\":{\"progressToken\":\"p\"," STAND_META "}}}");

	(void) state;
	stand_progress (stand.calls, 0.5, 1, "half");
	assert_int_equal (post->n_events, 1);
	assert_non_null (strstr (post->events[0], "\"progressToken\":\"p\""));
	stand_finish (stand.calls, "x");
	assert_int_equal (post->status, 200);
}

static void
stopping_answers_what_runs (void **state)
{
	struct post *post =
		stand_stateless ("tools/call", "wait", "\"name\":\"wait\",");

	(void) state;
	assert_int_equal (mcp_stop (stand.mcp), 1);
	assert_int_equal (post->status, 200);
	assert_non_null (strstr (post->body, "\"isError\":true"));
	assert_int_equal (stand.calls->why, CALL_END_SHUTDOWN);
}

static void
while_the_server_stops_nothing_is_an_http_error (void **state)
{
	(void) state;
	mcp_drain (stand.mcp, stand_drained, NULL);
	assert_error (stand_stateless ("tools/list", NULL, ""), 200,
		      "\"code\":1,");
	assert_error (
		stand_stateless ("tools/call", "echo", "\"name\":\"echo\","),
		200, "\"isError\":true");
}

static void
too_many_calls_are_error_results (void **state)
{
	(void) state;
	stand.options.max_calls = 1;
	stand_stateless ("tools/call", "wait", "\"name\":\"wait\",");
	assert_error (
		stand_stateless ("tools/call", "echo", "\"name\":\"echo\","),
		200, "\"isError\":true");
}

static void
a_request_has_nothing_from_the_one_before (void **state)
{
	(void) state;
	stand_stateless_as (
		STAND_META_OF (
			"{\"elicitation\":{}}") ",\"io."
						"modelcontextprotocol/logLevel\":\"debug\"",
		"tools/call", "wait", "\"name\":\"wait\",");
	assert_true (stand.calls->request.can & CALL_CAN_FORM);
	stand_stateless ("tools/call", "wait", "\"name\":\"wait\",");
	assert_false (stand.calls->request.can & CALL_CAN_FORM);
	assert_int_equal (stand.calls->request.message_level, -1);
}

static void
a_list_is_the_same_after_a_call (void **state)
{
	char *before = strdup (stand_ask_stateless ("tools/list", NULL, ""));

	(void) state;
	stand_ask_stateless ("tools/call", "echo", "\"name\":\"echo\",");
	assert_string_equal (stand_ask_stateless ("tools/list", NULL, ""),
			     before);
	free (before);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		stand_test (what_a_request_must_say_of_itself_is_required),
		stand_test (a_request_that_does_not_name_its_client_is_served),
		stand_test (
			a_version_header_that_differs_comes_before_one_that_is_not_served),
		stand_test (a_version_that_is_not_served_is_told_what_is),
		stand_test (a_version_with_sessions_is_not_offered_again),
		stand_test (methods_that_are_gone_or_unknown_are_404),
		stand_test (results_say_what_they_are_and_who_gives_them),
		stand_test (no_session_begins_and_none_is_asked_for),
		stand_test (errors_of_methods_are_200),
		stand_test (a_call_gets_the_name_that_its_request_tells),
		stand_test (
			answers_to_what_was_not_asked_yet_reach_the_handler),
		stand_test (who_leaves_cancels),
		stand_test (requests_of_many_clients_may_have_one_id),
		stand_test (progress_goes_to_the_request_s_own_stream),
		stand_test (stopping_answers_what_runs),
		stand_test (while_the_server_stops_nothing_is_an_http_error),
		stand_test (too_many_calls_are_error_results),
		stand_test (a_request_has_nothing_from_the_one_before),
		stand_test (a_list_is_the_same_after_a_call),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
