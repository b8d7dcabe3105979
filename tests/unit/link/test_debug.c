/* Tests of what a person is shown. */
#include "fixture.h"

#include <time.h>

#include "link/debug.h"

/* The line of an event, in UTC. */
static char *
line_of (const struct event *event)
{
	struct buffer lines = { 0 };

	debug_write_event (&lines, event);
	return buffer_take (&lines, NULL);
}

static void
an_event_is_its_time_its_agent_and_its_line (void **state)
{
	struct event event = {
		.time_ms = 43201000,
		.topic = "status_update",
		.agent = "my_agent",
		.payload = "{}",
		.payload_size = 2,
		.line = "execution progress: Processing file 3 of 10 "
			"{\"percent\":30}",
	};
	char *line = line_of (&event);

	(void) state;
	assert_string_equal (line,
			     "12:00:01 my_agent execution progress: "
			     "Processing file 3 of 10 {\"percent\":30}\n");
	free (line);
}

static void
an_event_without_line_and_agent_shows_topic_and_payload (void **state)
{
	struct event event = {
		.time_ms = 43201000,
		.topic = "plugin.loaded",
		.payload = "{\"name\":\"status\"}",
		.payload_size = 17,
	};
	char *line = line_of (&event);

	(void) state;
	assert_string_equal (line,
			     "12:00:01 plugin.loaded {\"name\":\"status\"}\n");
	free (line);
}

static void
control_characters_are_made_visible (void **state)
{
	struct event event = {
		.time_ms = 43201000,
		.topic = "t",
		.agent = "a\033[31m",
		.payload = "{}",
		.payload_size = 2,
		.line = "one\ntwo\302\233",
	};
	char *line = line_of (&event);

	(void) state;
	assert_null (strchr (line, '\033'));
	assert_null (strstr (line, "\302\233"));
	assert_ptr_equal (strchr (line, '\n'), line + strlen (line) - 1);
	free (line);
}

static void
a_person_sees_the_urls_and_each_event (void **state)
{
	struct fixture *f = *state;
	const char *line;
	int i;

	link_ready (f->link, "{\"version\":\"1\",\"mcp\":\"http://h/mcp\","
			     "\"sse\":\"http://h/sse\",\"messages\":"
			     "\"http://h/messages\"}");
	append (f, "my_agent", "{}");

	for (i = 0; i < 20; i++) {
		line = peer_line (&f->peer);
		if (strstr (line, "claude mcp add"))
			assert_non_null (
				strstr (line, "my-orchestrator http://h/mcp"));
		if (strstr (line, "my_agent"))
			break;
	}
	assert_string_equal (line + 8, " my_agent execution progress: on it");
}

static void
nothing_is_read_from_a_person (void **state)
{
	struct fixture *f = *state;

	link_ready (f->link, "{}");
	peer_write (&f->peer, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":"
			      "\"shutdown\"}\n");
	while (!peer_is_silent (&f->peer))
		buffer_reset (&f->peer.read);

	assert_int_equal (f->n_stops, 0);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (an_event_is_its_time_its_agent_and_its_line),
		cmocka_unit_test (
			an_event_without_line_and_agent_shows_topic_and_payload),
		cmocka_unit_test (control_characters_are_made_visible),
		cmocka_unit_test_setup_teardown (
			a_person_sees_the_urls_and_each_event, set_up_debug,
			tear_down),
		cmocka_unit_test_setup_teardown (nothing_is_read_from_a_person,
						 set_up_debug, tear_down),
	};

	setenv ("TZ", "UTC0", 1);
	tzset ();
	return run_link_tests (tests, sizeof (tests) / sizeof (tests[0]));
}
