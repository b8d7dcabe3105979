/* Threads that take tasks from a queue. */
#include <config.h>

#include "plugin/pool.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <time.h>
#include <utlist.h>

#include "base/limits.h"
#include "base/thread.h"

/* A thread costs 10 KiB and 20 us to make: kept through a pause of an
 * agent's, not through the night. */
#define IDLE_SECONDS 10

struct pool_thread {
	struct mail mail; /* the last thing it does is to post it */
	pthread_t thread;
	struct pool *pool;
};

void
pool_init (struct pool *pool, const char *name, unsigned max_threads,
	   struct loop *loop)
{
	pthread_condattr_t attributes;

	*pool = (struct pool){ .name = name,
			       .max_threads = max_threads,
			       .loop = loop };
	pthread_mutex_init (&pool->lock, NULL);
	pthread_condattr_init (&attributes);
	pthread_condattr_setclock (&attributes, CLOCK_MONOTONIC);
	pthread_cond_init (&pool->wake, &attributes);
	pthread_condattr_destroy (&attributes);
}

void
pool_fini (struct pool *pool)
{
	assert (pool->n_unjoined == 0 && pool->tasks == NULL);
	pthread_cond_destroy (&pool->wake);
	pthread_mutex_destroy (&pool->lock);
}

/* Waits for a task; NULL when it is time to end. The lock is held. */
static struct task *
wait_for_task (struct pool *pool)
{
	struct timespec until;

	clock_gettime (CLOCK_MONOTONIC, &until);
	until.tv_sec += IDLE_SECONDS;
	while (pool->tasks == NULL && !pool->is_ending) {
		int r;

		pool->n_idle++;
		r = pthread_cond_timedwait (&pool->wake, &pool->lock, &until);
		pool->n_idle--;
		if (r == ETIMEDOUT)
			break;
	}
	return pool->tasks;
}

static void
unlink_task (struct pool *pool, struct task *task)
{
	DL_DELETE (pool->tasks, task);
	task->is_waiting = false;
	pool->n_tasks--;
}

static void *
thread_run (void *arg)
{
	struct pool_thread *self = arg;
	struct pool *pool = self->pool;
	struct task *task;

	if (pool->began != NULL)
		pool->began ();
	pthread_mutex_lock (&pool->lock);
	while ((task = wait_for_task (pool)) != NULL) {
		unlink_task (pool, task);
		pthread_mutex_unlock (&pool->lock);
		task->run (task);
		pthread_mutex_lock (&pool->lock);
	}
	pool->n_threads--;
	pthread_mutex_unlock (&pool->lock);
	loop_post (pool->loop, &self->mail);
	return NULL;
}

static void
join (struct mail *mail)
{
	struct pool_thread *self = (struct pool_thread *) mail;
	struct pool *pool = self->pool;

	pthread_join (self->thread, NULL);
	free (self);
	if (--pool->n_unjoined == 0 && pool->ended != NULL)
		pool->ended (pool->ended_arg);
}

static int
start_thread (struct pool *pool)
{
	struct pool_thread *self = calloc (1, sizeof (*self));
	int r;

	if (self == NULL)
		return -ENOMEM;
	self->pool = pool;
	self->mail.deliver = join;
	r = thread_start (&self->thread, pool->name, thread_run, self);
	if (r < 0) {
		free (self);
		return r;
	}
	pool->n_unjoined++;
	return 0;
}

/* Queues task. *ret_start: whether one more thread is wanted for it; it is
 * counted already. */
static int
push (struct pool *pool, struct task *task, bool *ret_start)
{
	int r = 0;

	pthread_mutex_lock (&pool->lock);
	*ret_start = false;
	if (pool->n_tasks >= LIMIT_PLUGIN_QUEUE) {
		r = -EAGAIN;
	} else {
		DL_APPEND (pool->tasks, task);
		task->is_waiting = true;
		pool->n_tasks++;
		*ret_start = pool->n_tasks > pool->n_idle
			     && pool->n_threads < pool->max_threads;
		pool->n_threads += *ret_start;
		pthread_cond_signal (&pool->wake);
	}
	pthread_mutex_unlock (&pool->lock);
	return r;
}

/* No thread could be started. Unless others will come to it, or one has
 * already, task is taken back. */
static int
give_up (struct pool *pool, struct task *task, int reason)
{
	pthread_mutex_lock (&pool->lock);
	if (--pool->n_threads > 0 || !task->is_waiting)
		reason = 0;
	else
		unlink_task (pool, task);
	pthread_mutex_unlock (&pool->lock);
	return reason;
}

int
pool_submit (struct pool *pool, struct task *task)
{
	bool needs_thread;
	int r = push (pool, task, &needs_thread);

	if (r < 0 || !needs_thread)
		return r;
	r = start_thread (pool);
	return r < 0 ? give_up (pool, task, r) : 0;
}

bool
pool_remove (struct pool *pool, struct task *task)
{
	bool was_waiting;

	pthread_mutex_lock (&pool->lock);
	was_waiting = task->is_waiting;
	if (was_waiting)
		unlink_task (pool, task);
	pthread_mutex_unlock (&pool->lock);
	return was_waiting;
}

void
pool_end (struct pool *pool, void (*ended) (void *arg), void *arg)
{
	pthread_mutex_lock (&pool->lock);
	pool->is_ending = true;
	pthread_cond_broadcast (&pool->wake);
	pthread_mutex_unlock (&pool->lock);
	if (pool->n_unjoined == 0) {
		ended (arg);
		return;
	}
	pool->ended = ended;
	pool->ended_arg = arg;
}
