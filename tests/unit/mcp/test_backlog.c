/* Tests core/mcp/backlog.c: what is kept of streams, and for how long. */
#include "stand.h"

#include "base/limits.h"
#include "mcp/backlog.h"
#include "mcp/session.h"

static char id[BACKLOG_ID_SIZE];

static struct session *
session_new_one (void)
{
	const char *name = stand_initialize ("2025-11-25");
	struct session *session;

	HASH_FIND (hh, stand.mcp->sessions, name, 32, session);
	assert_non_null (session);
	return session;
}

static void
add (struct backlog *backlog, const char *text)
{
	backlog_add (backlog, text, strlen (text), id);
}

/* What is kept after an event, as a stream that is sent it. */
static struct stream *
read_after (struct session *session, struct backlog *backlog, uint64_t event)
{
	struct stream *stream =
		stand_stream (TRANSPORT_STREAMABLE, session->id, NULL, NULL);

	backlog_send (backlog, event, &stream->channel);
	return stream;
}

static void
what_is_kept_comes_in_order_after_an_event (void **state)
{
	struct session *session = session_new_one ();
	struct backlog *backlog = backlog_new (session);
	struct stream *stream;
	uint64_t event;

	(void) state;
	add (backlog, "{1}");
	assert_ptr_equal (backlog_find (session, id, &event), backlog);
	add (backlog, "{2}");
	add (backlog, "{3}");
	stream = read_after (session, backlog, event);
	assert_int_equal (stream->n_events, 2);
	assert_string_equal (stream->events[0], "message: {2}");
	assert_string_equal (stream->events[1], "message: {3}");
	assert_string_equal (stream->ids[1], id);
}

static void
ids_are_never_the_same_twice (void **state)
{
	struct session *session = session_new_one ();
	struct backlog *one = backlog_new (session);
	struct backlog *other = backlog_new (session);
	struct backlog *foreign = backlog_new (session_new_one ());
	char ids[4][BACKLOG_ID_SIZE];

	(void) state;
	backlog_mark (one, ids[0]);
	backlog_add (one, "{}", 2, ids[1]);
	backlog_add (other, "{}", 2, ids[2]);
	backlog_add (foreign, "{}", 2, ids[3]);
	for (int i = 0; i < 4; i++)
		for (int k = 0; k < i; k++)
			assert_string_not_equal (ids[i], ids[k]);
}

static void
an_id_that_is_not_ours_finds_nothing (void **state)
{
	static const char *const tails[] = {
		"",
		"-",
		"-1",
		"-1-",
		"-1-2",
		"-2-1",
		"-1-1 ",
		"-01-1",
		"-1-01",
		"-1-1-1",
		"--1-1",
		"-1--1",
		"- 1-1",
		"-1-0x1",
		"-1-11111111111111111",
		"-11111111111111111-1",
		"x-1-1",
	};
	struct session *session = session_new_one ();
	struct backlog *backlog = backlog_new (session);
	char wrong[200];
	uint64_t event;

	(void) state;
	add (backlog, "{}");
	for (size_t i = 0; i < sizeof tails / sizeof tails[0]; i++) {
		snprintf (wrong, sizeof wrong, "%s%s", stand.mcp->boot,
			  tails[i]);
		assert_null (backlog_find (session, wrong, &event));
	}
	assert_null (backlog_find (session, "", &event));
	assert_null (backlog_find (session, "00000000-1-1", &event));
	assert_non_null (backlog_find (session, id, &event));
	assert_null (backlog_find (session_new_one (), id, &event));
}

static void
of_too_many_events_the_oldest_go (void **state)
{
	struct session *session = session_new_one ();
	struct backlog *backlog = backlog_new (session);
	struct stream *stream;
	char text[32];

	(void) state;
	for (int i = 1; i <= LIMIT_BACKLOG_EVENTS + 10; i++) {
		snprintf (text, sizeof text, "{%d}", i);
		add (backlog, text);
	}
	assert_int_equal (backlog->n_events, LIMIT_BACKLOG_EVENTS);
	stream = read_after (session, backlog, LIMIT_BACKLOG_EVENTS + 9);
	assert_int_equal (stream->n_events, 1);
	assert_string_equal (stream->events[0], "message: {266}");
}

/* As large as a part of what a session may keep. */
static char *
large (size_t part)
{
	size_t size = LIMIT_BACKLOG_SESSION_BYTES / part;
	char *text = calloc (1, size + 1);

	assert_non_null (text);
	memset (text, 'x', size);
	return text;
}

static void
finished_streams_go_before_the_events_of_others (void **state)
{
	struct session *session = session_new_one ();
	struct backlog *running = backlog_new (session);
	struct backlog *finished = backlog_new (session);
	char *text = large (3);
	char gone[BACKLOG_ID_SIZE];
	uint64_t event;

	(void) state;
	add (running, text);
	backlog_add (finished, text, strlen (text), gone);
	backlog_finish (finished);
	add (running, text);
	assert_null (backlog_find (session, gone, &event));
	assert_int_equal (running->n_events, 2);
	add (running, text);
	assert_int_equal (running->n_events, 2);
	assert_true (session->backlog_bytes <= LIMIT_BACKLOG_SESSION_BYTES);
	free (text);
}

static void
an_event_larger_than_all_that_may_be_kept_costs_nothing_else (void **state)
{
	struct session *session = session_new_one ();
	struct backlog *backlog = backlog_new (session);
	char *text = large (1);

	(void) state;
	add (backlog, "{1}");
	add (backlog, text);
	add (backlog, "{3}");
	assert_int_equal (backlog->n_events, 2);
	free (text);
}

/* One stream a session, until all together keep as much as they may. Returns
 * the first one. */
static struct backlog *
fill (const char *text)
{
	struct backlog *first = NULL;

	for (int i = 0; i < 70; i++) {
		struct backlog *backlog = backlog_new (session_new_one ());

		add (backlog, text);
		if (first == NULL)
			first = backlog;
		if (backlog->n_events == 0)
			return first;
	}
	fail ();
	return NULL;
}

static void
all_sessions_together_are_bounded (void **state)
{
	char *text = large (4);
	struct backlog *first = fill (text);

	(void) state;
	assert_true (stand.mcp->backlog_bytes <= LIMIT_BACKLOG_BYTES);
	add (first, text);
	assert_int_equal (first->n_events, 1);
	assert_int_equal (read_after (first->session, first, 1)->n_events, 1);
	assert_true (stand.mcp->backlog_bytes <= LIMIT_BACKLOG_BYTES);
	free (text);
}

static void
another_sessions_finished_stream_goes_before_what_runs (void **state)
{
	char *text = large (4);
	struct backlog *finished = fill (text);
	struct backlog *backlog = backlog_new (session_new_one ());

	(void) state;
	backlog_finish (finished);
	add (backlog, text);
	assert_int_equal (backlog->n_events, 1);
	assert_null (stand.mcp->finished);
	free (text);
}

static void
streams_without_events_are_bounded_too (void **state)
{
	struct session *session = session_new_one ();

	(void) state;
	for (int i = 0; i < 100000; i++)
		backlog_finish (backlog_new (session));
	assert_true (session->backlog_bytes <= LIMIT_BACKLOG_SESSION_BYTES);
}

static void
a_finished_stream_goes_when_its_time_is_up (void **state)
{
	struct session *session = session_new_one ();
	struct backlog *running = backlog_new (session);
	struct backlog *finished = backlog_new (session);
	uint64_t event;

	(void) state;
	add (running, "{}");
	add (finished, "{}");
	backlog_finish (finished);
	stand_pass (LIMIT_BACKLOG_MS - 1);
	uv_timer_stop (&stand.mcp->expiry);
	assert_non_null (backlog_find (session, id, &event));
	stand_pass (1);
	stand.mcp->expiry.timer_cb (&stand.mcp->expiry);
	assert_null (backlog_find (session, id, &event));
	assert_int_equal (running->n_events, 1);
}

static void
with_its_session_everything_goes (void **state)
{
	struct session *session = session_new_one ();
	struct backlog *finished = backlog_new (session);

	(void) state;
	add (finished, "{}");
	backlog_finish (finished);
	add (backlog_new (session), "{}");
	session_end (session, CALL_END_LEFT, NULL);
	assert_int_equal (stand.mcp->backlog_bytes, 0);
	assert_null (stand.mcp->finished);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		stand_test (what_is_kept_comes_in_order_after_an_event),
		stand_test (ids_are_never_the_same_twice),
		stand_test (an_id_that_is_not_ours_finds_nothing),
		stand_test (of_too_many_events_the_oldest_go),
		stand_test (finished_streams_go_before_the_events_of_others),
		stand_test (
			an_event_larger_than_all_that_may_be_kept_costs_nothing_else),
		stand_test (all_sessions_together_are_bounded),
		stand_test (
			another_sessions_finished_stream_goes_before_what_runs),
		stand_test (streams_without_events_are_bounded_too),
		stand_test (a_finished_stream_goes_when_its_time_is_up),
		stand_test (with_its_session_everything_goes),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
