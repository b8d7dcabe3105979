/* When the journal cannot be written: what is not kept is taken back, and it
 * is tried until it can be written again. Knows not who is told. */
#include "store/sqlite.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <utlist.h>

#include "base/clock.h"

/* What has to be free before the disk counts as free. */
#define PROBE_MIN_BYTES (64 * 1024)
#define PROBE_MAX_BYTES (16 * 1024 * 1024)
#define PROBE_EVERY_MS 1000

/* Notes that everything from there on is lost. When there is no room, the two
 * oldest become one: what lay between counts as lost, which is the safe side.
 * The lock is held. */
static void
add_loss (struct sqlite *sqlite, int code)
{
	struct loss *losses = sqlite->losses;

	if (sqlite->n_losses == N_LOSSES) {
		losses[1].from = losses[0].from;
		memmove (losses, losses + 1, (N_LOSSES - 1) * sizeof (*losses));
		sqlite->n_losses--;
	}
	losses[sqlite->n_losses++] =
		(struct loss){ sqlite->decided + 1, sqlite->engine.ticket,
			       code };
	sqlite->decided = sqlite->engine.ticket;
}

/* Takes all back that is not kept, the last one first. The lock is held. */
static void
undo (struct sqlite *sqlite, struct unit *units)
{
	while (units) {
		struct unit *unit = units->prev;

		while (unit->n_steps > 0)
			keys_undo_step (&sqlite->engine.keys,
					&unit->steps[--unit->n_steps]);
		DL_DELETE (units, unit);
		free (unit);
	}
}

static size_t
within (size_t size, size_t min, size_t max)
{
	return size < min ? min : size > max ? max : size;
}

void
trouble_begin (struct sqlite *sqlite, struct unit *batch, int code,
	       const struct error *err)
{
	struct engine *engine = &sqlite->engine;

	DL_CONCAT (batch, sqlite->units);
	sqlite->units = NULL;
	sqlite->probe_bytes = within (sqlite->pending_bytes, PROBE_MIN_BYTES,
				      PROBE_MAX_BYTES);
	sqlite->pending_bytes = 0;
	undo (sqlite, batch);
	sqlite->n_lost += engine->ring.last_seq - engine->last_seq;
	/* The one that would have told of it was no loss. */
	if (sqlite->end_ticket != 0)
		sqlite->n_lost--;
	sqlite->end_ticket = 0;
	ring_cut (&engine->ring, engine->last_seq);
	if (sqlite->decided < engine->ticket)
		add_loss (sqlite, code);
	pthread_cond_broadcast (&sqlite->settled);
	if (sqlite->since_ms == 0)
		sqlite->since_ms = clock_wall_ms ();
	sqlite->code = code;
	sqlite->trouble = *err;
	sqlite->probe_at_ms = clock_ms () + PROBE_EVERY_MS;
	sqlite->n_looks = 0;
}

/* Said first of all once it works again. */
static void
tell_end (struct sqlite *sqlite)
{
	char payload[128], since[CLOCK_TEXT_SIZE];
	struct event event = { .topic = "journal.recovered",
			       .payload = payload,
			       .line = "the journal can write again" };
	uint64_t ticket;

	clock_format (sqlite->since_ms, since);
	event.payload_size = (size_t) snprintf (
		payload, sizeof (payload), "{\"from\":\"%s\",\"lost\":%llu}",
		since, (unsigned long long) sqlite->n_lost);
	if (journal_append (&sqlite->engine.journal, &event, &ticket, NULL)
	    == 0)
		sqlite->end_ticket = ticket;
}

void
trouble_probe (struct sqlite *sqlite)
{
	bool is_damaged = sqlite->code == -EBADMSG;
	struct error err;
	int r = -EBADMSG;

	sqlite->n_looks += is_damaged;
	pthread_mutex_unlock (&sqlite->engine.lock);
	if (!is_damaged || disk_look_whole (sqlite->disk, &err) == 0)
		r = disk_probe (sqlite->disk, sqlite->probe_bytes, &err);
	pthread_mutex_lock (&sqlite->engine.lock);
	if (sqlite->n_looks < TROUBLE_LOOKS)
		sqlite->probe_at_ms =
			clock_ms ()
			+ ((int64_t) PROBE_EVERY_MS << sqlite->n_looks);
	sqlite->code = r;
	if (r < 0)
		sqlite->trouble = err;
	pthread_mutex_unlock (&sqlite->engine.lock);
	if (r == 0)
		tell_end (sqlite);
	engine_tell_later (&sqlite->engine);
	pthread_mutex_lock (&sqlite->engine.lock);
}
