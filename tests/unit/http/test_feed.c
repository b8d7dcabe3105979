/* Tests core/http/feed.c. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "base/limits.h"
#include "http/feed.h"

static const char event[] = "event: message\ndata: {}\n\n";

static int
add (struct feed *feed, const char *data, size_t size)
{
	struct sse_event message = {
		.name = "message", .retry_ms = -1, .data = data, .size = size
	};

	return feed_add_event (feed, &message);
}

static void
events_wait_in_order_until_they_are_dropped (void **state)
{
	struct feed feed;

	(void) state;
	feed_init (&feed, TRANSPORT_STREAMABLE, 1000);
	assert_int_equal (add (&feed, "{}", 2), 0);
	assert_int_equal (add (&feed, "[]", 2), 0);
	assert_int_equal (feed_size (&feed), 2 * strlen (event));
	feed_drop (&feed, strlen (event));
	assert_memory_equal (feed_data (&feed), "event: message\ndata: []", 23);
	feed_fini (&feed);
}

static void
an_empty_feed_keeps_no_memory (void **state)
{
	struct feed feed;

	(void) state;
	feed_init (&feed, TRANSPORT_STREAMABLE, 1000);
	add (&feed, "{}", 2);
	feed_drop (&feed, feed_size (&feed));
	assert_null (feed.buffer.data);
	assert_int_equal (feed_size (&feed), 0);
}

static void
a_reader_too_slow_is_told_from_one_large_event (void **state)
{
	static char large[LIMIT_RESULT_BYTES];
	struct feed feed;

	(void) state;
	memset (large, 'x', sizeof (large));
	feed_init (&feed, TRANSPORT_STREAMABLE, 1000);
	assert_int_equal (add (&feed, large, sizeof (large)), 0);
	assert_int_equal (add (&feed, "{}", 2), -ENOBUFS);
	feed_drop (&feed, feed_size (&feed) - 1000);
	assert_int_equal (add (&feed, "{}", 2), 0);
	feed_fini (&feed);
}

static void
a_comment_is_only_added_when_nothing_waits (void **state)
{
	struct feed feed;

	(void) state;
	feed_init (&feed, TRANSPORT_STREAMABLE, 1000);
	feed_add_comment (&feed);
	feed_add_comment (&feed);
	assert_int_equal (feed_size (&feed), strlen (": keep-alive\n\n"));
	feed_fini (&feed);
}

static void
the_room_of_what_has_left_is_used_again (void **state)
{
	struct feed feed;
	int i;

	(void) state;
	feed_init (&feed, TRANSPORT_STREAMABLE, 1000);
	for (i = 0; i < 10000; i++) {
		assert_int_equal (add (&feed, "{}", 2), 0);
		if (i > 2)
			feed_drop (&feed, strlen (event));
	}
	assert_true (feed.buffer.room < 4096);
	feed_fini (&feed);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (events_wait_in_order_until_they_are_dropped),
		cmocka_unit_test (an_empty_feed_keeps_no_memory),
		cmocka_unit_test (
			a_reader_too_slow_is_told_from_one_large_event),
		cmocka_unit_test (a_comment_is_only_added_when_nothing_waits),
		cmocka_unit_test (the_room_of_what_has_left_is_used_again),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
