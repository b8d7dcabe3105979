/* What every journal promises: each test runs over the one in memory and over
 * the one on disk. */
#include "rig.h"

#include <pthread.h>

/* --- Events ------------------------------------------------------------------ */

static void
an_empty_journal_has_nothing_to_read (void **state)
{
	struct rig *rig = *state;
	struct event event;

	assert_int_equal (read_after (rig, 0, &event), 0);
	assert_int_equal (journal_first_seq (rig->journal), 1);
	assert_int_equal (journal_last_seq (rig->journal), 0);
	assert_int_equal (journal_bytes (rig->journal), 0);
	assert_int_equal (strlen (rig->journal->id), 18);
	assert_memory_equal (rig->journal->id, "j-", 2);
	assert_null (journal_trouble (rig->journal));
}

static void
numbers_begin_at_one_and_rise_without_holes (void **state)
{
	for (uint64_t number = 1; number <= 100; number++)
		assert_int_equal (append (*state, number), number);
}

static void
an_event_is_read_as_it_was_appended (void **state)
{
	struct rig *rig = *state;
	struct event given = {
		.time_ms = 1700000000123,
		.topic = "status_update",
		.agent = "codex",
		.payload = "{\"a\":1} and more",
		.payload_size = 7,
		.line = "hello",
	};
	struct event event;

	journal_append (rig->journal, &given, NULL, NULL);
	journal_sync (rig->journal);

	assert_int_equal (read_after (rig, 0, &event), 1);
	assert_int_equal (event.seq, 1);
	assert_int_equal (event.time_ms, given.time_ms);
	assert_string_equal (event.topic, "status_update");
	assert_string_equal (event.agent, "codex");
	assert_int_equal (event.payload_size, 7);
	assert_string_equal (event.payload, "{\"a\":1}");
	assert_string_equal (event.line, "hello");
	assert_int_equal (event.end, journal_bytes (rig->journal));
}

static void
agent_and_line_may_be_absent (void **state)
{
	struct rig *rig = *state;
	struct event given = { .topic = "plugin.loaded",
			       .payload = "{}",
			       .payload_size = 2 };
	struct event event;

	journal_append (rig->journal, &given, NULL, NULL);
	journal_sync (rig->journal);

	assert_int_equal (read_after (rig, 0, &event), 1);
	assert_null (event.agent);
	assert_null (event.line);
	assert_true (event.time_ms > 0);
}

static void
any_position_can_be_read (void **state)
{
	struct rig *rig = *state;
	struct event event;

	append_many (rig, 1, 3000);

	for (uint64_t seq = 2999; seq > 13; seq -= 13)
		assert_int_equal (number_after (rig, seq), seq + 1);
	assert_int_equal (read_after (rig, 3000, &event), 0);
	assert_int_equal (read_after (rig, 4000, &event), 0);
}

static void
the_oldest_make_room_for_the_newest (void **state)
{
	struct rig *rig = *state;
	struct event first, last;
	uint64_t seq = 0;

	while (journal_first_seq (rig->journal) < 100) {
		append_many (rig, seq + 1, seq + 100);
		seq += 100;
	}

	assert_int_equal (read_after (rig, 0, &first), 1);
	assert_int_equal (first.seq, journal_first_seq (rig->journal));
	assert_int_equal (read_after (rig, seq - 1, &last), 1);
	assert_int_equal (last.seq, seq);
	assert_true (last.end - first.end <= ROOM);
	assert_true (last.end - first.end >= ROOM / 2);
}

static void
bytes_are_counted_from_the_first_event_ever (void **state)
{
	struct rig *rig = *state;
	struct event event;
	uint64_t one;

	append (rig, 1);
	one = journal_bytes (rig->journal);
	for (uint64_t seq = 2; seq < 10; seq++) {
		append (rig, 1);
		assert_int_equal (journal_bytes (rig->journal), one * seq);
	}

	for (uint64_t seq = 1; seq < 10; seq++) {
		assert_int_equal (read_after (rig, seq - 1, &event), 1);
		assert_int_equal (event.end, one * seq);
	}
}

static void
an_event_larger_than_the_journal_is_refused (void **state)
{
	struct rig *rig = *state;

	append (rig, 1);

	assert_int_equal (append_bytes (rig, ROOM), -EMSGSIZE);
	assert_int_equal (append (rig, 2), 2);
	assert_int_equal (journal_first_seq (rig->journal), 1);
}

static void
an_event_as_large_as_the_journal_leaves_only_itself (void **state)
{
	struct rig *rig = *state;

	append (rig, 1);
	append (rig, 2);
	assert_int_equal (append_bytes (rig, ROOM - 100), 0);
	journal_sync (rig->journal);

	assert_int_equal (journal_first_seq (rig->journal), 3);
	assert_int_equal (journal_last_seq (rig->journal), 3);
}

static void
acknowledging_goes_forward_and_not_beyond_the_end (void **state)
{
	struct rig *rig = *state;
	struct journal *journal = rig->journal;

	append_many (rig, 1, 2);

	journal_ack (journal, 1);
	assert_int_equal (journal_acked_seq (journal), 1);
	journal_ack (journal, 0);
	assert_int_equal (journal_acked_seq (journal), 1);
	journal_ack (journal, 77);
	assert_int_equal (journal_acked_seq (journal), 2);
}

/* --- Being told ---------------------------------------------------------------- */

static void
count (void *arg)
{
	++*(int *) arg;
}

static void
every_watch_is_told_when_there_is_something_to_read (void **state)
{
	struct rig *rig = *state;
	int n_told[2] = { 0 };
	struct journal_watch watches[2] = {
		{ .changed = count, .arg = &n_told[0] },
		{ .changed = count, .arg = &n_told[1] },
	};

	journal_add_watch (rig->journal, &watches[0]);
	journal_add_watch (rig->journal, &watches[1]);
	try_append (rig, NULL, "t", 1);
	rig_until (rig, journal_last_seq (rig->journal) == 1);

	rig_until (rig, n_told[0] > 0 && n_told[1] > 0);
	journal_remove_watch (rig->journal, &watches[0]);
	journal_remove_watch (rig->journal, &watches[1]);
}

struct waiting {
	struct journal_wait wait;
	int n_done, result;
};

static void
note_done (struct journal_wait *wait, int result)
{
	struct waiting *waiting = (struct waiting *) wait;

	waiting->n_done++;
	waiting->result = result;
}

static void
a_wait_is_over_when_it_is_kept (void **state)
{
	struct rig *rig = *state;
	struct waiting waiting = { .wait.done = note_done };

	for (uint64_t number = 1; number <= 50; number++) {
		try_append (rig, NULL, "t", number);
		waiting.wait.ticket = rig->ticket;
		waiting.n_done = 0;
		if (!journal_wait (rig->journal, &waiting.wait)) {
			rig_until (rig, waiting.n_done == 1);
			assert_int_equal (waiting.result, 0);
		}
		assert_int_equal (journal_last_seq (rig->journal), number);
	}
	assert_true (journal_wait (rig->journal, &waiting.wait));
}

static void
who_waits_no_more_is_not_told (void **state)
{
	struct rig *rig = *state;
	struct waiting gone = { .wait.done = note_done };
	struct waiting stays = { .wait.done = note_done };

	try_append (rig, NULL, "t", 1);
	gone.wait.ticket = stays.wait.ticket = rig->ticket;
	if (!journal_wait (rig->journal, &gone.wait)) {
		bool is_kept = journal_wait (rig->journal, &stays.wait);

		journal_unwait (rig->journal, &gone.wait);
		rig_until (rig, is_kept || stays.n_done == 1);
	}
	assert_int_equal (gone.n_done, 0);
}

static void *
append_on_a_thread (void *arg)
{
	struct rig *rig = arg;
	struct event event = { .topic = "t",
			       .payload = "{}",
			       .payload_size = 2 };

	for (int i = 0; i < 1000; i++) {
		struct change changes[] = {
			add ("sum", 1, 0, INT64_MAX),
			{ .kind = CHANGE_EVENT, .event = &event },
		};

		if (journal_commit (rig->journal, changes, 2, NULL, NULL, NULL)
		    < 0)
			return arg;
	}
	return NULL;
}

static void
many_threads_append_and_add_at_once (void **state)
{
	struct rig *rig = *state;
	pthread_t threads[4];
	struct event event;
	void *failed;

	for (int i = 0; i < 4; i++)
		pthread_create (&threads[i], NULL, append_on_a_thread, rig);
	for (int i = 0; i < 4; i++) {
		pthread_join (threads[i], &failed);
		assert_null (failed);
	}
	journal_sync (rig->journal);

	assert_int_equal (journal_last_seq (rig->journal), 4000);
	assert_value (rig, "sum", "4000");
	for (uint64_t seq = 0; seq < 4000; seq++) {
		assert_int_equal (read_after (rig, seq, &event), 1);
		assert_int_equal (event.seq, seq + 1);
	}
	loop_turn (&rig->loop, 0);
}

/* --- Keys ------------------------------------------------------------------------ */

static void
a_value_is_got_as_it_was_put_with_a_version_that_rises (void **state)
{
	struct rig *rig = *state;
	struct change change = put ("k", "one", 0);
	struct buffer value = { 0 };
	uint64_t version, first;

	assert_int_equal (commit (rig, &change, 1), 0);
	first = change.new_version;
	assert_value (rig, "k", "one");
	change = put ("k", "two", first);
	assert_int_equal (commit (rig, &change, 1), 0);

	assert_true (change.new_version > first);
	assert_value (rig, "k", "two");
	assert_int_equal (journal_get (rig->journal, "k", &value, &version), 0);
	assert_int_equal (version, change.new_version);
	assert_value (rig, "other", NULL);
	buffer_fini (&value);
}

static void
another_version_is_refused (void **state)
{
	struct rig *rig = *state;
	struct change change = put ("k", "one", JOURNAL_ANY);

	assert_int_equal (commit (rig, &change, 1), 0);
	change = put ("k", "two", 0);
	assert_int_equal (commit (rig, &change, 1), -ESTALE);
	change = put ("k", "two", 999);
	assert_int_equal (commit (rig, &change, 1), -ESTALE);
	change = put ("new", "two", 1);
	assert_int_equal (commit (rig, &change, 1), -ESTALE);
	change.kind = CHANGE_DELETE;
	assert_int_equal (commit (rig, &change, 1), -ESTALE);
	assert_value (rig, "k", "one");
	assert_value (rig, "new", NULL);
}

static void
a_version_is_not_used_again_after_a_delete (void **state)
{
	struct rig *rig = *state;
	struct change change = put ("k", "one", 0);
	uint64_t first;

	commit (rig, &change, 1);
	first = change.new_version;
	change = (struct change){ .kind = CHANGE_DELETE,
				  .key = "k",
				  .version = first };
	assert_int_equal (commit (rig, &change, 1), 0);
	assert_value (rig, "k", NULL);
	change = put ("k", "again", 0);
	assert_int_equal (commit (rig, &change, 1), 0);
	assert_true (change.new_version > first);
}

static void
a_sum_stays_within_its_limits (void **state)
{
	struct rig *rig = *state;
	struct change change = add ("n", 7, 0, 10);

	assert_int_equal (commit (rig, &change, 1), 0);
	assert_int_equal (change.sum, 7);
	change = add ("n", 4, 0, 10);
	assert_int_equal (commit (rig, &change, 1), -ERANGE);
	assert_int_equal (change.sum, 7);
	change = add ("n", -8, 0, 10);
	assert_int_equal (commit (rig, &change, 1), -ERANGE);
	change = add ("n", INT64_MAX, INT64_MIN, INT64_MAX);
	assert_int_equal (commit (rig, &change, 1), -ERANGE);
	change = add ("n", -7, 0, 10);
	assert_int_equal (commit (rig, &change, 1), 0);
	assert_value (rig, "n", "0");
	change = put ("text", "12 apples", JOURNAL_ANY);
	commit (rig, &change, 1);
	change = add ("text", 1, 0, 100);
	assert_int_equal (commit (rig, &change, 1), -EINVAL);
}

static void
a_commit_is_done_whole_or_not_at_all (void **state)
{
	struct rig *rig = *state;
	struct event event = { .topic = "t",
			       .payload = "{}",
			       .payload_size = 2 };
	struct change changes[] = {
		put ("a", "new", JOURNAL_ANY),
		add ("n", 5, 0, 10),
		{ .kind = CHANGE_DELETE, .key = "old", .version = JOURNAL_ANY },
		{ .kind = CHANGE_EVENT, .event = &event },
		put ("b", "new", JOURNAL_ANY),
		add ("n", 6, 0, 10),
	};
	struct change old = put ("old", "value", 0);
	size_t failed = 99;

	commit (rig, &old, 1);

	assert_int_equal (
		journal_commit (rig->journal, changes, 6, &failed, NULL, NULL),
		-ERANGE);
	assert_int_equal (failed, 5);
	assert_int_equal (changes[5].sum, 5);
	journal_sync (rig->journal);
	assert_value (rig, "a", NULL);
	assert_value (rig, "b", NULL);
	assert_value (rig, "n", NULL);
	assert_value (rig, "old", "value");
	assert_int_equal (journal_last_seq (rig->journal), 0);

	changes[5].add = 1;
	assert_int_equal (commit (rig, changes, 6), 0);
	journal_sync (rig->journal);
	assert_value (rig, "a", "new");
	assert_value (rig, "n", "6");
	assert_value (rig, "old", NULL);
	assert_int_equal (journal_last_seq (rig->journal), 1);
}

static void
what_is_no_key_or_too_large_is_refused (void **state)
{
	struct rig *rig = *state;
	char name[LIMIT_KEY_BYTES + 2];
	struct change change = put ("", "x", JOURNAL_ANY);

	assert_int_equal (commit (rig, &change, 1), -EINVAL);
	memset (name, 'k', sizeof (name));
	name[LIMIT_KEY_BYTES + 1] = '\0';
	change = put (name, "x", JOURNAL_ANY);
	assert_int_equal (commit (rig, &change, 1), -EINVAL);
	change = put ("k", "x", JOURNAL_ANY);
	change.size = LIMIT_VALUE_BYTES + 1;
	assert_int_equal (commit (rig, &change, 1), -EMSGSIZE);
}

static void
note_key (void *arg, const char *key, const void *value, size_t size,
	  uint64_t version)
{
	assert_true (version > 0);
	buffer_add_format (arg, "%s=%.*s ", key, (int) size,
			   (const char *) value);
}

static void
keys_are_listed_by_prefix_and_in_order (void **state)
{
	struct rig *rig = *state;
	static const char *const names[] = { "p/b", "p/a",  "q",
					     "p",   "p/a2", "p/a/1" };
	struct buffer found = { 0 };

	for (size_t i = 0; i < 6; i++) {
		struct change change = put (names[i], "v", 0);

		commit (rig, &change, 1);
	}

	journal_list (rig->journal, "p/", note_key, &found);
	assert_string_equal (found.data, "p/a=v p/a/1=v p/a2=v p/b=v ");
	buffer_fini (&found);
}

/* --- Queries ---------------------------------------------------------------------- */

struct answer {
	int n, result;
	struct journal_page *page;
};

static void
note_page (void *arg, int result, struct journal_page *page)
{
	struct answer *answer = arg;

	answer->n++;
	answer->result = result;
	answer->page = page;
}

/* The numbers of what is found, in its order. */
static void
expect_found (struct rig *rig, struct journal_query query, const char *expected,
	      bool has_more)
{
	struct answer answer = { 0 };
	struct buffer numbers = { 0 };

	assert_int_equal (
		journal_query (rig->journal, &query, note_page, &answer), 0);
	assert_int_equal (answer.n, 0);
	rig_until (rig, answer.n == 1);
	assert_int_equal (answer.result, 0);
	buffer_add_literal (&numbers, "");
	for (size_t i = 0; i < answer.page->n; i++)
		buffer_add_format (&numbers, "%" PRIu64 " ",
				   answer.page->events[i].seq);
	assert_string_equal (numbers.data ? numbers.data : "", expected);
	assert_int_equal (answer.page->has_more, has_more);
	assert_int_equal (answer.page->last_seq,
			  journal_last_seq (rig->journal));
	journal_page_free (answer.page);
	buffer_fini (&numbers);
}

static void
events_are_found_by_agent_topic_and_position (void **state)
{
	struct rig *rig = *state;
	static const char *const topics[] = { "a", "b", NULL };
	static const char *const none[] = { NULL };

	try_append (rig, "ann", "a", 1);
	try_append (rig, "bob", "b", 2);
	try_append (rig, NULL, "c", 3);
	try_append (rig, "ann", "b", 4);
	try_append (rig, "ann", "c", 5);
	journal_sync (rig->journal);

	expect_found (rig, (struct journal_query){ 0 }, "1 2 3 4 5 ", false);
	expect_found (rig, (struct journal_query){ .agent = "ann" }, "1 4 5 ",
		      false);
	expect_found (rig, (struct journal_query){ .topics = topics }, "1 2 4 ",
		      false);
	expect_found (rig, (struct journal_query){ .topics = none }, "", false);
	expect_found (rig,
		      (struct journal_query){ .agent = "ann",
					      .topics = topics,
					      .after_seq = 1 },
		      "4 ", false);
	expect_found (rig, (struct journal_query){ .newest_first = true },
		      "5 4 3 2 1 ", false);
	expect_found (
		rig,
		(struct journal_query){ .newest_first = true, .after_seq = 3 },
		"5 4 ", false);
	expect_found (rig, (struct journal_query){ .limit = 2 }, "1 2 ", true);
	expect_found (rig,
		      (struct journal_query){ .agent = "ann",
					      .newest_first = true,
					      .limit = 1 },
		      "5 ", true);
	expect_found (rig, (struct journal_query){ .after_seq = 5 }, "", false);
}

static void
nothing_is_after_the_largest_positions (void **state)
{
	static const uint64_t positions[] = { INT64_MAX,
					      (uint64_t) INT64_MAX + 1,
					      UINT64_MAX };
	struct rig *rig = *state;

	append (rig, 1);
	for (int i = 0; i < 6; i++)
		expect_found (
			rig,
			(struct journal_query){ .after_seq = positions[i / 2],
						.newest_first = i % 2 == 1 },
			"", false);
}

static void
a_page_of_large_events_is_short (void **state)
{
	struct rig *rig = *state;
	struct answer answer = { 0 };
	struct journal_query query = { 0 };

	for (int i = 0; i < 6; i++)
		append_bytes (rig, ROOM / 7);
	assert_int_equal (append_bytes (rig, ROOM / 2), 0);
	journal_sync (rig->journal);

	journal_query (rig->journal, &query, note_page, &answer);
	rig_until (rig, answer.n == 1);
	assert_true (answer.page->n >= 1);
	for (size_t i = 0; i < answer.page->n; i++)
		assert_int_equal (strlen (answer.page->events[i].payload),
				  answer.page->events[i].payload_size);
	journal_page_free (answer.page);
}

static void *
query_on_a_thread (void *arg)
{
	struct rig *rig = arg;
	struct journal_query query = { .agent = "codex", .limit = 3 };
	struct journal_page *page = NULL;

	if (journal_query_wait (rig->journal, &query, &page) < 0)
		return NULL;
	return page;
}

static void
other_threads_wait_for_what_they_asked (void **state)
{
	struct rig *rig = *state;
	struct journal_page *page;
	pthread_t thread;
	void *result;

	append_many (rig, 1, 10);

	pthread_create (&thread, NULL, query_on_a_thread, rig);
	pthread_join (thread, &result);
	page = result;
	assert_non_null (page);
	assert_int_equal (page->n, 3);
	assert_int_equal (page->events[2].seq, 3);
	assert_string_equal (page->events[2].payload, "{\"number\":3}");
	assert_true (page->has_more);
	journal_page_free (page);
}

#define BOTH(test)                                                             \
	cmocka_unit_test_setup_teardown (test, set_up_memory, tear_down),      \
		cmocka_unit_test_setup_teardown (test, set_up_disk, tear_down)

int
main (void)
{
	const struct CMUnitTest tests[] = {
		BOTH (an_empty_journal_has_nothing_to_read),
		BOTH (numbers_begin_at_one_and_rise_without_holes),
		BOTH (an_event_is_read_as_it_was_appended),
		BOTH (agent_and_line_may_be_absent),
		BOTH (any_position_can_be_read),
		BOTH (the_oldest_make_room_for_the_newest),
		BOTH (bytes_are_counted_from_the_first_event_ever),
		BOTH (an_event_larger_than_the_journal_is_refused),
		BOTH (an_event_as_large_as_the_journal_leaves_only_itself),
		BOTH (acknowledging_goes_forward_and_not_beyond_the_end),
		BOTH (every_watch_is_told_when_there_is_something_to_read),
		BOTH (a_wait_is_over_when_it_is_kept),
		BOTH (who_waits_no_more_is_not_told),
		BOTH (many_threads_append_and_add_at_once),
		BOTH (a_value_is_got_as_it_was_put_with_a_version_that_rises),
		BOTH (another_version_is_refused),
		BOTH (a_version_is_not_used_again_after_a_delete),
		BOTH (a_sum_stays_within_its_limits),
		BOTH (a_commit_is_done_whole_or_not_at_all),
		BOTH (what_is_no_key_or_too_large_is_refused),
		BOTH (keys_are_listed_by_prefix_and_in_order),
		BOTH (events_are_found_by_agent_topic_and_position),
		BOTH (nothing_is_after_the_largest_positions),
		BOTH (a_page_of_large_events_is_short),
		BOTH (other_threads_wait_for_what_they_asked),
	};

	if (random_init () < 0)
		return 1;
	return cmocka_run_group_tests (tests, NULL, NULL);
}
