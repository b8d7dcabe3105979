/* Threads that take no signals. */
#ifndef BASE_THREAD_H
#define BASE_THREAD_H

#include <pthread.h>
#include <signal.h>

/* Starts a joinable thread with all signals blocked and a name (at most 15
 * characters are kept) that ps and gdb show, its own before run begins. 0 or a
 * negative errno. */
int thread_start (pthread_t *ret_thread, const char *name,
		  void *(*run) (void *), void *arg);
/* The signals that such a thread blocks. */
void thread_blocked (sigset_t *ret_set);

/* Names the calling thread, and those that it starts without a name of their
 * own. */
void thread_rename (const char *name);
/* How many threads of this process but its first have that name. */
unsigned thread_count_named (const char *name);

/* What Linux keeps of a name, with the NUL. */
#define THREAD_NAME_SIZE 16

#endif
