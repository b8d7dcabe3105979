/* Tests core/mcp/mcp.c: drain and stop. */
#include "stand.h"

#include "mcp/agents.h"

#define INITIALIZE                                                             \
	"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\","             \
	"\"params\":{\"protocolVersion\":\"2025-11-25\"}}"
#define ASK(method) "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" method "\"}"
#define CALL_ECHO                                                              \
	"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\","             \
	"\"params\":{\"name\":\"echo\"}}"

static void
without_calls_draining_is_over_at_once (void **state)
{
	(void) state;
	assert_false (mcp_is_draining (stand.mcp));
	mcp_drain (stand.mcp, stand_drained, NULL);
	assert_true (mcp_is_draining (stand.mcp));
	assert_int_equal (stand.n_drained, 1);
}

static void
draining_is_over_once_when_the_last_call_has_ended (void **state)
{
	const char *session = stand_initialize ("2025-11-25");
	struct post *first = stand_wait (session, 1);
	struct post *second = stand_wait (session, 2);

	(void) state;
	mcp_drain (stand.mcp, stand_drained, NULL);
	stand_finish (stand.calls->next, "one");
	assert_int_equal (stand.n_drained, 0);
	stand_finish (stand.calls, "two");
	assert_int_equal (stand.n_drained, 1);
	assert_non_null (strstr (first->body, "one"));
	assert_non_null (strstr (second->body, "two"));
}

static void
plugins_hear_of_an_agent_that_is_revoked (void **state)
{
	const struct agent_setting setting = { .name = "ann" };
	struct agent *agent;

	(void) state;
	assert_int_equal (
		agents_add (mcp_agents (stand.mcp), &setting, &agent, NULL), 0);
	agents_revoke (agent);
	assert_int_equal (stand.last_notice, MCP_NOTICE_REVOKED);
	assert_string_equal (stand.noticed_agent, "ann");
}

static void
while_draining_a_live_session_gets_no_http_error (void **state)
{
	const char *session = stand_initialize ("2025-11-25");
	const char *answer;

	(void) state;
	mcp_drain (stand.mcp, stand_drained, NULL);
	answer = stand_ask (session, CALL_ECHO);
	assert_non_null (strstr (answer, "\"isError\":true"));
	assert_non_null (strstr (answer, "stopping"));
	assert_non_null (strstr (stand_ask (session, ASK ("tools/list")),
				 "\"code\":1,"));
	assert_non_null (
		strstr (stand_ask (session, ASK ("ping")), "\"result\":{}"));
	assert_null (stand.calls);
}

static void
while_draining_initialize_and_streams_are_503 (void **state)
{
	const char *session = stand_initialize ("2025-11-25");
	struct post *post;
	int status;

	(void) state;
	mcp_drain (stand.mcp, stand_drained, NULL);
	post = stand_post (NULL, NULL, INITIALIZE);
	assert_int_equal (post->status, 503);
	assert_non_null (strstr (post->body, "\"code\":1,"));
	stand_stream (TRANSPORT_STREAMABLE, session, NULL, &status);
	assert_int_equal (status, 503);
	stand_stream (TRANSPORT_SSE, NULL, NULL, &status);
	assert_int_equal (status, 503);
}

static void
stop_cuts_calls_with_an_answer_and_ends_streams (void **state)
{
	const char *session = stand_initialize ("2025-11-25");
	struct stream *get =
		stand_stream (TRANSPORT_STREAMABLE, session, NULL, NULL);
	char sse[40];
	struct stream *stream = stand_sse (sse);
	struct post *post = stand_wait (session, 1);

	(void) state;
	stand_message (sse, NULL,
		       "{\"jsonrpc\":\"2.0\",\"id\":5,\"method\":"
		       "\"tools/call\",\"params\":{\"name\":\"wait\"}}");
	mcp_drain (stand.mcp, stand_drained, NULL);
	assert_int_equal (mcp_stop (stand.mcp), 2);
	assert_int_equal (mcp_running (stand.mcp), 0);
	assert_int_equal (stand.n_drained, 0);
	assert_int_equal (stand.calls->why, CALL_END_SHUTDOWN);
	assert_int_equal (stand.calls->next->why, CALL_END_SHUTDOWN);
	assert_int_equal (post->status, 200);
	assert_non_null (strstr (post->body, "\"isError\":true"));
	assert_int_equal (stream->n_events, 2);
	assert_non_null (strstr (stream->events[1], "\"isError\":true"));
	assert_true (get->is_ended);
	assert_true (stream->is_ended);
}

static void
stop_from_within_the_end_of_draining (void *arg)
{
	assert_int_equal (mcp_stop (arg), 0);
	stand.n_drained++;
}

static void
everything_may_stop_when_the_last_call_ends (void **state)
{
	const char *session = stand_initialize ("2025-11-25");
	struct stream *stream =
		stand_stream (TRANSPORT_STREAMABLE, session, NULL, NULL);
	struct post *post = stand_wait (session, 1);

	(void) state;
	mcp_drain (stand.mcp, stop_from_within_the_end_of_draining, stand.mcp);
	stand_finish (stand.calls, "done");
	assert_int_equal (stand.n_drained, 1);
	assert_non_null (strstr (post->body, "done"));
	assert_true (stream->is_ended);
}

static void
everything_may_stop_when_an_sse_client_leaves (void **state)
{
	char session[40];
	struct stream *stream = stand_sse (session), *other;

	(void) state;
	other = stand_stream (TRANSPORT_SSE, NULL, NULL, NULL);
	stand_message (session, NULL,
		       "{\"jsonrpc\":\"2.0\",\"id\":5,\"method\":"
		       "\"tools/call\",\"params\":{\"name\":\"wait\"}}");
	mcp_drain (stand.mcp, stop_from_within_the_end_of_draining, stand.mcp);
	stand_leave (stream);
	assert_int_equal (stand.n_drained, 1);
	assert_false (stream->is_ended);
	assert_true (other->is_ended);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		stand_test (without_calls_draining_is_over_at_once),
		stand_test (draining_is_over_once_when_the_last_call_has_ended),
		stand_test (plugins_hear_of_an_agent_that_is_revoked),
		stand_test (while_draining_a_live_session_gets_no_http_error),
		stand_test (while_draining_initialize_and_streams_are_503),
		stand_test (stop_cuts_calls_with_an_answer_and_ends_streams),
		stand_test (everything_may_stop_when_the_last_call_ends),
		stand_test (everything_may_stop_when_an_sse_client_leaves),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
