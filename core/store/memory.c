/* The journal in memory: each event is one allocation, and a ring of pointers
 * finds it by its number. Knows nothing of who reads. */
#include "store/journal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"

/* A power of two, so that a number is turned into a place by a mask. */
#define RING_START 256

/* One event. Its text holds topic, agent, payload and line, each with its
 * NUL; the numbers say where they begin, 0 that there is none. */
struct record {
	uint64_t end; /* bytes of all events up to and with this one */
	int64_t time_ms;
	uint32_t agent_at, payload_at, line_at;
	uint32_t payload_size;
	char text[]; /* begins with the topic */
};

struct memory {
	struct journal journal;
	uint64_t max_bytes;
	uint64_t begin, end;  /* bytes of all events dropped; of all ever */
	struct record **ring; /* the event seq is at seq & mask */
	uint64_t mask;
};

static struct record **
place (struct memory *memory, uint64_t seq)
{
	return &memory->ring[seq & memory->mask];
}

/* What an event costs. */
static uint64_t
record_bytes (size_t text_size)
{
	return sizeof (struct record) + sizeof (struct record *) + text_size;
}

static size_t
text_size (const char *text)
{
	return text ? strlen (text) + 1 : 0;
}

static void
drop_oldest (struct memory *memory)
{
	struct record **oldest = place (memory, memory->journal.first_seq);

	memory->begin = (*oldest)->end;
	free (*oldest);
	*oldest = NULL;
	memory->journal.first_seq++;
}

/* Makes the ring twice as large; everything in it moves. */
static int
grow (struct memory *memory)
{
	uint64_t mask = memory->mask * 2 + 1, seq;
	struct record **ring = calloc (mask + 1, sizeof (*ring));

	if (!ring)
		return -ENOMEM;
	for (seq = memory->journal.first_seq; seq <= memory->journal.last_seq;
	     seq++)
		ring[seq & mask] = *place (memory, seq);
	free (memory->ring);
	memory->ring = ring;
	memory->mask = mask;
	return 0;
}

/* Copies text, with its NUL, to the place that *at counts; NULL is at 0. */
static uint32_t
put (struct record *record, uint32_t *at, const char *text, size_t size)
{
	uint32_t here = *at;

	if (!text)
		return 0;
	memcpy (record->text + here, text, size);
	*at += (uint32_t) size;
	return here;
}

static struct record *
record_new (const struct event *event, size_t topic_size, size_t agent_size,
	    size_t line_size)
{
	uint32_t at = 0;
	struct record *record =
		malloc (sizeof (*record) + topic_size + agent_size
			+ event->payload_size + 1 + line_size);

	if (!record)
		return NULL;
	put (record, &at, event->topic, topic_size);
	record->agent_at = put (record, &at, event->agent, agent_size);
	record->payload_at =
		put (record, &at, event->payload, event->payload_size);
	record->text[at++] = '\0';
	record->line_at = put (record, &at, event->line, line_size);
	record->payload_size = (uint32_t) event->payload_size;
	record->time_ms = event->time_ms;
	return record;
}

/* What was acknowledged goes first, then the oldest: acknowledging is up to a
 * number, so both are the lowest numbers. */
static int
make_room (struct memory *memory, uint64_t bytes)
{
	struct journal *journal = &memory->journal;

	while (memory->end - memory->begin + bytes > memory->max_bytes)
		drop_oldest (memory);
	if (journal->last_seq - journal->first_seq + 1 > memory->mask)
		return grow (memory);
	return 0;
}

static int
memory_append (struct journal *journal, const struct event *event,
	       uint64_t *ret_seq, struct error *err)
{
	struct memory *memory = (struct memory *) journal;
	size_t topic_size = text_size (event->topic);
	size_t agent_size = text_size (event->agent);
	size_t line_size = text_size (event->line);
	uint64_t bytes = record_bytes (topic_size + agent_size
				       + event->payload_size + 1 + line_size);
	struct record *record;

	if (bytes > memory->max_bytes || bytes > UINT32_MAX)
		return error_set (err, -EMSGSIZE,
				  "an event of %llu bytes is larger than the "
				  "journal, which holds %llu",
				  (unsigned long long) bytes,
				  (unsigned long long) memory->max_bytes);
	record = record_new (event, topic_size, agent_size, line_size);
	if (!record || make_room (memory, bytes) < 0) {
		free (record);
		return error_set (err, -ENOMEM,
				  "no memory for an event of %llu bytes",
				  (unsigned long long) bytes);
	}
	memory->end += bytes;
	record->end = memory->end;
	*ret_seq = ++journal->last_seq;
	*place (memory, *ret_seq) = record;
	return 0;
}

static bool
memory_read (struct journal *journal, uint64_t after_seq,
	     struct event *ret_event)
{
	struct memory *memory = (struct memory *) journal;
	uint64_t seq = after_seq + 1;
	const struct record *record;

	if (seq < journal->first_seq)
		seq = journal->first_seq;
	record = *place (memory, seq);
	*ret_event = (struct event){
		.seq = seq,
		.time_ms = record->time_ms,
		.topic = record->text,
		.agent = record->agent_at ? record->text + record->agent_at
					  : NULL,
		.payload = record->text + record->payload_at,
		.payload_size = record->payload_size,
		.line = record->line_at ? record->text + record->line_at : NULL,
	};
	return true;
}

static uint64_t
memory_bytes_after (struct journal *journal, uint64_t after_seq)
{
	struct memory *memory = (struct memory *) journal;

	if (after_seq < journal->first_seq)
		return memory->end - memory->begin;
	return memory->end - (*place (memory, after_seq))->end;
}

static void
memory_close (struct journal *journal)
{
	struct memory *memory = (struct memory *) journal;

	while (journal->first_seq <= journal->last_seq)
		drop_oldest (memory);
	free (memory->ring);
	free (memory);
}

static const struct journal_ops memory_ops = {
	.append = memory_append,
	.read = memory_read,
	.bytes_after = memory_bytes_after,
	.close = memory_close,
};

struct journal *
journal_new_memory (uint64_t max_bytes)
{
	struct memory *memory = calloc (1, sizeof (*memory));

	if (!memory)
		return NULL;
	memory->ring = calloc (RING_START, sizeof (*memory->ring));
	if (!memory->ring) {
		free (memory);
		return NULL;
	}
	memory->mask = RING_START - 1;
	memory->max_bytes = max_bytes;
	memory->journal.ops = &memory_ops;
	memory->journal.first_seq = 1;
	memcpy (memory->journal.id, "j-", 2);
	random_hex (memory->journal.id + 2, 8);
	return &memory->journal;
}
