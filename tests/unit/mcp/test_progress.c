/* Tests core/mcp/progress.c. */
#include "stand.h"

#include "base/limits.h"
#include "mcp/progress.h"
#include "mcp/state.h"

static struct post *
wait_with_token (const char *session, const char *token)
{
	char body[1000];
	struct post *post;

	snprintf (body, sizeof body,
		  "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\","
		  "\"params\":{\"name\":\"wait\",\"_meta\":"
		  "{\"progressToken\":%s}}}",
		  token);
	post = stand_post (session, NULL, body);
	assert_int_equal (post->status, 0);
	return post;
}

#define PROGRESS(params)                                                       \
	"{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\","          \
	"\"params\":{" params "}}"

static void
progress_is_told_with_the_token_before_the_answer (void **state)
{
	const char *session = stand_initialize ("2025-11-25");
	struct post *post = wait_with_token (session, "\"t\"");

	(void) state;
	stand_progress (stand.calls, 0, 0, NULL);
	stand_progress (stand.calls, 0.5, 2, "half \"way\"");
	assert_int_equal (post->n_events, 2);
	assert_string_equal (post->events[0],
			     PROGRESS ("\"progressToken\":\"t\","
				       "\"progress\":0"));
	assert_string_equal (post->events[1],
			     PROGRESS ("\"progressToken\":\"t\","
				       "\"progress\":0.5,\"total\":2,"
				       "\"message\":\"half \\\"way\\\"\""));
	stand_finish (stand.calls, "done");
	assert_true (post->is_finished);
	assert_int_equal (post->n_events, 3);
	assert_non_null (strstr (post->events[2], "done"));
}

static void
zero_is_a_token_and_keeps_its_type (void **state)
{
	struct post *number =
		wait_with_token (stand_initialize ("2025-11-25"), "0");
	struct post *text =
		wait_with_token (stand_initialize ("2025-11-25"), "\"0\"");

	(void) state;
	stand_progress (stand.calls, 1, 0, NULL);
	stand_progress (stand.calls->next, 1, 0, NULL);
	assert_non_null (strstr (number->events[0], "\"progressToken\":0,"));
	assert_non_null (strstr (text->events[0], "\"progressToken\":\"0\","));
}

static void
without_a_usable_token_nothing_is_told (void **state)
{
	static const char *const tokens[] = { "null", "1.5", "true", "{}",
					      "[0]" };
	char token[LIMIT_PROGRESS_TOKEN_BYTES + 3];
	struct post *post;

	(void) state;
	for (size_t i = 0; i < sizeof tokens / sizeof tokens[0]; i++) {
		post = wait_with_token (stand_initialize ("2025-11-25"),
					tokens[i]);
		stand_progress (stand.calls, 1, 0, NULL);
		assert_int_equal (post->n_events, 0);
	}
	memset (token, '1', sizeof token);
	token[0] = token[sizeof token - 2] = '"';
	token[sizeof token - 1] = '\0';
	post = wait_with_token (stand_initialize ("2025-11-25"), token);
	stand_progress (stand.calls, 1, 0, NULL);
	assert_int_equal (post->n_events, 0);
}

static void
the_oldest_revision_has_no_message (void **state)
{
	struct post *post =
		wait_with_token (stand_initialize ("2024-11-05"), "1");

	(void) state;
	stand_progress (stand.calls, 1, 10, "one");
	assert_string_equal (post->events[0],
			     PROGRESS ("\"progressToken\":1,\"progress\":1,"
				       "\"total\":10"));
}

static void
over_sse_progress_goes_to_the_sessions_stream (void **state)
{
	char session[40];
	struct stream *stream = stand_sse (session);

	(void) state;
	stand_message (session, NULL,
		       "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":"
		       "\"tools/call\",\"params\":{\"name\":\"wait\","
		       "\"_meta\":{\"progressToken\":7}}}");
	stand_progress (stand.calls, 1, 0, NULL);
	assert_string_equal (
		stream->events[1],
		"message: " PROGRESS ("\"progressToken\":7,\"progress\":1"));
}

static void
a_client_that_takes_no_stream_gets_only_the_answer (void **state)
{
	struct post *post =
		wait_with_token (stand_initialize ("2025-11-25"), "1");

	(void) state;
	post->exchange.accepts_stream = false;
	stand_progress (stand.calls, 1, 0, NULL);
	stand_progress (stand.calls, 2, 0, NULL);
	stand_finish (stand.calls, "done");
	assert_int_equal (post->n_events, 0);
	assert_int_equal (post->status, 200);
}

static void
what_does_not_rise_or_is_no_number_is_not_told (void **state)
{
	struct post *post =
		wait_with_token (stand_initialize ("2025-11-25"), "1");

	(void) state;
	stand_progress (stand.calls, 2, 0, NULL);
	stand_progress (stand.calls, 2, 0, NULL);
	stand_progress (stand.calls, 1, 0, NULL);
	stand_progress (stand.calls, 0.0 / 0.0, 0, NULL);
	stand_progress (stand.calls, 1.0 / 0.0, 0, NULL);
	stand_progress (stand.calls, 3, 1.0 / 0.0, NULL);
	assert_int_equal (post->n_events, 2);
	assert_string_equal (post->events[1],
			     PROGRESS ("\"progressToken\":1,\"progress\":3"));
}

static void
after_a_burst_only_the_last_is_held_and_told_before_the_answer (void **state)
{
	struct post *post =
		wait_with_token (stand_initialize ("2025-11-25"), "1");

	(void) state;
	for (int i = 1; i <= 1000; i++)
		stand_progress (stand.calls, i, 1000, i == 1000 ? "end" : "go");
	assert_int_equal (post->n_events, LIMIT_PROGRESS_BURST);
	stand_finish (stand.calls, "done");
	assert_int_equal (post->n_events, LIMIT_PROGRESS_BURST + 2);
	assert_string_equal (post->events[LIMIT_PROGRESS_BURST],
			     PROGRESS ("\"progressToken\":1,"
				       "\"progress\":1000,\"total\":1000,"
				       "\"message\":\"end\""));
	assert_true (post->is_finished);
}

static void
what_is_held_is_told_when_its_time_comes (void **state)
{
	struct post *post =
		wait_with_token (stand_initialize ("2025-11-25"), "1");

	(void) state;
	for (int i = 1; i <= 20; i++)
		stand_progress (stand.calls, i, 0, NULL);
	assert_int_equal (post->n_events, LIMIT_PROGRESS_BURST);
	assert_true (stand.mcp->beat_ms
		     <= loop_now_ms (&stand.loop)
				+ 1000 / LIMIT_PROGRESS_PER_SECOND);
	stand_turn_until (&post->n_events, LIMIT_PROGRESS_BURST + 1);
	assert_string_equal (post->events[LIMIT_PROGRESS_BURST],
			     PROGRESS ("\"progressToken\":1,"
				       "\"progress\":20"));
	stand_finish (stand.calls, "done");
	assert_int_equal (post->n_events, LIMIT_PROGRESS_BURST + 2);
}

static void
a_cancelled_call_is_told_nothing_more (void **state)
{
	const char *session = stand_initialize ("2025-11-25");
	struct post *post = wait_with_token (session, "1");

	(void) state;
	for (int i = 1; i <= 20; i++)
		stand_progress (stand.calls, i, 0, NULL);
	stand_post (session, NULL,
		    "{\"jsonrpc\":\"2.0\",\"method\":"
		    "\"notifications/cancelled\",\"params\":"
		    "{\"requestId\":1}}");
	assert_int_equal (post->n_events, LIMIT_PROGRESS_BURST);
	assert_int_equal (post->status, 200);
	assert_null (post->body);
	assert_null (stand.mcp->progress);
}

static void
a_silent_call_gives_a_sign_that_rises (void **state)
{
	struct post *post =
		wait_with_token (stand_initialize ("2025-11-25"), "1");

	(void) state;
	stand_progress (stand.calls, 3, 10, "three");
	stand_pass (8000);
	progress_beat (&stand.mcp->beat);
	assert_int_equal (post->n_events, 1);
	stand_pass (2000);
	progress_beat (&stand.mcp->beat);
	assert_int_equal (post->n_events, 2);
	assert_string_equal (post->events[1],
			     PROGRESS ("\"progressToken\":1,"
				       "\"progress\":3.000003,\"total\":10"));
	stand_progress (stand.calls, 4, 10, NULL);
	assert_int_equal (post->n_events, 3);
}

static void
a_call_that_never_said_anything_gives_a_sign_too (void **state)
{
	struct post *post =
		wait_with_token (stand_initialize ("2025-11-25"), "1");

	(void) state;
	for (int i = 0; i < 2; i++) {
		stand_pass (10000);
		progress_beat (&stand.mcp->beat);
	}
	assert_int_equal (post->n_events, 2);
	assert_string_equal (post->events[0],
			     PROGRESS ("\"progressToken\":1,\"progress\":0"));
	assert_string_equal (post->events[1], PROGRESS ("\"progressToken\":1,"
							"\"progress\":1e-06"));
}

static void
in_the_long_run_the_rate_is_bounded (void **state)
{
	struct post *post =
		wait_with_token (stand_initialize ("2025-11-25"), "1");
	int n = 0;

	(void) state;
	for (int ms = 0; ms < 5000; ms += 10) {
		stand_progress (stand.calls, ++n, 0, NULL);
		stand_pass (10);
		progress_beat (&stand.mcp->beat);
	}
	assert_int_equal (post->n_events,
			  LIMIT_PROGRESS_BURST + 5 * LIMIT_PROGRESS_PER_SECOND);
}

static void
after_a_quiet_time_there_is_another_burst_and_no_more (void **state)
{
	struct post *post =
		wait_with_token (stand_initialize ("2025-11-25"), "1");

	(void) state;
	stand_pass (60000);
	for (int i = 1; i <= 20; i++)
		stand_progress (stand.calls, i, 0, NULL);
	assert_int_equal (post->n_events, LIMIT_PROGRESS_BURST);
}

static void
what_is_held_is_overtaken_and_not_told_twice (void **state)
{
	struct post *post =
		wait_with_token (stand_initialize ("2025-11-25"), "1");

	(void) state;
	for (int i = 1; i <= 20; i++)
		stand_progress (stand.calls, i, 0, NULL);
	stand_pass (300);
	stand_progress (stand.calls, 21, 0, NULL);
	stand_finish (stand.calls, "done");
	assert_int_equal (post->n_events, LIMIT_PROGRESS_BURST + 2);
	assert_non_null (strstr (post->events[LIMIT_PROGRESS_BURST],
				 "\"progress\":21}"));
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		stand_test (progress_is_told_with_the_token_before_the_answer),
		stand_test (zero_is_a_token_and_keeps_its_type),
		stand_test (without_a_usable_token_nothing_is_told),
		stand_test (the_oldest_revision_has_no_message),
		stand_test (over_sse_progress_goes_to_the_sessions_stream),
		stand_test (a_client_that_takes_no_stream_gets_only_the_answer),
		stand_test (what_does_not_rise_or_is_no_number_is_not_told),
		stand_test (
			after_a_burst_only_the_last_is_held_and_told_before_the_answer),
		stand_test (what_is_held_is_told_when_its_time_comes),
		stand_test (a_cancelled_call_is_told_nothing_more),
		stand_test (a_silent_call_gives_a_sign_that_rises),
		stand_test (a_call_that_never_said_anything_gives_a_sign_too),
		stand_test (in_the_long_run_the_rate_is_bounded),
		stand_test (
			after_a_quiet_time_there_is_another_burst_and_no_more),
		stand_test (what_is_held_is_overtaken_and_not_told_twice),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
