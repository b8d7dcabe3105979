/* What a plugin holds, after it should have let go: without a plugin. */
#include "stand.h"

#include "plugin/calls.h"

static struct calls calls;
static bool is_closed;

static void
closed (uv_handle_t *handle)
{
	(void) handle;
	is_closed = true;
}

static int
begin (void **state)
{
	stand_open (state);
	is_closed = false;
	return calls_init (&calls, NULL, &stand.loop, 1000);
}

static int
end (void **state)
{
	calls_fini (&calls, closed);
	stand_until (is_closed);
	return stand_close (state);
}

static void
a_call_is_entered_by_its_own_handle_alone (void **state)
{
	struct call *call = call_new (&calls);
	/* Of an earlier call, which a thread looked at in the moment before
	 * the object became this one. */
	struct handle earlier = { .owner = call };

	(void) state;
	call->handle->owner = call;
	assert_null (call_enter (&earlier.pub, "emit"));
	assert_int_equal (stand_log_lines ("emit was called for a call that "
					   "was given back before"),
			  1);
	assert_ptr_equal (call_enter (&call->handle->pub, "emit"), call);
	call_leave (call);
	call_free (call);
}

static void
objects_are_used_again_and_handles_are_not (void **state)
{
	struct call *call = call_new (&calls);
	struct handle *handle = call->handle;

	(void) state;
	call_free (call);
	assert_ptr_equal (call_new (&calls), call);
	assert_ptr_not_equal (call->handle, handle);
	call_free (call);
}

#define held_test(claim) cmocka_unit_test_setup_teardown (claim, begin, end)

static const struct CMUnitTest tests[] = {
	held_test (a_call_is_entered_by_its_own_handle_alone),
	held_test (objects_are_used_again_and_handles_are_not),
};

int
main (void)
{
	return cmocka_run_group_tests (tests, NULL, NULL);
}
