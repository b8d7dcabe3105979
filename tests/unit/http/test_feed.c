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
	feed_init (&feed, TRANSPORT_STREAMABLE, 1000, NULL);
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
	feed_init (&feed, TRANSPORT_STREAMABLE, 1000, NULL);
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
	feed_init (&feed, TRANSPORT_STREAMABLE, 1000, NULL);
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
	feed_init (&feed, TRANSPORT_STREAMABLE, 1000, NULL);
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
	feed_init (&feed, TRANSPORT_STREAMABLE, 1000, NULL);
	for (i = 0; i < 10000; i++) {
		assert_int_equal (add (&feed, "{}", 2), 0);
		if (i > 2)
			feed_drop (&feed, strlen (event));
	}
	assert_true (feed.buffer.room < 4096);
	feed_fini (&feed);
}

static void
slow_readers_are_bounded_together (void **state)
{
	static char large[LIMIT_STREAM_SHARE_BYTES + 1];
	struct feed slow, other;
	size_t n_all = 0;

	(void) state;
	memset (large, ' ', sizeof large);
	feed_init (&slow, TRANSPORT_STREAMABLE, 2 * sizeof large, &n_all);
	feed_init (&other, TRANSPORT_STREAMABLE, 2 * sizeof large, &n_all);
	assert_int_equal (add (&slow, large, sizeof large), 0);
	assert_int_equal (n_all, feed_size (&slow));
	n_all += LIMIT_STREAMS_BYTES;
	assert_int_equal (add (&slow, "{}", 2), -ENOBUFS);
	assert_int_equal (add (&other, "{}", 2), 0);
	feed_drop (&slow, 100);
	feed_add_comment (&other);
	feed_drop (&other, feed_size (&other));
	feed_add_comment (&other);
	feed_fini (&slow);
	feed_fini (&other);
	assert_int_equal (n_all, LIMIT_STREAMS_BYTES);
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
		cmocka_unit_test (slow_readers_are_bounded_together),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
