/* A child process in a group of its own, and the reading of its output. */
#include "common/process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "common/utf8.h"

/* How soon it is seen that the program is not wanted any more. */
#define TICK_MS 50
/* The same that it ended, when it has closed its output. */
#define CLOSED_TICK_MS 2
/* From SIGTERM to SIGKILL. */
#define GRACE_MS 1000
#define CHUNK_BYTES 4096
#define LINE_BYTES 200
/* What a pipe can hold when the program has ended. */
#define LEFT_BYTES (64 * 1024)

/* --- In the child: only what is safe in a signal handler ------------------- */

static void
close_from (int first)
{
	if (close_range ((unsigned) first, ~0U, 0) == 0)
		return;
	for (int fd = first; fd < sysconf (_SC_OPEN_MAX); fd++)
		close (fd);
}

static void
limit (const struct process *process)
{
	static const int resources[PROCESS_LIMITS] = { RLIMIT_CPU, RLIMIT_AS,
						       RLIMIT_NPROC };

	for (int i = 0; i < PROCESS_LIMITS; i++) {
		const struct rlimit most = { (rlim_t) process->limits[i],
					     (rlim_t) process->limits[i] };

		if (process->limits[i] > 0)
			setrlimit (resources[i], &most);
	}
}

/* What is ignored would stay so. Nothing may come before all handlers, which
 * are the server's, are gone. */
static void
reset_signals (void)
{
	sigset_t none;

	for (int number = 1; number < NSIG; number++)
		signal (number, SIG_DFL);
	sigemptyset (&none);
	sigprocmask (SIG_SETMASK, &none, NULL);
}

/* Of the server's variables those that are no secret. */
static char **
choose_environment (char **chosen, size_t n_max)
{
	static const char *const names[] = { "PATH=",	 "HOME=",  "USER=",
					     "LOGNAME=", "LANG=",  "LC_ALL=",
					     "TZ=",	 "TMPDIR=" };
	size_t n = 0;

	for (char **variable = environ; *variable != NULL; variable++)
		for (size_t i = 0; i < sizeof (names) / sizeof (names[0]); i++)
			if (strncmp (*variable, names[i], strlen (names[i]))
				    == 0
			    && n < n_max)
				chosen[n++] = *variable;
	chosen[n] = NULL;
	return chosen;
}

static void
become (const struct process *process, int output, int fault)
{
	char *environment[16 + 1];
	int reason;

	setpgid (0, 0);
	prctl (PR_SET_PDEATHSIG, SIGKILL);
	prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	dup2 (open ("/dev/null", O_RDONLY), 0);
	dup2 (output, 1);
	dup2 (output, 2);
	if (fault != 3)
		dup2 (fault, 3);
	fcntl (3, F_SETFD, FD_CLOEXEC);
	close_from (4);
	limit (process);
	reset_signals ();
	execve (process->argv[0], process->argv,
		choose_environment (environment, 16));
	reason = errno;
	_exit (write (3, &reason, sizeof (reason)) < 0 ? 1 : 0);
}

/* --- In the parent --------------------------------------------------------- */

struct child {
	const struct process *process;
	struct process_report *report; /* text: room for twice what is kept */
	pid_t pid;
	int output;	/* -1: it closed that */
	int64_t due_ms; /* when it is told to end, or killed */
};

static int64_t
now_ms (void)
{
	struct timespec now;

	clock_gettime (CLOCK_MONOTONIC, &now);
	return (int64_t) now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Waits until it runs the program. 0, or why it does not. */
static int
await_begin (int fault)
{
	int reason = 0;
	ssize_t n;

	do
		n = read (fault, &reason, sizeof (reason));
	while (n < 0 && errno == EINTR);
	return n > 0 ? -reason : 0;
}

/* Two pipes: its output, and why there is none. */
static int
open_pipes (int output[2], int fault[2])
{
	if (pipe2 (output, O_CLOEXEC) < 0)
		return -errno;
	if (pipe2 (fault, O_CLOEXEC) == 0) {
		fcntl (output[0], F_SETFL, O_NONBLOCK);
		return 0;
	}
	close (output[0]);
	close (output[1]);
	return -EMFILE;
}

/* Also after a failure child->pid may have to be waited for. */
static int
begin (struct child *child)
{
	int output[2], fault[2];
	int r = open_pipes (output, fault);

	if (r < 0)
		return r;
	child->output = output[0];
	child->pid = fork ();
	if (child->pid == 0)
		become (child->process, output[1], fault[1]);
	r = child->pid < 0 ? -errno : 0;
	close (output[1]);
	close (fault[1]);
	if (r == 0)
		r = await_begin (fault[0]);
	close (fault[0]);
	return r;
}

/* The last line, if it ended among the last n_new bytes. */
static void
tell (const struct child *child, size_t n_new)
{
	const struct process_report *report = child->report;
	const char *text = report->text, *start;
	const char *end = memrchr (text + report->size - n_new, '\n', n_new);
	char line[LINE_BYTES + 1];
	size_t size;

	if (end == NULL)
		return;
	start = memrchr (text, '\n', (size_t) (end - text));
	start = start != NULL ? start + 1 : text;
	size = (size_t) (end - start);
	size = size < LINE_BYTES ? size : LINE_BYTES;
	memcpy (line, start, size);
	line[size] = '\0';
	utf8_repair (line, size);
	child->process->tell (child->process->arg, line, report->n_bytes);
}

/* Keeps the last n bytes of the text. */
static void
cut (struct process_report *report, size_t n)
{
	if (report->size <= n)
		return;
	memmove (report->text, report->text + report->size - n, n);
	report->size = n;
}

/* How many bytes there were to read. */
static size_t
read_some (struct child *child)
{
	struct process_report *report = child->report;
	ssize_t n =
		read (child->output, report->text + report->size, CHUNK_BYTES);

	if (n == 0) {
		close (child->output);
		child->output = -1;
	}
	if (n <= 0)
		return 0;
	report->size += (size_t) n;
	report->n_bytes += (double) n;
	tell (child, (size_t) n);
	if (report->size > 2 * child->process->n_kept)
		cut (report, child->process->n_kept);
	return (size_t) n;
}

static void
watch (struct child *child)
{
	const struct process *process = child->process;
	struct process_report *report = child->report;
	bool is_due = now_ms () >= child->due_ms;

	if (report->is_late || report->is_unwanted) {
		if (is_due)
			kill (-child->pid, SIGKILL);
		return;
	}
	report->is_unwanted = !process->is_wanted (process->arg);
	report->is_late = is_due && !report->is_unwanted;
	if (!report->is_late && !report->is_unwanted)
		return;
	kill (-child->pid, SIGTERM);
	child->due_ms = now_ms () + GRACE_MS;
}

/* Its number stays its own, and its group's, until waitpid. */
static bool
has_ended (const struct child *child)
{
	siginfo_t info = { 0 };

	return waitid (P_PID, (id_t) child->pid, &info,
		       WEXITED | WNOHANG | WNOWAIT)
		       < 0
	       || info.si_pid != 0;
}

static void
follow (struct child *child)
{
	size_t n_left = 0, n;

	while (!has_ended (child)) {
		struct pollfd fd = { child->output, POLLIN, 0 };

		if (poll (&fd, 1, child->output < 0 ? CLOSED_TICK_MS : TICK_MS)
		    > 0)
			read_some (child);
		watch (child);
	}
	kill (-child->pid, SIGKILL);
	while (child->output >= 0 && n_left < LEFT_BYTES
	       && (n = read_some (child)) > 0)
		n_left += n;
}

int
process_run (const struct process *process, struct process_report *report)
{
	struct child child = { .process = process,
			       .report = report,
			       .output = -1,
			       .due_ms = now_ms () + process->timeout_ms };
	int r;

	*report = (struct process_report){ 0 };
	report->text = malloc (2 * process->n_kept + CHUNK_BYTES + 1);
	if (report->text == NULL)
		return -ENOMEM;
	r = begin (&child);
	if (r == 0)
		follow (&child);
	if (child.output >= 0)
		close (child.output);
	if (child.pid > 0 && waitpid (child.pid, &report->status, 0) < 0
	    && r == 0)
		r = -errno;
	cut (report, process->n_kept);
	utf8_repair (report->text, report->size);
	report->text[report->size] = '\0';
	report->is_cut = report->n_bytes > (double) report->size;
	return r;
}

const char *
process_last (const struct process_report *report, size_t n)
{
	const char *text = report->text;

	if (report->size <= n)
		return text;
	text += report->size - n;
	/* Not from the middle of a character on. */
	while (utf8_character (text, 4) == 0 && *text != '\0')
		text++;
	return text;
}
