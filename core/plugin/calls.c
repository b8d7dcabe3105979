/* The objects of calls, used again and again with their buffers, and the list
 * of those that run. Knows nothing of what happens to them. */
#include <config.h>

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <utlist.h>

#include "plugin/calls.h"

/* Calls that keep their buffers while they are not used; the rest keep only
 * themselves. None is ever freed before the end: a plugin's thread that uses
 * a call wrongly may be about to lock it. */
#define KEEP_BUFFERS 64

static void
on_timer (uv_timer_t *timer)
{
	struct calls *calls = timer->data;

	while (calls->waiting != NULL
	       && calls->waiting->due_ms <= loop_now_ms (calls->loop))
		call_expire (calls->waiting);
	if (calls->waiting != NULL)
		uv_timer_start (timer, on_timer,
				(uint64_t) (calls->waiting->due_ms
					    - loop_now_ms (calls->loop)),
				0);
}

int
calls_init (struct calls *calls, struct registry *registry, struct loop *loop,
	    int64_t timeout_ms)
{
	*calls = (struct calls){ .loop = loop,
				 .registry = registry,
				 .timeout_ms = timeout_ms };
	if (handles_init (&calls->handles) < 0)
		return -ENOMEM;
	buffer_init (&calls->event_text, LIMIT_EVENT_BYTES);
	uv_timer_init (&loop->uv, &calls->timer);
	calls->timer.data = calls;
	return 0;
}

void
calls_fini (struct calls *calls, uv_close_cb closed)
{
	assert (calls->n_owed == 0 && calls->waiting == NULL);
	while (calls->spare != NULL) {
		struct call *call = calls->spare;

		LL_DELETE (calls->spare, call);
		result_fini (&call->result);
		buffer_fini (&call->arguments_text);
		pthread_cond_destroy (&call->cancel_over);
		pthread_mutex_destroy (&call->lock);
		free (call);
	}
	buffer_fini (&calls->event_text);
	handles_fini (&calls->handles);
	uv_close ((uv_handle_t *) &calls->timer, closed);
}

static struct call *
make (struct calls *calls)
{
	struct call *call = calloc (1, sizeof (*call));

	if (call == NULL)
		return NULL;
	call->calls = calls;
	pthread_mutex_init (&call->lock, NULL);
	pthread_cond_init (&call->cancel_over, NULL);
	result_init (&call->result);
	return call;
}

struct call *
call_new (struct calls *calls)
{
	struct call *call = calls->spare;
	struct handle *handle = handle_new (&calls->handles);

	if (handle == NULL)
		return NULL;
	if (call != NULL) {
		LL_DELETE (calls->spare, call);
		calls->n_spare--;
	} else {
		call = make (calls);
	}
	if (call == NULL) {
		handle_free (&calls->handles, handle);
		return NULL;
	}
	pthread_mutex_lock (&call->lock);
	call->handle = handle;
	call->is_begun = false;
	call->is_in_handler = false;
	call->is_cancelling = false;
	call->is_given_back = false;
	call->has_mail = false;
	call->is_task = false;
	call->n_messages = 0;
	call->n_events = 0;
	call->event_bytes = 0;
	pthread_mutex_unlock (&call->lock);
	atomic_store (&call->is_void, false);
	call->has_no_deadline = false;
	call->unrecorded.text[0] = '\0';
	calls->n_owed++;
	return call;
}

void
call_free (struct call *call)
{
	struct calls *calls = call->calls;

	handle_free (&calls->handles, call->handle);
	pthread_mutex_lock (&call->lock);
	call->handle = NULL;
	if (calls->n_spare < KEEP_BUFFERS) {
		result_reset (&call->result);
		buffer_reset (&call->arguments_text);
	} else {
		result_fini (&call->result);
		result_init (&call->result);
		buffer_fini (&call->arguments_text);
	}
	pthread_mutex_unlock (&call->lock);
	LL_PREPEND (calls->spare, call);
	calls->n_spare++;
	calls->n_owed--;
}

void
calls_wait (struct call *call)
{
	struct calls *calls = call->calls;
	bool was_empty = calls->waiting == NULL;

	call->due_ms = loop_now_ms (calls->loop) + calls->timeout_ms;
	call->is_waiting = true;
	DL_APPEND (calls->waiting, call);
	if (was_empty)
		uv_timer_start (&calls->timer, on_timer,
				(uint64_t) calls->timeout_ms, 0);
}

void
calls_unwait (struct call *call)
{
	if (call->is_waiting)
		DL_DELETE (call->calls->waiting, call);
	call->is_waiting = false;
}
