/* The journal's thread: commits what has gathered, at once. Knows not who
 * waits, nor what happens when it cannot. */
#include "store/sqlite.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>
#include <utlist.h>

#include "base/clock.h"
#include "base/limits.h"

/* Commits of one transaction. */
#define BATCH_UNITS 128

/* --- Committing ------------------------------------------------------------- */

/* Those that belong together stay so. The lock is held. */
static struct unit *
take_batch (struct sqlite *sqlite)
{
	struct unit *batch = NULL, *unit, *next;
	int n = 0;

	if (sqlite->is_held)
		return NULL;
	DL_FOREACH_SAFE (sqlite->units, unit, next) {
		if (n++ >= BATCH_UNITS && !unit->is_joined)
			break;
		DL_DELETE (sqlite->units, unit);
		DL_APPEND (batch, unit);
	}
	return batch;
}

/* Nobody takes from the ring what is not kept. */
static const struct record *
find_record (struct sqlite *sqlite, uint64_t seq)
{
	const struct record *record;

	pthread_mutex_lock (&sqlite->engine.lock);
	record = ring_at (&sqlite->engine.ring, seq);
	pthread_mutex_unlock (&sqlite->engine.lock);
	return record;
}

static int
write_unit (struct sqlite *sqlite, const struct unit *unit,
	    struct disk_state *state, struct error *err)
{
	int r = 0;

	while (r == 0 && state->last_seq < unit->last_seq) {
		uint64_t seq = state->last_seq + 1;
		const struct record *record = find_record (sqlite, seq);

		r = disk_put_event (sqlite->disk, seq, record, err);
		state->last_seq = seq;
		state->end = record->end;
	}
	for (size_t i = 0; r == 0 && i < unit->n_steps; i++) {
		const struct key *after = unit->steps[i].after;

		if (!after || !after->is_passing)
			r = disk_put_step (sqlite->disk, &unit->steps[i], err);
	}
	state->version = unit->version;
	return r;
}

/* Of a key that a transaction changes again and again only the last value is
 * written: counters change with every call. Returns whether some key is
 * deleted. */
static bool
find_passing (const struct unit *batch)
{
	const struct unit *unit;
	bool is_one_deleted = false;

	DL_FOREACH (batch, unit)
		for (size_t i = 0; i < unit->n_steps; i++) {
			if (unit->steps[i].before)
				unit->steps[i].before->is_passing = true;
			is_one_deleted |= !unit->steps[i].after;
		}
	return is_one_deleted;
}

/* Acknowledged ones are the oldest. A little more than has to be, so that it
 * is not done every time. */
static int
drop_oldest (struct sqlite *sqlite, struct disk_state *state, struct error *err)
{
	uint64_t max = sqlite->engine.max_bytes;

	if (state->end - state->begin <= max)
		return 0;
	return disk_drop (sqlite->disk, state, state->end - max + max / 64,
			  err);
}

static int
write_batch (struct sqlite *sqlite, const struct unit *batch,
	     struct disk_state *state, struct error *err)
{
	bool is_one_deleted = find_passing (batch);
	const struct unit *unit;
	int r = disk_begin (sqlite->disk, err);

	DL_FOREACH (batch, unit)
		if (r == 0)
			r = write_unit (sqlite, unit, state, err);
	/* Otherwise the keys say which versions were given. */
	if (r == 0 && is_one_deleted)
		r = disk_put_number (sqlite->disk, "version", state->version,
				     err);
	if (r == 0 && state->acked_seq != sqlite->state.acked_seq)
		r = disk_put_number (sqlite->disk, "acked", state->acked_seq,
				     err);
	if (r == 0)
		r = drop_oldest (sqlite, state, err);
	if (r == 0)
		r = disk_commit (sqlite->disk, err);
	if (r < 0)
		disk_rollback (sqlite->disk);
	return r;
}

/* The lock is held. */
static void
keep (struct sqlite *sqlite, struct unit *batch, const struct disk_state *state)
{
	struct engine *engine = &sqlite->engine;
	struct ring *ring = &engine->ring;
	struct unit *unit;

	sqlite->state = *state;
	engine->first_seq = state->first_seq;
	engine->last_seq = state->last_seq;
	engine->bytes = state->end;
	DL_FOREACH (batch, unit) {
		sqlite->decided = unit->ticket;
		sqlite->pending_bytes -= unit->bytes;
	}
	pthread_cond_broadcast (&sqlite->settled);
	while (ring->first_seq <= engine->last_seq
	       && (ring->end - ring->begin > LIMIT_JOURNAL_RECENT_BYTES
		   || ring->first_seq < engine->first_seq))
		ring_drop_oldest (ring);
	if (sqlite->end_ticket != 0 && sqlite->end_ticket <= sqlite->decided)
		sqlite->since_ms = sqlite->end_ticket = sqlite->n_lost = 0;
}

static void
free_units (struct unit *units)
{
	struct unit *unit, *next;

	DL_FOREACH_SAFE (units, unit, next) {
		for (size_t i = 0; i < unit->n_steps; i++)
			keys_keep_step (&unit->steps[i]);
		free (unit);
	}
}

/* The lock is held, and is given up meanwhile. */
static void
commit (struct sqlite *sqlite)
{
	struct unit *batch = take_batch (sqlite);
	struct disk_state state = sqlite->state;
	struct error err;
	int r;

	state.acked_seq = sqlite->engine.acked_seq;
	sqlite->is_ack_due = false;
	pthread_mutex_unlock (&sqlite->engine.lock);
	r = write_batch (sqlite, batch, &state, &err);
	pthread_mutex_lock (&sqlite->engine.lock);
	if (r == 0)
		keep (sqlite, batch, &state);
	else
		trouble_begin (sqlite, batch, r, &err);
	sqlite->is_ack_due |= r < 0;
	pthread_mutex_unlock (&sqlite->engine.lock);
	engine_tell_later (&sqlite->engine);
	if (r == 0)
		free_units (batch);
	disk_checkpoint (sqlite->disk);
	pthread_mutex_lock (&sqlite->engine.lock);
}

/* --- The thread ------------------------------------------------------------------ */

static bool
has_to_write (const struct sqlite *sqlite)
{
	return (sqlite->units && !sqlite->is_held)
	       || (sqlite->is_ack_due && sqlite->code == 0);
}

/* A damaged file does not become whole again. But one that could not be read
 * for a moment seems to be damaged, too. */
static bool
is_trying (const struct sqlite *sqlite)
{
	return sqlite->code < 0
	       && (sqlite->code != -EBADMSG || sqlite->n_looks < TROUBLE_LOOKS);
}

/* Until there is something to do, or in trouble until it is time to try. The
 * lock is held, and is given up meanwhile. */
static void
rest (struct sqlite *sqlite)
{
	struct timespec until = {
		.tv_sec = sqlite->probe_at_ms / 1000,
		.tv_nsec = sqlite->probe_at_ms % 1000 * 1000000,
	};
	int r = 0;

	sqlite->is_idle = true;
	while (r == 0 && !sqlite->is_closing && !has_to_write (sqlite)
	       && sqlite->fetch_seq == 0 && !sqlite->queries)
		r = is_trying (sqlite)
			    ? pthread_cond_timedwait (
				    &sqlite->work, &sqlite->engine.lock, &until)
			    : pthread_cond_wait (&sqlite->work,
						 &sqlite->engine.lock);
	sqlite->is_idle = false;
}

void *
writer_run (void *arg)
{
	struct sqlite *sqlite = arg;

	pthread_mutex_lock (&sqlite->engine.lock);
	while (!sqlite->is_closing || has_to_write (sqlite)) {
		rest (sqlite);
		if (has_to_write (sqlite))
			commit (sqlite);
		reader_serve (sqlite);
		if (is_trying (sqlite) && clock_ms () >= sqlite->probe_at_ms)
			trouble_probe (sqlite);
	}
	pthread_mutex_unlock (&sqlite->engine.lock);
	reader_cancel (sqlite);
	return NULL;
}
