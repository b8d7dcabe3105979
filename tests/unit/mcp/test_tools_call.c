/* Tests core/mcp/tools_call.c. */
#include "stand.h"

#include "mcp/agents.h"

#include "base/limits.h"

static const char *
call (const char *session, const char *params)
{
	static char body[2000];

	snprintf (body, sizeof body,
		  "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\","
		  "\"params\":%s}",
		  params);
	return stand_ask (session, body);
}

#define RESULT(members)                                                        \
	"{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{" members "}}"
#define TEXT(text) "\"content\":[{\"type\":\"text\",\"text\":\"" text "\"}]"

static void
a_tool_gets_its_arguments_and_its_text_comes_back (void **state)
{
	const char *session = stand_initialize ("2025-11-25");

	(void) state;
	assert_string_equal (
		call (session,
		      "{\"name\":\"echo\",\"arguments\":{\"a\":[1,null]}}"),
		RESULT (TEXT ("{\\\"a\\\":[1,null]}") ",\"isError\":false"));
}

static void
arguments_left_out_or_null_are_an_empty_object (void **state)
{
	const char *session = stand_initialize ("2025-11-25");
	static const char *const answer =
		RESULT (TEXT ("{}") ",\"isError\":false");

	(void) state;
	assert_string_equal (call (session, "{\"name\":\"echo\"}"), answer);
	assert_string_equal (
		call (session, "{\"name\":\"echo\",\"arguments\":null}"),
		answer);
}

static void
params_of_another_form_are_invalid (void **state)
{
	static const char *const params[] = {
		"{}",
		"{\"name\":7}",
		"{\"name\":null}",
		"{\"name\":{\"name\":\"echo\"}}",
		"{\"name\":\"echo\\u0000\"}",
		"{\"name\":\"echo\",\"arguments\":[]}",
		"{\"name\":\"echo\",\"arguments\":\"{}\"}",
		"{\"name\":\"echo\",\"arguments\":false}",
	};
	const char *session = stand_initialize ("2025-11-25");

	(void) state;
	for (size_t i = 0; i < sizeof params / sizeof params[0]; i++)
		assert_non_null (
			strstr (call (session, params[i]), "\"code\":-32602"));
	assert_non_null (
		strstr (stand_ask (session, "{\"jsonrpc\":\"2.0\",\"id\":1,"
					    "\"method\":\"tools/call\"}"),
			"\"code\":-32602"));
	assert_null (stand.calls);
}

static void
an_unknown_tool_is_invalid_params_by_name (void **state)
{
	const char *session = stand_initialize ("2024-11-05");

	(void) state;
	assert_string_equal (call (session, "{\"name\":\"no\\\"pe\"}"),
			     "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":"
			     "{\"code\":-32602,\"message\":"
			     "\"Unknown tool: no\\\"pe\"}}");
}

static void
arguments_against_the_schema_are_an_error_result (void **state)
{
	static const char *const revisions[] = { "2024-11-05", "2025-03-26",
						 "2025-06-18", "2025-11-25" };

	(void) state;
	for (size_t i = 0; i < 4; i++) {
		const char *answer =
			call (stand_initialize (revisions[i]),
			      "{\"name\":\"checked\",\"arguments\":"
			      "{\"n\":\"x\"}}");

		assert_non_null (strstr (answer, "\"text\":\"/n: "));
		assert_non_null (strstr (answer, "\"isError\":true"));
	}
	assert_null (stand.calls);
}

static void
a_null_that_is_not_wanted_is_as_if_left_out (void **state)
{
	const char *session = stand_initialize ("2025-11-25");

	(void) state;
	assert_string_equal (
		call (session,
		      "{\"name\":\"checked\",\"arguments\":{\"n\":1}}"),
		RESULT (TEXT ("{\\\"n\\\":1}") ",\"isError\":false"));
}

static void
structured_values_come_as_text_too_and_only_where_they_exist (void **state)
{
	static const char *const text =
		RESULT (TEXT ("{\\\"a\\\":\\\"b\\\"}") ",\"isError\":false");
	static const char *const both = RESULT (TEXT (
		"{\\\"a\\\":\\\"b\\\"}") ",\"structuredContent\":{\"a\":\"b\"},"
					 "\"isError\":false");
	static const char *const params = "{\"name\":\"structured\"}";

	(void) state;
	assert_string_equal (call (stand_initialize ("2024-11-05"), params),
			     text);
	assert_string_equal (call (stand_initialize ("2025-03-26"), params),
			     text);
	assert_string_equal (call (stand_initialize ("2025-06-18"), params),
			     both);
	assert_string_equal (call (stand_initialize ("2025-11-25"), params),
			     both);
}

static void
a_structured_value_that_is_no_object_is_text_only (void **state)
{
	(void) state;
	assert_string_equal (
		call (stand_initialize ("2025-11-25"), "{\"name\":\"list\"}"),
		RESULT (TEXT ("[1,2]") ",\"isError\":false"));
}

static void
a_tool_that_fails_gives_an_error_result_with_its_sentence (void **state)
{
	const char *session = stand_initialize ("2025-06-18");

	(void) state;
	assert_string_equal (call (session, "{\"name\":\"fails\"}"),
			     RESULT (TEXT ("fails") ",\"isError\":true"));
	assert_string_equal (call (session, "{\"name\":\"missing\"}"),
			     RESULT (TEXT ("missing") ",\"isError\":true"));
}

static void
a_plugin_that_breaks_its_promise_is_an_internal_error (void **state)
{
	(void) state;
	assert_string_equal (
		call (stand_initialize ("2025-06-18"), "{\"name\":\"breaks\"}"),
		"{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32603,"
		"\"message\":\"breaks\"}}");
}

static void
calls_may_end_in_any_order (void **state)
{
	const char *session = stand_initialize ("2025-11-25");
	struct post *first = stand_wait (session, 1);
	struct post *second = stand_wait (session, 2);

	(void) state;
	assert_int_equal (mcp_running (stand.mcp), 2);
	stand_finish (stand.calls, "two");
	assert_int_equal (first->status, 0);
	assert_non_null (strstr (second->body, "\"id\":2"));
	stand_finish (stand.calls->next, "one");
	assert_non_null (strstr (first->body, "\"id\":1"));
	assert_int_equal (mcp_running (stand.mcp), 0);
}

static void
too_many_calls_of_a_session_are_error_results (void **state)
{
	const char *session = stand_initialize ("2025-11-25");
	const char *other = stand_initialize ("2025-11-25");

	(void) state;
	for (int i = 0; i < LIMIT_CALLS_PER_SESSION; i++)
		stand_wait (session, 100 + i);
	assert_non_null (strstr (call (session, "{\"name\":\"echo\"}"),
				 "\"isError\":true"));
	assert_non_null (strstr (call (other, "{\"name\":\"echo\"}"),
				 "\"isError\":false"));
	stand_finish (stand.calls->next, "one");
	assert_non_null (strstr (call (session, "{\"name\":\"echo\"}"),
				 "\"isError\":false"));
}

static void
too_many_calls_of_all_are_error_results (void **state)
{
	(void) state;
	stand.options.max_calls = 2;
	stand_wait (stand_initialize ("2025-11-25"), 1);
	stand_wait (stand_initialize ("2025-11-25"), 1);
	assert_non_null (strstr (
		call (stand_initialize ("2025-11-25"), "{\"name\":\"echo\"}"),
		"\"isError\":true"));
}

static void
a_call_that_no_plugin_admits_does_not_start (void **state)
{
	(void) state;
	stand.refused = "echo";
	assert_string_equal (
		call (stand_initialize ("2025-11-25"), "{\"name\":\"echo\"}"),
		"{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"content\":["
		"{\"type\":\"text\",\"text\":\"the budget of tester is "
		"spent\"}],\"isError\":true}}");
	assert_null (stand.calls);
	assert_int_equal (mcp_running (stand.mcp), 0);
}

static void
only_calls_that_could_start_are_asked_for_admission (void **state)
{
	const char *session = stand_initialize ("2025-11-25");

	(void) state;
	call (session, "{\"name\":\"none\"}");
	call (session, "{\"name\":\"checked\",\"arguments\":{}}");
	assert_int_equal (stand.n_admissions, 0);
	call (session, "{\"name\":\"checked\",\"arguments\":{\"n\":1}}");
	assert_int_equal (stand.n_admissions, 1);
	assert_false (stand.is_again);
}

static void
who_calls_is_told_to_those_who_admit (void **state)
{
	struct agent ann = { .name = (char *) "ann" };

	(void) state;
	stand_stateless ("tools/call", "echo", "\"name\":\"echo\",");
	assert_string_equal (stand.admitted_agent, "");
	stand.agent = &ann;
	stand_stateless ("tools/call", "echo", "\"name\":\"echo\",");
	assert_string_equal (stand.admitted_agent, "ann proved");
}

static void
a_program_does_not_go_by_the_name_of_an_agent_with_a_credential (void **state)
{
	struct agent ann = { .name = (char *) "ann" }, nameless = { 0 };
	const char *session = stand_initialize ("2025-11-25");

	(void) state;
	call (session, "{\"name\":\"echo\"}");
	assert_string_equal (stand.calls->client, "tester");
	strcpy (stand.protected, "tester");
	call (session, "{\"name\":\"echo\"}");
	assert_string_equal (stand.calls->client, "");
	strcpy (stand.protected, "modern");
	stand.agent = &nameless;
	stand_stateless ("tools/call", "echo", "\"name\":\"echo\",");
	assert_string_equal (stand.calls->client, "");
	stand.agent = &ann;
	stand_stateless ("tools/call", "echo", "\"name\":\"echo\",");
	assert_string_equal (stand.calls->client, "modern");
}

static void
a_retry_with_answers_says_that_it_is_one (void **state)
{
	(void) state;
	stand_stateless ("tools/call", "echo", "\"name\":\"echo\",");
	assert_false (stand.is_again);
	stand_stateless ("tools/call", "echo",
			 "\"name\":\"echo\",\"requestState\":\"x\",");
	assert_true (stand.is_again);
	/* A session has no such thing. */
	call (stand_initialize ("2025-11-25"),
	      "{\"name\":\"echo\",\"requestState\":\"x\"}");
	assert_false (stand.is_again);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		stand_test (a_tool_gets_its_arguments_and_its_text_comes_back),
		stand_test (arguments_left_out_or_null_are_an_empty_object),
		stand_test (params_of_another_form_are_invalid),
		stand_test (an_unknown_tool_is_invalid_params_by_name),
		stand_test (arguments_against_the_schema_are_an_error_result),
		stand_test (a_null_that_is_not_wanted_is_as_if_left_out),
		stand_test (
			structured_values_come_as_text_too_and_only_where_they_exist),
		stand_test (a_structured_value_that_is_no_object_is_text_only),
		stand_test (
			a_tool_that_fails_gives_an_error_result_with_its_sentence),
		stand_test (
			a_plugin_that_breaks_its_promise_is_an_internal_error),
		stand_test (calls_may_end_in_any_order),
		stand_test (too_many_calls_of_a_session_are_error_results),
		stand_test (too_many_calls_of_all_are_error_results),
		stand_test (a_call_that_no_plugin_admits_does_not_start),
		stand_test (
			only_calls_that_could_start_are_asked_for_admission),
		stand_test (who_calls_is_told_to_those_who_admit),
		stand_test (
			a_program_does_not_go_by_the_name_of_an_agent_with_a_credential),
		stand_test (a_retry_with_answers_says_that_it_is_one),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
