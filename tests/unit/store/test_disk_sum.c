/* What stands in the journal's file is what was written, or it is refused. */
#include "files.h"

/* Numbers 1 to 50, and keys. */
static void
fill (struct rig *rig)
{
	struct change change = put ("p/a", "one", 0);

	append_many (rig, 1, 50);
	assert_int_equal (commit (rig, &change, 1), 0);
	journal_sync (rig->journal);
}

static void
a_changed_text_is_refused_untouched (void **state)
{
	static const char *const changes[] = {
		"UPDATE events SET payload = '{\"n\": 4}' WHERE seq = 3",
		"UPDATE events SET payload = '{' WHERE seq = 3",
		"UPDATE events SET topic = 'other' WHERE seq = 3",
		"UPDATE events SET agent = 'other' WHERE seq = 3",
		"UPDATE events SET line = 'other' WHERE seq = 3",
		"UPDATE events SET time = time + 1 WHERE seq = 3",
		"UPDATE events SET end = end + 1 WHERE seq = 3",
	};

	for (size_t i = 0; i < sizeof (changes) / sizeof (changes[0]); i++) {
		struct rig *rig = *state;

		fill (rig);
		rig_close (rig);
		run_sql (rig, changes[i]);
		expect_refused (rig, "event 3 is not as it was written");
		tear_down (state);
		set_up_disk (state);
	}
}

static void
a_changed_key_is_refused_untouched (void **state)
{
	static const char *const changes[] = {
		"UPDATE keys SET value = x'6f6e66' WHERE name = 'p/a'",
		"UPDATE keys SET name = 'p/b' WHERE name = 'p/a'",
		"UPDATE keys SET version = version + 1 WHERE name = 'p/a'",
	};

	for (size_t i = 0; i < sizeof (changes) / sizeof (changes[0]); i++) {
		struct rig *rig = *state;

		fill (rig);
		rig_close (rig);
		run_sql (rig, changes[i]);
		expect_refused (rig, "is not as it was written");
		tear_down (state);
		set_up_disk (state);
	}
}

static void
a_missing_event_is_refused_untouched (void **state)
{
	struct rig *rig = *state;

	fill (rig);
	rig_close (rig);
	run_sql (rig, "DELETE FROM events WHERE seq = 7");
	expect_refused (rig, "event 7 is missing");
}

/* Where eight x follow each other, from there on. */
static long
find_text (const struct rig *rig, long from)
{
	char *path = path_of (rig, "journal.db");
	FILE *file = fopen (path, "rb");
	int c, n = 0;

	assert_non_null (file);
	fseek (file, from, SEEK_SET);
	while (n < 8 && (c = fgetc (file)) != EOF)
		n = c == 'x' ? n + 1 : 0;
	assert_int_equal (n, 8);
	from = ftell (file) - 8;
	fclose (file);
	free (path);
	return from;
}

/* A few bytes of a text, which SQLite does not look at. */
static void
a_text_that_changes_while_it_is_used_is_noticed_when_it_is_read (void **state)
{
	struct rig *rig = *state;
	struct event event;

	for (int i = 0; i < 200; i++)
		append_bytes (rig, 4000);
	reopen (rig);
	overwrite (rig, "journal.db", find_text (rig, 400000), 8);

	assert_int_equal (read_after (rig, 9, &event), -EBADMSG);
	rig_until (rig, journal_trouble (rig->journal) != NULL);
	assert_non_null (strstr (journal_trouble (rig->journal),
				 "is not as it was written"));
}

static void
what_was_written_without_sums_is_read_as_it_is (void **state)
{
	struct rig *rig = *state;

	fill (rig);
	rig_close (rig);
	run_sql (rig, "ALTER TABLE events DROP COLUMN sum;"
		      "ALTER TABLE keys DROP COLUMN sum;"
		      "PRAGMA user_version = 1");
	rig_open (rig);
	assert_int_equal (append (rig, 51), 51);
	reopen (rig);
	assert_int_equal (number_after (rig, 49), 50);
	assert_int_equal (number_after (rig, 50), 51);
}

#define T(test) cmocka_unit_test_setup_teardown (test, set_up_disk, tear_down)

int
main (void)
{
	const struct CMUnitTest tests[] = {
		T (a_changed_text_is_refused_untouched),
		T (a_changed_key_is_refused_untouched),
		T (a_missing_event_is_refused_untouched),
		T (a_text_that_changes_while_it_is_used_is_noticed_when_it_is_read),
		T (what_was_written_without_sums_is_read_as_it_is),
	};

	if (random_init () < 0)
		return 1;
	return cmocka_run_group_tests (tests, NULL, NULL);
}
