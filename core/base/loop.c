/* The loop and its mailbox. Knows nothing of what is sent. */
#include "base/loop.h"

#include <assert.h>
#include <utlist.h>

/* The lock is never held while a letter is delivered. */
static struct mail *
take_mail (struct loop *loop)
{
	struct mail *first;

	uv_mutex_lock (&loop->lock);
	first = loop->first;
	loop->first = loop->last = NULL;
	uv_mutex_unlock (&loop->lock);
	return first;
}

/* Delivers what was there at the beginning; what a delivery posts waits for
 * the next turn, so that no sender starves the rest of the loop. */
static void
deliver_mail (struct loop *loop)
{
	struct mail *mail = take_mail (loop);

	while (mail != NULL) {
		struct mail *next = mail->next;

		mail->deliver (mail);
		mail = next;
	}
}

static void
on_async (uv_async_t *async)
{
	deliver_mail (async->data);
}

static void
on_rest (uv_prepare_t *rest)
{
	struct loop *loop = rest->data;
	struct mail *mail;

	while ((mail = loop->resting) != NULL) {
		loop->resting = mail->next;
		mail->deliver (mail);
	}
	uv_prepare_stop (rest);
	uv_idle_stop (&loop->awake);
}

static void
on_awake (uv_idle_t *awake)
{
	(void) awake;
}

int
loop_init (struct loop *loop)
{
	int r;

	*loop = (struct loop){ .thread = uv_thread_self () };
	r = uv_mutex_init (&loop->lock);
	if (r < 0)
		return r;
	r = uv_loop_init (&loop->uv);
	if (r < 0)
		goto no_loop;
	r = uv_async_init (&loop->uv, &loop->async, on_async);
	if (r < 0)
		goto no_async;
	loop->async.data = loop;
	r = uv_timer_init (&loop->uv, &loop->limit);
	assert (r == 0); /* as libuv promises */
	r = uv_prepare_init (&loop->uv, &loop->rest);
	assert (r == 0); /* as well */
	loop->rest.data = loop;
	r = uv_idle_init (&loop->uv, &loop->awake);
	assert (r == 0); /* as well */
	return 0;
no_async:
	uv_loop_close (&loop->uv);
no_loop:
	uv_mutex_destroy (&loop->lock);
	return r;
}

void
loop_fini (struct loop *loop)
{
	int r;

	/* A letter owns what it carries. */
	while (loop->first != NULL || loop->resting != NULL) {
		deliver_mail (loop);
		on_rest (&loop->rest);
	}
	uv_close ((uv_handle_t *) &loop->async, NULL);
	uv_close ((uv_handle_t *) &loop->limit, NULL);
	uv_close ((uv_handle_t *) &loop->rest, NULL);
	uv_close ((uv_handle_t *) &loop->awake, NULL);
	uv_run (&loop->uv, UV_RUN_DEFAULT);
	r = uv_loop_close (&loop->uv);
	assert (r == 0);
	uv_mutex_destroy (&loop->lock);
}

void
loop_run (struct loop *loop)
{
	assert (loop_is_here (loop));
	uv_run (&loop->uv, UV_RUN_DEFAULT);
}

static void
on_limit (uv_timer_t *limit)
{
	(void) limit;
}

void
loop_turn (struct loop *loop, int wait_ms)
{
	assert (loop_is_here (loop));
	if (wait_ms <= 0) {
		uv_run (&loop->uv, UV_RUN_NOWAIT);
		return;
	}
	uv_update_time (&loop->uv);
	uv_timer_start (&loop->limit, on_limit, (uint64_t) wait_ms, 0);
	uv_run (&loop->uv, UV_RUN_ONCE);
	uv_timer_stop (&loop->limit);
}

void
loop_stop (struct loop *loop)
{
	uv_stop (&loop->uv);
}

void
loop_post (struct loop *loop, struct mail *mail)
{
	bool was_empty;

	mail->next = NULL;
	uv_mutex_lock (&loop->lock);
	was_empty = loop->first == NULL;
	if (was_empty)
		loop->first = mail;
	else
		loop->last->next = mail;
	loop->last = mail;
	uv_mutex_unlock (&loop->lock);
	/* Otherwise the loop was woken already and has not looked yet. */
	if (was_empty)
		uv_async_send (&loop->async);
}

void
loop_at_rest (struct loop *loop, struct mail *mail)
{
	assert (loop_is_here (loop));
	if (loop->resting == NULL) {
		uv_prepare_start (&loop->rest, on_rest);
		uv_idle_start (&loop->awake, on_awake);
	}
	mail->next = loop->resting;
	loop->resting = mail;
}

void
loop_not_at_rest (struct loop *loop, struct mail *mail)
{
	assert (loop_is_here (loop));
	LL_DELETE (loop->resting, mail);
}

bool
loop_is_here (struct loop *loop)
{
	uv_thread_t self = uv_thread_self ();

	return uv_thread_equal (&self, &loop->thread) != 0;
}

int64_t
loop_now_ms (struct loop *loop)
{
	return (int64_t) uv_now (&loop->uv);
}
