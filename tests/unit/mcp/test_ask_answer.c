/* Tests core/mcp/ask_answer.c. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "mcp/ask_answer.h"
#include "plugin/call.h"

#define FORM                                                                   \
	"{\"type\":\"object\",\"properties\":{\"n\":{\"type\":\"integer\"},"   \
	"\"s\":{\"type\":\"string\",\"maxLength\":3}},\"required\":[\"n\"]}"

/* The answer that the handler gets is this JSON. */
static void
assert_answer (const char *form, const char *result, const char *expected)
{
	struct json_object *answer =
		ask_answer_result (form, json_tokener_parse (result));

	assert_string_equal (
		json_object_to_json_string_ext (answer, JSON_C_TO_STRING_PLAIN),
		expected);
	json_object_put (answer);
}

static void
assert_fault (const char *result, const char *why)
{
	char expected[300];

	snprintf (expected, sizeof expected,
		  "{\"error\":{\"code\":-32602,\"message\":\"the answer does "
		  "not fit the form: %s\"}}",
		  why);
	assert_answer (FORM, result, expected);
}

#define SAME(result) result, "{\"result\":" result "}"

static void
what_fits_the_form_reaches_the_handler (void **state)
{
	(void) state;
	assert_answer (FORM,
		       SAME ("{\"action\":\"accept\",\"content\":{\"n\":1}}"));
	assert_answer (FORM, SAME ("{\"action\":\"decline\"}"));
	assert_answer (
		FORM,
		SAME ("{\"action\":\"cancel\",\"content\":{\"n\":\"\"}}"));
}

static void
what_does_not_fit_is_an_error_that_says_why (void **state)
{
	(void) state;
	assert_fault ("{\"action\":\"accept\",\"content\":{\"n\":\"x\"}}",
		      "\\/n: must be an integer, found \\\"x\\\"");
	assert_fault ("{\"action\":\"accept\",\"content\":{\"n\":1,"
		      "\"s\":\"long\"}}",
		      "\\/s: must have at most 3 characters, has 4");
	assert_fault ("{\"action\":\"accept\",\"content\":{}}",
		      "\\/n: is required");
	assert_fault ("{\"action\":\"accept\"}", "\\/n: is required");
	assert_fault ("{\"action\":\"accept\",\"content\":[1]}",
		      "\\/content: must be an object");
	assert_fault ("{\"action\":\"perhaps\",\"content\":{\"n\":1}}",
		      "\\/action: must be one of accept, decline, cancel");
	assert_fault ("{}",
		      "\\/action: must be one of accept, decline, cancel");
}

static void
a_field_left_empty_may_be_null (void **state)
{
	(void) state;
	assert_answer (FORM,
		       "{\"action\":\"accept\",\"content\":{\"n\":1,"
		       "\"s\":null}}",
		       "{\"result\":{\"action\":\"accept\",\"content\":{\"n\":"
		       "1}}}");
}

static void
without_a_form_or_with_one_that_is_no_schema_anything_will_do (void **state)
{
	(void) state;
	assert_answer (NULL, SAME ("{\"roots\":[]}"));
	assert_answer ("{\"type\":7}",
		       SAME ("{\"action\":\"accept\",\"content\":{\"n\":1}}"));
	assert_answer ("null", SAME ("{\"action\":\"accept\"}"));
}

static void
only_forms_have_something_to_fit (void **state)
{
	static const char params[] = "{\"message\":\"?\",\"requestedSchema\":"
				     "{\"type\":\"object\"}}";
	struct call_ask ask = { .params = params,
				.params_size = strlen (params) };
	char *form;

	(void) state;
	ask.needs = CALL_CAN_FORM_LISTS;
	form = ask_answer_form (&ask);
	assert_string_equal (form, "{\"type\":\"object\"}");
	free (form);
	ask.needs = CALL_CAN_URL;
	assert_null (ask_answer_form (&ask));
	ask.needs = CALL_CAN_INQUIRE;
	assert_null (ask_answer_form (&ask));
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (what_fits_the_form_reaches_the_handler),
		cmocka_unit_test (what_does_not_fit_is_an_error_that_says_why),
		cmocka_unit_test (a_field_left_empty_may_be_null),
		cmocka_unit_test (
			without_a_form_or_with_one_that_is_no_schema_anything_will_do),
		cmocka_unit_test (only_forms_have_something_to_fit),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
