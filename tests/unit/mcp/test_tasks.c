/* Tests core/mcp/tasks.c and task_record.c. */
#include "stand.h"

#include <stdio.h>

#include "base/limits.h"
#include "mcp/state.h"
#include "mcp/task_record.h"

#define CAN_TASK                                                               \
	STAND_META_OF ("{\"elicitation\":{},\"extensions\":{"                  \
		       "\"io.modelcontextprotocol/tasks\":{}}}")

static const char *const names[] = { "one", "two" };
static char id[40];

/* A call of "wait" that became a task, whose id is in id. */
static struct post *
begin (void)
{
	struct post *post = stand_stateless_as (CAN_TASK, "tools/call", "wait",
						"\"name\":\"wait\",");
	const char *start;

	assert_true (stand_become_task (stand.calls));
	assert_int_equal (post->status, 200);
	start = strstr (post->body, "\"taskId\":\"");
	assert_non_null (start);
	snprintf (id, sizeof id, "%.32s", start + strlen ("\"taskId\":\""));
	return post;
}

/* more: further members of params. */
static const char *
ask (const char *method, const char *more)
{
	char params[500];
	struct post *post;

	snprintf (params, sizeof params, "\"taskId\":\"%s\",%s", id, more);
	post = stand_stateless_as (CAN_TASK, method, id, params);
	assert_int_equal (post->status, 200);
	return post->body;
}

static const char *
get (void)
{
	return ask ("tasks/get", "");
}

#define EMPTY "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{" STAND_TAIL "}}"

static void
a_task_answers_its_call_at_once (void **state)
{
	const char *body = begin ()->body;

	(void) state;
	assert_non_null (strstr (body, "\"result\":{\"taskId\":\""));
	assert_non_null (strstr (body, "\"status\":\"working\""));
	assert_non_null (strstr (body, "\"resultType\":\"task\""));
	assert_non_null (strstr (body, "\"ttlMs\":"));
	assert_null (strstr (body, "\"task\":{"));
	assert_int_equal (mcp_running (stand.mcp), 1);
}

static void
its_result_is_in_the_task (void **state)
{
	(void) state;
	begin ();
	assert_non_null (strstr (get (), "\"status\":\"working\""));
	stand_finish (stand.calls, "done");
	assert_non_null (strstr (get (), "\"status\":\"completed\""));
	assert_non_null (strstr (get (), "\"result\":{\"content\":[{\"type\":"
					 "\"text\",\"text\":\"done\"}]"));
	assert_int_equal (mcp_running (stand.mcp), 0);
}

static void
a_tool_that_fails_completes_and_a_broken_one_fails (void **state)
{
	(void) state;
	begin ();
	stand_end (stand.calls, &(struct call_result){ .outcome = CALL_FAILED,
						       .sentence = "no" });
	assert_non_null (strstr (get (), "\"status\":\"completed\""));
	assert_non_null (strstr (get (), "\"isError\":true"));
	begin ();
	stand_end (stand.calls, &(struct call_result){ .outcome = CALL_BROKEN,
						       .sentence = "no" });
	assert_non_null (strstr (get (), "\"status\":\"failed\""));
	assert_non_null (strstr (get (), "\"error\":{\"code\":-32603"));
	assert_null (strstr (get (), "\"result\":{\"content\""));
}

static void
a_task_shows_what_it_asks_until_all_is_answered (void **state)
{
	(void) state;
	begin ();
	stand_ask_client (stand.calls, names, 2, "own");
	assert_non_null (strstr (get (), "\"status\":\"input_required\""));
	assert_non_null (strstr (get (),
				 "\"inputRequests\":{\"one\":{\"method\":"
				 "\"elicitation/create\",\"params\":" STAND_FORM
				 "},\"two\":{"));
	assert_string_equal (ask ("tasks/update",
				  "\"inputResponses\":{\"one\":{\"action\":"
				  "\"accept\"},\"other\":{},\"two\":7},"),
			     EMPTY);
	assert_null (strstr (get (), "\"one\":"));
	assert_non_null (strstr (get (), "\"two\":{\"method\""));
	ask ("tasks/update",
	     "\"inputResponses\":{\"two\":{\"action\":\"decline\"}},");
	assert_string_equal (stand.calls->answers,
			     "{\"one\":{\"result\":{\"action\":\"accept\"}},"
			     "\"two\":{\"result\":{\"action\":\"decline\"}}}");
	assert_string_equal (stand.calls->state, "own");
	assert_non_null (strstr (get (), "\"status\":\"working\""));
	assert_null (strstr (get (), "inputRequests"));
}

static void
a_task_checks_what_comes_for_its_forms (void **state)
{
	(void) state;
	begin ();
	stand_ask_client (stand.calls, names, 1, NULL);
	ask ("tasks/update",
	     "\"inputResponses\":{\"one\":{\"action\":\"yes\"}},");
	assert_non_null (strstr (stand.calls->answers,
				 "{\"one\":{\"error\":{\"code\":-32602,"));
}

/* The client may remember which keys it has answered. */
static void
a_name_that_is_asked_again_has_another_key (void **state)
{
	(void) state;
	begin ();
	stand_ask_client (stand.calls, names, 1, NULL);
	ask ("tasks/update",
	     "\"inputResponses\":{\"one\":{\"action\":\"accept\"}},");
	stand_ask_client (stand.calls, names, 1, NULL);
	assert_non_null (
		strstr (get (), "\"inputRequests\":{\"one#2\":{\"method\""));
	ask ("tasks/update",
	     "\"inputResponses\":{\"one\":{\"action\":\"accept\"}},");
	assert_non_null (strstr (get (), "\"status\":\"input_required\""));
	ask ("tasks/update",
	     "\"inputResponses\":{\"one#2\":{\"action\":\"decline\"}},");
	assert_string_equal (stand.calls->answers,
			     "{\"one\":{\"result\":{\"action\":\"decline\"}}}");
}

static void
an_update_that_answers_nothing_is_no_change (void **state)
{
	(void) state;
	begin ();
	stand_ask_client (stand.calls, names, 1, NULL);
	stand.mcp->tasks->updated_ms = 5;
	assert_string_equal (
		ask ("tasks/update",
		     "\"inputResponses\":{\"other\":{},\"one\":7},"),
		EMPTY);
	assert_int_equal (stand.mcp->tasks->updated_ms, 5);
	ask ("tasks/update", "\"inputResponses\":{\"one\":{}},");
	assert_true (stand.mcp->tasks->updated_ms > 5);
}

static void
a_cancelled_task_ends_its_call (void **state)
{
	(void) state;
	begin ();
	assert_string_equal (ask ("tasks/cancel", ""), EMPTY);
	assert_true (stand.calls->is_cancelled);
	assert_non_null (strstr (get (), "\"status\":\"cancelled\""));
	assert_string_equal (ask ("tasks/cancel", ""), EMPTY);
	assert_int_equal (mcp_running (stand.mcp), 0);
}

static void
a_cancelled_task_abandons_what_it_asks (void **state)
{
	(void) state;
	begin ();
	stand_ask_client (stand.calls, names, 1, NULL);
	ask ("tasks/cancel", "");
	assert_int_equal (stand.n_abandoned, 1);
}

static void
an_update_of_an_ended_task_is_acknowledged (void **state)
{
	(void) state;
	begin ();
	stand_finish (stand.calls, "done");
	assert_string_equal (ask ("tasks/update", "\"inputResponses\":{},"),
			     EMPTY);
	assert_non_null (strstr (ask ("tasks/update", "\"inputResponses\":7,"),
				 "\"code\":-32602"));
}

static void
an_unknown_task_is_invalid_params (void **state)
{
	static const char *const methods[] = { "tasks/get", "tasks/update",
					       "tasks/cancel" };

	(void) state;
	snprintf (id, sizeof id, "nobody");
	for (int i = 0; i < 3; i++)
		assert_non_null (
			strstr (ask (methods[i], ""), "\"code\":-32602"));
}

static void
who_does_not_declare_the_extension_has_no_tasks (void **state)
{
	struct post *post;
	char params[100];

	(void) state;
	stand_stateless ("tools/call", "wait", "\"name\":\"wait\",");
	assert_false (stand.calls->request.can & CALL_CAN_TASK);
	begin ();
	snprintf (params, sizeof params, "\"taskId\":\"%s\",", id);
	post = stand_stateless ("tasks/get", id, params);
	assert_int_equal (post->status, 400);
	assert_non_null (strstr (post->body, "\"code\":-32021"));
	assert_non_null (strstr (post->body,
				 "\"requiredCapabilities\":{\"extensions\":{"
				 "\"io.modelcontextprotocol/tasks\":{}}}"));
}

static void
a_task_outlives_its_client (void **state)
{
	struct post *post = begin ();

	(void) state;
	assert_null (post->exchange.work);
	mcp_exchange_left (stand.mcp, &post->exchange);
	stand_finish (stand.calls, "done");
	assert_non_null (strstr (get (), "\"status\":\"completed\""));
}

static void
a_call_that_cannot_become_a_task_goes_on_as_it_was (void **state)
{
	struct post *post = stand_stateless_as (CAN_TASK, "tools/call", "wait",
						"\"name\":\"wait\",");

	(void) state;
	while (task_record_new (stand.mcp, stand.mcp->calls, NULL) != NULL)
		;
	assert_false (stand_become_task (stand.calls));
	assert_int_equal (post->status, 0);
	stand_finish (stand.calls, "done");
	assert_non_null (strstr (post->body, "\"resultType\":\"complete\""));
}

static void
the_next_round_of_a_task_is_one_too (void **state)
{
	(void) state;
	begin ();
	stand_ask_client (stand.calls, names, 1, NULL);
	ask ("tasks/update",
	     "\"inputResponses\":{\"one\":{\"action\":\"decline\"}},");
	assert_true (stand.calls->request.is_task);
	stand_ask_client (stand.calls, NULL, 0, "own");
	assert_non_null (strstr (get (), "\"status\":\"working\""));
	assert_null (strstr (get (), "inputRequests"));
}

static void
a_result_is_kept_for_its_time_from_the_end_on (void **state)
{
	struct task_record *task;

	(void) state;
	begin ();
	task = stand.mcp->tasks;
	task->created_ms -= 2 * LIMIT_TASK_KEPT_MS;
	stand_finish (stand.calls, "done");
	assert_non_null (strstr (get (), "\"status\":\"completed\""));
	task->updated_ms -= LIMIT_TASK_KEPT_MS + 1;
	assert_non_null (strstr (get (), "\"code\":-32602"));
}

/* The time to live that is told. */
static long
ttl (void)
{
	static const char member[] = "\"ttlMs\":";
	const char *start = strstr (get (), member);

	assert_non_null (start);
	return strtol (start + strlen (member), NULL, 10);
}

static void
the_time_to_live_grows_while_a_task_runs (void **state)
{
	struct task_record *task;

	(void) state;
	begin ();
	task = stand.mcp->tasks;
	task->created_ms -= 1000 * 1000;
	assert_true (ttl () >= LIMIT_TASK_KEPT_MS + 1000 * 1000);
	stand_finish (stand.calls, "done");
	task->updated_ms = task->created_ms + 5;
	assert_int_equal (ttl (), LIMIT_TASK_KEPT_MS + 5);
}

static void
when_there_are_too_many_the_first_that_ended_goes (void **state)
{
	char ids[3][40];

	(void) state;
	for (int i = 0; i < 3; i++) {
		begin ();
		memcpy (ids[i], id, sizeof id);
	}
	stand_finish (stand.calls->next, "done"); /* the second */
	stand_finish (stand.calls, "done");
	stand.mcp->task_bytes += LIMIT_TASK_BYTES;
	stand_finish (stand.calls->next->next, "done");
	stand.mcp->task_bytes -= LIMIT_TASK_BYTES;
	for (int i = 0; i < 3; i++) {
		memcpy (id, ids[i], sizeof id);
		assert_non_null (
			strstr (get (), i == 0 ? "completed" : "-32602"));
	}
}

static void
a_task_tells_neither_progress_nor_messages (void **state)
{
	struct post *post = begin ();

	(void) state;
	stand_progress (stand.calls, 1, 2, "half");
	stand_say (stand.calls, MCP_LOG_ERROR, NULL, "1");
	assert_int_equal (post->n_events, 0);
}

static void
a_server_that_stops_waits_for_tasks_but_not_for_their_answers (void **state)
{
	struct call *working;

	(void) state;
	begin ();
	working = stand.calls;
	begin ();
	stand_ask_client (stand.calls, names, 1, NULL);
	mcp_drain (stand.mcp, stand_drained, NULL);
	assert_int_equal (stand.n_abandoned, 1);
	assert_non_null (strstr (get (), "the server is stopping"));
	assert_int_equal (stand.n_drained, 0);
	stand_finish (working, "done");
	assert_int_equal (stand.n_drained, 1);
}

static void
the_ids_of_tasks_are_long_and_differ (void **state)
{
	char first[40];

	(void) state;
	begin ();
	memcpy (first, id, sizeof first);
	begin ();
	assert_string_not_equal (id, first);
	assert_int_equal (strspn (id, "0123456789abcdef"), 32);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		stand_test (a_task_answers_its_call_at_once),
		stand_test (its_result_is_in_the_task),
		stand_test (a_tool_that_fails_completes_and_a_broken_one_fails),
		stand_test (a_task_shows_what_it_asks_until_all_is_answered),
		stand_test (a_task_checks_what_comes_for_its_forms),
		stand_test (a_name_that_is_asked_again_has_another_key),
		stand_test (an_update_that_answers_nothing_is_no_change),
		stand_test (a_cancelled_task_ends_its_call),
		stand_test (a_cancelled_task_abandons_what_it_asks),
		stand_test (an_update_of_an_ended_task_is_acknowledged),
		stand_test (an_unknown_task_is_invalid_params),
		stand_test (who_does_not_declare_the_extension_has_no_tasks),
		stand_test (a_task_outlives_its_client),
		stand_test (a_call_that_cannot_become_a_task_goes_on_as_it_was),
		stand_test (the_next_round_of_a_task_is_one_too),
		stand_test (a_result_is_kept_for_its_time_from_the_end_on),
		stand_test (the_time_to_live_grows_while_a_task_runs),
		stand_test (when_there_are_too_many_the_first_that_ended_goes),
		stand_test (a_task_tells_neither_progress_nor_messages),
		stand_test (
			a_server_that_stops_waits_for_tasks_but_not_for_their_answers),
		stand_test (the_ids_of_tasks_are_long_and_differ),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
