/* Tests core/plugin/host_state.c and host_events.c: what plugins keep, and how
 * they read events back. */
#include "stand.h"

#include <stdio.h>

#include "base/text.h"

/* The texts of a call's result, with a | between each two; lent. */
static const char *
texts (struct trial *trial)
{
	static char all[4096];
	char *items = text_format ("[%s]", trial->content);
	struct json_object *array = stand_json (items);
	size_t n = json_object_array_length (array), size = 0;

	assert_int_equal (trial->outcome, CALL_OK);
	for (size_t i = 0; i < n; i++) {
		struct json_object *text;

		json_object_object_get_ex (json_object_array_get_idx (array, i),
					   "text", &text);
		size += (size_t) snprintf (all + size, sizeof (all) - size,
					   "%s%s", i > 0 ? "|" : "",
					   json_object_get_string (text));
		assert_true (size < sizeof (all));
	}
	json_object_put (array);
	free (items);
	return all;
}

static const char *
call (const char *tool, const char *arguments)
{
	return texts (stand_call_through (tool, arguments));
}

/* The version in what get said. */
static unsigned long long
version_of (const char *key)
{
	char *arguments = text_format ("{\"key\":\"%s\"}", key);
	unsigned long long version = 0;

	sscanf (call ("get", arguments), "%*d %llu", &version);
	free (arguments);
	return version;
}

#define PUT_A "{\"kind\":\"put\",\"key\":\"a\",\"value\":\"one\"}"

static void
what_is_put_is_got_with_its_version (void **state)
{
	char expected[100];
	unsigned long long version;

	(void) state;
	stand_load_one ("state");
	assert_string_equal (call ("get", "{\"key\":\"a\"}"), "-2 0 -");
	sscanf (call ("commit_here", "{\"changes\":[" PUT_A "]}"), "0 0|%llu 0",
		&version);
	assert_true (version > 0);
	snprintf (expected, sizeof (expected), "3 %llu one", version);
	assert_string_equal (call ("get", "{\"key\":\"a\"}"), expected);
	assert_string_equal (call ("get_on_thread", "{\"key\":\"a\"}"),
			     expected);
}

static void
a_value_is_copied_as_far_as_there_is_room (void **state)
{
	const char *got;

	(void) state;
	stand_load_one ("state");
	call ("commit", "{\"changes\":[" PUT_A "]}");
	got = call ("get", "{\"key\":\"a\",\"room\":2}");
	assert_int_equal (strncmp (strrchr (got, ' '), " on?", 4), 0);
	got = call ("get", "{\"key\":\"a\",\"room\":3}");
	assert_int_equal (strncmp (strrchr (got, ' '), " one?", 5), 0);
	got = call ("get", "{\"key\":\"a\",\"room\":0}");
	assert_int_equal (strncmp (got, "3 ", 2), 0);
	assert_int_equal (strncmp (strrchr (got, ' '), " ???", 4), 0);
}

static void
a_version_must_be_the_one_that_is_said (void **state)
{
	unsigned long long version;
	char *arguments;

	(void) state;
	stand_load_one ("state");
	call ("commit", "{\"changes\":[" PUT_A "]}");
	version = version_of ("a");
	assert_string_equal (
		call ("commit", "{\"changes\":[{\"kind\":\"put\",\"key\":\"a\","
				"\"value\":\"x\",\"version\":0}]}"),
		"-116 0|0 0");
	arguments = text_format (
		"{\"changes\":[{\"kind\":\"put\",\"key\":\"a\",\"value\":"
		"\"two\",\"version\":%llu}]}",
		version);
	assert_int_equal (strncmp (call ("commit", arguments), "0 0|", 4), 0);
	assert_true (version_of ("a") > version);
	assert_int_equal (strncmp (call ("commit", arguments), "-116 0|", 7),
			  0);
	free (arguments);
	assert_non_null (strstr (call ("get", "{\"key\":\"a\"}"), " two"));
	call ("commit", "{\"changes\":[{\"kind\":\"delete\",\"key\":\"a\"}]}");
	assert_string_equal (call ("get", "{\"key\":\"a\"}"), "-2 0 -");
}

static void
a_sum_stays_within_its_limits (void **state)
{
	static const char add[] =
		"{\"changes\":[{\"kind\":\"add\",\"key\":\"n\",\"add\":7,"
		"\"min\":0,\"max\":10}]}";
	const char *said;

	(void) state;
	stand_load_one ("state");
	said = call ("commit", add);
	assert_int_equal (strncmp (said, "0 0|", 4), 0);
	assert_string_equal (strrchr (said, ' '), " 7");
	said = call ("commit", add);
	assert_int_equal (strncmp (said, "-34 0|", 6), 0);
	assert_string_equal (strrchr (said, ' '), " 7");
	said = call ("get", "{\"key\":\"n\"}");
	assert_string_equal (strrchr (said, ' '), " 7");
}

static void
what_fails_changes_nothing_and_emits_nothing (void **state)
{
	const char *said;

	(void) state;
	stand_load_one ("state");
	said = call ("commit",
		     "{\"changes\":[" PUT_A ",{\"kind\":\"emit\",\"topic\":"
		     "\"state.event\",\"payload\":\"{}\"},{\"kind\":\"add\","
		     "\"key\":\"n\",\"add\":1,\"max\":0}]}");
	assert_int_equal (strncmp (said, "-34 2|", 6), 0);
	assert_string_equal (call ("get", "{\"key\":\"a\"}"), "-2 0 -");
	assert_string_equal (call ("list", "{\"prefix\":\"\"}"), "0 starts=1;");
	assert_int_equal (stand_events ("state.event"), 0);
}

static void
an_event_comes_with_what_changed (void **state)
{
	static const char *const how[] = { "", ",\"alone\":true" };
	char arguments[300];

	(void) state;
	stand_load_one ("state");
	for (int i = 0; i < 2; i++) {
		snprintf (arguments, sizeof (arguments),
			  "{\"changes\":[" PUT_A
			  ",{\"kind\":\"emit\",\"topic\":\"state.event\","
			  "\"agent\":\"ann\",\"payload\":\"{ \\\"i\\\": %d}\"}"
			  "]%s}",
			  i, how[i]);
		call ("commit", arguments);
		assert_int_equal (stand_events ("state.event"), i + 1);
		assert_string_equal (stand_last_event ("state.event").agent,
				     "ann");
	}
	assert_string_equal (stand_last_event ("state.event").payload,
			     "{\"i\":1}");
}

static void
the_event_of_an_authenticated_call_is_its_agents (void **state)
{
	struct trial *trial;

	(void) state;
	stand_load_one ("state");
	trial = stand_call_as ("commit_here",
			       "{\"changes\":[{\"kind\":\"emit\",\"topic\":"
			       "\"t\",\"agent\":\"bob\",\"payload\":\"{}\"}]}",
			       "ann", true);
	assert_int_equal (trial->outcome, CALL_FAILED);
	assert_non_null (
		strstr (trial->sentence, "'bob', but the call is auth"));
	stand_call_as ("commit_here",
		       "{\"changes\":[{\"kind\":\"emit\",\"topic\":\"t\","
		       "\"payload\":\"{}\"}]}",
		       "ann", true);
	assert_string_equal (stand_last_event ("t").agent, "ann");
}

/* A name of n characters, as JSON members. */
static char *
put_of_length (int n)
{
	return text_format (
		"{\"changes\":[{\"kind\":\"put\",\"key\":\"%0*d\",\"value\":"
		"\"\"}]}",
		n, 0);
}

static void
what_is_not_of_the_form_fails_the_call (void **state)
{
	static const struct {
		const char *changes, *words;
	} wrong[] = {
		{ "{\"kind\":\"put\",\"key\":\"\",\"value\":\"\"}",
		  "change 0: key ''" },
		{ "{\"kind\":\"put\",\"key\":\"a b\",\"value\":\"\"}",
		  "key 'a b': expected 1 to 200 of" },
		{ "{\"kind\":\"put\"}", "key ''" },
		{ PUT_A ",{\"kind\":\"swap\",\"key\":\"a\"}",
		  "change 1: kind 99" },
		{ "{\"kind\":\"emit\",\"topic\":\"T\",\"payload\":\"{}\"}",
		  "event 'T': topic: expected" },
		{ "{\"kind\":\"emit\",\"payload\":\"{}\"}",
		  "event '': topic: expected" },
		{ "{\"kind\":\"emit\",\"topic\":\"t\",\"payload\":\"[]\"}",
		  "payload: expected an object" },
		{ "{\"kind\":\"emit\",\"topic\":\"t\",\"payload\":\"{\"}",
		  "JSON" },
		{ "{\"kind\":\"emit\",\"topic\":\"t\"}", "JSON" },
		{ "{\"kind\":\"put\",\"key\":\"a\",\"size\":1048577}",
		  "a value of 1048577 bytes, expected at most 1048576" },
	};

	(void) state;
	stand_load_one ("state");
	for (size_t i = 0; i < sizeof (wrong) / sizeof (wrong[0]); i++) {
		char *arguments =
			text_format ("{\"changes\":[%s]}", wrong[i].changes);
		struct trial *trial = stand_call_through ("commit", arguments);

		assert_int_equal (trial->outcome, CALL_FAILED);
		if (strstr (trial->sentence, wrong[i].words) == NULL)
			fail_msg ("%s", trial->sentence);
		free (arguments);
	}
	assert_string_equal (call ("list", "{\"prefix\":\"\"}"), "0 starts=1;");
}

static void
keys_and_values_may_be_as_long_as_is_said (void **state)
{
	char *longest = put_of_length (200), *longer = put_of_length (201);

	(void) state;
	stand_load_one ("state");
	assert_int_equal (strncmp (call ("commit", longest), "0 0|", 4), 0);
	assert_int_equal (stand_call_through ("commit", longer)->outcome,
			  CALL_FAILED);
	free (longest);
	free (longer);
	call ("commit",
	      "{\"changes\":[{\"kind\":\"put\",\"key\":\"a\",\"size\":"
	      "1048576}]}");
	assert_int_equal (strncmp (call ("get", "{\"key\":\"a\",\"room\":0}"),
				   "1048576 ", 8),
			  0);
	assert_int_equal (
		strncmp (call ("get", "{\"key\":\"a b\"}"), "-22 ", 4), 0);
	assert_string_equal (call ("list", "{\"prefix\":\"a b\"}"), "-22 ");
}

static void
too_many_changes_are_refused (void **state)
{
	char *changes = calloc (65, 30), *arguments;
	const char *said;

	(void) state;
	assert_non_null (changes);
	for (int i = 0; i < 64; i++)
		strcat (changes, "{\"kind\":\"add\",\"key\":\"n\"},");
	stand_load_one ("state");
	arguments = text_format ("{\"changes\":[%.*s]}",
				 (int) strlen (changes) - 1, changes);
	said = call ("commit", arguments);
	assert_int_equal (strncmp (said, "0 0|", 4), 0);
	free (arguments);
	arguments =
		text_format ("{\"changes\":[%s{\"kind\":\"add\"}]}", changes);
	assert_non_null (
		strstr (stand_call_through ("commit", arguments)->sentence,
			"commit: 65 changes, expected at most 64"));
	free (arguments);
	free (changes);
}

static void
keys_are_listed_by_prefix_in_order (void **state)
{
	(void) state;
	stand_load_one ("state");
	call ("commit", "{\"changes\":["
			"{\"kind\":\"put\",\"key\":\"q/b\",\"value\":\"2\"},"
			"{\"kind\":\"put\",\"key\":\"q/a\",\"value\":\"1\"},"
			"{\"kind\":\"put\",\"key\":\"r\",\"value\":\"3\"}]}");
	assert_string_equal (call ("list", "{\"prefix\":\"q/\"}"),
			     "0 q/a=1;q/b=2;");
	assert_string_equal (call ("list", "{\"prefix\":\"\"}"),
			     "0 q/a=1;q/b=2;r=3;starts=1;");
	assert_string_equal (call ("list", "{\"prefix\":\"x\"}"), "0 ");
}

static void
of_many_threads_as_many_win_as_there_are_units (void **state)
{
	(void) state;
	stand_load_one ("state");
	assert_string_equal (call ("race", "{\"units\":1}"), "1");
	assert_string_equal (call ("race", "{\"units\":3}"), "3");
	assert_non_null (
		strstr (call ("get", "{\"key\":\"race/units\"}"), " 0"));
}

static void
nothing_is_lost_when_all_count_by_the_version (void **state)
{
	(void) state;
	stand_load_one ("state");
	call ("count", "{}");
	assert_non_null (
		strstr (call ("get", "{\"key\":\"race/counter\"}"), " 64"));
}

static void
a_call_may_emit_from_many_threads (void **state)
{
	(void) state;
	stand_load_one ("state");
	call ("emit_all", "{}");
	assert_int_equal (stand_events ("race.event"), 80);
}

static void
state_outlives_its_plugin_not_the_journal (void **state)
{
	(void) state;
	stand_load_one ("state");
	stand_unload ();
	stand_load ();
	assert_string_equal (call ("list", "{\"prefix\":\"\"}"), "0 starts=2;");
}

static void
emit_three (void)
{
	call ("commit",
	      "{\"changes\":[{\"kind\":\"emit\",\"topic\":\"x\",\"agent\":"
	      "\"ann\",\"payload\":\"{\\\"i\\\":1}\"},{\"kind\":\"emit\","
	      "\"topic\":\"y\",\"payload\":\"{\\\"i\\\":2}\"},{\"kind\":"
	      "\"emit\",\"topic\":\"x\",\"agent\":\"bob\",\"payload\":"
	      "\"{\\\"i\\\":3}\"}]}");
}

static void
events_are_read_back_by_what_they_are (void **state)
{
	static const struct {
		const char *query;
		const char *found[4]; /* in their order, then how many */
	} queries[] = {
		{ "{\"topic\":\"x\"}", { "\"i\":1}", "\"i\":3}", "|2" } },
		{ "{\"agent\":\"ann\"}", { "\"i\":1}", "|1" } },
		{ "{\"topic\":\"x\",\"newest_first\":1}",
		  { "\"i\":3}", "\"i\":1}", "|2" } },
		{ "{\"limit\":2,\"newest_first\":1}",
		  { "\"i\":3}", "\"i\":2}", "|2" } },
		{ "{\"topic\":\"none\"}", { "0" } },
		{ "{\"after_seq\":3}", { "\"i\":3}", "|1" } },
	};

	(void) state;
	stand_load_one ("state");
	assert_int_equal (journal_last_seq (stand.journal), 1);
	emit_three ();
	for (size_t i = 0; i < sizeof (queries) / sizeof (queries[0]); i++) {
		const char *said = call ("events", queries[i].query);

		for (int k = 0; queries[i].found[k] != NULL; k++) {
			said = strstr (said, queries[i].found[k]);
			if (said == NULL)
				fail_msg ("%s: no %s", queries[i].query,
					  queries[i].found[k]);
		}
		/* Behind the last one there is nothing. */
		assert_null (strchr (said + 1, '|'));
	}
}

static void
an_event_looks_as_on_the_link (void **state)
{
	char *first;

	(void) state;
	stand_load_one ("state");
	emit_three ();
	first = strdup (call ("events", "{\"agent\":\"ann\"}"));
	assert_int_equal (strncmp (first, "{\"seq\":2,\"time\":\"20", 19), 0);
	assert_string_equal (
		strchr (first, 'Z'),
		"Z\",\"run\":\"one\",\"topic\":\"x\",\"agent\":\"ann\",\"payload\":"
		"{\"i\":1}}|1");
	free (first);
}

static void
events_are_not_read_on_the_loop_nor_by_a_wrong_query (void **state)
{
	(void) state;
	stand_load_one ("state");
	assert_string_equal (call ("events_here", "{}"), "-35");
	assert_string_equal (call ("events", "{\"size\":8}"), "-22");
	assert_string_equal (call ("events", "{\"limit\":1001}"), "-22");
}

static const struct CMUnitTest tests[] = {
	stand_test (what_is_put_is_got_with_its_version),
	stand_test (a_value_is_copied_as_far_as_there_is_room),
	stand_test (a_version_must_be_the_one_that_is_said),
	stand_test (a_sum_stays_within_its_limits),
	stand_test (what_fails_changes_nothing_and_emits_nothing),
	stand_test (an_event_comes_with_what_changed),
	stand_test (the_event_of_an_authenticated_call_is_its_agents),
	stand_test (what_is_not_of_the_form_fails_the_call),
	stand_test (keys_and_values_may_be_as_long_as_is_said),
	stand_test (too_many_changes_are_refused),
	stand_test (keys_are_listed_by_prefix_in_order),
	stand_test (of_many_threads_as_many_win_as_there_are_units),
	stand_test (nothing_is_lost_when_all_count_by_the_version),
	stand_test (a_call_may_emit_from_many_threads),
	stand_test (state_outlives_its_plugin_not_the_journal),
	stand_test (events_are_read_back_by_what_they_are),
	stand_test (an_event_looks_as_on_the_link),
	stand_test (events_are_not_read_on_the_loop_nor_by_a_wrong_query),
};

int
main (void)
{
	return cmocka_run_group_tests (tests, NULL, NULL);
}
