/* The feed. A reader that stalls costs what the output and one batch hold;
 * the rest stays in the journal. */
#include "link/feed.h"

#include <errno.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/output.h"

/* What is composed in one turn: one event more than fits in it. A reader that
 * catches up must not keep the loop from its other work. */
#define BATCH_BYTES (128 * 1024)
/* A batch that a large event made larger than this is given back. */
#define KEEP_BYTES (4 * BATCH_BYTES)
/* The least time between two lags. */
#define LAG_EVERY_MS 1000

struct feed {
	const struct feed_ops *ops;
	void *arg;
	struct journal *journal;
	struct output *output;
	struct buffer batch; /* whole lines that were not written */
	uint64_t position;   /* everything up to it is in batch or beyond */
	bool has_begun;
	bool is_blocked;   /* the output refused the batch */
	int64_t lagged_ms; /* when a lag was told last; 0: never */
	/* Runs at the end of a turn, before the loop waits; the idle handle
	 * keeps the loop from waiting when prepare was started too late. */
	uv_prepare_t prepare;
	uv_idle_t idle;
	int n_handles; /* not closed */
};

static void flush (struct feed *feed);

static void
on_prepare (uv_prepare_t *prepare)
{
	struct feed *feed = prepare->data;

	uv_prepare_stop (prepare);
	uv_idle_stop (&feed->idle);
	flush (feed);
}

static void
on_idle (uv_idle_t *idle)
{
	(void) idle;
}

static void
flush_soon (struct feed *feed)
{
	if (feed->is_blocked || output_is_gone (feed->output))
		return;
	uv_prepare_start (&feed->prepare, on_prepare);
	uv_idle_start (&feed->idle, on_idle);
}

static void
on_appended (void *arg)
{
	struct feed *feed = arg;

	if (feed->has_begun)
		flush_soon (feed);
}

static void
tell_lag (struct feed *feed, uint64_t lost_from, uint64_t lost_to)
{
	struct feed_lag lag = {
		.position = feed->position,
		.last_seq = feed->journal->last_seq,
		.bytes = journal_bytes_after (feed->journal, feed->position),
		.lost_from = lost_from,
		.lost_to = lost_to,
	};

	feed->lagged_ms = clock_ms ();
	feed->ops->lag (feed->arg, &feed->batch, &lag);
}

/* Even when it has taken the next one. */
static bool
is_far_behind (const struct feed *feed, const struct event *next)
{
	if (journal_bytes_after (feed->journal, next->seq)
	    >= LIMIT_LINK_LAG_BYTES)
		return true;
	return clock_wall_ms () - next->time_ms >= LIMIT_LINK_LAG_MS;
}

static void
check_lag (struct feed *feed, const struct event *next)
{
	if (next->seq > feed->position + 1)
		tell_lag (feed, feed->position + 1, next->seq - 1);
	else if (is_far_behind (feed, next)
		 && (feed->lagged_ms == 0
		     || clock_ms () - feed->lagged_ms >= LAG_EVERY_MS))
		tell_lag (feed, 0, 0);
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

/* Whether there are more events than went into the batch. */
static bool
gather_events (struct feed *feed)
{
	struct buffer *batch = &feed->batch;
	struct event event;

	while (journal_read (feed->journal, feed->position, &event)) {
		size_t size = batch->size;

		if (size >= BATCH_BYTES)
			return true;
		check_lag (feed, &event);
		feed->ops->event (feed->arg, batch, &event);
		if (keep_whole (batch, size) < 0)
			return true;
		feed->position = event.seq;
	}
	return false;
}

static void
set_blocked (struct feed *feed, bool is_blocked)
{
	if (feed->is_blocked == is_blocked)
		return;
	feed->is_blocked = is_blocked;
	if (feed->ops->blocked)
		feed->ops->blocked (feed->arg, is_blocked);
}

/* Writes the batch: 0, or -ENOBUFS: later. */
static int
write_batch (struct feed *feed)
{
	struct buffer *batch = &feed->batch;

	if (batch->size > 0
	    && output_write (feed->output, batch->data, batch->size)
		       == -ENOBUFS)
		return -ENOBUFS;
	buffer_reset (batch);
	if (batch->room > KEEP_BYTES)
		buffer_fini (batch);
	return 0;
}

static void
flush (struct feed *feed)
{
	bool is_more = feed->has_begun && gather_events (feed);

	set_blocked (feed, write_batch (feed) < 0);
	if (is_more)
		flush_soon (feed);
}

static void
on_room (void *arg)
{
	struct feed *feed = arg;

	if (output_is_gone (feed->output))
		log_warning ("nobody reads standard output any more");
	set_blocked (feed, write_batch (feed) < 0);
	flush_soon (feed);
}

static void
on_closed (uv_handle_t *handle)
{
	struct feed *feed = handle->data;

	if (--feed->n_handles > 0)
		return;
	buffer_fini (&feed->batch);
	free (feed);
}

int
feed_new (struct loop *loop, struct journal *journal, int fd,
	  const struct feed_ops *ops, void *arg, struct feed **ret_feed)
{
	struct feed *feed = calloc (1, sizeof (*feed));
	int r;

	if (!feed)
		return -ENOMEM;
	r = output_new (loop, fd, LIMIT_LINK_OUTPUT_BYTES, on_room, feed,
			&feed->output);
	if (r < 0) {
		free (feed);
		return r;
	}
	feed->ops = ops;
	feed->arg = arg;
	feed->journal = journal;
	buffer_init (&feed->batch, BATCH_BYTES + LIMIT_LINK_LINE_BYTES);
	uv_prepare_init (&loop->uv, &feed->prepare);
	uv_idle_init (&loop->uv, &feed->idle);
	feed->prepare.data = feed->idle.data = feed;
	feed->n_handles = 2;
	journal->appended = on_appended;
	journal->appended_arg = feed;
	*ret_feed = feed;
	return 0;
}

void
feed_say (struct feed *feed, const struct buffer *lines)
{
	if (lines->failed
	    || buffer_add (&feed->batch, lines->data, lines->size) < 0) {
		feed->batch.failed = 0;
		log_error (
			"no memory for what the orchestrator should be told");
		return;
	}
	flush_soon (feed);
}

void
feed_begin (struct feed *feed, uint64_t position)
{
	feed->position = position;
	feed->has_begun = true;
	flush_soon (feed);
}

void
feed_drain (struct feed *feed, int timeout_ms)
{
	int64_t end = clock_ms () + timeout_ms, left = timeout_ms;
	bool is_more;

	do {
		is_more = feed->has_begun && gather_events (feed);
		if (write_batch (feed) < 0)
			is_more = true;
		output_drain (feed->output, (int) left);
		left = end - clock_ms ();
	} while (is_more && left > 0 && !output_is_gone (feed->output));
}

void
feed_free (struct feed *feed)
{
	if (!feed)
		return;
	feed->journal->appended = NULL;
	output_free (feed->output);
	uv_close ((uv_handle_t *) &feed->prepare, on_closed);
	uv_close ((uv_handle_t *) &feed->idle, on_closed);
}
