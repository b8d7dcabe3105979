/* Telling of a crash from within it: which call the thread was in, and where
 * it was. Only what a signal handler may do, but for reading symbols, which
 * was done once before so that it needs no memory. */

#include <config.h>

#include <dlfcn.h>
#include <execinfo.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "plugin/alone_state.h"
#include "plugin/blame.h"
#include "plugin/far_process.h"

#define MOST_FRAMES 48
#define STACK_BYTES ((size_t) 64 * 1024)
/* Of the handler itself. */
#define OWN_FRAMES 2

/* --- Writing without memory --- */

struct line {
	char text[512];
	size_t size;
};

static void
add_text (struct line *line, const char *text)
{
	while (*text != '\0' && line->size < sizeof (line->text) - 1)
		line->text[line->size++] = *text++;
}

static void
add_hex (struct line *line, uintptr_t value)
{
	static const char digits[] = "0123456789abcdef";
	int shift = (int) sizeof (value) * 8 - 4;

	while (shift > 0 && (value >> shift) == 0)
		shift -= 4;
	add_text (line, "0x");
	for (; shift >= 0; shift -= 4) {
		char digit[2] = { digits[(value >> shift) & 15], '\0' };

		add_text (line, digit);
	}
}

static void
write_line (struct line *line)
{
	line->text[line->size++] = '\n';
	if (write (FAR_PROCESS_REPORT, line->text, line->size) < 0) {
		/* Nobody can be told. */
	}
}

/* --- What is told --- */

/* The file with the offset in it, and the function when it has a name. */
static void
write_frame (const void *address)
{
	struct line line = { .size = 0 };
	Dl_info info;

	add_text (&line, "at ");
	if (dladdr (address, &info) == 0 || info.dli_fname == NULL) {
		add_hex (&line, (uintptr_t) address);
	} else {
		add_text (&line, info.dli_fname);
		add_text (&line, "+");
		add_hex (&line,
			 (uintptr_t) address - (uintptr_t) info.dli_fbase);
		if (info.dli_sname != NULL) {
			add_text (&line, " ");
			add_text (&line, info.dli_sname);
		}
	}
	write_line (&line);
}

static void
write_tool (void)
{
	const char *what = blame_now ().what;
	struct line line = { .size = 0 };

	if (what == NULL)
		return;
	add_text (&line, "tool ");
	add_text (&line, what);
	write_line (&line);
}

static void
write_report (void)
{
	void *frames[MOST_FRAMES];
	int n;

	write_tool ();
	n = backtrace (frames, MOST_FRAMES);
	for (int i = OWN_FRAMES; i < n; i++)
		write_frame (frames[i]);
}

/* --- When --- */

static void
on_crash (int number)
{
	signal (number, SIG_DFL);
	write_report ();
	/* A fault comes again by itself, the others do not. */
	raise (number);
}

/* The plugin called exit: its calls will not be answered. */
static void
on_exit_called (int status, void *arg)
{
	(void) status;
	(void) arg;
	write_report ();
}

void
crash_watch_thread (void)
{
	stack_t stack = { .ss_size = STACK_BYTES };

	stack.ss_sp = mmap (NULL, STACK_BYTES, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (stack.ss_sp != MAP_FAILED)
		sigaltstack (&stack, NULL);
}

void
crash_watch (void)
{
	static const int numbers[] = { SIGSEGV, SIGBUS,	 SIGILL, SIGFPE,
				       SIGABRT, SIGTRAP, SIGSYS, SIGXCPU };
	struct sigaction action = { .sa_handler = on_crash,
				    .sa_flags = SA_ONSTACK };
	void *frame[1];

	/* The first one loads what it needs. */
	backtrace (frame, 1);
	crash_watch_thread ();
	for (size_t i = 0; i < sizeof (numbers) / sizeof (numbers[0]); i++)
		sigaction (numbers[i], &action, NULL);
	on_exit (on_exit_called, NULL);
	blame_watch_forks ();
}
