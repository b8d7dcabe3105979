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

/* Appends an event whose payload tells its number. */
static uint64_t
append (struct journal *journal, uint64_t number)
{
	char payload[64];
	uint64_t seq = 0;
	struct event event = {
		.topic = "status_update",
		.agent = "codex",
		.payload = payload,
		.line = "execution progress: on it",
	};

	snprintf (payload, sizeof (payload), "{\"number\":%" PRIu64 "}",
		  number);
	event.payload_size = strlen (payload);
	assert_int_equal (journal_append (journal, &event, &seq, NULL), 0);
	return seq;
}

static int
set_up (void **state)
{
	*state = journal_new_memory (ROOM);
	return *state ? 0 : -1;
}

static int
tear_down (void **state)
{
	journal_close (*state);
	return 0;
}

static void
an_empty_journal_has_nothing_to_read (void **state)
{
	struct journal *journal = *state;
	struct event event;

	assert_false (journal_read (journal, 0, &event));
	assert_int_equal (journal->first_seq, 1);
	assert_int_equal (journal->last_seq, 0);
	assert_int_equal (journal_bytes_after (journal, 0), 0);
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

	assert_true (journal_read (*state, 0, &event));
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

	assert_true (journal_read (*state, 0, &event));
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
		assert_true (journal_read (*state, seq - 1, &event));
		assert_int_equal (event.seq, seq);
		snprintf (payload, sizeof (payload), "{\"number\":%" PRIu64 "}",
			  seq);
		assert_string_equal (event.payload, payload);
		if (seq <= 13)
			break;
	}
	assert_false (journal_read (*state, 3000, &event));
	assert_false (journal_read (*state, 4000, &event));
}

static void
the_oldest_make_room_for_the_newest (void **state)
{
	struct journal *journal = *state;
	struct event event;
	uint64_t seq;

	for (seq = 1; journal->first_seq < 100; seq++)
		append (journal, seq);

	assert_true (journal_bytes_after (journal, 0) <= ROOM);
	assert_true (journal_read (journal, 0, &event));
	assert_int_equal (event.seq, journal->first_seq);
	assert_true (journal_read (journal, seq - 2, &event));
	assert_int_equal (event.seq, journal->last_seq);
}

static void
bytes_after_a_position_are_those_of_what_follows (void **state)
{
	struct journal *journal = *state;
	uint64_t one, ten;

	append (journal, 1);
	one = journal_bytes_after (journal, 0);
	while (append (journal, 1) < 10)
		;
	ten = journal_bytes_after (journal, 0);

	assert_int_equal (ten, 10 * one);
	assert_int_equal (journal_bytes_after (journal, 7), 3 * one);
	assert_int_equal (journal_bytes_after (journal, 10), 0);
	assert_int_equal (journal_bytes_after (journal, 99), 0);
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
	assert_int_equal (journal->last_seq, 1);
	assert_int_equal (journal->first_seq, 1);
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

	assert_int_equal (journal->first_seq, 3);
	assert_int_equal (journal->last_seq, 3);
	free (payload);
}

static void
acknowledging_goes_forward_and_not_beyond_the_end (void **state)
{
	struct journal *journal = *state;

	append (journal, 1);
	append (journal, 2);

	journal_ack (journal, 1);
	assert_int_equal (journal->acked_seq, 1);
	journal_ack (journal, 0);
	assert_int_equal (journal->acked_seq, 1);
	journal_ack (journal, 77);
	assert_int_equal (journal->acked_seq, 2);
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

	journal->appended = count;
	journal->appended_arg = &n_told;
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
		T (bytes_after_a_position_are_those_of_what_follows),
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
