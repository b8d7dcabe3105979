/* The loader thread and its queue. Knows nothing of plugins. */
#include <config.h>

#include "plugin/loader.h"

#include <assert.h>
#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>
#include <utlist.h>

#include "base/error.h"
#include "base/log.h"
#include "base/thread.h"

/* A thread and the place where it finds its job. Outlives the loader when it
 * was abandoned. */
struct worker {
	pthread_t thread;
	struct loop *loop;
	pthread_mutex_t lock; /* protects what follows */
	pthread_cond_t wake;
	struct job *job; /* to do, or being done */
	bool is_ending;
	bool is_abandoned;
};

static void
worker_free (struct worker *worker)
{
	pthread_cond_destroy (&worker->wake);
	pthread_mutex_destroy (&worker->lock);
	free (worker);
}

/* The lock is held, before and after. */
static void
do_job (struct worker *worker)
{
	struct job *job = worker->job;

	pthread_mutex_unlock (&worker->lock);
	job->run (job);
	pthread_mutex_lock (&worker->lock);
	worker->job = NULL;
	if (!worker->is_abandoned)
		loop_post (worker->loop, &job->mail);
}

static void *
worker_run (void *arg)
{
	struct worker *worker = arg;
	bool is_abandoned;

	pthread_mutex_lock (&worker->lock);
	while (!worker->is_ending && !worker->is_abandoned) {
		if (worker->job != NULL)
			do_job (worker);
		else
			pthread_cond_wait (&worker->wake, &worker->lock);
	}
	is_abandoned = worker->is_abandoned;
	pthread_mutex_unlock (&worker->lock);
	if (is_abandoned)
		worker_free (worker);
	return NULL;
}

static struct worker *
worker_start (struct loop *loop)
{
	struct worker *worker = calloc (1, sizeof (*worker));
	int r;

	if (worker == NULL)
		return NULL;
	worker->loop = loop;
	pthread_mutex_init (&worker->lock, NULL);
	pthread_cond_init (&worker->wake, NULL);
	r = thread_start (&worker->thread, LOADER_THREAD, worker_run, worker);
	if (r < 0) {
		log_error ("the loader thread cannot be started: %s",
			   error_name (r));
		worker_free (worker);
		return NULL;
	}
	return worker;
}

static void
worker_give (struct worker *worker, struct job *job)
{
	pthread_mutex_lock (&worker->lock);
	worker->job = job;
	pthread_cond_signal (&worker->wake);
	pthread_mutex_unlock (&worker->lock);
}

/* False when it has finished its job just now. */
static bool
worker_abandon (struct worker *worker)
{
	bool is_busy;

	pthread_mutex_lock (&worker->lock);
	is_busy = worker->job != NULL;
	worker->is_abandoned = is_busy;
	/* Once it can know, it may end and free itself. */
	if (is_busy)
		pthread_detach (worker->thread);
	pthread_mutex_unlock (&worker->lock);
	return is_busy;
}

static void
worker_end (struct worker *worker)
{
	pthread_mutex_lock (&worker->lock);
	worker->is_ending = true;
	pthread_cond_signal (&worker->wake);
	pthread_mutex_unlock (&worker->lock);
	pthread_join (worker->thread, NULL);
	worker_free (worker);
}

static void next_job (struct loader *loader);

static void
on_mail (struct mail *mail)
{
	struct job *job =
		(void *) ((char *) mail - offsetof (struct job, mail));
	struct loader *loader = job->loader;

	uv_timer_stop (&loader->timer);
	loader->current = NULL;
	job->done (job);
	next_job (loader);
}

static void
on_timer (uv_timer_t *timer)
{
	struct loader *loader = timer->data;
	struct job *job = loader->current;

	/* Its letter may be on the way. */
	if (!worker_abandon (loader->worker))
		return;
	loader->n_abandoned++;
	loader->worker = NULL;
	loader->current = NULL;
	job->expired (job);
	next_job (loader);
}

static void
start_timer (struct loader *loader, int64_t limit_ms)
{
	if (loader->most_ms > 0 && limit_ms > loader->most_ms)
		limit_ms = loader->most_ms;
	uv_update_time (&loader->loop->uv);
	uv_timer_start (&loader->timer, on_timer, (uint64_t) limit_ms, 0);
}

static void
next_job (struct loader *loader)
{
	struct job *job = loader->first;

	if (job == NULL || loader->current != NULL)
		return;
	LL_DELETE (loader->first, job);
	loader->current = job;
	if (loader->worker == NULL)
		loader->worker = worker_start (loader->loop);
	if (loader->worker == NULL) {
		job->run (job);
		loop_post (loader->loop, &job->mail);
		return;
	}
	worker_give (loader->worker, job);
	if (job->expired != NULL)
		start_timer (loader, job->timeout_ms);
}

void
loader_init (struct loader *loader, struct loop *loop)
{
	*loader = (struct loader){ .loop = loop };
	uv_timer_init (&loop->uv, &loader->timer);
	loader->timer.data = loader;
}

void
loader_fini (struct loader *loader, uv_close_cb closed)
{
	assert (loader->current == NULL && loader->first == NULL);
	if (loader->worker != NULL)
		worker_end (loader->worker);
	loader->worker = NULL;
	uv_close ((uv_handle_t *) &loader->timer, closed);
}

void
loader_submit (struct loader *loader, struct job *job)
{
	job->loader = loader;
	job->mail.deliver = on_mail;
	LL_APPEND (loader->first, job);
	next_job (loader);
}

void
loader_hurry (struct loader *loader, int64_t most_ms)
{
	uv_timer_t *timer = &loader->timer;

	loader->most_ms = most_ms;
	if (uv_is_active ((uv_handle_t *) timer))
		start_timer (loader, (int64_t) uv_timer_get_due_in (timer));
}
