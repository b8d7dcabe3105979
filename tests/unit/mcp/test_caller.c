/* Tests core/mcp/caller.c. */
#include "stand.h"

#include "json/json.h"
#include "mcp/caller.h"
#include "mcp/revision.h"

static unsigned
can (const char *revision, const char *text)
{
	const struct revision *row = revision_find (revision);
	struct json_object *capabilities = NULL;
	unsigned bits;

	if (row == NULL)
		row = revision_find_stateless (revision);
	assert_non_null (row);
	assert_int_equal (
		json_parse (text, strlen (text), NULL, &capabilities, NULL), 0);
	bits = caller_can (row, capabilities);
	json_object_put (capabilities);
	return bits;
}

static void
an_empty_elicitation_is_the_form_alone (void **state)
{
	(void) state;
	assert_int_equal (can ("2025-11-25", "{\"elicitation\":{}}"),
			  CALL_CAN_FORM | CALL_CAN_FORM_LISTS);
	assert_int_equal (can ("2025-11-25", "{\"elicitation\":{\"url\":{}}}"),
			  CALL_CAN_URL);
	assert_int_equal (can ("2026-07-28",
			       "{\"elicitation\":{\"url\":{},\"form\":{}}}"),
			  CALL_CAN_URL | CALL_CAN_FORM | CALL_CAN_FORM_LISTS);
}

static void
what_a_revision_has_no_word_for_is_not_there (void **state)
{
	static const char *const all =
		"{\"elicitation\":{\"url\":{}},\"sampling\":{\"tools\":{}},"
		"\"roots\":{\"listChanged\":true}}";

	(void) state;
	assert_int_equal (can ("2025-03-26", all),
			  CALL_CAN_SAMPLE | CALL_CAN_ROOTS);
	assert_int_equal (can ("2025-06-18", all),
			  CALL_CAN_FORM | CALL_CAN_SAMPLE | CALL_CAN_ROOTS);
	assert_int_equal (can ("2025-11-25", all),
			  CALL_CAN_URL | CALL_CAN_SAMPLE | CALL_CAN_SAMPLE_TOOLS
				  | CALL_CAN_ROOTS);
}

static void
what_is_no_object_is_not_declared (void **state)
{
	(void) state;
	assert_int_equal (can ("2025-11-25",
			       "{\"elicitation\":true,\"sampling\":[],"
			       "\"roots\":null}"),
			  0);
	assert_int_equal (can ("2025-11-25", "[]"), 0);
	assert_int_equal (can ("2025-11-25", "null"), 0);
}

static void
levels_are_found_by_name (void **state)
{
	(void) state;
	assert_int_equal (caller_level ("emergency"), MCP_LOG_EMERGENCY);
	assert_int_equal (caller_level ("warning"), MCP_LOG_WARNING);
	assert_int_equal (caller_level ("debug"), MCP_LOG_DEBUG);
	assert_int_equal (caller_level ("Debug"), -1);
	assert_int_equal (caller_level (NULL), -1);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (an_empty_elicitation_is_the_form_alone),
		cmocka_unit_test (what_a_revision_has_no_word_for_is_not_there),
		cmocka_unit_test (what_is_no_object_is_not_declared),
		cmocka_unit_test (levels_are_found_by_name),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
