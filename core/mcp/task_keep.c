/* Waits for the journal on behalf of tasks. Knows not what is kept of
 * them. */
#include "mcp/task_keep.h"

#include <stddef.h>

#include "base/log.h"
#include "json/rpc.h"
#include "mcp/request.h"
#include "mcp/task_record.h"
#include "mcp/task_store.h"
#include "mcp/tasks.h"

static const char not_kept[] = "the journal cannot write at present; try again "
			       "later";

/* Answers the client that waits for its task. */
static void
answer (struct task_record *task, int result)
{
	struct work *work = task->work;

	task->work = NULL;
	work_answer (work, result < 0 ? &task->refusal : &task->answer);
	buffer_fini (&task->answer);
	buffer_fini (&task->refusal);
}

/* Everything of it that was put is kept, or is not. */
static void
settle (struct task_record *task, int result)
{
	struct mcp *mcp = task->mcp;
	bool was_begin = task->work != NULL;

	if (was_begin)
		answer (task, result);
	if (task->request != NULL && result < 0) {
		task->is_cancelled = true;
		request_cut (task->request, CALL_END_CANCELLED, NULL);
	} else if (task->request == NULL) {
		if (result < 0)
			task_record_fail (task, "its result could not be kept");
		task_record_settle (task);
		tasks_tell (task);
	}
	if (was_begin)
		mcp_call_ended (mcp);
}

static void
on_kept (struct journal_wait *wait, int result)
{
	struct task_record *task =
		(void *) ((char *) wait - offsetof (struct task_record, wait));

	task->is_waiting = false;
	if (result < 0)
		log_error ("task %s: it could not be kept", task->id);
	settle (task, result);
}

static void
stop_waiting (struct task_record *task)
{
	if (task->is_waiting)
		journal_unwait (task->mcp->options->journal, &task->wait);
	task->is_waiting = false;
}

static void
wait_for (struct task_record *task)
{
	struct journal *journal = task->mcp->options->journal;

	task->wait.done = on_kept;
	task->is_waiting =
		journal != NULL && !journal_wait (journal, &task->wait);
	if (!task->is_waiting)
		settle (task, 0);
}

bool
task_keep_begin (struct task_record *task, struct buffer *body)
{
	request_write_failure (&task->refusal, task->request,
			       RPC_INTERNAL_ERROR, not_kept);
	if (task->refusal.failed
	    || task_store_put (task, &task->wait.ticket) < 0)
		return false;
	/* The answer that is owed holds a drain up, as a call does. */
	mcp_call_begun (task->mcp);
	task->work = request_become_task (task->request, task);
	task->answer = *body;
	*body = (struct buffer){ 0 };
	wait_for (task);
	return true;
}

void
task_keep_end (struct task_record *task)
{
	int r;

	/* The later ticket stands for both. */
	stop_waiting (task);
	r = task_store_put (task, &task->wait.ticket);
	if (r < 0)
		settle (task, r);
	else
		wait_for (task);
}

void
task_keep_stop (struct task_record *task)
{
	stop_waiting (task);
	if (task->work != NULL)
		work_answer (task->work, NULL);
	task->work = NULL;
	buffer_fini (&task->answer);
	buffer_fini (&task->refusal);
}
