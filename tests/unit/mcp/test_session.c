/* Tests core/mcp/session.c and idle.c: the life of sessions. */
#include "stand.h"

#include "mcp/session.h"
#include "mcp/state.h"

#define PING "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}"
#define INITIALIZE                                                             \
	"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\","             \
	"\"params\":{\"protocolVersion\":\"2025-11-25\"}}"

static int
status_of_ping (const char *session)
{
	return stand_post (session, NULL, PING)->status;
}

static bool
is_loaded (const char *id)
{
	struct session *session;

	HASH_FIND (hh, stand.mcp->sessions, id, SESSION_KEY_SIZE - 1, session);
	return session != NULL;
}

static void
every_session_has_an_id_of_its_own (void **state)
{
	(void) state;
	assert_string_not_equal (stand_initialize ("2025-11-25"),
				 stand_initialize ("2025-11-25"));
}

static void
a_deleted_session_is_404_from_then_on (void **state)
{
	const char *session = stand_initialize ("2025-11-25");

	(void) state;
	assert_int_equal (stand_delete (session, NULL), 200);
	assert_int_equal (status_of_ping (session), 404);
	assert_int_equal (stand_delete (session, NULL), 404);
}

static void
delete_minds_id_and_version (void **state)
{
	const char *session = stand_initialize ("2025-11-25");
	char sse[40];

	(void) state;
	stand_sse (sse);
	assert_int_equal (stand_delete (NULL, NULL), 400);
	assert_int_equal (stand_delete ("unknown", NULL), 404);
	assert_int_equal (stand_delete (sse, NULL), 404);
	assert_int_equal (stand_delete (session, "banana"), 400);
	assert_int_equal (stand_delete (session, "2025-11-25"), 200);
}

static void
delete_ends_calls_and_stream (void **state)
{
	const char *session = stand_initialize ("2025-11-25");
	struct stream *stream =
		stand_stream (TRANSPORT_STREAMABLE, session, NULL, NULL);
	struct post *post = stand_wait (session, 1);

	(void) state;
	stand_delete (session, NULL);
	assert_true (stream->is_ended);
	assert_true (stand.calls->is_cancelled);
	assert_int_equal (stand.calls->why, CALL_END_LEFT);
	assert_int_equal (post->status, 200);
	assert_non_null (strstr (post->body, "\"isError\":true"));
}

static void
one_too_many_unloads_the_longest_idle_one (void **state)
{
	const char *first, *second, *third;

	(void) state;
	stand.options.max_sessions = 2;
	first = stand_initialize ("2025-11-25");
	second = stand_initialize ("2025-11-25");
	status_of_ping (first);
	third = stand_initialize ("2025-11-25");
	assert_int_equal (HASH_COUNT (stand.mcp->sessions), 2);
	assert_true (is_loaded (first));
	assert_false (is_loaded (second));
	assert_int_equal (status_of_ping (second), 200);
	assert_true (is_loaded (second));
	assert_false (is_loaded (first));
	assert_true (is_loaded (third));
}

static void
sessions_with_a_stream_or_a_call_make_no_room (void **state)
{
	const char *streaming, *calling;
	struct post *post;
	int status;

	(void) state;
	stand.options.max_sessions = 2;
	streaming = stand_initialize ("2025-11-25");
	calling = stand_initialize ("2025-11-25");
	stand_stream (TRANSPORT_STREAMABLE, streaming, NULL, NULL);
	stand_wait (calling, 1);
	post = stand_post (NULL, NULL, INITIALIZE);
	assert_int_equal (post->status, 503);
	assert_non_null (strstr (post->body, "\"code\":3"));
	assert_string_equal (post->new_session, "");
	assert_null (stand_stream (TRANSPORT_SSE, NULL, NULL, &status));
	assert_int_equal (status, 503);
	assert_int_equal (status_of_ping (streaming), 200);
	/* The call's end makes it idle. */
	stand_finish (stand.calls, "done");
	assert_int_equal (stand_post (NULL, NULL, INITIALIZE)->status, 200);
	assert_false (is_loaded (calling));
}

static void
no_session_comes_back_when_all_are_in_use (void **state)
{
	const char *unloaded, *streaming;
	int status;

	(void) state;
	stand.options.max_sessions = 1;
	unloaded = stand_initialize ("2025-11-25");
	streaming = stand_initialize ("2025-11-25");
	stand_stream (TRANSPORT_STREAMABLE, streaming, NULL, NULL);
	assert_int_equal (status_of_ping (unloaded), 503);
	assert_null (
		stand_stream (TRANSPORT_STREAMABLE, unloaded, NULL, &status));
	assert_int_equal (status, 503);
}

/* Turns the loop until no session is idle any more. */
static void
turn_until_none_is_idle (void)
{
	for (int i = 0; stand.mcp->idle != NULL; i++) {
		assert_true (i < 2000);
		loop_turn (&stand.loop, 10);
	}
}

static void
an_idle_session_is_unloaded_when_its_time_is_up (void **state)
{
	const char *idle, *streaming, *calling;

	(void) state;
	stand.options.session_idle_ms = 1;
	streaming = stand_initialize ("2025-11-25");
	stand_stream (TRANSPORT_STREAMABLE, streaming, NULL, NULL);
	calling = stand_initialize ("2025-11-25");
	stand_wait (calling, 1);
	idle = stand_initialize ("2025-11-25");
	turn_until_none_is_idle ();
	assert_false (is_loaded (idle));
	assert_int_equal (status_of_ping (idle), 200);
	assert_int_equal (status_of_ping (streaming), 200);
	assert_int_equal (status_of_ping (calling), 200);
}

static void
a_session_whose_stream_left_is_idle_from_then_on (void **state)
{
	const char *session = stand_initialize ("2025-11-25");
	struct stream *stream =
		stand_stream (TRANSPORT_STREAMABLE, session, NULL, NULL);

	(void) state;
	assert_null (stand.mcp->idle);
	stand_leave (stream);
	assert_non_null (stand.mcp->idle);
	assert_int_equal (status_of_ping (session), 200);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		stand_test (every_session_has_an_id_of_its_own),
		stand_test (a_deleted_session_is_404_from_then_on),
		stand_test (delete_minds_id_and_version),
		stand_test (delete_ends_calls_and_stream),
		stand_test (one_too_many_unloads_the_longest_idle_one),
		stand_test (sessions_with_a_stream_or_a_call_make_no_room),
		stand_test (no_session_comes_back_when_all_are_in_use),
		stand_test (an_idle_session_is_unloaded_when_its_time_is_up),
		stand_test (a_session_whose_stream_left_is_idle_from_then_on),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
