/* Tests core/mcp/page.c, with lists of all kinds. Many pages: test_tools.c. */
#include "stand.h"

#include <stdio.h>

static const struct {
	const char *method, *first, *second;
} lists[] = {
	{ "resources/list", "test://a", "test://b" },
	{ "resources/templates/list", "test://t/{x}", "test://u/{y}" },
	{ "prompts/list", "\"full\"", "\"plain\"" },
};

static const char *
list (const char *session, const char *method, const char *params)
{
	char body[300];

	snprintf (body, sizeof body,
		  "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"%s\","
		  "\"params\":%s}",
		  method, params);
	return stand_ask (session, body);
}

static void
every_list_is_whole_when_it_fits_a_page (void **state)
{
	const char *session = stand_initialize ("2025-11-25");

	(void) state;
	for (size_t i = 0; i < 3; i++) {
		const char *answer = list (session, lists[i].method, "{}");

		assert_non_null (strstr (answer, lists[i].first));
		assert_non_null (strstr (answer, lists[i].second));
		assert_null (strstr (answer, "nextCursor"));
	}
}

static void
every_list_goes_on_behind_its_cursor (void **state)
{
	static const char *const cursors[] = {
		"{\"cursor\":\"resources:test://a\"}",
		"{\"cursor\":\"resourceTemplates:test://t/"
		"{x}\"}",
		"{\"cursor\":\"prompts:full\"}"
	};
	const char *session = stand_initialize ("2025-11-25");

	(void) state;
	for (size_t i = 0; i < 3; i++) {
		const char *answer =
			list (session, lists[i].method, cursors[i]);

		assert_null (strstr (answer, lists[i].first));
		assert_non_null (strstr (answer, lists[i].second));
	}
}

static void
every_list_refuses_cursors_that_it_never_gave (void **state)
{
	static const char *const cursors[] = { "{\"cursor\":\"x\"}",
					       "{\"cursor\":[]}",
					       "{\"cursor\":\"tools:a\"}",
					       "{\"cursor\":true}" };
	const char *session = stand_initialize ("2025-03-26");

	(void) state;
	for (size_t i = 0; i < 3; i++)
		for (size_t n = 0; n < 4; n++)
			assert_non_null (strstr (
				list (session, lists[i].method, cursors[n]),
				"\"code\":-32602"));
}

static void
a_list_without_rows_is_empty (void **state)
{
	const char *session = stand_initialize ("2025-11-25");

	(void) state;
	stand.offer.n_resources = 0;
	assert_string_equal (
		list (session, "resources/list", "{\"cursor\":null}"),
		"{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"resources\":[]}}");
}

static void
pages_say_how_long_they_may_be_kept_without_a_session (void **state)
{
	(void) state;
	stand.offer.n_prompts = 0;
	assert_string_equal (
		stand_ask_stateless ("prompts/list", NULL, ""),
		"{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"prompts\":[]," STAND_CACHED_TAIL
		"}}");
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		stand_test (every_list_is_whole_when_it_fits_a_page),
		stand_test (every_list_goes_on_behind_its_cursor),
		stand_test (every_list_refuses_cursors_that_it_never_gave),
		stand_test (a_list_without_rows_is_empty),
		stand_test (
			pages_say_how_long_they_may_be_kept_without_a_session),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
