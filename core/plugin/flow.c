/* The table's functions for calls that go on without their client: tasks, and
 * streams that pause. They keep their order with progress and messages. */
#include <config.h>

#include <errno.h>
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

/* --- Pauses --- */

/* On its way to the loop. */
struct letter {
	struct mail mail;
	struct call *call;
	int64_t retry_ms;
};

/* On the loop. */
static void
tell_paused (struct call *call, int64_t retry_ms)
{
	if (call->ops != NULL && call->ops->paused != NULL)
		call->ops->paused (call->owner, retry_ms);
}

static void
on_pause_mail (struct mail *mail)
{
	struct letter *letter = (struct letter *) mail;

	tell_paused (letter->call, letter->retry_ms);
	free (letter);
}

/* call is locked. */
static int
post_pause (struct call *call, int64_t retry_ms)
{
	struct letter *letter = malloc (sizeof (*letter));

	if (letter == NULL)
		return -ENOMEM;
	*letter = (struct letter){ .mail = { .deliver = on_pause_mail },
				   .call = call,
				   .retry_ms = retry_ms };
	call->has_mail = true;
	loop_post (call->calls->loop, &letter->mail);
	return 0;
}

static int
host_pause (struct mcp_call *pub, int64_t retry_ms)
{
	int r;
	struct call *call = host_enter (pub, "pause", ANY_CALL, &r);
	bool is_direct;

	if (call == NULL)
		return r;
	r = retry_ms < 0 ? -EINVAL : 0;
	is_direct = !call->has_mail && loop_is_here (call->calls->loop);
	if (r == 0 && !is_direct)
		r = post_pause (call, retry_ms);
	call_leave (call);
	if (r == 0 && is_direct)
		tell_paused (call, retry_ms);
	return r;
}

void
host_init_flow (struct mcp_host *table)
{
	table->task = host_task;
	table->pause = host_pause;
}
