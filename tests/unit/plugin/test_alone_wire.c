/* The socket of a plugin's process, with a server that is played here. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <sys/socket.h>
#include <unistd.h>

#include "base/limits.h"
#include "plugin/alone_state.h"
#include "plugin/far_process.h"

static struct loop loop;

static void
take (struct frame *frame)
{
	(void) frame;
}

static void
gone (void)
{
	fail_msg ("the server is there");
}

/* The server's end, and how much came out of it. */
struct far_end {
	int fd;
	size_t size;
};

static void *
read_all (void *arg)
{
	struct far_end *all = arg;
	char bytes[64 * 1024];
	ssize_t n;

	while ((n = read (all->fd, bytes, sizeof (bytes))) > 0)
		all->size += (size_t) n;
	return NULL;
}

static void
what_the_loop_says_in_a_turn_has_no_bound (void **state)
{
	const size_t size = (size_t) 4 * 1024 * 1024;
	const size_t n = 3 * (size_t) LIMIT_FRAME_BYTES / size;
	struct far_end all = { .size = 0 };
	char *value = calloc (1, size);
	pthread_t reader;
	int pair[2];

	(void) state;
	assert_non_null (value);
	assert_int_equal (socketpair (AF_UNIX, SOCK_STREAM, 0, pair), 0);
	assert_int_equal (dup2 (pair[0], FAR_PROCESS_SOCKET),
			  FAR_PROCESS_SOCKET);
	all.fd = pair[1];
	assert_int_equal (loop_init (&loop), 0);
	wire_open (&loop, take, gone);
	assert_int_equal (pthread_create (&reader, NULL, read_all, &all), 0);
	for (size_t i = 0; i < n; i++) {
		frame_put_bytes (wire_begin (FRAME_RESULT), value, size);
		assert_true (wire_end ());
	}
	loop_turn (&loop, 0);
	shutdown (FAR_PROCESS_SOCKET, SHUT_WR);
	pthread_join (reader, NULL);
	assert_true (all.size > n * size);
	free (value);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (what_the_loop_says_in_a_turn_has_no_bound),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
