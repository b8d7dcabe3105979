/* Questions of handlers, round by round. */
#include "stand.h"

#include <stdio.h>

#include "base/limits.h"

#define ASK_FORM                                                               \
	"{\"name\":\"who\",\"method\":\"elicitation/create\",\"params\":"      \
	"{\"message\":\"m\",\"requestedSchema\":{}},\"state\":\"kept\"}"

static void
an_asking_call_brings_its_questions_and_state (void **state)
{
	static const char *const tools[] = { "ask", "ask_here" };

	(void) state;
	stand_load_one ("rows");
	stand_client (CALL_CAN_FORM, -1);
	for (int i = 0; i < 2; i++) {
		struct trial *trial = stand_call_through (tools[i], ASK_FORM);

		assert_int_equal (trial->outcome, CALL_ASKING);
		assert_string_equal (
			trial->asked,
			"who elicitation/create "
			"{\"message\":\"m\",\"requestedSchema\":{}};");
		assert_string_equal (trial->state, "kept");
	}
	assert_int_equal (stand_log_lines ("ask gave 0, can_ask 1"), 2);
}

static void
an_asking_call_says_how_it_goes_on (void **state)
{
	struct trial *trial;

	(void) state;
	stand_load_one ("rows");
	stand_client (CALL_CAN_ROOTS, -1);
	trial = stand_call_through (
		"ask", "{\"name\":\"a\",\"method\":\"roots/list\"}");
	assert_string_equal (trial->again, "0 ask {\"name\":\"a\",\"method\":"
					   "\"roots\\/list\"} 0 1");
}

static void
asking_what_the_client_cannot_is_told_to_both (void **state)
{
	struct trial *trial;

	(void) state;
	stand_load_one ("rows");
	stand_client (CALL_CAN_FORM, -1);
	trial = stand_call_through (
		"ask", "{\"name\":\"a\",\"method\":\"roots/list\"}");
	assert_string_equal (trial->asked, "a roots/list {};");
	assert_int_equal (stand_log_lines ("ask gave -95, can_ask 0"), 1);
}

static void
params_say_what_the_client_must_be_able_to_do (void **state)
{
	static const struct {
		const char *ask;
		unsigned can;
	} asks[] = {
		{ "\"elicitation/create\",\"params\":{\"mode\":\"url\","
		  "\"message\":\"m\",\"url\":\"https://a.example/\"}",
		  CALL_CAN_URL },
		{ "\"elicitation/create\",\"params\":{\"mode\":\"form\","
		  "\"message\":\"m\",\"requestedSchema\":{}}",
		  CALL_CAN_FORM },
		{ "\"elicitation/create\",\"params\":{\"message\":\"m\","
		  "\"requestedSchema\":{"
		  "\"properties\":{\"a\":{\"type\":\"array\"}}}}",
		  CALL_CAN_FORM_LISTS },
		{ "\"elicitation/create\",\"params\":{\"message\":\"m\","
		  "\"requestedSchema\":{"
		  "\"properties\":{\"a\":{\"type\":\"string\"},\"b\":5}}}",
		  CALL_CAN_FORM },
		{ "\"sampling/createMessage\",\"params\":{\"tools\":[],"
		  "\"messages\":[],\"maxTokens\":1}",
		  CALL_CAN_SAMPLE_TOOLS },
		{ "\"sampling/createMessage\",\"params\":{\"messages\":[],"
		  "\"maxTokens\":1}",
		  CALL_CAN_SAMPLE },
		{ "\"roots/list\"", CALL_CAN_ROOTS },
	};
	const unsigned all = CALL_CAN_FORM | CALL_CAN_FORM_LISTS | CALL_CAN_URL
			     | CALL_CAN_SAMPLE | CALL_CAN_SAMPLE_TOOLS
			     | CALL_CAN_ROOTS;
	const int n = sizeof (asks) / sizeof (asks[0]);
	char arguments[256];

	(void) state;
	stand_load_one ("rows");
	for (int i = 0; i < n; i++) {
		snprintf (arguments, sizeof (arguments),
			  "{\"name\":\"a\",\"method\":%s}", asks[i].ask);
		stand_client (asks[i].can, -1);
		stand_call_through ("ask", arguments);
		assert_int_equal (stand_log_lines ("ask gave 0,"), i + 1);
		stand_client (all & ~asks[i].can, -1);
		stand_call_through ("ask", arguments);
		assert_int_equal (stand_log_lines ("ask gave -95,"), i + 1);
	}
}

static void
questions_of_a_wrong_form_break_the_call (void **state)
{
	static const char *const asks[] = {
		"{\"name\":\"\",\"method\":\"roots/list\"}",
		"{\"name\":\"a b\",\"method\":\"roots/list\"}",
		"{\"name\":\"a\",\"method\":\"roots/delete\"}",
		"{\"name\":\"a\",\"method\":\"elicitation/create url\"}",
		"{\"name\":\"a\",\"method\":\"roots/list\",\"params\":[]}",
	};

	(void) state;
	stand_load_one ("rows");
	for (size_t i = 0; i < sizeof (asks) / sizeof (asks[0]); i++)
		assert_int_equal (stand_call_through ("ask", asks[i])->outcome,
				  CALL_BROKEN);
}

static void
a_question_without_what_it_needs_breaks_the_call (void **state)
{
	static const struct {
		const char *ask, *words;
	} asks[] = {
		{ "\"elicitation/create\"", "expected 'message'" },
		{ "\"elicitation/create\",\"params\":{\"message\":\"m\"}",
		  "expected 'requestedSchema'" },
		{ "\"elicitation/create\",\"params\":{\"mode\":\"url\","
		  "\"message\":\"m\",\"requestedSchema\":{}}",
		  "expected 'url'" },
		{ "\"elicitation/create\",\"params\":{\"mode\":\"url\","
		  "\"message\":\"m\",\"url\":\"a.example\"}",
		  "no URL with a scheme" },
		{ "\"sampling/createMessage\",\"params\":{\"messages\":{},"
		  "\"maxTokens\":1}",
		  "expected 'messages'" },
		{ "\"sampling/createMessage\",\"params\":{\"messages\":[]}",
		  "expected 'maxTokens'" },
	};
	char arguments[256];

	(void) state;
	stand_load_one ("rows");
	for (size_t i = 0; i < sizeof (asks) / sizeof (asks[0]); i++) {
		struct trial *trial;

		snprintf (arguments, sizeof (arguments),
			  "{\"name\":\"a\",\"method\":%s}", asks[i].ask);
		trial = stand_call_through ("ask", arguments);
		assert_int_equal (trial->outcome, CALL_BROKEN);
		assert_non_null (strstr (trial->sentence, asks[i].words));
	}
}

static void
asking_nothing_breaks_the_call_but_a_state_alone_does_not (void **state)
{
	struct trial *trial;

	(void) state;
	stand_load_one ("rows");
	trial = stand_call_through ("ask_nothing", "{}");
	assert_int_equal (trial->outcome, CALL_BROKEN);
	trial = stand_call_through ("wait_state", "{\"state\":\"s\"}");
	assert_int_equal (trial->outcome, CALL_ASKING);
	assert_string_equal (trial->asked, "");
	assert_string_equal (trial->state, "s");
}

static void
a_state_beyond_the_limit_breaks_the_call (void **state)
{
	char arguments[LIMIT_ASK_STATE_BYTES + 32];

	(void) state;
	stand_load_one ("rows");
	snprintf (arguments, sizeof (arguments), "{\"state\":\"%0*d\"}",
		  LIMIT_ASK_STATE_BYTES, 0);
	assert_int_equal (stand_call_through ("wait_state", arguments)->outcome,
			  CALL_ASKING);
	snprintf (arguments, sizeof (arguments), "{\"state\":\"%0*d\"}",
		  LIMIT_ASK_STATE_BYTES + 1, 0);
	assert_int_equal (stand_call_through ("wait_state", arguments)->outcome,
			  CALL_BROKEN);
}

/* --- The next round --- */

/* The same request again, with this. */
static struct call_request
next_round (const char *tool, const char *answers)
{
	struct snapshot *snapshot = registry_pin (stand.registry);

	return (struct call_request){
		.snapshot = snapshot,
		.kind = MCP_CALL_TOOL,
		.tool = snapshot_find_tool (snapshot, tool),
		.answers = answers != NULL ? stand_json (answers) : NULL,
		.state = "ke\0pt",
		.state_size = 5,
		.round = 1,
	};
}

static void
the_next_round_has_answers_and_state (void **state)
{
	struct call_request request;
	struct trial *trial;

	(void) state;
	stand_load_one ("rows");
	request = next_round ("ask", "{\"who\":{\"result\":{}}}");
	trial = stand_start (&request);
	stand_until (trial->n_done > 0);
	assert_string_equal (trial->content,
			     "{\"type\":\"text\",\"text\":\"{\\\"who\\\":"
			     "{\\\"result\\\":{}}} ke 1\"}");
}

/* What "answer" says when the answers are these. */
static void
expect_answer (const char *method, const char *answers, const char *words)
{
	struct call_request request = next_round ("answer", answers);
	struct json_object *arguments = json_object_new_object ();
	struct trial *trial;

	json_object_object_add (arguments, "name",
				json_object_new_string ("who"));
	json_object_object_add (arguments, "method",
				json_object_new_string (method));
	request.arguments = arguments;
	trial = stand_start (&request);
	stand_until (trial->n_done > 0);
	if (strstr (trial->content, words) == NULL)
		fail_msg ("%s: %s: %s", method, answers, trial->content);
}

#define FORM "elicitation/create"
#define SAMPLE "sampling/createMessage"
#define WHO(result) "{\"who\":{\"result\":" result "}}"

static void
an_answer_is_read_by_what_its_method_has (void **state)
{
	(void) state;
	stand_load_one ("rows");
	expect_answer (FORM, NULL, "\"0 null 0 - 0\"");
	expect_answer (FORM, "{\"other\":{\"result\":{}}}", "0 null 0 - 0");
	expect_answer (FORM,
		       WHO ("{\"action\":\"accept\",\"content\":{\"a\":1}}"),
		       "1 {\\\"a\\\":1} 1 {\\\"a\\\":1} 7");
	expect_answer (FORM, WHO ("{\"action\":\"accept\"}"), "1 null 1 - 0");
	expect_answer (FORM, WHO ("{\"action\":\"decline\",\"content\":{}}"),
		       "2 null 2 - 0");
	expect_answer (FORM, WHO ("{\"action\":\"cancel\"}"), "3 null");
	expect_answer (FORM, "{\"who\":{\"error\":{\"code\":1}}}",
		       "4 {\\\"code\\\":1} 4");
	expect_answer (FORM, "{\"who\":{\"timeout\":true}}", "5 null");
	expect_answer (SAMPLE, WHO ("{\"role\":\"user\",\"content\":[]}"),
		       "1 {");
	expect_answer ("roots/list", WHO ("{\"roots\":[]}"), "1 {");
	expect_answer ("a/b", WHO ("\"x/y\""),
		       "1 \\\"x\\\\/y\\\" 1 \\\"x/y\\\" 5");
}

static void
what_is_no_answer_to_its_method_is_called_invalid (void **state)
{
	static const char *const forms[] = {
		WHO ("1"),
		WHO ("null"),
		WHO ("{}"),
		WHO ("{\"action\":1}"),
		WHO ("{\"action\":\"yes\"}"),
		WHO ("{\"action\":\"accept\",\"content\":[]}"),
	};

	(void) state;
	stand_load_one ("rows");
	for (size_t i = 0; i < sizeof (forms) / sizeof (forms[0]); i++)
		expect_answer (FORM, forms[i], "6 null 6 - 0");
	expect_answer (SAMPLE, WHO ("{\"role\":\"user\"}"), "6 null");
	expect_answer (SAMPLE, WHO ("{\"content\":{}}"), "6 null");
	expect_answer ("roots/list", WHO ("{\"roots\":{}}"), "6 null");
}

static void
an_answer_to_what_cannot_be_asked_breaks_the_call (void **state)
{
	struct trial *trial;

	(void) state;
	stand_load_one ("rows");
	trial = stand_call_through (
		"answer", "{\"name\":\"a\",\"method\":\"roots/lost\"}");
	assert_string_equal (trial->sentence, "answer gave -22, -22");
}

static void
progress_goes_on_from_the_rounds_before (void **state)
{
	static const char *const told[] = { "progress 1;", "", "" };
	static const double before[] = { 0.5, 1, 7 };

	(void) state;
	stand_load_one ("rows");
	for (int i = 0; i < 3; i++) {
		struct call_request request = next_round ("ask_here", NULL);
		struct trial *trial;

		request.progress = before[i];
		request.arguments = stand_json (ASK_FORM);
		trial = stand_start (&request);
		stand_until (trial->n_done > 0);
		assert_string_equal (trial->told, told[i]);
	}
}

static void
an_abandoned_question_is_told_to_the_plugin (void **state)
{
	struct call_request request;

	(void) state;
	stand_load_one ("rows");
	request = next_round ("ask", NULL);
	request.state = "mine";
	request.state_size = 4;
	call_abandon (&request);
	snapshot_unpin (request.snapshot);
	assert_int_equal (stand_log_lines ("abandoned 'mine'"), 1);
}

static void
a_question_of_a_call_that_was_cancelled_is_abandoned (void **state)
{
	struct trial *trial;

	(void) state;
	stand_load_one ("rows");
	trial = stand_call ("ask_late_here", "{\"state\":\"late\"}");
	stand_cancel (trial);
	stand_until (registry_calls_owed (stand.registry) == 0);
	assert_int_equal (trial->n_done, 0);
	assert_int_equal (stand_log_lines ("abandoned 'late'"), 1);
}

static const struct CMUnitTest tests[] = {
	stand_test (an_asking_call_brings_its_questions_and_state),
	stand_test (an_asking_call_says_how_it_goes_on),
	stand_test (asking_what_the_client_cannot_is_told_to_both),
	stand_test (params_say_what_the_client_must_be_able_to_do),
	stand_test (questions_of_a_wrong_form_break_the_call),
	stand_test (a_question_without_what_it_needs_breaks_the_call),
	stand_test (asking_nothing_breaks_the_call_but_a_state_alone_does_not),
	stand_test (a_state_beyond_the_limit_breaks_the_call),
	stand_test (the_next_round_has_answers_and_state),
	stand_test (an_answer_is_read_by_what_its_method_has),
	stand_test (what_is_no_answer_to_its_method_is_called_invalid),
	stand_test (an_answer_to_what_cannot_be_asked_breaks_the_call),
	stand_test (progress_goes_on_from_the_rounds_before),
	stand_test (an_abandoned_question_is_told_to_the_plugin),
	stand_test (a_question_of_a_call_that_was_cancelled_is_abandoned),
};

int
main (void)
{
	return cmocka_run_group_tests (tests, NULL, NULL);
}
