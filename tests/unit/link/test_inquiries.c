/* Tests of questions to the orchestrator, asked as the protocol's side does. */
#include "countdown.h"
#include "fixture.h"

#include "base/limits.h"
#include "link/inquiries.h"

static struct answered {
	int n;
	char text[256];
} answered;

static void
done (struct inquiry *inquiry, struct json_object *answer)
{
	(void) inquiry;
	answered.n++;
	snprintf (answered.text, sizeof (answered.text), "%s",
		  json_object_to_json_string_ext (answer,
						  JSON_C_TO_STRING_PLAIN));
	json_object_put (answer);
}

static struct inquiry
new_inquiry (const char *params)
{
	answered = (struct answered){ 0 };
	return (struct inquiry){
		.method = "context/query",
		.params = params,
		.params_size = strlen (params),
		.agent = "codex",
		.timeout_ms = 60000,
		.done = done,
	};
}

/* The next line, which has to be a request; its id as JSON text. */
static const char *
read_request (struct fixture *f, char *id, size_t size)
{
	const char *line = peer_line (&f->peer);
	struct json_object *value = parse (line);

	assert_string_equal (json_get_string (value, "method"),
			     "context/query");
	snprintf (id, size, "%s",
		  json_object_to_json_string (json_get (value, "id")));
	json_object_put (value);
	return line;
}

static void
say_answer (struct fixture *f, const char *id, const char *members)
{
	char line[256];

	snprintf (line, sizeof (line), "{\"jsonrpc\":\"2.0\",\"id\":%s,%s}\n",
		  id, members);
	peer_write (&f->peer, line);
}

static void
answer (struct fixture *f, const char *id, const char *members)
{
	say_answer (f, id, members);
	assert_true (peer_is_silent (&f->peer));
}

static void
hello_again (struct fixture *f)
{
	peer_write (&f->peer,
		    "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"hello\","
		    "\"params\":{\"protocol\":1}}\n");
	assert_non_null (strstr (peer_line (&f->peer), "\"result\""));
}

static void
a_question_has_the_servers_members_and_the_askers (void **state)
{
	struct fixture *f = *state;
	struct inquiry inquiry =
		new_inquiry ("{\"agent\":\"liar\",\"query\":\"q\"}");
	char id[64];
	const char *line;

	say_hello (f);
	assert_int_equal (inquiries_ops.ask (f->link, &inquiry), 0);
	line = read_request (f, id, sizeof (id));

	assert_non_null (strstr (line,
				 "\"params\":{\"agent\":\"codex\",\"tool\""
				 ":null,\"timeout_ms\":"));
	assert_non_null (strstr (line, ",\"attempt\":1,\"query\":\"q\"}}"));
	answer (f, id, "\"result\":{\"a\":1}");
	assert_string_equal (answered.text, "{\"result\":{\"a\":1}}");
}

static void
it_waits_for_hello_and_for_the_events_before_it (void **state)
{
	struct fixture *f = *state;
	struct inquiry inquiry = new_inquiry ("{}");
	char id[64];

	append (f, "codex", "{}");
	append (f, "codex", "{}");
	inquiries_ops.ask (f->link, &inquiry);
	append (f, "codex", "{}");
	assert_true (peer_is_silent (&f->peer));
	say_hello (f);

	assert_int_equal (event_seq (peer_line (&f->peer)), 1);
	assert_int_equal (event_seq (peer_line (&f->peer)), 2);
	assert_int_equal (event_seq (peer_line (&f->peer)), 3);
	read_request (f, id, sizeof (id));
	inquiries_ops.withdraw (f->link, &inquiry, "left");
}

static void
what_retention_dropped_is_not_waited_for (void **state)
{
	struct fixture *f = *state;
	struct inquiry inquiry = new_inquiry ("{}");

	use_small_journal (f);
	inquiries_ops.ask (f->link, &inquiry);
	say_hello (f);
	while (strstr (peer_line (&f->peer), "\"method\":\"context/query\"")
	       == NULL)
		;

	assert_int_equal (inquiry.attempt, 1);
	inquiries_ops.withdraw (f->link, &inquiry, "left");
}

static void
each_hello_is_another_attempt_with_the_same_id (void **state)
{
	struct fixture *f = *state;
	struct inquiry inquiry = new_inquiry ("{}");
	char first[64], second[64];

	say_hello (f);
	inquiries_ops.ask (f->link, &inquiry);
	read_request (f, first, sizeof (first));
	hello_again (f);

	assert_non_null (strstr (read_request (f, second, sizeof (second)),
				 "\"attempt\":2"));
	assert_string_equal (first, second);
	answer (f, second, "\"result\":7");
	hello_again (f);
	assert_true (peer_is_silent (&f->peer));
}

static void
a_withdrawn_one_is_cancelled_if_it_was_sent (void **state)
{
	struct fixture *f = *state;
	struct inquiry inquiry = new_inquiry ("{}");
	char id[64], expected[160];

	say_hello (f);
	inquiries_ops.ask (f->link, &inquiry);
	inquiries_ops.withdraw (f->link, &inquiry, "deadline");
	assert_true (peer_is_silent (&f->peer));
	inquiries_ops.ask (f->link, &inquiry);
	read_request (f, id, sizeof (id));
	inquiries_ops.withdraw (f->link, &inquiry, "deadline");

	snprintf (expected, sizeof (expected),
		  "{\"jsonrpc\":\"2.0\",\"method\":\"request/cancelled\","
		  "\"params\":{\"id\":%s,\"reason\":\"deadline\"}}",
		  id);
	assert_string_equal (peer_line (&f->peer), expected);
	answer (f, id, "\"result\":1");
	assert_int_equal (answered.n, 0);
}

static void
an_answer_counts_once (void **state)
{
	struct fixture *f = *state;
	struct inquiry inquiry = new_inquiry ("{}");
	char id[64];

	say_hello (f);
	inquiries_ops.ask (f->link, &inquiry);
	read_request (f, id, sizeof (id));
	answer (f, id, "\"error\":{\"code\":-32601,\"message\":\"no\"}");
	answer (f, id, "\"result\":2");
	answer (f, "\"q-00000000-1\"", "\"result\":2");

	assert_int_equal (answered.n, 1);
	assert_string_equal (answered.text, "{\"error\":{\"code\":-32601,"
					    "\"message\":\"no\"}}");
}

static void
an_answer_that_is_none_is_an_error_at_once (void **state)
{
	static const char *const answers[] = {
		"\"error\":\"odd\"",
		"\"result\":{},\"error\":{\"code\":1,\"message\":\"m\"}",
	};
	struct fixture *f = *state;
	char id[64];

	say_hello (f);
	for (size_t i = 0; i < sizeof (answers) / sizeof (answers[0]); i++) {
		struct inquiry inquiry = new_inquiry ("{}");

		inquiries_ops.ask (f->link, &inquiry);
		read_request (f, id, sizeof (id));
		say_answer (f, id, answers[i]);
		expect_error (f, -32600);
		assert_int_equal (answered.n, 1);
		assert_non_null (strstr (answered.text, "not usable"));
	}
}

static void
an_answer_beyond_a_limit_is_an_error_at_once (void **state)
{
	struct fixture *f = *state;
	struct inquiry inquiry = new_inquiry ("{}");
	char id[64];

	say_hello (f);
	inquiries_ops.ask (f->link, &inquiry);
	read_request (f, id, sizeof (id));
	answer (f, id, "\"result\":{\"n\":1e999}");

	assert_int_equal (answered.n, 1);
	assert_non_null (strstr (answered.text, "not usable"));
}

static void
the_end_of_the_input_answers_all (void **state)
{
	struct fixture *f = *state;
	struct inquiry inquiry = new_inquiry ("{}");
	char id[64];
	int i;

	say_hello (f);
	inquiries_ops.ask (f->link, &inquiry);
	read_request (f, id, sizeof (id));
	shutdown (f->peer.fd, SHUT_WR);
	for (i = 0; i < 1000 && answered.n == 0; i++)
		loop_turn (&f->loop, 10);

	assert_non_null (strstr (answered.text, "closed the link"));
	assert_false (inquiries_ops.is_there (f->link));
}

static void
more_than_the_limit_are_refused (void **state)
{
	struct fixture *f = *state;
	struct inquiry *many = calloc (LIMIT_INQUIRIES, sizeof (*many));
	struct inquiry one = new_inquiry ("{}");
	int i;

	for (i = 0; i < LIMIT_INQUIRIES; i++) {
		many[i] = new_inquiry ("{}");
		assert_int_equal (inquiries_ops.ask (f->link, &many[i]), 0);
	}

	assert_int_equal (inquiries_ops.ask (f->link, &one), -ENOSPC);
	for (i = 0; i < LIMIT_INQUIRIES; i++)
		inquiries_ops.withdraw (f->link, &many[i], "left");
	free (many);
}

static void
a_question_is_asked_whole_or_later_when_memory_runs_out (void **state)
{
	struct fixture *f = *state;
	bool was_out = true;
	char id[64];

	say_hello (f);
	assert_int_equal (buffer_reserve (&f->peer.read, 1 << 16), 0);
	for (int n = 1; n < 200 && was_out; n++) {
		struct inquiry inquiry = new_inquiry ("{\"query\":\"q\"}");

		assert_int_equal (inquiries_ops.ask (f->link, &inquiry), 0);
		countdown = n;
		loop_turn (&f->loop, 10);
		was_out = countdown == 0;
		countdown = 0;
		assert_non_null (strstr (read_request (f, id, sizeof (id)),
					 "\"query\":\"q\""));
		answer (f, id, "\"result\":{\"a\":1}");
		assert_int_equal (answered.n, 1);
	}
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
#define T(test) cmocka_unit_test_setup_teardown (test, set_up, tear_down)
		T (a_question_has_the_servers_members_and_the_askers),
		T (it_waits_for_hello_and_for_the_events_before_it),
		T (what_retention_dropped_is_not_waited_for),
		T (each_hello_is_another_attempt_with_the_same_id),
		T (a_withdrawn_one_is_cancelled_if_it_was_sent),
		T (an_answer_counts_once),
		T (an_answer_that_is_none_is_an_error_at_once),
		T (an_answer_beyond_a_limit_is_an_error_at_once),
		T (the_end_of_the_input_answers_all),
		T (more_than_the_limit_are_refused),
		T (a_question_is_asked_whole_or_later_when_memory_runs_out),
#undef T
	};

	return run_link_tests (tests, sizeof (tests) / sizeof (tests[0]));
}
