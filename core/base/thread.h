/* Threads that take no signals. */
#ifndef BASE_THREAD_H
#define BASE_THREAD_H

#include <pthread.h>

/* Starts a joinable thread with all signals blocked and a name (at most 15
 * characters are kept) that ps and gdb show. 0 or a negative errno. */
int thread_start (pthread_t *ret_thread, const char *name,
		  void *(*run) (void *), void *arg);

#endif
