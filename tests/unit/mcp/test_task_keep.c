/* Tests core/mcp/task_keep.c and task_store.c, on a journal that keeps when a
 * test says so. */
#include "stand.h"

#include <errno.h>
#include <stdio.h>

#include "base/limits.h"
#include "mcp/agents.h"
#include "mcp/state.h"
#include "mcp/task_record.h"
#include "store/engine.h"

#define CAN_TASK                                                               \
	STAND_META_OF ("{\"extensions\":{"                                     \
		       "\"io.modelcontextprotocol/tasks\":{}}}")

static const struct journal_ops *memory;
static struct journal_ops ops;
static struct journal_wait *held; /* that is not told yet */
static char id[40];

static bool
hold (struct journal *journal, struct journal_wait *wait)
{
	(void) journal;
	assert_null (held);
	held = wait;
	return false;
}

static void
unhold (struct journal *journal, struct journal_wait *wait)
{
	(void) journal;
	assert_ptr_equal (held, wait);
	held = NULL;
}

static int
refuse (struct journal *journal, struct change *changes, size_t n,
	size_t *ret_failed, uint64_t *ret_ticket, struct error *err)
{
	(void) journal, (void) changes, (void) n;
	(void) ret_failed, (void) ret_ticket;
	return error_set (err, -ENOSPC, "the disk is full");
}

static void
let_go (int result)
{
	struct journal_wait *wait = held;

	assert_non_null (wait);
	held = NULL;
	wait->done (wait, result);
}

static int
open_with_journal (void **state)
{
	int r = stand_open (state);

	held = NULL;
	if (r == 0)
		stand.options.journal =
			journal_new_memory (&stand.loop, 1024 * 1024);
	if (stand.options.journal == NULL)
		return -1;
	memory = stand.options.journal->ops;
	ops = *memory;
	ops.wait = hold;
	ops.unwait = unhold;
	stand.options.journal->ops = &ops;
	return 0;
}

static void
end_server (void)
{
	mcp_stop (stand.mcp);
	mcp_free (stand.mcp);
	assert_null (held);
}

static int
close_with_journal (void **state)
{
	struct journal *journal = stand.options.journal;

	if (held != NULL)
		let_go (0);
	ops = *memory;
	mcp_stop (stand.mcp);
	stand.options.journal = NULL;
	journal_close (journal);
	return stand_close (state);
}

static void
restart (void)
{
	/* As after kill -9: what it does at its end is not kept. */
	ops.commit = refuse;
	end_server ();
	ops.commit = memory->commit;
	stand.mcp = mcp_new (&stand.loop, NULL, &stand.options);
	assert_non_null (stand.mcp);
}

/* A call that shall be a task, whose client was not answered yet. */
static struct post *
begin (void)
{
	struct post *post = stand_stateless_as (CAN_TASK, "tools/call", "wait",
						"\"name\":\"wait\",");

	assert_true (stand_become_task (stand.calls));
	snprintf (id, sizeof id, "%s", stand.mcp->tasks->id);
	return post;
}

static const char *
get (void)
{
	char params[100];

	snprintf (params, sizeof params, "\"taskId\":\"%s\",", id);
	return stand_stateless_as (CAN_TASK, "tasks/get", id, params)->body;
}

static bool
is_status (const char *status)
{
	char member[50];

	snprintf (member, sizeof member, "\"status\":\"%s\"", status);
	return strstr (get (), member) != NULL;
}

static void
a_task_is_told_when_it_is_kept (void **state)
{
	struct post *post = begin ();

	(void) state;
	assert_int_equal (post->status, 0);
	let_go (0);
	assert_int_equal (post->status, 200);
	assert_non_null (strstr (post->body, id));
	assert_true (is_status ("working"));
}

static void
its_end_is_told_when_it_is_kept (void **state)
{
	(void) state;
	begin ();
	let_go (0);
	stand_finish (stand.calls, "done");
	assert_true (is_status ("working"));
	let_go (0);
	assert_true (is_status ("completed"));
}

static void
a_task_that_ends_at_once_is_told_with_its_end (void **state)
{
	struct post *post = begin ();

	(void) state;
	stand_finish (stand.calls, "done");
	assert_int_equal (post->status, 0);
	let_go (0);
	assert_int_equal (post->status, 200);
	assert_true (is_status ("completed"));
}

static void
a_task_that_could_not_be_kept_is_an_error_and_ends (void **state)
{
	struct post *post = begin ();

	(void) state;
	let_go (-ENOSPC);
	assert_non_null (strstr (post->body, "\"isError\":true"));
	assert_non_null (strstr (post->body, "the journal cannot write"));
	assert_true (stand.calls->is_cancelled);
	let_go (-ENOSPC);
	assert_int_equal (mcp_running (stand.mcp), 0);
}

static void
an_end_that_could_not_be_kept_is_a_failure (void **state)
{
	(void) state;
	begin ();
	let_go (0);
	stand_finish (stand.calls, "done");
	let_go (-ENOSPC);
	assert_true (is_status ("failed"));
	assert_null (strstr (get (), "done"));
}

static void
while_the_journal_cannot_write_a_call_becomes_no_task (void **state)
{
	struct post *post = stand_stateless_as (CAN_TASK, "tools/call", "wait",
						"\"name\":\"wait\",");

	(void) state;
	ops.commit = refuse;
	assert_false (stand_become_task (stand.calls));
	stand_finish (stand.calls, "done");
	assert_non_null (strstr (post->body, "\"resultType\":\"complete\""));
}

static void
an_answer_that_is_owed_holds_a_drain_up (void **state)
{
	struct post *post = begin ();

	(void) state;
	stand_finish (stand.calls, "done");
	mcp_drain (stand.mcp, stand_drained, NULL);
	assert_int_equal (stand.n_drained, 0);
	let_go (0);
	assert_int_equal (post->status, 200);
	assert_int_equal (stand.n_drained, 1);
}

static void
who_leaves_before_it_is_kept_costs_nothing (void **state)
{
	struct post *post = begin ();

	(void) state;
	stand_leave_post (post);
	let_go (0);
	assert_true (is_status ("working"));
}

static void
a_result_is_there_after_a_restart_as_it_was (void **state)
{
	char before[2000];

	(void) state;
	begin ();
	let_go (0);
	stand_finish (stand.calls, "done");
	let_go (0);
	snprintf (before, sizeof before, "%s", get ());
	restart ();
	assert_string_equal (get (), before);
}

static void
what_ran_has_failed_after_a_restart_and_stays_so (void **state)
{
	char before[2000];

	(void) state;
	begin ();
	let_go (0);
	ops.wait = memory->wait;
	restart ();
	assert_true (is_status ("failed"));
	snprintf (before, sizeof before, "%s", get ());
	assert_non_null (strstr (before, "the server was restarted"));
	restart ();
	assert_string_equal (get (), before);
}

static void
a_cancelled_task_is_that_after_a_restart (void **state)
{
	char params[100];

	(void) state;
	ops.wait = memory->wait;
	begin ();
	snprintf (params, sizeof params, "\"taskId\":\"%s\",", id);
	stand_stateless_as (CAN_TASK, "tasks/cancel", id, params);
	restart ();
	assert_true (is_status ("cancelled"));
}

static void
what_is_too_old_after_a_restart_is_gone_for_good (void **state)
{
	struct buffer value = { 0 };
	char key[100];

	(void) state;
	ops.wait = memory->wait;
	begin ();
	snprintf (key, sizeof key, "core/tasks/%s", id);
	stand.mcp->tasks->created_ms -= 2 * LIMIT_TASK_KEPT_MS;
	stand_finish (stand.calls, "done");
	assert_int_equal (
		journal_get (stand.options.journal, key, &value, NULL), 0);
	stand.mcp->tasks->updated_ms -= LIMIT_TASK_KEPT_MS + 1;
	assert_true (task_record_has_room (stand.mcp));
	assert_int_equal (
		journal_get (stand.options.journal, key, &value, NULL),
		-ENOENT);
	buffer_fini (&value);
}

static void
a_task_stays_its_agents_over_a_restart (void **state)
{
	static const struct agent_setting setting = { .name = "kim" };
	struct error err;

	(void) state;
	ops.wait = memory->wait;
	assert_int_equal (agents_add (mcp_agents (stand.mcp), &setting,
				      &stand.agent, &err),
			  0);
	begin ();
	stand_finish (stand.calls, "done");
	stand.agent = NULL;
	assert_non_null (strstr (get (), "-32602"));
	restart ();
	assert_non_null (strstr (get (), "-32602"));
	assert_int_equal (agents_add (mcp_agents (stand.mcp), &setting,
				      &stand.agent, &err),
			  0);
	assert_true (is_status ("completed"));
}

#define test(claim)                                                            \
	cmocka_unit_test_setup_teardown (claim, open_with_journal,             \
					 close_with_journal)

int
main (void)
{
	const struct CMUnitTest tests[] = {
		test (a_task_is_told_when_it_is_kept),
		test (its_end_is_told_when_it_is_kept),
		test (a_task_that_ends_at_once_is_told_with_its_end),
		test (a_task_that_could_not_be_kept_is_an_error_and_ends),
		test (an_end_that_could_not_be_kept_is_a_failure),
		test (while_the_journal_cannot_write_a_call_becomes_no_task),
		test (an_answer_that_is_owed_holds_a_drain_up),
		test (who_leaves_before_it_is_kept_costs_nothing),
		test (a_result_is_there_after_a_restart_as_it_was),
		test (what_ran_has_failed_after_a_restart_and_stays_so),
		test (a_cancelled_task_is_that_after_a_restart),
		test (what_is_too_old_after_a_restart_is_gone_for_good),
		test (a_task_stays_its_agents_over_a_restart),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
