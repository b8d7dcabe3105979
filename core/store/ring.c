/* The newest events: each is one allocation, and a ring of pointers finds it
 * by its number. */
#include "store/ring.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

/* A power of two, so that a number is turned into a place by a mask. */
#define RING_START 256

/* --- Records ----------------------------------------------------------------- */

/* Copies text, with its NUL, to the place that text_size counts. */
static uint32_t
put (struct record *record, const char *text, size_t size)
{
	uint32_t here = record->text_size;

	if (!text)
		return 0;
	memcpy (record->text + here, text, size);
	record->text[here + size] = '\0';
	record->text_size += (uint32_t) size + 1;
	return here;
}

static size_t
length (const char *text)
{
	return text ? strlen (text) : 0;
}

int
record_new (const struct event *event, uint64_t max_bytes,
	    struct record **ret_record, uint64_t *ret_bytes, struct error *err)
{
	size_t topic = strlen (event->topic), agent = length (event->agent);
	size_t line = length (event->line);
	size_t size = sizeof (struct record) + topic + agent
		      + event->payload_size + line + 4;
	struct record *record;

	*ret_bytes = size + sizeof (record);
	if (*ret_bytes > max_bytes || *ret_bytes > UINT32_MAX)
		return error_set (err, -EMSGSIZE,
				  "an event of %llu bytes is larger than the "
				  "journal, which holds %llu",
				  (unsigned long long) *ret_bytes,
				  (unsigned long long) max_bytes);
	record = malloc (size);
	if (!record)
		return error_set (err, -ENOMEM,
				  "no memory for an event of %zu bytes", size);
	record->text_size = 0;
	put (record, event->topic, topic);
	record->agent_at = put (record, event->agent, agent);
	record->payload_at = put (record, event->payload, event->payload_size);
	record->line_at = put (record, event->line, line);
	record->payload_size = (uint32_t) event->payload_size;
	record->time_ms = event->time_ms ? event->time_ms : clock_wall_ms ();
	*ret_record = record;
	return 0;
}

struct event
record_event (const struct record *record, uint64_t seq, const char *text)
{
	return (struct event){
		.seq = seq,
		.time_ms = record->time_ms,
		.topic = text,
		.agent = record->agent_at ? text + record->agent_at : NULL,
		.payload = text + record->payload_at,
		.payload_size = record->payload_size,
		.line = record->line_at ? text + record->line_at : NULL,
		.end = record->end,
	};
}

/* --- The ring ----------------------------------------------------------------- */

static struct record **
place (const struct ring *ring, uint64_t seq)
{
	return &ring->places[seq & ring->mask];
}

int
ring_init (struct ring *ring, uint64_t last_seq, uint64_t end)
{
	ring->first_seq = last_seq + 1;
	ring->last_seq = last_seq;
	ring->begin = ring->end = end;
	ring->mask = RING_START - 1;
	ring->places = calloc (RING_START, sizeof (*ring->places));
	return ring->places ? 0 : -ENOMEM;
}

void
ring_fini (struct ring *ring)
{
	while (ring->first_seq <= ring->last_seq && ring->places)
		ring_drop_oldest (ring);
	free (ring->places);
	ring->places = NULL;
}

/* Makes the ring twice as large; everything in it moves. */
static int
grow (struct ring *ring)
{
	uint64_t mask = ring->mask * 2 + 1, seq;
	struct record **places = calloc (mask + 1, sizeof (*places));

	if (!places)
		return -ENOMEM;
	for (seq = ring->first_seq; seq <= ring->last_seq; seq++)
		places[seq & mask] = *place (ring, seq);
	free (ring->places);
	ring->places = places;
	ring->mask = mask;
	return 0;
}

int
ring_reserve (struct ring *ring, uint64_t n)
{
	while (ring->last_seq + n - ring->first_seq > ring->mask) {
		int r = grow (ring);

		if (r < 0)
			return r;
	}
	return 0;
}

void
ring_add (struct ring *ring, struct record *record, uint64_t bytes)
{
	ring->end += bytes;
	record->end = ring->end;
	*place (ring, ++ring->last_seq) = record;
}

const struct record *
ring_at (const struct ring *ring, uint64_t seq)
{
	return *place (ring, seq);
}

int
ring_copy (const struct ring *ring, uint64_t seq, struct buffer *memory,
	   struct event *ret_event)
{
	const struct record *record = ring_at (ring, seq);

	buffer_reset (memory);
	if (buffer_add (memory, record->text, record->text_size) < 0)
		return memory->failed;
	*ret_event = record_event (record, seq, memory->data);
	return 1;
}

void
ring_drop_oldest (struct ring *ring)
{
	struct record **oldest = place (ring, ring->first_seq++);

	ring->begin = (*oldest)->end;
	free (*oldest);
	*oldest = NULL;
}

void
ring_cut (struct ring *ring, uint64_t seq)
{
	while (ring->last_seq > seq && ring->last_seq >= ring->first_seq)
		free (*place (ring, ring->last_seq--));
	ring->end = ring->last_seq < ring->first_seq
			    ? ring->begin
			    : ring_at (ring, ring->last_seq)->end;
}
