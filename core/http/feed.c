/* A feed: bytes that wait for a reader. Knows nothing of how they leave. */
#include "http/feed.h"

#include <assert.h>
#include <errno.h>

#include "base/limits.h"

/* For the names and line ends around the largest result. */
#define FEED_EXTRA 4096

void
feed_init (struct feed *feed, enum transport transport, size_t max_wait)
{
	*feed = (struct feed){ .max_wait = max_wait,
			       .style = sse_style_of (transport) };
	buffer_init (&feed->buffer,
		     2 * (max_wait + LIMIT_RESULT_BYTES + FEED_EXTRA));
}

void
feed_fini (struct feed *feed)
{
	buffer_fini (&feed->buffer);
	feed->sent = 0;
}

/* Moves what waits to the front when that costs less than it frees. */
static void
close_gap (struct feed *feed)
{
	if (feed->sent <= feed->buffer.size / 2)
		return;
	buffer_drop (&feed->buffer, feed->sent);
	feed->sent = 0;
}

int
feed_add_event (struct feed *feed, const struct sse_event *event)
{
	int r;

	if (feed_size (feed) > feed->max_wait)
		return -ENOBUFS;
	close_gap (feed);
	r = sse_write_event (&feed->buffer, feed->style, event);
	return r == -EMSGSIZE ? -ENOBUFS : r;
}

void
feed_add_comment (struct feed *feed)
{
	if (feed_size (feed) == 0)
		sse_write_comment (&feed->buffer, feed->style);
}

const char *
feed_data (const struct feed *feed)
{
	return feed->buffer.data + feed->sent;
}

size_t
feed_size (const struct feed *feed)
{
	return feed->buffer.size - feed->sent;
}

void
feed_drop (struct feed *feed, size_t n)
{
	assert (n <= feed_size (feed));
	feed->sent += n;
	if (feed_size (feed) == 0)
		feed_fini (feed);
}
