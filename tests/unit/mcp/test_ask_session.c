/* Tests core/mcp/ask_session.c and ask_round.c: questions to clients with a
 * session. */
#include "stand.h"

#include <stdio.h>

#include "mcp/ask_round.h"
#include "mcp/session.h"

#define CAN_FORM "{\"elicitation\":{}}"
#define REQUEST(id)                                                            \
	"{\"jsonrpc\":\"2.0\",\"id\":\"" id "\",\"method\":"                   \
	"\"elicitation/create\",\"params\":" STAND_FORM "}"

#define CANCELLED(id)                                                          \
	"{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\","         \
	"\"params\":{\"requestId\":\"" id "\",\"reason\":"                     \
	"\"nobody waits for the answer any more\"}}"

static const char *const names[] = { "one", "two" };
static const char *session;

/* A call that asked for n names. */
static struct post *
ask (size_t n, const char *state)
{
	struct post *post;

	session = stand_initialize_as ("2025-11-25", CAN_FORM);
	post = stand_wait (session, 1);
	stand_ask_client (stand.calls, names, n, state);
	return post;
}

/* What came last: once asked, the answer comes on the stream. */
static const char *
last (const struct post *post)
{
	if (post->body != NULL)
		return post->body;
	assert_true (post->n_events > 0);
	return post->events[post->n_events - 1];
}

/* The client's response. member: "result" or "error" and its value. */
static void
respond (const char *to, const char *id, const char *member)
{
	char body[300];

	snprintf (body, sizeof body, "{\"jsonrpc\":\"2.0\",\"id\":%s,%s}", id,
		  member);
	assert_int_equal (stand_post (to, NULL, body)->status, 202);
}

#define ACCEPT "\"result\":{\"action\":\"accept\",\"content\":{\"a\":1}}"

static void
a_question_is_a_request_on_the_stream_of_its_call (void **state)
{
	struct post *post = ask (2, NULL);

	(void) state;
	assert_int_equal (post->status, 0);
	assert_int_equal (post->n_events, 2);
	assert_string_equal (post->events[0], REQUEST ("ask-1"));
	assert_string_equal (post->events[1], REQUEST ("ask-2"));
}

static void
over_sse_a_question_comes_on_the_long_stream (void **state)
{
	char id[40];
	struct stream *stream = stand_sse (id);

	(void) state;
	stand_message (
		id, NULL,
		"{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\","
		"\"params\":{\"protocolVersion\":\"2025-06-18\","
		"\"capabilities\":" CAN_FORM ",\"clientInfo\":{\"name\":"
		"\"t\",\"version\":\"1\"}}}");
	stand_message (
		id, NULL,
		"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\","
		"\"params\":{\"name\":\"wait\"}}");
	stand_ask_client (stand.calls, names, 1, NULL);
	assert_string_equal (stream->events[2], "message: " REQUEST ("ask-1"));
	stand_leave (stream);
	assert_int_equal (stand.n_abandoned, 1);
}

static void
the_answer_goes_to_the_handler_in_a_new_round (void **state)
{
	struct post *post = ask (1, "own");

	(void) state;
	respond (session, "\"ask-1\"", ACCEPT);
	assert_string_equal (stand.calls->answers,
			     "{\"one\":{\"result\":{\"action\":\"accept\","
			     "\"content\":{\"a\":1}}}}");
	assert_string_equal (stand.calls->state, "own");
	assert_string_equal (stand.calls->arguments, "{}");
	assert_int_equal (stand.calls->request.round, 1);
	stand_finish (stand.calls, "done");
	assert_non_null (strstr (last (post), "done"));
	assert_int_equal (stand.n_abandoned, 0);
}

static void
the_handler_goes_on_when_all_is_answered_once (void **state)
{
	struct call *first;

	(void) state;
	ask (2, NULL);
	first = stand.calls;
	respond (session, "\"ask-2\"", "\"result\":{\"action\":\"decline\"}");
	respond (session, "\"ask-2\"", ACCEPT);
	assert_ptr_equal (stand.calls, first);
	respond (session, "\"ask-1\"", "\"result\":{\"action\":\"cancel\"}");
	assert_string_equal (stand.calls->answers,
			     "{\"one\":{\"result\":{\"action\":\"cancel\"}},"
			     "\"two\":{\"result\":{\"action\":\"decline\"}}}");
	first = stand.calls;
	respond (session, "\"ask-1\"", ACCEPT);
	assert_ptr_equal (stand.calls, first);
}

static void
an_error_of_the_client_is_an_answer_too (void **state)
{
	(void) state;
	ask (1, NULL);
	respond (session, "\"ask-1\"",
		 "\"error\":{\"code\":-1,\"message\":\"no\"}");
	assert_string_equal (stand.calls->answers,
			     "{\"one\":{\"error\":{\"code\":-1,\"message\":"
			     "\"no\"}}}");
}

/* What the handler gets for an answer that is not one to its form. */
static void
assert_misfit (const char *why)
{
	char expected[300];

	snprintf (expected, sizeof expected,
		  "{\"one\":{\"error\":{\"code\":%s\"}}}", why);
	assert_string_equal (stand.calls->answers, expected);
}

static void
an_answer_that_does_not_fit_the_form_is_an_error_for_the_handler (void **state)
{
	(void) state;
	ask (1, NULL);
	respond (session, "\"ask-1\"", "\"result\":[1]");
	assert_misfit ("-32602,\"message\":\"the answer does not fit the form: "
		       "\\/action: must be one of accept, decline, cancel");
	ask (1, NULL);
	respond (session, "\"ask-1\"",
		 "\"result\":{\"action\":\"accept\",\"content\":7}");
	assert_misfit ("-32602,\"message\":\"the answer does not fit the form: "
		       "\\/content: must be an object");
}

static void
an_answer_beyond_a_limit_is_an_error_for_the_handler (void **state)
{
	(void) state;
	ask (1, NULL);
	respond (session, "\"ask-1\"",
		 "\"result\":{\"action\":\"accept\",\"content\":{\"a\":"
		 "1e400}}");
	assert_misfit ("-32600,\"message\":\"JSON: byte 74: a number too "
		       "large for a double");
}

static void
only_its_own_session_answers_a_question (void **state)
{
	const char *other = stand_initialize_as ("2025-11-25", CAN_FORM);
	struct call *first;

	(void) state;
	ask (1, NULL);
	first = stand.calls;
	respond (other, "\"ask-1\"", ACCEPT);
	respond (session, "\"ask-7\"", ACCEPT);
	respond (session, "1", ACCEPT);
	assert_ptr_equal (stand.calls, first);
}

static void
a_client_that_cannot_answer_is_not_asked (void **state)
{
	struct post *post = stand_wait (stand_initialize ("2025-11-25"), 1);

	(void) state;
	stand_ask_client (stand.calls, names, 1, NULL);
	assert_int_equal (post->n_events, 0);
	assert_non_null (strstr (last (post), "\"isError\":true"));
	assert_non_null (strstr (last (post), "did not declare"));
	assert_int_equal (stand.n_abandoned, 1);
}

static void
a_revision_without_elicitation_has_no_form (void **state)
{
	struct post *post =
		stand_wait (stand_initialize_as ("2025-03-26", CAN_FORM), 1);

	(void) state;
	stand_ask_client (stand.calls, names, 1, NULL);
	assert_non_null (strstr (last (post), "did not declare"));
}

static void
without_a_stream_the_question_is_abandoned (void **state)
{
	struct post *post;

	(void) state;
	stand.accepts_no_stream = true;
	post = ask (1, "own");
	assert_non_null (strstr (last (post), "\"isError\":true"));
	assert_int_equal (stand.n_abandoned, 1);
	assert_string_equal (stand.abandoned_state, "own");
}

/* Turns the loop until there is a call but this one. */
static void
wait_for_another (const struct call *call)
{
	for (int i = 0; i < 200 && stand.calls == call; i++)
		loop_turn (&stand.loop, 100);
	assert_ptr_not_equal (stand.calls, call);
}

/* The time of the only question is up. */
static void
let_time_pass (void)
{
	struct asking *asking = stand.mcp->sessions->calls->asking;

	assert_true (uv_timer_get_due_in (&asking->timer) > 0);
	uv_timer_start (&asking->timer, asking->timer.timer_cb, 0, 0);
}

static void
who_does_not_answer_in_time_is_told_so (void **state)
{
	struct post *post = ask (2, NULL);

	(void) state;
	respond (session, "\"ask-1\"", ACCEPT);
	let_time_pass ();
	wait_for_another (stand.calls);
	assert_non_null (
		strstr (stand.calls->answers, "\"two\":{\"timeout\":true}"));
	assert_string_equal (last (post),
			     "{\"jsonrpc\":\"2.0\",\"method\":"
			     "\"notifications/cancelled\",\"params\":"
			     "{\"requestId\":\"ask-2\",\"reason\":"
			     "\"no answer in time\"}}");
}

static void
when_one_cannot_be_asked_the_others_are_told (void **state)
{
	static const char params[] = "{\"messages\":[],\"maxTokens\":1}";
	struct call_ask asks[2];
	struct post *post;

	(void) state;
	for (int i = 0; i < 2; i++)
		asks[i] = (struct call_ask){ .name = names[i],
					     .method = "sampling/createMessage",
					     .params = params,
					     .params_size = strlen (params),
					     .needs = CALL_CAN_SAMPLE };
	/* Without ids of events each one is lost that does not go out. */
	session = stand_initialize_as ("2024-11-05", "{\"sampling\":{}}");
	post = stand_wait (session, 1);
	post->fails_at = 2;
	stand_end (stand.calls, &(struct call_result){ .outcome = CALL_ASKING,
						       .asks = asks,
						       .n_asks = 2 });
	assert_int_equal (post->n_events, 2);
	assert_non_null (strstr (post->events[0], "\"id\":\"ask-1\""));
	assert_string_equal (post->events[1], CANCELLED ("ask-1"));
	assert_non_null (strstr (last (post), "cannot be asked"));
	assert_int_equal (stand.n_abandoned, 1);
}

static void
a_cancelled_call_abandons_its_question (void **state)
{
	struct post *post = ask (1, "own");

	(void) state;
	stand_post (
		session, NULL,
		"{\"jsonrpc\":\"2.0\",\"method\":"
		"\"notifications/cancelled\",\"params\":{\"requestId\":1}}");
	assert_int_equal (stand.n_abandoned, 1);
	assert_null (post->body);
	assert_string_equal (last (post), CANCELLED ("ask-1"));
	assert_int_equal (mcp_running (stand.mcp), 0);
}

static void
a_session_that_ends_abandons_its_questions (void **state)
{
	(void) state;
	ask (1, NULL);
	stand_delete (session, NULL);
	assert_int_equal (stand.n_abandoned, 1);
	assert_int_equal (mcp_running (stand.mcp), 0);
}

static void
a_client_that_leaves_is_waited_for (void **state)
{
	(void) state;
	stand_leave_post (ask (1, NULL));
	assert_int_equal (mcp_running (stand.mcp), 1);
	respond (session, "\"ask-1\"", ACCEPT);
	assert_int_equal (stand.calls->request.round, 1);
}

static void
a_server_that_stops_waits_for_no_answer (void **state)
{
	struct post *post = ask (1, NULL);

	(void) state;
	mcp_drain (stand.mcp, stand_drained, NULL);
	assert_non_null (strstr (last (post), "the server is stopping"));
	assert_int_equal (stand.n_abandoned, 1);
	assert_int_equal (stand.n_drained, 1);
}

static void
a_server_that_stops_asks_nobody (void **state)
{
	struct post *post;

	(void) state;
	session = stand_initialize_as ("2025-11-25", CAN_FORM);
	post = stand_wait (session, 1);
	mcp_drain (stand.mcp, stand_drained, NULL);
	stand_ask_client (stand.calls, names, 1, "own");
	assert_non_null (strstr (last (post), "the server is stopping"));
	assert_string_equal (stand.abandoned_state, "own");
	assert_int_equal (stand.n_drained, 1);
}

static void
a_url_gets_an_id_of_ours (void **state)
{
	static const char params[] = "{\"mode\":\"url\",\"message\":\"?\","
				     "\"url\":\"https://x.test\"}";
	const struct call_ask url = { .name = "one",
				      .method = "elicitation/create",
				      .params = params,
				      .params_size = strlen (params),
				      .needs = CALL_CAN_URL };
	struct post *post;

	(void) state;
	session = stand_initialize_as ("2025-11-25",
				       "{\"elicitation\":{\"url\":{}}}");
	post = stand_wait (session, 1);
	stand_end (stand.calls, &(struct call_result){ .outcome = CALL_ASKING,
						       .asks = &url,
						       .n_asks = 1 });
	assert_non_null (strstr (post->events[0], "\"elicitationId\":\""));
}

static void
the_ids_of_questions_are_never_the_same_twice (void **state)
{
	struct post *post = ask (1, NULL), *other;

	(void) state;
	assert_string_equal (last (post), REQUEST ("ask-1"));
	respond (session, "\"ask-1\"", ACCEPT);
	stand_ask_client (stand.calls, names, 1, NULL);
	assert_string_equal (last (post), REQUEST ("ask-2"));
	other = stand_wait (session, 2);
	stand_ask_client (stand.calls, names, 1, NULL);
	assert_string_equal (last (other), REQUEST ("ask-3"));
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		stand_test (a_question_is_a_request_on_the_stream_of_its_call),
		stand_test (over_sse_a_question_comes_on_the_long_stream),
		stand_test (the_answer_goes_to_the_handler_in_a_new_round),
		stand_test (the_handler_goes_on_when_all_is_answered_once),
		stand_test (an_error_of_the_client_is_an_answer_too),
		stand_test (
			an_answer_that_does_not_fit_the_form_is_an_error_for_the_handler),
		stand_test (
			an_answer_beyond_a_limit_is_an_error_for_the_handler),
		stand_test (only_its_own_session_answers_a_question),
		stand_test (a_client_that_cannot_answer_is_not_asked),
		stand_test (a_revision_without_elicitation_has_no_form),
		stand_test (without_a_stream_the_question_is_abandoned),
		stand_test (who_does_not_answer_in_time_is_told_so),
		stand_test (when_one_cannot_be_asked_the_others_are_told),
		stand_test (a_cancelled_call_abandons_its_question),
		stand_test (a_session_that_ends_abandons_its_questions),
		stand_test (a_client_that_leaves_is_waited_for),
		stand_test (a_server_that_stops_waits_for_no_answer),
		stand_test (a_server_that_stops_asks_nobody),
		stand_test (the_ids_of_questions_are_never_the_same_twice),
		stand_test (a_url_gets_an_id_of_ours),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
