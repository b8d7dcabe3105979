/* Tests core/mcp/ask_orchestrator.c with a stand-in for the link, in every
 * era. */
#include "stand.h"

#include <errno.h>
#include <stdio.h>

#include "mcp/agents.h"
#include "mcp/ask_round.h"
#include "mcp/orchestrator.h"
#include "mcp/session.h"

#define PARAMS "{\"query\":\"q\"}"
#define CAN_TASK "{\"extensions\":{\"io.modelcontextprotocol/tasks\":{}}}"

/* The link's stand-in: keeps what is asked. */
static struct {
	struct inquiry *asked[LIMIT_ASKS]; /* NULL: answered, withdrawn */
	int n_asked;
	bool is_away;
	int refuses;	 /* what ask returns */
	bool is_quick;	 /* answers inside of ask */
	char reason[20]; /* of the last one that was withdrawn */
	int n_withdrawn;
} orchestrator;

static bool
is_there (void *arg)
{
	assert_ptr_equal (arg, &orchestrator);
	return !orchestrator.is_away;
}

/* answer: JSON. */
static void
answer (int i, const char *text)
{
	struct inquiry *inquiry = orchestrator.asked[i];
	struct json_object *value;

	assert_non_null (inquiry);
	orchestrator.asked[i] = NULL;
	assert_int_equal (json_parse (text, strlen (text), NULL, &value, NULL),
			  0);
	inquiry->done (inquiry, value);
}

static int
ask (void *arg, struct inquiry *inquiry)
{
	(void) arg;
	if (orchestrator.refuses != 0)
		return orchestrator.refuses;
	orchestrator.asked[orchestrator.n_asked++] = inquiry;
	if (orchestrator.is_quick)
		answer (orchestrator.n_asked - 1, "{\"result\":{\"a\":1}}");
	return 0;
}

static void
withdraw (void *arg, struct inquiry *inquiry, const char *reason)
{
	int i = 0;

	(void) arg;
	while (orchestrator.asked[i] != inquiry)
		assert_true (++i < orchestrator.n_asked);
	orchestrator.asked[i] = NULL;
	orchestrator.n_withdrawn++;
	snprintf (orchestrator.reason, sizeof orchestrator.reason, "%s",
		  reason);
}

static const struct orchestrator_ops ops = { .is_there = is_there,
					     .ask = ask,
					     .withdraw = withdraw };

/* With an orchestrator that can be asked. */
static void
connect_it (void)
{
	memset (&orchestrator, 0, sizeof orchestrator);
	mcp_set_orchestrator (stand.mcp, &ops, &orchestrator);
}

/* The handler of the newest call asks n questions. */
static void
inquire (size_t n, const char *state)
{
	static const char *const names[] = { "one", "two" };
	struct call_ask asks[2];
	struct call_result result = { .outcome = CALL_ASKING,
				      .asks = asks,
				      .n_asks = n,
				      .state = state,
				      .state_size =
					      state ? strlen (state) : 0 };

	for (size_t i = 0; i < n; i++)
		asks[i] = (struct call_ask){ .name = names[i],
					     .method = "context/query",
					     .params = PARAMS,
					     .params_size = strlen (PARAMS),
					     .needs = CALL_CAN_INQUIRE };
	stand_end (stand.calls, &result);
}

/* Turns the loop until there is a call but this one. */
static void
wait_for_another (const struct call *call)
{
	for (int i = 0; i < 200 && stand.calls == call; i++)
		loop_turn (&stand.loop, 100);
	assert_ptr_not_equal (stand.calls, call);
}

/* A call of "wait" as a client of this era: one with a session, or one
 * without. */
static struct post *
call (bool is_stateless)
{
	if (!is_stateless)
		return stand_wait (stand_initialize ("2025-06-18"), 1);
	return stand_stateless ("tools/call", "wait", "\"name\":\"wait\",");
}

/* The same, and its handler asks. */
static struct post *
call_and_inquire (bool is_stateless, size_t n, const char *state)
{
	struct post *post;

	connect_it ();
	post = call (is_stateless);
	assert_true (stand.calls->request.can & CALL_CAN_INQUIRE);
	stand.calls->request.due_ms = loop_now_ms (&stand.loop) + 5000;
	inquire (n, state);
	return post;
}

static void
the_orchestrator_is_asked_in_every_era (void **state)
{
	(void) state;
	for (int era = 0; era < 2; era++) {
		struct post *post = call_and_inquire (era, 1, "own");
		struct call *first = stand.calls;

		assert_int_equal (orchestrator.n_asked, 1);
		assert_string_equal (orchestrator.asked[0]->method,
				     "context/query");
		assert_string_equal (orchestrator.asked[0]->params, PARAMS);
		assert_string_equal (orchestrator.asked[0]->tool, "wait");
		assert_string_equal (orchestrator.asked[0]->agent,
				     era == 0 ? "tester" : "modern");
		assert_in_range (orchestrator.asked[0]->timeout_ms, 1, 5000);
		assert_int_equal (post->status, 0);
		answer (0, "{\"result\":{\"a\":1}}");
		wait_for_another (first);
		assert_string_equal (stand.calls->answers,
				     "{\"one\":{\"result\":{\"a\":1}}}");
		assert_string_equal (stand.calls->state, "own");
		assert_int_equal (stand.calls->request.round, 1);
		stand_finish (stand.calls, "done");
		assert_int_equal (post->status, 200);
		assert_non_null (strstr (post->body, "done"));
	}
}

static void
an_agent_is_called_by_the_name_that_it_proved (void **state)
{
	struct agent ann = { .name = (char *) "ann" };

	(void) state;
	stand.agent = &ann;
	call_and_inquire (true, 1, NULL);
	assert_string_equal (orchestrator.asked[0]->agent, "ann");
}

static void
a_task_that_asks_it_is_working (void **state)
{
	struct post *post;
	struct call *first;
	char id[40];

	(void) state;
	connect_it ();
	post = stand_stateless_as (STAND_META_OF (CAN_TASK), "tools/call",
				   "wait", "\"name\":\"wait\",");
	first = stand.calls;
	stand_become_task (first);
	snprintf (id, sizeof id, "%.32s",
		  strstr (post->body, "\"taskId\":\"") + 10);
	first->request.is_task = true;
	inquire (1, NULL);
	assert_int_equal (orchestrator.asked[0]->timeout_ms, LIMIT_ASK_MS);
	{
		char params[100];
		const char *body;

		snprintf (params, sizeof params, "\"taskId\":\"%s\",", id);
		post = stand_stateless_as (STAND_META_OF (CAN_TASK),
					   "tasks/get", id, params);
		body = post->body;
		assert_non_null (strstr (body, "\"status\":\"working\""));
		assert_null (strstr (body, "inputRequests"));
	}
	answer (0, "{\"result\":{}}");
	wait_for_another (first);
	assert_string_equal (stand.calls->answers, "{\"one\":{\"result\":{}}}");
}

static void
the_handler_goes_on_when_all_is_answered (void **state)
{
	struct call *first;

	(void) state;
	call_and_inquire (true, 2, NULL);
	first = stand.calls;
	answer (1, "{\"error\":{\"code\":-32601,\"message\":\"no\"}}");
	loop_turn (&stand.loop, 0);
	assert_ptr_equal (stand.calls, first);
	answer (0, "{\"result\":[1]}");
	wait_for_another (first);
	assert_string_equal (stand.calls->answers,
			     "{\"one\":{\"result\":[1]},\"two\":{\"error\":"
			     "{\"code\":-32601,\"message\":\"no\"}}}");
}

static void
an_answer_may_come_at_once (void **state)
{
	struct call *first;

	(void) state;
	connect_it ();
	orchestrator.is_quick = true;
	call (true);
	first = stand.calls;
	inquire (2, NULL);
	wait_for_another (first);
	assert_string_equal (stand.calls->answers,
			     "{\"one\":{\"result\":{\"a\":1}},"
			     "\"two\":{\"result\":{\"a\":1}}}");
}

/* What the handler gets when it asks all the same. */
static const char *
ask_in_vain (void)
{
	struct call *first;

	call (true);
	first = stand.calls;
	inquire (1, NULL);
	wait_for_another (first);
	return stand.calls->answers;
}

static void
without_an_orchestrator_the_answer_is_an_error (void **state)
{
	static const char expected[] =
		"{\"one\":{\"error\":{\"code\":-32601,\"message\":\"there is "
		"no orchestrator that can be asked\"}}}";

	(void) state;
	assert_string_equal (ask_in_vain (), expected);
	assert_false (stand.calls->request.can & CALL_CAN_INQUIRE);
	connect_it ();
	orchestrator.is_away = true;
	assert_string_equal (ask_in_vain (), expected);
}

static void
too_many_questions_are_answered_so (void **state)
{
	(void) state;
	connect_it ();
	orchestrator.refuses = -ENOSPC;
	assert_non_null (strstr (ask_in_vain (), "\"code\":3,\"message\":"
						 "\"too many questions"));
	orchestrator.refuses = -ENOMEM;
	assert_non_null (strstr (ask_in_vain (), "\"code\":-32603"));
}

static void
who_does_not_answer_until_the_deadline_is_withdrawn (void **state)
{
	struct call *first;

	(void) state;
	call_and_inquire (true, 2, NULL);
	first = stand.calls;
	answer (1, "{\"result\":{}}");
	stand_pass (5000);
	wait_for_another (first);
	assert_string_equal (orchestrator.reason, "deadline");
	assert_int_equal (orchestrator.n_withdrawn, 1);
	assert_string_equal (stand.calls->answers,
			     "{\"one\":{\"timeout\":true},"
			     "\"two\":{\"result\":{}}}");
}

static void
a_client_that_leaves_withdraws_its_question (void **state)
{
	(void) state;
	stand_leave_post (call_and_inquire (true, 1, "own"));
	assert_string_equal (orchestrator.reason, "left");
	assert_int_equal (stand.n_abandoned, 1);
	assert_int_equal (mcp_running (stand.mcp), 0);
}

static void
a_cancelled_call_withdraws_its_question (void **state)
{
	const char *session;

	(void) state;
	connect_it ();
	session = stand_initialize ("2025-11-25");
	stand_wait (session, 1);
	inquire (1, NULL);
	stand_post (
		session, NULL,
		"{\"jsonrpc\":\"2.0\",\"method\":"
		"\"notifications/cancelled\",\"params\":{\"requestId\":1}}");
	assert_string_equal (orchestrator.reason, "left");
	assert_int_equal (mcp_running (stand.mcp), 0);
}

static void
a_client_cannot_answer_for_the_orchestrator (void **state)
{
	const char *session;
	struct call *first;

	(void) state;
	connect_it ();
	session = stand_initialize ("2025-11-25");
	stand_wait (session, 1);
	inquire (1, NULL);
	first = stand.calls;
	stand_post (session, NULL,
		    "{\"jsonrpc\":\"2.0\",\"id\":null,\"result\":{}}");
	stand_post (session, NULL,
		    "{\"jsonrpc\":\"2.0\",\"id\":\"\",\"result\":{}}");
	loop_turn (&stand.loop, 0);
	assert_ptr_equal (stand.calls, first);
	assert_int_equal (orchestrator.n_withdrawn, 0);
}

static void
a_server_that_stops_answers_itself (void **state)
{
	struct post *post = call_and_inquire (true, 1, NULL);
	struct call *first = stand.calls;

	(void) state;
	mcp_drain (stand.mcp, stand_drained, NULL);
	assert_int_equal (stand.last_notice, MCP_NOTICE_DRAINING);
	assert_string_equal (orchestrator.reason, "shutdown");
	wait_for_another (first);
	assert_non_null (strstr (stand.calls->answers,
				 "{\"one\":{\"error\":{\"code\":1,"));
	assert_int_equal (stand.n_drained, 0);
	first = stand.calls;
	/* And once more, as a handler may. */
	inquire (1, NULL);
	wait_for_another (first);
	assert_int_equal (orchestrator.n_asked, 1);
	stand_finish (stand.calls, "from the journal");
	assert_non_null (strstr (post->body, "from the journal"));
	assert_int_equal (stand.n_drained, 1);
}

static void
a_server_that_ends_withdraws_what_is_open (void **state)
{
	(void) state;
	call_and_inquire (true, 1, NULL);
	mcp_stop (stand.mcp);
	assert_string_equal (orchestrator.reason, "shutdown");
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		stand_test (the_orchestrator_is_asked_in_every_era),
		stand_test (an_agent_is_called_by_the_name_that_it_proved),
		stand_test (a_task_that_asks_it_is_working),
		stand_test (the_handler_goes_on_when_all_is_answered),
		stand_test (an_answer_may_come_at_once),
		stand_test (without_an_orchestrator_the_answer_is_an_error),
		stand_test (too_many_questions_are_answered_so),
		stand_test (
			who_does_not_answer_until_the_deadline_is_withdrawn),
		stand_test (a_client_that_leaves_withdraws_its_question),
		stand_test (a_cancelled_call_withdraws_its_question),
		stand_test (a_client_cannot_answer_for_the_orchestrator),
		stand_test (a_server_that_stops_answers_itself),
		stand_test (a_server_that_ends_withdraws_what_is_open),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
