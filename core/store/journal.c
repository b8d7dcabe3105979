/* The journal's interface: what is the same wherever it is kept. */
#include "store/journal.h"

#include <assert.h>
#include <errno.h>
#include <utlist.h>

#include "store/engine.h"

static struct engine *
engine_of (struct journal *journal)
{
	return (struct engine *) journal;
}

int
journal_commit (struct journal *journal, struct change *changes, size_t n,
		size_t *ret_failed, uint64_t *ret_ticket, struct error *err)
{
	return journal->ops->commit (journal, changes, n, ret_failed,
				     ret_ticket, err);
}

int
journal_append (struct journal *journal, const struct event *event,
		uint64_t *ret_ticket, struct error *err)
{
	struct change change = { .kind = CHANGE_EVENT, .event = event };

	return journal->ops->commit (journal, &change, 1, NULL, ret_ticket,
				     err);
}

int
journal_get (struct journal *journal, const char *key, struct buffer *ret_value,
	     uint64_t *ret_version)
{
	struct engine *engine = engine_of (journal);
	const struct key *found;
	int r = -ENOENT;

	pthread_mutex_lock (&engine->lock);
	found = keys_find (&engine->keys, key);
	if (found) {
		r = buffer_add (ret_value, found->value, found->size);
		if (ret_version)
			*ret_version = found->version;
	}
	pthread_mutex_unlock (&engine->lock);
	return r;
}

int
journal_list (struct journal *journal, const char *prefix,
	      void (*each) (void *arg, const char *key, const void *value,
			    size_t size, uint64_t version),
	      void *arg)
{
	struct engine *engine = engine_of (journal);
	int r;

	pthread_mutex_lock (&engine->lock);
	r = keys_list (&engine->keys, prefix, each, arg);
	pthread_mutex_unlock (&engine->lock);
	return r;
}

bool
journal_wait (struct journal *journal, struct journal_wait *wait)
{
	return journal->ops->wait (journal, wait);
}

void
journal_unwait (struct journal *journal, struct journal_wait *wait)
{
	journal->ops->unwait (journal, wait);
}

/* --- Reading ---------------------------------------------------------------- */

static uint64_t
read_number (struct journal *journal, const uint64_t *number)
{
	struct engine *engine = engine_of (journal);
	uint64_t value;

	pthread_mutex_lock (&engine->lock);
	value = *number;
	pthread_mutex_unlock (&engine->lock);
	return value;
}

uint64_t
journal_first_seq (struct journal *journal)
{
	return read_number (journal, &engine_of (journal)->first_seq);
}

uint64_t
journal_last_seq (struct journal *journal)
{
	return read_number (journal, &engine_of (journal)->last_seq);
}

uint64_t
journal_acked_seq (struct journal *journal)
{
	return read_number (journal, &engine_of (journal)->acked_seq);
}

uint64_t
journal_given_seq (struct journal *journal)
{
	return read_number (journal, &engine_of (journal)->ring.last_seq);
}

uint64_t
journal_bytes (struct journal *journal)
{
	return read_number (journal, &engine_of (journal)->bytes);
}

const char *
journal_trouble (struct journal *journal)
{
	return engine_of (journal)->trouble;
}

int
journal_read (struct journal *journal, uint64_t after_seq,
	      struct buffer *memory, struct event *ret_event)
{
	return journal->ops->read (journal, after_seq, memory, ret_event);
}

void
journal_ack (struct journal *journal, uint64_t seq)
{
	journal->ops->ack (journal, seq);
}

void
journal_add_watch (struct journal *journal, struct journal_watch *watch)
{
	DL_APPEND (engine_of (journal)->watches, watch);
}

void
journal_remove_watch (struct journal *journal, struct journal_watch *watch)
{
	DL_DELETE (engine_of (journal)->watches, watch);
}

void
journal_sync (struct journal *journal)
{
	journal->ops->sync (journal);
}

void
journal_close (struct journal *journal)
{
	if (journal)
		journal->ops->close (journal);
}
