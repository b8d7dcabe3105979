/* A plugin's own threads: made on demand, ended when idle, with a bounded
 * queue, so that a plugin with every thread asleep slows no other one. Knows
 * nothing of calls. */
#ifndef PLUGIN_POOL_H
#define PLUGIN_POOL_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/loop.h"

/* A piece of work, embedded in what it works on; gone when run begins. */
struct task {
	void (*run) (struct task *task);
	bool is_waiting; /* in the queue */
	struct task *prev, *next;
};

/* Functions are loop only. */
struct pool {
	const char *name; /* lent: the plugin's */
	struct loop *loop;
	unsigned max_threads;
	unsigned n_unjoined;	   /* threads; loop only */
	void (*began) (void);	   /* or NULL: called by each thread first */
	void (*ended) (void *arg); /* not NULL: told when none is left */
	void *ended_arg;
	pthread_mutex_t lock; /* protects what follows */
	pthread_cond_t wake;
	struct task *tasks;
	size_t n_tasks;
	unsigned n_threads, n_idle;
	bool is_ending;
};

void pool_init (struct pool *pool, const char *name, unsigned max_threads,
		struct loop *loop);
/* After pool_end, or when nothing was ever submitted. */
void pool_fini (struct pool *pool);

/* 0, -EAGAIN (the queue is full), or why no thread can be had. */
int pool_submit (struct pool *pool, struct task *task);
/* Takes a task back that no thread has begun; false when one has. */
bool pool_remove (struct pool *pool, struct task *task);
/* Tells the threads to end; ended is called (perhaps before this returns)
 * when none is left. */
void pool_end (struct pool *pool, void (*ended) (void *arg), void *arg);

#endif
