/* A journal in memory that keeps things when the test says so. */
#ifndef TESTS_SLOW_JOURNAL_H
#define TESTS_SLOW_JOURNAL_H

#include <utlist.h>

#include "store/engine.h"

static struct {
	struct journal_ops ops;
	const struct journal_ops *memory;
	uint64_t ticket, kept;
	struct journal_wait *waits;
} slow;

static int
slow_commit (struct journal *journal, struct change *changes, size_t n,
	     size_t *ret_failed, uint64_t *ret_ticket, struct error *err)
{
	int r = slow.memory->commit (journal, changes, n, ret_failed,
				     ret_ticket, err);

	if (r == 0 && ret_ticket != NULL)
		*ret_ticket = ++slow.ticket;
	return r;
}

static bool
slow_wait (struct journal *journal, struct journal_wait *wait)
{
	(void) journal;
	if (wait->ticket <= slow.kept)
		return true;
	DL_APPEND (slow.waits, wait);
	return false;
}

static void
slow_unwait (struct journal *journal, struct journal_wait *wait)
{
	(void) journal;
	DL_DELETE (slow.waits, wait);
}

/* Everything up to the ticket is kept, or (result) could not be. */
static void
slow_keep (uint64_t ticket, int result)
{
	struct journal_wait *wait, *next;

	slow.kept = ticket;
	DL_FOREACH_SAFE (slow.waits, wait, next) {
		if (wait->ticket > ticket)
			continue;
		DL_DELETE (slow.waits, wait);
		wait->done (wait, result);
	}
}

static void
slow_down (struct journal *journal)
{
	slow.memory = journal->ops;
	slow.ops = *slow.memory;
	slow.ops.commit = slow_commit;
	slow.ops.wait = slow_wait;
	slow.ops.unwait = slow_unwait;
	slow.ticket = slow.kept = 0;
	journal->ops = &slow.ops;
}

#endif
