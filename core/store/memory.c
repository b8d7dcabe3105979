/* The journal in memory: what is appended is kept at once, and ends with the
 * process. Knows not who reads. */
#include <errno.h>
#include <stdlib.h>

#include "store/engine.h"

/* What was acknowledged goes first, then the oldest: acknowledging is up to a
 * number, so both are the lowest numbers. The lock is held. */
static void
keep_newest (struct engine *engine)
{
	struct ring *ring = &engine->ring;

	while (ring->end - ring->begin > engine->max_bytes)
		ring_drop_oldest (ring);
	engine->first_seq = ring->first_seq;
	engine->last_seq = ring->last_seq;
	engine->bytes = ring->end;
}

static int
memory_commit (struct journal *journal, struct change *changes, size_t n,
	       size_t *ret_failed, uint64_t *ret_ticket, struct error *err)
{
	struct engine *engine = (struct engine *) journal;
	struct work work;
	int r = work_begin (&work, engine, changes, n, err);

	if (r == 0) {
		pthread_mutex_lock (&engine->lock);
		r = work_apply (&work, engine, err);
		keep_newest (engine);
		pthread_mutex_unlock (&engine->lock);
	}
	if (r < 0 && ret_failed)
		*ret_failed = work.failed;
	if (r == 0 && ret_ticket)
		*ret_ticket = 0;
	if (r == 0 && work.has_events)
		engine_tell (engine);
	work_end (&work);
	return r;
}

/* Everything is kept always. */
static bool
memory_wait (struct journal *journal, struct journal_wait *wait)
{
	(void) journal;
	(void) wait;
	return true;
}

static void
memory_unwait (struct journal *journal, struct journal_wait *wait)
{
	(void) journal;
	(void) wait;
}

static int
memory_read (struct journal *journal, uint64_t after_seq, struct buffer *memory,
	     struct event *ret_event)
{
	struct engine *engine = (struct engine *) journal;
	int r = 0;

	pthread_mutex_lock (&engine->lock);
	if (after_seq < engine->first_seq)
		after_seq = engine->first_seq - 1;
	if (after_seq < engine->last_seq)
		r = ring_copy (&engine->ring, after_seq + 1, memory, ret_event);
	pthread_mutex_unlock (&engine->lock);
	return r;
}

static void
memory_ack (struct journal *journal, uint64_t seq)
{
	struct engine *engine = (struct engine *) journal;

	pthread_mutex_lock (&engine->lock);
	if (seq > engine->last_seq)
		seq = engine->last_seq;
	if (seq > engine->acked_seq)
		engine->acked_seq = seq;
	pthread_mutex_unlock (&engine->lock);
}

static void
memory_query (struct journal *journal, struct query *query)
{
	struct engine *engine = (struct engine *) journal;

	pthread_mutex_lock (&engine->lock);
	query_ring (query, &engine->ring, engine->last_seq);
	pthread_mutex_unlock (&engine->lock);
	query_finish (engine, query);
}

static void
memory_sync (struct journal *journal)
{
	(void) journal;
}

static void
memory_close (struct journal *journal)
{
	engine_free ((struct engine *) journal);
}

static const struct journal_ops memory_ops = {
	.commit = memory_commit,
	.wait = memory_wait,
	.unwait = memory_unwait,
	.read = memory_read,
	.ack = memory_ack,
	.query = memory_query,
	.sync = memory_sync,
	.close = memory_close,
};

struct journal *
journal_new_memory (struct loop *loop, uint64_t max_bytes)
{
	struct engine *engine = calloc (1, sizeof (*engine));

	if (!engine)
		return NULL;
	if (engine_init (engine, &memory_ops, loop, max_bytes) < 0) {
		engine_free (engine);
		return NULL;
	}
	return &engine->journal;
}
