/* The outlet. A reader that stalls costs what the output and one batch hold;
 * the rest stays in the journal. */
#include "link/outlet.h"

#include <errno.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/output.h"

/* What is composed in one turn: one event more than fits in it. A reader that
 * catches up must not keep the loop from its other work. */
#define BATCH_BYTES (128 * 1024)
/* A batch that a large event made larger than this is given back. */
#define KEEP_BYTES (4 * BATCH_BYTES)
/* What may be said to a reader that takes nothing before it is full. Its
 * "shutdown" and its end of file come before that. */
#define SAID_BYTES (64 * 1024)
/* The least time between two lags. */
#define LAG_EVERY_MS 1000
/* When it is tried again to read the journal, or to write, after a failure. */
#define AGAIN_MS 250

struct outlet {
	const struct outlet_ops *ops;
	void *arg;
	struct loop *loop;
	struct journal *journal;
	struct journal_watch watch;
	struct buffer memory; /* of the event at work */
	struct output *output;
	struct buffer batch; /* whole lines that were not written */
	uint64_t position;   /* everything up to it is in batch or beyond */
	bool has_begun;
	bool is_blocked;   /* the output refused the batch */
	bool is_full;	   /* and SAID_BYTES wait in it */
	size_t said_bytes; /* of the batch, by outlet_say */
	int64_t lagged_ms; /* when a lag was told last; 0: never */
	/* Runs at the end of a turn, before the loop waits; the idle handle
	 * keeps the loop from waiting when prepare was started too late. */
	uv_prepare_t prepare;
	uv_idle_t idle;
	uv_timer_t again; /* what failed is tried again */
	int n_handles;	  /* not closed */
};

static void flush (struct outlet *outlet);

static void
on_prepare (uv_prepare_t *prepare)
{
	struct outlet *outlet = prepare->data;

	uv_prepare_stop (prepare);
	uv_idle_stop (&outlet->idle);
	flush (outlet);
}

static void
on_idle (uv_idle_t *idle)
{
	(void) idle;
}

static void
flush_soon (struct outlet *outlet)
{
	if (outlet->is_blocked || output_is_gone (outlet->output))
		return;
	uv_prepare_start (&outlet->prepare, on_prepare);
	uv_idle_start (&outlet->idle, on_idle);
}

static void
on_again (uv_timer_t *again)
{
	flush_soon (again->data);
}

static void
flush_again (struct outlet *outlet)
{
	uv_timer_start (&outlet->again, on_again, AGAIN_MS, 0);
}

static void
on_changed (void *arg)
{
	struct outlet *outlet = arg;

	if (outlet->has_begun)
		flush_soon (outlet);
}

static void
tell_lag (struct outlet *outlet, const struct event *next, uint64_t lost_from,
	  uint64_t lost_to)
{
	struct outlet_lag lag = {
		.position = outlet->position,
		.last_seq = journal_last_seq (outlet->journal),
		.bytes = journal_bytes (outlet->journal) - next->end
			 + next->payload_size,
		.lost_from = lost_from,
		.lost_to = lost_to,
	};

	outlet->lagged_ms = clock_ms ();
	outlet->ops->lag (outlet->arg, &outlet->batch, &lag);
}

/* Even when it has taken the next one. */
static bool
is_far_behind (const struct outlet *outlet, const struct event *next)
{
	if (journal_bytes (outlet->journal) - next->end >= LIMIT_LINK_LAG_BYTES)
		return true;
	return clock_wall_ms () - next->time_ms >= LIMIT_LINK_LAG_MS;
}

static void
check_lag (struct outlet *outlet, const struct event *next)
{
	if (next->seq > outlet->position + 1)
		tell_lag (outlet, next, outlet->position + 1, next->seq - 1);
	else if (is_far_behind (outlet, next)
		 && (outlet->lagged_ms == 0
		     || clock_ms () - outlet->lagged_ms >= LAG_EVERY_MS))
		tell_lag (outlet, next, 0, 0);
}

/* Takes away what was added after size when not all of it could be. */
static int
keep_whole (struct buffer *batch, size_t size)
{
	int r = batch->failed;

	if (r < 0) {
		batch->failed = 0;
		batch->size = size;
	}
	return r;
}

enum gathered {
	GATHERED_ALL,
	GATHERED_BATCH, /* there are more than went into the batch */
	GATHERED_SOME	/* the next one is on its way from the disk, or is
			 * asked for again */
};

static enum gathered
gather_events (struct outlet *outlet)
{
	struct buffer *batch = &outlet->batch;
	struct event event;
	int r;

	while ((r = journal_read (outlet->journal, outlet->position,
				  &outlet->memory, &event))
	       > 0) {
		size_t size = batch->size;

		if (size >= BATCH_BYTES)
			return GATHERED_BATCH;
		check_lag (outlet, &event);
		outlet->ops->event (outlet->arg, batch, &event);
		if (keep_whole (batch, size) < 0)
			return GATHERED_BATCH;
		outlet->position = event.seq;
	}
	if (r < 0 && r != -EAGAIN)
		flush_again (outlet);
	return r == 0 ? GATHERED_ALL : GATHERED_SOME;
}

/* Events, and what waits for them. Whether there is more right now. */
static bool
gather (struct outlet *outlet)
{
	enum gathered gathered;
	bool is_all;

	if (!outlet->has_begun)
		return false;
	gathered = gather_events (outlet);
	/* There may be some that are not kept yet. */
	is_all = gathered == GATHERED_ALL
		 && outlet->position >= journal_given_seq (outlet->journal);
	if (outlet->ops->reached
	    && outlet->ops->reached (outlet->arg,
				     is_all ? UINT64_MAX : outlet->position)
		       == -ENOMEM)
		flush_again (outlet);
	return gathered == GATHERED_BATCH;
}

static void
set_blocked (struct outlet *outlet, bool is_blocked)
{
	bool is_full = outlet->said_bytes > SAID_BYTES;

	outlet->is_blocked = is_blocked;
	if (outlet->is_full == is_full)
		return;
	outlet->is_full = is_full;
	if (outlet->ops->full)
		outlet->ops->full (outlet->arg, is_full);
}

/* Writes the batch. 0, also when nobody reads; later: -ENOBUFS, -ENOMEM. */
static int
write_batch (struct outlet *outlet)
{
	struct buffer *batch = &outlet->batch;
	int r = output_write (outlet->output, batch->data, batch->size);

	if (r == -ENOBUFS || r == -ENOMEM)
		return r;
	buffer_recycle (batch, KEEP_BYTES);
	outlet->said_bytes = 0;
	return 0;
}

/* The same, and sees to it that what could not be written is later. */
static int
try_batch (struct outlet *outlet)
{
	int r = write_batch (outlet);

	set_blocked (outlet, r == -ENOBUFS);
	if (r == -ENOMEM)
		flush_again (outlet);
	return r;
}

static void
flush (struct outlet *outlet)
{
	bool is_more = gather (outlet);

	if (try_batch (outlet) == 0 && is_more)
		flush_soon (outlet);
}

static void
on_room (void *arg)
{
	struct outlet *outlet = arg;

	if (output_is_gone (outlet->output))
		outlet->ops->gone (outlet->arg);
	if (try_batch (outlet) == 0)
		flush_soon (outlet);
}

static void
on_closed (uv_handle_t *handle)
{
	struct outlet *outlet = handle->data;

	if (--outlet->n_handles > 0)
		return;
	buffer_fini (&outlet->batch);
	buffer_fini (&outlet->memory);
	free (outlet);
}

int
outlet_new (struct loop *loop, struct journal *journal, int fd,
	    const struct outlet_ops *ops, void *arg, struct outlet **ret_outlet)
{
	struct outlet *outlet = calloc (1, sizeof (*outlet));
	int r;

	if (!outlet)
		return -ENOMEM;
	r = output_new (loop, fd, LIMIT_LINK_OUTPUT_BYTES, on_room, outlet,
			&outlet->output);
	if (r < 0) {
		free (outlet);
		return r;
	}
	outlet->ops = ops;
	outlet->arg = arg;
	outlet->loop = loop;
	outlet->journal = journal;
	buffer_init (&outlet->batch, BATCH_BYTES + LIMIT_LINK_LINE_BYTES);
	uv_prepare_init (&loop->uv, &outlet->prepare);
	uv_idle_init (&loop->uv, &outlet->idle);
	uv_timer_init (&loop->uv, &outlet->again);
	outlet->prepare.data = outlet->idle.data = outlet->again.data = outlet;
	outlet->n_handles = 3;
	outlet->watch =
		(struct journal_watch){ .changed = on_changed, .arg = outlet };
	journal_add_watch (journal, &outlet->watch);
	*ret_outlet = outlet;
	return 0;
}

int
outlet_say (struct outlet *outlet, const struct buffer *lines)
{
	size_t size = outlet->batch.size;
	int r = lines->failed;

	if (r < 0)
		return r;
	buffer_add (&outlet->batch, lines->data, lines->size);
	r = keep_whole (&outlet->batch, size);
	if (r < 0)
		return r;
	outlet->said_bytes += lines->size;
	set_blocked (outlet, outlet->is_blocked);
	flush_soon (outlet);
	return 0;
}

uint64_t
outlet_position (const struct outlet *outlet)
{
	return outlet->position;
}

void
outlet_wake (struct outlet *outlet)
{
	flush_soon (outlet);
}

void
outlet_begin (struct outlet *outlet, uint64_t position)
{
	outlet->position = position;
	outlet->has_begun = true;
	flush_soon (outlet);
}

bool
outlet_is_empty (const struct outlet *outlet)
{
	return outlet->batch.size == 0 && output_waiting (outlet->output) == 0;
}

bool
outlet_is_gone (const struct outlet *outlet)
{
	return output_is_gone (outlet->output);
}

void
outlet_end (struct outlet *outlet)
{
	outlet->has_begun = false;
	outlet_drain (outlet, 0);
}

void
outlet_drain (struct outlet *outlet, int timeout_ms)
{
	int64_t end = clock_ms () + timeout_ms, left = timeout_ms;
	enum gathered gathered = GATHERED_ALL;
	bool is_more;

	do {
		if (outlet->has_begun)
			gathered = gather_events (outlet);
		is_more = write_batch (outlet) < 0 || gathered != GATHERED_ALL;
		output_drain (outlet->output, (int) left);
		left = end - clock_ms ();
		/* The journal tells the loop. */
		if (gathered == GATHERED_SOME && left > 0)
			loop_turn (outlet->loop, (int) left);
	} while (is_more && left > 0 && !output_is_gone (outlet->output));
}

void
outlet_free (struct outlet *outlet)
{
	if (!outlet)
		return;
	journal_remove_watch (outlet->journal, &outlet->watch);
	output_free (outlet->output);
	uv_close ((uv_handle_t *) &outlet->prepare, on_closed);
	uv_close ((uv_handle_t *) &outlet->idle, on_closed);
	uv_close ((uv_handle_t *) &outlet->again, on_closed);
}
