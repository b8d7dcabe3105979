/* The journal of events: numbered without holes, read by position. An
 * interface; the one in memory is store/memory.c, others follow. Loop only. */
#ifndef STORE_JOURNAL_H
#define STORE_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* An event. When appending everything is lent; when reading everything is
 * lent until the journal is next appended to. */
struct event {
	uint64_t seq;	 /* given by the journal, from 1 */
	int64_t time_ms; /* wall clock; given by the journal when 0 */
	const char *topic;
	const char *agent;   /* or NULL */
	const char *payload; /* JSON text of an object, one line */
	size_t payload_size;
	const char *line; /* one line for a person; or NULL */
};

struct journal;

struct journal_ops {
	int (*append) (struct journal *journal, const struct event *event,
		       uint64_t *ret_seq, struct error *err);
	bool (*read) (struct journal *journal, uint64_t after_seq,
		      struct event *ret_event);
	/* May be NULL: acked_seq is all there is to it. */
	void (*ack) (struct journal *journal, uint64_t seq);
	uint64_t (*bytes_after) (struct journal *journal, uint64_t after_seq);
	void (*close) (struct journal *journal);
};

struct journal {
	const struct journal_ops *ops;
	char id[40];	    /* "j-" and 16 hex digits */
	uint64_t first_seq; /* the oldest kept; last_seq + 1 when none is */
	uint64_t last_seq;  /* the newest; 0 when there never was one */
	uint64_t acked_seq; /* the last acknowledged position; 0 at first */
	/* Told after each append, on the loop. For the link. */
	void (*appended) (void *arg);
	void *appended_arg;
};

/* A journal in memory that holds at most max_bytes: acknowledged events go
 * first, then the oldest. NULL: out of memory. */
struct journal *journal_new_memory (uint64_t max_bytes);
void journal_close (struct journal *journal); /* NULL is fine */

/* Appends. 0, -ENOMEM, -EMSGSIZE (larger than the journal itself). */
int journal_append (struct journal *journal, const struct event *event,
		    uint64_t *ret_seq, struct error *err);
/* The first kept event after a position; false when there is none yet. A seq
 * beyond after_seq + 1 means that retention dropped what lay between. */
bool journal_read (struct journal *journal, uint64_t after_seq,
		   struct event *ret_event);
/* The reader took care of everything up to seq; beyond last_seq is cut,
 * backwards is ignored. */
void journal_ack (struct journal *journal, uint64_t seq);
/* How many bytes of events lie after a position. */
uint64_t journal_bytes_after (struct journal *journal, uint64_t after_seq);

#endif
