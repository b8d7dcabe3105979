/* Tests of the journal in memory. */
#include <errno.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/random.h"
#include "store/journal.h"

#define ROOM (1024 * 1024)

static struct loop loop;
/* Of the event that was read last. */
static struct buffer memory;

/* Appends an event whose payload tells its number. */
static uint64_t
append (struct journal *journal, uint64_t number)
{
	char payload[64];
	struct event event = {
		.topic = "status_update",
		.agent = "codex",
		.payload = payload,
		.line = "execution progress: on it",
	};

	snprintf (payload, sizeof (payload), "{\"number\":%" PRIu64 "}",
		  number);
	event.payload_size = strlen (payload);
	assert_int_equal (journal_append (journal, &event, NULL, NULL), 0);
	return journal_last_seq (journal);
}

static int
set_up (void **state)
{
	assert_int_equal (loop_init (&loop), 0);
	*state = journal_new_memory (&loop, ROOM);
	return *state ? 0 : -1;
}

static int
tear_down (void **state)
{
	journal_close (*state);
	buffer_fini (&memory);
	loop_fini (&loop);
	return 0;
}

static void
an_empty_journal_has_nothing_to_read (void **state)
{
	struct journal *journal = *state;
	struct event event;

	assert_int_equal (journal_read (journal, 0, &memory, &event), 0);
	assert_int_equal (journal_first_seq (journal), 1);
	assert_int_equal (journal_last_seq (journal), 0);
	assert_int_equal (journal_bytes (journal), 0);
	assert_int_equal (strlen (journal->id), 18);
	assert_memory_equal (journal->id, "j-", 2);
}

static void
numbers_begin_at_one_and_rise_without_holes (void **state)
{
	uint64_t number;

	for (number = 1; number <= 1000; number++)
		assert_int_equal (append (*state, number), number);
}

static void
an_event_is_read_as_it_was_appended (void **state)
{
	struct event given = {
		.time_ms = 1700000000123,
		.topic = "status_update",
		.agent = "codex",
		.payload = "{\"a\":1} and more",
		.payload_size = 7,
		.line = "hello",
	};
	struct event event;

	journal_append (*state, &given, NULL, NULL);

	assert_int_equal (journal_read (*state, 0, &memory, &event), 1);
	assert_int_equal (event.seq, 1);
	assert_int_equal (event.time_ms, given.time_ms);
	assert_string_equal (event.topic, "status_update");
	assert_string_equal (event.agent, "codex");
	assert_int_equal (event.payload_size, 7);
	assert_string_equal (event.payload, "{\"a\":1}");
	assert_string_equal (event.line, "hello");
}

static void
agent_and_line_may_be_absent (void **state)
{
	struct event given = { .topic = "plugin.loaded",
			       .payload = "{}",
			       .payload_size = 2 };
	struct event event;

	journal_append (*state, &given, NULL, NULL);

	assert_int_equal (journal_read (*state, 0, &memory, &event), 1);
	assert_null (event.agent);
	assert_null (event.line);
	assert_true (event.time_ms > 0);
}

static void
any_position_can_be_read (void **state)
{
	struct event event;
	char payload[64];
	uint64_t seq;

	for (seq = 1; seq <= 3000; seq++)
		append (*state, seq);

	for (seq = 3000; seq >= 1; seq -= 13) {
		assert_int_equal (
			journal_read (*state, seq - 1, &memory, &event), 1);
		assert_int_equal (event.seq, seq);
		snprintf (payload, sizeof (payload), "{\"number\":%" PRIu64 "}",
			  seq);
		assert_string_equal (event.payload, payload);
		if (seq <= 13)
			break;
	}
	assert_int_equal (journal_read (*state, 3000, &memory, &event), 0);
	assert_int_equal (journal_read (*state, 4000, &memory, &event), 0);
}

static void
the_oldest_make_room_for_the_newest (void **state)
{
	struct journal *journal = *state;
	struct event event;
	uint64_t seq;

	for (seq = 1; journal_first_seq (journal) < 100; seq++)
		append (journal, seq);

	assert_int_equal (journal_read (journal, 0, &memory, &event), 1);
	assert_int_equal (event.seq, journal_first_seq (journal));
	assert_int_equal (journal_read (journal, seq - 2, &memory, &event), 1);
	assert_int_equal (event.seq, journal_last_seq (journal));
}

static void
bytes_are_counted_from_the_first_event_ever (void **state)
{
	struct journal *journal = *state;
	struct event event;
	uint64_t one, end = 0;

	append (journal, 1);
	one = journal_bytes (journal);
	for (uint64_t seq = 2; journal_first_seq (journal) < 10; seq++) {
		append (journal, 1);
		assert_int_equal (journal_bytes (journal), one * seq);
	}

	for (uint64_t seq = journal_first_seq (journal); seq < 100; seq++) {
		assert_int_equal (
			journal_read (journal, seq - 1, &memory, &event), 1);
		end = event.end;
		assert_int_equal (end, one * seq);
	}
}

static void
an_event_larger_than_the_journal_is_refused (void **state)
{
	struct journal *journal = *state;
	char *payload = calloc (1, ROOM + 1);
	struct event event = { .topic = "t",
			       .payload = payload,
			       .payload_size = ROOM };
	struct error err;

	append (journal, 1);

	assert_int_equal (journal_append (journal, &event, NULL, &err),
			  -EMSGSIZE);
	assert_non_null (strstr (err.text, "larger than the journal"));
	assert_int_equal (journal_last_seq (journal), 1);
	assert_int_equal (journal_first_seq (journal), 1);
	free (payload);
}

static void
an_event_as_large_as_the_journal_leaves_only_itself (void **state)
{
	struct journal *journal = *state;
	char *payload = calloc (1, ROOM);
	struct event event = { .topic = "t",
			       .payload = payload,
			       .payload_size = ROOM - 60 };

	append (journal, 1);
	append (journal, 2);
	assert_int_equal (journal_append (journal, &event, NULL, NULL), 0);

	assert_int_equal (journal_first_seq (journal), 3);
	assert_int_equal (journal_last_seq (journal), 3);
	free (payload);
}

static void
acknowledging_goes_forward_and_not_beyond_the_end (void **state)
{
	struct journal *journal = *state;

	append (journal, 1);
	append (journal, 2);

	journal_ack (journal, 1);
	assert_int_equal (journal_acked_seq (journal), 1);
	journal_ack (journal, 0);
	assert_int_equal (journal_acked_seq (journal), 1);
	journal_ack (journal, 77);
	assert_int_equal (journal_acked_seq (journal), 2);
}

static void
count (void *arg)
{
	++*(int *) arg;
}

static void
the_reader_is_told_of_each_event (void **state)
{
	struct journal *journal = *state;
	int n_told = 0;

	struct journal_watch watch = { .changed = count, .arg = &n_told };

	journal_add_watch (journal, &watch);
	append (journal, 1);
	append (journal, 2);

	assert_int_equal (n_told, 2);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
#define T(test) cmocka_unit_test_setup_teardown (test, set_up, tear_down)
		T (an_empty_journal_has_nothing_to_read),
		T (numbers_begin_at_one_and_rise_without_holes),
		T (an_event_is_read_as_it_was_appended),
		T (agent_and_line_may_be_absent),
		T (any_position_can_be_read),
		T (the_oldest_make_room_for_the_newest),
		T (bytes_are_counted_from_the_first_event_ever),
		T (an_event_larger_than_the_journal_is_refused),
		T (an_event_as_large_as_the_journal_leaves_only_itself),
		T (acknowledging_goes_forward_and_not_beyond_the_end),
		T (the_reader_is_told_of_each_event),
#undef T
	};

	if (random_init () < 0)
		return 1;
	return cmocka_run_group_tests (tests, NULL, NULL);
}
