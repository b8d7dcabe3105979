/* Calls and state over a journal on the disk. */
#include "stand.h"

#include "base/text.h"

static char *journal_dir;

/* Instead of the journal in memory; the same one again after close. */
static void
open_journal (void)
{
	const struct journal_options options = { .max_bytes = 1 << 20 };
	struct error err;

	if (stand.journal != NULL)
		journal_close (stand.journal);
	if (journal_open_sqlite (&stand.loop, journal_dir, &options,
				 &stand.journal, &err)
	    < 0)
		fail_msg ("%s", err.text);
}

static int
begin (void **state)
{
	stand_open (state);
	journal_dir =
		text_format ("%s/journal-XXXXXX",
			     getenv ("TMPDIR") ? getenv ("TMPDIR") : "/tmp");
	assert_non_null (mkdtemp (journal_dir));
	open_journal ();
	return 0;
}

static int
end (void **state)
{
	char *command = text_format ("rm -rf '%s'", journal_dir);

	stand_close (state);
	assert_int_equal (system (command), 0);
	free (command);
	free (journal_dir);
	return 0;
}

static void
what_an_answered_call_recorded_can_be_read (void **state)
{
	static const char *const tools[] = { "emit", "emit_on_thread" };
	static const char arguments[] = "{\"topic\":\"t\",\"payload\":\"{}\"}";

	(void) state;
	stand_load_one ("misbehave");
	for (int i = 0; i < 20; i++) {
		struct trial *trial =
			stand_call_through (tools[i % 2], arguments);

		assert_int_equal (trial->outcome, CALL_OK);
		/* Only what is kept counts. */
		assert_int_equal (stand_events ("t"), i + 1);
	}
}

static void
state_and_events_outlive_the_server (void **state)
{
	struct trial *trial;

	(void) state;
	stand_load_one ("state");
	stand_call_through ("commit",
			    "{\"changes\":[{\"kind\":\"put\",\"key\":\"a\","
			    "\"value\":\"one\"},{\"kind\":\"emit\",\"topic\":"
			    "\"t\",\"payload\":\"{}\"}]}");
	stand_unload ();
	open_journal ();
	stand_load ();
	trial = stand_call_through ("list", "{\"prefix\":\"\"}");
	assert_non_null (strstr (trial->content, "0 a=one;starts=2;"));
	trial = stand_call_through ("events", "{\"topic\":\"t\"}");
	assert_non_null (strstr (trial->content, "\\\"topic\\\":\\\"t\\\""));
}

static void
of_many_threads_one_gets_the_last_unit_here_too (void **state)
{
	struct trial *trial;

	(void) state;
	stand_load_one ("state");
	trial = stand_call_through ("race", "{\"units\":1}");
	assert_non_null (strstr (trial->content, "\"1\""));
	stand_call_through ("count", "{}");
	trial = stand_call_through ("get", "{\"key\":\"race/counter\"}");
	assert_non_null (strstr (trial->content, " 64\""));
}

static void
many_calls_at_once_all_wait_and_are_all_answered (void **state)
{
	struct trial *trials[64];

	(void) state;
	stand_load_one ("misbehave");
	for (int i = 0; i < 64; i++)
		trials[i] = stand_call ("emit",
					"{\"topic\":\"t\",\"payload\":\"{}\"}");
	for (int i = 0; i < 64; i++)
		stand_until (trials[i]->n_done == 1);
	assert_int_equal (stand_events ("t"), 64);
	assert_int_equal (registry_calls_owed (stand.registry), 0);
}

#define durable_test(claim) cmocka_unit_test_setup_teardown (claim, begin, end)

static const struct CMUnitTest tests[] = {
	durable_test (what_an_answered_call_recorded_can_be_read),
	durable_test (state_and_events_outlive_the_server),
	durable_test (of_many_threads_one_gets_the_last_unit_here_too),
	durable_test (many_calls_at_once_all_wait_and_are_all_answered),
};

int
main (void)
{
	return cmocka_run_group_tests (tests, NULL, NULL);
}
