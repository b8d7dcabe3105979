/* A feed: the bytes of an event stream that wait for its reader, bounded.
 * Knows nothing of how they leave. */
#ifndef HTTP_FEED_H
#define HTTP_FEED_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "http/sse.h"

struct feed {
	struct buffer buffer;
	size_t sent;	 /* the first so many bytes of it have left */
	size_t max_wait; /* bytes that may wait when one more is added */
	size_t *n_all;	 /* bytes that wait in all feeds; shared, or NULL */
	const struct sse_style *style;
};

/* max_wait bounds what waits before an event is added; the event itself may
 * be as large as a result (limits.h). n_all: the sum of all feeds that share
 * it, which is bounded, too: lent until feed_fini; or NULL. */
void feed_init (struct feed *feed, enum transport transport, size_t max_wait,
		size_t *n_all);
/* The memory. Fine for a zeroed one. */
void feed_fini (struct feed *feed);

/* 0; -ENOBUFS: the reader is too slow; -ENOMEM. Nothing was added then. */
int feed_add_event (struct feed *feed, const struct sse_event *event);
/* Only when nothing waits: what waits says that the stream lives, too. */
void feed_add_comment (struct feed *feed);

/* What waits, lent until the feed changes. */
const char *feed_data (const struct feed *feed);
size_t feed_size (const struct feed *feed);
/* The first n bytes of it have left. An empty feed keeps no memory. */
void feed_drop (struct feed *feed, size_t n);

#endif
