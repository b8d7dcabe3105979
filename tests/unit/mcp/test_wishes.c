/* Tests core/mcp/wishes.c: what a session wants to hear comes back with it. */
#include "stand.h"

#include "base/limits.h"
#include "mcp/session.h"

#define DONE "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}"

static const char *
ask (const char *session, const char *method, const char *params)
{
	static char body[500];

	snprintf (body, sizeof body,
		  "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"%s\","
		  "\"params\":%s}",
		  method, params);
	return stand_ask (session, body);
}

static void
subscribe (const char *session, const char *uri)
{
	char params[300];

	snprintf (params, sizeof params, "{\"uri\":\"%s\"}", uri);
	assert_string_equal (ask (session, "resources/subscribe", params),
			     DONE);
}

/* The level of what is in memory. */
static int
level_of (const char *id)
{
	struct session *session;

	HASH_FIND (hh, stand.mcp->sessions, id, SESSION_KEY_SIZE - 1, session);
	assert_non_null (session);
	return session->caller.message_level;
}

/* It is not in memory any more. */
static void
unload (const char *id)
{
	struct session *session;

	stand.options.max_sessions = 1;
	stand_initialize ("2025-11-25");
	HASH_FIND (hh, stand.mcp->sessions, id, SESSION_KEY_SIZE - 1, session);
	assert_null (session);
}

/* How many of two it hears of. */
static int
heard (const char *id)
{
	struct stream *stream =
		stand_stream (TRANSPORT_STREAMABLE, id, NULL, NULL);

	stand_updated ("test://a");
	stand_updated ("test://t/1");
	return stream->n_events;
}

static void
an_unloaded_session_comes_back_with_what_it_wanted_to_hear (void **state)
{
	const char *id = stand_initialize ("2025-11-25");

	(void) state;
	subscribe (id, "test://a");
	subscribe (id, "test://t/1");
	ask (id, "logging/setLevel", "{\"level\":\"error\"}");
	unload (id);
	assert_int_equal (heard (id), 2);
	assert_int_equal (level_of (id), MCP_LOG_ERROR);
}

static void
after_a_restart_too (void **state)
{
	const char *id;

	(void) state;
	stand_restart_with_state ();
	id = stand_initialize ("2025-06-18");
	subscribe (id, "test://a");
	ask (id, "logging/setLevel", "{\"level\":\"debug\"}");
	stand_restart ();
	assert_int_equal (heard (id), 1);
	assert_int_equal (level_of (id), MCP_LOG_DEBUG);
}

static void
what_was_taken_back_stays_away (void **state)
{
	const char *id = stand_initialize ("2025-11-25");

	(void) state;
	subscribe (id, "test://a");
	ask (id, "resources/unsubscribe", "{\"uri\":\"test://a\"}");
	ask (id, "logging/setLevel", "{\"level\":\"error\"}");
	ask (id, "logging/setLevel", "{\"level\":\"info\"}");
	assert_null (stand.mcp->wishes.table);
	unload (id);
	assert_int_equal (heard (id), 0);
}

static void
an_ended_session_leaves_no_wishes (void **state)
{
	const char *id = stand_initialize ("2025-11-25");

	(void) state;
	subscribe (id, "test://a");
	assert_non_null (stand.mcp->wishes.table);
	assert_int_equal (stand_delete (id, NULL), 200);
	assert_null (stand.mcp->wishes.table);
}

/* None rather than some: nobody could tell which. */
static void
more_wishes_than_are_kept_are_none_when_it_comes_back (void **state)
{
	const char *id = stand_initialize ("2025-11-25");
	char uri[128];

	(void) state;
	for (int i = 0; i < 250; i++) {
		snprintf (uri, sizeof uri, "test://t/%080d", i);
		subscribe (id, uri);
	}
	assert_null (stand.mcp->wishes.table);
	subscribe (id, "test://a");
	unload (id);
	assert_int_equal (heard (id), 0);
}

static void
a_stream_of_http_sse_leaves_no_wishes (void **state)
{
	char id[40];

	(void) state;
	stand_sse (id);
	stand_message (id, NULL,
		       "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":"
		       "\"logging/setLevel\",\"params\":{\"level\":"
		       "\"error\"}}");
	assert_null (stand.mcp->wishes.table);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		stand_test (
			an_unloaded_session_comes_back_with_what_it_wanted_to_hear),
		stand_test (after_a_restart_too),
		stand_test (what_was_taken_back_stays_away),
		stand_test (an_ended_session_leaves_no_wishes),
		stand_test (
			more_wishes_than_are_kept_are_none_when_it_comes_back),
		stand_test (a_stream_of_http_sse_leaves_no_wishes),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
