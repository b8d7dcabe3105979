/* The feed: the way out to whoever watches. What is said in one turn of the
 * loop is gathered and written with one write; the journal's events follow by
 * position, as far as the other side takes them. Knows not how they look. */
#ifndef LINK_FEED_H
#define LINK_FEED_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/loop.h"
#include "store/journal.h"

struct feed;

/* How far a reader is behind. */
struct feed_lag {
	uint64_t position; /* it was given everything up to here */
	uint64_t last_seq;
	uint64_t bytes; /* of events that it was not given */
	/* What retention dropped before it was given; 0: nothing. */
	uint64_t lost_from, lost_to;
};

/* How things look; each appends whole lines. */
struct feed_ops {
	void (*event) (void *arg, struct buffer *lines,
		       const struct event *event);
	void (*lag) (void *arg, struct buffer *lines,
		     const struct feed_lag *lag);
	/* The other side does not take what it was sent (or does again):
	 * then it should not be listened to either. May be NULL. */
	void (*blocked) (void *arg, bool is_blocked);
};

/* fd is lent. Events are not sent before feed_begin. 0 or a negative
 * errno. */
int feed_new (struct loop *loop, struct journal *journal, int fd,
	      const struct feed_ops *ops, void *arg, struct feed **ret_feed);
/* Says whole lines (lent) at the end of this turn. */
void feed_say (struct feed *feed, const struct buffer *lines);
/* Events after position follow from now on; may be called again. */
void feed_begin (struct feed *feed, uint64_t position);
/* Writes what is left, waiting up to timeout_ms for the other side. */
void feed_drain (struct feed *feed, int timeout_ms);
void feed_free (struct feed *feed); /* NULL is fine */

#endif
