/* Tests client/sse_parser.c: whatever way the bytes are cut. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "sse_parser.h"

/* What the parser said: "name=data;" for each event. */
struct heard {
	char text[512];
	int answer; /* what the callback returns */
};

static int
hear (void *arg, const char *name, const char *data, size_t size)
{
	struct heard *heard = arg;
	size_t n = strlen (heard->text);

	assert_int_equal (strlen (data), size);
	snprintf (heard->text + n, sizeof (heard->text) - n, "%s=%s;", name,
		  data);
	return heard->answer;
}

/* Feeds the bytes in pieces of that size. */
static void
feed (struct heard *heard, const char *bytes, size_t piece)
{
	struct sse_parser parser;
	size_t size = strlen (bytes);

	memset (heard, 0, sizeof (*heard));
	assert_int_equal (sse_parser_init (&parser, hear, heard), 0);
	for (size_t i = 0; i < size; i += piece)
		assert_int_equal (
			sse_parser_feed (&parser, bytes + i,
					 piece < size - i ? piece : size - i),
			0);
	sse_parser_fini (&parser);
}

static void
assert_heard (const char *bytes, const char *expected)
{
	struct heard heard;

	for (size_t piece = 1; piece <= strlen (bytes); piece++) {
		feed (&heard, bytes, piece);
		assert_string_equal (heard.text, expected);
	}
}

static void
an_event_has_a_name_and_data (void **state)
{
	(void) state;
	assert_heard ("event: endpoint\ndata: /messages?session_id=1\n\n",
		      "endpoint=/messages?session_id=1;");
}

static void
an_event_without_a_name_is_a_message (void **state)
{
	(void) state;
	assert_heard ("event: a\ndata: 1\n\ndata: 2\n\n", "a=1;message=2;");
}

static void
all_three_line_ends_are_understood (void **state)
{
	(void) state;
	assert_heard ("data: 1\r\n\r\ndata: 2\r\rdata: 3\n\ndata: 4\r\n\r\n",
		      "message=1;message=2;message=3;message=4;");
}

static void
lines_of_data_are_joined (void **state)
{
	(void) state;
	assert_heard ("data: a\ndata\ndata:b\ndata:  c\n\n",
		      "message=a\n\nb\n c;");
}

static void
comments_and_unknown_fields_are_no_events (void **state)
{
	(void) state;
	assert_heard (": hello\n\nid: 7\nretry: 10\n\nevent: x\n\n"
		      "data: 1\nfoo: bar\n\n",
		      "message=1;");
}

static void
a_byte_order_mark_is_skipped_once (void **state)
{
	(void) state;
	assert_heard ("\xef\xbb\xbf"
		      "data: 1\n\n\xef\xbb\xbf"
		      "data: 2\n\n",
		      "message=1;");
}

static void
an_event_that_is_not_whole_is_none (void **state)
{
	(void) state;
	assert_heard ("data: 1\n\ndata: 2\n", "message=1;");
}

static void
an_empty_data_line_is_an_empty_message (void **state)
{
	(void) state;
	assert_heard ("data:\n\n", "message=;");
}

static void
what_the_callback_returns_ends_the_feeding (void **state)
{
	struct heard heard = { .answer = -EPROTO };
	struct sse_parser parser;
	const char bytes[] = "data: 1\n\ndata: 2\n\n";

	(void) state;
	sse_parser_init (&parser, hear, &heard);
	assert_int_equal (sse_parser_feed (&parser, bytes, strlen (bytes)),
			  -EPROTO);
	assert_string_equal (heard.text, "message=1;");
	sse_parser_fini (&parser);
}

static void
an_endless_event_is_refused (void **state)
{
	const size_t size = 1024 * 1024;
	struct heard heard = { .answer = 0 };
	struct sse_parser parser;
	char *line = malloc (size);
	int rc = 0;

	(void) state;
	assert_non_null (line);
	memset (line, 'x', size);
	memcpy (line, "data: ", 6);
	line[size - 1] = '\n';
	sse_parser_init (&parser, hear, &heard);
	for (int i = 0; i < 40 && rc == 0; i++)
		rc = sse_parser_feed (&parser, line, size);
	assert_int_equal (rc, -EMSGSIZE);
	sse_parser_fini (&parser);
	free (line);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (an_event_has_a_name_and_data),
		cmocka_unit_test (an_event_without_a_name_is_a_message),
		cmocka_unit_test (all_three_line_ends_are_understood),
		cmocka_unit_test (lines_of_data_are_joined),
		cmocka_unit_test (comments_and_unknown_fields_are_no_events),
		cmocka_unit_test (a_byte_order_mark_is_skipped_once),
		cmocka_unit_test (an_event_that_is_not_whole_is_none),
		cmocka_unit_test (an_empty_data_line_is_an_empty_message),
		cmocka_unit_test (what_the_callback_returns_ends_the_feeding),
		cmocka_unit_test (an_endless_event_is_refused),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
