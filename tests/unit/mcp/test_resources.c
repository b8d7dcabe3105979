/* Tests core/mcp/resources.c. */
#include "stand.h"

#include <stdio.h>

#include "base/limits.h"

static char body[3 * LIMIT_URI_BYTES];

static const char *
request (const char *method, const char *params)
{
	snprintf (body, sizeof body,
		  "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"%s\","
		  "\"params\":%s}",
		  method, params);
	return body;
}

#define RESULT(members)                                                        \
	"{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{" members "}}"
#define NOT_FOUND(code)                                                        \
	"{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":" code              \
	",\"message\":\"Resource not found: test://no\",\"data\":"             \
	"{\"uri\":\"test://no\"}}}"
#define ROW_B "{\"name\":\"b\",\"uri\":\"test://b\"}"
#define REST_A                                                                 \
	"\"description\":\"The first.\",\"uri\":\"test://a\","                 \
	"\"mimeType\":\"text/plain\",\"annotations\":{\"priority\":1},"        \
	"\"size\":7"
#define CONTENTS "{\"uri\":\"test://a\",\"text\":\"t\"}"

/* A read that waits for its handler. */
static struct post *
read_a (const char *session)
{
	struct post *post = stand_post (
		session, NULL,
		request ("resources/read", "{\"uri\":\"test://a\"}"));

	assert_int_equal (post->status, 0);
	return post;
}

static void
rows_have_what_their_revision_has (void **state)
{
	(void) state;
	assert_string_equal (stand_ask (stand_initialize ("2024-11-05"),
					request ("resources/list", "{}")),
			     RESULT ("\"resources\":[{\"name\":\"a\"," REST_A
				     "}," ROW_B "]"));
	assert_string_equal (
		stand_ask (stand_initialize ("2025-06-18"),
			   request ("resources/list", "{}")),
		RESULT ("\"resources\":[{\"name\":\"a\",\"title\":\"A\"," REST_A
			",\"_meta\":{\"x.test/k\":1}}," ROW_B "]"));
	assert_non_null (strstr (stand_ask (stand_initialize ("2025-11-25"),
					    request ("resources/list", "{}")),
				 "\"icons\":[{\"src\":"));
}

static void
templates_are_listed_by_themselves (void **state)
{
	(void) state;
	assert_string_equal (
		stand_ask (stand_initialize ("2025-06-18"),
			   request ("resources/templates/list", "{}")),
		RESULT ("\"resourceTemplates\":[{\"name\":\"t\",\"title\":"
			"\"T\",\"uriTemplate\":\"test://t/{x}\","
			"\"mimeType\":\"text/plain\"},{\"name\":\"u\","
			"\"uriTemplate\":\"test://u/{y}\"}]"));
}

static void
what_the_handler_adds_is_read (void **state)
{
	struct post *post = read_a (stand_initialize ("2025-11-25"));

	(void) state;
	assert_int_equal (stand.calls->request.kind, MCP_CALL_RESOURCE);
	assert_string_equal (stand.calls->uri, "test://a");
	assert_null (stand.calls->arguments);
	stand_end (stand.calls, &(struct call_result){ .content = CONTENTS });
	assert_string_equal (post->body,
			     RESULT ("\"contents\":[" CONTENTS "]"));
}

static void
a_template_gets_its_variables (void **state)
{
	(void) state;
	stand_post (stand_initialize ("2025-11-25"), NULL,
		    request ("resources/read", "{\"uri\":\"test://t/7\"}"));
	assert_string_equal (stand.calls->uri, "test://t/7");
	assert_string_equal (stand.calls->arguments, "{\"x\":\"7\"}");
}

static void
what_is_read_may_not_be_kept_without_a_session (void **state)
{
	struct post *post = stand_stateless ("resources/read", "test://a",
					     "\"uri\":\"test://a\",");

	(void) state;
	stand_end (stand.calls, &(struct call_result){ .content = CONTENTS });
	assert_string_equal (post->body, RESULT ("\"contents\":[" CONTENTS
						 "]," STAND_CACHED_TAIL));
}

static void
a_missing_one_is_an_error_of_its_revision (void **state)
{
	const char *missing = "{\"uri\":\"test://no\"}";

	(void) state;
	assert_string_equal (stand_ask (stand_initialize ("2024-11-05"),
					request ("resources/read", missing)),
			     NOT_FOUND ("-32002"));
	assert_string_equal (stand_ask (stand_initialize ("2025-11-25"),
					request ("resources/read", missing)),
			     NOT_FOUND ("-32002"));
	assert_string_equal (stand_ask_stateless ("resources/read", "test://no",
						  "\"uri\":\"test://no\","),
			     NOT_FOUND ("-32602"));
}

static void
a_handler_that_finds_nothing_is_an_error_too (void **state)
{
	struct post *post = read_a (stand_initialize ("2025-11-25"));

	(void) state;
	stand_end (stand.calls,
		   &(struct call_result){ .outcome = CALL_NOT_FOUND,
					  .sentence = "no" });
	assert_non_null (strstr (post->body, "\"code\":-32002"));
	assert_non_null (strstr (post->body, "\"uri\":\"test://a\""));
}

static void
contents_are_never_an_empty_list (void **state)
{
	struct post *post = read_a (stand_initialize ("2025-11-25"));

	(void) state;
	stand_end (stand.calls, &(struct call_result){ .outcome = CALL_OK });
	assert_non_null (strstr (post->body, "\"code\":-32002"));
}

static void
a_handler_that_fails_is_an_internal_error (void **state)
{
	struct post *post = read_a (stand_initialize ("2025-11-25"));

	(void) state;
	stand_end (stand.calls,
		   &(struct call_result){ .outcome = CALL_FAILED,
					  .sentence = "the disk is gone" });
	assert_non_null (strstr (post->body, "\"code\":-32603"));
	assert_non_null (strstr (post->body, "the disk is gone"));
}

static void
a_uri_of_another_form_is_invalid (void **state)
{
	static const char *const params[] = { "{}", "{\"uri\":7}",
					      "{\"uri\":null}",
					      "{\"uri\":\"a\\u0000\"}",
					      "{\"uri\":[\"test://a\"]}" };
	const char *session = stand_initialize ("2025-11-25");

	(void) state;
	for (size_t i = 0; i < 5; i++)
		assert_non_null (
			strstr (stand_ask (session, request ("resources/read",
							     params[i])),
				"\"code\":-32602"));
	assert_null (stand.calls);
}

static void
a_uri_may_not_be_endless (void **state)
{
	static char params[2 * LIMIT_URI_BYTES];
	const char *session = stand_initialize ("2025-11-25");

	(void) state;
	snprintf (params, sizeof params, "{\"uri\":\"%0*d\"}",
		  LIMIT_URI_BYTES + 1, 0);
	assert_non_null (
		strstr (stand_ask (session, request ("resources/read", params)),
			"\"code\":-32602"));
}

static void
too_many_calls_refuse_a_read_of_a_template (void **state)
{
	const char *session = stand_initialize ("2025-11-25");

	(void) state;
	stand.options.max_calls = 0;
	assert_non_null (strstr (
		stand_ask (session, request ("resources/read",
					     "{\"uri\":\"test://t/7\"}")),
		"\"error\""));
}

static void
a_cancelled_read_is_not_answered (void **state)
{
	const char *session = stand_initialize ("2025-11-25");
	struct post *post = read_a (session);

	(void) state;
	stand_post (
		session, NULL,
		"{\"jsonrpc\":\"2.0\",\"method\":"
		"\"notifications/cancelled\",\"params\":{\"requestId\":1}}");
	assert_true (stand.calls->is_cancelled);
	assert_null (post->body);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		stand_test (rows_have_what_their_revision_has),
		stand_test (templates_are_listed_by_themselves),
		stand_test (what_the_handler_adds_is_read),
		stand_test (a_template_gets_its_variables),
		stand_test (what_is_read_may_not_be_kept_without_a_session),
		stand_test (a_missing_one_is_an_error_of_its_revision),
		stand_test (a_handler_that_finds_nothing_is_an_error_too),
		stand_test (contents_are_never_an_empty_list),
		stand_test (a_handler_that_fails_is_an_internal_error),
		stand_test (a_uri_of_another_form_is_invalid),
		stand_test (a_uri_may_not_be_endless),
		stand_test (too_many_calls_refuse_a_read_of_a_template),
		stand_test (a_cancelled_read_is_not_answered),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
