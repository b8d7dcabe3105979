/* The addresses by which plugins know their calls. */
#include "stand.h"

#include "plugin/handle.h"

static struct handles handles;

static int
begin (void **state)
{
	(void) state;
	return handles_init (&handles);
}

static int
end (void **state)
{
	(void) state;
	handles_fini (&handles);
	return 0;
}

static void
an_address_does_not_come_again_for_a_million_calls (void **state)
{
	struct handle *first = handle_new (&handles);

	(void) state;
	handle_free (&handles, first);
	for (int i = 0; i < 1000000; i++) {
		struct handle *next = handle_new (&handles);

		assert_ptr_not_equal (next, first);
		handle_free (&handles, next);
	}
	assert_null (atomic_load (&first->owner));
}

static void
writing_to_one_that_was_freed_harms_nobody (void **state)
{
	struct handle *first = handle_new (&handles);

	(void) state;
	handle_free (&handles, first);
	for (int i = 0; i < 100000; i++)
		handle_free (&handles, handle_new (&handles));
	first->pub.slot = first;
	assert_null (atomic_load (&first->owner));
}

static void
a_freed_handle_can_be_read_and_has_no_owner (void **state)
{
	struct handle *first = handle_new (&handles);

	(void) state;
	atomic_store (&first->owner, (struct call *) first);
	first->pub.name = "x";
	handle_free (&handles, first);
	assert_null (atomic_load (&first->owner));
	/* So many that its block has no memory any more. */
	for (int i = 0; i < 10000; i++)
		handle_free (&handles, handle_new (&handles));
	assert_null (atomic_load (&first->owner));
	assert_null (first->pub.name);
}

static void
one_that_is_kept_survives_those_around_it (void **state)
{
	struct handle *kept;

	(void) state;
	handle_free (&handles, handle_new (&handles));
	kept = handle_new (&handles);
	kept->pub.name = "kept";
	for (int i = 0; i < 10000; i++)
		handle_free (&handles, handle_new (&handles));
	assert_string_equal (kept->pub.name, "kept");
	handle_free (&handles, kept);
}

static void
the_ring_goes_round_past_blocks_that_are_in_use (void **state)
{
	struct handle *kept = handle_new (&handles);
	size_t before = handles.n_blocks;

	(void) state;
	handles.n_blocks = 3;
	for (int i = 0; i < 10000; i++) {
		struct handle *next = handle_new (&handles);

		assert_non_null (next);
		assert_ptr_not_equal (next, kept);
		assert_null (atomic_load (&next->owner));
		assert_null (next->pub.name);
		next->pub.name = "used";
		handle_free (&handles, next);
	}
	handles.n_blocks = before;
	handle_free (&handles, kept);
}

#define handle_test(claim) cmocka_unit_test_setup_teardown (claim, begin, end)

static const struct CMUnitTest tests[] = {
	handle_test (an_address_does_not_come_again_for_a_million_calls),
	handle_test (writing_to_one_that_was_freed_harms_nobody),
	handle_test (a_freed_handle_can_be_read_and_has_no_owner),
	handle_test (one_that_is_kept_survives_those_around_it),
	handle_test (the_ring_goes_round_past_blocks_that_are_in_use),
};

int
main (void)
{
	return cmocka_run_group_tests (tests, NULL, NULL);
}
