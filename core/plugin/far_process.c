/* Processes of isolated plugins. They inherit three descriptors and nothing
 * else: no connection, no listening socket, no link; and of the environment
 * only what is named here. */
#include <config.h>

#include "plugin/far_process.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/limits.h"

/* Above those that the process gets. */
#define FIRST_FREE_FD 10

extern char **environ;

/* --- The environment --- */

/* Whether a variable ("NAME=value") is let through: what programs need to find
 * their files and speak their language. What else there is may be a secret. */
static bool
is_harmless (const char *variable)
{
	static const char *const names[] = {
		"PATH",		"HOME",		 "USER",
		"LOGNAME",	"LANG",		 "LANGUAGE",
		"TZ",		"TMPDIR",	 "LD_LIBRARY_PATH",
		"ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS",
		"LSAN_OPTIONS",
	};
	size_t size = strcspn (variable, "=");

	if (strncmp (variable, "LC_", 3) == 0)
		return true;
	for (size_t i = 0; i < sizeof (names) / sizeof (names[0]); i++)
		if (strlen (names[i]) == size
		    && strncmp (names[i], variable, size) == 0)
			return true;
	return false;
}

/* NULL-terminated; yours, the variables are the process's own. NULL: no
 * memory. */
static char **
make_environment (void)
{
	size_t n = 0, n_kept = 0;
	char **variables;

	while (environ != NULL && environ[n] != NULL)
		n++;
	variables = calloc (n + 1, sizeof (*variables));
	if (variables == NULL)
		return NULL;
	for (size_t i = 0; i < n; i++)
		if (is_harmless (environ[i]))
			variables[n_kept++] = environ[i];
	return variables;
}

/* --- Starting --- */

/* Both ends of both, each above the numbers that the process gets. */
struct ends {
	int ours, theirs;	   /* of the socket */
	int report, report_theirs; /* of the pipe */
};

static int
move_up (int *fd)
{
	int moved = fcntl (*fd, F_DUPFD_CLOEXEC, FIRST_FREE_FD);
	int r = moved < 0 ? -errno : 0;

	close (*fd);
	*fd = moved;
	return r;
}

static void
close_one (int *fd)
{
	if (*fd >= 0)
		close (*fd);
	*fd = -1;
}

static void
ends_close (struct ends *ends)
{
	close_one (&ends->ours);
	close_one (&ends->theirs);
	close_one (&ends->report);
	close_one (&ends->report_theirs);
}

static int
ends_open (struct ends *ends)
{
	int pair[2], r;

	*ends = (struct ends){ -1, -1, -1, -1 };
	if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		return -errno;
	ends->ours = pair[0];
	ends->theirs = pair[1];
	if (pipe2 (pair, O_CLOEXEC) < 0)
		return -errno;
	ends->report = pair[0];
	ends->report_theirs = pair[1];
	r = move_up (&ends->theirs);
	if (r == 0)
		r = move_up (&ends->report_theirs);
	if (r == 0
	    && (fcntl (ends->ours, F_SETFL, O_NONBLOCK) < 0
		|| fcntl (ends->report, F_SETFL, O_NONBLOCK) < 0))
		r = -errno;
	return r;
}

static int
add_files (posix_spawn_file_actions_t *files, const struct ends *ends)
{
	int r = posix_spawn_file_actions_addopen (files, STDIN_FILENO,
						  "/dev/null", O_RDONLY, 0);

	/* What a plugin prints must not get among what the server says. */
	if (r == 0)
		r = posix_spawn_file_actions_adddup2 (files, STDERR_FILENO,
						      STDOUT_FILENO);
	if (r == 0)
		r = posix_spawn_file_actions_adddup2 (files, ends->theirs,
						      FAR_PROCESS_SOCKET);
	if (r == 0)
		r = posix_spawn_file_actions_adddup2 (
			files, ends->report_theirs, FAR_PROCESS_REPORT);
	if (r == 0)
		r = posix_spawn_file_actions_addclosefrom_np (
			files, FAR_PROCESS_REPORT + 1);
	return r;
}

/* A session of its own: no signal of the terminal reaches it, and what it
 * starts can be killed with it. */
static int
set_attributes (posix_spawnattr_t *attributes)
{
	sigset_t none, all;
	int r;

	sigemptyset (&none);
	sigfillset (&all);
	r = posix_spawnattr_setsigmask (attributes, &none);
	if (r == 0)
		r = posix_spawnattr_setsigdefault (attributes, &all);
	if (r == 0)
		r = posix_spawnattr_setflags (attributes,
					      (short) (POSIX_SPAWN_SETSIGMASK
						       | POSIX_SPAWN_SETSIGDEF
						       | POSIX_SPAWN_SETSID));
	return r;
}

static int
spawn (pid_t *ret_pid, const char *name, const struct ends *ends)
{
	static char program[] = "mcp-orchestrator";
	static char option[] = FAR_PROCESS_OPTION;
	char parent[32];
	char *argv[] = { program, option, (char *) name, parent, NULL };
	char **variables = make_environment ();
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attributes;
	int r;

	if (variables == NULL)
		return -ENOMEM;
	snprintf (parent, sizeof (parent), "%ld", (long) getpid ());
	posix_spawn_file_actions_init (&files);
	posix_spawnattr_init (&attributes);
	r = add_files (&files, ends);
	if (r == 0)
		r = set_attributes (&attributes);
	if (r == 0)
		r = posix_spawn (ret_pid, "/proc/self/exe", &files, &attributes,
				 argv, variables);
	posix_spawnattr_destroy (&attributes);
	posix_spawn_file_actions_destroy (&files);
	free (variables);
	return -r;
}

/* Takes our ends. */
static int
watch (struct far_process *process, struct ends *ends)
{
	process->pidfd = (int) syscall (SYS_pidfd_open, process->pid, 0);
	if (process->pidfd < 0) {
		int r = -errno;

		kill (process->pid, SIGKILL);
		while (waitpid (process->pid, NULL, 0) < 0 && errno == EINTR)
			;
		return r;
	}
	process->fd = ends->ours;
	process->report_fd = ends->report;
	ends->ours = ends->report = -1;
	return 0;
}

int
far_process_start (struct far_process *process, const char *name,
		   struct error *err)
{
	struct ends ends;
	int r = ends_open (&ends);

	*process = (struct far_process){ 0 };
	if (r == 0)
		r = spawn (&process->pid, name, &ends);
	if (r == 0)
		r = watch (process, &ends);
	ends_close (&ends);
	if (r == 0)
		return 0;
	process->pid = 0;
	return error_set (err, r, "no process for it can be started: %s",
			  error_name (r));
}

/* --- The end --- */

void
far_process_tell_to_end (const struct far_process *process)
{
	assert (process->pid > 1);
	kill (process->pid, FAR_PROCESS_END_SIGNAL);
	/* It may have stopped itself. */
	kill (process->pid, SIGCONT);
}

void
far_process_kill (const struct far_process *process)
{
	/* 0 would be our own group, -1 everybody. */
	assert (process->pid > 1);
	/* It leads a group of its own from its first instruction on. */
	kill (-process->pid, SIGKILL);
	kill (process->pid, SIGKILL);
}

int
far_process_reap (struct far_process *process)
{
	siginfo_t info;
	int status = 0;

	/* Until it is reaped nobody else gets its number. */
	while (waitid (P_PID, (id_t) process->pid, &info, WEXITED | WNOWAIT) < 0
	       && errno == EINTR)
		;
	kill (-process->pid, SIGKILL);
	while (waitpid (process->pid, &status, 0) < 0 && errno == EINTR)
		;
	close (process->pidfd);
	close (process->fd);
	close (process->report_fd);
	*process = (struct far_process){ 0 };
	return status;
}

void
far_process_read_report (const struct far_process *process,
			 struct buffer *report)
{
	ssize_t n = 1;

	while (n > 0 && report->size < LIMIT_CRASH_REPORT_BYTES
	       && buffer_reserve (report, 4096) == 0) {
		n = read (process->report_fd, report->data + report->size,
			  4096);
		if (n > 0)
			report->size += (size_t) n;
	}
	buffer_add_char (report, '\0');
}

void
far_process_describe (int status, struct error *ret_text)
{
	if (WIFSIGNALED (status))
		error_set (ret_text, -EIO, "died by signal %d (%s)",
			   WTERMSIG (status), strsignal (WTERMSIG (status)));
	else
		error_set (ret_text, -EIO,
			   "ended the process with exit code %d",
			   WEXITSTATUS (status));
}
