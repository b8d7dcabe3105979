/* What every implementation of the journal is made of: the lock, the keys, the
 * newest events, those who watch. For core/store only. */
#ifndef STORE_ENGINE_H
#define STORE_ENGINE_H

#include <pthread.h>

#include "store/journal.h"
#include "store/keys.h"
#include "store/ring.h"

/* A query with what it waits for. */
struct query {
	struct mail mail;
	struct query *prev, *next; /* for the implementation */
	uint64_t at;
	struct journal_query what; /* its texts are copied */
	struct journal_page *page;
	size_t max_events; /* of the page, at present */
	int result;
	bool is_finished; /* protected by the engine's lock */
	/* NULL: somebody waits. */
	void (*done) (void *arg, int result, struct journal_page *page);
	void *arg;
};

struct engine;

struct journal_ops {
	/* What journal.h says of them; the lock is not held. */
	int (*commit) (struct journal *journal, struct change *changes,
		       size_t n, size_t *ret_failed, uint64_t *ret_ticket,
		       struct error *err);
	bool (*wait) (struct journal *journal, struct journal_wait *wait);
	void (*unwait) (struct journal *journal, struct journal_wait *wait);
	int (*read) (struct journal *journal, uint64_t after_seq,
		     struct buffer *memory, struct event *ret_event);
	void (*ack) (struct journal *journal, uint64_t seq);
	/* Fills the page and calls query_finish, now or later. */
	void (*query) (struct journal *journal, struct query *query);
	void (*sync) (struct journal *journal);
	void (*close) (struct journal *journal);
	/* On the loop, before the watches are told; or NULL. */
	void (*settle) (struct engine *engine);
};

/* The letter that there is something new. */
struct news {
	struct mail mail;
	struct engine *engine;
};

/* Up to the first event of the next one. */
struct run {
	uint64_t first_seq;
	char name[JOURNAL_RUN_MAX + 1];
};

/* The beginning of each implementation. */
struct engine {
	struct journal journal;
	struct loop *loop;
	struct run *runs; /* as journal_begin_run left them */
	size_t n_runs;
	/* Protects what follows, and what the implementation says; it is the
	 * last of the order in doc/architecture.md. */
	pthread_mutex_t lock;
	struct keys keys;
	struct ring ring;
	uint64_t first_seq, last_seq, acked_seq; /* of what is kept */
	uint64_t bytes;
	uint64_t max_bytes;
	uint64_t ticket;	 /* the last given */
	bool is_news_posted;	 /* news is on its way */
	bool is_closed;		 /* nobody uses it, but the news */
	pthread_cond_t answered; /* a query that somebody waits for */
	struct news news;
	/* Loop only. */
	struct journal_watch *watches;
	const char *trouble;
};

int engine_init (struct engine *engine, const struct journal_ops *ops,
		 struct loop *loop, uint64_t max_bytes);
/* Frees what is in it, and the engine when its news have arrived. */
void engine_free (struct engine *engine);

/* What one change becomes: a record for the ring, or a step of a key. */
struct piece {
	struct record *record;
	uint64_t bytes;
	struct key_step step;
};

/* One commit at work. */
struct work {
	struct change *changes;
	struct piece *pieces; /* one for each change */
	size_t n, failed;
	bool has_events;
	struct piece few[4];
};

/* Before the lock is taken: makes records of the events. 0 or a negative
 * errno; work_end in any case. */
int work_begin (struct work *work, struct engine *engine,
		struct change *changes, size_t n, struct error *err);
/* The lock is held: decides, and carries everything out or nothing. Returns
 * what journal_commit says. */
int work_apply (struct work *work, struct engine *engine, struct error *err);
/* After the lock: frees what is in the work and in nothing else. */
void work_end (struct work *work);

/* Tells the watches: at once on the loop, else by mail. The lock is not
 * held. */
void engine_tell (struct engine *engine);
/* By mail in any case. */
void engine_tell_later (struct engine *engine);

/* --- query.c ------------------------------------------------------------------ */

/* Adds the event when it matches; it is copied. False: no further ones. */
bool query_add (struct query *query, const struct event *event);
/* Answers from the ring alone; nothing beyond last_seq. The lock is held. */
void query_ring (struct query *query, const struct ring *ring,
		 uint64_t last_seq);
/* Gives the page to who waits. Any thread; the lock is not held. */
void query_finish (struct engine *engine, struct query *query);

#endif
