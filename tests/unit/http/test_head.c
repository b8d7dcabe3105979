/* Tests core/http/head.c. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "http/head.h"
#include "http/media.h"

/* Names and values by turns, NULL at the end. */
static const char *
read_head (struct head *head, const char *const *fields, const char *version)
{
	*head = (struct head){ 0 };
	for (; fields[0] != NULL; fields += 2)
		head_add (head, fields[0], strlen (fields[0]), fields[1],
			  strlen (fields[1]));
	return head_finish (head, &(const char *){ "/mcp" }, version);
}

#define READ(head, version, ...)                                               \
	read_head (head, (const char *const[]){ __VA_ARGS__, NULL }, version)

static void
known_fields_are_found_in_every_spelling (void **state)
{
	struct head head;

	(void) state;
	assert_null (READ (&head, "HTTP/1.1", "hOST", "a", "mcp-session-id",
			   "s", "MCP-PROTOCOL-VERSION", "2025-06-18", "Accept",
			   "application/json", "content-length", "12"));
	assert_string_equal (head.fields[HEAD_HOST], "a");
	assert_string_equal (head.fields[HEAD_SESSION_ID], "s");
	assert_string_equal (head.fields[HEAD_PROTOCOL_VERSION], "2025-06-18");
	assert_int_equal (head.content_length, 12);
	assert_int_equal (head.accepted, MEDIA_JSON);
	assert_true (head_has_body (&head));
	assert_null (head.fields[HEAD_ORIGIN]);
}

static void
no_accept_accepts_all_and_two_are_one (void **state)
{
	struct head head;

	(void) state;
	READ (&head, "HTTP/1.1", "Host", "a");
	assert_int_equal (head.accepted, MEDIA_JSON | MEDIA_STREAM);
	READ (&head, "HTTP/1.1", "Host", "a", "Accept", "application/json",
	      "Accept", "text/event-stream");
	assert_int_equal (head.accepted, MEDIA_JSON | MEDIA_STREAM);
	READ (&head, "HTTP/1.1", "Host", "a", "Accept", "text/html");
	assert_int_equal (head.accepted, 0);
}

static void
a_host_is_needed_once_but_not_before_1_1 (void **state)
{
	struct head head;

	(void) state;
	assert_non_null (READ (&head, "HTTP/1.1", "Accept", "*/*"));
	assert_non_null (READ (&head, "HTTP/1.1", "Host", "a", "Host", "a"));
	assert_non_null (READ (&head, "HTTP/1.0", "Host", "a", "Host", "a"));
	assert_null (READ (&head, "HTTP/1.0", "Accept", "*/*"));
}

static void
fields_that_route_may_come_once (void **state)
{
	static const char *const names[] = {
		"Authorization", "Mcp-Session-Id", "Content-Type",
		"Origin",	 "Last-Event-ID",  "Content-Length"
	};
	struct head head;
	size_t i;

	(void) state;
	for (i = 0; i < sizeof (names) / sizeof (names[0]); i++)
		assert_non_null (READ (&head, "HTTP/1.1", "Host", "a", names[i],
				       "1", names[i], "1"));
}

static void
fields_of_the_protocol_are_counted_by_the_protocol (void **state)
{
	struct head head;

	(void) state;
	assert_null (READ (&head, "HTTP/1.1", "Host", "a", "Mcp-Method", "x",
			   "Mcp-Method", "x", "Mcp-Name", "x", "Mcp-Name", "x",
			   "MCP-Protocol-Version", "2025-11-25",
			   "MCP-Protocol-Version", "2025-11-25"));
	assert_string_equal (head.fields[HEAD_PROTOCOL_VERSION], "");
}

static void
a_body_has_one_clear_length (void **state)
{
	static const char *const bad[][2] = {
		{ "Content-Length", "" },
		{ "Content-Length", "+1" },
		{ "Content-Length", "1, 1" },
		{ "Content-Length", "0x10" },
		{ "Content-Length", "99999999999999999999" },
		{ "Transfer-Encoding", "gzip, chunked" },
		{ "Transfer-Encoding", "identity" },
		{ "Transfer-Encoding", "" },
	};
	struct head head;
	size_t i;

	(void) state;
	for (i = 0; i < sizeof (bad) / sizeof (bad[0]); i++)
		assert_non_null (READ (&head, "HTTP/1.1", "Host", "a",
				       bad[i][0], bad[i][1]));
	assert_non_null (READ (&head, "HTTP/1.1", "Host", "a", "Content-Length",
			       "1", "Transfer-Encoding", "chunked"));
	assert_non_null (
		READ (&head, "HTTP/1.0", "Transfer-Encoding", "chunked"));
	assert_null (READ (&head, "HTTP/1.1", "Host", "a", "Transfer-Encoding",
			   "Chunked"));
	assert_true (head_is_chunked (&head));
}

static void
names_are_tokens_and_values_have_no_controls (void **state)
{
	struct head head;

	(void) state;
	assert_non_null (READ (&head, "HTTP/1.1", "Host", "a",
			       "Transfer-Encoding ", "chunked"));
	assert_non_null (READ (&head, "HTTP/1.1", "Host", "a", "X(", "1"));
	assert_non_null (READ (&head, "HTTP/1.1", "Host", "a", "", "1"));
	assert_non_null (READ (&head, "HTTP/1.1", "Host", "a", "X", "\001"));
	assert_non_null (READ (&head, "HTTP/1.1", "Host", "a", "X", "\177"));
	assert_null (READ (&head, "HTTP/1.1", "Host", "a", "X", "a\tb\xc3"));
}

/* target: the request's own, what follows it is the path. */
static const char *
read_target (struct head *head, char *target, const char **ret_path)
{
	*head = (struct head){ 0 };
	head_add (head, "Host", 4, "a", 1);
	*ret_path = target;
	return head_finish (head, ret_path, "HTTP/1.1");
}

static void
a_target_is_a_path_or_a_whole_url_which_says_the_host (void **state)
{
	static const char *const targets[][3] = {
		{ "/mcp", "/mcp", "a" },
		{ "http://b:1/mcp", "/mcp", "b:1" },
		{ "HTTPS://b/", "/", "b" },
		{ "http://[::1]", "/", "[::1]" },
	};
	struct head head;
	const char *path;
	char target[64];

	(void) state;
	for (size_t i = 0; i < sizeof targets / sizeof targets[0]; i++) {
		strcpy (target, targets[i][0]);
		assert_null (read_target (&head, target, &path));
		assert_string_equal (path, targets[i][1]);
		assert_string_equal (head.fields[HEAD_HOST], targets[i][2]);
	}
}

static void
other_targets_are_refused (void **state)
{
	static const char *const targets[] = {
		"*",	    "mcp",	   "http:/a/mcp",
		"ftp://a/", "http:///mcp", "http://u@a/mcp",
		"a:80",	    "http://",
	};
	struct head head;
	const char *path;
	char target[64];

	(void) state;
	for (size_t i = 0; i < sizeof targets / sizeof targets[0]; i++) {
		strcpy (target, targets[i]);
		assert_non_null (read_target (&head, target, &path));
	}
}

static void
a_whole_url_does_not_replace_a_host_that_is_missing (void **state)
{
	char target[] = "http://a/mcp";
	const char *path = target;
	struct head head = { 0 };

	(void) state;
	assert_non_null (head_finish (&head, &path, "HTTP/1.1"));
}

static void
a_body_may_say_that_it_is_as_it_is (void **state)
{
	struct head head;

	(void) state;
	READ (&head, "HTTP/1.1", "Host", "a", "Content-Encoding", "Identity");
	assert_false (head_is_encoded (&head));
	READ (&head, "HTTP/1.1", "Host", "a", "Content-Encoding", "gzip");
	assert_true (head_is_encoded (&head));
	READ (&head, "HTTP/1.1", "Host", "a");
	assert_false (head_is_encoded (&head));
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (known_fields_are_found_in_every_spelling),
		cmocka_unit_test (no_accept_accepts_all_and_two_are_one),
		cmocka_unit_test (a_host_is_needed_once_but_not_before_1_1),
		cmocka_unit_test (fields_that_route_may_come_once),
		cmocka_unit_test (
			fields_of_the_protocol_are_counted_by_the_protocol),
		cmocka_unit_test (a_body_has_one_clear_length),
		cmocka_unit_test (names_are_tokens_and_values_have_no_controls),
		cmocka_unit_test (
			a_target_is_a_path_or_a_whole_url_which_says_the_host),
		cmocka_unit_test (other_targets_are_refused),
		cmocka_unit_test (
			a_whole_url_does_not_replace_a_host_that_is_missing),
		cmocka_unit_test (a_body_may_say_that_it_is_as_it_is),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
