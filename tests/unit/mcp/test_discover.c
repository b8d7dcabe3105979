/* Tests core/mcp/discover.c and core/mcp/identity.c. */
#include "stand.h"

static void
discover_tells_all_revisions_newest_first (void **state)
{
	(void) state;
	assert_string_equal (
		stand_ask_stateless ("server/discover", NULL, ""),
		"{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{"
		"\"supportedVersions\":[\"2026-07-28\",\"2025-11-25\","
		"\"2025-06-18\",\"2025-03-26\",\"2024-11-05\"],"
		"\"capabilities\":{\"tools\":{\"listChanged\":true},"
		"\"prompts\":{\"listChanged\":true},"
		"\"resources\":{\"subscribe\":true,\"listChanged\":true},"
		"\"logging\":{},\"completions\":{},"
		"\"extensions\":{\"io.modelcontextprotocol/tasks\":{}}}," STAND_CACHED_TAIL
		"}}");
}

static void
it_tells_the_instructions (void **state)
{
	(void) state;
	stand.options.instructions = "Be brief.";
	assert_non_null (
		strstr (stand_ask_stateless ("server/discover", NULL, ""),
			",\"instructions\":\"Be brief.\","));
}

static void
it_is_served_while_the_server_stops (void **state)
{
	struct post *post;

	(void) state;
	mcp_drain (stand.mcp, stand_drained, NULL);
	post = stand_stateless ("server/discover", NULL, "");
	assert_int_equal (post->status, 200);
	assert_non_null (strstr (post->body, "\"supportedVersions\""));
}

static void
sessions_have_no_discover (void **state)
{
	const char *session = stand_initialize ("2025-11-25");
	struct post *post =
		stand_post (session, NULL,
			    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":"
			    "\"server/discover\"}");

	(void) state;
	assert_int_equal (post->status, 400);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		stand_test (discover_tells_all_revisions_newest_first),
		stand_test (it_tells_the_instructions),
		stand_test (it_is_served_while_the_server_stops),
		stand_test (sessions_have_no_discover),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
