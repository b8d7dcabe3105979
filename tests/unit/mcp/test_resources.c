/* Tests core/mcp/resources.c. */
#include "stand.h"

#define ASK(method, params)                                                    \
	"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"resources/" method         \
	"\",\"params\":{" params "}}"
#define RESULT(members)                                                        \
	"{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{" members "}}"

static void
a_resource_is_listed_with_what_the_revision_has (void **state)
{
	(void) state;
	assert_string_equal (
		stand_ask (stand_initialize ("2024-11-05"), ASK ("list", "")),
		RESULT ("\"resources\":[{\"name\":\"a\",\"uri\":\"test://a\","
			"\"mimeType\":\"text/plain\",\"annotations\":{"
			"\"priority\":1},\"size\":3}]"));
	assert_string_equal (
		stand_ask (stand_initialize ("2025-11-25"), ASK ("list", "")),
		RESULT ("\"resources\":[{\"name\":\"a\",\"title\":\"The A\","
			"\"uri\":\"test://a\",\"mimeType\":\"text/plain\","
			"\"annotations\":{\"priority\":1},\"size\":3,"
			"\"icons\":[{\"src\":\"https://x/y\"}],"
			"\"_meta\":{\"x/y\":1}}]"));
}

static void
templates_have_a_list_of_their_own (void **state)
{
	(void) state;
	assert_string_equal (stand_ask (stand_initialize ("2025-06-18"),
					ASK ("templates/list", "")),
			     RESULT ("\"resourceTemplates\":[{\"name\":\"t\","
				     "\"uriTemplate\":\"test://t/{x}\"}]"));
}

static void
reading_gives_the_contents (void **state)
{
	const char *session = stand_initialize ("2025-06-18");

	(void) state;
	assert_string_equal (
		stand_ask (session, ASK ("read", "\"uri\":\"test://a\"")),
		RESULT ("\"contents\":[{\"uri\":\"test://a\","
			"\"text\":\"{}\"}]"));
	assert_string_equal (
		stand_ask (session, ASK ("read", "\"uri\":\"test://t/b%20c\"")),
		RESULT ("\"contents\":[{\"uri\":\"test://t/b%20c\","
			"\"text\":\"{\\\"x\\\":\\\"b c\\\"}\"}]"));
}

static void
what_is_missing_has_the_code_of_its_revision (void **state)
{
	static const char *const uris[] = { "test://none", "test://t/gone" };
	const char *session = stand_initialize ("2025-11-25");
	char params[200], data[200];

	(void) state;
	for (size_t i = 0; i < 2; i++) {
		snprintf (params, sizeof params, "\"uri\":\"%s\",", uris[i]);
		snprintf (data, sizeof data, "\"data\":{\"uri\":\"%s\"}",
			  uris[i]);
		assert_non_null (strstr (
			stand_ask_stateless ("resources/read", uris[i], params),
			"\"code\":-32602"));
		assert_non_null (strstr (
			stand_ask_stateless ("resources/read", uris[i], params),
			data));
	}
	assert_non_null (strstr (
		stand_ask (session, ASK ("read", "\"uri\":\"test://none\"")),
		"\"code\":-32002"));
	assert_non_null (strstr (
		stand_ask (session, ASK ("read", "\"uri\":\"test://t/gone\"")),
		"\"code\":-32002"));
}

static void
a_uri_of_another_form_is_invalid (void **state)
{
	const char *session = stand_initialize ("2025-11-25");

	(void) state;
	assert_non_null (
		strstr (stand_ask (session, ASK ("read", "")), "-32602"));
	assert_non_null (strstr (stand_ask (session, ASK ("read", "\"uri\":1")),
				 "-32602"));
}

static void
the_newest_revision_says_how_long_it_may_be_kept (void **state)
{
	(void) state;
	assert_non_null (
		strstr (stand_ask_stateless ("resources/read", "test://a",
					     "\"uri\":\"test://a\","),
			"]," STAND_CACHED_TAIL "}}"));
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		stand_test (a_resource_is_listed_with_what_the_revision_has),
		stand_test (templates_have_a_list_of_their_own),
		stand_test (reading_gives_the_contents),
		stand_test (what_is_missing_has_the_code_of_its_revision),
		stand_test (a_uri_of_another_form_is_invalid),
		stand_test (the_newest_revision_says_how_long_it_may_be_kept),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
