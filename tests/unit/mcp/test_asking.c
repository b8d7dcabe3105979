/* Tests core/mcp/asking.c: questions without a session. With one:
 * test_ask_session.c. */
#include "stand.h"

#include <stdio.h>

#include "base/limits.h"

#define CAN_FORM STAND_META_OF ("{\"elicitation\":{}}")
#define ASK(name)                                                              \
	"\"" name                                                              \
	"\":{\"method\":\"elicitation/create\",\"params\":" STAND_FORM "}"

static const char *const names[] = { "one", "two" };

/* A tools/call of "wait" by a client that can show forms. more: further
 * members of params. */
static struct post *
call_with (const char *more)
{
	char params[3000];

	snprintf (params, sizeof params, "\"name\":\"wait\",%s", more);
	return stand_stateless_as (CAN_FORM, "tools/call", "wait", params);
}

/* A first round that asks for n names; its requestState, yours. */
static char *
ask (size_t n, const char *state)
{
	struct post *post = call_with ("");
	const char *start;

	stand_ask_client (stand.calls, names, n, state);
	assert_int_equal (post->status, 200);
	start = strstr (post->body, "\"requestState\":\"");
	assert_non_null (start);
	start += strlen ("\"requestState\":\"");
	return strndup (start, strcspn (start, "\""));
}

/* The next round. responses: JSON. */
static struct post *
retry (const char *state, const char *responses)
{
	char more[2500];

	snprintf (more, sizeof more,
		  "\"requestState\":\"%s\",\"inputResponses\":%s,", state,
		  responses);
	return call_with (more);
}

static void
who_asks_answers_that_input_is_required (void **state)
{
	struct post *post = call_with ("");

	(void) state;
	assert_true (stand.calls->request.can & CALL_CAN_FORM);
	stand_ask_client (stand.calls, names, 2, NULL);
	assert_non_null (
		strstr (post->body,
			"\"result\":{\"inputRequests\":{" ASK ("one") "," ASK (
				"two") "},"
				       "\"requestState\":\""));
	assert_non_null (strstr (
		post->body,
		"\",\"resultType\":\"input_required\"," STAND_SERVER_META
		"}}"));
	assert_null (strstr (post->body, "ttlMs"));
}

static void
the_retry_brings_answers_state_and_round_to_the_handler (void **state)
{
	char *kept = ask (2, "own");
	struct post *post =
		retry (kept, "{\"one\":{\"action\":\"accept\",\"content\":"
			     "{\"a\":1}},\"two\":{\"action\":\"decline\"}}");

	(void) state;
	assert_int_equal (post->status, 0);
	assert_string_equal (
		stand.calls->answers,
		"{\"one\":{\"result\":{\"action\":\"accept\",\"content\":"
		"{\"a\":1}}},\"two\":{\"result\":{\"action\":\"decline\"}}}");
	assert_string_equal (stand.calls->state, "own");
	assert_int_equal (stand.calls->request.round, 1);
	stand_finish (stand.calls, "done");
	assert_non_null (strstr (post->body, "\"resultType\":\"complete\""));
	free (kept);
}

static void
answers_to_nothing_that_was_asked_are_dropped (void **state)
{
	static const char *const responses[] = {
		"{\"other\":{\"action\":\"accept\"}}",
		"{\"one\":12345}",
		"{\"one\":null}",
		"{\"one\":[{\"action\":\"accept\"}]}",
		"{}",
		"null",
		"[]",
		"\"one\"",
	};
	char *kept = ask (1, NULL);

	(void) state;
	for (size_t i = 0; i < sizeof responses / sizeof responses[0]; i++) {
		retry (kept, responses[i]);
		assert_string_equal (stand.calls->answers, "{}");
	}
	free (kept);
}

static void
an_answer_that_does_not_fit_the_form_is_an_error_for_the_handler (void **state)
{
	char *kept = ask (2, NULL);

	(void) state;
	retry (kept, "{\"one\":{\"action\":\"accept\",\"content\":[]},"
		     "\"two\":{\"action\":\"cancel\"}}");
	assert_string_equal (
		stand.calls->answers,
		"{\"one\":{\"error\":{\"code\":-32602,\"message\":\"the answer "
		"does not fit the form: \\/content: must be an object\"}},"
		"\"two\":{\"result\":{\"action\":\"cancel\"}}}");
	free (kept);
}

static void
what_is_no_answer_leaves_the_first_round_as_it_is (void **state)
{
	(void) state;
	call_with ("\"inputResponses\":null,");
	assert_null (stand.calls->answers);
	assert_int_equal (stand.calls->request.round, 0);
}

static void
a_state_that_is_not_ours_is_an_error_of_json_rpc (void **state)
{
	static const char *const states[] = {
		"\"requestState\":\"made up\",",
		"\"requestState\":\"\",",
		"\"requestState\":7,",
		"\"requestState\":{},",
		"\"requestState\":\"a\\u0000b\",",
	};
	char *kept = ask (1, NULL);
	struct call *last = stand.calls;
	char tampered[2000];

	(void) state;
	for (size_t i = 0; i < sizeof states / sizeof states[0]; i++)
		assert_non_null (strstr (call_with (states[i])->body,
					 "\"code\":-32602"));
	snprintf (tampered, sizeof tampered, "%s-TAMPERED", kept);
	assert_non_null (
		strstr (retry (tampered, "{}")->body, "\"code\":-32602"));
	assert_ptr_equal (stand.calls, last);
	free (kept);
}

static void
a_state_is_good_for_its_own_request_alone (void **state)
{
	char *kept = ask (1, NULL);
	char more[2500];

	(void) state;
	snprintf (more, sizeof more,
		  "\"arguments\":{\"a\":1},\"requestState\":\"%s\",", kept);
	assert_non_null (strstr (call_with (more)->body, "\"code\":-32602"));
	free (kept);
}

static void
the_handlers_questions_end_after_so_many_rounds (void **state)
{
	char *kept = ask (1, NULL);

	(void) state;
	for (int i = 1; i < LIMIT_ASK_ROUNDS - 1; i++) {
		struct post *post = retry (kept, "{}");
		const char *start;

		stand_ask_client (stand.calls, names, 1, NULL);
		start = strstr (post->body, "\"requestState\":\"")
			+ strlen ("\"requestState\":\"");
		free (kept);
		kept = strndup (start, strcspn (start, "\""));
	}
	struct post *post = retry (kept, "{}");

	stand_ask_client (stand.calls, names, 1, NULL);
	assert_non_null (strstr (post->body, "\"isError\":true"));
	assert_non_null (strstr (post->body, "asked too often"));
	assert_int_equal (stand.n_abandoned, 1);
	free (kept);
}

static void
a_client_that_cannot_answer_hears_what_it_lacks (void **state)
{
	static const struct {
		unsigned needs;
		const char *lacks;
	} cases[] = {
		{ CALL_CAN_FORM, "{\"elicitation\":{}}" },
		{ CALL_CAN_FORM_LISTS, "{\"elicitation\":{}}" },
		{ CALL_CAN_FORM_LISTS | CALL_CAN_FORM, "{\"elicitation\":{}}" },
		{ CALL_CAN_URL, "{\"elicitation\":{\"url\":{}}}" },
		{ CALL_CAN_FORM | CALL_CAN_URL,
		  "{\"elicitation\":{\"form\":{},\"url\":{}}}" },
		{ CALL_CAN_SAMPLE, "{\"sampling\":{}}" },
		{ CALL_CAN_SAMPLE_TOOLS | CALL_CAN_SAMPLE,
		  "{\"sampling\":{\"tools\":{}}}" },
		{ CALL_CAN_ROOTS | CALL_CAN_FORM,
		  "{\"elicitation\":{},\"roots\":{}}" },
	};

	(void) state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const struct call_ask asks[] = { { .name = "one",
						   .needs = cases[i].needs } };
		struct post *post = stand_stateless ("tools/call", "wait",
						     "\"name\":\"wait\",");
		char expected[200];

		stand_end (stand.calls,
			   &(struct call_result){ .outcome = CALL_ASKING,
						  .asks = asks,
						  .n_asks = 1 });
		snprintf (expected, sizeof expected,
			  "\"data\":{\"requiredCapabilities\":%s}",
			  cases[i].lacks);
		assert_int_equal (post->status, 400);
		assert_non_null (strstr (post->body, "\"code\":-32021"));
		assert_non_null (strstr (post->body, expected));
	}
}

static void
prompts_and_resources_ask_as_tools_do (void **state)
{
	struct post *get = stand_stateless_as (CAN_FORM, "prompts/get", "plain",
					       "\"name\":\"plain\",");
	struct post *read;

	(void) state;
	stand_ask_client (stand.calls, names, 1, NULL);
	assert_non_null (strstr (get->body, "\"input_required\""));
	read = stand_stateless_as (CAN_FORM, "resources/read", "test://a",
				   "\"uri\":\"test://a\",");
	stand_ask_client (stand.calls, names, 1, NULL);
	assert_non_null (strstr (read->body, "\"input_required\""));
	assert_null (strstr (read->body, "ttlMs"));
}

static void
a_url_has_no_id (void **state)
{
	static const char params[] =
		"{\"mode\":\"url\",\"message\":\"?\","
		"\"url\":\"https://x.test\",\"elicitationId\":\"7\"}";
	const struct call_ask url = { .name = "one",
				      .method = "elicitation/create",
				      .params = params,
				      .params_size = strlen (params),
				      .needs = CALL_CAN_URL };
	struct post *post = stand_stateless_as (
		STAND_META_OF ("{\"elicitation\":{\"url\":{}}}"), "tools/call",
		"wait", "\"name\":\"wait\",");

	(void) state;
	stand_end (stand.calls, &(struct call_result){ .outcome = CALL_ASKING,
						       .asks = &url,
						       .n_asks = 1 });
	assert_non_null (strstr (post->body,
				 "\"params\":{\"mode\":\"url\",\"message\":"
				 "\"?\",\"url\":\"https://x.test\"}"));
}

static void
nothing_is_held_between_the_rounds (void **state)
{
	char *kept = ask (1, "s");

	(void) state;
	assert_int_equal (mcp_running (stand.mcp), 0);
	assert_int_equal (stand.offer.pins, 0);
	assert_int_equal (stand.n_abandoned, 0);
	free (kept);
}

static void
who_is_asked_while_the_server_stops_may_answer_the_next_one (void **state)
{
	struct post *post = call_with ("");

	(void) state;
	mcp_drain (stand.mcp, stand_drained, NULL);
	stand_ask_client (stand.calls, names, 1, NULL);
	assert_non_null (strstr (post->body, "\"input_required\""));
	assert_int_equal (stand.n_drained, 1);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		stand_test (who_asks_answers_that_input_is_required),
		stand_test (
			the_retry_brings_answers_state_and_round_to_the_handler),
		stand_test (answers_to_nothing_that_was_asked_are_dropped),
		stand_test (
			an_answer_that_does_not_fit_the_form_is_an_error_for_the_handler),
		stand_test (what_is_no_answer_leaves_the_first_round_as_it_is),
		stand_test (a_state_that_is_not_ours_is_an_error_of_json_rpc),
		stand_test (a_state_is_good_for_its_own_request_alone),
		stand_test (the_handlers_questions_end_after_so_many_rounds),
		stand_test (a_client_that_cannot_answer_hears_what_it_lacks),
		stand_test (prompts_and_resources_ask_as_tools_do),
		stand_test (a_url_has_no_id),
		stand_test (nothing_is_held_between_the_rounds),
		stand_test (
			who_is_asked_while_the_server_stops_may_answer_the_next_one),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
