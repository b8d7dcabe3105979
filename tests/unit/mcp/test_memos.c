/* Tests core/mcp/memos.c. */
#include "stand.h"

#include <errno.h>

#include "base/clock.h"
#include "mcp/memos.h"
#include "store/journal.h"

static struct memos memos;

/* A new start on the same journal. */
static void
load (size_t max, size_t max_bytes)
{
	memos_fini (&memos);
	memos = (struct memos){ .prefix = "core/test/",
				.max = max,
				.max_bytes = max_bytes,
				.kept_ms = 60000,
				.journal = stand.options.journal };
	memos_load (&memos);
}

static int
begin (void **state)
{
	int r = stand_open (state);

	if (r == 0)
		stand_restart_with_state ();
	load (10, 1000);
	return r;
}

static int
end (void **state)
{
	memos_fini (&memos);
	return stand_close (state);
}

static void
put (const char *name, const char *value)
{
	assert_int_equal (memos_put (&memos, name, value, strlen (value), NULL),
			  0);
}

static void
put_in_journal (const char *key, const char *value)
{
	struct change change = { .kind = CHANGE_PUT,
				 .key = key,
				 .value = value,
				 .size = strlen (value),
				 .version = JOURNAL_ANY };

	assert_int_equal (journal_commit (stand.options.journal, &change, 1,
					  NULL, NULL, NULL),
			  0);
}

static bool
is_in_journal (const char *key)
{
	struct buffer value = { 0 };
	int r = journal_get (stand.options.journal, key, &value, NULL);

	buffer_fini (&value);
	return r == 0;
}

static void
what_is_put_is_found_also_after_a_restart (void **state)
{
	(void) state;
	put ("a", "one\nline");
	put ("b", "");
	put ("a", "another");
	for (int i = 0; i < 2; i++, load (10, 1000)) {
		assert_string_equal (memos_find (&memos, "a")->value,
				     "another");
		assert_int_equal (memos_find (&memos, "b")->size, 0);
		assert_null (memos_find (&memos, "c"));
	}
}

static void
the_oldest_goes_for_one_too_many (void **state)
{
	(void) state;
	load (2, 1000);
	put ("a", "1");
	put ("b", "2");
	put ("c", "3");
	assert_null (memos_find (&memos, "a"));
	assert_non_null (memos_find (&memos, "b"));
	assert_false (is_in_journal ("core/test/a"));
	assert_true (is_in_journal ("core/test/c"));
}

static void
the_oldest_go_for_one_that_is_large (void **state)
{
	(void) state;
	load (10, 10);
	put ("a", "1234");
	put ("b", "1234");
	put ("c", "12345678");
	assert_null (memos_find (&memos, "b"));
	assert_non_null (memos_find (&memos, "c"));
	assert_int_equal (memos_put (&memos, "d", "1234567890", 10, NULL),
			  -EMSGSIZE);
	assert_non_null (memos_find (&memos, "c"));
}

static void
what_is_too_old_or_not_ours_goes_at_the_next_start (void **state)
{
	char fresh[40];

	(void) state;
	snprintf (fresh, sizeof fresh, "%lld\nx", (long long) clock_wall_ms ());
	put_in_journal ("core/test/fresh", fresh);
	put_in_journal ("core/test/old", "1000\nx");
	put_in_journal ("core/test/foreign", "x");
	put_in_journal ("core/other/x", "x");
	load (10, 1000);
	assert_string_equal (memos_find (&memos, "fresh")->value, "x");
	assert_false (is_in_journal ("core/test/old"));
	assert_false (is_in_journal ("core/test/foreign"));
	assert_true (is_in_journal ("core/other/x"));
}

#define TEST(claim) cmocka_unit_test_setup_teardown (claim, begin, end)

int
main (void)
{
	const struct CMUnitTest tests[] = {
		TEST (what_is_put_is_found_also_after_a_restart),
		TEST (the_oldest_goes_for_one_too_many),
		TEST (the_oldest_go_for_one_that_is_large),
		TEST (what_is_too_old_or_not_ours_goes_at_the_next_start),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
