/* Tests core/mcp/revoke.c: what ends with an agent's credential. */
#include "stand.h"

#include "mcp/agents.h"

#define REVOKED "this agent's credentials were revoked"
#define PING "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}"

/* The clients of the next posts bring its credential. */
static struct agent *
become (const char *name)
{
	struct agent_setting setting = { .name = name };

	assert_int_equal (agents_add (mcp_agents (stand.mcp), &setting,
				      &stand.agent, NULL),
			  0);
	return stand.agent;
}

static struct post *
call_stateless (void)
{
	return stand_stateless ("tools/call", "wait", "\"name\":\"wait\",");
}

static void
its_calls_end_at_once_with_a_session_or_without (void **state)
{
	struct agent *ann = become ("ann");
	struct post *with = stand_wait (stand_initialize ("2025-11-25"), 1);
	struct post *without = call_stateless ();

	(void) state;
	agents_revoke (ann);
	assert_non_null (strstr (with->body, REVOKED));
	assert_non_null (strstr (without->body, REVOKED));
	for (struct call *call = stand.calls; call != NULL; call = call->next)
		assert_true (call->is_cancelled);
	assert_int_equal (mcp_running (stand.mcp), 0);
}

static void
those_of_others_go_on (void **state)
{
	struct post *post;
	struct agent *ann = become ("ann");

	(void) state;
	become ("bob");
	post = call_stateless ();
	agents_revoke (ann);
	assert_int_equal (post->status, 0);
	assert_false (stand.calls->is_cancelled);
}

static void
a_request_whose_head_came_before_is_401 (void **state)
{
	struct post *post;
	const char *session;

	(void) state;
	become ("ann");
	session = stand_initialize ("2025-11-25");
	agents_revoke (stand.agent);
	post = stand_post (session, NULL, PING);
	assert_int_equal (post->status, 401);
	assert_non_null (strstr (post->body, "invalid_token"));
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		stand_test (its_calls_end_at_once_with_a_session_or_without),
		stand_test (those_of_others_go_on),
		stand_test (a_request_whose_head_came_before_is_401),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
