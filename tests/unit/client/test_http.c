/* Tests client/http.c: where a server may send us. The rest is tested with
 * servers, in tests/blackbox. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "http.h"

static void
assert_resolves (const char *base, const char *relative, const char *expected)
{
	struct failure failure;
	char *url = NULL;

	assert_int_equal (http_resolve (base, relative, &url, &failure), 0);
	assert_string_equal (url, expected);
	curl_free (url);
}

static void
an_endpoint_is_resolved_against_the_url (void **state)
{
	(void) state;
	assert_resolves ("http://127.0.0.1:80/sse", "/messages?session_id=1",
			 "http://127.0.0.1:80/messages?session_id=1");
	assert_resolves ("http://localhost:8/a/sse", "messages/?s=1",
			 "http://localhost:8/a/messages/?s=1");
	assert_resolves ("http://h/sse", "http://H:80/m", "http://H:80/m");
}

static void
an_endpoint_of_another_origin_is_refused (void **state)
{
	const char *const others[] = {
		"http://evil/m",	 "//evil/m",
		"https://127.0.0.1:8/m", "http://127.0.0.1:9/m",
		"file:///etc/passwd",	 "http://user@evil:8/m"
	};

	(void) state;
	for (size_t i = 0; i < sizeof (others) / sizeof (others[0]); i++) {
		struct failure failure;
		char *url = NULL;

		assert_int_equal (http_resolve ("http://127.0.0.1:8/sse",
						others[i], &url, &failure),
				  EXIT_TRANSPORT);
		assert_null (url);
	}
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (an_endpoint_is_resolved_against_the_url),
		cmocka_unit_test (an_endpoint_of_another_origin_is_refused),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
