/* Tests core/mcp/subscribe.c, core/mcp/subscription.c and what
 * core/mcp/changes.c tells sessions. */
#include "stand.h"

#include "base/limits.h"

static const char *
ask (const char *session, const char *method, const char *params)
{
	static char body[500];

	snprintf (body, sizeof body,
		  "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"resources/%s\","
		  "\"params\":%s}",
		  method, params);
	return stand_ask (session, body);
}

#define DONE "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}"
#define UPDATED(uri)                                                           \
	"message: {\"jsonrpc\":\"2.0\",\"method\":"                            \
	"\"notifications/resources/updated\",\"params\":{\"uri\":\"" uri       \
	"\"}}"

static void
a_subscriber_hears_of_its_resources_until_it_unsubscribes (void **state)
{
	const char *session = stand_initialize ("2025-11-25");
	struct stream *stream =
		stand_stream (TRANSPORT_STREAMABLE, session, NULL, NULL);

	(void) state;
	assert_string_equal (
		ask (session, "subscribe", "{\"uri\":\"test://a\"}"), DONE);
	assert_string_equal (
		ask (session, "subscribe", "{\"uri\":\"test://a\"}"), DONE);
	stand_updated ("test://t/1");
	assert_int_equal (stream->n_events, 0);
	stand_updated ("test://a");
	assert_int_equal (stream->n_events, 1);
	assert_string_equal (stream->events[0], UPDATED ("test://a"));
	assert_string_equal (
		ask (session, "unsubscribe", "{\"uri\":\"test://a\"}"), DONE);
	stand_updated ("test://a");
	assert_int_equal (stream->n_events, 1);
}

static void
what_was_not_subscribed_to_can_be_unsubscribed (void **state)
{
	const char *session = stand_initialize ("2024-11-05");

	(void) state;
	assert_string_equal (
		ask (session, "unsubscribe", "{\"uri\":\"test://a\"}"), DONE);
}

static void
an_unknown_resource_is_not_found_by_its_uri (void **state)
{
	const char *session = stand_initialize ("2025-11-25");

	(void) state;
	assert_string_equal (
		ask (session, "subscribe", "{\"uri\":\"test://none\"}"),
		"{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32002,"
		"\"message\":\"Resource not found: test://none\",\"data\":"
		"{\"uri\":\"test://none\"}}}");
}

static void
params_of_another_form_are_invalid (void **state)
{
	const char *session = stand_initialize ("2025-11-25");

	(void) state;
	assert_non_null (strstr (ask (session, "subscribe", "{}"), "-32602"));
	assert_non_null (
		strstr (ask (session, "subscribe", "{\"uri\":1}"), "-32602"));
	assert_non_null (strstr (ask (session, "unsubscribe", "{}"), "-32602"));
}

static void
the_end_of_a_session_ends_its_subscriptions (void **state)
{
	char id[40];
	struct stream *stream = stand_sse (id);

	(void) state;
	stand_message (id, NULL,
		       "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":"
		       "\"resources/subscribe\",\"params\":{\"uri\":"
		       "\"test://a\"}}");
	stand_updated ("test://a");
	assert_int_equal (stream->n_events, 3);
	assert_string_equal (stream->events[2], UPDATED ("test://a"));
	stand_leave (stream);
	stand_updated ("test://a");
	assert_int_equal (stream->n_events, 3);
}

static void
a_session_has_so_many_subscriptions_and_no_more (void **state)
{
	const char *session = stand_initialize ("2025-11-25");
	char params[100];

	(void) state;
	for (int i = 0; i < LIMIT_SUBSCRIPTIONS_PER_CLIENT; i++) {
		snprintf (params, sizeof params, "{\"uri\":\"test://t/%d\"}",
			  i);
		assert_string_equal (ask (session, "subscribe", params), DONE);
	}
	assert_non_null (
		strstr (ask (session, "subscribe", "{\"uri\":\"test://t/x\"}"),
			"\"code\":3"));
	ask (session, "unsubscribe", "{\"uri\":\"test://t/0\"}");
	assert_string_equal (
		ask (session, "subscribe", "{\"uri\":\"test://t/x\"}"), DONE);
}

static void
changes_are_told_on_the_stream_of_a_session (void **state)
{
	const char *session = stand_initialize ("2025-06-18");
	struct stream *stream =
		stand_stream (TRANSPORT_STREAMABLE, session, NULL, NULL);

	(void) state;
	stand_initialize ("2025-06-18");
	stand_changed (REGISTRY_TOOLS | REGISTRY_RESOURCES);
	assert_int_equal (stream->n_events, 2);
	assert_string_equal (stream->events[0],
			     "message: {\"jsonrpc\":\"2.0\",\"method\":"
			     "\"notifications/tools/list_changed\","
			     "\"params\":{}}");
	assert_string_equal (stream->events[1],
			     "message: {\"jsonrpc\":\"2.0\",\"method\":"
			     "\"notifications/resources/list_changed\","
			     "\"params\":{}}");
}

static void
nothing_is_told_before_initialize (void **state)
{
	char id[40];
	struct stream *stream = stand_sse (id);

	(void) state;
	stand_changed (REGISTRY_TOOLS);
	assert_int_equal (stream->n_events, 1);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		stand_test (
			a_subscriber_hears_of_its_resources_until_it_unsubscribes),
		stand_test (what_was_not_subscribed_to_can_be_unsubscribed),
		stand_test (an_unknown_resource_is_not_found_by_its_uri),
		stand_test (params_of_another_form_are_invalid),
		stand_test (the_end_of_a_session_ends_its_subscriptions),
		stand_test (a_session_has_so_many_subscriptions_and_no_more),
		stand_test (changes_are_told_on_the_stream_of_a_session),
		stand_test (nothing_is_told_before_initialize),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
