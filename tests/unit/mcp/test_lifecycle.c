/* Tests core/mcp/lifecycle.c. */
#include "stand.h"

#define INITIALIZE(params)                                                     \
	"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\","             \
	"\"params\":" params "}"

static void
initialize_is_answered_with_revision_capabilities_and_server (void **state)
{
	struct post *post = stand_post (
		NULL, NULL,
		INITIALIZE ("{\"protocolVersion\":\"2025-06-18\"}"));

	(void) state;
	assert_int_equal (post->status, 200);
	assert_string_equal (
		post->body,
		"{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":"
		"{\"protocolVersion\":\"2025-06-18\","
		"\"capabilities\":{\"tools\":{\"listChanged\":true},"
		"\"prompts\":{\"listChanged\":true},"
		"\"resources\":{\"subscribe\":true,\"listChanged\":true},"
		"\"logging\":{},\"completions\":{}},"
		"\"serverInfo\":{\"name\":\"test-server\","
		"\"version\":\"1.2.3\"}}}");
	assert_int_equal (strspn (post->new_session, "0123456789abcdef"), 32);
	assert_int_equal (post->new_session[32], '.');
}

static void
a_wish_for_2026_07_28_is_answered_with_2025_11_25 (void **state)
{
	struct post *post = stand_post (
		NULL, NULL,
		INITIALIZE ("{\"protocolVersion\":\"2026-07-28\"}"));

	(void) state;
	assert_non_null (
		strstr (post->body, "\"protocolVersion\":\"2025-11-25\""));
}

static void
initialize_without_a_version_is_refused_and_begins_nothing (void **state)
{
	static const char *const bodies[] = {
		"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\"}",
		INITIALIZE ("{}"),
		INITIALIZE ("{\"protocolVersion\":20250618}"),
		INITIALIZE ("{\"protocolVersion\":null}"),
	};

	(void) state;
	for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
		struct post *post = stand_post (NULL, NULL, bodies[i]);

		assert_int_equal (post->status, 200);
		assert_non_null (strstr (post->body, "-32602"));
		assert_string_equal (post->new_session, "");
	}
}

static void
instructions_are_the_servers_then_each_plugins (void **state)
{
	struct plugin *plugins[] = { (struct plugin *) "Report often.", NULL,
				     (struct plugin *) "Say \"hi\"." };
	struct post *post;

	(void) state;
	stand.options.instructions = "You are one of several.";
	stand.offer.plugins = plugins;
	stand.offer.n_plugins = 3;
	post = stand_post (NULL, NULL,
			   INITIALIZE ("{\"protocolVersion\":\"2025-06-18\"}"));
	assert_non_null (strstr (
		post->body, ",\"instructions\":\"You are one of several."
			    "\\n\\nReport often.\\n\\nSay \\\"hi\\\".\"}"));
}

static void
the_clients_name_reaches_its_calls (void **state)
{
	const char *session = stand_initialize ("2025-06-18");

	(void) state;
	stand_wait (session, 1);
	assert_string_equal (stand.calls->client, "tester");
}

static void
a_long_client_name_is_cut_at_a_characters_edge (void **state)
{
	char body[1000], name[401];
	struct post *post;

	(void) state;
	name[0] = 'x';
	for (int i = 1; i < 399; i += 2)
		memcpy (name + i, "\xc3\xa4", 2);
	name[399] = '\0';
	snprintf (body, sizeof body,
		  INITIALIZE ("{\"protocolVersion\":\"2025-06-18\","
			      "\"clientInfo\":{\"name\":\"%s\"}}"),
		  name);
	post = stand_post (NULL, NULL, body);
	stand_wait (post->new_session, 1);
	assert_int_equal (strlen (stand.calls->client), 255);
}

static void
ping_is_answered_with_nothing (void **state)
{
	const char *session = stand_initialize ("2024-11-05");

	(void) state;
	assert_string_equal (
		stand_ask (session, "{\"jsonrpc\":\"2.0\",\"id\":\"p\","
				    "\"method\":\"ping\"}"),
		"{\"jsonrpc\":\"2.0\",\"id\":\"p\",\"result\":{}}");
}

static void
over_sse_initialize_agrees_on_the_streams_session (void **state)
{
	char session[40];
	struct stream *stream = stand_sse (session);
	struct post *post = stand_message (
		session, NULL,
		INITIALIZE ("{\"protocolVersion\":\"2024-11-05\"}"));

	(void) state;
	assert_int_equal (post->status, 202);
	assert_null (post->body);
	assert_int_equal (stream->n_events, 2);
	assert_non_null (strstr (stream->events[1],
				 "message: {\"jsonrpc\":\"2.0\",\"id\":1,"
				 "\"result\":{\"protocolVersion\":"
				 "\"2024-11-05\""));
}

static void
completions_are_declared_from_2025_03_26_on (void **state)
{
	static const char *const declared = "\"completions\":{}";

	(void) state;
	assert_null (strstr (stand_post (NULL, NULL,
					 INITIALIZE ("{\"protocolVersion\":"
						     "\"2024-11-05\"}"))
				     ->body,
			     declared));
	assert_non_null (strstr (stand_post (NULL, NULL,
					     INITIALIZE ("{\"protocolVersion\":"
							 "\"2025-03-26\"}"))
					 ->body,
				 declared));
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		stand_test (
			initialize_is_answered_with_revision_capabilities_and_server),
		stand_test (a_wish_for_2026_07_28_is_answered_with_2025_11_25),
		stand_test (
			initialize_without_a_version_is_refused_and_begins_nothing),
		stand_test (instructions_are_the_servers_then_each_plugins),
		stand_test (the_clients_name_reaches_its_calls),
		stand_test (a_long_client_name_is_cut_at_a_characters_edge),
		stand_test (ping_is_answered_with_nothing),
		stand_test (completions_are_declared_from_2025_03_26_on),
		stand_test (over_sse_initialize_agrees_on_the_streams_session),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
