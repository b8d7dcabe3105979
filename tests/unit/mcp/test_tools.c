/* Tests core/mcp/tools.c. */
#include "stand.h"

#include "base/limits.h"

#define LIST                                                                   \
	"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\","             \
	"\"params\":{%s}}"

static const char *
list (const char *session, const char *params)
{
	char body[400];

	snprintf (body, sizeof body, LIST, params);
	return stand_ask (session, body);
}

static int
count (const char *text, const char *word)
{
	int n = 0;

	while ((text = strstr (text, word)) != NULL) {
		text += strlen (word);
		n++;
	}
	return n;
}

static void
the_oldest_revision_has_neither_title_nor_hints_nor_output (void **state)
{
	const char *answer = list (stand_initialize ("2024-11-05"), "");

	(void) state;
	assert_non_null (strstr (answer, "{\"name\":\"echo\",\"description\":"
					 "\"Says it again.\",\"inputSchema\":"
					 "{\"type\":\"object\"}}"));
	assert_null (strstr (answer, "title"));
	assert_null (strstr (answer, "annotations"));
	assert_null (strstr (answer, "outputSchema"));
}

static void
in_2025_03_26_the_title_is_an_annotation (void **state)
{
	const char *answer = list (stand_initialize ("2025-03-26"), "");

	(void) state;
	assert_non_null (strstr (answer, "\"annotations\":{\"title\":\"Echo\","
					 "\"readOnlyHint\":true,"
					 "\"destructiveHint\":false,"
					 "\"idempotentHint\":true,"
					 "\"openWorldHint\":false}}"));
	assert_null (strstr (answer, "outputSchema"));
}

static void
from_2025_06_18_on_titles_and_output_schemas_are_told (void **state)
{
	static const char *const revisions[] = { "2025-06-18", "2025-11-25" };

	(void) state;
	for (size_t i = 0; i < 2; i++) {
		const char *answer = list (stand_initialize (revisions[i]), "");

		assert_non_null (strstr (answer, "{\"name\":\"echo\","
						 "\"title\":\"Echo\","));
		assert_non_null (strstr (answer, "\"annotations\":{"
						 "\"readOnlyHint\":true,"));
		assert_int_equal (count (answer, "\"outputSchema\":"
						 "{\"type\":\"object\"}"),
				  1);
	}
}

static void
hints_that_do_not_deviate_are_not_told (void **state)
{
	const char *answer = list (stand_initialize ("2025-11-25"), "");

	(void) state;
	assert_int_equal (count (answer, "annotations"), 1);
	assert_int_equal (count (answer, "Hint"), 4);
}

static void
all_pages_together_hold_each_tool_once_in_order (void **state)
{
	const char *session = stand_initialize ("2025-11-25"), *answer;
	char cursor[200] = "";
	int n_pages = 0, n_tools = 0, last = -1;

	(void) state;
	stand_offer_many (201);
	do {
		answer = list (session, cursor);
		for (const char *at = answer;
		     (at = strstr (at, "\"tool-")) != NULL; at++) {
			assert_int_equal (atoi (at + 6), last + 1);
			last++;
			n_tools++;
		}
		answer = strstr (answer, "\"nextCursor\":\"");
		if (answer != NULL) {
			answer += strlen ("\"nextCursor\":\"");
			snprintf (cursor, sizeof cursor, "\"cursor\":\"%.*s\"",
				  (int) strcspn (answer, "\""), answer);
		}
		assert_true (++n_pages < 10);
	} while (answer != NULL);
	assert_int_equal (n_tools, 201);
	assert_int_equal (n_pages, 3);
}

static void
a_page_is_bounded_in_bytes (void **state)
{
	const char *session = stand_initialize ("2025-11-25");
	size_t size = LIMIT_PAGE_BYTES * 2 / 3;
	char *text = malloc (size + 1);
	struct tool row = { .input_text = (char *) "{\"type\":\"object\"}" };
	const struct tool *rows[] = { &row, &row, &row };

	(void) state;
	assert_non_null (text);
	memset (text, 'x', size);
	text[size] = '\0';
	row.row.name = "large";
	row.row.description = text;
	stand.offer.tools = rows;
	stand.offer.n_tools = 3;
	assert_int_equal (count (list (session, ""), "\"name\":\"large\""), 2);
	free (text);
}

static void
a_cursor_stays_good_when_its_tool_goes (void **state)
{
	const char *session = stand_initialize ("2025-11-25");

	(void) state;
	assert_int_equal (
		count (list (session, "\"cursor\":\"tools:m\""), "\"name\""),
		3);
}

static void
an_empty_cursor_is_the_beginning (void **state)
{
	const char *session = stand_initialize ("2025-11-25");

	(void) state;
	assert_string_equal (list (session, "\"cursor\":\"\""),
			     list (session, ""));
	assert_string_equal (stand_ask (session,
					"{\"jsonrpc\":\"2.0\",\"id\":1,"
					"\"method\":\"tools/list\"}"),
			     list (session, "\"_meta\":{\"progressToken\":1}"));
}

static void
a_bad_cursor_is_invalid_params (void **state)
{
	static const char *const cursors[] = { "\"cursor\":\"bogus\"",
					       "\"cursor\":7", "\"cursor\":{}",
					       "\"cursor\":\"after\"",
					       "\"cursor\":\"a\\u0000b\"" };
	const char *session = stand_initialize ("2025-11-25");

	(void) state;
	for (size_t i = 0; i < sizeof cursors / sizeof cursors[0]; i++)
		assert_non_null (
			strstr (list (session, cursors[i]), "\"code\":-32602"));
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		stand_test (
			the_oldest_revision_has_neither_title_nor_hints_nor_output),
		stand_test (in_2025_03_26_the_title_is_an_annotation),
		stand_test (
			from_2025_06_18_on_titles_and_output_schemas_are_told),
		stand_test (hints_that_do_not_deviate_are_not_told),
		stand_test (all_pages_together_hold_each_tool_once_in_order),
		stand_test (a_page_is_bounded_in_bytes),
		stand_test (a_cursor_stays_good_when_its_tool_goes),
		stand_test (an_empty_cursor_is_the_beginning),
		stand_test (a_bad_cursor_is_invalid_params),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
