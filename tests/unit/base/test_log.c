/* Tests core/base/log.c and log_out.c. */
#include <config.h>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/log.h"
#include "base/thread.h"

/* "2026-01-02T03:04:05.678Z " */
#define TIME_SIZE 25

/* Both ends of what the log writes to. */
struct ends {
	int reader;
	int writer;
	char text[1000000]; /* what was read */
};

static struct ends ends;

static int
open_pipe (void **state)
{
	int fds[2];

	(void) state;
	if (pipe (fds) < 0)
		return -1;
	ends.reader = fds[0];
	ends.writer = fds[1];
	fcntl (ends.reader, F_SETFL, O_NONBLOCK);
	log_open (ends.writer, LOG_FORMAT_TEXT, LOG_LEVEL_NOTICE);
	return 0;
}

static int
open_socket (void **state)
{
	int fds[2];

	(void) state;
	if (socketpair (AF_UNIX, SOCK_STREAM, 0, fds) < 0)
		return -1;
	ends.reader = fds[0];
	ends.writer = fds[1];
	fcntl (ends.reader, F_SETFL, O_NONBLOCK);
	log_open (ends.writer, LOG_FORMAT_TEXT, LOG_LEVEL_NOTICE);
	return 0;
}

static int
open_terminal (void **state)
{
	struct termios settings;

	(void) state;
	ends.reader = posix_openpt (O_RDWR | O_NOCTTY | O_NONBLOCK);
	if (ends.reader < 0 || grantpt (ends.reader) < 0
	    || unlockpt (ends.reader) < 0)
		return -1;
	ends.writer = open (ptsname (ends.reader), O_RDWR | O_NOCTTY);
	if (ends.writer < 0 || tcgetattr (ends.writer, &settings) < 0)
		return -1;
	cfmakeraw (&settings);
	tcsetattr (ends.writer, TCSANOW, &settings);
	log_open (ends.writer, LOG_FORMAT_TEXT, LOG_LEVEL_NOTICE);
	return 0;
}

static int
close_both (void **state)
{
	(void) state;
	log_open (2, LOG_FORMAT_TEXT, LOG_LEVEL_NOTICE);
	close (ends.writer);
	if (ends.reader >= 0)
		close (ends.reader);
	return 0;
}

/* Everything that is there. */
static const char *
read_all (void)
{
	size_t size = 0;
	ssize_t n;

	while ((n = read (ends.reader, ends.text + size,
			  sizeof (ends.text) - 1 - size))
	       > 0)
		size += (size_t) n;
	ends.text[size] = '\0';
	return ends.text;
}

static size_t
count_lines (const char *text)
{
	size_t n = 0;

	for (; *text != '\0'; text++)
		n += *text == '\n';
	return n;
}

static void
a_line_has_time_level_and_text (void **state)
{
	const char *line;

	(void) state;
	log_notice ("listening on port %d", 80);
	line = read_all ();

	assert_int_equal (line[4], '-');
	assert_int_equal (line[10], 'T');
	assert_int_equal (line[19], '.');
	assert_memory_equal (line + 23, "Z ", 2);
	assert_string_equal (line + TIME_SIZE,
			     "notice: listening on port 80\n");
}

static void
a_plugins_line_names_it (void **state)
{
	(void) state;
	log_line (LOG_LEVEL_ERROR, "status", "text");
	assert_string_equal (read_all () + TIME_SIZE,
			     "error: plugin 'status': text\n");
	log_misbehaving ("status", "finished %s", "twice");
	assert_string_equal (
		read_all () + TIME_SIZE,
		"warning: misbehaving plugin 'status': finished twice\n");
}

static void
the_json_form_is_one_object_a_line (void **state)
{
	const char *line;

	(void) state;
	log_set_format (LOG_FORMAT_JSON);
	log_warning ("a \"b\"\n");
	line = read_all ();
	assert_memory_equal (line, "{\"time\":\"2", 10);
	assert_string_equal (line + 33, "\",\"level\":\"warning\","
					"\"message\":\"a \\\"b\\\"\\n\"}\n");
	log_line (LOG_LEVEL_NOTICE, "p", "x");
	assert_string_equal (read_all () + 33, "\",\"level\":\"notice\","
					       "\"plugin\":\"p\","
					       "\"message\":\"x\"}\n");
	log_misbehaving ("p", "x");
	assert_string_equal (read_all () + 33, "\",\"level\":\"warning\","
					       "\"plugin\":\"p\","
					       "\"misbehaving\":true,"
					       "\"message\":\"x\"}\n");
}

static void
what_is_above_the_level_is_not_said (void **state)
{
	(void) state;
	log_info ("not this");
	assert_string_equal (read_all (), "");
	log_set_level (LOG_LEVEL_DEBUG);
	log_debug ("but this");
	assert_string_equal (read_all () + TIME_SIZE, "debug: but this\n");
	log_set_level (LOG_LEVEL_ERROR);
	log_misbehaving ("x", "nor this");
	assert_string_equal (read_all (), "");
}

static void
levels_have_names (void **state)
{
	(void) state;
	assert_int_equal (log_level_parse ("error"), LOG_LEVEL_ERROR);
	assert_int_equal (log_level_parse ("debug"), LOG_LEVEL_DEBUG);
	assert_int_equal (log_level_parse ("Debug"), -1);
	assert_string_equal (log_level_name (LOG_LEVEL_INFO), "info");
}

static void
no_control_character_reaches_a_terminal (void **state)
{
	(void) state;
	log_notice ("a\nb\x1B[31m \xC2\x9B \xFF \"c\"");
	assert_string_equal (read_all () + TIME_SIZE,
			     "notice: a\\nb\\u001b[31m \\u009b \xEF\xBF\xBD "
			     "\"c\"\n");
}

static void
a_message_too_long_is_cut_and_stays_a_line (void **state)
{
	char text[10000];
	const char *line;

	(void) state;
	log_set_format (LOG_FORMAT_JSON);
	memset (text, '\x01', sizeof (text) - 1); /* six bytes each */
	text[sizeof (text) - 1] = '\0';
	log_notice ("%s", text);
	line = read_all ();

	assert_int_equal (count_lines (line), 1);
	assert_true (strlen (line) <= 4096);
	assert_true (strlen (line) > 1024);
	assert_string_equal (line + strlen (line) - 9, "\\u0001\"}\n");
}

/* Fills the other side; returns what it took. */
static const char *
overflow (int n_lines)
{
	for (int i = 0; i < n_lines; i++)
		log_notice ("line %d", i);
	return read_all ();
}

static void
lines_that_do_not_fit_are_counted (void **state)
{
	size_t n_read = count_lines (overflow (10000));
	char expected[100];
	const char *line;

	(void) state;
	assert_true (n_read > 100 && n_read < 10000);
	log_notice ("after");
	line = read_all ();
	snprintf (expected, sizeof (expected),
		  "warning: %zu lines of the log were lost\n", 10000 - n_read);
	assert_memory_equal (line + TIME_SIZE, expected, strlen (expected));
	line += TIME_SIZE + strlen (expected);
	assert_string_equal (line + TIME_SIZE, "notice: after\n");
	log_notice ("once");
	assert_string_equal (read_all () + TIME_SIZE, "notice: once\n");
}

/* Reads and goes on logging until everything was read. */
static void
read_until_after (void)
{
	struct pollfd reader = { .fd = ends.reader, .events = POLLIN };
	size_t size = 0;

	do {
		ssize_t n;

		/* A terminal hands over late. */
		assert_int_equal (poll (&reader, 1, 10000), 1);
		n = read (ends.reader, ends.text + size,
			  sizeof (ends.text) - 1 - size);
		assert_true (n > 0);
		size += (size_t) n;
		ends.text[size] = '\0';
		log_notice ("after");
	} while (size < 7 || strcmp (ends.text + size - 7, " after\n") != 0);
}

static bool
is_expected_line (const char *line)
{
	return strcmp (line + TIME_SIZE, "notice: whole") == 0
	       || strcmp (line + TIME_SIZE, "notice: after") == 0
	       || strncmp (line + TIME_SIZE, "warning: ", 9) == 0;
}

static void
a_line_that_was_torn_is_ended_before_the_next (void **state)
{
	char *line = ends.text;
	char *end;

	(void) state;
	for (int i = 0; i < 10000; i++)
		log_notice ("whole");
	read_until_after ();

	for (; (end = strchr (line, '\n')) != NULL; line = end + 1) {
		*end = '\0';
		assert_true (is_expected_line (line));
	}
}

static void
shared_flags_are_not_changed (void **state)
{
	int before = fcntl (ends.writer, F_GETFL);

	(void) state;
	overflow (10000);

	assert_int_equal (fcntl (ends.writer, F_GETFL), before);
	assert_int_equal (before & O_NONBLOCK, 0);
}

static void
a_reader_that_is_gone_ends_the_log (void **state)
{
	(void) state;
	log_notice ("read");
	close (ends.reader);
	ends.reader = -1;
	log_notice ("not read");
	log_notice ("not read");
	log_open (ends.writer, LOG_FORMAT_TEXT, LOG_LEVEL_NOTICE);
	log_notice ("not read");
}

static void
a_file_takes_every_line (void **state)
{
	FILE *file = tmpfile ();
	char text[100] = "";

	(void) state;
	assert_non_null (file);
	log_open (fileno (file), LOG_FORMAT_TEXT, LOG_LEVEL_NOTICE);
	log_notice ("first");
	log_notice ("second");
	rewind (file);

	assert_non_null (fgets (text, sizeof (text), file));
	assert_string_equal (text + TIME_SIZE, "notice: first\n");
	assert_non_null (fgets (text, sizeof (text), file));
	assert_string_equal (text + TIME_SIZE, "notice: second\n");
	log_open (2, LOG_FORMAT_TEXT, LOG_LEVEL_NOTICE);
	fclose (file);
}

static void *
say_much (void *arg)
{
	for (int i = 0; i < 100; i++)
		log_notice ("thread %s says something", (const char *) arg);
	return NULL;
}

static void
lines_of_four_threads_stay_whole (void **state)
{
	char names[][2] = { "a", "b", "c", "d" };
	pthread_t threads[4];
	char *line = ends.text;

	(void) state;
	for (int i = 0; i < 4; i++)
		assert_int_equal (
			thread_start (&threads[i], "say", say_much, names[i]),
			0);
	for (int i = 0; i < 4; i++)
		pthread_join (threads[i], NULL);
	read_all ();

	assert_int_equal (count_lines (ends.text), 400);
	for (int i = 0; i < 400; i++, line = strchr (line, '\n') + 1)
		assert_memory_equal (line + TIME_SIZE, "notice: thread ", 15);
}

#define with_pipe(test)                                                        \
	cmocka_unit_test_setup_teardown (test, open_pipe, close_both)
#define with_socket(test)                                                      \
	cmocka_unit_test_setup_teardown (test, open_socket, close_both)

int
main (void)
{
	const struct CMUnitTest tests[] = {
		with_pipe (a_line_has_time_level_and_text),
		with_pipe (a_plugins_line_names_it),
		with_pipe (the_json_form_is_one_object_a_line),
		with_pipe (what_is_above_the_level_is_not_said),
		cmocka_unit_test (levels_have_names),
		with_pipe (no_control_character_reaches_a_terminal),
		with_pipe (a_message_too_long_is_cut_and_stays_a_line),
		with_pipe (lines_that_do_not_fit_are_counted),
		with_socket (lines_that_do_not_fit_are_counted),
		cmocka_unit_test_setup_teardown (
			a_line_that_was_torn_is_ended_before_the_next,
			open_terminal, close_both),
		with_pipe (shared_flags_are_not_changed),
		with_socket (shared_flags_are_not_changed),
		with_pipe (a_reader_that_is_gone_ends_the_log),
		with_socket (a_reader_that_is_gone_ends_the_log),
		cmocka_unit_test (a_file_takes_every_line),
		with_pipe (lines_of_four_threads_stay_whole),
	};

	signal (SIGPIPE, SIG_IGN); /* as the program does */
	return cmocka_run_group_tests (tests, NULL, NULL);
}
