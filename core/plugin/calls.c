/* The objects of calls, used again and again with their buffers, and the list
 * of those that run. Knows nothing of what happens to them. */
#include <config.h>

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <utlist.h>

#include "plugin/calls.h"
#include "plugin/state.h"

/* Calls that keep their buffers while they are not used; the rest keep only
 * themselves. None is ever freed before the end: a plugin's thread that uses
 * a call wrongly may be about to lock it. */
#define KEEP_BUFFERS 64

static void on_timer (uv_timer_t *timer);

/* For the first deadline, which there is. */
static void
set_timer (struct calls *calls)
{
	int64_t left_ms = calls->waiting->due_ms - loop_now_ms (calls->loop);

	uv_timer_start (&calls->timer, on_timer,
			left_ms > 0 ? (uint64_t) left_ms : 0, 0);
}

static void
on_timer (uv_timer_t *timer)
{
	struct calls *calls = timer->data;

	while (calls->waiting != NULL
	       && calls->waiting->due_ms <= loop_now_ms (calls->loop))
		call_expire (calls->waiting);
	if (calls->waiting != NULL)
		set_timer (calls);
}

static int
compare (const struct call *a, const struct call *b)
{
	return (a->due_ms > b->due_ms) - (a->due_ms < b->due_ms);
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
	call->n_messages = 0;
	call->n_direct = 0;
	call->n_events = 0;
	call->event_bytes = 0;
	pthread_mutex_unlock (&call->lock);
	atomic_store (&call->is_void, false);
	call->ticket = 0;
	call->is_over = false;
	call->is_lost = false;
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
		buffer_recycle (&call->arguments_text, CALL_KEEP_BYTES);
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

	call->is_waiting = true;
	/* Most have the same time, so that the new one is the last. */
	if (calls->waiting == NULL
	    || calls->waiting->prev->due_ms <= call->due_ms)
		DL_APPEND (calls->waiting, call);
	else
		DL_INSERT_INORDER (calls->waiting, call, compare);
	if (calls->waiting == call)
		set_timer (calls);
}

void
calls_unwait (struct call *call)
{
	if (call->is_waiting)
		DL_DELETE (call->calls->waiting, call);
	call->is_waiting = false;
}

void
calls_void (struct call *call)
{
	struct calls *calls = call->calls;

	call->is_unwanted = true;
	call->void_ms = loop_now_ms (calls->loop);
	call->plugin->n_void++;
	DL_APPEND (calls->voids, call);
	plugin_note_void (call->plugin);
}

void
calls_unvoid (struct call *call)
{
	if (!call->is_unwanted)
		return;
	call->is_unwanted = false;
	call->plugin->n_void--;
	DL_DELETE (call->calls->voids, call);
}

void
calls_set_deadline (struct call *call, int64_t timeout_ms)
{
	bool was_waiting = call->is_waiting;

	calls_unwait (call);
	call->due_ms = loop_now_ms (call->calls->loop) + timeout_ms;
	if (was_waiting)
		calls_wait (call);
}
