/* Tests core/http/channel.c: long streams, whose sockets are taken over from
 * libmicrohttpd, and those that are not where that does not work. */
#include "rig.h"

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "http/server.h"

#define GET(path) "GET " path " HTTP/1.1\r\nHost: localhost\r\n"

static void
assert_has (const char *text, const char *needle)
{
	if (strstr (text, needle) == NULL)
		fail_msg ("no '%s' in: %s", needle, text);
}

static int
open_sse (struct rig *rig)
{
	int fd = rig_connect (rig);

	rig_send (fd, GET ("/sse") "\r\n");
	rig_read (rig, fd, "/messages?session_id=1\r\n\r\n");
	return fd;
}

static void
an_http_sse_stream_looks_as_the_original_did (void **state)
{
	struct rig *rig = *state;
	int fd = open_sse (rig);

	assert_has (rig->text, "HTTP/1.1 200 OK\r\n");
	assert_has (rig->text,
		    "Content-Type: text/event-stream; charset=utf-8\r\n");
	assert_has (rig->text, "Cache-Control: no-store\r\n");
	assert_has (rig->text, "X-Accel-Buffering: no\r\n");
	assert_has (rig->text, "\r\n\r\nevent: endpoint\r\n"
			       "data: /messages?session_id=1\r\n\r\n");
	assert_null (strstr (rig->text, "chunked"));
	close (fd);
}

static void
get_messages_opens_the_same_stream (void **state)
{
	struct rig *rig = *state;
	int fd = rig_connect (rig);

	rig_send (fd,
		  GET ("/messages") "Accept: text/html\r\n"
				    "MCP-Protocol-Version: 2024-11-05\r\n\r\n");
	rig_read (rig, fd, "event: endpoint\r\n");
	assert_string_equal (rig->mcp.last_version, "2024-11-05");
	close (fd);
}

/* Another turn would be two system calls more for each report. */
static void
what_a_turn_says_on_a_stream_is_written_in_it (void **state)
{
	struct rig *rig = *state;
	int fd = open_sse (rig), post = rig_connect (rig);

	rig_send (post, "POST /messages?session_id=1 HTTP/1.1\r\n" RIG_HEAD
			"Content-Length: 10\r\n\r\npublish {}");
	rig_wait_for (rig, rig->mcp.n_posts == 1);
	assert_int_equal (
		uv_is_active ((const uv_handle_t *) &rig->http->awake), 0);
	assert_has (rig_read (rig, fd, "data: {}"), "event: message\r\n");
	close (post);
	close (fd);
}

static void
a_streamable_stream_has_its_session_and_lf (void **state)
{
	struct rig *rig = *state;
	int fd = rig_connect (rig);

	rig_send (fd, GET ("/mcp") "Mcp-Session-Id: s1\r\n"
				   "Content-Length: 0\r\n\r\n");
	assert_has (rig_read (rig, fd, "\r\n\r\n"),
		    "Content-Type: text/event-stream\r\n");
	assert_string_equal (rig->mcp.last_session, "s1");
	rig_wait_for (rig, rig->mcp.n_channels == 1);
	stand_in_publish (&rig->mcp, "{\"n\":1}");
	assert_has (rig_read (rig, fd, "{\"n\":1}\n\n"), "event: message\n");
	close (fd);
}

static void
a_streams_events_have_ids_and_go_on_where_one_was (void **state)
{
	struct rig *rig = *state;
	int fd = rig_connect (rig);
	struct channel *channel;

	rig_send (fd, GET ("/mcp") "Last-Event-ID: a-7\r\n\r\n");
	rig_wait_for (rig, rig->mcp.n_channels == 1);
	assert_string_equal (rig->mcp.last_event_id, "a-7");
	channel = rig->mcp.channels[0];
	channel->ops->send (channel, "message", "a-8", "{}", 2);
	channel->ops->send (channel, "message", "a-9", "", 0);
	assert_has (rig_read (rig, fd, "data: \n\n"),
		    "event: message\nid: a-8\ndata: {}\n\n"
		    "id: a-9\ndata: \n\n");
	close (fd);
}

static void
what_the_protocol_has_against_it_is_the_answer (void **state)
{
	struct rig *rig = *state;

	rig->mcp.open_status = 400;
	assert_has (rig_ask (rig, GET ("/mcp") "\r\n"), "HTTP/1.1 400 ");
	assert_has (rig->text, "{\"why\":1}");
	rig->mcp.open_status = 503;
	assert_has (rig_ask (rig, GET ("/sse") "\r\n"), "Retry-After: 1\r\n");
}

static void
a_taken_stream_lives_on_without_its_connection (void **state)
{
	struct rig *rig = *state;
	int fd = open_sse (rig);
	int i;

	rig_wait_for (rig, rig->http->peers == NULL);
	assert_true (rig->http->can_take);
	assert_int_equal (rig->http->n_streams, 1);
	assert_int_equal (http_connections (rig->http), 1);
	for (i = 0; i < 10; i++) {
		stand_in_publish (&rig->mcp, "{\"n\":1}");
		assert_has (rig_read (rig, fd, "{\"n\":1}\r\n\r\n"),
			    "event: message\r\n");
	}
	close (fd);
	rig_wait_for (rig, http_connections (rig->http) == 0);
	assert_int_equal (rig->mcp.n_closed, 1);
}

static void
a_stream_that_ends_says_all_before (void **state)
{
	struct rig *rig = *state;
	int fd = open_sse (rig);

	rig_send (fd, "what nobody will read");
	stand_in_publish (&rig->mcp, "{\"n\":1}");
	stand_in_stop (&rig->mcp);
	assert_has (rig_read (rig, fd, NULL), "data: {\"n\":1}\r\n\r\n");
	assert_false (rig->was_reset);
	close (fd);
	assert_int_equal (http_connections (rig->http), 0);
	assert_int_equal (rig->mcp.n_closed, 0);
}

static void
a_stream_that_ends_as_it_opens_is_whole (void **state)
{
	struct rig *rig = *state;
	int fd = rig_connect (rig);

	rig->mcp.is_ending = true;
	rig_send (fd, GET ("/sse") "\r\n");
	assert_has (rig_read (rig, fd, NULL), "session_id=1\r\n\r\n");
	close (fd);
}

static void
every_way_of_leaving_is_noticed (void **state)
{
	struct rig *rig = *state;
	int fds[3];
	int i;

	for (i = 0; i < 3; i++)
		fds[i] = open_sse (rig);
	close (fds[0]);
	rig_reset (fds[1]);
	shutdown (fds[2], SHUT_WR);
	rig_wait_for (rig, rig->mcp.n_closed == 3);
	assert_true (rig_ends (rig, fds[2]));
	close (fds[2]);
	assert_int_equal (http_connections (rig->http), 0);
}

static void
a_reader_too_slow_is_closed_and_others_are_not (void **state)
{
	static char data[20001];
	struct rig *rig = *state;
	int slow = open_sse (rig);
	int quick = open_sse (rig);
	int n;

	memset (data, 'x', sizeof (data) - 1);
	for (n = 0; rig->mcp.n_closed == 0 && n < 10000; n++) {
		stand_in_publish (&rig->mcp, data);
		rig_read (rig, quick, "x\r\n\r\n");
	}
	assert_int_equal (rig->mcp.n_closed, 1);
	assert_int_equal (rig->mcp.n_channels, 1);
	stand_in_publish (&rig->mcp, "{\"n\":1}");
	rig_read (rig, quick, "{\"n\":1}\r\n\r\n");
	close (slow);
	close (quick);
}

static void
a_reader_that_pauses_gets_everything_later (void **state)
{
	static char data[20001];
	struct rig *rig = *state;
	size_t size = 0;
	int fd, i;

	memset (data, 'x', sizeof (data) - 1);
	rig->options.stream_buffer = 64 << 20;
	fd = open_sse (rig);
	for (i = 0; i < 1000; i++) {
		stand_in_publish (&rig->mcp, data);
		loop_turn (&rig->loop, 0);
	}
	stand_in_publish (&rig->mcp, "{\"last\":1}");
	do {
		rig_read (rig, fd, "\n");
		size += rig->size;
	} while (strstr (rig->text, "{\"last\":1}") == NULL);
	assert_true (size > 1000 * 20000);
	assert_int_equal (rig->mcp.n_closed, 0);
	close (fd);
}

static void
comments_keep_quiet_streams (void **state)
{
	static struct rig rig;
	int fd;

	(void) state;
	rig_init (&rig);
	rig.options.keepalive_ms = 5;
	rig_start (&rig);
	fd = open_sse (&rig);
	rig_read (&rig, fd, ": keep-alive\r\n\r\n");
	rig_read (&rig, fd, ": keep-alive\r\n\r\n");
	close (fd);
	rig_stop (&rig);
}

static void
a_stream_over_http_1_0_is_the_same (void **state)
{
	struct rig *rig = *state;
	int fd = rig_connect (rig);

	rig_send (fd, "GET /sse HTTP/1.0\r\n\r\n");
	rig_read (rig, fd, "session_id=1\r\n\r\n");
	stand_in_publish (&rig->mcp, "{\"n\":1}");
	rig_read (rig, fd, "{\"n\":1}\r\n\r\n");
	close (fd);
}

/* --- Where a socket cannot be taken over --- */

static int
setup_kept (void **state)
{
	int r = rig_setup (state);
	struct rig *rig = *state;

	rig->http->can_take = false;
	return r;
}

static void
a_kept_stream_carries_events_too (void **state)
{
	struct rig *rig = *state;
	int fd = open_sse (rig);

	assert_has (rig->text, "Transfer-Encoding: chunked\r\n");
	assert_non_null (rig->http->peers);
	stand_in_publish (&rig->mcp, "{\"n\":1}");
	rig_read (rig, fd, "{\"n\":1}\r\n\r\n");
	stand_in_publish (&rig->mcp, "{\"n\":2}");
	rig_read (rig, fd, "{\"n\":2}\r\n\r\n");
	stand_in_stop (&rig->mcp);
	rig_read (rig, fd, "0\r\n\r\n");
	close (fd);
}

static void
a_kept_stream_notices_who_leaves (void **state)
{
	struct rig *rig = *state;
	int fd = open_sse (rig);
	int other = open_sse (rig);

	close (fd);
	rig_reset (other);
	rig_wait_for (rig, http_connections (rig->http) == 0);
	assert_int_equal (rig->mcp.n_closed, 2);
}

static void
a_kept_stream_of_http_1_0_ends_with_its_connection (void **state)
{
	struct rig *rig = *state;
	int fd = rig_connect (rig);

	rig_send (fd, "GET /sse HTTP/1.0\r\n\r\n");
	rig_read (rig, fd, "session_id=1\r\n\r\n");
	stand_in_stop (&rig->mcp);
	assert_true (rig_ends (rig, fd));
	close (fd);
	rig_wait_for (rig, http_connections (rig->http) == 0);
}

static void
a_kept_stream_has_a_bound_too (void **state)
{
	static char data[20001];
	struct rig *rig = *state;
	int fd = open_sse (rig);
	int n;

	memset (data, 'x', sizeof (data) - 1);
	for (n = 0; rig->mcp.n_closed == 0 && n < 10000; n++) {
		stand_in_publish (&rig->mcp, data);
		loop_turn (&rig->loop, 0);
	}
	assert_int_equal (rig->mcp.n_closed, 1);
	rig_wait_for (rig, http_connections (rig->http) == 0);
	close (fd);
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown (name, rig_setup, rig_teardown)
#define TEST_KEPT(name)                                                        \
	cmocka_unit_test_setup_teardown (name, setup_kept, rig_teardown)

int
main (void)
{
	const struct CMUnitTest tests[] = {
		TEST (an_http_sse_stream_looks_as_the_original_did),
		TEST (get_messages_opens_the_same_stream),
		TEST (what_a_turn_says_on_a_stream_is_written_in_it),
		TEST (a_streamable_stream_has_its_session_and_lf),
		TEST (a_streams_events_have_ids_and_go_on_where_one_was),
		TEST (what_the_protocol_has_against_it_is_the_answer),
		TEST (a_taken_stream_lives_on_without_its_connection),
		TEST (a_stream_that_ends_says_all_before),
		TEST (a_stream_that_ends_as_it_opens_is_whole),
		TEST (every_way_of_leaving_is_noticed),
		TEST (a_reader_too_slow_is_closed_and_others_are_not),
		TEST (a_reader_that_pauses_gets_everything_later),
		cmocka_unit_test (comments_keep_quiet_streams),
		TEST (a_stream_over_http_1_0_is_the_same),
		TEST_KEPT (a_kept_stream_carries_events_too),
		TEST_KEPT (a_kept_stream_notices_who_leaves),
		TEST_KEPT (a_kept_stream_of_http_1_0_ends_with_its_connection),
		TEST_KEPT (a_kept_stream_has_a_bound_too),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
