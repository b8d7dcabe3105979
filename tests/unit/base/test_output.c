/* Tests core/base/output.c. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/clock.h"
#include "base/output.h"
#include "base/thread.h"

/* More than a pipe or a socket takes at once. */
#define MUCH (1024 * 1024)

struct fixture {
	struct loop loop;
	struct output *output;
	int reader;
	int writer;
	int n_rooms; /* how often room was called */
};

static void
on_room (void *arg)
{
	((struct fixture *) arg)->n_rooms++;
}

static int
set_up (void **state, bool is_socket)
{
	struct fixture *fixture = calloc (1, sizeof (*fixture));
	int fds[2];

	assert_non_null (fixture);
	assert_int_equal (is_socket ? socketpair (AF_UNIX, SOCK_STREAM, 0, fds)
				    : pipe (fds),
			  0);
	fixture->reader = fds[0];
	fixture->writer = fds[1];
	fcntl (fixture->reader, F_SETFL, O_NONBLOCK);
	assert_int_equal (loop_init (&fixture->loop), 0);
	assert_int_equal (output_new (&fixture->loop, fixture->writer, MUCH,
				      on_room, fixture, &fixture->output),
			  0);
	*state = fixture;
	return 0;
}

static int
set_up_pipe (void **state)
{
	return set_up (state, false);
}

static int
set_up_socket (void **state)
{
	return set_up (state, true);
}

static void
close_reader (struct fixture *fixture)
{
	if (fixture->reader >= 0)
		close (fixture->reader);
	fixture->reader = -1;
}

static int
tear_down (void **state)
{
	struct fixture *fixture = *state;

	output_free (fixture->output);
	loop_fini (&fixture->loop);
	/* Only lent to the output. */
	assert_int_equal (close (fixture->writer), 0);
	close_reader (fixture);
	free (fixture);
	return 0;
}

/* What is there; and whether its bytes go on counting from *count. */
static size_t
read_counted (struct fixture *fixture, unsigned char *count)
{
	unsigned char data[4096];
	size_t size = 0;
	ssize_t n;

	while ((n = read (fixture->reader, data, sizeof (data))) > 0) {
		for (ssize_t i = 0; i < n; i++)
			assert_int_equal (data[i], (*count)++);
		size += (size_t) n;
	}
	return size;
}

static char *
counted (size_t size)
{
	char *data = malloc (size);

	assert_non_null (data);
	for (size_t i = 0; i < size; i++)
		data[i] = (char) (unsigned char) i;
	return data;
}

static void
what_fits_goes_at_once (void **state)
{
	struct fixture *fixture = *state;
	char text[10] = "";

	assert_int_equal (output_write (fixture->output, "abc", 3), 0);

	assert_int_equal (output_waiting (fixture->output), 0);
	assert_int_equal (output_room (fixture->output), MUCH);
	assert_int_equal (read (fixture->reader, text, sizeof (text)), 3);
	assert_string_equal (text, "abc");
}

static void
what_does_not_fit_waits_and_comes_in_order (void **state)
{
	struct fixture *fixture = *state;
	char *data = counted (256);
	unsigned char count = 0;
	size_t n_written = 0;
	size_t n_read = 0;
	int64_t end_ms = clock_ms () + 30000;

	for (; n_written < MUCH; n_written += 256)
		assert_int_equal (output_write (fixture->output, data, 256), 0);
	assert_true (output_waiting (fixture->output) > 0);
	while (n_read < n_written) {
		assert_true (clock_ms () < end_ms);
		n_read += read_counted (fixture, &count);
		loop_turn (&fixture->loop, 1000);
	}

	assert_int_equal (n_read, n_written);
	assert_int_equal (output_waiting (fixture->output), 0);
	assert_int_equal (fixture->n_rooms, 0);
	free (data);
}

static void
a_full_output_refuses_and_tells_of_room (void **state)
{
	struct fixture *fixture = *state;
	char *data = counted (MUCH);
	unsigned char count = 0;
	int64_t end_ms = clock_ms () + 30000;

	/* More than fits below, so that something waits; any size is taken
	 * when nothing does. */
	assert_int_equal (output_write (fixture->output, data, MUCH), 0);
	assert_true (output_waiting (fixture->output) > 0);
	assert_int_equal (output_write (fixture->output, data, MUCH), -ENOBUFS);
	loop_turn (&fixture->loop, 0);
	assert_int_equal (fixture->n_rooms, 0);
	while (fixture->n_rooms == 0) {
		assert_true (clock_ms () < end_ms);
		read_counted (fixture, &count);
		loop_turn (&fixture->loop, 1000);
	}

	assert_true (output_waiting (fixture->output) <= MUCH / 2);
	assert_int_equal (fixture->n_rooms, 1);
	free (data);
}

static void
shared_flags_are_not_changed (void **state)
{
	struct fixture *fixture = *state;
	char *data = counted (MUCH);
	int before = fcntl (fixture->writer, F_GETFL);

	output_write (fixture->output, data, MUCH);
	loop_turn (&fixture->loop, 0);

	assert_int_equal (before & O_NONBLOCK, 0);
	assert_int_equal (fcntl (fixture->writer, F_GETFL), before);
	free (data);
}

static void
the_end_of_an_idle_reader_is_told_once (void **state)
{
	struct fixture *fixture = *state;

	loop_turn (&fixture->loop, 0);
	assert_false (output_is_gone (fixture->output));
	close_reader (fixture);
	loop_turn (&fixture->loop, 1000);
	loop_turn (&fixture->loop, 0);

	assert_true (output_is_gone (fixture->output));
	assert_int_equal (fixture->n_rooms, 1);
	assert_int_equal (output_write (fixture->output, "x", 1), -EPIPE);
	assert_int_equal (output_room (fixture->output), 0);
	assert_int_equal (output_drain (fixture->output, 0), -EPIPE);
}

static void
a_write_finds_a_reader_gone_and_room_is_told_later (void **state)
{
	struct fixture *fixture = *state;

	close_reader (fixture);
	assert_int_equal (output_write (fixture->output, "x", 1), -EPIPE);
	assert_int_equal (fixture->n_rooms, 0);
	loop_turn (&fixture->loop, 1000);

	assert_int_equal (fixture->n_rooms, 1);
}

static void
a_reader_that_leaves_what_waits_frees_it (void **state)
{
	struct fixture *fixture = *state;
	char *data = counted (MUCH);

	output_write (fixture->output, data, MUCH);
	close_reader (fixture);
	loop_turn (&fixture->loop, 1000);

	assert_true (output_is_gone (fixture->output));
	assert_int_equal (output_waiting (fixture->output), 0);
	free (data);
}

static void *
read_all (void *arg)
{
	struct fixture *fixture = arg;
	unsigned char count = 0;
	size_t n_read = 0;

	fcntl (fixture->reader, F_SETFL, 0);
	while (n_read < MUCH) {
		unsigned char data[4096];
		ssize_t n = read (fixture->reader, data, sizeof (data));

		if (n <= 0)
			break;
		for (ssize_t i = 0; i < n; i++)
			if (data[i] != count++)
				return NULL;
		n_read += (size_t) n;
	}
	return n_read == MUCH ? arg : NULL;
}

static void
draining_waits_for_a_reader (void **state)
{
	struct fixture *fixture = *state;
	char *data = counted (MUCH);
	pthread_t reader;
	void *is_whole;

	output_write (fixture->output, data, MUCH);
	assert_int_equal (thread_start (&reader, "reader", read_all, fixture),
			  0);
	assert_int_equal (output_drain (fixture->output, 10000), 0);
	pthread_join (reader, &is_whole);

	assert_non_null (is_whole);
	free (data);
}

static void
draining_gives_up_at_its_limit (void **state)
{
	struct fixture *fixture = *state;
	char *data = counted (MUCH);

	output_write (fixture->output, data, MUCH);

	assert_int_equal (output_drain (fixture->output, 1), -ETIMEDOUT);
	assert_false (output_is_gone (fixture->output));
	free (data);
}

static void
a_file_takes_everything (void **state)
{
	FILE *file = tmpfile ();
	char *data = counted (MUCH);
	struct output *output;
	struct loop loop;

	(void) state;
	assert_int_equal (loop_init (&loop), 0);
	assert_int_equal (
		output_new (&loop, fileno (file), 10, NULL, NULL, &output), 0);
	assert_int_equal (output_write (output, data, MUCH), 0);
	assert_int_equal (output_write (output, data, MUCH), 0);

	assert_int_equal (output_waiting (output), 0);
	fseek (file, 0, SEEK_END);
	assert_int_equal (ftell (file), 2 * MUCH);
	output_free (output);
	output_free (NULL);
	loop_fini (&loop);
	fclose (file);
	free (data);
}

static void
what_cannot_be_written_to_is_refused (void **state)
{
	struct output *output = NULL;
	struct loop loop;

	(void) state;
	assert_int_equal (loop_init (&loop), 0);

	assert_int_equal (output_new (&loop, -1, 10, NULL, NULL, &output),
			  -EBADF);
	assert_null (output);
	loop_fini (&loop);
}

#define with_pipe(test)                                                        \
	cmocka_unit_test_setup_teardown (test, set_up_pipe, tear_down)
#define with_socket(test)                                                      \
	cmocka_unit_test_setup_teardown (test, set_up_socket, tear_down)

int
main (void)
{
	const struct CMUnitTest tests[] = {
		with_pipe (what_fits_goes_at_once),
		with_socket (what_fits_goes_at_once),
		with_pipe (what_does_not_fit_waits_and_comes_in_order),
		with_socket (what_does_not_fit_waits_and_comes_in_order),
		with_pipe (a_full_output_refuses_and_tells_of_room),
		with_socket (a_full_output_refuses_and_tells_of_room),
		with_pipe (shared_flags_are_not_changed),
		with_socket (shared_flags_are_not_changed),
		with_pipe (the_end_of_an_idle_reader_is_told_once),
		with_socket (the_end_of_an_idle_reader_is_told_once),
		with_pipe (a_write_finds_a_reader_gone_and_room_is_told_later),
		with_socket (
			a_write_finds_a_reader_gone_and_room_is_told_later),
		with_pipe (a_reader_that_leaves_what_waits_frees_it),
		with_socket (a_reader_that_leaves_what_waits_frees_it),
		with_pipe (draining_waits_for_a_reader),
		with_socket (draining_waits_for_a_reader),
		with_pipe (draining_gives_up_at_its_limit),
		with_socket (draining_gives_up_at_its_limit),
		cmocka_unit_test (a_file_takes_everything),
		cmocka_unit_test (what_cannot_be_written_to_is_refused),
	};

	signal (SIGPIPE, SIG_IGN); /* as the program does */
	return cmocka_run_group_tests (tests, NULL, NULL);
}
