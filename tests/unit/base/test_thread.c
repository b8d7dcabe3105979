/* Tests core/base/thread.c. */
#include <config.h>

#include <errno.h>
#include <semaphore.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/thread.h"

static void *
get_mask (void *arg)
{
	pthread_sigmask (SIG_SETMASK, NULL, arg);
	return arg;
}

static void
a_thread_takes_no_signal_but_its_own_faults (void **state)
{
	sigset_t mask, before, after;
	pthread_t thread;
	void *result;

	(void) state;
	pthread_sigmask (SIG_SETMASK, NULL, &before);
	assert_int_equal (thread_start (&thread, "mask", get_mask, &mask), 0);
	pthread_join (thread, &result);
	pthread_sigmask (SIG_SETMASK, NULL, &after);

	assert_ptr_equal (result, &mask);
	assert_true (sigismember (&mask, SIGTERM));
	assert_true (sigismember (&mask, SIGCHLD));
	assert_true (sigismember (&mask, SIGPIPE));
	assert_false (sigismember (&mask, SIGSEGV));
	assert_false (sigismember (&after, SIGTERM));
	assert_int_equal (sigismember (&before, SIGCHLD),
			  sigismember (&after, SIGCHLD));
}

static void *
wait_for (void *arg)
{
	pthread_mutex_lock (arg);
	pthread_mutex_unlock (arg);
	return NULL;
}

static void
a_long_name_is_cut (void **state)
{
	pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	pthread_t thread;
	char name[16];

	(void) state;
	pthread_mutex_lock (&lock);
	assert_int_equal (thread_start (&thread,
					"plugin example_of_a_long_name",
					wait_for, &lock),
			  0);
	assert_int_equal (pthread_getname_np (thread, name, sizeof (name)), 0);
	pthread_mutex_unlock (&lock);
	pthread_join (thread, NULL);

	assert_string_equal (name, "plugin example_");
}

struct family {
	pthread_mutex_t lock; /* held as long as they are to live */
	sem_t is_born;
};

/* Its first act is a thread that has no name of its own. */
static void *
wait_within (void *arg)
{
	struct family *family = arg;
	pthread_t thread;

	assert_int_equal (
		pthread_create (&thread, NULL, wait_for, &family->lock), 0);
	sem_post (&family->is_born);
	pthread_join (thread, NULL);
	return NULL;
}

static void
threads_are_counted_by_the_name_that_they_were_born_with (void **state)
{
	struct family family = { .lock = PTHREAD_MUTEX_INITIALIZER };
	pthread_t thread;

	(void) state;
	sem_init (&family.is_born, 0, 0);
	thread_rename ("plugin");
	assert_int_equal (thread_count_named ("plugin"), 0);
	pthread_mutex_lock (&family.lock);
	assert_int_equal (
		thread_start (&thread, "plugin example_", wait_within, &family),
		0);
	assert_int_equal (sem_wait (&family.is_born), 0);
	assert_int_equal (thread_count_named ("plugin example_of_a_long_name"),
			  2);
	assert_int_equal (thread_count_named ("plugin example"), 0);
	assert_int_equal (thread_count_named ("plugin"), 0);
	pthread_mutex_unlock (&family.lock);
	pthread_join (thread, NULL);
	sem_destroy (&family.is_born);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (a_thread_takes_no_signal_but_its_own_faults),
		cmocka_unit_test (a_long_name_is_cut),
		cmocka_unit_test (
			threads_are_counted_by_the_name_that_they_were_born_with),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
