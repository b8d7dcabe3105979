/* The outlet: the way out to whoever watches. What is said in one turn of the
 * loop is gathered and written with one write; the journal's events follow by
 * position, as far as the other side takes them. Knows not how they look. */
#ifndef LINK_OUTLET_H
#define LINK_OUTLET_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/loop.h"
#include "store/journal.h"

struct outlet;

/* How far a reader is behind. */
struct outlet_lag {
	uint64_t position; /* it was given everything up to here */
	uint64_t last_seq;
	uint64_t bytes; /* of events that it was not given */
	/* What retention dropped before it was given; 0: nothing. */
	uint64_t lost_from, lost_to;
};

/* How things look; each appends whole lines. */
struct outlet_ops {
	void (*event) (void *arg, struct buffer *lines,
		       const struct event *event);
	void (*lag) (void *arg, struct buffer *lines,
		     const struct outlet_lag *lag);
	/* All that the journal has up to position (UINT64_MAX: all that it has)
	 * was given: what had to wait for that may be said. -ENOMEM: not now,
	 * ask again soon; else 0. May be NULL. */
	int (*reached) (void *arg, uint64_t position);
	/* Much was said that the other side does not take (or it does again):
	 * then it should not be asked for more. May be NULL. */
	void (*full) (void *arg, bool is_full);
	/* Nobody reads any more. */
	void (*gone) (void *arg);
};

/* fd is lent. Events are not sent before outlet_begin. 0 or a negative
 * errno. */
int outlet_new (struct loop *loop, struct journal *journal, int fd,
		const struct outlet_ops *ops, void *arg,
		struct outlet **ret_outlet);
/* Says whole lines (lent) at the end of this turn. 0, or a negative errno:
 * they find no room, and nothing of them is said. */
int outlet_say (struct outlet *outlet, const struct buffer *lines);
/* Something waits for what has been reached. */
void outlet_wake (struct outlet *outlet);
/* Events after position follow from now on; may be called again. */
void outlet_begin (struct outlet *outlet, uint64_t position);
/* Everything up to here was given. */
uint64_t outlet_position (const struct outlet *outlet);
/* Nothing waits to be written; nobody will read it. */
bool outlet_is_empty (const struct outlet *outlet);
bool outlet_is_gone (const struct outlet *outlet);
/* Writes what was said as far as it is taken at once; no event follows. */
void outlet_end (struct outlet *outlet);
/* Writes what is left, waiting up to timeout_ms for the other side. */
void outlet_drain (struct outlet *outlet, int timeout_ms);
void outlet_free (struct outlet *outlet); /* NULL is fine */

#endif
