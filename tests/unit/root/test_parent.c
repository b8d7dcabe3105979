/* Tests of the watch of the parent. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "parent.h"

static struct loop loop;
static bool is_gone;

static int
set_up (void **state)
{
	(void) state;
	is_gone = false;
	return loop_init (&loop);
}

static int
tear_down (void **state)
{
	(void) state;
	loop_fini (&loop);
	return 0;
}

static void
on_gone (void *arg)
{
	(void) arg;
	is_gone = true;
}

/* A process that ends when fd, the other side of its pipe, is closed. */
static pid_t
start_process (int *ret_fd)
{
	int fds[2];
	pid_t pid;
	char c;

	assert_int_equal (pipe (fds), 0);
	pid = fork ();
	if (pid == 0) {
		close (fds[1]);
		_exit (read (fds[0], &c, 1) == 0 ? 0 : 1);
	}
	close (fds[0]);
	*ret_fd = fds[1];
	return pid;
}

static void
the_end_of_the_process_is_told (void **state)
{
	int64_t end = clock_ms () + 10000;
	struct parent *parent;
	pid_t pid;
	int fd;

	(void) state;
	pid = start_process (&fd);
	assert_int_equal (
		parent_watch (&loop, pid, on_gone, NULL, &parent, NULL), 0);
	loop_turn (&loop, 0);
	assert_false (is_gone);
	close (fd);
	while (!is_gone && clock_ms () < end)
		loop_turn (&loop, 100);

	assert_true (is_gone);
	waitpid (pid, NULL, 0);
	parent_free (parent);
}

static void
a_process_that_is_gone_cannot_be_watched (void **state)
{
	struct parent *parent;
	struct error err;
	pid_t pid;
	int fd;

	(void) state;
	pid = start_process (&fd);
	close (fd);
	waitpid (pid, NULL, 0);

	assert_int_equal (
		parent_watch (&loop, pid, on_gone, NULL, &parent, &err),
		-ESRCH);
	assert_string_not_equal (err.text, "");
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
#define T(test) cmocka_unit_test_setup_teardown (test, set_up, tear_down)
		T (the_end_of_the_process_is_told),
		T (a_process_that_is_gone_cannot_be_watched),
#undef T
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
