/* Tests core/mcp/stream.c. */
#include "stand.h"

#define PING "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}"
#define PONG "message: {\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}"

static void
the_first_event_over_sse_is_the_endpoint (void **state)
{
	struct stream *stream = stand_stream (TRANSPORT_SSE, NULL, NULL, NULL);
	static const char *const begin = "endpoint: /messages?session_id=";

	(void) state;
	assert_int_equal (stream->n_events, 1);
	assert_memory_equal (stream->events[0], begin, strlen (begin));
	assert_int_equal (
		strspn (stream->events[0] + strlen (begin), "0123456789abcdef"),
		32);
}

static void
over_sse_answers_come_on_the_stream (void **state)
{
	char session[40];
	struct stream *stream = stand_sse (session);
	struct post *post = stand_message (session, NULL, PING);

	(void) state;
	assert_int_equal (post->status, 202);
	assert_null (post->body);
	assert_string_equal (stream->events[1], PONG);
}

static void
over_sse_answers_keep_to_their_own_stream (void **state)
{
	char first_id[40], second_id[40];
	struct stream *first = stand_sse (first_id);
	struct stream *second = stand_sse (second_id);

	(void) state;
	stand_message (second_id, NULL, PING);
	assert_int_equal (first->n_events, 1);
	assert_int_equal (second->n_events, 2);
}

static void
without_initialize_the_header_gives_the_revision (void **state)
{
	static const char *const body =
		"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\","
		"\"params\":{\"name\":\"structured\"}}";
	char session[40];
	struct stream *stream = stand_sse (session);

	(void) state;
	stand_message (session, NULL, body);
	stand_message (session, "2025-11-25", body);
	stand_message (session, "banana", body);
	assert_null (strstr (stream->events[1], "structuredContent"));
	assert_non_null (strstr (stream->events[2], "structuredContent"));
	assert_null (strstr (stream->events[3], "structuredContent"));
}

static void
the_header_of_the_streams_get_counts_too (void **state)
{
	struct stream *stream =
		stand_stream (TRANSPORT_SSE, NULL, "2025-11-25", NULL);
	char session[40];

	(void) state;
	snprintf (session, sizeof session, "%s",
		  strchr (stream->events[0], '=') + 1);
	stand_message (session, NULL,
		       "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":"
		       "\"tools/call\",\"params\":{\"name\":"
		       "\"structured\"}}");
	assert_non_null (strstr (stream->events[1], "structuredContent"));
}

static void
the_end_of_an_sse_stream_ends_session_and_calls (void **state)
{
	char session[40];
	struct stream *stream = stand_sse (session);

	(void) state;
	stand_message (session, NULL,
		       "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":"
		       "\"tools/call\",\"params\":{\"name\":\"wait\"}}");
	assert_int_equal (mcp_running (stand.mcp), 1);
	stand_leave (stream);
	assert_true (stand.calls->is_cancelled);
	assert_int_equal (stand.calls->why, CALL_END_LEFT);
	assert_int_equal (mcp_running (stand.mcp), 0);
	assert_int_equal (stand_message (session, NULL, PING)->status, 404);
	assert_int_equal (stream->n_events, 1);
}

static void
get_opens_a_stream_before_and_after_initialized (void **state)
{
	const char *session = stand_initialize ("2025-11-25");
	struct stream *stream = stand_stream (TRANSPORT_STREAMABLE, session,
					      "2025-11-25", NULL);

	(void) state;
	assert_non_null (stream);
	assert_int_equal (stream->n_events, 0);
}

static void
get_minds_id_and_version (void **state)
{
	const char *session = stand_initialize ("2025-11-25");
	int status;

	(void) state;
	stand_stream (TRANSPORT_STREAMABLE, NULL, NULL, &status);
	assert_int_equal (status, 400);
	stand_stream (TRANSPORT_STREAMABLE, "unknown", NULL, &status);
	assert_int_equal (status, 404);
	stand_stream (TRANSPORT_STREAMABLE, session, "banana", &status);
	assert_int_equal (status, 400);
}

static void
the_newest_stream_of_a_session_wins (void **state)
{
	const char *session = stand_initialize ("2025-11-25");
	struct stream *first =
		stand_stream (TRANSPORT_STREAMABLE, session, NULL, NULL);
	struct stream *second =
		stand_stream (TRANSPORT_STREAMABLE, session, NULL, NULL);

	(void) state;
	assert_true (first->is_ended);
	assert_null (first->channel.owner);
	assert_false (second->is_ended);
	stand_leave (second);
	assert_int_equal (stand_post (session, NULL, PING)->status, 200);
}

static void
answers_of_posts_never_go_to_the_get_stream (void **state)
{
	const char *session = stand_initialize ("2025-11-25");
	struct stream *stream =
		stand_stream (TRANSPORT_STREAMABLE, session, NULL, NULL);
	struct post *post = stand_wait (session, 1);

	(void) state;
	stand_finish (stand.calls, "done");
	assert_int_equal (post->status, 200);
	assert_int_equal (stream->n_events, 0);
}

static void
news_have_ids_and_go_on_after_the_last_event (void **state)
{
	const char *session = stand_initialize ("2025-03-26");
	struct stream *first =
		stand_stream (TRANSPORT_STREAMABLE, session, NULL, NULL);
	struct stream *second;

	(void) state;
	stand_changed (REGISTRY_TOOLS);
	stand_changed (REGISTRY_PROMPTS);
	assert_int_equal (first->n_events, 2);
	stand_leave (first);
	stand_changed (REGISTRY_RESOURCES);
	second = stand_resume (session, first->ids[0]);
	assert_int_equal (second->n_events, 2);
	assert_string_equal (second->events[0], first->events[1]);
	assert_string_equal (second->ids[0], first->ids[1]);
	assert_non_null (strstr (second->events[1], "resources"));
	assert_false (second->is_ended);
}

static void
news_that_nobody_heard_wait_for_the_next_stream (void **state)
{
	const char *session = stand_initialize ("2025-11-25");
	struct stream *first =
		stand_stream (TRANSPORT_STREAMABLE, session, NULL, NULL);
	struct stream *second, *third;

	(void) state;
	stand_changed (REGISTRY_TOOLS);
	stand_leave (first);
	stand_changed (REGISTRY_PROMPTS);
	second = stand_stream (TRANSPORT_STREAMABLE, session, NULL, NULL);
	assert_int_equal (second->n_events, 1);
	assert_non_null (strstr (second->events[0], "prompts"));
	third = stand_stream (TRANSPORT_STREAMABLE, session, NULL, NULL);
	assert_int_equal (third->n_events, 0);
}

static void
news_that_a_stream_does_not_take_wait_for_the_next_one (void **state)
{
	const char *session = stand_initialize ("2025-11-25");
	struct stream *first =
		stand_stream (TRANSPORT_STREAMABLE, session, NULL, NULL);
	struct stream *second, *third;

	(void) state;
	stand_changed (REGISTRY_TOOLS);
	first->is_slow = true;
	stand_changed (REGISTRY_PROMPTS);
	stand_changed (REGISTRY_RESOURCES);
	stand_leave (first);
	second = stand_stream (TRANSPORT_STREAMABLE, session, NULL, NULL);
	assert_int_equal (second->n_events, 2);
	assert_non_null (strstr (second->events[0], "prompts"));
	third = stand_stream (TRANSPORT_STREAMABLE, session, NULL, NULL);
	assert_int_equal (third->n_events, 0);
}

static void
the_first_news_are_found_again_though_they_were_lost (void **state)
{
	const char *session = stand_initialize ("2025-11-25");
	struct stream *first =
		stand_stream (TRANSPORT_STREAMABLE, session, NULL, NULL);
	struct stream *second;

	(void) state;
	assert_int_equal (first->n_primes, 1);
	stand_changed (REGISTRY_TOOLS);
	second = stand_resume (session, first->prime_id);
	assert_int_equal (second->n_events, 1);
	assert_string_equal (second->events[0], first->events[0]);
	assert_int_equal (second->n_primes, 0);
}

static void
a_stream_begins_with_an_id_alone_from_2025_11_25_on (void **state)
{
	static const char *const revisions[] = { "2024-11-05", "2025-03-26",
						 "2025-06-18", "2025-11-25" };

	(void) state;
	for (int i = 0; i < 4; i++)
		assert_int_equal (stand_stream (TRANSPORT_STREAMABLE,
						stand_initialize (revisions[i]),
						NULL, NULL)
					  ->n_primes,
				  i == 3);
}

static void
for_who_never_listened_no_news_are_kept (void **state)
{
	const char *session = stand_initialize ("2025-11-25");
	struct stream *stream;

	(void) state;
	stand_changed (REGISTRY_TOOLS);
	stream = stand_stream (TRANSPORT_STREAMABLE, session, NULL, NULL);
	assert_int_equal (stream->n_events, 0);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		stand_test (the_first_event_over_sse_is_the_endpoint),
		stand_test (over_sse_answers_come_on_the_stream),
		stand_test (over_sse_answers_keep_to_their_own_stream),
		stand_test (without_initialize_the_header_gives_the_revision),
		stand_test (the_header_of_the_streams_get_counts_too),
		stand_test (the_end_of_an_sse_stream_ends_session_and_calls),
		stand_test (get_opens_a_stream_before_and_after_initialized),
		stand_test (get_minds_id_and_version),
		stand_test (the_newest_stream_of_a_session_wins),
		stand_test (answers_of_posts_never_go_to_the_get_stream),
		stand_test (news_have_ids_and_go_on_after_the_last_event),
		stand_test (news_that_nobody_heard_wait_for_the_next_stream),
		stand_test (
			news_that_a_stream_does_not_take_wait_for_the_next_one),
		stand_test (
			the_first_news_are_found_again_though_they_were_lost),
		stand_test (
			a_stream_begins_with_an_id_alone_from_2025_11_25_on),
		stand_test (for_who_never_listened_no_news_are_kept),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
