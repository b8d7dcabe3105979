/* The loader: one thread for everything of plugins that may take long (the
 * disk, the dynamic linker, init, fini), one job at a time. A job that takes
 * too long is left alone with its thread, and a fresh thread takes over. */
#ifndef PLUGIN_LOADER_H
#define PLUGIN_LOADER_H

/* How the thread is called; no plugin can have such a name. */
#define LOADER_THREAD "plugin loader"

#include <stdbool.h>
#include <stdint.h>

#include "base/loop.h"

/* A piece of work, embedded in what it works on. */
struct job {
	void (*run) (struct job *job);	/* on the loader thread */
	void (*done) (struct job *job); /* on the loop, after run */
	/* On the loop, instead of done: run did not return in time. The job
	 * is the thread's now: neither change nor free it. NULL: no limit. */
	void (*expired) (struct job *job);
	int64_t timeout_ms;
	/* The loader's. */
	struct job *next;
	struct mail mail;
	struct loader *loader;
};

struct worker;

/* Loop only. */
struct loader {
	struct loop *loop;
	struct worker *worker; /* the thread of now; NULL: none */
	struct job *current;   /* handed to it */
	struct job *first;     /* waiting */
	uv_timer_t timer;      /* of the current job */
	int64_t most_ms;       /* for any job that has a limit; 0: as it says */
	int n_abandoned;       /* threads that were left alone */
};

void loader_init (struct loader *loader, struct loop *loop);
/* Ends the thread; no job may be left. closed: called on the loop when the
 * memory of loader is no longer needed. */
void loader_fini (struct loader *loader, uv_close_cb closed);

/* Queues a job; jobs run in order. When no thread can be had it runs here. */
void loader_submit (struct loader *loader, struct job *job);
/* No job that has a limit gets more than that from now on, the current one
 * neither. */
void loader_hurry (struct loader *loader, int64_t most_ms);

#endif
