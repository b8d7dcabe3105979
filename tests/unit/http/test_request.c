/* Tests core/http/request.c, policy.c, reply.c and action.c: what a client
 * reads. */
#include "rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/limits.h"

#define POST(path, fields, body)                                               \
	"POST " path " HTTP/1.1\r\n" fields "Content-Length: 8\r\n\r\n" body

static void
assert_has (const char *text, const char *needle)
{
	if (strstr (text, needle) == NULL)
		fail_msg ("no '%s' in: %s", needle, text);
}

static void
assert_lacks (const char *text, const char *needle)
{
	if (strstr (text, needle) != NULL)
		fail_msg ("'%s' in: %s", needle, text);
}

static void
assert_status (struct rig *rig, const char *request, int status)
{
	char line[32];

	snprintf (line, sizeof (line), "HTTP/1.1 %d ", status);
	if (strncmp (rig_ask (rig, request), line, strlen (line)) != 0)
		fail_msg ("instead of %d: %s\nto: %s", status, rig->text,
			  request);
}

static void
a_post_is_answered_with_what_the_protocol_replies (void **state)
{
	struct rig *rig = *state;
	const char *text = rig_ask (rig, POST ("/mcp", RIG_HEAD, "now {22}"));

	assert_has (text, "HTTP/1.1 200 OK\r\n");
	assert_has (text, "Content-Type: application/json\r\n");
	assert_has (text, "Content-Length: 4\r\n");
	assert_has (text, "\r\n\r\n{22}");
	assert_int_equal (rig->mcp.last_size, 8);
	assert_string_equal (rig->mcp.last_session, "(none)");
}

static void
an_empty_reply_has_a_length_of_zero (void **state)
{
	struct rig *rig = *state;
	const char *text = rig_ask (
		rig, POST ("/messages?session_id=a", RIG_HEAD, "accept  "));

	assert_has (text, "HTTP/1.1 202 Accepted\r\n");
	assert_has (text, "Content-Length: 0\r\n");
	assert_lacks (text, "Content-Type");
	assert_string_equal (rig->mcp.last_session, "a");
}

static void
the_protocol_is_told_session_and_version (void **state)
{
	struct rig *rig = *state;

	rig_ask (rig, POST ("/mcp",
			    RIG_HEAD "MCP-SESSION-ID: abc\r\n"
				     "mcp-protocol-version: 2025-06-18\r\n",
			    "now {22}"));
	assert_string_equal (rig->mcp.last_session, "abc");
	assert_string_equal (rig->mcp.last_version, "2025-06-18");
	rig_ask (rig,
		 POST ("/messages/?session_id=x%2Dy", RIG_HEAD, "accept  "));
	assert_string_equal (rig->mcp.last_session, "x-y");
}

static void
a_new_session_is_told_in_its_field (void **state)
{
	struct rig *rig = *state;

	assert_has (rig_ask (rig, "POST /mcp HTTP/1.1\r\n" RIG_HEAD
				  "Content-Length: 10\r\n\r\nsession xy"),
		    "Mcp-Session-Id: xy\r\n");
}

static void
the_protocols_status_reaches_the_client (void **state)
{
	struct rig *rig = *state;
	const char *text =
		rig_ask (rig, "POST /mcp HTTP/1.1\r\n" RIG_HEAD
			      "Content-Length: 10\r\n\r\nstatus 404");

	assert_has (text, "HTTP/1.1 404 ");
	assert_has (text, "{\"why\":1}");
	text = rig_ask (rig, "POST /mcp HTTP/1.1\r\n" RIG_HEAD
			     "Content-Length: 10\r\n\r\nstatus 503");
	assert_has (text, "Retry-After: 1\r\n");
}

static void
many_requests_go_over_one_connection (void **state)
{
	struct rig *rig = *state;
	int fd = rig_connect (rig);
	int i;

	for (i = 0; i < 20; i++) {
		rig_send (fd, POST ("/mcp", RIG_HEAD, "now {22}"));
		assert_has (rig_read_answer (rig, fd), "{22}");
	}
	rig_send (fd, POST ("/mcp", RIG_HEAD, "now {1 }")
			      POST ("/mcp", RIG_HEAD, "now {2 }"));
	assert_has (rig_read (rig, fd, "{2 }"), "{1 }");
	close (fd);
}

static void
heads_that_two_could_read_differently_are_refused (void **state)
{
	static const char *const heads[] = {
		"POST /mcp HTTP/1.1\r\nContent-Type: application/json\r\n",
		"POST /mcp HTTP/1.1\r\n" RIG_HEAD "Host: localhost\r\n",
		"POST /mcp HTTP/1.1\r\n" RIG_HEAD "Content-Length: 8\r\n",
		"POST /mcp HTTP/1.1\r\n" RIG_HEAD
		"Transfer-Encoding: chunked\r\n",
		"POST /mcp HTTP/1.1\r\n" RIG_HEAD "Mcp-Session-Id: 1\r\n"
		"Mcp-Session-Id: 2\r\n",
		"POST /mcp HTTP/1.1\r\n" RIG_HEAD "X(: 2\r\n",
		"POST /mcp HTTP/1.1\r\n" RIG_HEAD "X: a\001b\r\n",
		"POST http://user@localhost/mcp HTTP/1.1\r\n" RIG_HEAD,
	};
	struct rig *rig = *state;
	char request[512];
	size_t i;

	for (i = 0; i < sizeof (heads) / sizeof (heads[0]); i++) {
		snprintf (request, sizeof (request),
			  "%sContent-Length: 8\r\n\r\nnow {22}", heads[i]);
		assert_status (rig, request, 400);
		assert_has (rig->text, "Connection: close\r\n");
	}
	assert_int_equal (rig->mcp.n_posts, 0);
}

static void
a_foreign_host_is_421_and_names_the_option (void **state)
{
	struct rig *rig = *state;

	assert_status (rig,
		       POST ("/mcp",
			     "Host: evil.example\r\n"
			     "Content-Type: application/json\r\n",
			     "now {22}"),
		       421);
	assert_has (rig->text, "--allow-host");
	assert_has (rig->text, "evil.example");
	assert_has (rig->text, "{\"jsonrpc\":\"2.0\",\"error\":{\"code\":"
			       "-32600,");
	assert_int_equal (rig->mcp.n_posts, 0);
}

static void
a_foreign_page_is_403_on_every_path (void **state)
{
	struct rig *rig = *state;

	assert_status (rig,
		       POST ("/mcp", RIG_HEAD "Origin: http://evil.example\r\n",
			     "now {22}"),
		       403);
	assert_status (rig,
		       "GET /sse HTTP/1.1\r\nHost: localhost\r\n"
		       "Origin: null\r\n\r\n",
		       403);
	assert_status (rig,
		       POST ("/mcp",
			     RIG_HEAD "Origin: http://localhost:3000\r\n",
			     "now {22}"),
		       200);
	assert_lacks (rig->text, "Access-Control");
}

static void
a_listed_page_may_ask_and_read (void **state)
{
	static const char *const origins[] = { "https://app.example", NULL };
	struct rig *rig = *state;

	rig->options.allow_origins = origins;
	assert_status (rig,
		       "OPTIONS /mcp HTTP/1.1\r\nHost: localhost\r\n"
		       "Origin: https://app.example\r\n"
		       "Access-Control-Request-Method: POST\r\n"
		       "Access-Control-Request-Headers: mcp-param-a\r\n\r\n",
		       204);
	assert_has (rig->text, "Access-Control-Allow-Origin: "
			       "https://app.example\r\n");
	assert_has (rig->text, "Vary: Origin\r\n");
	assert_has (rig->text, "Access-Control-Allow-Headers: mcp-param-a\r\n");
	assert_has (rig->text, "Access-Control-Allow-Methods: GET, POST");
	assert_status (rig,
		       POST ("/mcp", RIG_HEAD "Origin: https://app.example\r\n",
			     "accept  "),
		       202);
	assert_has (rig->text, "Access-Control-Expose-Headers: "
			       "Mcp-Session-Id");
	rig->options.allow_origins = NULL;
}

static void
encoded_bodies_are_415_and_told_what_is_taken (void **state)
{
	struct rig *rig = *state;

	assert_status (rig,
		       POST ("/mcp", RIG_HEAD "Content-Encoding: gzip\r\n",
			     "now {22}"),
		       415);
	assert_has (rig->text, "Accept-Encoding: identity\r\n");
	assert_status (rig,
		       POST ("/mcp", RIG_HEAD "Content-Encoding: identity\r\n",
			     "now {22}"),
		       200);
}

static void
bodies_that_are_no_json_are_415 (void **state)
{
	struct rig *rig = *state;

	assert_status (rig,
		       POST ("/mcp",
			     "Host: localhost\r\nContent-Type: text/plain\r\n",
			     "now {22}"),
		       415);
	assert_status (rig,
		       POST ("/messages", "Host: localhost\r\n", "accept  "),
		       415);
	assert_status (rig,
		       POST ("/mcp",
			     "Host: localhost\r\nContent-Type: "
			     "application/json; charset=utf-8\r\n",
			     "now {22}"),
		       200);
}

static void
accept_is_406_only_where_nothing_can_match (void **state)
{
	struct rig *rig = *state;

	assert_status (
		rig,
		POST ("/mcp", RIG_HEAD "Accept: text/html\r\n", "now {22}"),
		406);
	assert_status (rig,
		       POST ("/mcp", RIG_HEAD "Accept: */*\r\n", "now {22}"),
		       200);
	assert_status (rig,
		       POST ("/messages", RIG_HEAD "Accept: text/html\r\n",
			     "accept  "),
		       202);
}

static void
who_accepts_only_streams_gets_one (void **state)
{
	struct rig *rig = *state;

	assert_status (rig,
		       POST ("/mcp", RIG_HEAD "Accept: text/event-stream\r\n",
			     "now {22}"),
		       200);
	assert_has (rig->text, "Content-Type: text/event-stream\r\n");
	assert_has (rig->text, "\r\n\r\nevent: message\ndata: {22}\n\n");
}

static void
paths_and_methods_beyond_the_contract_are_refused (void **state)
{
	struct rig *rig = *state;

	assert_status (rig, POST ("/other", RIG_HEAD, "now {22}"), 404);
	assert_status (rig, POST ("/mcp%00", RIG_HEAD, "now {22}"), 404);
	assert_status (rig,
		       "GET /.well-known/oauth-protected-resource HTTP/1.1"
		       "\r\nHost: localhost\r\n\r\n",
		       404);
	assert_status (rig, "PUT /mcp HTTP/1.1\r\nHost: localhost\r\n\r\n",
		       405);
	assert_has (rig->text, "Allow: GET, POST, DELETE, OPTIONS\r\n");
	assert_status (rig, POST ("/sse", RIG_HEAD, "now {22}"), 405);
	assert_lacks (rig->text, "jsonrpc");
}

static void
a_refused_body_is_read_and_the_connection_lives (void **state)
{
	struct rig *rig = *state;
	int fd = rig_connect (rig);

	rig_send (fd, POST ("/other", RIG_HEAD, "now {22}"));
	assert_has (rig_read_answer (rig, fd), "HTTP/1.1 404 ");
	rig_send (fd, POST ("/mcp", RIG_HEAD, "now {22}"));
	assert_has (rig_read_answer (rig, fd), "HTTP/1.1 200 ");
	close (fd);
}

static void
delete_and_health_and_options_are_answered (void **state)
{
	struct rig *rig = *state;

	assert_status (rig,
		       "DELETE /mcp HTTP/1.1\r\nHost: localhost\r\n"
		       "Mcp-Session-Id: 1\r\nContent-Length: 0\r\n\r\n",
		       200);
	assert_status (rig, "DELETE /mcp HTTP/1.1\r\nHost: localhost\r\n\r\n",
		       400);
	assert_status (rig, "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n",
		       200);
	assert_status (rig, "OPTIONS /mcp HTTP/1.1\r\nHost: localhost\r\n\r\n",
		       204);
	assert_has (rig->text, "Allow: GET, POST, DELETE, OPTIONS\r\n");
}

static void
a_head_request_gets_no_body (void **state)
{
	struct rig *rig = *state;
	int fd = rig_connect (rig);

	rig_send (fd, "HEAD /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
		      "GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n");
	assert_has (rig_read (rig, fd, "ready\n"),
		    "Content-Length: 3\r\n\r\nHTTP/1.1 200 OK\r\n");
	close (fd);
}

static void
readiness_is_what_the_program_says (void **state)
{
	struct rig *rig = *state;

	assert_status (rig, "GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n",
		       200);
	http_set_unready (rig->http, "the journal cannot write");
	assert_status (rig, "GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n",
		       503);
	assert_has (rig->text, "the journal cannot write");
	assert_has (rig->text, "Retry-After: 1\r\n");
	http_set_unready (rig->http, NULL);
}

/* --- Bodies --- */

static void
send_length (struct rig *rig, int fd, size_t announced, size_t size)
{
	char *body = malloc (size);
	char head[256];

	assert_non_null (body);
	memset (body, 'x', size);
	snprintf (head, sizeof (head),
		  "POST /mcp HTTP/1.1\r\n" RIG_HEAD "Content-Length: %zu\r\n"
		  "\r\n",
		  announced);
	rig_send (fd, head);
	rig_send_bytes (rig, fd, body, size);
	free (body);
}

static void
a_body_may_be_as_long_as_the_limit (void **state)
{
	struct rig *rig = *state;
	int fd = rig_connect (rig);

	send_length (rig, fd, 100000, 100000);
	assert_has (rig_read_answer (rig, fd), "HTTP/1.1 200 ");
	assert_int_equal (rig->mcp.last_size, 100000);
	close (fd);
}

static void
a_longer_body_is_swallowed_and_413 (void **state)
{
	struct rig *rig = *state;
	int fd = rig_connect (rig);

	send_length (rig, fd, 100001, 100001);
	assert_has (rig_read_answer (rig, fd), "HTTP/1.1 413 ");
	assert_has (rig->text, "--max-body");
	rig_send (fd, POST ("/mcp", RIG_HEAD, "now {22}"));
	assert_has (rig_read_answer (rig, fd), "{22}");
	assert_int_equal (rig->mcp.n_posts, 1);
	close (fd);
}

static void
a_body_beyond_all_measure_is_413_at_once (void **state)
{
	struct rig *rig = *state;
	int fd = rig_connect (rig);

	send_length (rig, fd, 100000 + LIMIT_SWALLOW_BYTES + 1, 10);
	assert_has (rig_read_answer (rig, fd), "HTTP/1.1 413 ");
	assert_true (rig_ends (rig, fd));
	close (fd);
}

static void
who_asks_before_sending_too_much_is_told_at_once (void **state)
{
	struct rig *rig = *state;

	assert_status (rig,
		       "POST /mcp HTTP/1.1\r\n" RIG_HEAD
		       "Expect: 100-continue\r\nContent-Length: 100001\r\n\r\n",
		       413);
}

static void
who_asks_before_sending_is_told_to_go_on (void **state)
{
	struct rig *rig = *state;
	int fd = rig_connect (rig);

	rig_send (fd, "POST /mcp HTTP/1.1\r\n" RIG_HEAD
		      "Expect: 100-continue\r\nContent-Length: 8\r\n\r\n");
	rig_read (rig, fd, "HTTP/1.1 100 Continue\r\n\r\n");
	rig_send (fd, "now {22}");
	assert_has (rig_read_answer (rig, fd), "{22}");
	close (fd);
}

static void
send_chunks (struct rig *rig, int fd, size_t size)
{
	char chunk[1000 + 7 + 1];

	rig_send (fd, "POST /mcp HTTP/1.1\r\n" RIG_HEAD
		      "Transfer-Encoding: chunked\r\n\r\n");
	memcpy (chunk, "3e8\r\n", 5);
	memset (chunk + 5, 'x', 1000);
	memcpy (chunk + 1005, "\r\n", 3);
	for (; size > 0; size -= 1000)
		rig_send_bytes (rig, fd, chunk, 1007);
}

static void
a_chunked_body_has_the_same_limit (void **state)
{
	struct rig *rig = *state;
	int fd = rig_connect (rig);

	send_chunks (rig, fd, 100000);
	rig_send (fd, "0\r\n\r\n");
	assert_has (rig_read_answer (rig, fd), "HTTP/1.1 200 ");
	assert_int_equal (rig->mcp.last_size, 100000);
	send_chunks (rig, fd, 101000);
	rig_send (fd, "0\r\n\r\n");
	assert_has (rig_read_answer (rig, fd), "HTTP/1.1 413 ");
	close (fd);
}

static void
an_endless_chunked_body_is_cut (void **state)
{
	struct rig *rig = *state;
	int fd = rig_connect (rig);

	send_chunks (rig, fd, 2 * LIMIT_SWALLOW_BYTES / 1000 * 1000);
	assert_has (rig_read (rig, fd, NULL), "HTTP/1.1 413 ");
	close (fd);
	rig_wait_for (rig, http_connections (rig->http) == 0);
}

static void
a_body_on_a_get_is_read_and_ignored (void **state)
{
	struct rig *rig = *state;

	assert_status (rig,
		       "GET /healthz HTTP/1.1\r\nHost: localhost\r\n"
		       "Content-Length: 4\r\n\r\nabcd",
		       200);
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown (name, rig_setup, rig_teardown)

int
main (void)
{
	const struct CMUnitTest tests[] = {
		TEST (a_post_is_answered_with_what_the_protocol_replies),
		TEST (an_empty_reply_has_a_length_of_zero),
		TEST (the_protocol_is_told_session_and_version),
		TEST (a_new_session_is_told_in_its_field),
		TEST (the_protocols_status_reaches_the_client),
		TEST (many_requests_go_over_one_connection),
		TEST (heads_that_two_could_read_differently_are_refused),
		TEST (a_foreign_host_is_421_and_names_the_option),
		TEST (a_foreign_page_is_403_on_every_path),
		TEST (a_listed_page_may_ask_and_read),
		TEST (encoded_bodies_are_415_and_told_what_is_taken),
		TEST (bodies_that_are_no_json_are_415),
		TEST (accept_is_406_only_where_nothing_can_match),
		TEST (who_accepts_only_streams_gets_one),
		TEST (paths_and_methods_beyond_the_contract_are_refused),
		TEST (a_refused_body_is_read_and_the_connection_lives),
		TEST (delete_and_health_and_options_are_answered),
		TEST (a_head_request_gets_no_body),
		TEST (readiness_is_what_the_program_says),
		TEST (a_body_may_be_as_long_as_the_limit),
		TEST (a_longer_body_is_swallowed_and_413),
		TEST (a_body_beyond_all_measure_is_413_at_once),
		TEST (who_asks_before_sending_too_much_is_told_at_once),
		TEST (who_asks_before_sending_is_told_to_go_on),
		TEST (a_chunked_body_has_the_same_limit),
		TEST (an_endless_chunked_body_is_cut),
		TEST (a_body_on_a_get_is_read_and_ignored),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
