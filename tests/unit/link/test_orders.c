/* Tests of what an orchestrator may order. */
#include "fixture.h"

static void
shutdown_is_answered_before_it_is_done (void **state)
{
	struct fixture *f = *state;

	say_hello (f);
	peer_write (&f->peer, "{\"jsonrpc\":\"2.0\",\"id\":9,\"method\":"
			      "\"shutdown\",\"params\":{\"timeout_ms\":250}}"
			      "\n");

	assert_string_equal (peer_line (&f->peer),
			     "{\"jsonrpc\":\"2.0\",\"id\":9,\"result\":{\"ok\":"
			     "true}}");
	assert_int_equal (f->n_stops, 1);
	assert_string_equal (f->reason, "shutdown");
	assert_int_equal (f->timeout_ms, 250);
}

static void
drain_without_a_timeout_leaves_it_to_the_root (void **state)
{
	struct fixture *f = *state;

	say_hello (f);
	peer_write (&f->peer,
		    "{\"jsonrpc\":\"2.0\",\"id\":9,\"method\":\"drain\"}\n");
	peer_line (&f->peer);

	assert_string_equal (f->reason, "drain");
	assert_int_equal (f->timeout_ms, -1);
}

static void
a_timeout_that_is_no_number_is_an_error_and_stops_nothing (void **state)
{
	struct fixture *f = *state;

	say_hello (f);
	peer_write (&f->peer, "{\"jsonrpc\":\"2.0\",\"id\":9,\"method\":"
			      "\"drain\",\"params\":{\"timeout_ms\":-1}}\n"
			      "{\"jsonrpc\":\"2.0\",\"id\":9,\"method\":"
			      "\"drain\",\"params\":{\"timeout_ms\":\"1\"}}\n");

	expect_error (f, -32602);
	expect_error (f, -32602);
	assert_int_equal (f->n_stops, 0);
}

static void
the_level_of_the_log_can_be_set (void **state)
{
	struct fixture *f = *state;

	say_hello (f);
	peer_write (&f->peer,
		    "{\"jsonrpc\":\"2.0\",\"id\":9,\"method\":\"log/level\","
		    "\"params\":{\"level\":\"warning\"}}\n");

	assert_non_null (strstr (peer_line (&f->peer), "\"ok\":true"));
	assert_int_equal (log_get_level (), LOG_LEVEL_WARNING);
}

static void
a_level_that_is_none_is_an_error (void **state)
{
	struct fixture *f = *state;

	say_hello (f);
	peer_write (&f->peer,
		    "{\"jsonrpc\":\"2.0\",\"id\":9,\"method\":\"log/level\","
		    "\"params\":{\"level\":\"loud\"}}\n");

	expect_error (f, -32602);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
#define T(test, set_up)                                                        \
	cmocka_unit_test_setup_teardown (test, set_up, tear_down)
		T (shutdown_is_answered_before_it_is_done, set_up),
		T (drain_without_a_timeout_leaves_it_to_the_root, set_up),
		T (a_timeout_that_is_no_number_is_an_error_and_stops_nothing,
		   set_up),
		T (the_level_of_the_log_can_be_set, set_up),
		T (a_level_that_is_none_is_an_error, set_up),
#undef T
	};

	return run_link_tests (tests, sizeof (tests) / sizeof (tests[0]));
}
