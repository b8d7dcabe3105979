/* Methods for the orchestrator, as the link will call them; notices and
 * admissions; deadlines that plugins move. */
#include "stand.h"

#include <errno.h>

#include "base/limits.h"

static struct trial *
call_method (const char *name, const char *params)
{
	struct call_request request = { .snapshot =
						registry_pin (stand.registry),
					.kind = MCP_CALL_METHOD };

	request.method = snapshot_find_method (request.snapshot, name);
	if (request.method == NULL)
		fail_msg ("no method '%s'", name);
	request.arguments = stand_json (params);
	return stand_start (&request);
}

static struct trial *
call_through (const char *name, const char *params)
{
	struct trial *trial = call_method (name, params);

	stand_until (trial->n_done > 0);
	return trial;
}

static void
a_methods_structured_result_is_its_answer (void **state)
{
	static const char *const names[] = { "method/echo",
					     "method/echo_on_thread" };
	char answer[100];

	(void) state;
	stand_load_one ("method");
	for (int i = 0; i < 2; i++) {
		struct trial *trial = call_through (names[i], "{\"n\":1}");

		snprintf (answer, sizeof (answer),
			  "{\"params\":{\"n\":1},\"name\":\"%s\",\"kind\":4}",
			  names[i]);
		assert_int_equal (trial->outcome, CALL_OK);
		assert_string_equal (trial->structured, answer);
	}
}

static void
a_method_without_a_result_answers_an_empty_object (void **state)
{
	struct trial *trial;

	(void) state;
	stand_load_one ("method");
	trial = call_through ("method/nothing", "{}");
	assert_int_equal (trial->outcome, CALL_OK);
	assert_string_equal (trial->structured, "{}");
}

static void
a_method_fails_with_its_sentence (void **state)
{
	struct trial *trial;

	(void) state;
	stand_load_one ("method");
	trial = call_through ("method/refuse", "{}");
	assert_int_equal (trial->outcome, CALL_FAILED);
	assert_string_equal (trial->sentence, "there is no budget 'x'");
	trial = call_through ("method/not_found", "{}");
	assert_int_equal (trial->outcome, CALL_NOT_FOUND);
	assert_string_equal (trial->sentence,
			     "method 'method/not_found' found nothing of that "
			     "name");
}

static void
what_methods_cannot_do_breaks_them (void **state)
{
	(void) state;
	stand_load_one ("method");
	assert_int_equal (call_through ("method/ask", "{}")->outcome,
			  CALL_BROKEN);
	assert_int_equal (call_through ("method/say_text", "{}")->outcome,
			  CALL_BROKEN);
	assert_int_equal (stand_log_lines ("misbehaving plugin"), 2);
}

static void
params_have_a_schema_and_the_report_names_the_method (void **state)
{
	const struct plugin_method *method;
	struct snapshot *snapshot;
	struct json_object *params;

	(void) state;
	stand_load_one ("method");
	snapshot = registry_pin (stand.registry);
	method = snapshot_find_method (snapshot, "method/echo");
	params = stand_json ("{\"n\":\"x\"}");
	assert_int_equal (schema_check (method->params, params, NULL), -EINVAL);
	json_object_put (params);
	assert_null (snapshot_find_method (snapshot, "method/no"));
	snapshot_unpin (snapshot);
	assert_string_equal (stand_report ("method")->methods[0],
			     "method/echo");
	assert_non_null (strstr (stand_last_event ("plugin.loaded").payload,
				 "\"methods\":[\"method/echo\","));
}

static void
a_notice_reaches_the_plugin_and_may_finish_what_waits (void **state)
{
	struct trial *trial;

	(void) state;
	stand_load_one ("method");
	trial = call_method ("method/wait", "{}");
	registry_notice (stand.registry, MCP_NOTICE_REVOKED, "ann");
	assert_int_equal (stand_log_lines ("notice 2 ann"), 1);
	assert_int_equal (trial->n_done, 0);
	registry_notice (stand.registry, MCP_NOTICE_DRAINING, NULL);
	assert_int_equal (stand_log_lines ("notice 1 -"), 1);
	stand_until (trial->n_done == 1);
	assert_string_equal (trial->structured, "{\"status\":\"unavailable\"}");
}

/* What registry_admit says of this tool. */
static int
admit (const char *name, char *sentence)
{
	struct snapshot *snapshot = registry_pin (stand.registry);
	struct mcp_admission admission = { .client = "stand" };
	int r = registry_admit (stand.registry,
				snapshot_find_tool (snapshot, name), &admission,
				sentence, LIMIT_ADMISSION_BYTES);

	snapshot_unpin (snapshot);
	return r;
}

static void
a_plugin_admits_the_calls_of_all (void **state)
{
	char sentence[LIMIT_ADMISSION_BYTES];

	(void) state;
	stand_add ("flow");
	stand_load_one ("method");
	assert_int_equal (admit ("admitted", sentence), 0);
	assert_int_equal (admit ("emit_n", sentence), 0);
	assert_int_equal (stand_log_lines ("admit flow emit_n stand 0"), 1);
	assert_int_equal (admit ("never", sentence), -EPERM);
	assert_string_equal (sentence, "the budget is spent; stop here");
}

static void
a_refusal_without_a_sentence_gets_one (void **state)
{
	char sentence[LIMIT_ADMISSION_BYTES];

	(void) state;
	stand_load_one ("method");
	assert_int_equal (admit ("mutely_never", sentence), -EPERM);
	assert_string_equal (sentence,
			     "plugin 'method' does not admit this call");
	assert_int_equal (stand_log_lines ("misbehaving plugin"), 1);
}

static void
a_deadline_that_a_plugin_moves_counts_from_then_on (void **state)
{
	static const char *const tools[] = { "deadline", "deadline_on_thread" };
	struct trial *others[2];

	(void) state;
	stand_load_one ("method");
	others[0] = stand_call ("deadline", "{\"ms\":3600000}");
	for (int i = 0; i < 2; i++) {
		struct trial *trial =
			stand_call_through (tools[i], "{\"ms\":20}");

		assert_int_equal (trial->outcome, CALL_FAILED);
		assert_non_null (strstr (trial->sentence, "did not answer"));
	}
	others[1] = stand_call ("deadline", "{\"ms\":20}");
	stand_until (others[1]->n_done == 1);
	assert_int_equal (others[0]->n_done, 0);
	stand_cancel (others[0]);
}

static void
a_deadline_out_of_bounds_is_refused (void **state)
{
	static const char *const wrong[] = { "{\"ms\":0}", "{\"ms\":-1}",
					     "{\"ms\":3660001}" };

	(void) state;
	stand_load_one ("method");
	for (int i = 0; i < 3; i++)
		assert_string_equal (
			stand_call_through ("deadline", wrong[i])->sentence,
			"deadline gave -22");
}

static void
a_method_that_is_no_clients_is_the_orchestrators (void **state)
{
	struct trial *trial;

	(void) state;
	stand_load_one ("method");
	stand_client (CALL_CAN_INQUIRE, -1);
	trial = stand_call_through ("inquire_on_thread",
				    "{\"method\":\"context/query\"}");
	assert_int_equal (trial->outcome, CALL_ASKING);
	assert_string_equal (trial->asked, "it context/query {};");
}

static const struct CMUnitTest tests[] = {
	stand_test (a_methods_structured_result_is_its_answer),
	stand_test (a_method_without_a_result_answers_an_empty_object),
	stand_test (a_method_fails_with_its_sentence),
	stand_test (what_methods_cannot_do_breaks_them),
	stand_test (params_have_a_schema_and_the_report_names_the_method),
	stand_test (a_notice_reaches_the_plugin_and_may_finish_what_waits),
	stand_test (a_plugin_admits_the_calls_of_all),
	stand_test (a_refusal_without_a_sentence_gets_one),
	stand_test (a_deadline_that_a_plugin_moves_counts_from_then_on),
	stand_test (a_deadline_out_of_bounds_is_refused),
	stand_test (a_method_that_is_no_clients_is_the_orchestrators),
};

int
main (void)
{
	return cmocka_run_group_tests (tests, NULL, NULL);
}
