/* Tests core/http/exchange.c: replies that come later, and streams that they
 * become. */
#include "rig.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "http/peer.h"

#define POST(fields, size, body)                                               \
	"POST /mcp HTTP/1.1\r\n" RIG_HEAD fields "Content-Length: " size       \
	"\r\n\r\n" body

static void
assert_has (const char *text, const char *needle)
{
	if (strstr (text, needle) == NULL)
		fail_msg ("no '%s' in: %s", needle, text);
}

static int
ask (struct rig *rig, const char *request)
{
	int fd = rig_connect (rig);

	rig_send (fd, request);
	rig_wait_for (rig, rig->mcp.n_parked == 1);
	return fd;
}

static void
a_reply_that_comes_later_is_json_and_the_connection_lives (void **state)
{
	struct rig *rig = *state;
	int fd = ask (rig, POST ("", "4", "park"));

	stand_in_reply (&rig->mcp, "{\"late\":1}");
	assert_has (rig_read_answer (rig, fd), "\r\n\r\n{\"late\":1}");
	assert_has (rig->text, "Content-Type: application/json\r\n");
	rig_send (fd, POST ("", "8", "now {22}"));
	assert_has (rig_read_answer (rig, fd), "{22}");
	close (fd);
}

static void
an_event_makes_a_stream_whose_last_event_is_the_reply (void **state)
{
	struct rig *rig = *state;
	int fd = ask (rig, POST ("", "4", "park"));

	assert_true (stand_in_event (&rig->mcp, "{\"n\":1}"));
	assert_has (rig_read (rig, fd, "data: {\"n\":1}\n\n"),
		    "Content-Type: text/event-stream\r\n");
	assert_has (rig->text, "X-Accel-Buffering: no\r\n");
	assert_has (rig->text, "Cache-Control: no-store, no-transform\r\n");
	assert_true (stand_in_event (&rig->mcp, "{\"n\":2}"));
	assert_has (rig_read (rig, fd, "{\"n\":2}\n\n"), "event: message\n");
	stand_in_reply (&rig->mcp, "{\"end\":1}");
	assert_has (rig_read (rig, fd, "\r\n0\r\n\r\n"), "{\"end\":1}");
	rig_send (fd, POST ("", "8", "now {22}"));
	assert_has (rig_read_answer (rig, fd), "{22}");
	close (fd);
}

static void
no_answer_is_a_stream_without_events (void **state)
{
	struct rig *rig = *state;
	int fd = ask (rig, POST ("", "4", "park"));

	stand_in_reply (&rig->mcp, "");
	assert_has (rig_read (rig, fd, "\r\n\r\n0\r\n\r\n"),
		    "HTTP/1.1 200 OK\r\n");
	assert_has (rig->text, "Content-Type: text/event-stream\r\n");
	rig_send (fd, POST ("", "8", "now {22}"));
	assert_has (rig_read_answer (rig, fd), "{22}");
	close (fd);
}

static void
an_event_and_a_reply_at_once_are_a_stream (void **state)
{
	struct rig *rig = *state;
	int fd = rig_connect (rig);

	rig_send (fd, POST ("", "9", "both {22}"));
	assert_has (rig_read (rig, fd, "\r\n0\r\n\r\n"),
		    "event: message\ndata: {22}\n\n"
		    "event: message\ndata: {22}\n\n");
	close (fd);
}

static void
who_accepts_no_stream_gets_no_event (void **state)
{
	struct rig *rig = *state;
	int fd = ask (rig, POST ("Accept: application/json\r\n", "4", "park"));

	assert_false (stand_in_event (&rig->mcp, "{\"n\":1}"));
	stand_in_reply (&rig->mcp, "{\"late\":1}");
	assert_has (rig_read_answer (rig, fd), "\r\n\r\n{\"late\":1}");
	close (fd);
}

static void
a_stream_of_http_1_0_ends_with_its_connection (void **state)
{
	struct rig *rig = *state;
	int fd = ask (rig, "POST /mcp HTTP/1.0\r\n" RIG_HEAD
			   "Content-Length: 4\r\n\r\npark");

	stand_in_event (&rig->mcp, "{\"n\":1}");
	rig_read (rig, fd, "data: {\"n\":1}\n\n");
	stand_in_reply (&rig->mcp, "{\"end\":1}");
	assert_has (rig_read (rig, fd, NULL), "data: {\"end\":1}\n\n");
	close (fd);
	rig_wait_for (rig, http_connections (rig->http) == 0);
}

/* Here libmicrohttpd would keep the connection if it were told the end. */
static void
it_ends_so_with_nothing_left_to_say (void **state)
{
	struct rig *rig = *state;
	int older = rig_connect (rig);
	int fd = ask (rig, "POST /mcp HTTP/1.0\r\n" RIG_HEAD
			   "Content-Length: 4\r\n\r\npark");

	stand_in_event (&rig->mcp, "{\"n\":1}");
	rig_read (rig, fd, "data: {\"n\":1}\n\n");
	loop_turn (&rig->loop, 0);
	stand_in_reply (&rig->mcp, NULL);
	rig_read (rig, fd, NULL);
	rig_wait_for (rig, http_connections (rig->http) == 1);
	close (fd);
	close (older);
}

static void
start_with (struct rig *rig, int64_t stream_after_ms, int64_t keepalive_ms)
{
	rig_init (rig);
	rig->options.stream_after_ms = stream_after_ms;
	rig->options.keepalive_ms = keepalive_ms;
	rig_start (rig);
}

static void
silence_makes_a_stream_and_comments_keep_it (void **state)
{
	static struct rig rig;
	int fd;

	(void) state;
	start_with (&rig, 5, 5);
	fd = ask (&rig, POST ("", "4", "park"));
	assert_has (rig_read (&rig, fd, ": keep-alive\n\n"),
		    "text/event-stream");
	rig_read (&rig, fd, ": keep-alive\n\n");
	stand_in_reply (&rig.mcp, "{\"end\":1}");
	assert_has (rig_read (&rig, fd, "\r\n0\r\n\r\n"), "{\"end\":1}");
	close (fd);
	rig_stop (&rig);
}

static void
silence_changes_nothing_for_who_accepts_no_stream (void **state)
{
	static struct rig rig;
	int fd, other;

	(void) state;
	start_with (&rig, 5, 5);
	fd = ask (&rig, POST ("Accept: application/json\r\n", "4", "park"));
	other = rig_connect (&rig);
	rig_send (other, POST ("", "4", "park"));
	rig_read (&rig, other, ": keep-alive\n\n");
	stand_in_reply (&rig.mcp, "{\"late\":1}");
	assert_has (rig_read_answer (&rig, fd), "\r\n\r\n{\"late\":1}");
	close (fd);
	close (other);
	rig_stop (&rig);
}

static void
a_reply_in_the_moment_of_silence_stays_json (void **state)
{
	struct rig *rig = *state;
	int fd = ask (rig, POST ("", "4", "park"));

	stand_in_reply (&rig->mcp, "{\"late\":1}");
	exchange_fell_silent (rig->http->peers);
	assert_has (rig_read_answer (rig, fd), "\r\n\r\n{\"late\":1}");
	close (fd);
}

static void
who_leaves_a_parked_request_is_reported (void **state)
{
	struct rig *rig = *state;
	int fd = ask (rig, POST ("", "4", "park"));

	close (fd);
	rig_wait_for (rig, http_connections (rig->http) == 0);
	assert_int_equal (rig->mcp.n_left, 1);
}

static void
who_leaves_a_stream_is_reported (void **state)
{
	struct rig *rig = *state;
	int fd = ask (rig, POST ("", "9", "event {1}"));

	rig_read (rig, fd, "data: {1}\n\n");
	rig_reset (fd);
	rig_wait_for (rig, http_connections (rig->http) == 0);
	assert_int_equal (rig->mcp.n_left, 1);
}

static void
who_shuts_his_side_has_left (void **state)
{
	struct rig *rig = *state;
	int fd = ask (rig, POST ("", "4", "park"));

	shutdown (fd, SHUT_WR);
	rig_wait_for (rig, rig->mcp.n_left == 1);
	assert_true (rig_ends (rig, fd));
	close (fd);
}

static void
who_asks_and_shuts_at_once_is_answered (void **state)
{
	struct rig *rig = *state;
	int fd = rig_connect (rig);

	rig_send (fd, POST ("", "8", "now {22}"));
	shutdown (fd, SHUT_WR);
	assert_has (rig_read (rig, fd, NULL), "{22}");
	close (fd);
	rig_wait_for (rig, http_connections (rig->http) == 0);
}

static void
who_shuts_his_side_reads_a_large_stream_whole (void **state)
{
	static char data[1000001];
	struct rig *rig = *state;
	int64_t limit = clock_ms () + 10000;
	int fd = ask (rig, POST ("", "9", "event {1}"));
	size_t n = 0;

	rig_read (rig, fd, "data: {1}\n\n");
	memset (data, 'x', sizeof (data) - 1);
	stand_in_reply (&rig->mcp, data);
	shutdown (fd, SHUT_WR);
	while (rig_read_more (rig, fd) && clock_ms () < limit)
		for (const char *x = rig->text; *x != '\0'; x++)
			n += *x == 'x';
	assert_int_equal (n, 1000000);
	close (fd);
}

static void
a_reader_too_slow_loses_his_stream (void **state)
{
	static char data[20001];
	struct rig *rig = *state;
	int fd = ask (rig, POST ("", "4", "park"));
	int n = 0;

	memset (data, 'x', sizeof (data) - 1);
	while (rig->mcp.n_left == 0 && n++ < 10000) {
		stand_in_event (&rig->mcp, data);
		loop_turn (&rig->loop, 0);
	}
	assert_int_equal (rig->mcp.n_left, 1);
	rig_wait_for (rig, http_connections (rig->http) == 0);
	close (fd);
}

static void
a_large_reply_on_a_stream_arrives_whole (void **state)
{
	static char data[1000001];
	struct rig *rig = *state;
	int fd = ask (rig, POST ("", "4", "park"));
	size_t n = 0;

	memset (data, 'x', sizeof (data) - 1);
	stand_in_event (&rig->mcp, "{\"n\":1}");
	rig_read (rig, fd, "data: {\"n\":1}\n\n");
	stand_in_reply (&rig->mcp, data);
	do {
		char *x;

		rig_read (rig, fd, "\n");
		for (x = rig->text; *x != '\0'; x++)
			n += *x == 'x';
	} while (strstr (rig->text, "\n0\r\n") == NULL);
	assert_int_equal (n, 1000000);
	close (fd);
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown (name, rig_setup, rig_teardown)

int
main (void)
{
	const struct CMUnitTest tests[] = {
		TEST (a_reply_that_comes_later_is_json_and_the_connection_lives),
		TEST (an_event_makes_a_stream_whose_last_event_is_the_reply),
		TEST (no_answer_is_a_stream_without_events),
		TEST (an_event_and_a_reply_at_once_are_a_stream),
		TEST (who_accepts_no_stream_gets_no_event),
		TEST (a_stream_of_http_1_0_ends_with_its_connection),
		TEST (it_ends_so_with_nothing_left_to_say),
		cmocka_unit_test (silence_makes_a_stream_and_comments_keep_it),
		cmocka_unit_test (
			silence_changes_nothing_for_who_accepts_no_stream),
		TEST (a_reply_in_the_moment_of_silence_stays_json),
		TEST (who_leaves_a_parked_request_is_reported),
		TEST (who_leaves_a_stream_is_reported),
		TEST (who_shuts_his_side_has_left),
		TEST (who_asks_and_shuts_at_once_is_answered),
		TEST (who_shuts_his_side_reads_a_large_stream_whole),
		TEST (a_reader_too_slow_loses_his_stream),
		TEST (a_large_reply_on_a_stream_arrives_whole),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
