/* Tests of the way from a line to who handles it. */
#include "countdown.h"
#include "fixture.h"
#include "link/peer.h"

static void
an_unknown_method_is_not_found (void **state)
{
	struct fixture *f = *state;

	say_hello (f);
	peer_write (&f->peer, "{\"jsonrpc\":\"2.0\",\"id\":9,\"method\":"
			      "\"agents/hire\"}\n"
			      "{\"jsonrpc\":\"2.0\",\"method\":\"other\"}\n");

	assert_non_null (strstr (expect_error (f, -32601), "agents/hire"));
	assert_true (peer_is_silent (&f->peer));
}

static void
a_line_that_is_not_json_gets_an_error_and_the_link_goes_on (void **state)
{
	struct fixture *f = *state;

	say_hello (f);
	peer_write (&f->peer, "hello\n\n \r\n"
			      "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"x\"}"
			      "\n");

	assert_non_null (strstr (expect_error (f, -32700), "\"id\":null"));
	expect_error (f, -32601);
}

/* Who asked waits for an answer with this id. */
static void
what_is_beyond_a_limit_is_refused_by_its_id (void **state)
{
	struct fixture *f = *state;

	say_hello (f);
	peer_write (&f->peer,
		    "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"ack\","
		    "\"params\":{\"seq\":99999999999999999999}}\n"
		    "{\"jsonrpc\":\"2.0\",\"method\":\"ack\","
		    "\"params\":{\"seq\":99999999999999999999}}\n");

	assert_non_null (strstr (expect_error (f, -32602), "\"id\":7"));
	assert_non_null (strstr (expect_error (f, -32700), "\"id\":null"));
}

static void
json_that_is_no_message_is_an_invalid_request (void **state)
{
	struct fixture *f = *state;

	say_hello (f);
	peer_write (&f->peer, "[]\n{\"id\":3}\n");

	expect_error (f, -32600);
	expect_error (f, -32600);
}

static void
an_answer_that_nobody_waits_for_is_ignored (void **state)
{
	struct fixture *f = *state;

	say_hello (f);
	peer_write (&f->peer, "{\"jsonrpc\":\"2.0\",\"id\":3,\"result\":{}}\n");

	assert_true (peer_is_silent (&f->peer));
}

/* A plugin may have had it. */
static void
at_the_end_of_the_server_it_is_the_end_that_is_told (void **state)
{
	struct fixture *f = *state;

	say_hello (f);
	f->link->has_left = true;
	peer_write (&f->peer, "{\"jsonrpc\":\"2.0\",\"id\":3,\"method\":"
			      "\"budget/get\"}\n");

	assert_non_null (strstr (expect_error (f, 1), "is ending"));
}

/* --- Memory that runs out ------------------------------------------------- */

/* Asks, while the nth allocation fails. Whether there were so many. */
static bool
is_answered_without (struct fixture *f, int n, const char *request)
{
	char line[400], id[24];
	const char *answer;
	bool was_out;

	snprintf (line, sizeof (line), "{\"jsonrpc\":\"2.0\",\"id\":%d,%s}\n",
		  1000 + n, request);
	snprintf (id, sizeof (id), "\"id\":%d,", 1000 + n);
	peer_write (&f->peer, line);
	countdown = n;
	answer = peer_line (&f->peer);
	was_out = countdown == 0;
	countdown = 0;
	/* No copy of the answer here: none failed before it. */
	if (!answer)
		return false;
	assert_non_null (strstr (answer, id));
	return was_out;
}

static void
no_answer_is_lost_for_want_of_memory (void **state)
{
	static const char *const requests[] = {
		"\"method\":\"log/level\",\"params\":{\"level\":\"notice\"}",
		"\"method\":\"log/level\",\"params\":{\"level\":\"loud\"}",
		"\"method\":\"events/query\",\"params\":{\"limit\":5}",
		"\"method\":\"hello\",\"params\":{\"protocol\":1,"
		"\"after_seq\":77}",
		"\"method\":\"nosuch\",\"params\":{\"level\":[{\"a\":1}]}",
	};
	struct fixture *f = *state;

	say_hello (f);
	assert_int_equal (buffer_reserve (&f->peer.read, 1 << 16), 0);
	for (size_t i = 0; i < sizeof (requests) / sizeof (requests[0]); i++) {
		int n = 1;

		while (n < 500 && is_answered_without (f, n, requests[i]))
			n++;
		assert_in_range (n, 1, 499);
	}
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
#define T(test, set_up)                                                        \
	cmocka_unit_test_setup_teardown (test, set_up, tear_down)
		T (an_unknown_method_is_not_found, set_up),
		T (a_line_that_is_not_json_gets_an_error_and_the_link_goes_on,
		   set_up),
		T (what_is_beyond_a_limit_is_refused_by_its_id, set_up),
		T (json_that_is_no_message_is_an_invalid_request, set_up),
		T (an_answer_that_nobody_waits_for_is_ignored, set_up),
		T (no_answer_is_lost_for_want_of_memory, set_up),
		T (at_the_end_of_the_server_it_is_the_end_that_is_told, set_up),
#undef T
	};

	return run_link_tests (tests, sizeof (tests) / sizeof (tests[0]));
}
