/* Events of calls. */
#include "stand.h"

#include "base/text.h"

static void
events_are_recorded_in_order_and_before_the_answer (void **state)
{
	struct trial *trial;
	struct buffer memory = { 0 };
	struct event event;
	uint64_t seq;

	(void) state;
	stand_load_one ("flow");
	seq = journal_last_seq (stand.journal);
	trial = stand_call_through ("emit_n", "{\"n\":300}");
	assert_int_equal (trial->outcome, CALL_OK);
	assert_int_equal (trial->seq_at_done, seq + 300);
	for (int i = 0; i < 300; i++) {
		char *payload = text_format ("{\"i\":%d}", i);

		assert_true (journal_read (stand.journal, seq, &memory, &event)
			     == 1);
		assert_string_equal (event.payload, payload);
		assert_null (event.agent);
		seq = event.seq;
		free (payload);
	}
	buffer_fini (&memory);
}

static void
calls_on_many_threads_keep_their_order_each (void **state)
{
	struct trial *trials[8];
	uint64_t seq;

	(void) state;
	stand_load_one ("flow");
	seq = journal_last_seq (stand.journal);
	for (int i = 0; i < 8; i++)
		trials[i] = stand_call ("emit_n", "{\"n\":50}");
	for (int i = 0; i < 8; i++)
		stand_until (trials[i]->n_done == 1);
	assert_int_equal (stand_events ("flow.event"), 400);
	assert_int_equal (journal_last_seq (stand.journal), seq + 400);
}

static void
events_of_a_thread_and_the_loop_keep_their_order (void **state)
{
	struct trial *trial;

	(void) state;
	stand_load_one ("beside");
	trial = stand_call_through ("emit_from_both", "{}");
	assert_int_equal (trial->seq_at_done, journal_last_seq (stand.journal));
	assert_int_equal (stand_events ("order"), 2);
	assert_string_equal (stand_last_event ("order").payload, "{\"i\":2}");
}

static void
too_many_events_fail_the_call (void **state)
{
	struct trial *trial;

	(void) state;
	stand_load_one ("flow");
	trial = stand_call_through ("emit_n", "{\"n\":1001}");
	assert_int_equal (trial->outcome, CALL_FAILED);
	assert_non_null (
		strstr (trial->sentence, "more than 1000 events in one call"));
	assert_int_equal (stand_events ("flow.event"), 1000);
}

static void
an_event_is_the_calls_own_agents (void **state)
{
	(void) state;
	stand_load_one ("misbehave");
	stand_call_as ("emit", "{\"topic\":\"t\",\"payload\":\"{}\"}", "ann",
		       true);
	assert_string_equal (stand_last_event ("t").agent, "ann");
}

static void
another_agent_is_refused_when_the_call_is_authenticated (void **state)
{
	static const char arguments[] =
		"{\"topic\":\"t\",\"payload\":\"{}\",\"agent\":\"bob\"}";
	struct trial *trial;

	(void) state;
	stand_load_one ("misbehave");
	trial = stand_call_as ("emit", arguments, "ann", true);
	assert_int_equal (trial->outcome, CALL_FAILED);
	assert_non_null (strstr (trial->sentence,
				 "agent: 'bob', but the call is authenticated "
				 "as 'ann'"));
	assert_int_equal (stand_events ("t"), 0);
	stand_call_as ("emit", arguments, "ann", false);
	assert_string_equal (stand_last_event ("t").agent, "bob");
}

static void
an_agent_with_a_credential_is_refused_when_the_call_has_none (void **state)
{
	static const char arguments[] =
		"{\"topic\":\"t\",\"payload\":\"{}\",\"agent\":\"bob\"}";
	struct trial *trial;

	(void) state;
	stand_load_one ("misbehave");
	assert_int_equal (registry_protect_name (stand.registry, "bob"), 0);
	assert_int_equal (registry_protect_name (stand.registry, "bob"), 0);
	trial = stand_call ("emit", arguments);
	assert_int_equal (trial->outcome, CALL_FAILED);
	assert_non_null (strstr (trial->sentence,
				 "agent: 'bob' has credentials of its own"));
	assert_int_equal (stand_events ("t"), 0);
	trial = stand_call_through ("emit_on_thread", arguments);
	assert_int_equal (trial->outcome, CALL_FAILED);
	stand_call_as ("emit", arguments, "bob", true);
	assert_string_equal (stand_last_event ("t").agent, "bob");
}

static void
what_is_not_of_the_form_is_refused_and_named (void **state)
{
	static const struct {
		const char *arguments, *words;
	} wrong[] = {
		{ "{\"topic\":\"T\",\"payload\":\"{}\"}",
		  "event 'T': topic: expected" },
		{ "{\"topic\":\"\",\"payload\":\"{}\"}",
		  "event '': topic: expected" },
		{ "{\"topic\":\"t\",\"payload\":\"[1]\"}",
		  "payload: expected an object, found array" },
		{ "{\"topic\":\"t\",\"payload\":\"{\"}", "emit_text: JSON:" },
	};

	(void) state;
	stand_load_one ("misbehave");
	for (size_t i = 0; i < sizeof (wrong) / sizeof (wrong[0]); i++) {
		struct trial *trial = stand_call ("emit", wrong[i].arguments);

		assert_true (trial->outcome != CALL_OK);
		if (strstr (trial->sentence, wrong[i].words) == NULL)
			fail_msg ("%s", trial->sentence);
		assert_int_equal (stand_log_lines ("misbehaving plugin"),
				  i + 1);
	}
	assert_int_equal (stand_events ("t"), 0);
}

static void
a_payload_is_one_line (void **state)
{
	(void) state;
	stand_load_one ("misbehave");
	stand_call ("emit", "{\"topic\":\"t\",\"payload\":"
			    "\"{\\n\\\"a\\\" :\\r\\n1 }\"}");
	assert_string_equal (stand_last_event ("t").payload, "{\"a\":1}");
}

static void
a_journal_that_refuses_an_event_fails_the_call (void **state)
{
	char *arguments, *text = malloc (2000000);

	(void) state;
	assert_non_null (text);
	memset (text, 'x', 1999999);
	text[1999999] = '\0';
	arguments = text_format (
		"{\"topic\":\"t\",\"payload\":\"{\\\"a\\\":\\\"%s\\\"}\"}",
		text);
	stand_load_one ("misbehave");
	/* The stand's journal holds 1 MiB. */
	for (int i = 0; i < 2; i++) {
		struct trial *trial = stand_call_through (
			i == 0 ? "emit" : "emit_on_thread", arguments);

		assert_int_equal (trial->outcome, CALL_FAILED);
		assert_non_null (strstr (trial->sentence,
					 "event 't' was not recorded: "));
	}
	free (arguments);
	free (text);
}

static void
a_journal_that_refuses_is_not_the_plugins_fault (void **state)
{
	char *arguments, *message = malloc (2000000);
	struct trial *trial;

	(void) state;
	assert_non_null (message);
	memset (message, 'x', 1999999);
	message[1999999] = '\0';
	arguments = text_format ("{\"phase\":\"review\",\"status\":"
				 "\"error\",\"message\":\"%s\"}",
				 message);
	stand_load_one ("status");
	/* Its handler gives up when emit fails, and says nothing itself. */
	trial = stand_call ("update_status", arguments);
	assert_int_equal (trial->outcome, CALL_FAILED);
	assert_non_null (strstr (trial->sentence, "was not recorded"));
	assert_int_equal (stand_log_lines ("misbehaving plugin"), 0);
	free (arguments);
	free (message);
}

static void
a_void_call_records_reports_and_nothing_else (void **state)
{
	struct trial *trial;

	(void) state;
	stand_load_one ("flow");
	trial = stand_call ("progress_ticks", "{\"n\":2,\"gate\":\"g\"}");
	stand_until (stand_events ("flow.waiting") == 1);
	stand_cancel (trial);
	stand_until (registry_calls_owed (stand.registry) == 0);
	assert_int_equal (stand_events ("flow.waiting"), 1);
	assert_int_equal (stand_events ("flow.cancelled"), 1);
}

static const struct CMUnitTest tests[] = {
	stand_test (events_are_recorded_in_order_and_before_the_answer),
	stand_test (calls_on_many_threads_keep_their_order_each),
	stand_test (events_of_a_thread_and_the_loop_keep_their_order),
	stand_test (too_many_events_fail_the_call),
	stand_test (an_event_is_the_calls_own_agents),
	stand_test (another_agent_is_refused_when_the_call_is_authenticated),
	stand_test (
		an_agent_with_a_credential_is_refused_when_the_call_has_none),
	stand_test (what_is_not_of_the_form_is_refused_and_named),
	stand_test (a_payload_is_one_line),
	stand_test (a_journal_that_refuses_an_event_fails_the_call),
	stand_test (a_journal_that_refuses_is_not_the_plugins_fault),
	stand_test (a_void_call_records_reports_and_nothing_else),
};

int
main (void)
{
	return cmocka_run_group_tests (tests, NULL, NULL);
}
