/* Tests core/http/takeover.c: what this machine's libmicrohttpd does. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include "http/takeover.h"

static int
count_fds (void)
{
	DIR *dir = opendir ("/proc/self/fd");
	int n = 0;

	assert_non_null (dir);
	while (readdir (dir) != NULL)
		n++;
	closedir (dir);
	return n;
}

static void
a_socket_can_be_taken_and_nothing_is_left (void **state)
{
	int dead_fd = open ("/dev/null", O_RDWR);
	int before = count_fds ();

	(void) state;
	assert_null (takeover_try (dead_fd));
	assert_int_equal (count_fds (), before);
	close (dead_fd);
}

static void
a_trial_that_fails_says_why_and_leaves_nothing (void **state)
{
	int before = count_fds ();

	(void) state;
	assert_string_equal (takeover_try (-1), "the socket was not given");
	assert_int_equal (count_fds (), before);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (a_socket_can_be_taken_and_nothing_is_left),
		cmocka_unit_test (
			a_trial_that_fails_says_why_and_leaves_nothing),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
