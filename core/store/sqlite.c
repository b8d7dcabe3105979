/* The journal on disk, as any thread enters it: a commit is decided at once,
 * in memory, and goes to the thread that writes. Knows not what is written
 * how. */
#include "store/sqlite.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <utlist.h>

#include "base/limits.h"
#include "base/text.h"
#include "base/thread.h"

/* --- Committing ------------------------------------------------------------- */

static size_t
count_bytes (const struct work *work)
{
	size_t bytes = 0;

	for (size_t i = 0; i < work->n; i++)
		bytes += work->pieces[i].bytes + work->changes[i].size;
	return bytes;
}

static struct unit *
unit_new (const struct work *work)
{
	struct unit *unit =
		malloc (sizeof (*unit) + work->n * sizeof (unit->steps[0]));

	if (unit)
		unit->bytes = count_bytes (work);
	return unit;
}

/* The lock is held. */
static int
check_state (struct sqlite *sqlite, const struct unit *unit, struct error *err)
{
	if (sqlite->code < 0)
		return error_set (err, sqlite->code, "%s",
				  sqlite->trouble.text);
	if (sqlite->pending_bytes > 0
	    && sqlite->pending_bytes + unit->bytes > LIMIT_JOURNAL_QUEUE_BYTES)
		return error_set (err, -ENOBUFS,
				  "the disk is too slow: %zu bytes wait for it",
				  sqlite->pending_bytes);
	return 0;
}

/* With its first commit a turn of the loop takes hold of the units until it is
 * over, so that all of it is one transaction. The lock is held. */
static void
hold (struct sqlite *sqlite)
{
	if (sqlite->is_held || !loop_is_here (sqlite->engine.loop))
		return;
	sqlite->is_held = true;
	loop_at_rest (sqlite->engine.loop, &sqlite->rest);
}

static void
on_rest (struct mail *mail)
{
	struct sqlite *sqlite =
		(void *) ((char *) mail - offsetof (struct sqlite, rest));

	pthread_mutex_lock (&sqlite->engine.lock);
	sqlite->is_held = false;
	pthread_mutex_unlock (&sqlite->engine.lock);
	/* Who is woken with the lock held only waits for it. */
	pthread_cond_signal (&sqlite->work);
}

/* Before the turn is over, for who waits within it. The lock is held. */
static void
let_go (struct sqlite *sqlite)
{
	if (sqlite->is_held && loop_is_here (sqlite->engine.loop)) {
		loop_not_at_rest (sqlite->engine.loop, &sqlite->rest);
		sqlite->is_held = false;
	}
	pthread_cond_signal (&sqlite->work);
}

/* Hands it to the thread; the work keeps nothing of it. The lock is held. */
static void
add_unit (struct sqlite *sqlite, struct unit *unit, struct work *work)
{
	unit->n_steps = 0;
	for (size_t i = 0; i < work->n; i++) {
		struct key_step *step = &work->pieces[i].step;

		if (step->before || step->after)
			unit->steps[unit->n_steps++] = *step;
		*step = (struct key_step){ 0 };
	}
	unit->ticket = ++sqlite->engine.ticket;
	unit->last_seq = sqlite->engine.ring.last_seq;
	unit->version = sqlite->engine.keys.version;
	unit->is_joined = sqlite->is_held;
	sqlite->pending_bytes += unit->bytes;
	DL_APPEND (sqlite->units, unit);
	hold (sqlite);
	if (sqlite->is_idle && !sqlite->is_held)
		pthread_cond_signal (&sqlite->work);
}

static int
apply (struct sqlite *sqlite, struct work *work, uint64_t *ret_ticket,
       struct error *err)
{
	struct unit *unit = unit_new (work);
	int r;

	if (!unit)
		return error_set (err, -ENOMEM, "no memory for a commit");
	pthread_mutex_lock (&sqlite->engine.lock);
	r = check_state (sqlite, unit, err);
	if (r == 0)
		r = work_apply (work, &sqlite->engine, err);
	if (r == 0) {
		add_unit (sqlite, unit, work);
		if (ret_ticket)
			*ret_ticket = unit->ticket;
	}
	pthread_mutex_unlock (&sqlite->engine.lock);
	if (r < 0)
		free (unit);
	return r;
}

static int
sqlite_commit (struct journal *journal, struct change *changes, size_t n,
	       size_t *ret_failed, uint64_t *ret_ticket, struct error *err)
{
	struct sqlite *sqlite = (struct sqlite *) journal;
	struct work work;
	int r = work_begin (&work, &sqlite->engine, changes, n, err);

	if (r == 0)
		r = apply (sqlite, &work, ret_ticket, err);
	if (r < 0 && ret_failed)
		*ret_failed = work.failed;
	work_end (&work);
	return r;
}

/* --- Waiting ----------------------------------------------------------------- */

/* What became of a ticket that is decided. The lock is held. */
static int
find_result (const struct sqlite *sqlite, uint64_t ticket)
{
	for (size_t i = 0; i < sqlite->n_losses; i++)
		if (ticket >= sqlite->losses[i].from
		    && ticket <= sqlite->losses[i].to)
			return sqlite->losses[i].code;
	return 0;
}

/* In the order of tickets, beginning at the end: it is nearly always there. */
static void
add_wait (struct sqlite *sqlite, struct journal_wait *wait)
{
	struct journal_wait *at = sqlite->waits ? sqlite->waits->prev : NULL;

	while (at && at->ticket > wait->ticket)
		at = at == sqlite->waits ? NULL : at->prev;
	if (at)
		DL_APPEND_ELEM (sqlite->waits, at, wait);
	else
		DL_PREPEND (sqlite->waits, wait);
}

static bool
sqlite_wait (struct journal *journal, struct journal_wait *wait)
{
	struct sqlite *sqlite = (struct sqlite *) journal;
	bool is_decided, is_kept;

	pthread_mutex_lock (&sqlite->engine.lock);
	is_decided = wait->ticket <= sqlite->decided;
	is_kept = is_decided && find_result (sqlite, wait->ticket) == 0;
	pthread_mutex_unlock (&sqlite->engine.lock);
	if (is_kept)
		return true;
	add_wait (sqlite, wait);
	if (is_decided)
		engine_tell_later (&sqlite->engine);
	return false;
}

static void
sqlite_unwait (struct journal *journal, struct journal_wait *wait)
{
	struct sqlite *sqlite = (struct sqlite *) journal;

	DL_DELETE (sqlite->waits, wait);
}

/* The next wait that is over, off the list; or NULL. */
static struct journal_wait *
take_wait (struct sqlite *sqlite, int *ret_result)
{
	struct journal_wait *wait = sqlite->waits;
	bool is_decided;

	if (!wait)
		return NULL;
	pthread_mutex_lock (&sqlite->engine.lock);
	is_decided = wait->ticket <= sqlite->decided;
	*ret_result = find_result (sqlite, wait->ticket);
	pthread_mutex_unlock (&sqlite->engine.lock);
	if (!is_decided)
		return NULL;
	DL_DELETE (sqlite->waits, wait);
	return wait;
}

static void
sqlite_settle (struct engine *engine)
{
	struct sqlite *sqlite = (struct sqlite *) engine;
	struct journal_wait *wait;
	int result;

	pthread_mutex_lock (&engine->lock);
	sqlite->told = sqlite->trouble;
	engine->trouble = sqlite->code < 0 ? sqlite->told.text : NULL;
	pthread_mutex_unlock (&engine->lock);
	while ((wait = take_wait (sqlite, &result)) != NULL)
		wait->done (wait, result);
}

static void
sqlite_sync (struct journal *journal)
{
	struct sqlite *sqlite = (struct sqlite *) journal;

	pthread_mutex_lock (&sqlite->engine.lock);
	let_go (sqlite);
	while (sqlite->decided < sqlite->engine.ticket)
		pthread_cond_wait (&sqlite->settled, &sqlite->engine.lock);
	pthread_mutex_unlock (&sqlite->engine.lock);
}

/* --- Reading ------------------------------------------------------------------ */

static bool
holds (const struct ring *ring, uint64_t seq)
{
	return seq >= ring->first_seq && seq <= ring->last_seq;
}

/* The lock is held. */
static int
fetch (struct sqlite *sqlite, uint64_t seq)
{
	int r = sqlite->fetch_result;

	sqlite->fetch_result = 0;
	if (r < 0)
		return r;
	sqlite->fetch_seq = seq;
	pthread_cond_signal (&sqlite->work);
	return -EAGAIN;
}

static int
sqlite_read (struct journal *journal, uint64_t after_seq, struct buffer *memory,
	     struct event *ret_event)
{
	struct sqlite *sqlite = (struct sqlite *) journal;
	struct engine *engine = &sqlite->engine;
	uint64_t seq;
	int r = 0;

	pthread_mutex_lock (&engine->lock);
	seq = after_seq < engine->first_seq ? engine->first_seq : after_seq + 1;
	if (seq <= engine->last_seq) {
		if (holds (&engine->ring, seq))
			r = ring_copy (&engine->ring, seq, memory, ret_event);
		else if (holds (&sqlite->fetched, seq))
			r = ring_copy (&sqlite->fetched, seq, memory,
				       ret_event);
		else
			r = fetch (sqlite, seq);
	}
	pthread_mutex_unlock (&engine->lock);
	return r;
}

static void
sqlite_ack (struct journal *journal, uint64_t seq)
{
	struct sqlite *sqlite = (struct sqlite *) journal;
	struct engine *engine = &sqlite->engine;

	pthread_mutex_lock (&engine->lock);
	if (seq > engine->last_seq)
		seq = engine->last_seq;
	if (seq > engine->acked_seq) {
		engine->acked_seq = seq;
		sqlite->is_ack_due = true;
		pthread_cond_signal (&sqlite->work);
	}
	pthread_mutex_unlock (&engine->lock);
}

static void
sqlite_query (struct journal *journal, struct query *query)
{
	struct sqlite *sqlite = (struct sqlite *) journal;

	pthread_mutex_lock (&sqlite->engine.lock);
	query->at = query->what.newest_first ? sqlite->engine.last_seq
					     : query->what.after_seq + 1;
	DL_APPEND (sqlite->queries, query);
	pthread_cond_signal (&sqlite->work);
	pthread_mutex_unlock (&sqlite->engine.lock);
}

/* --- Beginning and end ---------------------------------------------------------- */

static void
sqlite_free (struct sqlite *sqlite)
{
	disk_close (sqlite->disk);
	ring_fini (&sqlite->fetched);
	pthread_cond_destroy (&sqlite->work);
	pthread_cond_destroy (&sqlite->settled);
	engine_free (&sqlite->engine);
}

static void
sqlite_close (struct journal *journal)
{
	struct sqlite *sqlite = (struct sqlite *) journal;

	pthread_mutex_lock (&sqlite->engine.lock);
	sqlite->is_closing = true;
	let_go (sqlite);
	pthread_mutex_unlock (&sqlite->engine.lock);
	pthread_join (sqlite->thread, NULL);
	sqlite_settle (&sqlite->engine);
	sqlite_free (sqlite);
}

static const struct journal_ops sqlite_ops = {
	.commit = sqlite_commit,
	.wait = sqlite_wait,
	.unwait = sqlite_unwait,
	.read = sqlite_read,
	.ack = sqlite_ack,
	.query = sqlite_query,
	.sync = sqlite_sync,
	.close = sqlite_close,
	.settle = sqlite_settle,
};

static struct sqlite *
sqlite_new (struct loop *loop, const struct journal_options *options)
{
	struct sqlite *sqlite = calloc (1, sizeof (*sqlite));
	pthread_condattr_t monotonic;

	if (!sqlite)
		return NULL;
	pthread_condattr_init (&monotonic);
	pthread_condattr_setclock (&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init (&sqlite->work, &monotonic);
	pthread_condattr_destroy (&monotonic);
	pthread_cond_init (&sqlite->settled, NULL);
	if (engine_init (&sqlite->engine, &sqlite_ops, loop, options->max_bytes)
		    < 0
	    || ring_init (&sqlite->fetched, 0, 0) < 0) {
		sqlite_free (sqlite);
		return NULL;
	}
	sqlite->rest.deliver = on_rest;
	sqlite->engine.journal.durability =
		options->is_durable ? JOURNAL_POWER : JOURNAL_PROCESS;
	return sqlite;
}

static int
load (struct sqlite *sqlite, struct error *err)
{
	struct engine *engine = &sqlite->engine;
	struct disk_state *state = &sqlite->state;
	int r = disk_load (sqlite->disk, state, &engine->keys, err);

	if (r < 0)
		return r;
	memcpy (engine->journal.id, state->id, sizeof (state->id));
	engine->first_seq = state->first_seq;
	engine->last_seq = state->last_seq;
	engine->acked_seq = state->acked_seq;
	engine->bytes = state->end;
	ring_fini (&engine->ring);
	if (ring_init (&engine->ring, state->last_seq, state->end) < 0)
		return error_set (err, -ENOMEM, "out of memory");
	return 0;
}

int
journal_open_sqlite (struct loop *loop, const char *dir,
		     const struct journal_options *options,
		     struct journal **ret_journal, struct error *err)
{
	struct sqlite *sqlite = sqlite_new (loop, options);
	char *path = text_format ("%s/journal.db", dir);
	int r = sqlite && path ? 0 : -ENOMEM;

	if (r < 0)
		error_set (err, r, "out of memory");
	else
		r = disk_open (path, options->is_durable, &sqlite->disk, err);
	if (r == 0)
		r = load (sqlite, err);
	if (r == 0) {
		r = thread_start (&sqlite->thread, "journal writer", writer_run,
				  sqlite);
		if (r < 0)
			error_set (err, r, "the journal's thread: %s",
				   error_name (r));
	}
	free (path);
	if (r == 0)
		*ret_journal = &sqlite->engine.journal;
	else if (sqlite)
		sqlite_free (sqlite);
	return r;
}
