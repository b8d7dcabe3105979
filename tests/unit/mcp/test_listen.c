/* Tests core/mcp/listen.c. */
#include "stand.h"

#include "base/limits.h"

#define ID "\"_meta\":{\"io.modelcontextprotocol/subscriptionId\":1"
#define NOTIFICATION(method, params)                                           \
	"message: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/" method     \
	"\",\"params\":{" params ID "}}}"

/* notifications: the members of params.notifications. */
static struct post *
ask (const char *notifications)
{
	char params[3000];

	snprintf (params, sizeof params, "\"notifications\":{%s},",
		  notifications);
	return stand_stateless ("subscriptions/listen", NULL, params);
}

static struct stream *
listen_to (const char *notifications)
{
	struct post *post = ask (notifications);

	assert_non_null (post->stream);
	assert_int_equal (post->stream->n_events, 1);
	return post->stream;
}

static void
what_is_honoured_is_acknowledged_first (void **state)
{
	struct stream *stream = listen_to (
		"\"toolsListChanged\":true,\"promptsListChanged\":false,"
		"\"resourceSubscriptions\":[\"test://a\",\"test://none\","
		"\"test://t/1\"],\"other\":true");

	(void) state;
	assert_string_equal (
		stream->events[0],
		NOTIFICATION ("subscriptions/acknowledged",
			      "\"notifications\":{\"toolsListChanged\":true,"
			      "\"resourceSubscriptions\":[\"test://a\","
			      "\"test://t/1\"]},"));
}

static void
nothing_asked_for_is_acknowledged_too (void **state)
{
	(void) state;
	assert_string_equal (listen_to ("")->events[0],
			     NOTIFICATION ("subscriptions/acknowledged",
					   "\"notifications\":{},"));
}

static void
only_what_was_asked_for_is_told (void **state)
{
	struct stream *tools = listen_to ("\"toolsListChanged\":true");
	struct stream *prompts = listen_to ("\"promptsListChanged\":true");
	struct stream *all = listen_to ("\"toolsListChanged\":true,"
					"\"promptsListChanged\":true,"
					"\"resourcesListChanged\":true");

	(void) state;
	stand_changed (REGISTRY_TOOLS);
	assert_int_equal (tools->n_events, 2);
	assert_string_equal (tools->events[1],
			     NOTIFICATION ("tools/list_changed", ""));
	assert_int_equal (prompts->n_events, 1);
	stand_changed (REGISTRY_PROMPTS | REGISTRY_RESOURCES);
	assert_int_equal (tools->n_events, 2);
	assert_int_equal (prompts->n_events, 2);
	assert_string_equal (all->events[2],
			     NOTIFICATION ("prompts/list_changed", ""));
	assert_string_equal (all->events[3],
			     NOTIFICATION ("resources/list_changed", ""));
}

static void
updates_come_for_the_resources_asked_for (void **state)
{
	struct stream *one =
		listen_to ("\"resourceSubscriptions\":[\"test://a\","
			   "\"test://a\"]");
	struct stream *other =
		listen_to ("\"resourceSubscriptions\":[\"test://t/1\"]");

	(void) state;
	stand_updated ("test://a");
	stand_updated ("test://b");
	assert_int_equal (one->n_events, 2);
	assert_string_equal (
		one->events[1],
		NOTIFICATION ("resources/updated", "\"uri\":\"test://a\","));
	assert_int_equal (other->n_events, 1);
}

static void
the_subscription_has_the_request_s_id_as_it_was (void **state)
{
	const char *const headers[] = { "MCP-Protocol-Version", "2026-07-28",
					"Mcp-Method", "subscriptions/listen",
					NULL };
	struct post *post = stand_post_with (
		headers, "{\"jsonrpc\":\"2.0\",\"id\":\"1\",\"method\":"
			 "\"subscriptions/listen\",\"params\":{"
			 "\"notifications\":{},\"_meta\":{" STAND_META "}}}");

	(void) state;
	assert_non_null (
		strstr (post->stream->events[0], "subscriptionId\":\"1\"}"));
}

static void
params_of_another_form_are_refused (void **state)
{
	static const char *const params[] = {
		"",
		"\"notifications\":null,",
		"\"notifications\":[],",
		"\"notifications\":{\"toolsListChanged\":1},",
		"\"notifications\":{\"resourceSubscriptions\":{}},",
		"\"notifications\":{\"resourceSubscriptions\":[1]},",
		"\"notifications\":{\"resourceSubscriptions\":[\"a\\u0000\"]},",
	};

	(void) state;
	for (size_t i = 0; i < sizeof params / sizeof params[0]; i++) {
		struct post *post = stand_stateless ("subscriptions/listen",
						     NULL, params[i]);

		assert_int_equal (post->status, 200);
		assert_non_null (strstr (post->body, "-32602"));
	}
}

static void
who_leaves_is_told_nothing_more (void **state)
{
	struct stream *gone =
		listen_to ("\"toolsListChanged\":true,"
			   "\"resourceSubscriptions\":[\"test://a\"]");
	struct stream *here = listen_to ("\"toolsListChanged\":true");

	(void) state;
	stand_leave (gone);
	stand_changed (REGISTRY_TOOLS);
	stand_updated ("test://a");
	assert_int_equal (gone->n_events, 1);
	assert_int_equal (here->n_events, 2);
}

static void
draining_ends_them_with_the_response (void **state)
{
	struct stream *stream = listen_to ("\"toolsListChanged\":true");

	(void) state;
	mcp_drain (stand.mcp, stand_drained, NULL);
	assert_int_equal (stand.n_drained, 1);
	assert_true (stream->is_ended);
	assert_int_equal (stream->n_events, 2);
	assert_string_equal (
		stream->events[1],
		"message: {\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{"
		"\"resultType\":\"complete\"," ID
		",\"io.modelcontextprotocol/serverInfo\":{\"name\":"
		"\"test-server\",\"version\":\"1.2.3\"}}}}");
	assert_int_equal (ask ("")->status, 503);
}

static void
a_client_that_accepts_no_stream_is_refused (void **state)
{
	struct post *post;

	(void) state;
	stand.accepts_no_stream = true;
	post = ask ("\"toolsListChanged\":true");
	assert_int_equal (post->status, 406);
	stand_changed (REGISTRY_TOOLS);
}

static void
listeners_are_as_many_as_sessions (void **state)
{
	struct stream *first;

	(void) state;
	stand.options.max_sessions = 2;
	first = listen_to ("");
	listen_to ("");
	assert_int_equal (ask ("")->status, 503);
	stand_leave (first);
	listen_to ("");
}

static void
what_there_is_no_room_for_is_not_acknowledged (void **state)
{
	static char uris[LIMIT_SUBSCRIPTIONS_PER_CLIENT * 24 + 100];
	const char *const headers[] = { "MCP-Protocol-Version", "2026-07-28",
					"Mcp-Method", "subscriptions/listen",
					NULL };
	static char body[sizeof uris + 1000];
	struct post *post;
	int n = 0;

	(void) state;
	for (int i = 0; i <= LIMIT_SUBSCRIPTIONS_PER_CLIENT; i++)
		n += snprintf (uris + n, sizeof uris - (size_t) n,
			       "%s\"test://t/%d\"", i > 0 ? "," : "", i);
	snprintf (body, sizeof body,
		  "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":"
		  "\"subscriptions/listen\",\"params\":{\"notifications\":{"
		  "\"resourceSubscriptions\":[%s]},\"_meta\":{" STAND_META
		  "}}}",
		  uris);
	post = stand_post_with (headers, body);
	assert_non_null (strstr (post->stream->events[0], "\"test://t/255\""));
	assert_null (strstr (post->stream->events[0], "\"test://t/256\""));
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		stand_test (what_is_honoured_is_acknowledged_first),
		stand_test (nothing_asked_for_is_acknowledged_too),
		stand_test (only_what_was_asked_for_is_told),
		stand_test (updates_come_for_the_resources_asked_for),
		stand_test (the_subscription_has_the_request_s_id_as_it_was),
		stand_test (params_of_another_form_are_refused),
		stand_test (who_leaves_is_told_nothing_more),
		stand_test (draining_ends_them_with_the_response),
		stand_test (a_client_that_accepts_no_stream_is_refused),
		stand_test (listeners_are_as_many_as_sessions),
		stand_test (what_there_is_no_room_for_is_not_acknowledged),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
