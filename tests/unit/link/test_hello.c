/* Tests of hello and ack. Who replaces whom is tested with the real program. */
#include "fixture.h"

#include <inttypes.h>

#include "plugin/descriptor.h"
#include "plugin/state.h"

/* Expects the error to this hello, with what the journal holds as data. */
static void
expect_refused_hello (struct fixture *f, const char *params)
{
	char line[256], data[128];

	snprintf (line, sizeof (line),
		  "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"hello\","
		  "\"params\":%s}\n",
		  params);
	peer_write (&f->peer, line);
	snprintf (data, sizeof (data),
		  "\"data\":{\"journal\":\"%s\",\"first_seq\":%" PRIu64
		  ",\"last_seq\":%" PRIu64 "}",
		  f->journal->id, journal_first_seq (f->journal),
		  journal_last_seq (f->journal));
	assert_non_null (strstr (expect_error (f, -32602), data));
}

static void
hello_tells_who_we_are_and_where_the_journal_stands (void **state)
{
	struct fixture *f = *state;
	char expected[512];

	append (f, "codex", "{}");
	append (f, "codex", "{}");
	link_ready (f->link, "{}");
	peer_line (&f->peer);
	peer_write (&f->peer,
		    "{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"method\":\"hello\","
		    "\"params\":{\"protocol\":1,\"after_seq\":1}}\n");

	snprintf (expected, sizeof (expected),
		  "{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"result\":{\"protocol\":"
		  "1,\"server\":{\"name\":\"mcp-orchestrator\",\"version\":"
		  "\"1.2.3\"},\"run\":\"run-1a2b3c4d\",\"journal\":\"%s\","
		  "\"first_seq\":1,\"last_seq\":2,\"position\":1,\"methods\":"
		  "[\"hello\",\"ack\",",
		  f->journal->id);
	assert_memory_equal (peer_line (&f->peer), expected, strlen (expected));
	assert_int_equal (event_seq (peer_line (&f->peer)), 2);
}

static void
without_a_position_the_journal_is_read_from_the_beginning (void **state)
{
	struct fixture *f = *state;

	append (f, "codex", "{}");
	say_hello (f);

	assert_int_equal (event_seq (peer_line (&f->peer)), 1);
}

static void
without_a_position_reading_goes_on_after_the_last_ack (void **state)
{
	struct fixture *f = *state;

	append (f, "codex", "{}");
	append (f, "codex", "{}");
	journal_ack (f->journal, 1);
	say_hello (f);

	assert_int_equal (event_seq (peer_line (&f->peer)), 2);
}

static void
hello_may_be_said_again_to_move_the_position (void **state)
{
	struct fixture *f = *state;

	append (f, "codex", "{}");
	append (f, "codex", "{}");
	say_hello (f);
	peer_line (&f->peer);
	peer_line (&f->peer);
	peer_write (&f->peer,
		    "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"hello\","
		    "\"params\":{\"protocol\":1,\"after_seq\":1}}\n");
	peer_line (&f->peer);

	assert_int_equal (event_seq (peer_line (&f->peer)), 2);
}

static void
a_position_that_the_journal_does_not_hold_is_an_error (void **state)
{
	struct fixture *f = *state;

	use_small_journal (f);
	link_ready (f->link, "{}");
	peer_line (&f->peer);

	expect_refused_hello (f, "{\"protocol\":1,\"after_seq\":99}");
	expect_refused_hello (f, "{\"protocol\":1,\"after_seq\":1}");
	expect_refused_hello (f, "{\"protocol\":1,\"journal\":\"j-00\"}");
	expect_refused_hello (f, "{\"protocol\":1,\"journal\":7}");
	expect_refused_hello (f, "{\"protocol\":1,\"after_seq\":-1}");
	expect_refused_hello (f, "{\"protocol\":1,\"after_seq\":\"1\"}");
	assert_true (peer_is_silent (&f->peer));
}

static void
another_protocol_is_an_error (void **state)
{
	struct fixture *f = *state;

	link_ready (f->link, "{}");
	peer_line (&f->peer);
	peer_write (&f->peer,
		    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"hello\","
		    "\"params\":{\"protocol\":2}}\n"
		    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"hello\"}\n"
		    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"hello\","
		    "\"params\":{\"protocol\":\"1\"}}\n");

	expect_error (f, -32602);
	expect_error (f, -32602);
	expect_error (f, -32602);
}

static void
ack_moves_the_journals_mark_and_has_no_answer (void **state)
{
	struct fixture *f = *state;

	say_hello (f);
	append (f, "codex", "{}");
	peer_line (&f->peer);
	peer_write (&f->peer, "{\"jsonrpc\":\"2.0\",\"method\":\"ack\","
			      "\"params\":{\"seq\":1}}\n");

	assert_true (peer_is_silent (&f->peer));
	assert_int_equal (journal_acked_seq (f->journal), 1);
}

static void
a_takeover_that_is_no_boolean_is_an_error (void **state)
{
	struct fixture *f = *state;

	link_ready (f->link, "{}");
	peer_line (&f->peer);
	peer_write (&f->peer,
		    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"hello\","
		    "\"params\":{\"protocol\":1,\"takeover\":\"yes\"}}\n");

	assert_non_null (strstr (expect_error (f, -32602),
				 "hello: takeover must be true or false"));
}

static int
handle (struct mcp_call *call)
{
	(void) call;
	return MCP_OK;
}

/* What is wrong with a plugin's method of that name, as fits into reasons. */
static void
read_method (const char *name, struct buffer *reasons)
{
	struct registry registry = { 0 };
	struct plugin plugin = { .name = (char *) "here",
				 .registry = &registry };
	struct mcp_method row = { .name = name,
				  .description = "d",
				  .params_schema = "{\"type\":\"object\"}",
				  .handle = handle };
	struct mcp_plugin given = { .size = sizeof (given),
				    .method_size = sizeof (row),
				    .name = "here",
				    .methods = &row,
				    .n_methods = 1 };

	assert_int_equal (shapes_init (&registry.shapes), 0);
	descriptor_read (&given, &plugin, NULL, reasons);
	descriptor_drop (&plugin);
	shapes_fini (&registry.shapes);
}

static void
no_plugin_has_a_method_that_begins_as_one_of_the_servers_own (void **state)
{
	struct fixture *f = *state;
	struct json_object *answer, *methods;
	size_t i;

	link_ready (f->link, "{}");
	peer_line (&f->peer);
	peer_write (&f->peer, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":"
			      "\"hello\",\"params\":{\"protocol\":1}}\n");
	answer = parse (peer_line (&f->peer));
	methods = json_get (json_get (answer, "result"), "methods");

	assert_true (json_object_array_length (methods) > 0);
	for (i = 0; i < json_object_array_length (methods); i++) {
		const char *own = json_object_get_string (
			json_object_array_get_idx (methods, i));
		struct buffer reasons = { 0 };
		char name[64];

		snprintf (name, sizeof (name), "%.*s/more",
			  (int) strcspn (own, "/"), own);
		read_method (name, &reasons);
		if (reasons.size == 0
		    || !strstr (reasons.data, "is the server's own word"))
			fail_msg ("a plugin may have %s", name);
		buffer_fini (&reasons);
	}
	json_object_put (answer);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
#define T(test, set_up)                                                        \
	cmocka_unit_test_setup_teardown (test, set_up, tear_down)
		T (hello_tells_who_we_are_and_where_the_journal_stands, set_up),
		T (without_a_position_the_journal_is_read_from_the_beginning,
		   set_up),
		T (without_a_position_reading_goes_on_after_the_last_ack,
		   set_up),
		T (hello_may_be_said_again_to_move_the_position, set_up),
		T (a_position_that_the_journal_does_not_hold_is_an_error,
		   set_up),
		T (another_protocol_is_an_error, set_up),
		T (ack_moves_the_journals_mark_and_has_no_answer, set_up),
		T (a_takeover_that_is_no_boolean_is_an_error, set_up),
		T (no_plugin_has_a_method_that_begins_as_one_of_the_servers_own,
		   set_up),
#undef T
	};

	return run_link_tests (tests, sizeof (tests) / sizeof (tests[0]));
}
