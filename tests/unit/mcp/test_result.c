/* Tests core/mcp/result.c. */
#include "stand.h"

#include "mcp/dispatch.h"
#include "mcp/result.h"

static struct request *request;
static struct mcp mcp = { .server_info = (char *) "{\"name\":\"s\"}" };
static struct method method;
static char text[1000];

#define INFO "\"io.modelcontextprotocol/serverInfo\":{\"name\":\"s\"}"
#define FRAME(members) "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{" members "}}"

static int
open_request (void **state)
{
	(void) state;
	request = calloc (1, sizeof *request + 2);
	if (request == NULL)
		return -1;
	request->id[0] = '7';
	request->mcp = &mcp;
	request->method = &method;
	method.flags = 0;
	return 0;
}

static int
close_request (void **state)
{
	(void) state;
	free (request);
	return 0;
}

static const char *
compose (const char *revision, const char *members, const char *type,
	 const char *meta)
{
	struct buffer body = { 0 };

	request->caller.revision = revision_find (revision);
	if (request->caller.revision == NULL)
		request->caller.revision = revision_find_stateless (revision);
	result_begin (&body, request);
	buffer_add_text (&body, members);
	result_end_as (&body, request, type, meta,
		       meta != NULL ? strlen (meta) : 0);
	snprintf (text, sizeof text, "%s", body.data);
	buffer_fini (&body);
	return text;
}

static void
older_revisions_have_nothing_around_it (void **state)
{
	(void) state;
	method.flags = METHOD_HAS_CACHING;
	assert_string_equal (compose ("2025-11-25", "", RESULT_COMPLETE, NULL),
			     FRAME (""));
	assert_string_equal (
		compose ("2024-11-05", "\"a\":1", RESULT_COMPLETE, NULL),
		FRAME ("\"a\":1"));
	assert_string_equal (
		compose ("2025-11-25", "\"a\":1", RESULT_COMPLETE, "{\"b\":2}"),
		FRAME ("\"a\":1,\"_meta\":{\"b\":2}"));
}

static void
the_newest_says_what_it_is_and_who_gives_it (void **state)
{
	(void) state;
	assert_string_equal (
		compose ("2026-07-28", "", RESULT_COMPLETE, NULL),
		FRAME ("\"resultType\":\"complete\",\"_meta\":{" INFO "}"));
	assert_string_equal (
		compose ("2026-07-28", "\"a\":1", RESULT_INPUT_REQUIRED, NULL),
		FRAME ("\"a\":1,\"resultType\":\"input_required\","
		       "\"_meta\":{" INFO "}"));
}

static void
only_what_is_complete_has_caching_hints (void **state)
{
	(void) state;
	method.flags = METHOD_HAS_CACHING;
	assert_string_equal (
		compose ("2026-07-28", "", RESULT_COMPLETE, NULL),
		FRAME ("\"resultType\":\"complete\",\"ttlMs\":0,"
		       "\"cacheScope\":\"private\",\"_meta\":{" INFO "}"));
	assert_null (
		strstr (compose ("2026-07-28", "", RESULT_INPUT_REQUIRED, NULL),
			"ttl"));
}

static void
a_plugin_s_meta_comes_with_ours_and_cannot_replace_it (void **state)
{
	(void) state;
	assert_string_equal (
		compose ("2026-07-28", "", RESULT_COMPLETE,
			 "{\"io.modelcontextprotocol/serverInfo\":{},"
			 "\"b\":{\"c\":2}}"),
		FRAME ("\"resultType\":\"complete\",\"_meta\":{" INFO
		       ",\"b\":{\"c\":2}}"));
	assert_string_equal (
		compose ("2026-07-28", "", RESULT_COMPLETE, "{}"),
		FRAME ("\"resultType\":\"complete\",\"_meta\":{" INFO "}"));
}

#define request_test(claim)                                                    \
	cmocka_unit_test_setup_teardown (claim, open_request, close_request)

int
main (void)
{
	const struct CMUnitTest tests[] = {
		request_test (older_revisions_have_nothing_around_it),
		request_test (the_newest_says_what_it_is_and_who_gives_it),
		request_test (only_what_is_complete_has_caching_hints),
		request_test (
			a_plugin_s_meta_comes_with_ours_and_cannot_replace_it),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
