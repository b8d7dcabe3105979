/* A plugin that crashes, throws or exits takes the server with it, unless it
 * is isolated. What can still be done is to say so, with what a signal handler
 * may do; and to end a second server that a fork has made. */
#include <config.h>

#include "plugin/blame.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/log.h"

static _Thread_local struct blame here;
/* In a child that a plugin forked, and nowhere else. */
static bool is_fork;
static bool is_watched;

/* What happened before, as to signals that kill. */
static struct sigaction before[NSIG];

/* --- A line without memory ------------------------------------------------- */

struct line {
	char text[512];
	size_t size;
};

/* Names of plugins and rows have no quotes and no control characters. */
static void
add (struct line *line, const char *text)
{
	size_t size = strlen (text);

	if (size > sizeof (line->text) - line->size)
		size = sizeof (line->text) - line->size;
	memcpy (line->text + line->size, text, size);
	line->size += size;
}

static void
begin_line (struct line *line)
{
	line->size = 0;
	add (line, log_get_format () == LOG_FORMAT_JSON
			   ? "{\"level\":\"error\",\"message\":\""
			   : "error: ");
}

static void
end_line (struct line *line)
{
	add (line, log_get_format () == LOG_FORMAT_JSON ? "\"}\n" : "\n");
	if (write (STDERR_FILENO, line->text, line->size) < 0) {
		/* There is nobody left to tell. */
	}
}

/* "plugin 'NAME', called for WHAT," */
static void
add_blame (struct line *line)
{
	add (line, "plugin '");
	add (line, here.plugin);
	add (line, "', called for ");
	add (line, here.what);
	add (line, ",");
}

static void
add_cure (struct line *line)
{
	add (line, "; with --isolate ");
	add (line, here.plugin);
	add (line, " it would cost its own calls and no more");
}

/* --- What happens ---------------------------------------------------------- */

static void
on_crash (int number, siginfo_t *info, void *context)
{
	char thread[16 + 1] = "";
	struct line line;

	(void) context;
	sigaction (number, &before[number], NULL);
	begin_line (&line);
	if (here.plugin != NULL) {
		add_blame (&line);
		add (&line, " took the server down by SIG");
	} else {
		prctl (PR_GET_NAME, thread, 0, 0, 0);
		add (&line, "the server goes down, outside of the calls of its "
			    "plugins, in thread '");
		add (&line, thread);
		add (&line, "', by SIG");
	}
	add (&line, sigabbrev_np (number));
	if (here.plugin != NULL)
		add_cure (&line);
	else
		add (&line, "; what a plugin broke may show late: --isolate "
			    "all would tell");
	end_line (&line);
	/* A fault comes again by itself, with where it was. */
	if (info->si_code <= 0)
		raise (number);
}

/* 0 would say that all went well. */
static void
on_exit_called (void)
{
	struct line line;

	if (!is_watched)
		return;
	begin_line (&line);
	if (here.plugin != NULL)
		add_blame (&line);
	else
		add (&line, "a thread of a plugin");
	add (&line, " took the server down by exit");
	if (here.plugin != NULL)
		add_cure (&line);
	end_line (&line);
	_exit (EXIT_FAILURE);
}

/* It has this thread alone, and all descriptors of the server. */
static void
end_fork (void)
{
	struct line line;

	begin_line (&line);
	add_blame (&line);
	add (&line, " came back in a process that it had forked; that process "
		    "was ended");
	end_line (&line);
	_exit (EXIT_FAILURE);
}

static void
on_fork (void)
{
	is_fork = true;
}

/* --- From outside ---------------------------------------------------------- */

struct blame
blame_begin (const char *plugin, const char *what)
{
	struct blame outer = here;

	here = (struct blame){ plugin, what };
	return outer;
}

void
blame_end (struct blame outer)
{
	if (is_fork)
		end_fork ();
	here = outer;
}

struct blame
blame_now (void)
{
	return here;
}

void
blame_watch_forks (void)
{
	pthread_atfork (NULL, NULL, on_fork);
}

void
blame_watch (void)
{
	static const int numbers[] = { SIGSEGV, SIGBUS,	 SIGILL, SIGFPE,
				       SIGABRT, SIGTRAP, SIGSYS };
	struct sigaction action = { .sa_sigaction = on_crash,
				    .sa_flags = SA_SIGINFO | SA_ONSTACK };

	is_watched = true;
	for (size_t i = 0; i < sizeof (numbers) / sizeof (numbers[0]); i++)
		sigaction (numbers[i], &action, &before[numbers[i]]);
	blame_watch_forks ();
	atexit (on_exit_called);
}

void
blame_unwatch (void)
{
	is_watched = false;
}
