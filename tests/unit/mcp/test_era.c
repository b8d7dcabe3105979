/* Tests core/mcp/era.c: messages of the era without sessions. */
#include "stand.h"

#define CLAIM                                                                  \
	"\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":"              \
	"\"2026-07-28\",\"io.modelcontextprotocol/clientCapabilities\":{}}"
#define ASK(method, params)                                                    \
	"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" method                   \
	"\",\"params\":{" params "}}"

static void
assert_refused (struct post *post, int status, const char *code)
{
	assert_int_equal (post->status, status);
	assert_non_null (strstr (post->body, code));
	assert_non_null (strstr (post->body, "\"id\":1"));
	/* What clients take for a server of that era. */
	assert_null (strstr (post->body, "-32022"));
}

static void
the_claim_decides_whatever_the_session (void **state)
{
	const char *session = stand_initialize ("2025-11-25");
	struct post *post =
		stand_post (session, "2026-07-28", ASK ("ping", CLAIM));

	(void) state;
	/* Mcp-Method is missing: it was taken as of the other era. */
	assert_refused (post, 400, "-32020");
}

static void
both_eras_are_served_side_by_side (void **state)
{
	const char *session = stand_initialize ("2025-11-25");

	(void) state;
	assert_non_null (strstr (stand_ask_stateless ("tools/call", "echo",
						      "\"name\":\"echo\","),
				 "\"resultType\":\"complete\""));
	assert_null (strstr (stand_ask (session, ASK ("tools/list", "")),
			     "resultType"));
}

static void
the_claim_counts_whatever_its_value (void **state)
{
	(void) state;
	assert_refused (
		stand_post (NULL, NULL,
			    ASK ("ping", "\"_meta\":{\"io.modelcontextprotocol/"
					 "protocolVersion\":null}")),
		400, "-32602");
}

static void
a_notification_with_the_claim_is_202 (void **state)
{
	struct post *post = stand_post (
		NULL, "2026-07-28",
		"{\"jsonrpc\":\"2.0\",\"method\":\"notifications/x\","
		"\"params\":{" CLAIM "}}");

	(void) state;
	assert_int_equal (post->status, 202);
	assert_null (post->body);
}

static void
a_notification_of_a_revision_that_is_not_there_is_400 (void **state)
{
	static const char text[] =
		"{\"jsonrpc\":\"2.0\",\"method\":\"notifications/x\",\"params\":{"
		"\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":"
		"\"2027-01-01\"}}}";
	struct post *post = stand_post (NULL, "2026-07-28", text);

	(void) state;
	assert_int_equal (post->status, 400);
	assert_non_null (strstr (post->body, "\"code\":-32020"));
	assert_null (strstr (post->body, "\"id\""));
	post = stand_post (NULL, "2027-01-01", text);
	assert_int_equal (post->status, 400);
	assert_non_null (strstr (post->body, "\"code\":-32022"));
	assert_int_equal (stand_post (NULL, NULL, text)->status, 400);
}

static void
the_header_without_the_claim_is_400_naming_what_is_missing (void **state)
{
	struct post *post =
		stand_post (NULL, "2026-07-28", ASK ("tools/list", ""));

	(void) state;
	assert_refused (post, 400, "-32602");
	assert_non_null (
		strstr (post->body, "io.modelcontextprotocol/protocolVersion"));
	assert_refused (stand_post (NULL, "2026-07-28",
				    ASK ("initialize",
					 "\"protocolVersion\":\"2025-06-18\"")),
			400, "-32020");
}

static void
its_methods_without_the_claim_are_400 (void **state)
{
	(void) state;
	assert_refused (stand_post (NULL, NULL, ASK ("server/discover", "")),
			400, "-32602");
	assert_refused (
		stand_post (NULL, NULL, ASK ("subscriptions/listen", "")), 400,
		"-32602");
}

static void
a_posted_response_or_array_of_its_header_is_400 (void **state)
{
	struct post *post = stand_post (NULL, "2026-07-28",
					"{\"jsonrpc\":\"2.0\",\"id\":1,"
					"\"result\":{}}");

	(void) state;
	assert_int_equal (post->status, 400);
	assert_non_null (strstr (post->body, "-32600"));
	/* It would look like the answer to a request of the client's. */
	assert_null (strstr (post->body, "\"id\""));
	assert_int_equal (
		stand_post (NULL, "2026-07-28", "[" ASK ("ping", "") "]")
			->status,
		400);
}

static void
discover_and_then_initialize_is_served (void **state)
{
	(void) state;
	assert_non_null (
		strstr (stand_ask_stateless ("server/discover", NULL, ""),
			"\"supportedVersions\""));
	stand_initialize ("2025-11-25");
}

static void
other_meta_keys_are_no_claim (void **state)
{
	const char *session = stand_initialize ("2025-11-25");

	(void) state;
	assert_string_equal (
		stand_ask (session,
			   ASK ("ping",
				"\"_meta\":{\"progressToken\":1,"
				"\"io.modelcontextprotocol/clientInfo\":{},"
				"\"traceparent\":\"x\"}")),
		"{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}");
}

static void
initialize_is_served_with_a_header_of_an_older_revision (void **state)
{
	struct post *post = stand_post (
		NULL, "2025-11-25",
		ASK ("initialize", "\"protocolVersion\":\"2025-11-25\""));

	(void) state;
	assert_int_equal (post->status, 200);
	assert_string_not_equal (post->new_session, "");
}

static void
over_sse_discover_is_method_not_found_on_the_stream (void **state)
{
	char session[40];
	struct stream *stream = stand_sse (session);
	struct post *post = stand_message (session, "2026-07-28",
					   ASK ("server/discover", CLAIM));

	(void) state;
	assert_int_equal (post->status, 202);
	assert_int_equal (stream->n_events, 2);
	assert_string_equal (stream->events[1],
			     "message: {\"jsonrpc\":\"2.0\",\"id\":1,\"error\":"
			     "{\"code\":-32601,\"message\":"
			     "\"Method not found: server/discover\"}}");
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		stand_test (the_claim_decides_whatever_the_session),
		stand_test (both_eras_are_served_side_by_side),
		stand_test (the_claim_counts_whatever_its_value),
		stand_test (a_notification_with_the_claim_is_202),
		stand_test (
			a_notification_of_a_revision_that_is_not_there_is_400),
		stand_test (
			the_header_without_the_claim_is_400_naming_what_is_missing),
		stand_test (its_methods_without_the_claim_are_400),
		stand_test (a_posted_response_or_array_of_its_header_is_400),
		stand_test (discover_and_then_initialize_is_served),
		stand_test (other_meta_keys_are_no_claim),
		stand_test (
			initialize_is_served_with_a_header_of_an_older_revision),
		stand_test (
			over_sse_discover_is_method_not_found_on_the_stream),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
