/* The plugin status: what it answers, and what the orchestrator gets. */
#include "stand.h"

#include <stdio.h>

#include "json/json.h"

#define REPORT "\"phase\":\"execution\",\"status\":\"progress\","

static struct json_object *
payload (void)
{
	struct event event = stand_last_event ("status_update");
	struct json_object *value;

	assert_int_equal (json_parse (event.payload, event.payload_size, NULL,
				      &value, NULL),
			  0);
	return value;
}

/* Whose event it is, and that the payload says the same. */
static void
expect_agent (const char *agent)
{
	struct json_object *value = payload ();

	assert_string_equal (stand_last_event ("status_update").agent, agent);
	assert_string_equal (json_get_string (value, "agent_name"), agent);
	json_object_put (value);
}

static void
the_answer_is_the_users_own (void **state)
{
	struct trial *trial;

	(void) state;
	stand_load_one ("status");
	trial = stand_call ("update_status",
			    "{" REPORT "\"message\":\"Half \\\"done\\\"\"}");
	assert_int_equal (trial->n_done, 1);
	assert_int_equal (trial->outcome, CALL_OK);
	assert_string_equal (
		trial->content,
		"{\"type\":\"text\",\"text\":\"Status update received: "
		"progress - Half \\\"done\\\"\"}");
	assert_string_equal (trial->structured,
			     "{\"result\":\"Status update received: progress "
			     "- Half \\\"done\\\"\"}");
}

static void
the_event_has_the_seven_fields_in_their_order (void **state)
{
	static const char *const names[] = { "agent_name", "phase",
					     "status",	   "message",
					     "timestamp",  "metadata",
					     "attachments" };
	struct json_object *value;
	size_t i = 0;

	(void) state;
	stand_load_one ("status");
	stand_call ("update_status",
		    "{" REPORT "\"message\":\"Processing file 3 of 10\","
		    "\"metadata\":{\"percent\":30},"
		    "\"attachments\":[{\"file\":\"a/b\"}]}");
	value = payload ();
	json_object_object_foreach (value, name, member)
	{
		assert_true (i < 7);
		assert_string_equal (name, names[i++]);
		(void) member;
	}
	assert_int_equal (i, 7);
	assert_string_equal (json_object_to_json_string_ext (
				     json_get (value, "attachments"),
				     JSON_C_TO_STRING_PLAIN
					     | JSON_C_TO_STRING_NOSLASHESCAPE),
			     "[{\"file\":\"a/b\"}]");
	assert_string_equal (stand_last_event ("status_update").line,
			     "execution progress: Processing file 3 of 10 "
			     "{\"percent\":30}");
	json_object_put (value);
}

static void
the_time_is_utc_with_milliseconds (void **state)
{
	struct json_object *value;
	const char *time;

	(void) state;
	stand_load_one ("status");
	stand_call ("update_status", "{" REPORT "\"message\":\"m\"}");
	value = payload ();
	time = json_get_string (value, "timestamp");
	assert_int_equal (strlen (time), strlen ("2026-01-02T03:04:05.678Z"));
	assert_int_equal (time[10], 'T');
	assert_int_equal (time[19], '.');
	assert_int_equal (time[23], 'Z');
	json_object_put (value);
}

static void
what_is_absent_is_null_in_the_event (void **state)
{
	struct json_object *value;

	(void) state;
	stand_load_one ("status");
	stand_call ("update_status", "{" REPORT "\"message\":\"m\"}");
	value = payload ();
	assert_true (json_has (value, "metadata"));
	assert_null (json_get (value, "metadata"));
	assert_true (json_has (value, "attachments"));
	assert_null (json_get (value, "attachments"));
	json_object_put (value);
}

static void
without_credentials_the_given_name_counts (void **state)
{
	(void) state;
	stand_load_one ("status");
	stand_call ("update_status",
		    "{" REPORT "\"message\":\"m\",\"agent_name\":\"ann\","
		    "\"agent_name_override\":\"bob\"}");
	expect_agent ("ann");
	stand_call ("update_status",
		    "{" REPORT
		    "\"message\":\"m\",\"agent_name_override\":\"bob\"}");
	expect_agent ("bob");
	stand_call ("update_status",
		    "{" REPORT "\"message\":\"m\",\"agent_name\":\"\"}");
	expect_agent ("stand"); /* the client's name */
}

static void
a_name_of_the_longest_characters_is_taken (void **state)
{
	char arguments[800], name[4 * 128 + 1] = "";

	(void) state;
	for (int i = 0; i < 128; i++)
		strcat (name, "\xf0\x9f\x99\x82");
	snprintf (arguments, sizeof (arguments),
		  "{" REPORT "\"message\":\"m\",\"agent_name\":\"%s\"}", name);
	stand_load_one ("status");
	stand_call ("update_status", arguments);
	expect_agent (name);
}

static void
with_credentials_another_name_is_an_error_result (void **state)
{
	static const char *const names[] = { "agent_name",
					     "agent_name_override" };

	(void) state;
	stand_load_one ("status");
	for (size_t i = 0; i < 2; i++) {
		char arguments[200];
		struct trial *trial;

		snprintf (arguments, sizeof (arguments),
			  "{" REPORT "\"message\":\"m\",\"%s\":\"bob\"}",
			  names[i]);
		trial = stand_call_as ("update_status", arguments, "ann", true);
		assert_int_equal (trial->outcome, CALL_FAILED);
		assert_non_null (
			strstr (trial->sentence, "you cannot report as 'bob'"));
	}
	assert_int_equal (stand_events ("status_update"), 0);
	stand_call_as ("update_status",
		       "{" REPORT "\"message\":\"m\",\"agent_name\":\"ann\"}",
		       "ann", true);
	expect_agent ("ann");
}

static void
a_message_may_hold_anything (void **state)
{
	struct json_object *value;
	struct trial *trial;

	(void) state;
	stand_load_one ("status");
	trial = stand_call ("update_status",
			    "{" REPORT "\"message\":\"a\\u0000b\\n\xc3\xa4\"}");
	assert_non_null (strstr (trial->structured, "a\\u0000b\\n\xc3\xa4"));
	value = payload ();
	assert_int_equal (
		json_object_get_string_len (json_get (value, "message")), 6);
	json_object_put (value);
}

/* The line of a report of many characters of two bytes, after begin. */
static const char *
long_line (const char *begin)
{
	char arguments[4200];

	snprintf (arguments, sizeof (arguments), "{" REPORT "\"message\":\"%s",
		  begin);
	for (int i = 0; i < 2000; i++)
		strcat (arguments, "\xc3\xa4");
	strcat (arguments, "\"}");
	stand_call ("update_status", arguments);
	return stand_last_event ("status_update").line;
}

static void
a_long_line_is_cut_where_a_character_begins (void **state)
{
	static const char *const begins[] = { "", "a" };

	(void) state;
	stand_load_one ("status");
	for (int i = 0; i < 2; i++) {
		const char *line = long_line (begins[i]);
		size_t size = strlen (line);

		assert_true (size > 1000 && size < 1024);
		assert_memory_equal (line + size - 2, "\xc3\xa4", 2);
	}
}

static void
its_schema_is_plain_enough_for_every_model (void **state)
{
	static const char *const words[] = { "anyOf", "oneOf", "$ref", "null" };
	struct snapshot *snapshot;
	const struct tool *tool;

	(void) state;
	stand_load_one ("status");
	snapshot = registry_pin (stand.registry);
	tool = snapshot_find_tool (snapshot, "update_status");
	for (size_t i = 0; i < 4; i++)
		assert_null (strstr (tool->input_text, words[i]));
	snapshot_unpin (snapshot);
}

static const struct CMUnitTest tests[] = {
	stand_test (the_answer_is_the_users_own),
	stand_test (the_event_has_the_seven_fields_in_their_order),
	stand_test (the_time_is_utc_with_milliseconds),
	stand_test (what_is_absent_is_null_in_the_event),
	stand_test (without_credentials_the_given_name_counts),
	stand_test (a_name_of_the_longest_characters_is_taken),
	stand_test (with_credentials_another_name_is_an_error_result),
	stand_test (a_message_may_hold_anything),
	stand_test (a_long_line_is_cut_where_a_character_begins),
	stand_test (its_schema_is_plain_enough_for_every_model),
};

int
main (void)
{
	return cmocka_run_group_tests (tests, NULL, NULL);
}
