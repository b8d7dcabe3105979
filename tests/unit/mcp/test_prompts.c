/* Tests core/mcp/prompts.c and core/mcp/completion.c. */
#include "stand.h"

#define ASK(method, params)                                                    \
	"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" method                   \
	"\",\"params\":{" params "}}"
#define RESULT(members)                                                        \
	"{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{" members "}}"

static void
prompts_are_listed_with_their_arguments (void **state)
{
	(void) state;
	assert_string_equal (
		stand_ask (stand_initialize ("2025-11-25"),
			   ASK ("prompts/list", "")),
		RESULT ("\"prompts\":[{\"name\":\"greet\",\"description\":"
			"\"Greets.\",\"arguments\":[{\"name\":\"who\","
			"\"description\":\"Whom\",\"required\":true},"
			"{\"name\":\"how\",\"title\":\"How\"}]},"
			"{\"name\":\"plain\"}]"));
}

static void
a_prompt_gives_messages (void **state)
{
	(void) state;
	assert_string_equal (
		stand_ask (stand_initialize ("2024-11-05"),
			   ASK ("prompts/get", "\"name\":\"greet\","
					       "\"arguments\":{\"who\":"
					       "\"Bo\"}")),
		RESULT ("\"messages\":[{\"role\":\"user\",\"content\":{"
			"\"type\":\"text\",\"text\":"
			"\"{\\\"who\\\":\\\"Bo\\\"}\"}}]"));
}

static void
what_a_prompt_lacks_is_invalid_params (void **state)
{
	static const char *const bodies[] = {
		ASK ("prompts/get", ""),
		ASK ("prompts/get", "\"name\":\"none\""),
		ASK ("prompts/get", "\"name\":\"greet\""),
		ASK ("prompts/get",
		     "\"name\":\"greet\",\"arguments\":{\"how\":\"x\"}"),
		ASK ("prompts/get",
		     "\"name\":\"greet\",\"arguments\":{\"who\":1}"),
		ASK ("prompts/get", "\"name\":\"greet\",\"arguments\":[]"),
	};
	const char *session = stand_initialize ("2025-11-25");

	(void) state;
	for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++)
		assert_non_null (
			strstr (stand_ask (session, bodies[i]), "-32602"));
}

#define COMPLETE(ref, argument, more)                                          \
	ASK ("completion/complete",                                            \
	     "\"ref\":{" ref "},\"argument\":{" argument "}" more)
#define GREET "\"type\":\"ref/prompt\",\"name\":\"greet\""
#define FAMILY "\"type\":\"ref/resource\",\"uri\":\"test://t/{x}\""

static void
arguments_and_variables_are_completed (void **state)
{
	const char *session = stand_initialize ("2025-11-25");

	(void) state;
	assert_string_equal (
		stand_ask (session,
			   COMPLETE (GREET, "\"name\":\"who\",\"value\":\"B\"",
				     ",\"context\":{\"arguments\":{"
				     "\"how\":\"x\"}}")),
		RESULT ("\"completion\":{\"values\":[\"who\",\"B\","
			"\"{\\\"how\\\":\\\"x\\\"}\"],\"total\":7,"
			"\"hasMore\":true}"));
	assert_non_null (strstr (
		stand_ask (
			session,
			COMPLETE (FAMILY, "\"name\":\"x\",\"value\":\"\"", "")),
		"\"values\":[\"x\",\"\","));
}

static void
what_completion_does_not_know_is_invalid_params (void **state)
{
	static const char *const bodies[] = {
		ASK ("completion/complete", ""),
		COMPLETE (GREET, "\"name\":\"nope\",\"value\":\"\"", ""),
		COMPLETE (GREET, "\"name\":\"who\",\"value\":1", ""),
		COMPLETE ("\"type\":\"ref/prompt\",\"name\":\"none\"",
			  "\"name\":\"who\",\"value\":\"\"", ""),
		COMPLETE ("\"type\":\"ref/resource\",\"uri\":\"test://a\"",
			  "\"name\":\"x\",\"value\":\"\"", ""),
		COMPLETE (GREET, "\"name\":\"who\",\"value\":\"\"",
			  ",\"context\":{\"arguments\":[1]}"),
	};
	const char *session = stand_initialize ("2025-11-25");

	(void) state;
	for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++)
		assert_non_null (
			strstr (stand_ask (session, bodies[i]), "-32602"));
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		stand_test (prompts_are_listed_with_their_arguments),
		stand_test (a_prompt_gives_messages),
		stand_test (what_a_prompt_lacks_is_invalid_params),
		stand_test (arguments_and_variables_are_completed),
		stand_test (what_completion_does_not_know_is_invalid_params),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
