/* A plugin's threads. */
#include "stand.h"

#include <errno.h>

#include "base/limits.h"
#include "plugin/pool.h"

static struct loop loop;
static struct pool pool;
static bool is_ended;

/* A task that waits until the gate is open, and counts. */
struct work {
	struct task task;
	bool was_run;
};

/* Protected by lock. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static bool is_open;
static int n_running, n_most, n_done;

static void
run (struct task *task)
{
	pthread_mutex_lock (&lock);
	n_running++;
	if (n_running > n_most)
		n_most = n_running;
	pthread_cond_broadcast (&changed);
	while (!is_open)
		pthread_cond_wait (&changed, &lock);
	n_running--;
	n_done++;
	((struct work *) task)->was_run = true;
	pthread_cond_broadcast (&changed);
	pthread_mutex_unlock (&lock);
}

static void
wait_for (const int *number, int wanted)
{
	struct timespec end;
	int r = 0;

	clock_gettime (CLOCK_REALTIME, &end);
	end.tv_sec += 30;
	pthread_mutex_lock (&lock);
	while (*number < wanted && r == 0)
		r = pthread_cond_timedwait (&changed, &lock, &end);
	pthread_mutex_unlock (&lock);
	assert_int_equal (r, 0);
}

/* A thread that has done its work may be counted on when it waits again. */
static void
wait_for_idle (void)
{
	int64_t end_ms = clock_ms () + 30000;
	bool is_idle = false;

	while (!is_idle) {
		assert_true (clock_ms () < end_ms);
		pthread_mutex_lock (&pool.lock);
		is_idle = pool.n_idle > 0;
		pthread_mutex_unlock (&pool.lock);
	}
}

static void
open_gate (void)
{
	pthread_mutex_lock (&lock);
	is_open = true;
	pthread_cond_broadcast (&changed);
	pthread_mutex_unlock (&lock);
}

static void
set_ended (void *arg)
{
	*(bool *) arg = true;
}

static int
begin (void **state)
{
	(void) state;
	is_open = is_ended = false;
	n_running = n_most = n_done = 0;
	assert_int_equal (loop_init (&loop), 0);
	pool_init (&pool, "test", 3, &loop);
	return 0;
}

static int
end (void **state)
{
	(void) state;
	open_gate ();
	pool_end (&pool, set_ended, &is_ended);
	for (int i = 0; i < 300 && !is_ended; i++)
		loop_turn (&loop, 100);
	assert_true (is_ended);
	pool_fini (&pool);
	loop_fini (&loop);
	return 0;
}

static void
submit (struct work *work, int n)
{
	for (int i = 0; i < n; i++) {
		work[i] = (struct work){ .task.run = run };
		assert_int_equal (pool_submit (&pool, &work[i].task), 0);
	}
}

static void
no_more_threads_run_than_were_declared (void **state)
{
	struct work work[10];

	(void) state;
	submit (work, 10);
	wait_for (&n_running, 3);
	open_gate ();
	wait_for (&n_done, 10);
	assert_int_equal (n_most, 3);
	assert_int_equal (pool.n_unjoined, 3);
}

static void
one_task_at_a_time_needs_one_thread (void **state)
{
	struct work work;

	(void) state;
	open_gate ();
	for (int i = 1; i <= 20; i++) {
		submit (&work, 1);
		wait_for (&n_done, i);
		wait_for_idle ();
	}
	assert_int_equal (pool.n_unjoined, 1);
}

static void
a_task_that_was_not_begun_can_be_taken_back (void **state)
{
	struct work work[4];

	(void) state;
	submit (work, 4);
	wait_for (&n_running, 3);
	assert_true (pool_remove (&pool, &work[3].task));
	assert_false (pool_remove (&pool, &work[3].task));
	assert_false (pool_remove (&pool, &work[0].task));
	open_gate ();
	wait_for (&n_done, 3);
	assert_false (work[3].was_run);
}

static void
the_queue_is_bounded (void **state)
{
	static struct work work[LIMIT_PLUGIN_QUEUE + 3];
	struct work more = { .task.run = run };

	(void) state;
	submit (work, 3);
	wait_for (&n_running, 3);
	submit (work + 3, LIMIT_PLUGIN_QUEUE);
	assert_int_equal (pool_submit (&pool, &more.task), -EAGAIN);
	assert_false (more.task.is_waiting);
	open_gate ();
	wait_for (&n_done, LIMIT_PLUGIN_QUEUE + 3);
}

static void
what_is_queued_is_done_before_the_end (void **state)
{
	struct work work[20];

	(void) state;
	submit (work, 20);
	open_gate ();
	end (state);
	assert_int_equal (n_done, 20);
	begin (state);
}

#define pool_test(claim) cmocka_unit_test_setup_teardown (claim, begin, end)

static const struct CMUnitTest tests[] = {
	pool_test (no_more_threads_run_than_were_declared),
	pool_test (one_task_at_a_time_needs_one_thread),
	pool_test (a_task_that_was_not_begun_can_be_taken_back),
	pool_test (the_queue_is_bounded),
	pool_test (what_is_queued_is_done_before_the_end),
};

int
main (void)
{
	return cmocka_run_group_tests (tests, NULL, NULL);
}
