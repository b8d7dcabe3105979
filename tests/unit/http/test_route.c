/* Tests core/http/route.c. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "http/route.h"

static struct route
find (const char *method, const char *path)
{
	struct route route;

	route_find (&route, path, method);
	return route;
}

static void
the_urls_of_the_contract_are_served (void **state)
{
	(void) state;
	assert_int_equal (find ("POST", "/mcp").action, ACTION_POST);
	assert_int_equal (find ("GET", "/mcp").action, ACTION_OPEN);
	assert_int_equal (find ("DELETE", "/mcp").action, ACTION_DELETE);
	assert_int_equal (find ("GET", "/sse").action, ACTION_OPEN);
	assert_int_equal (find ("GET", "/messages").action, ACTION_OPEN);
	assert_int_equal (find ("POST", "/messages").action, ACTION_POST);
	assert_int_equal (find ("GET", "/healthz").action, ACTION_HEALTH);
	assert_int_equal (find ("HEAD", "/readyz").action, ACTION_READY);
	assert_int_equal (find ("OPTIONS", "/sse").action, ACTION_OPTIONS);
	assert_int_equal (find ("POST", "/mcp").transport,
			  TRANSPORT_STREAMABLE);
	assert_int_equal (find ("GET", "/messages").transport, TRANSPORT_SSE);
}

static void
a_slash_at_the_end_makes_no_difference (void **state)
{
	(void) state;
	assert_int_equal (find ("POST", "/messages/").action, ACTION_POST);
	assert_int_equal (find ("GET", "/sse/").action, ACTION_OPEN);
	assert_int_equal (find ("POST", "/messages//").action,
			  ACTION_NOT_FOUND);
}

static void
other_methods_are_told_which_are_allowed (void **state)
{
	struct route route = find ("PUT", "/mcp");

	(void) state;
	assert_int_equal (route.action, ACTION_NOT_ALLOWED);
	assert_string_equal (route.methods, "GET, POST, DELETE, OPTIONS");
	assert_int_equal (find ("HEAD", "/sse").action, ACTION_NOT_ALLOWED);
	assert_int_equal (find ("post", "/mcp").action, ACTION_NOT_ALLOWED);
}

static void
a_post_to_the_sse_url_is_refused_without_json_rpc (void **state)
{
	struct route route = find ("POST", "/sse");

	(void) state;
	assert_int_equal (route.action, ACTION_NOT_ALLOWED);
	assert_false (route.is_rpc);
}

static void
other_paths_are_not_found (void **state)
{
	static const char *const paths[] = {
		"",	  "/",	   "//",
		"/mc",	  "/mcp2", "/MCP",
		"/mcp/x", "/ss",   "/.well-known/oauth-protected-resource"
	};
	size_t i;

	(void) state;
	for (i = 0; i < sizeof (paths) / sizeof (paths[0]); i++)
		assert_int_equal (find ("GET", paths[i]).action,
				  ACTION_NOT_FOUND);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (the_urls_of_the_contract_are_served),
		cmocka_unit_test (a_slash_at_the_end_makes_no_difference),
		cmocka_unit_test (other_methods_are_told_which_are_allowed),
		cmocka_unit_test (
			a_post_to_the_sse_url_is_refused_without_json_rpc),
		cmocka_unit_test (other_paths_are_not_found),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
