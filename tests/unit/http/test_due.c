/* Tests core/http/due.c. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/clock.h"
#include "http/due.h"

struct thing {
	struct due due;
	struct dues *dues;
	int n_expired;
	bool is_again;
};

static struct loop loop;
static struct dues dues;

static void
on_expired (void *owner)
{
	struct thing *thing = owner;

	thing->n_expired++;
	if (thing->is_again)
		due_set (&dues, &thing->due, DUE_HEAD);
}

static int
setup (void **state)
{
	(void) state;
	assert_int_equal (loop_init (&loop), 0);
	dues_init (&dues, &loop);
	return 0;
}

static int
teardown (void **state)
{
	(void) state;
	uv_close ((uv_handle_t *) &dues.timer, NULL);
	loop_fini (&loop);
	return 0;
}

static struct thing *
make (struct thing *thing)
{
	memset (thing, 0, sizeof (*thing));
	thing->due.owner = thing;
	return thing;
}

static void
wait_for (const int *n)
{
	int64_t limit = clock_ms () + 10000;

	while (*n == 0 && clock_ms () < limit)
		loop_turn (&loop, 100);
	assert_true (*n > 0);
}

static void
what_is_due_expires_once_and_in_order (void **state)
{
	struct thing first, second;

	(void) state;
	dues_define (&dues, DUE_HEAD, 5, on_expired);
	due_set (&dues, &make (&first)->due, DUE_HEAD);
	due_set (&dues, &make (&second)->due, DUE_HEAD);
	assert_ptr_equal (dues.lists[DUE_HEAD].first, &first.due);
	wait_for (&second.n_expired);

	assert_int_equal (first.n_expired, 1);
	assert_int_equal (second.n_expired, 1);
	assert_false (first.due.is_set);
}

static void
setting_again_moves_it_to_the_end (void **state)
{
	struct thing first, second;

	(void) state;
	dues_define (&dues, DUE_HEAD, 5, on_expired);
	due_set (&dues, &make (&first)->due, DUE_HEAD);
	due_set (&dues, &make (&second)->due, DUE_HEAD);
	due_set (&dues, &first.due, DUE_HEAD);

	assert_ptr_equal (dues.lists[DUE_HEAD].first, &second.due);
	wait_for (&first.n_expired);
	assert_int_equal (second.n_expired, 1);
}

static void
a_shorter_delay_comes_first_though_set_later (void **state)
{
	struct thing slow, fast;

	(void) state;
	dues_define (&dues, DUE_HEAD, 60000, on_expired);
	dues_define (&dues, DUE_BODY, 5, on_expired);
	due_set (&dues, &make (&slow)->due, DUE_HEAD);
	due_set (&dues, &make (&fast)->due, DUE_BODY);
	wait_for (&fast.n_expired);

	assert_int_equal (slow.n_expired, 0);
	due_clear (&dues, &slow.due);
}

static void
what_was_cleared_or_has_no_delay_never_expires (void **state)
{
	struct thing cleared, never, other;

	(void) state;
	dues_define (&dues, DUE_HEAD, 1, on_expired);
	dues_define (&dues, DUE_BODY, 0, on_expired);
	dues_define (&dues, DUE_IDLE, 5, on_expired);
	due_set (&dues, &make (&cleared)->due, DUE_HEAD);
	due_set (&dues, &make (&never)->due, DUE_BODY);
	due_set (&dues, &make (&other)->due, DUE_IDLE);
	due_clear (&dues, &cleared.due);
	due_clear (&dues, &cleared.due);
	wait_for (&other.n_expired);

	assert_int_equal (cleared.n_expired, 0);
	assert_int_equal (never.n_expired, 0);
	assert_false (never.due.is_set);
}

static void
one_that_sets_itself_again_goes_on (void **state)
{
	struct thing thing;
	int64_t limit = clock_ms () + 10000;

	(void) state;
	dues_define (&dues, DUE_HEAD, 1, on_expired);
	make (&thing)->is_again = true;
	due_set (&dues, &thing.due, DUE_HEAD);
	while (thing.n_expired < 3 && clock_ms () < limit)
		loop_turn (&loop, 100);

	assert_true (thing.n_expired >= 3);
	due_clear (&dues, &thing.due);
}

static void
a_gathered_kind_expires_with_the_first (void **state)
{
	struct thing first, second;

	(void) state;
	dues_define (&dues, DUE_HEAD, 400, on_expired);
	dues_gather (&dues, DUE_HEAD, 390);
	due_set (&dues, &make (&first)->due, DUE_HEAD);
	loop_turn (&loop, 10);
	due_set (&dues, &make (&second)->due, DUE_HEAD);
	assert_true (second.due.at_ms > first.due.at_ms);
	wait_for (&first.n_expired);

	assert_int_equal (second.n_expired, 1);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown (
			what_is_due_expires_once_and_in_order, setup, teardown),
		cmocka_unit_test_setup_teardown (
			setting_again_moves_it_to_the_end, setup, teardown),
		cmocka_unit_test_setup_teardown (
			a_shorter_delay_comes_first_though_set_later, setup,
			teardown),
		cmocka_unit_test_setup_teardown (
			what_was_cleared_or_has_no_delay_never_expires, setup,
			teardown),
		cmocka_unit_test_setup_teardown (
			one_that_sets_itself_again_goes_on, setup, teardown),
		cmocka_unit_test_setup_teardown (
			a_gathered_kind_expires_with_the_first, setup,
			teardown),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
