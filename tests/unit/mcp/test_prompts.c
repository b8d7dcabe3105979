/* Tests core/mcp/prompts.c. */
#include "stand.h"

#include <stdio.h>

static const char *
request (const char *method, const char *params)
{
	static char body[500];

	snprintf (body, sizeof body,
		  "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"%s\","
		  "\"params\":%s}",
		  method, params);
	return body;
}

#define RESULT(members)                                                        \
	"{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{" members "}}"
#define ARGUMENT_B "{\"name\":\"b\"}"
#define ROW_PLAIN "{\"name\":\"plain\",\"description\":\"Has nothing.\"}"
#define NOTHING "\"description\":\"Has nothing.\","
#define MESSAGE                                                                \
	"{\"role\":\"user\",\"content\":{\"type\":\"text\",\"text\":\"t\"}}"

static void
rows_have_what_their_revision_has (void **state)
{
	(void) state;
	assert_string_equal (
		stand_ask (stand_initialize ("2025-03-26"),
			   request ("prompts/list", "{}")),
		RESULT ("\"prompts\":[{\"name\":\"full\",\"description\":"
			"\"Has all.\",\"arguments\":[{\"name\":\"a\","
			"\"description\":\"First.\",\"required\":true}," ARGUMENT_B
			"]}," ROW_PLAIN "]"));
	assert_string_equal (
		stand_ask (stand_initialize ("2025-06-18"),
			   request ("prompts/list", "{}")),
		RESULT ("\"prompts\":[{\"name\":\"full\",\"title\":\"Full\","
			"\"description\":\"Has all.\",\"arguments\":[{\"name\":"
			"\"a\",\"title\":\"The a\",\"description\":\"First.\","
			"\"required\":true}," ARGUMENT_B "],\"_meta\":"
			"{\"x.test/k\":1}}," ROW_PLAIN "]"));
	assert_non_null (strstr (stand_ask_stateless ("prompts/list", NULL, ""),
				 "\"icons\":[{\"src\":"));
}

static void
a_prompt_gets_its_arguments_and_its_messages_come_back (void **state)
{
	struct post *post = stand_post (
		stand_initialize ("2025-11-25"), NULL,
		request ("prompts/get", "{\"name\":\"full\",\"arguments\":"
					"{\"a\":\"x\",\"c\":\"y\"}}"));

	(void) state;
	assert_int_equal (stand.calls->request.kind, MCP_CALL_PROMPT);
	assert_string_equal (stand.calls->arguments,
			     "{\"a\":\"x\",\"c\":\"y\"}");
	stand_end (stand.calls, &(struct call_result){ .content = MESSAGE });
	assert_string_equal (
		post->body,
		RESULT ("\"description\":\"Has all.\",\"messages\":[" MESSAGE
			"]"));
}

static void
messages_are_not_cached (void **state)
{
	struct post *post =
		stand_stateless ("prompts/get", "plain", "\"name\":\"plain\",");

	(void) state;
	stand_end (stand.calls, &(struct call_result){ .content = MESSAGE });
	assert_string_equal (
		post->body,
		RESULT (NOTHING "\"messages\":[" MESSAGE "]," STAND_TAIL));
}

static void
arguments_left_out_or_null_are_none (void **state)
{
	static const char *const params[] = { "{\"name\":\"plain\"}",
					      "{\"name\":\"plain\","
					      "\"arguments\":null}" };

	(void) state;
	for (size_t i = 0; i < 2; i++) {
		struct post *post =
			stand_post (stand_initialize ("2025-11-25"), NULL,
				    request ("prompts/get", params[i]));

		assert_null (stand.calls->arguments);
		stand_end (stand.calls, &(struct call_result){ .content = "" });
		assert_string_equal (post->body,
				     RESULT (NOTHING "\"messages\":[]"));
	}
}

static void
what_is_not_as_the_prompt_wants_it_is_invalid (void **state)
{
	static const char *const params[] = {
		"{}",
		"{\"name\":null}",
		"{\"name\":\"no\"}",
		"{\"name\":\"full\"}",
		"{\"name\":\"full\",\"arguments\":{\"b\":\"x\"}}",
		"{\"name\":\"full\",\"arguments\":{\"a\":null}}",
		"{\"name\":\"full\",\"arguments\":{\"a\":1}}",
		"{\"name\":\"full\",\"arguments\":{\"a\":[\"x\"]}}",
		"{\"name\":\"full\",\"arguments\":[]}",
		"{\"name\":\"plain\",\"arguments\":\"x\"}",
		"{\"name\":\"plain\",\"arguments\":false}",
	};
	const char *session = stand_initialize ("2025-11-25");

	(void) state;
	for (size_t i = 0; i < sizeof params / sizeof params[0]; i++)
		assert_non_null (strstr (
			stand_ask (session, request ("prompts/get", params[i])),
			"\"code\":-32602"));
	assert_null (stand.calls);
}

static void
the_missing_argument_is_named (void **state)
{
	(void) state;
	assert_non_null (strstr (
		stand_ask (stand_initialize ("2025-11-25"),
			   request ("prompts/get", "{\"name\":\"full\"}")),
		"'a' is required"));
}

static void
a_handler_that_fails_is_an_error_with_its_sentence (void **state)
{
	struct post *post =
		stand_post (stand_initialize ("2025-11-25"), NULL,
			    request ("prompts/get", "{\"name\":\"plain\"}"));

	(void) state;
	stand_end (stand.calls,
		   &(struct call_result){ .outcome = CALL_FAILED,
					  .sentence = "not today" });
	assert_non_null (strstr (post->body, "\"code\":-32603"));
	assert_non_null (strstr (post->body, "not today"));
}

static void
a_handler_that_finds_nothing_is_invalid_params (void **state)
{
	struct post *post =
		stand_post (stand_initialize ("2025-11-25"), NULL,
			    request ("prompts/get", "{\"name\":\"plain\"}"));

	(void) state;
	stand_end (stand.calls,
		   &(struct call_result){ .outcome = CALL_NOT_FOUND,
					  .sentence = "no" });
	assert_non_null (strstr (post->body, "\"code\":-32602"));
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		stand_test (rows_have_what_their_revision_has),
		stand_test (
			a_prompt_gets_its_arguments_and_its_messages_come_back),
		stand_test (messages_are_not_cached),
		stand_test (arguments_left_out_or_null_are_none),
		stand_test (what_is_not_as_the_prompt_wants_it_is_invalid),
		stand_test (the_missing_argument_is_named),
		stand_test (a_handler_that_fails_is_an_error_with_its_sentence),
		stand_test (a_handler_that_finds_nothing_is_invalid_params),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
