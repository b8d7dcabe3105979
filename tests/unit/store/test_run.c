/* The runs of a journal, over restarts. */
#include "rig.h"

static void
begin (struct rig *rig, const char *name)
{
	struct error err = { "" };

	if (journal_begin_run (rig->journal, name, &err) < 0)
		fail_msg ("%s", err.text);
}

static void
restart (struct rig *rig, const char *name)
{
	rig_close (rig);
	rig_open (rig);
	begin (rig, name);
}

static void
a_run_without_a_name_gets_one (void **state)
{
	struct rig *rig = *state;
	const char *name;

	begin (rig, NULL);
	name = journal_run (rig->journal, JOURNAL_NOW);
	assert_memory_equal (name, "run-", 4);
	assert_int_equal (strlen (name), 12);
}

static void
in_memory_all_belongs_to_the_run (void **state)
{
	struct rig *rig = *state;

	begin (rig, "one");
	append (rig, 1);
	assert_string_equal (journal_run (rig->journal, 1), "one");
	assert_string_equal (journal_run (rig->journal, JOURNAL_NOW), "one");
}

static void
without_a_name_the_last_run_goes_on (void **state)
{
	struct rig *rig = *state;

	begin (rig, "one");
	append (rig, 1);
	restart (rig, NULL);
	append (rig, 2);
	assert_string_equal (journal_run (rig->journal, 2), "one");
}

static void
an_event_keeps_the_run_in_which_it_happened (void **state)
{
	struct rig *rig = *state;

	begin (rig, "one");
	append (rig, 1);
	append (rig, 2);
	restart (rig, "two");
	append (rig, 3);
	restart (rig, "one");
	append (rig, 4);
	restart (rig, NULL);
	assert_string_equal (journal_run (rig->journal, 1), "one");
	assert_string_equal (journal_run (rig->journal, 2), "one");
	assert_string_equal (journal_run (rig->journal, 3), "two");
	assert_string_equal (journal_run (rig->journal, 4), "one");
}

static void
a_run_without_events_gives_way (void **state)
{
	struct rig *rig = *state;

	begin (rig, "one");
	append (rig, 1);
	restart (rig, "nothing");
	restart (rig, "two");
	append (rig, 2);
	assert_string_equal (journal_run (rig->journal, 1), "one");
	assert_string_equal (journal_run (rig->journal, 2), "two");
}

static void
count (void *arg, const char *key, const void *value, size_t size,
       uint64_t version)
{
	(void) key;
	(void) value;
	(void) size;
	(void) version;
	++*(size_t *) arg;
}

static void
a_run_that_retention_dropped_is_forgotten (void **state)
{
	struct rig *rig = *state;
	size_t n_runs = 0;

	rig->max_bytes = 4096;
	restart (rig, "one");
	append (rig, 1);
	restart (rig, "two");
	for (int i = 0; journal_first_seq (rig->journal) < 3; i++) {
		assert_true (i < 100);
		assert_int_equal (append_bytes (rig, 1000), 0);
		journal_sync (rig->journal);
	}
	restart (rig, "three");
	append (rig, 1);
	restart (rig, NULL);
	journal_list (rig->journal, "core/runs/", count, &n_runs);
	assert_int_equal (n_runs, 2);
	assert_string_equal (
		journal_run (rig->journal, journal_first_seq (rig->journal)),
		"two");
}

#define IN_MEMORY(test)                                                        \
	cmocka_unit_test_setup_teardown (test, set_up_memory, tear_down)
#define ON_DISK(test)                                                          \
	cmocka_unit_test_setup_teardown (test, set_up_disk, tear_down)

int
main (void)
{
	const struct CMUnitTest tests[] = {
		IN_MEMORY (a_run_without_a_name_gets_one),
		IN_MEMORY (in_memory_all_belongs_to_the_run),
		ON_DISK (without_a_name_the_last_run_goes_on),
		ON_DISK (an_event_keeps_the_run_in_which_it_happened),
		ON_DISK (a_run_without_events_gives_way),
		ON_DISK (a_run_that_retention_dropped_is_forgotten),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
