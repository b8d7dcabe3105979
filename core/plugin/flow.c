/* The table's functions for calls that take long: tasks, streams that pause,
 * and deadlines that move. They keep their order with progress and messages.
 */
#include <config.h>

#include <errno.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdlib.h>

#include "plugin/host.h"

/* --- Tasks --- */

/* On the loop. 0 or -ENOMEM: it goes on as it was. */
static int
become_task (struct call *call)
{
	/* Its time was up, or it was cancelled, in the meantime. */
	if (call->ops == NULL)
		return 0;
	if (!call->ops->tasked (call->owner)) {
		pthread_mutex_lock (&call->lock);
		call->is_task = false;
		pthread_mutex_unlock (&call->lock);
		return -ENOMEM;
	}
	call->has_no_deadline = true;
	calls_unwait (call);
	return 0;
}

static void
on_task_mail (struct mail *mail)
{
	become_task (
		(void *) ((char *) mail - offsetof (struct call, task_mail)));
}

static int
host_task (struct mcp_call *pub)
{
	int r;
	struct call *call = host_enter (pub, "task", ANY_CALL, &r);
	bool is_first, is_direct;

	if (call == NULL)
		return r;
	r = call->is_task || (call->can & CALL_CAN_TASK) ? 0 : -ENOTSUP;
	is_first = r == 0 && !call->is_task;
	is_direct = !call->has_mail && loop_is_here (call->calls->loop);
	if (is_first)
		call->is_task = true;
	if (is_first && !is_direct) {
		call->task_mail.deliver = on_task_mail;
		call->has_mail = true;
		loop_post (call->calls->loop, &call->task_mail);
	}
	call_leave (call);
	if (is_first && is_direct)
		r = become_task (call);
	return r;
}

/* --- Pauses and deadlines --- */

/* On its way to the loop. */
struct letter {
	struct mail mail;
	struct call *call;
	void (*tell) (struct call *call, int64_t ms);
	int64_t ms;
};

/* On the loop. */
static void
tell_paused (struct call *call, int64_t retry_ms)
{
	if (call->ops != NULL && call->ops->paused != NULL)
		call->ops->paused (call->owner, retry_ms);
}

/* On the loop. */
static void
move_deadline (struct call *call, int64_t timeout_ms)
{
	if (call->ops != NULL && !call->has_no_deadline)
		calls_set_deadline (call, timeout_ms);
}

static void
on_mail (struct mail *mail)
{
	struct letter *letter = (struct letter *) mail;

	letter->tell (letter->call, letter->ms);
	free (letter);
}

/* call is locked. */
static int
post (struct call *call, void (*tell) (struct call *, int64_t), int64_t ms)
{
	struct letter *letter = malloc (sizeof (*letter));

	if (letter == NULL)
		return -ENOMEM;
	*letter = (struct letter){ .mail = { .deliver = on_mail },
				   .call = call,
				   .tell = tell,
				   .ms = ms };
	call->has_mail = true;
	loop_post (call->calls->loop, &letter->mail);
	return 0;
}

/* Does it on the loop: now, if we are there. call is locked, and is unlocked
 * when this returns. */
static int
pass_on (struct call *call, void (*tell) (struct call *, int64_t), int64_t ms)
{
	bool is_direct = !call->has_mail && loop_is_here (call->calls->loop);
	int r = is_direct ? 0 : post (call, tell, ms);

	call_leave (call);
	if (is_direct)
		tell (call, ms);
	return r;
}

static int
host_pause (struct mcp_call *pub, int64_t retry_ms)
{
	int r;
	struct call *call = host_enter (pub, "pause", ANY_CALL, &r);

	if (call == NULL)
		return r;
	if (retry_ms >= 0)
		return pass_on (call, tell_paused, retry_ms);
	r = host_refuse (call->plugin, "pause: %" PRId64 " ms", retry_ms);
	call_leave (call);
	return r;
}

static int
host_deadline (struct mcp_call *pub, int64_t timeout_ms)
{
	int r;
	struct call *call = host_enter (pub, "deadline", ANY_CALL, &r);

	if (call == NULL)
		return r;
	if (timeout_ms >= 1 && timeout_ms <= LIMIT_CALL_DEADLINE_MS)
		return pass_on (call, move_deadline, timeout_ms);
	r = host_refuse (call->plugin,
			 "deadline: %" PRId64 " ms, expected 1 to %d",
			 timeout_ms, LIMIT_CALL_DEADLINE_MS);
	call_leave (call);
	return r;
}

void
host_init_flow (struct mcp_host *table)
{
	table->task = host_task;
	table->pause = host_pause;
	table->deadline = host_deadline;
}
