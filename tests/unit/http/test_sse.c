/* Tests core/http/sse.c. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "http/sse.h"

static int
write (struct buffer *buffer, const struct sse_style *style, const char *name,
       const char *data)
{
	struct sse_event event = { .name = name,
				   .retry_ms = -1,
				   .data = data,
				   .size = strlen (data) };

	return sse_write_event (buffer, style, &event);
}

static void
http_sse_has_crlf_and_the_original_head (void **state)
{
	const struct sse_style *style = sse_style_of (TRANSPORT_SSE);
	struct buffer buffer = { 0 };

	(void) state;
	assert_string_equal (style->content_type,
			     "text/event-stream; charset=utf-8");
	assert_string_equal (style->cache_control, "no-store");
	assert_int_equal (write (&buffer, style, "endpoint", "/m"), 0);
	assert_string_equal (buffer.data,
			     "event: endpoint\r\ndata: /m\r\n\r\n");
	buffer_fini (&buffer);
}

static void
streamable_http_has_lf (void **state)
{
	const struct sse_style *style = sse_style_of (TRANSPORT_STREAMABLE);
	struct buffer buffer = { 0 };

	(void) state;
	write (&buffer, style, "message", "{}");
	sse_write_comment (&buffer, style);
	assert_string_equal (buffer.data, "event: message\ndata: {}\n\n"
					  ": keep-alive\n\n");
	buffer_fini (&buffer);
}

static void
id_and_retry_stand_before_the_data (void **state)
{
	struct sse_event event = { .name = "message",
				   .id = "a-1",
				   .retry_ms = 250,
				   .data = "{}",
				   .size = 2 };
	struct buffer buffer = { 0 };

	(void) state;
	sse_write_event (&buffer, sse_style_of (TRANSPORT_STREAMABLE), &event);
	assert_string_equal (buffer.data, "event: message\nid: a-1\n"
					  "retry: 250\ndata: {}\n\n");
	buffer_fini (&buffer);
}

static void
an_event_without_data_has_no_name (void **state)
{
	struct sse_event event = {
		.name = "message", .id = "a-0", .retry_ms = -1, .data = ""
	};
	struct buffer buffer = { 0 };

	(void) state;
	sse_write_event (&buffer, sse_style_of (TRANSPORT_STREAMABLE), &event);
	assert_string_equal (buffer.data, "id: a-0\ndata: \n\n");
	buffer_fini (&buffer);
}

static void
an_event_that_does_not_fit_leaves_nothing (void **state)
{
	struct buffer buffer = { .max = 64 };
	char data[65] = "";

	(void) state;
	memset (data, 'x', sizeof (data) - 1);
	assert_true (
		write (&buffer, sse_style_of (TRANSPORT_SSE), "message", data)
		< 0);
	assert_int_equal (buffer.size, 0);
	buffer_fini (&buffer);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (http_sse_has_crlf_and_the_original_head),
		cmocka_unit_test (streamable_http_has_lf),
		cmocka_unit_test (id_and_retry_stand_before_the_data),
		cmocka_unit_test (an_event_without_data_has_no_name),
		cmocka_unit_test (an_event_that_does_not_fit_leaves_nothing),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
