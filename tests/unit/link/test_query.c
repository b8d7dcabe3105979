/* Tests of events/query. */
#include "fixture.h"

#include "link/peer.h"

static const char *
query (struct fixture *f, const char *params)
{
	char line[256];

	snprintf (line, sizeof (line),
		  "{\"jsonrpc\":\"2.0\",\"id\":5,\"method\":\"events/query\","
		  "\"params\":%s}\n",
		  params);
	peer_write (&f->peer, line);
	return peer_line (&f->peer);
}

static void
what_matches_is_answered_oldest_first (void **state)
{
	struct fixture *f = *state;
	const char *line;

	append (f, "a", "{\"n\":1}");
	append (f, "b", "{\"n\":2}");
	append (f, "a", "{\"n\":3}");
	link_ready (f->link, "{}");
	peer_line (&f->peer);
	line = query (f, "{\"agent\":\"a\",\"topic\":\"status_update\"}");

	assert_non_null (strstr (line, "\"id\":5,\"result\":{\"events\":[{"
				       "\"seq\":1,"));
	assert_non_null (strstr (line, "\"payload\":{\"n\":1}},{\"seq\":3,"));
	assert_non_null (strstr (line, "],\"last_seq\":3,\"more\":false}}"));
}

static void
a_limit_leaves_more (void **state)
{
	struct fixture *f = *state;
	const char *line;

	append (f, "a", "{}");
	append (f, "a", "{}");
	append (f, "a", "{}");
	link_ready (f->link, "{}");
	peer_line (&f->peer);
	line = query (f, "{\"after_seq\":1,\"limit\":1}");

	assert_non_null (strstr (line, "{\"events\":[{\"seq\":2,"));
	assert_null (strstr (line, "\"seq\":3"));
	assert_non_null (strstr (line, "\"more\":true"));
}

static void
a_large_answer_leaves_no_large_memory_behind (void **state)
{
	struct fixture *f = *state;

	append_bytes (f, 512 * 1024);
	link_ready (f->link, "{}");
	peer_line (&f->peer);
	assert_true (strlen (query (f, "{}")) > 512 * 1024);

	assert_true (f->link->peers->line.room < 512 * 1024);
}

static void
params_that_are_none_are_told_by_name (void **state)
{
	struct fixture *f = *state;

	link_ready (f->link, "{}");
	peer_line (&f->peer);

	assert_non_null (strstr (query (f, "{\"limit\":0}"),
				 "-32602,\"message\":\"events/query: limit "
				 "must be an integer from 1 to 1000\""));
	assert_non_null (
		strstr (query (f, "{\"topic\":[]}"), "topic must be a string"));
}

static void
the_end_waits_for_an_answer_that_is_on_its_way (void **state)
{
	struct fixture *f = *state;

	link_ready (f->link, "{}");
	peer_line (&f->peer);
	peer_write (&f->peer, "{\"jsonrpc\":\"2.0\",\"id\":5,\"method\":"
			      "\"events/query\"}\n");
	loop_turn (&f->loop, 0);
	link_free (f->link, 0);
	f->link = NULL;

	assert_non_null (strstr (peer_line (&f->peer), "\"events\":[]"));
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
#define T(test) cmocka_unit_test_setup_teardown (test, set_up, tear_down)
		T (what_matches_is_answered_oldest_first),
		T (a_limit_leaves_more),
		T (a_large_answer_leaves_no_large_memory_behind),
		T (params_that_are_none_are_told_by_name),
		T (the_end_waits_for_an_answer_that_is_on_its_way),
#undef T
	};

	return run_link_tests (tests, sizeof (tests) / sizeof (tests[0]));
}
