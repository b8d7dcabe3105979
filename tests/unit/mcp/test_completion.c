/* Tests core/mcp/completion.c. */
#include "stand.h"

#include <stdio.h>

static const char *
request (const char *params)
{
	static char body[500];

	snprintf (body, sizeof body,
		  "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":"
		  "\"completion/complete\",\"params\":{%s}}",
		  params);
	return body;
}

#define RESULT(members)                                                        \
	"{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{" members "}}"
#define PROMPT(name) "\"ref\":{\"type\":\"ref/prompt\",\"name\":\"" name "\"}"
#define TEMPLATE(uri) "\"ref\":{\"type\":\"ref/resource\",\"uri\":\"" uri "\"}"
#define ARGUMENT(name, value)                                                  \
	"\"argument\":{\"name\":\"" name "\",\"value\":\"" value "\"}"

static void
a_prompt_completes_its_argument (void **state)
{
	struct post *post =
		stand_post (stand_initialize ("2025-11-25"), NULL,
			    request (PROMPT ("full") "," ARGUMENT ("b", "x")));

	(void) state;
	assert_int_equal (stand.calls->request.kind, MCP_CALL_COMPLETE);
	assert_string_equal (stand.calls->argument_name, "b");
	assert_string_equal (stand.calls->argument_value, "x");
	stand_end (stand.calls,
		   &(struct call_result){ .content = "\"xa\",\"xb\"",
					  .total = 5,
					  .has_more = true });
	assert_string_equal (post->body,
			     RESULT ("\"completion\":{\"values\":[\"xa\","
				     "\"xb\"],\"total\":5,\"hasMore\":true}"));
}

static void
a_template_completes_its_variable (void **state)
{
	struct post *post = stand_post (
		stand_initialize ("2024-11-05"), NULL,
		request (TEMPLATE ("test://t/{x}") "," ARGUMENT ("x", "")));

	(void) state;
	assert_string_equal (stand.calls->argument_value, "");
	stand_end (stand.calls,
		   &(struct call_result){ .content = "\"7\"",
					  .total = MCP_TOTAL_UNKNOWN });
	assert_string_equal (post->body,
			     RESULT ("\"completion\":{\"values\":[\"7\"]}"));
}

static void
a_completion_is_complete_and_not_cached (void **state)
{
	struct post *post =
		stand_stateless ("completion/complete", NULL,
				 PROMPT ("full") "," ARGUMENT ("a", "") ",");

	(void) state;
	stand_end (stand.calls,
		   &(struct call_result){ .content = "",
					  .total = MCP_TOTAL_UNKNOWN });
	assert_string_equal (
		post->body,
		RESULT ("\"completion\":{\"values\":[]}," STAND_TAIL));
}

static void
what_was_filled_in_already_goes_to_the_handler (void **state)
{
	(void) state;
	stand_post (stand_initialize ("2025-06-18"), NULL,
		    request (PROMPT ("full") "," ARGUMENT (
			    "b",
			    "x") ",\"context\":{\"arguments\":{\"a\":\"1\"}}"));
	assert_string_equal (stand.calls->arguments, "{\"a\":\"1\"}");
}

static void
a_row_that_completes_nothing_gives_no_values (void **state)
{
	const char *session = stand_initialize ("2025-11-25");

	(void) state;
	assert_string_equal (
		stand_ask (session,
			   request (TEMPLATE ("test://u/{y}") "," ARGUMENT (
				   "y", ""))),
		RESULT ("\"completion\":{\"values\":[]}"));
	assert_null (stand.calls);
}

static void
params_that_name_nothing_of_ours_are_invalid (void **state)
{
	static const char *const params[] = {
		"",
		PROMPT ("full"),
		ARGUMENT ("a", ""),
		PROMPT ("no") "," ARGUMENT ("a", ""),
		PROMPT ("full") "," ARGUMENT ("c", ""),
		PROMPT ("plain") "," ARGUMENT ("a", ""),
		TEMPLATE ("test://a") "," ARGUMENT ("x", ""),
		TEMPLATE ("test://t/{x}") "," ARGUMENT ("y", ""),
		"\"ref\":null," ARGUMENT ("a", ""),
		"\"ref\":\"full\"," ARGUMENT ("a", ""),
		"\"ref\":{\"type\":\"ref/tool\",\"name\":\"full\"}," ARGUMENT (
			"a", ""),
		"\"ref\":{\"type\":\"ref/resource\",\"name\":\"full\"}," ARGUMENT (
			"a", ""),
		PROMPT ("full") ",\"argument\":{\"name\":\"a\",\"value\":7}",
		PROMPT ("full") ",\"argument\":{\"name\":\"a\"}",
		PROMPT ("full") ",\"argument\":[]",
	};
	const char *session = stand_initialize ("2025-11-25");

	(void) state;
	for (size_t i = 0; i < sizeof params / sizeof params[0]; i++)
		assert_non_null (
			strstr (stand_ask (session, request (params[i])),
				"\"code\":-32602"));
	assert_null (stand.calls);
}

static void
a_context_of_another_form_is_invalid (void **state)
{
	static const char *const contexts[] = {
		"7",
		"[]",
		"{\"arguments\":[]}",
		"{\"arguments\":\"a\"}",
		"{\"arguments\":{\"a\":1}}",
		"{\"arguments\":{\"a\":null}}",
	};
	const char *session = stand_initialize ("2025-11-25");

	(void) state;
	for (size_t i = 0; i < sizeof contexts / sizeof contexts[0]; i++) {
		char params[300];

		snprintf (params, sizeof params, "%s,%s,\"context\":%s",
			  PROMPT ("full"), ARGUMENT ("a", ""), contexts[i]);
		assert_non_null (strstr (stand_ask (session, request (params)),
					 "\"code\":-32602"));
	}
	assert_null (stand.calls);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		stand_test (a_prompt_completes_its_argument),
		stand_test (a_template_completes_its_variable),
		stand_test (a_completion_is_complete_and_not_cached),
		stand_test (what_was_filled_in_already_goes_to_the_handler),
		stand_test (a_row_that_completes_nothing_gives_no_values),
		stand_test (params_that_name_nothing_of_ours_are_invalid),
		stand_test (a_context_of_another_form_is_invalid),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
