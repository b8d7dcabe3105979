/* A feed: bytes that wait for a reader. Knows nothing of how they leave. */
#include "http/feed.h"

#include <assert.h>
#include <errno.h>

#include "base/limits.h"

/* For the names and line ends around the largest result. */
#define FEED_EXTRA 4096

void
feed_init (struct feed *feed, enum transport transport, size_t max_wait,
	   size_t *n_all)
{
	*feed = (struct feed){ .max_wait = max_wait,
			       .n_all = n_all,
			       .style = sse_style_of (transport) };
	buffer_init (&feed->buffer,
		     2 * (max_wait + LIMIT_RESULT_BYTES + FEED_EXTRA));
}

static void
count (struct feed *feed, size_t more, size_t less)
{
	if (feed->n_all != NULL)
		*feed->n_all = *feed->n_all + more - less;
}

void
feed_fini (struct feed *feed)
{
	count (feed, 0, feed_size (feed));
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

/* Many readers, each within its own bound, are too much together; those who
 * read have nothing that waits. */
static bool
is_too_slow (const struct feed *feed)
{
	size_t size = feed_size (feed);

	return size > feed->max_wait
	       || (size > LIMIT_STREAM_SHARE_BYTES && feed->n_all != NULL
		   && *feed->n_all > LIMIT_STREAMS_BYTES);
}

int
feed_add_event (struct feed *feed, const struct sse_event *event)
{
	size_t before = feed_size (feed);
	int r;

	if (is_too_slow (feed))
		return -ENOBUFS;
	close_gap (feed);
	r = sse_write_event (&feed->buffer, feed->style, event);
	count (feed, feed_size (feed), before);
	return r == -EMSGSIZE ? -ENOBUFS : r;
}

void
feed_add_comment (struct feed *feed)
{
	if (feed_size (feed) > 0)
		return;
	sse_write_comment (&feed->buffer, feed->style);
	count (feed, feed_size (feed), 0);
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
	count (feed, 0, n);
	if (feed_size (feed) == 0)
		feed_fini (feed);
}
