/* Tests core/mcp/dispatch.c. */
#include "stand.h"

static void
an_unknown_or_not_offered_method_is_not_found (void **state)
{
	static const char *const names[] = { "nope",
					     "resources/List",
					     "server/nope",
					     "elicitation/create",
					     "tools/Call",
					     "notifications/initialized",
					     "" };
	const char *session = stand_initialize ("2025-11-25");

	(void) state;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		char body[200];

		snprintf (body, sizeof body,
			  "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"%s\"}",
			  names[i]);
		assert_non_null (
			strstr (stand_ask (session, body), "\"code\":-32601"));
	}
}

static void
a_hostile_method_name_comes_back_escaped (void **state)
{
	const char *session = stand_initialize ("2025-11-25");

	(void) state;
	assert_string_equal (
		stand_ask (session, "{\"jsonrpc\":\"2.0\",\"id\":1,"
				    "\"method\":\"%s\\n\\\"}\"}"),
		"{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32601,"
		"\"message\":\"Method not found: %s\\n\\\"}\"}}");
}

static void
an_id_that_is_not_answered_yet_cannot_be_used_again (void **state)
{
	const char *session = stand_initialize ("2025-06-18");
	struct post *first = stand_wait (session, 7);

	(void) state;
	assert_non_null (
		strstr (stand_ask (session, "{\"jsonrpc\":\"2.0\",\"id\":7,"
					    "\"method\":\"ping\"}"),
			"\"code\":-32600"));
	assert_non_null (
		strstr (stand_ask (session, "{\"jsonrpc\":\"2.0\",\"id\":"
					    "\"7\",\"method\":\"ping\"}"),
			"\"result\":{}"));
	stand_finish (stand.calls, "a");
	assert_int_equal (first->status, 200);
	assert_non_null (
		strstr (stand_ask (session, "{\"jsonrpc\":\"2.0\",\"id\":7,"
					    "\"method\":\"ping\"}"),
			"\"result\":{}"));
}

static void
sessions_may_use_the_same_ids (void **state)
{
	struct post *first = stand_wait (stand_initialize ("2025-06-18"), 1);
	struct post *second = stand_wait (stand_initialize ("2025-06-18"), 1);

	(void) state;
	stand_finish (stand.calls, "second");
	assert_int_equal (first->status, 0);
	assert_non_null (strstr (second->body, "second"));
	stand_finish (stand.calls->next, "first");
	assert_non_null (strstr (first->body, "first"));
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		stand_test (an_unknown_or_not_offered_method_is_not_found),
		stand_test (a_hostile_method_name_comes_back_escaped),
		stand_test (
			an_id_that_is_not_answered_yet_cannot_be_used_again),
		stand_test (sessions_may_use_the_same_ids),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
