/* Looks what a plugin has left behind. Costs some system calls, so not after
 * every call that is done on the loop. */
#include <config.h>

#include "plugin/guard.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/thread.h"

static const struct {
	int number;
	const char *name;
} watched[] = {
	{ SIGTERM, "signal SIGTERM" }, { SIGINT, "signal SIGINT" },
	{ SIGHUP, "signal SIGHUP" },   { SIGPIPE, "signal SIGPIPE" },
	{ SIGXFSZ, "signal SIGXFSZ" },
};
#define N_WATCHED (sizeof (watched) / sizeof (watched[0]))

/* Not changed while it is open. */
static bool is_open;
static pthread_t main_thread;
static sigset_t main_mask, thread_mask;
static struct sigaction actions[N_WATCHED];
static mode_t mask;
static int dir = -1;
static struct stat dir_status;

void
guard_open (void)
{
	main_thread = pthread_self ();
	pthread_sigmask (SIG_SETMASK, NULL, &main_mask);
	thread_blocked (&thread_mask);
	/* The kernel leaves these out. */
	sigdelset (&thread_mask, SIGKILL);
	sigdelset (&thread_mask, SIGSTOP);
	for (size_t i = 0; i < N_WATCHED; i++)
		sigaction (watched[i].number, NULL, &actions[i]);
	mask = umask (077);
	umask (mask);
	dir = open (".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (dir >= 0 && fstat (dir, &dir_status) < 0) {
		close (dir);
		dir = -1;
	}
	is_open = true;
}

void
guard_close (void)
{
	is_open = false;
	if (dir >= 0)
		close (dir);
	dir = -1;
}

/* --- Each thing: whether it was changed, and is as before now -------------- */

static bool
put_back_mask (void)
{
	const sigset_t *wanted = pthread_equal (pthread_self (), main_thread)
					 ? &main_mask
					 : &thread_mask;
	sigset_t now;

	pthread_sigmask (SIG_SETMASK, NULL, &now);
	for (int number = 1; number < NSIG; number++)
		if (sigismember (&now, number)
		    != sigismember (wanted, number)) {
			pthread_sigmask (SIG_SETMASK, wanted, NULL);
			return true;
		}
	return false;
}

static bool
put_back_action (size_t i)
{
	struct sigaction now;

	if (sigaction (watched[i].number, NULL, &now) < 0
	    || now.sa_handler == actions[i].sa_handler)
		return false;
	sigaction (watched[i].number, &actions[i], NULL);
	return true;
}

/* Without a moment in which it is something else. */
static bool
put_back_umask (void)
{
	return umask (mask) != mask;
}

static bool
put_back_dir (void)
{
	struct stat now;

	if (dir < 0
	    || (stat (".", &now) == 0 && now.st_ino == dir_status.st_ino
		&& now.st_dev == dir_status.st_dev))
		return false;
	return fchdir (dir) == 0;
}

static void
tell (const char *plugin, const char *what, const char *thing)
{
	if (plugin != NULL)
		log_misbehaving (plugin, "%s changed the %s; it was put back",
				 what, thing);
	else
		log_warning ("calls of plugins changed the %s; it was put back",
			     thing);
}

void
guard_check (const char *plugin, const char *what)
{
	if (!is_open)
		return;
	if (put_back_mask ())
		tell (plugin, what, "signal mask of a thread");
	for (size_t i = 0; i < N_WATCHED; i++)
		if (put_back_action (i))
			tell (plugin, what, watched[i].name);
	if (put_back_umask ())
		tell (plugin, what, "umask");
	if (put_back_dir ())
		tell (plugin, what, "working directory");
}
