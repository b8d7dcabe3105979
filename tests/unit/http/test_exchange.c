/* Tests core/http/exchange.c: replies that come later, and streams that they
 * become. */
#include "rig.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "http/server.h"
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
silence_is_for_the_protocol_to_break (void **state)
{
	static struct rig rig;
	int fd;

	(void) state;
	start_with (&rig, 5, 5);
	rig.mcp.is_speaking = true;
	fd = ask (&rig, POST ("", "4", "park"));
	rig_read (&rig, fd, "\r\n\r\n");
	if (strstr (rig.text, "data: \n\n") == NULL)
		rig_read (&rig, fd, "data: \n\n");
	assert_has (rig.text, "id: a-0\ndata: \n\n");
	assert_null (strstr (rig.text, "keep-alive\n\nid: "));
	stand_in_reply (&rig.mcp, "{\"end\":1}");
	assert_has (rig_read (&rig, fd, "\r\n0\r\n\r\n"), "{\"end\":1}");
	close (fd);
	rig_stop (&rig);
}

static void
events_have_ids_and_retries (void **state)
{
	struct rig *rig = *state;
	int fd = ask (rig, POST ("", "6", "id {1}"));

	assert_has (rig_read (rig, fd, "{1}\n\n"),
		    "event: message\nid: a-1\nretry: 250\ndata: {1}\n\n");
	close (fd);
}

static void
an_event_may_prime_a_stream_with_its_id (void **state)
{
	struct rig *rig = *state;
	int fd = ask (rig, POST ("", "5", "prime"));

	assert_has (rig_read (rig, fd, "data: \n\n"), "\nid: a-0\ndata: \n\n");
	assert_null (strstr (rig->text, "event: "));
	close (fd);
}

static void
a_stream_may_end_without_a_reply (void **state)
{
	struct rig *rig = *state;
	int fd = ask (rig, POST ("", "5", "prime"));

	rig_read (rig, fd, "data: \n\n");
	stand_in_finish (&rig->mcp);
	assert_null (strstr (rig_read (rig, fd, "0\r\n\r\n"), "data"));
	rig_send (fd, POST ("", "8", "now {22}"));
	assert_has (rig_read_answer (rig, fd), "{22}");
	close (fd);
	rig_wait_for (rig, http_connections (rig->http) == 0);
	assert_int_equal (rig->mcp.n_left, 0);
}

static void
any_header_is_found_whatever_its_case (void **state)
{
	struct rig *rig = *state;

	rig_ask (rig, POST ("MCP-PARAM-Place: \t  a b \t\r\n", "22",
			    "header mcp-param-place"));
	assert_has (rig->text, "[1,\"a b\"]");
	rig_ask (rig, POST ("X: 1\r\nY: 2\r\nx: 3\r\n", "8", "header X"));
	assert_has (rig->text, "[2,\"1\"]");
	rig_ask (rig, POST ("X:\r\n", "8", "header X"));
	assert_has (rig->text, "[1,\"\"]");
	rig_ask (rig, POST ("", "8", "header X"));
	assert_has (rig->text, "[0,\"(none)\"]");
}

/* --- Exchanges that become channels --- */

static void
assert_is_taken (struct rig *rig, int fd)
{
	rig_wait_for (rig, rig->http->peers == NULL);
	assert_int_equal (rig->http->n_streams, 1);
	stand_in_publish (&rig->mcp, "{\"n\":2}");
	assert_has (rig_read (rig, fd, "{\"n\":2}\n\n"), "event: message\n");
}

static void
a_post_may_be_answered_by_a_channel (void **state)
{
	struct rig *rig = *state;
	int fd = rig_connect (rig);

	rig_send (fd, POST ("", "11", "channel {1}"));
	assert_has (rig_read (rig, fd, "data: {1}\n\n"),
		    "Content-Type: text/event-stream\r\n");
	assert_null (strstr (rig->text, "chunked"));
	assert_is_taken (rig, fd);
	close (fd);
	rig_wait_for (rig, rig->mcp.n_closed == 1);
	assert_int_equal (rig->mcp.n_left, 0);
}

static void
a_parked_post_may_become_a_channel (void **state)
{
	struct rig *rig = *state;
	int fd = ask (rig, POST ("", "4", "park"));

	assert_true (stand_in_become_channel (&rig->mcp));
	stand_in_publish (&rig->mcp, "{\"n\":1}");
	rig_read (rig, fd, "{\"n\":1}\n\n");
	assert_is_taken (rig, fd);
	stand_in_stop (&rig->mcp);
	rig_read (rig, fd, NULL);
	close (fd);
	assert_int_equal (rig->mcp.n_closed, 0);
}

static void
what_was_said_before_a_channel_stays_first (void **state)
{
	struct rig *rig = *state;
	int fd = rig_connect (rig);

	rig_send (fd, POST ("", "9", "later {1}"));
	rig_wait_for (rig, rig->mcp.n_channels == 1);
	stand_in_publish (&rig->mcp, "{\"n\":1}");
	assert_has (rig_read (rig, fd, "{\"n\":1}\n\n"),
		    "\r\n\r\nevent: message\ndata: {1}\n\n");
	assert_is_taken (rig, fd);
	close (fd);
}

static void
a_stream_that_has_begun_may_become_a_channel (void **state)
{
	struct rig *rig = *state;
	int fd = ask (rig, POST ("", "9", "event {1}"));

	rig_read (rig, fd, "data: {1}\n\n");
	assert_true (stand_in_become_channel (&rig->mcp));
	stand_in_publish (&rig->mcp, "{\"n\":1}");
	rig_read (rig, fd, "{\"n\":1}\n\n");
	stand_in_stop (&rig->mcp);
	rig_read (rig, fd, "0\r\n\r\n");
	close (fd);
}

static void
who_leaves_such_a_channel_is_reported (void **state)
{
	struct rig *rig = *state;
	int fd = ask (rig, POST ("", "9", "event {1}"));

	rig_read (rig, fd, "data: {1}\n\n");
	assert_true (stand_in_become_channel (&rig->mcp));
	rig_reset (fd);
	rig_wait_for (rig, http_connections (rig->http) == 0);
	assert_int_equal (rig->mcp.n_closed, 1);
	assert_int_equal (rig->mcp.n_left, 0);
}

static void
who_accepts_no_stream_gets_no_channel (void **state)
{
	struct rig *rig = *state;

	rig_ask (rig,
		 POST ("Accept: application/json\r\n", "11", "channel {1}"));
	assert_has (rig->text, "\r\n\r\n{\"no\":1}");
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
		cmocka_unit_test (silence_is_for_the_protocol_to_break),
		TEST (events_have_ids_and_retries),
		TEST (an_event_may_prime_a_stream_with_its_id),
		TEST (a_stream_may_end_without_a_reply),
		TEST (any_header_is_found_whatever_its_case),
		TEST (a_post_may_be_answered_by_a_channel),
		TEST (a_parked_post_may_become_a_channel),
		TEST (what_was_said_before_a_channel_stays_first),
		TEST (a_stream_that_has_begun_may_become_a_channel),
		TEST (who_leaves_such_a_channel_is_reported),
		TEST (who_accepts_no_stream_gets_no_channel),
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
