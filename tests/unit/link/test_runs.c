/* Tests of core/link/runs.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "base/limits.h"
#include "base/random.h"
#include "link/runs.h"

struct fixture {
	struct loop loop;
	struct journal *journal;
	struct runs *runs;
};

static int
setup (void **state)
{
	struct fixture *f = calloc (1, sizeof (*f));

	if (!f || random_init () < 0 || loop_init (&f->loop) < 0)
		return -1;
	f->journal = journal_new_memory (&f->loop, 64 * 1024);
	*state = f;
	return f->journal ? 0 : -1;
}

static int
teardown (void **state)
{
	struct fixture *f = *state;

	runs_free (f->runs);
	journal_close (f->journal);
	loop_fini (&f->loop);
	free (f);
	return 0;
}

/* A run with so many events; the one before has ended. */
static void
begin (struct fixture *f, const char *name, int n_events)
{
	struct event event = { .topic = "t",
			       .payload = "{}",
			       .payload_size = 2 };
	struct error err;

	runs_free (f->runs);
	f->runs = runs_open (f->journal, name);
	assert_non_null (f->runs);
	for (int i = 0; i < n_events; i++)
		assert_int_equal (
			journal_append (f->journal, &event, NULL, &err), 0);
}

static void
expect (const struct fixture *f, uint64_t seq, const char *name)
{
	assert_string_equal (runs_find (f->runs, seq), name);
}

static void
an_event_is_of_the_run_in_which_it_happened (void **state)
{
	struct fixture *f = *state;

	begin (f, "a", 2);
	begin (f, "b", 3);
	begin (f, "c", 0);
	expect (f, 1, "a");
	expect (f, 2, "a");
	expect (f, 3, "b");
	expect (f, 5, "b");
	expect (f, 6, "c");
}

static void
a_run_goes_on_after_a_restart (void **state)
{
	struct fixture *f = *state;

	begin (f, "a", 2);
	begin (f, "a", 2);
	begin (f, "b", 1);
	expect (f, 4, "a");
	expect (f, 5, "b");
}

static void
a_run_without_events_leaves_nothing (void **state)
{
	struct fixture *f = *state;

	begin (f, "a", 0);
	begin (f, "b", 0);
	begin (f, "c", 1);
	begin (f, "c", 1);
	expect (f, 1, "c");
	expect (f, 2, "c");
}

static void
count (void *arg, const char *key, const void *value, size_t size,
       uint64_t version)
{
	(void) key, (void) value, (void) size, (void) version;
	++*(int *) arg;
}

static void
runs_of_which_no_event_is_left_are_forgotten (void **state)
{
	struct fixture *f = *state;
	int n = 0;

	begin (f, "a", 10);
	begin (f, "b", 10);
	begin (f, "c", 5000);
	assert_true (journal_first_seq (f->journal) > 20);
	begin (f, "d", 1);
	assert_int_equal (journal_list (f->journal, "core/runs/", count, &n),
			  0);
	assert_int_equal (n, 2);
	expect (f, 5020, "c");
	expect (f, 5021, "d");
}

#define test(claim) cmocka_unit_test_setup_teardown (claim, setup, teardown)

int
main (void)
{
	const struct CMUnitTest tests[] = {
		test (an_event_is_of_the_run_in_which_it_happened),
		test (a_run_goes_on_after_a_restart),
		test (a_run_without_events_leaves_nothing),
		test (runs_of_which_no_event_is_left_are_forgotten),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
