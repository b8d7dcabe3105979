/* Tests core/base/nonblock.c. */
#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/nonblock.h"

/* Writes until nothing goes any more; returns how much went. */
static size_t
fill (struct nonblock *nonblock)
{
	static const char data[3 * PIPE_BUF];
	size_t size = 0;
	ssize_t n;

	while ((n = nonblock_write (nonblock, data, sizeof (data))) > 0)
		size += (size_t) n;
	assert_int_equal (n, -EAGAIN);
	return size;
}

/* Empties what must be full, and tries again. */
static void
check_full (struct nonblock *nonblock, int reader)
{
	char data[PIPE_BUF];
	size_t left = fill (nonblock);

	while (left > 0) {
		ssize_t n = read (reader, data, sizeof (data));

		assert_true (n > 0);
		left -= (size_t) n;
	}
	assert_int_equal (nonblock_write (nonblock, "x", 1), 1);
}

static void
check_shared (int reader, int writer, enum nonblock_kind kind)
{
	struct nonblock nonblock;
	int before = fcntl (writer, F_GETFL);

	assert_int_equal (nonblock_open (&nonblock, writer), 0);
	assert_int_equal (nonblock.kind, kind);
	check_full (&nonblock, reader);

	assert_int_equal (before & O_NONBLOCK, 0);
	assert_int_equal (fcntl (writer, F_GETFL), before);
	nonblock_close (&nonblock);
	/* It was only lent. */
	assert_int_equal (close (writer), 0);
	close (reader);
}

static void
a_full_pipe_blocks_nobody (void **state)
{
	int fds[2];

	(void) state;
	assert_int_equal (pipe (fds), 0);
	check_shared (fds[0], fds[1], NONBLOCK_OWN);
}

static void
a_full_socket_blocks_nobody (void **state)
{
	int fds[2];

	(void) state;
	assert_int_equal (socketpair (AF_UNIX, SOCK_STREAM, 0, fds), 0);
	check_shared (fds[0], fds[1], NONBLOCK_SOCKET);
}

static void
a_terminal_that_is_not_read_blocks_nobody (void **state)
{
	static const char data[PIPE_BUF];
	int reader = posix_openpt (O_RDWR | O_NOCTTY);
	struct nonblock nonblock;
	int before, writer;
	ssize_t n;

	(void) state;
	assert_true (reader >= 0);
	assert_int_equal (grantpt (reader), 0);
	assert_int_equal (unlockpt (reader), 0);
	writer = open (ptsname (reader), O_RDWR | O_NOCTTY);
	assert_true (writer >= 0);
	before = fcntl (writer, F_GETFL);
	assert_int_equal (nonblock_open (&nonblock, writer), 0);
	assert_int_equal (nonblock.kind, NONBLOCK_OWN);
	do
		n = nonblock_write (&nonblock, data, sizeof (data));
	while (n > 0);

	assert_int_equal (n, -EAGAIN);
	assert_int_equal (fcntl (writer, F_GETFL), before);
	close (reader);
	assert_int_equal (nonblock_write (&nonblock, "x", 1), -EPIPE);
	nonblock_close (&nonblock);
	close (writer);
}

static void
a_pipe_that_cannot_be_opened_again_is_asked_first (void **state)
{
	struct rlimit limit, none;
	struct nonblock nonblock;
	int fds[2];

	(void) state;
	assert_int_equal (pipe (fds), 0);
	assert_int_equal (getrlimit (RLIMIT_NOFILE, &limit), 0);
	none = limit;
	none.rlim_cur = 0;
	setrlimit (RLIMIT_NOFILE, &none);
	assert_int_equal (nonblock_open (&nonblock, fds[1]), 0);
	setrlimit (RLIMIT_NOFILE, &limit);

	assert_int_equal (nonblock.kind, NONBLOCK_POLLED);
	check_full (&nonblock, fds[0]);
	close (fds[0]);
	assert_int_equal (nonblock_write (&nonblock, "x", 1), -EPIPE);
	nonblock_close (&nonblock);
	close (fds[1]);
}

static void
a_fifo_that_nobody_reads_is_gone (void **state)
{
	char folder[] = "/tmp/test_nonblock.XXXXXX";
	struct nonblock nonblock;
	char path[100];
	int fd, writer;

	(void) state;
	assert_non_null (mkdtemp (folder));
	snprintf (path, sizeof (path), "%s/fifo", folder);
	assert_int_equal (mkfifo (path, 0600), 0);
	fd = open (path, O_RDONLY | O_NONBLOCK);
	writer = open (path, O_WRONLY);
	close (fd);

	assert_int_equal (nonblock_open (&nonblock, writer), -EPIPE);
	close (writer);
	unlink (path);
	rmdir (folder);
}

static void
what_is_not_open_is_an_error (void **state)
{
	struct nonblock nonblock;

	(void) state;
	assert_int_equal (nonblock_open (&nonblock, -1), -EBADF);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (a_full_pipe_blocks_nobody),
		cmocka_unit_test (a_full_socket_blocks_nobody),
		cmocka_unit_test (a_terminal_that_is_not_read_blocks_nobody),
		cmocka_unit_test (
			a_pipe_that_cannot_be_opened_again_is_asked_first),
		cmocka_unit_test (a_fifo_that_nobody_reads_is_gone),
		cmocka_unit_test (what_is_not_open_is_an_error),
	};

	signal (SIGPIPE, SIG_IGN); /* as the program does */
	return cmocka_run_group_tests (tests, NULL, NULL);
}
