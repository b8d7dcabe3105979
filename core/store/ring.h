/* The newest events in memory, found by their number. Knows not whether they
 * are kept elsewhere too. Not thread-safe. */
#ifndef STORE_RING_H
#define STORE_RING_H

#include "store/journal.h"

/* One event. Its text holds topic, agent, payload and line, each with its
 * NUL; the numbers say where they begin, 0 that there is none. */
struct record {
	uint64_t end; /* bytes of all events ever, with this one */
	int64_t time_ms;
	uint32_t agent_at, payload_at, line_at;
	uint32_t payload_size, text_size;
	char text[]; /* begins with the topic */
};

/* A copy; yours: free. time_ms is set when it was 0. 0, -ENOMEM, -EMSGSIZE
 * (larger than max_bytes), and what it costs. */
int record_new (const struct event *event, uint64_t max_bytes,
		struct record **ret_record, uint64_t *ret_bytes,
		struct error *err);
/* The event as it stands in text, where a record's text was copied. */
struct event record_event (const struct record *record, uint64_t seq,
			   const char *text);

struct ring {
	uint64_t first_seq; /* the oldest in here; last + 1: none */
	uint64_t last_seq;
	uint64_t begin, end;	/* bytes of all before the oldest; of all */
	struct record **places; /* the event seq is at seq & mask */
	uint64_t mask;
};

/* Begins after an event with that number, and bytes of all up to it. */
int ring_init (struct ring *ring, uint64_t last_seq, uint64_t end);
void ring_fini (struct ring *ring);
/* Makes sure that ring_add of n will succeed: 0 or -ENOMEM. */
int ring_reserve (struct ring *ring, uint64_t n);
/* record is taken; it gets the next number. */
void ring_add (struct ring *ring, struct record *record, uint64_t bytes);
/* first_seq <= seq <= last_seq; lent until it is dropped. */
const struct record *ring_at (const struct ring *ring, uint64_t seq);
/* Copies it into *memory, which is emptied first. 1, -ENOMEM, -EMSGSIZE. */
int ring_copy (const struct ring *ring, uint64_t seq, struct buffer *memory,
	       struct event *ret_event);
void ring_drop_oldest (struct ring *ring);
/* Takes away those after seq. */
void ring_cut (struct ring *ring, uint64_t seq);

#endif
