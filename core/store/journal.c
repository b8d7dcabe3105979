/* The journal's interface: what every journal has in common. Knows nothing of
 * where the events are kept. */
#include "store/journal.h"

#include <assert.h>

#include "base/clock.h"

int
journal_append (struct journal *journal, const struct event *event,
		uint64_t *ret_seq, struct error *err)
{
	struct event timed = *event;
	uint64_t seq;
	int r;

	assert (event->topic && event->payload);
	if (timed.time_ms == 0)
		timed.time_ms = clock_wall_ms ();
	r = journal->ops->append (journal, &timed, &seq, err);
	if (r < 0)
		return r;
	if (ret_seq)
		*ret_seq = seq;
	if (journal->appended)
		journal->appended (journal->appended_arg);
	return 0;
}

bool
journal_read (struct journal *journal, uint64_t after_seq,
	      struct event *ret_event)
{
	if (after_seq >= journal->last_seq
	    || journal->first_seq > journal->last_seq)
		return false;
	return journal->ops->read (journal, after_seq, ret_event);
}

void
journal_ack (struct journal *journal, uint64_t seq)
{
	if (seq > journal->last_seq)
		seq = journal->last_seq;
	if (seq <= journal->acked_seq)
		return;
	journal->acked_seq = seq;
	if (journal->ops->ack)
		journal->ops->ack (journal, seq);
}

uint64_t
journal_bytes_after (struct journal *journal, uint64_t after_seq)
{
	if (after_seq >= journal->last_seq)
		return 0;
	return journal->ops->bytes_after (journal, after_seq);
}

void
journal_close (struct journal *journal)
{
	if (journal)
		journal->ops->close (journal);
}
