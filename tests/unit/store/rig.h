/* What tests of the journal stand on: a loop, a journal of either kind, a
 * directory that goes away. */
#ifndef TESTS_STORE_RIG_H
#define TESTS_STORE_RIG_H

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/random.h"
#include "base/text.h"
#include "store/journal.h"

#define ROOM (1024 * 1024)

struct rig {
	struct loop loop;
	struct journal *journal;
	bool is_on_disk;
	char dir[128];
	uint64_t max_bytes;
	struct buffer memory; /* of the event that was read last */
	uint64_t ticket;      /* of what was appended last */
};

static inline void
rig_open (struct rig *rig)
{
	struct journal_options options = { .max_bytes = rig->max_bytes };
	struct error err = { "" };

	if (!rig->is_on_disk)
		rig->journal = journal_new_memory (&rig->loop, rig->max_bytes);
	else if (journal_open_sqlite (&rig->loop, rig->dir, &options,
				      &rig->journal, &err)
		 < 0)
		fail_msg ("%s", err.text);
}

static inline void
rig_close (struct rig *rig)
{
	journal_close (rig->journal);
	rig->journal = NULL;
}

static inline int
set_up (void **state, bool is_on_disk)
{
	struct rig *rig = calloc (1, sizeof (*rig));

	snprintf (rig->dir, sizeof (rig->dir), "%s/store-XXXXXX",
		  getenv ("TMPDIR") ? getenv ("TMPDIR") : "/tmp");
	assert_non_null (mkdtemp (rig->dir));
	assert_int_equal (loop_init (&rig->loop), 0);
	rig->is_on_disk = is_on_disk;
	rig->max_bytes = ROOM;
	rig_open (rig);
	*state = rig;
	return 0;
}

static inline int
set_up_memory (void **state)
{
	return set_up (state, false);
}

static inline int
set_up_disk (void **state)
{
	return set_up (state, true);
}

static inline int
tear_down (void **state)
{
	struct rig *rig = *state;
	char *command = text_format ("rm -rf '%s'", rig->dir);

	rig_close (rig);
	buffer_fini (&rig->memory);
	loop_fini (&rig->loop);
	assert_int_equal (system (command), 0);
	free (command);
	free (rig);
	return 0;
}

/* Waits, bounded, until it is so. */
#define rig_until(rig, condition)                                              \
	do {                                                                   \
		int64_t end_ms_ = clock_ms () + 30000;                         \
                                                                               \
		while (!(condition)) {                                         \
			assert_true (clock_ms () < end_ms_);                   \
			loop_turn (&(rig)->loop, 10);                          \
		}                                                              \
	} while (0)

static inline int
try_append (struct rig *rig, const char *agent, const char *topic,
	    uint64_t number)
{
	char payload[64];
	struct event event = {
		.topic = topic,
		.agent = agent,
		.payload = payload,
		.line = "execution progress: on it",
	};

	event.payload_size = (size_t) snprintf (
		payload, sizeof (payload), "{\"number\":%" PRIu64 "}", number);
	return journal_append (rig->journal, &event, &rig->ticket, NULL);
}

/* Appends an event whose payload tells its number, and waits until it is
 * kept. Returns the last number. */
static inline uint64_t
append (struct rig *rig, uint64_t number)
{
	assert_int_equal (try_append (rig, "codex", "status_update", number),
			  0);
	journal_sync (rig->journal);
	return journal_last_seq (rig->journal);
}

/* Many without waiting for each. */
static inline void
append_many (struct rig *rig, uint64_t from, uint64_t to)
{
	for (; from <= to; from++)
		assert_int_equal (
			try_append (rig, "codex", "status_update", from), 0);
	journal_sync (rig->journal);
}

/* The size of the payload. */
static inline int
append_bytes (struct rig *rig, size_t size)
{
	char *payload = malloc (size + 1);
	struct event event = { .topic = "t",
			       .payload = payload,
			       .payload_size = size };
	int r;

	memset (payload, 'x', size);
	payload[size] = '\0';
	r = journal_append (rig->journal, &event, &rig->ticket, NULL);
	free (payload);
	return r;
}

/* Waits for the disk. */
static inline int
read_after (struct rig *rig, uint64_t seq, struct event *event)
{
	int r = -EAGAIN;

	rig_until (rig,
		   (r = journal_read (rig->journal, seq, &rig->memory, event))
			   != -EAGAIN);
	return r;
}

/* The number that the event after seq tells. */
static inline uint64_t
number_after (struct rig *rig, uint64_t seq)
{
	struct event event;

	assert_int_equal (read_after (rig, seq, &event), 1);
	return strtoull (event.payload + strlen ("{\"number\":"), NULL, 10);
}

static inline struct change
put (const char *key, const char *value, uint64_t version)
{
	return (struct change){ .kind = CHANGE_PUT,
				.key = key,
				.value = value,
				.size = strlen (value),
				.version = version };
}

static inline struct change
add (const char *key, int64_t number, int64_t min, int64_t max)
{
	return (struct change){ .kind = CHANGE_ADD,
				.key = key,
				.add = number,
				.min = min,
				.max = max };
}

static inline int
commit (struct rig *rig, struct change *changes, size_t n)
{
	return journal_commit (rig->journal, changes, n, NULL, &rig->ticket,
			       NULL);
}

static inline void
assert_value (struct rig *rig, const char *key, const char *expected)
{
	struct buffer value = { 0 };
	int r = journal_get (rig->journal, key, &value, NULL);

	if (expected) {
		assert_int_equal (r, 0);
		assert_int_equal (value.size, strlen (expected));
		assert_memory_equal (value.data, expected, value.size);
	} else {
		assert_int_equal (r, -ENOENT);
	}
	buffer_fini (&value);
}

#endif
