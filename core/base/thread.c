/* Starting threads. Knows nothing of what they do. */
#include <config.h>

#include "base/thread.h"

#include <signal.h>
#include <stdio.h>

/* What Linux keeps of a name, with the NUL. */
#define NAME_SIZE 16

/* All signals but those that a thread raises itself by a fault: blocked,
 * they would kill the process without the handler that reports the crash. */
static void
fill_blocked (sigset_t *set)
{
	static const int faults[] = { SIGSEGV, SIGBUS,	SIGFPE, SIGILL,
				      SIGTRAP, SIGABRT, SIGSYS };

	sigfillset (set);
	for (size_t i = 0; i < sizeof (faults) / sizeof (faults[0]); i++)
		sigdelset (set, faults[i]);
}

int
thread_start (pthread_t *ret_thread, const char *name, void *(*run) (void *),
	      void *arg)
{
	char short_name[NAME_SIZE];
	sigset_t blocked, before;
	pthread_t thread;
	int r;

	/* The thread inherits the mask: no signal finds a gap. */
	fill_blocked (&blocked);
	pthread_sigmask (SIG_SETMASK, &blocked, &before);
	r = pthread_create (&thread, NULL, run, arg);
	pthread_sigmask (SIG_SETMASK, &before, NULL);
	if (r != 0)
		return -r;
	snprintf (short_name, sizeof (short_name), "%s", name);
	pthread_setname_np (thread, short_name);
	*ret_thread = thread;
	return 0;
}
