/* Tests core/http/sse.c. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "http/sse.h"

static void
http_sse_has_crlf_and_the_original_head (void **state)
{
	const struct sse_style *style = sse_style_of (TRANSPORT_SSE);
	struct buffer buffer = { 0 };

	(void) state;
	assert_string_equal (style->content_type,
			     "text/event-stream; charset=utf-8");
	assert_string_equal (style->cache_control, "no-store");
	assert_int_equal (sse_write_event (&buffer, style, "endpoint", "/m", 2),
			  0);
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
	sse_write_event (&buffer, style, "message", "{}", 2);
	sse_write_comment (&buffer, style);
	assert_string_equal (buffer.data, "event: message\ndata: {}\n\n"
					  ": keep-alive\n\n");
	buffer_fini (&buffer);
}

static void
an_event_that_does_not_fit_leaves_nothing (void **state)
{
	struct buffer buffer = { .max = 64 };
	char data[64];

	(void) state;
	memset (data, 'x', sizeof (data));
	assert_true (sse_write_event (&buffer, sse_style_of (TRANSPORT_SSE),
				      "message", data, sizeof (data))
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
		cmocka_unit_test (an_event_that_does_not_fit_leaves_nothing),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
