/* Tests core/mcp/session_id.c, session_find.c and ended.c: sessions that come
 * back by their id, and those that do not. */
#include "stand.h"

#include "base/clock.h"
#include "base/limits.h"
#include "mcp/agents.h"
#include "mcp/session.h"
#include "mcp/session_id.h"
#include "mcp/state.h"

#define PING "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}"

static int
status_of_ping (const char *session)
{
	return stand_post (session, NULL, PING)->status;
}

static struct agent *
add_agent (const char *name)
{
	struct agent_setting setting = { .name = name };
	struct agent *agent;

	assert_int_equal (
		agents_add (mcp_agents (stand.mcp), &setting, &agent, NULL), 0);
	return agent;
}

static const struct session *
find (const char *id)
{
	struct session *session;

	HASH_FIND (hh, stand.mcp->sessions, id, SESSION_KEY_SIZE - 1, session);
	assert_non_null (session);
	return session;
}

static void
after_a_restart_a_session_goes_on_as_it_was_agreed (void **state)
{
	static const char *const revisions[] = { "2025-03-26", "2025-06-18",
						 "2025-11-25" };

	(void) state;
	stand_restart_with_state ();
	for (int i = 0; i < 3; i++) {
		const char *id = stand_initialize_as (
			revisions[i], "{\"roots\":{},\"sampling\":{}}");
		unsigned can = find (id)->caller.can;

		stand_restart ();
		assert_int_equal (status_of_ping (id), 200);
		assert_string_equal (find (id)->caller.revision->name,
				     revisions[i]);
		assert_int_equal (find (id)->caller.can, can);
		assert_string_equal (find (id)->caller.client, "tester");
	}
}

static void
after_a_restart_its_stream_opens_too (void **state)
{
	const char *id;

	(void) state;
	stand_restart_with_state ();
	id = stand_initialize ("2025-11-25");
	stand_restart ();
	assert_non_null (
		stand_stream (TRANSPORT_STREAMABLE, id, "2025-11-25", NULL));
}

static void
an_event_of_an_earlier_start_replays_nothing (void **state)
{
	struct stream *stream;
	char event[STAND_ID_SIZE];
	const char *id;

	(void) state;
	stand_restart_with_state ();
	id = stand_initialize ("2025-11-25");
	stream = stand_stream (TRANSPORT_STREAMABLE, id, NULL, NULL);
	snprintf (event, sizeof event, "%s", stream->prime_id);
	stand_changed (1);
	assert_int_equal (stream->n_events, 1);
	stand_restart ();
	stream = stand_resume (id, event);
	assert_int_equal (stream->n_events, 0);
}

static void
without_a_key_that_is_kept_a_restart_ends_all (void **state)
{
	const char *id = stand_initialize ("2025-11-25");

	(void) state;
	stand_restart ();
	assert_int_equal (status_of_ping (id), 404);
}

static void
no_other_text_is_an_id (void **state)
{
	const char *id, *other;
	char text[600];
	int status;

	(void) state;
	stand_restart_with_state ();
	id = stand_initialize ("2025-11-25");
	other = stand_initialize ("2025-06-18");
	for (int restarts = 0; restarts < 2; restarts++, stand_restart ())
		for (size_t i = 0; id[i] != '\0'; i++) {
			snprintf (text, sizeof text, "%.*s", (int) i, id);
			assert_int_equal (status_of_ping (text),
					  i == 0 ? 400 : 404);
			snprintf (text, sizeof text, "%s", id);
			text[i] = text[i] == 'A' ? 'B' : 'A';
			assert_int_equal (status_of_ping (text), 404);
			assert_null (stand_stream (TRANSPORT_STREAMABLE, text,
						   NULL, &status));
			assert_int_equal (status, 404);
		}
	snprintf (text, sizeof text, "%.32s%s", id, other + 32);
	assert_int_equal (status_of_ping (text), 404);
	snprintf (text, sizeof text, "%s ", id);
	assert_int_equal (status_of_ping (text), 404);
	assert_int_equal (status_of_ping (id), 200);
}

static void
it_comes_back_for_its_own_credential_alone (void **state)
{
	struct agent *a, *b;
	const char *id;

	(void) state;
	stand_restart_with_state ();
	stand.agent = add_agent ("a");
	id = stand_initialize ("2025-11-25");
	stand_restart ();
	a = add_agent ("a");
	b = add_agent ("b");
	stand.agent = b;
	assert_int_equal (status_of_ping (id), 404);
	stand.agent = NULL;
	assert_int_equal (status_of_ping (id), 404);
	stand.agent = a;
	assert_int_equal (status_of_ping (id), 200);
	assert_ptr_equal (find (id)->caller.agent, a);
}

static void
a_deleted_session_does_not_come_back (void **state)
{
	const char *id, *other;

	(void) state;
	stand_restart_with_state ();
	id = stand_initialize ("2025-11-25");
	other = stand_initialize ("2025-11-25");
	stand_restart ();
	assert_int_equal (stand_delete (id, NULL), 200);
	assert_int_equal (status_of_ping (id), 404);
	stand_restart ();
	assert_int_equal (status_of_ping (id), 404);
	assert_int_equal (status_of_ping (other), 200);
}

static void
no_session_of_a_revoked_agent_comes_back (void **state)
{
	const char *loaded, *unloaded;

	(void) state;
	stand_restart_with_state ();
	stand.agent = add_agent ("a");
	unloaded = stand_initialize ("2025-11-25");
	stand_restart ();
	stand.agent = add_agent ("a");
	loaded = stand_initialize ("2025-11-25");
	agents_revoke (stand.agent);
	stand.agent = add_agent ("a");
	assert_int_equal (status_of_ping (loaded), 404);
	assert_int_equal (status_of_ping (unloaded), 404);
	stand_restart ();
	stand.agent = add_agent ("a");
	assert_int_equal (status_of_ping (loaded), 404);
	assert_int_equal (status_of_ping (unloaded), 404);
}

/* As if it had begun then. */
static char *
seal_at (int64_t time_ms)
{
	struct session session = { .mcp = stand.mcp,
				   .key = "0123456789abcdef"
					  "0123456789abcdef" };

	session.caller.revision = revision_find ("2025-11-25");
	session.time_ms = time_ms;
	assert_int_equal (session_id_seal (&session), 0);
	return session.id;
}

static void
an_id_is_good_for_seven_days (void **state)
{
	int64_t now_ms = clock_wall_ms ();
	char *old = seal_at (now_ms - LIMIT_SESSION_KEPT_MS - 1000);
	char *good = seal_at (now_ms - LIMIT_SESSION_KEPT_MS + 60000);

	(void) state;
	assert_int_equal (status_of_ping (old), 404);
	assert_int_equal (status_of_ping (good), 200);
	free (old);
	free (good);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		stand_test (after_a_restart_a_session_goes_on_as_it_was_agreed),
		stand_test (after_a_restart_its_stream_opens_too),
		stand_test (an_event_of_an_earlier_start_replays_nothing),
		stand_test (without_a_key_that_is_kept_a_restart_ends_all),
		stand_test (no_other_text_is_an_id),
		stand_test (it_comes_back_for_its_own_credential_alone),
		stand_test (a_deleted_session_does_not_come_back),
		stand_test (no_session_of_a_revoked_agent_comes_back),
		stand_test (an_id_is_good_for_seven_days),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
