/* Tests of the link: its first line, its end, and how an event looks. */
#include "fixture.h"

static void
nothing_is_said_before_hello_but_ready (void **state)
{
	struct fixture *f = *state;

	append (f, "codex", "{}");
	assert_true (peer_is_silent (&f->peer));
	link_ready (f->link, "{\"ready\":1}");
	assert_string_equal (peer_line (&f->peer),
			     "{\"jsonrpc\":\"2.0\",\"method\":\"ready\","
			     "\"params\":{\"ready\":1}}");
	append (f, "codex", "{}");
	link_draining (f->link, "SIGTERM", 10);

	assert_true (peer_is_silent (&f->peer));
}

static void
the_end_writes_what_is_left (void **state)
{
	struct fixture *f = *state;

	say_hello (f);
	append (f, "codex", "{}");
	link_free (f->link, 1000);
	f->link = NULL;

	assert_int_equal (event_seq (peer_line (&f->peer)), 1);
}

static void
draining_is_told_after_hello (void **state)
{
	struct fixture *f = *state;

	say_hello (f);
	link_draining (f->link, "SIGTERM", 10000);

	assert_string_equal (peer_line (&f->peer),
			     "{\"jsonrpc\":\"2.0\",\"method\":\"draining\","
			     "\"params\":{\"reason\":\"SIGTERM\",\"timeout_ms"
			     "\":10000}}");
}

static void
the_end_of_the_file_stops_the_server (void **state)
{
	struct fixture *f = *state;
	int i;

	say_hello (f);
	shutdown (f->peer.fd, SHUT_WR);
	for (i = 0; i < 1000 && f->n_stops == 0; i++)
		loop_turn (&f->loop, 10);

	assert_int_equal (f->n_stops, 1);
	assert_string_equal (f->reason, "end of file");
}

static void
a_kept_server_goes_on_at_the_end_of_the_file (void **state)
{
	struct fixture *f = *state;

	f->options.is_kept = true;
	say_hello (f);
	shutdown (f->peer.fd, SHUT_WR);
	append (f, "codex", "{}");

	assert_int_equal (event_seq (peer_line (&f->peer)), 1);
	assert_true (peer_is_silent (&f->peer));
	assert_int_equal (f->n_stops, 0);
}

static void
an_input_at_its_end_is_refused_with_the_cure (void **state)
{
	struct fixture *f = *state;
	struct error err;

	shutdown (f->peer.fd, SHUT_WR);

	assert_int_equal (open_link (f, &err), -EINVAL);
	assert_non_null (strstr (err.text, "keep a pipe open"));
}

static void
an_input_without_anybody_is_refused (void **state)
{
	struct fixture *f = *state;
	struct error err;
	int fd = open ("/dev/null", O_RDONLY);

	f->options.in = fd;
	assert_int_equal (open_link (f, &err), -EINVAL);
	close (fd);
}

static void
output_and_log_on_one_pipe_are_refused (void **state)
{
	struct fixture *f = *state;
	int saved = dup (STDERR_FILENO), pipe_fds[2], r;
	struct error err;

	assert_int_equal (pipe (pipe_fds), 0);
	dup2 (pipe_fds[1], STDERR_FILENO);
	f->options.out = pipe_fds[1];
	r = open_link (f, &err);
	dup2 (saved, STDERR_FILENO);
	close (saved);
	close (pipe_fds[0]);
	close (pipe_fds[1]);

	assert_int_equal (r, -EINVAL);
	assert_non_null (strstr (err.text, "one pipe"));
}

static void
the_flags_of_shared_descriptors_stay_as_they_are (void **state)
{
	struct fixture *f = *state;

	say_hello (f);

	assert_int_equal (fcntl (f->in, F_GETFL) & O_NONBLOCK, 0);
}

static void
an_event_is_a_line_with_everything_in_it (void **state)
{
	struct fixture *f = *state;
	struct event event = {
		.time_ms = 1700000000123,
		.topic = "status_update",
		.agent = "co\"dex",
		.payload = "{\"a\":1}",
		.payload_size = 7,
	};

	say_hello (f);
	journal_append (f->journal, &event, NULL, NULL);
	event.agent = NULL;
	journal_append (f->journal, &event, NULL, NULL);
	peer_line (&f->peer); /* it is long ago: a lag */

	assert_string_equal (
		peer_line (&f->peer),
		"{\"jsonrpc\":\"2.0\",\"method\":\"event\",\"params\":{\"seq\":"
		"1,\"time\":\"2023-11-14T22:13:20.123Z\",\"run\":"
		"\"run-1a2b3c4d\",\"topic\":\"status_update\",\"agent\":"
		"\"co\\\"dex\",\"payload\":{\"a\":1}}}");
	assert_non_null (strstr (peer_line (&f->peer), "\"agent\":null"));
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
#define T(test, set_up)                                                        \
	cmocka_unit_test_setup_teardown (test, set_up, tear_down)
		T (nothing_is_said_before_hello_but_ready, set_up),
		T (the_end_writes_what_is_left, set_up),
		T (draining_is_told_after_hello, set_up),
		T (the_end_of_the_file_stops_the_server, set_up),
		T (a_kept_server_goes_on_at_the_end_of_the_file, set_up),
		T (an_input_at_its_end_is_refused_with_the_cure, set_up_closed),
		T (an_input_without_anybody_is_refused, set_up_closed),
		T (output_and_log_on_one_pipe_are_refused, set_up_closed),
		T (the_flags_of_shared_descriptors_stay_as_they_are, set_up),
		T (an_event_is_a_line_with_everything_in_it, set_up),
#undef T
	};

	return run_link_tests (tests, sizeof (tests) / sizeof (tests[0]));
}
