/* Tests core/http/http.c and drain.c: the start and the end. */
#include "rig.h"

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "http/server.h"

#define POST(size, body)                                                       \
	"POST /mcp HTTP/1.1\r\n" RIG_HEAD "Content-Length: " size              \
	"\r\n\r\n" body

static void
assert_has (const char *text, const char *needle)
{
	if (strstr (text, needle) == NULL)
		fail_msg ("no '%s' in: %s", needle, text);
}

/* What the program does between its two orders. */
static void
end (struct rig *rig)
{
	rig_wait_for (rig, http_connections (rig->http) == 0);
	http_free (rig->http);
	loop_fini (&rig->loop);
	rig_check_fds (rig);
	free (rig);
}

static bool
is_refused (struct rig *rig)
{
	struct sockaddr_in name = {
		.sin_family = AF_INET,
		.sin_port = htons (http_port (rig->http)),
		.sin_addr.s_addr = htonl (INADDR_LOOPBACK),
	};
	int fd = socket (AF_INET, SOCK_STREAM, 0);
	int r = connect (fd, (struct sockaddr *) &name, sizeof (name));

	close (fd);
	return r < 0;
}

static void
nothing_connects_before_listening_and_all_after (void **state)
{
	struct rig *rig = malloc (sizeof (*rig));
	struct error err;
	int fd;

	(void) state;
	rig_init (rig);
	assert_int_equal (http_bind (&rig->loop, &rig->mcp, &rig->options,
				     &rig->http, &err),
			  0);
	assert_true (http_port (rig->http) > 0);
	assert_true (is_refused (rig));
	assert_int_equal (http_listen (rig->http, &err), 0);
	fd = rig_connect (rig);
	close (fd);
	rig_stop (rig);
	free (rig);
}

static void
descriptors_are_raised_to_the_hard_limit (void **state)
{
	struct rlimit limit;
	struct rig *rig = malloc (sizeof (*rig));

	(void) state;
	getrlimit (RLIMIT_NOFILE, &limit);
	limit.rlim_cur = limit.rlim_max / 2;
	setrlimit (RLIMIT_NOFILE, &limit);
	rig_init (rig);
	rig_start (rig);
	getrlimit (RLIMIT_NOFILE, &limit);
	assert_int_equal (limit.rlim_cur, limit.rlim_max);
	rig_stop (rig);
	free (rig);
}

static void
draining_ends_idle_connections_and_listening (void **state)
{
	struct rig *rig = *state;
	int fd = rig_connect (rig);

	rig_send (fd, POST ("8", "now {22}"));
	rig_read_answer (rig, fd);
	http_drain (rig->http);
	assert_true (rig_ends (rig, fd));
	assert_true (is_refused (rig));
	close (fd);
	end (rig);
}

static void
what_was_queued_is_answered_while_draining (void **state)
{
	struct rig *rig = *state;
	int fds[200]; /* more than one turn accepts */
	int i;

	for (i = 0; i < 200; i++) {
		fds[i] = rig_connect (rig);
		rig_send (fds[i], POST ("8", "now {22}"));
	}
	http_drain (rig->http);
	for (i = 0; i < 200; i++) {
		assert_has (rig_read_answer (rig, fds[i]), "{22}");
		assert_has (rig->text, "Connection: close\r\n");
		close (fds[i]);
	}
	end (rig);
}

static void
what_was_half_sent_is_answered_while_draining (void **state)
{
	struct rig *rig = *state;
	int fd = rig_connect (rig);

	rig_send (fd, "POST /mcp HTTP/1.1\r\n" RIG_HEAD);
	rig_wait_for (rig, http_connections (rig->http) == 1);
	http_drain (rig->http);
	loop_turn (&rig->loop, 0);
	rig_send (fd, "Content-Length: 10\r\n\r\nstatus 503");
	assert_has (rig_read_answer (rig, fd), "HTTP/1.1 503 ");
	assert_has (rig->text, "Connection: close\r\n");
	assert_true (rig_ends (rig, fd));
	close (fd);
	end (rig);
}

/* Reads to the end; returns how many x there were. */
static size_t
count_x (struct rig *rig, int fd)
{
	int64_t limit = clock_ms () + 10000;
	size_t n = 0;
	const char *x;

	while (rig_read_more (rig, fd) && clock_ms () < limit)
		for (x = rig->text; *x != '\0'; x++)
			n += *x == 'x';
	assert_true (clock_ms () < limit);
	return n;
}

static void
an_answer_that_began_before_draining_is_the_last (void **state)
{
	static char text[(16 << 20) + 1];
	struct rig *rig = *state;
	int fd = rig_connect (rig);

	memset (text, 'x', sizeof (text) - 1);
	rig_send (fd, POST ("4", "park"));
	rig_wait_for (rig, rig->mcp.n_parked == 1);
	stand_in_reply (&rig->mcp, text);
	loop_turn (&rig->loop, 0);
	http_drain (rig->http);
	assert_int_equal (count_x (rig, fd), sizeof (text) - 1);
	close (fd);
	end (rig);
}

static void
a_streams_last_event_arrives_whole_at_the_end (void **state)
{
	static char text[(2 << 20) + 1];
	struct rig *rig = *state;
	int fd = rig_connect (rig);

	memset (text, 'x', sizeof (text) - 1);
	rig_send (fd, POST ("9", "event {1}"));
	rig_read (rig, fd, "data: {1}\n\n");
	stand_in_reply (&rig->mcp, text);
	http_stop (rig->http);
	assert_int_equal (count_x (rig, fd), sizeof (text) - 1);
	close (fd);
	end (rig);
}

static void
running_calls_finish_while_draining (void **state)
{
	struct rig *rig = *state;
	int fd = rig_connect (rig);

	rig_send (fd, POST ("4", "park"));
	rig_wait_for (rig, rig->mcp.n_parked == 1);
	http_drain (rig->http);
	loop_turn (&rig->loop, 0);
	loop_turn (&rig->loop, 0);
	stand_in_reply (&rig->mcp, "{\"late\":1}");
	assert_has (rig_read_answer (rig, fd), "{\"late\":1}");
	assert_true (rig_ends (rig, fd));
	close (fd);
	end (rig);
}

static void
readiness_ends_with_draining (void **state)
{
	struct rig *rig = *state;
	int fd = rig_connect (rig);

	rig_send (fd, "GET /readyz HTTP/1.1\r\n");
	rig_wait_for (rig, http_connections (rig->http) == 1);
	http_drain (rig->http);
	loop_turn (&rig->loop, 0);
	rig_send (fd, "Host: localhost\r\n\r\n");
	assert_has (rig_read_answer (rig, fd), "HTTP/1.1 503 ");
	close (fd);
	end (rig);
}

static void
stopping_ends_streams_and_cuts_the_rest (void **state)
{
	struct rig *rig = *state;
	int stream = rig_connect (rig);
	int call = rig_connect (rig);
	int silent = rig_connect (rig);
	int cut = rig_connect (rig);

	rig_send (stream, "GET /sse HTTP/1.1\r\nHost: localhost\r\n\r\n");
	rig_read (rig, stream, "session_id=1\r\n\r\n");
	rig_send (call, POST ("4", "park"));
	rig_wait_for (rig, rig->mcp.n_parked == 1);
	rig_send (silent, "POST");
	rig_wait_for (rig, http_connections (rig->http) == 4);
	http_drain (rig->http);
	stand_in_stop (&rig->mcp);
	rig_send (cut, POST ("4", "park"));
	rig_wait_for (rig, rig->mcp.n_parked == 1);
	http_stop (rig->http);
	assert_has (rig_read_answer (rig, call), "{\"stopped\":1}");
	assert_true (rig_ends (rig, stream));
	assert_true (rig_ends (rig, silent));
	assert_true (rig_ends (rig, cut));
	assert_int_equal (rig->mcp.n_left, 1);
	close (stream);
	close (call);
	close (silent);
	close (cut);
	end (rig);
}

/* From inside a request, as when the last call's answer ends the drain. */
static void
an_order_to_stop_may_come_from_anywhere (void **state)
{
	struct rig *rig = *state;
	int fd = rig_connect (rig);

	rig_send (fd, POST ("8", "now {22}"));
	rig->mcp.to_stop = rig->http;
	rig_read_answer (rig, fd);
	close (fd);
	end (rig);
}

static void
freeing_cuts_whatever_is_left (void **state)
{
	struct rig *rig = *state;
	int fds[5];
	int i;

	for (i = 0; i < 5; i++)
		fds[i] = rig_connect (rig);
	rig_send (fds[0], "GET /sse HTTP/1.1\r\nHost: localhost\r\n\r\n");
	rig_send (fds[1], POST ("4", "park"));
	rig_send (fds[2], POST ("9", "event {1}"));
	rig_send (fds[3], "POST /mcp HTTP/1.1\r\n" RIG_HEAD
			  "Content-Length: 8\r\n\r\nnow ");
	rig_wait_for (rig, rig->mcp.n_parked == 2);
	rig_wait_for (rig, http_connections (rig->http) == 5);
	http_free (rig->http);
	loop_fini (&rig->loop);
	for (i = 0; i < 5; i++)
		close (fds[i]);
	assert_int_equal (rig->mcp.n_parked, 0);
	assert_int_equal (rig->mcp.n_channels, 0);
	rig_check_fds (rig);
	free (rig);
}

#define TEST(name) cmocka_unit_test_setup (name, rig_setup)

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (
			nothing_connects_before_listening_and_all_after),
		cmocka_unit_test (descriptors_are_raised_to_the_hard_limit),
		TEST (draining_ends_idle_connections_and_listening),
		TEST (what_was_queued_is_answered_while_draining),
		TEST (what_was_half_sent_is_answered_while_draining),
		TEST (an_answer_that_began_before_draining_is_the_last),
		TEST (a_streams_last_event_arrives_whole_at_the_end),
		TEST (running_calls_finish_while_draining),
		TEST (readiness_ends_with_draining),
		TEST (stopping_ends_streams_and_cuts_the_rest),
		TEST (an_order_to_stop_may_come_from_anywhere),
		TEST (freeing_cuts_whatever_is_left),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
