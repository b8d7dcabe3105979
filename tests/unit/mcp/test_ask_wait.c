/* Tests core/mcp/ask_wait.c: handlers that want to be called again later. */
#include "stand.h"

#include "base/limits.h"
#include "mcp/ask_round.h"
#include "mcp/session.h"

static const char *const names[] = { "one" };

/* The only request that runs. */
static struct request *
running (void)
{
	struct session *session = stand.mcp->sessions;

	if (session != NULL && session->calls != NULL)
		return session->calls;
	assert_non_null (stand.mcp->calls);
	return stand.mcp->calls;
}

/* A call of a client with a session. */
static struct post *
call (void)
{
	return stand_wait (
		stand_initialize_as ("2025-11-25", "{\"elicitation\":{}}"), 1);
}

/* The handler wants to be called again later. Returns how much later. */
static uint64_t
wait_round (const char *state)
{
	stand_ask_client (stand.calls, NULL, 0, state);
	return uv_timer_get_due_in (&running ()->asking->timer);
}

/* That time is over. */
static void
go_on (void)
{
	uv_timer_t *timer = &running ()->asking->timer;
	const struct call *before = stand.calls;

	uv_update_time (&stand.loop.uv);
	uv_timer_start (timer, timer->timer_cb, 0, 0);
	for (int i = 0; i < 200 && stand.calls == before; i++)
		loop_turn (&stand.loop, 100);
	assert_ptr_not_equal (stand.calls, before);
}

static void
the_handler_is_called_again_with_its_state (void **state)
{
	struct post *post = call ();

	(void) state;
	wait_round ("own");
	go_on ();
	assert_string_equal (stand.calls->answers, "{}");
	assert_string_equal (stand.calls->state, "own");
	assert_int_equal (stand.calls->request.round, 1);
	stand_finish (stand.calls, "done");
	assert_non_null (strstr (post->body, "done"));
	assert_int_equal (stand.n_abandoned, 0);
}

static void
a_client_without_a_session_is_not_bothered_with_it (void **state)
{
	struct post *post =
		stand_stateless ("tools/call", "wait", "\"name\":\"wait\",");

	(void) state;
	wait_round ("own");
	assert_int_equal (post->status, 0);
	go_on ();
	assert_string_equal (stand.calls->state, "own");
	stand_finish (stand.calls, "done");
	assert_non_null (strstr (post->body, "\"resultType\":\"complete\""));
}

static void
each_wait_is_longer_than_the_one_before_up_to_a_limit (void **state)
{
	uint64_t expected_ms = LIMIT_ASK_WAIT_MIN_MS;

	(void) state;
	call ();
	for (int i = 0; i < 8; i++) {
		assert_int_equal (wait_round ("s"), expected_ms);
		go_on ();
		expected_ms *= 2;
		if (expected_ms > LIMIT_ASK_WAIT_MAX_MS)
			expected_ms = LIMIT_ASK_WAIT_MAX_MS;
	}
}

static void
rounds_that_wait_are_none_of_those_that_ask (void **state)
{
	struct post *post = call ();

	(void) state;
	for (int i = 0; i < 3 * LIMIT_ASK_ROUNDS; i++) {
		wait_round ("s");
		go_on ();
	}
	stand_ask_client (stand.calls, names, 1, NULL);
	assert_int_equal (post->n_events, 1);
	assert_non_null (strstr (post->events[0], "elicitation/create"));
	assert_int_equal (post->status, 0);
}

static void
waiting_ends_with_the_deadline (void **state)
{
	struct post *post = call ();

	(void) state;
	stand_pass (STAND_CALL_MS - 100);
	assert_int_equal (wait_round ("own"), 100);
	go_on ();
	stand_pass (STAND_CALL_MS);
	stand_ask_client (stand.calls, NULL, 0, "own");
	assert_non_null (strstr (post->body, "\"isError\":true"));
	assert_non_null (strstr (post->body, "did not come to its end"));
	assert_int_equal (stand.n_abandoned, 1);
}

static void
an_answer_gives_the_handler_its_time_anew (void **state)
{
	static const char answer[] = "{\"jsonrpc\":\"2.0\",\"id\":\"ask-1\","
				     "\"result\":{\"action\":\"decline\"}}";

	(void) state;
	call ();
	stand_pass (STAND_CALL_MS);
	stand_ask_client (stand.calls, names, 1, NULL);
	stand_post (stand.mcp->sessions->id, NULL, answer);
	assert_int_equal (stand.calls->request.due_ms,
			  loop_now_ms (&stand.loop) + STAND_CALL_MS);
	assert_int_equal (wait_round ("s"), LIMIT_ASK_WAIT_MIN_MS);
}

static void
a_client_that_leaves_ends_the_waiting (void **state)
{
	struct post *post =
		stand_stateless ("tools/call", "wait", "\"name\":\"wait\",");

	(void) state;
	wait_round ("own");
	stand_leave_post (post);
	assert_int_equal (stand.n_abandoned, 1);
	assert_string_equal (stand.abandoned_state, "own");
	assert_int_equal (mcp_running (stand.mcp), 0);
}

static void
a_server_that_stops_lets_a_waiting_call_come_to_its_end (void **state)
{
	struct post *post = call ();

	(void) state;
	wait_round ("s");
	mcp_drain (stand.mcp, stand_drained, NULL);
	go_on ();
	wait_round ("s");
	go_on ();
	stand_finish (stand.calls, "done");
	assert_non_null (strstr (post->body, "done"));
	assert_int_equal (stand.n_drained, 1);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		stand_test (the_handler_is_called_again_with_its_state),
		stand_test (a_client_without_a_session_is_not_bothered_with_it),
		stand_test (
			each_wait_is_longer_than_the_one_before_up_to_a_limit),
		stand_test (rounds_that_wait_are_none_of_those_that_ask),
		stand_test (waiting_ends_with_the_deadline),
		stand_test (an_answer_gives_the_handler_its_time_anew),
		stand_test (a_client_that_leaves_ends_the_waiting),
		stand_test (
			a_server_that_stops_lets_a_waiting_call_come_to_its_end),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
