/* Starting threads. Knows nothing of what they do. */
#include <config.h>

#include "base/thread.h"

#include <dirent.h>
#include <fcntl.h>
#include <semaphore.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* All signals but those that a thread raises itself by a fault: blocked,
 * they would kill the process without the handler that reports the crash. */
void
thread_blocked (sigset_t *ret_set)
{
	static const int faults[] = { SIGSEGV, SIGBUS,	SIGFPE, SIGILL,
				      SIGTRAP, SIGABRT, SIGSYS };

	sigfillset (ret_set);
	for (size_t i = 0; i < sizeof (faults) / sizeof (faults[0]); i++)
		sigdelset (ret_set, faults[i]);
}

struct birth {
	const char *name;
	void *(*run) (void *);
	void *arg;
	sem_t is_over; /* nothing of it is read any more */
};

static void *
begin (void *arg)
{
	struct birth *birth = arg;
	void *(*run) (void *) = birth->run;
	void *run_arg = birth->arg;

	/* By itself and first of all: threads that it starts inherit it. */
	thread_rename (birth->name);
	sem_post (&birth->is_over);
	return run (run_arg);
}

int
thread_start (pthread_t *ret_thread, const char *name, void *(*run) (void *),
	      void *arg)
{
	struct birth birth = { .name = name, .run = run, .arg = arg };
	sigset_t blocked, before;
	int r;

	sem_init (&birth.is_over, 0, 0);
	/* The thread inherits the mask: no signal finds a gap. */
	thread_blocked (&blocked);
	pthread_sigmask (SIG_SETMASK, &blocked, &before);
	r = pthread_create (ret_thread, NULL, begin, &birth);
	while (r == 0 && sem_wait (&birth.is_over) != 0)
		continue;
	pthread_sigmask (SIG_SETMASK, &before, NULL);
	sem_destroy (&birth.is_over);
	return -r;
}

void
thread_rename (const char *name)
{
	char short_name[THREAD_NAME_SIZE];

	snprintf (short_name, sizeof (short_name), "%s", name);
	pthread_setname_np (pthread_self (), short_name);
}

/* dir: of all threads; thread: one of them. */
static bool
is_named (int dir, const char *thread, const char *name)
{
	size_t size = strnlen (name, THREAD_NAME_SIZE - 1);
	char path[64], text[THREAD_NAME_SIZE + 1] = "";
	ssize_t n = -1;
	int fd;

	snprintf (path, sizeof (path), "%.40s/comm", thread);
	fd = openat (dir, path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		n = read (fd, text, THREAD_NAME_SIZE);
		close (fd);
	}
	/* With a line end after it. */
	return n > 0 && strncmp (text, name, size) == 0 && text[size] == '\n';
}

unsigned
thread_count_named (const char *name)
{
	DIR *dir = opendir ("/proc/self/task");
	struct dirent *entry;
	unsigned n = 0;

	if (dir == NULL)
		return 0;
	while ((entry = readdir (dir)) != NULL)
		n += entry->d_name[0] != '.'
		     && strtol (entry->d_name, NULL, 10) != getpid ()
		     && is_named (dirfd (dir), entry->d_name, name);
	closedir (dir);
	return n;
}
