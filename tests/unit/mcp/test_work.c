/* Tests core/mcp/work.c: a POST's stream, which outlives its connection. */
#include "stand.h"

#include "base/limits.h"
#include "mcp/state.h"

static const char *const with_ids[] = { "2025-03-26", "2025-06-18",
					"2025-11-25", NULL };

/* A call that waits and may report progress. */
static struct post *
wait (const char *session, int number)
{
	char body[300];

	snprintf (body, sizeof body,
		  "{\"jsonrpc\":\"2.0\",\"id\":%d,\"method\":\"tools/call\","
		  "\"params\":{\"name\":\"wait\",\"_meta\":"
		  "{\"progressToken\":%d}}}",
		  number, number);
	return stand_post (session, NULL, body);
}

/* One that has reported 1, on a session of the newest revision. */
static struct post *
wait_on_stream (const char **ret_session)
{
	struct post *post;

	*ret_session = stand_initialize ("2025-11-25");
	post = wait (*ret_session, 1);
	stand_progress (stand.calls, 1, 0, NULL);
	assert_int_equal (post->n_events, 1);
	return post;
}

static bool
is_progress (const char *event, int value)
{
	char text[40];

	snprintf (text, sizeof text, "\"progress\":%d}", value);
	return strstr (event, text) != NULL;
}

static bool
is_answer (const char *event)
{
	return strstr (event, "\"id\":1,\"result\":{") != NULL
	       && strstr (event, "done") != NULL;
}

/* --- Ids --- */

static void
all_events_of_a_posts_stream_have_ids_the_answer_too (void **state)
{
	(void) state;
	for (size_t i = 0; with_ids[i] != NULL; i++) {
		struct post *post = wait (stand_initialize (with_ids[i]), 1);

		stand_progress (stand.calls, 1, 0, NULL);
		stand_finish (stand.calls, "done");
		assert_int_equal (post->n_events, 2);
		assert_string_not_equal (post->ids[0], "");
		assert_string_not_equal (post->ids[1], "");
		assert_string_not_equal (post->ids[0], post->ids[1]);
		assert_true (is_answer (post->events[1]));
		assert_true (post->is_finished);
	}
}

static void
the_oldest_revision_has_no_ids (void **state)
{
	const char *session = stand_initialize ("2024-11-05");
	struct post *post = wait (session, 1);
	struct stream *stream =
		stand_stream (TRANSPORT_STREAMABLE, session, NULL, NULL);

	(void) state;
	stand_progress (stand.calls, 1, 0, NULL);
	assert_string_equal (post->ids[0], "");
	stand_changed (REGISTRY_TOOLS);
	assert_string_equal (stream->ids[0], "");
	stand_finish (stand.calls, "done");
	assert_true (is_answer (post->body));
}

static void
over_sse_there_are_no_ids (void **state)
{
	char session[40];
	struct stream *stream = stand_sse (session);

	(void) state;
	stand_message (session, "2025-11-25",
		       "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":"
		       "\"tools/call\",\"params\":{\"name\":\"wait\","
		       "\"_meta\":{\"progressToken\":1}}}");
	stand_progress (stand.calls, 1, 0, NULL);
	stand_pause (stand.calls, 10);
	stand_finish (stand.calls, "done");
	assert_int_equal (stream->n_events, 3);
	for (int i = 0; i < 3; i++)
		assert_string_equal (stream->ids[i], "");
	assert_int_equal (stand.mcp->backlog_bytes, 0);
}

static void
an_answer_that_nothing_precedes_stays_json (void **state)
{
	struct post *post = wait (stand_initialize ("2025-11-25"), 1);

	(void) state;
	stand_finish (stand.calls, "done");
	assert_int_equal (post->n_events + post->n_primes, 0);
	assert_true (is_answer (post->body));
	assert_int_equal (stand.mcp->backlog_bytes, 0);
}

static void
only_the_newest_revision_is_primed (void **state)
{
	(void) state;
	for (size_t i = 0; with_ids[i] != NULL; i++) {
		bool is_newest = strcmp (with_ids[i], "2025-11-25") == 0;
		struct post *post = wait (stand_initialize (with_ids[i]), 1);

		stand_progress (stand.calls, 1, 0, NULL);
		stand_progress (stand.calls, 2, 0, NULL);
		assert_int_equal (post->n_primes, is_newest ? 1 : 0);
		if (is_newest)
			assert_string_not_equal (post->prime_id, post->ids[0]);
	}
}

static void
silence_primes_the_newest_revision_alone (void **state)
{
	(void) state;
	for (size_t i = 0; with_ids[i] != NULL; i++) {
		bool is_newest = strcmp (with_ids[i], "2025-11-25") == 0;
		struct post *post = wait (stand_initialize (with_ids[i]), 1);

		assert_int_equal (
			mcp_exchange_silent (stand.mcp, &post->exchange),
			is_newest);
		assert_int_equal (post->n_primes, is_newest ? 1 : 0);
		assert_int_equal (post->n_events, 0);
	}
}

/* --- Coming back --- */

static void
cut_in_mid_call_the_rest_comes_on_a_get (void **state)
{
	const char *session;
	struct post *post = wait_on_stream (&session);
	struct stream *stream;

	(void) state;
	stand_leave_post (post);
	stand_progress (stand.calls, 2, 0, NULL);
	stream = stand_resume (session, post->ids[0]);
	assert_int_equal (stream->n_events, 1);
	stand_progress (stand.calls, 3, 0, NULL);
	assert_false (stream->is_ended);
	stand_finish (stand.calls, "done");
	assert_int_equal (stream->n_events, 3);
	assert_true (is_progress (stream->events[0], 2));
	assert_true (is_progress (stream->events[1], 3));
	assert_true (is_answer (stream->events[2]));
	assert_string_not_equal (stream->ids[2], stream->ids[1]);
	assert_true (stream->is_ended);
}

static void
cut_after_the_answer_it_comes_once_more (void **state)
{
	const char *session;
	struct post *post = wait_on_stream (&session);
	struct stream *stream;

	(void) state;
	stand_finish (stand.calls, "done");
	stream = stand_resume (session, post->ids[0]);
	assert_int_equal (stream->n_events, 1);
	assert_true (is_answer (stream->events[0]));
	assert_string_equal (stream->ids[0], post->ids[1]);
	assert_true (stream->is_ended);
}

/* Some clients come back until they hear of it. */
static void
who_has_read_it_all_is_told_that_there_is_no_more (void **state)
{
	const char *session;
	struct post *post = wait_on_stream (&session);

	(void) state;
	stand_finish (stand.calls, "done");
	assert_int_equal (stand_resume_status (session, post->ids[1]), 405);
}

static void
an_answer_that_came_while_nobody_was_there_waits (void **state)
{
	const char *session;
	struct post *post = wait_on_stream (&session);
	struct stream *stream;

	(void) state;
	stand_leave_post (post);
	stand_finish (stand.calls, "done");
	assert_int_equal (mcp_running (stand.mcp), 0);
	stream = stand_resume (session, post->prime_id);
	assert_int_equal (stream->n_events, 2);
	assert_true (is_progress (stream->events[0], 1));
	assert_true (is_answer (stream->events[1]));
	assert_true (stream->is_ended);
}

static void
a_stream_may_be_cut_again_and_again (void **state)
{
	const char *session;
	struct post *post = wait_on_stream (&session);
	struct stream *stream;
	char *last = post->ids[0];

	(void) state;
	stand_leave_post (post);
	for (int i = 2; i < 6; i++) {
		stream = stand_resume (session, last);
		stand_progress (stand.calls, i, 0, NULL);
		assert_int_equal (stream->n_events, 1);
		assert_true (is_progress (stream->events[0], i));
		last = stream->ids[0];
		stand_leave (stream);
	}
	stand_finish (stand.calls, "done");
	stream = stand_resume (session, last);
	assert_int_equal (stream->n_events, 1);
	assert_true (is_answer (stream->events[0]));
}

static void
a_connection_that_seems_alive_gives_way_to_the_new_one (void **state)
{
	const char *session;
	struct post *post = wait_on_stream (&session);
	struct stream *first = stand_resume (session, post->ids[0]);
	struct stream *second = stand_resume (session, post->ids[0]);

	(void) state;
	assert_true (post->is_finished);
	assert_true (first->is_ended);
	stand_finish (stand.calls, "done");
	assert_int_equal (post->n_events, 1);
	assert_int_equal (first->n_events, 0);
	assert_int_equal (second->n_events, 1);
	assert_true (second->is_ended);
}

static void
a_reader_too_slow_loses_nothing (void **state)
{
	const char *session;
	struct post *post = wait_on_stream (&session);
	struct stream *slow = stand_resume (session, post->ids[0]);
	struct stream *stream;

	(void) state;
	slow->is_slow = true;
	stand_progress (stand.calls, 2, 0, NULL);
	stand_leave (slow);
	stand_progress (stand.calls, 3, 0, NULL);
	stream = stand_resume (session, post->ids[0]);
	assert_int_equal (stream->n_events, 2);
	assert_true (is_progress (stream->events[0], 2));
	assert_true (is_progress (stream->events[1], 3));
}

static void
another_sessions_event_replays_nothing (void **state)
{
	const char *session;
	struct post *post = wait_on_stream (&session);
	const char *other = stand_initialize ("2025-11-25");
	struct stream *stream;

	(void) state;
	stand_progress (stand.calls, 2, 0, NULL);
	stream = stand_resume (other, post->ids[0]);
	assert_int_equal (stream->n_events, 0);
	stand_finish (stand.calls, "done");
	assert_int_equal (stream->n_events, 0);
	assert_false (stream->is_ended);
	assert_true (is_answer (post->events[2]));
	stand_changed (REGISTRY_TOOLS);
	assert_int_equal (stream->n_events, 1);
}

static void
another_streams_events_are_not_replayed (void **state)
{
	const char *session;
	struct post *post = wait_on_stream (&session);
	struct post *other = wait (session, 2);
	struct stream *stream;

	(void) state;
	stand_progress (stand.calls, 7, 0, NULL);
	stand_leave_post (post);
	stand_leave_post (other);
	stand_finish (stand.calls->next, "done");
	stand_finish (stand.calls, "more");
	stream = stand_resume (session, post->ids[0]);
	assert_int_equal (stream->n_events, 1);
	assert_true (is_answer (stream->events[0]));
}

static void
an_unknown_event_gives_a_stream_of_news (void **state)
{
	static const char *const ids[] = { "", "x", "00000000-1-1", "1-1" };
	const char *session = stand_initialize ("2025-11-25");

	(void) state;
	for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
		struct stream *stream = stand_resume (session, ids[i]);

		assert_int_equal (stream->n_events, 0);
		assert_false (stream->is_ended);
		stand_changed (REGISTRY_TOOLS);
		assert_int_equal (stream->n_events, 1);
	}
}

static void
who_left_before_anything_was_said_leaves_nothing_behind (void **state)
{
	const char *session = stand_initialize ("2025-11-25");
	struct post *post = wait (session, 1);

	(void) state;
	stand_leave_post (post);
	stand_progress (stand.calls, 1, 0, NULL);
	stand_finish (stand.calls, "done");
	assert_int_equal (stand.mcp->backlog_bytes, 0);
}

/* --- Polling --- */

static void
a_pause_primes_with_a_retry_and_hangs_up (void **state)
{
	const char *session = stand_initialize ("2025-11-25");
	struct post *post = wait (session, 1);
	struct stream *stream;

	(void) state;
	stand_pause (stand.calls, 250);
	assert_int_equal (post->n_primes, 1);
	assert_int_equal (post->retry_ms, 250);
	assert_int_equal (post->n_events, 0);
	assert_true (post->is_finished);
	stand_progress (stand.calls, 1, 0, NULL);
	stream = stand_resume (session, post->prime_id);
	assert_int_equal (stream->n_events, 1);
	stand_finish (stand.calls, "done");
	assert_int_equal (stream->n_events, 2);
	assert_true (is_answer (stream->events[1]));
	assert_true (stream->is_ended);
}

static void
a_pause_in_mid_stream_has_an_id_of_its_own (void **state)
{
	const char *session;
	struct post *post = wait_on_stream (&session);
	char first[STAND_ID_SIZE];
	struct stream *stream;

	(void) state;
	memcpy (first, post->prime_id, sizeof first);
	stand_pause (stand.calls, 1 << 30);
	assert_int_equal (post->n_primes, 2);
	assert_int_equal (post->retry_ms, LIMIT_RETRY_MS);
	assert_string_not_equal (post->prime_id, first);
	assert_true (post->is_finished);
	stream = stand_resume (session, post->prime_id);
	assert_int_equal (stream->n_events, 0);
	stand_pause (stand.calls, 250);
	assert_true (stream->is_ended);
	stand_finish (stand.calls, "done");
	stream = stand_resume (session, post->prime_id);
	assert_int_equal (stream->n_events, 1);
}

static void
elsewhere_a_pause_is_nothing (void **state)
{
	struct post *post = wait (stand_initialize ("2025-06-18"), 1);

	(void) state;
	stand_pause (stand.calls, 250);
	assert_int_equal (post->status, 0);
	assert_int_equal (post->n_primes, 0);
	stand_finish (stand.calls, "done");
	assert_true (is_answer (post->body));
	stand.accepts_no_stream = true;
	post = wait (stand_initialize ("2025-11-25"), 1);
	stand_pause (stand.calls, 250);
	stand_finish (stand.calls, "done");
	assert_true (is_answer (post->body));
}

/* --- Ending otherwise --- */

static void
a_cancelled_call_ends_the_stream_without_an_answer (void **state)
{
	const char *session;
	struct post *post = wait_on_stream (&session);
	struct stream *stream;

	(void) state;
	stand_leave_post (post);
	stream = stand_resume (session, post->ids[0]);
	stand_post (session, NULL,
		    "{\"jsonrpc\":\"2.0\",\"method\":"
		    "\"notifications/cancelled\",\"params\":{\"requestId\":"
		    "1}}");
	assert_true (stand.calls->is_cancelled);
	assert_int_equal (stream->n_events, 0);
	assert_true (stream->is_ended);
	assert_int_equal (stand_resume_status (session, post->ids[0]), 405);
	/* What was said before it is replayed. */
	stream = stand_resume (session, post->prime_id);
	assert_int_equal (stream->n_events, 1);
	assert_true (stream->is_ended);
}

static void
the_sessions_end_ends_its_streams_and_frees_them (void **state)
{
	const char *session;
	struct post *post = wait_on_stream (&session);
	struct stream *stream = stand_resume (session, post->ids[0]);
	struct post *left = wait (session, 2);

	(void) state;
	stand_progress (stand.calls, 1, 0, NULL);
	stand_leave_post (left);
	assert_int_equal (stand_delete (session, NULL), 200);
	assert_true (stream->is_ended);
	assert_int_equal (stand.mcp->backlog_bytes, 0);
	assert_null (stand.mcp->finished);
}

static void
the_answers_of_a_batch_are_one_event (void **state)
{
	const char *session = stand_initialize ("2025-03-26");
	struct post *post = stand_post (
		session, NULL,
		"[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\","
		"\"params\":{\"name\":\"wait\",\"_meta\":"
		"{\"progressToken\":1}}},"
		"{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"ping\"}]");
	struct stream *stream;

	(void) state;
	stand_progress (stand.calls, 1, 0, NULL);
	stand_leave_post (post);
	stand_finish (stand.calls, "done");
	stream = stand_resume (session, post->ids[0]);
	assert_int_equal (stream->n_events, 1);
	assert_memory_equal (stream->events[0], "message: [{", 11);
	assert_true (is_answer (stream->events[0]));
	assert_true (stream->is_ended);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		stand_test (
			all_events_of_a_posts_stream_have_ids_the_answer_too),
		stand_test (the_oldest_revision_has_no_ids),
		stand_test (over_sse_there_are_no_ids),
		stand_test (an_answer_that_nothing_precedes_stays_json),
		stand_test (only_the_newest_revision_is_primed),
		stand_test (silence_primes_the_newest_revision_alone),
		stand_test (cut_in_mid_call_the_rest_comes_on_a_get),
		stand_test (cut_after_the_answer_it_comes_once_more),
		stand_test (who_has_read_it_all_is_told_that_there_is_no_more),
		stand_test (an_answer_that_came_while_nobody_was_there_waits),
		stand_test (a_stream_may_be_cut_again_and_again),
		stand_test (
			a_connection_that_seems_alive_gives_way_to_the_new_one),
		stand_test (a_reader_too_slow_loses_nothing),
		stand_test (another_sessions_event_replays_nothing),
		stand_test (another_streams_events_are_not_replayed),
		stand_test (an_unknown_event_gives_a_stream_of_news),
		stand_test (
			who_left_before_anything_was_said_leaves_nothing_behind),
		stand_test (a_pause_primes_with_a_retry_and_hangs_up),
		stand_test (a_pause_in_mid_stream_has_an_id_of_its_own),
		stand_test (elsewhere_a_pause_is_nothing),
		stand_test (a_cancelled_call_ends_the_stream_without_an_answer),
		stand_test (the_sessions_end_ends_its_streams_and_frees_them),
		stand_test (the_answers_of_a_batch_are_one_event),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
