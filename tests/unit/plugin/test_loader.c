/* The loader thread. */
#include "stand.h"

#include <pthread.h>
#include <sched.h>
#include <semaphore.h>

#include "base/thread.h"
#include "plugin/loader.h"

static struct loader loader;
static bool is_closed;
static char order[16];
static int n_done, n_expired;

struct step {
	struct job job;
	char letter;
	sem_t *gate;	  /* run waits for it; or NULL */
	pthread_t thread; /* that ran it */
};

static void
run (struct job *job)
{
	struct step *step = (struct step *) job;

	step->thread = pthread_self ();
	if (step->gate != NULL)
		sem_wait (step->gate);
}

static void
done (struct job *job)
{
	order[n_done++] = ((struct step *) job)->letter;
}

static void
expired (struct job *job)
{
	(void) job;
	n_expired++;
}

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
	loader_init (&loader, &stand.loop);
	is_closed = false;
	n_done = n_expired = 0;
	memset (order, 0, sizeof (order));
	return 0;
}

static int
end (void **state)
{
	loader_fini (&loader, closed);
	stand_until (is_closed);
	return stand_close (state);
}

static struct step
step (char letter, sem_t *gate, int64_t timeout_ms)
{
	return (struct step){ .job = { .run = run,
				       .done = done,
				       .expired = timeout_ms ? expired : NULL,
				       .timeout_ms = timeout_ms },
			      .letter = letter,
			      .gate = gate };
}

static void
jobs_run_in_order_on_one_other_thread (void **state)
{
	struct step steps[] = { step ('a', NULL, 0), step ('b', NULL, 0),
				step ('c', NULL, 0) };

	(void) state;
	for (int i = 0; i < 3; i++)
		loader_submit (&loader, &steps[i].job);
	stand_until (n_done == 3);
	assert_string_equal (order, "abc");
	assert_true (pthread_equal (steps[0].thread, steps[2].thread));
	assert_false (pthread_equal (steps[0].thread, pthread_self ()));
}

static void
a_fresh_thread_takes_over_from_one_that_does_not_return (void **state)
{
	/* The thread outlives the test. */
	static struct step slow;
	static sem_t gate;
	struct step next = step ('b', NULL, 0);

	(void) state;
	sem_init (&gate, 0, 0);
	slow = step ('a', &gate, 50);
	loader_submit (&loader, &slow.job);
	loader_submit (&loader, &next.job);
	stand_until (n_done == 1);
	assert_string_equal (order, "b");
	assert_int_equal (n_expired, 1);
	assert_int_equal (loader.n_abandoned, 1);
	/* When it returns at last it tells nobody. */
	sem_post (&gate);
	loader_submit (&loader, &next.job);
	stand_until (n_done == 2);
	assert_string_equal (order, "bb");
}

/* Runs when the loop's thread has given up a lock of ours; see below. */
static void (*when_unlocked) (void);

int __real_pthread_mutex_unlock (pthread_mutex_t *lock);
int __wrap_pthread_mutex_unlock (pthread_mutex_t *lock);

int
__wrap_pthread_mutex_unlock (pthread_mutex_t *lock)
{
	void (*now) (void) = loop_is_here (&stand.loop) ? when_unlocked : NULL;
	int r = __real_pthread_mutex_unlock (lock);

	if (now != NULL)
		now ();
	return r;
}

static sem_t late;

/* The job returns in this moment, and its thread is gone. */
static void
let_it_return (void)
{
	int64_t end = clock_ms () + 10000;

	when_unlocked = NULL;
	sem_post (&late);
	while (thread_count_named (LOADER_THREAD) > 0 && clock_ms () < end)
		sched_yield ();
	assert_int_equal (thread_count_named (LOADER_THREAD), 0);
}

static void
a_job_may_return_in_the_moment_in_which_it_is_given_up (void **state)
{
	/* Nothing but its end says when the thread is through with it. */
	static struct step slow;

	(void) state;
	sem_init (&late, 0, 0);
	slow = step ('a', &late, 50);
	loader_submit (&loader, &slow.job);
	when_unlocked = let_it_return;
	stand_until (n_expired == 1);
	assert_null (when_unlocked);
	assert_int_equal (n_done, 0);
}

static void
a_job_in_time_does_not_expire (void **state)
{
	struct step quick = step ('a', NULL, 30000);

	(void) state;
	loader_submit (&loader, &quick.job);
	stand_until (n_done == 1);
	assert_false (uv_is_active ((uv_handle_t *) &loader.timer));
	assert_int_equal (n_expired, 0);
}

#define loader_test(claim) cmocka_unit_test_setup_teardown (claim, begin, end)

static const struct CMUnitTest tests[] = {
	loader_test (jobs_run_in_order_on_one_other_thread),
	loader_test (a_fresh_thread_takes_over_from_one_that_does_not_return),
	loader_test (a_job_may_return_in_the_moment_in_which_it_is_given_up),
	loader_test (a_job_in_time_does_not_expire),
};

int
main (void)
{
	return cmocka_run_group_tests (tests, NULL, NULL);
}
