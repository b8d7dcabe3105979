/* Telling of a crash from within it: which call the thread was in, and where
 * it was; and the same of all threads when the server has had enough. Only what
 * a signal handler may do, but for reading symbols, which was done once before
 * so that it needs no memory. */

#include <config.h>

#include <dlfcn.h>
#include <execinfo.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "plugin/alone_state.h"
#include "plugin/blame.h"
#include "plugin/far_process.h"

#define MOST_FRAMES 48
#define STACK_BYTES ((size_t) 64 * 1024)
/* Of the handler itself. */
#define OWN_FRAMES 2
/* How long all threads may need to tell where they are. */
#define TELL_MS 100

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

/* --- When the server has had enough --- */

/* What getdents64 gives. */
struct dirent_head {
	uint64_t inode;
	int64_t next;
	uint16_t size;
	uint8_t type;
	char name[];
};

static long
number_of (const char *name)
{
	long number = 0;

	for (; *name >= '0' && *name <= '9'; name++)
		number = number * 10 + *name - '0';
	return number;
}

/* The names are the numbers of threads, but for . and .. */
static void
signal_those (const char *entries, long size, int number)
{
	const struct dirent_head *head;
	long thread;

	for (long at = 0; at < size; at += head->size) {
		head = (const void *) (entries + at);
		thread = number_of (head->name);
		if (thread > 0 && thread != syscall (SYS_gettid))
			syscall (SYS_tgkill, getpid (), thread, number);
	}
}

static void
signal_others (int number)
{
	_Alignas(struct dirent_head) char entries[4096];
	int fd = open ("/proc/self/task", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	long size;

	if (fd < 0)
		return;
	while ((size = syscall (SYS_getdents64, fd, entries, sizeof (entries)))
	       > 0)
		signal_those (entries, size, number);
	close (fd);
}

/* Comes to one thread, which hands it on to all; each tells of the call that
 * it is in. One that cannot, because of what it holds or blocks, is not waited
 * for long; nor are we, by the server. */
static void
on_told_to_end (int number)
{
	static const struct timespec pause_time = { .tv_nsec =
							    TELL_MS * 1000000 };
	static atomic_flag is_told = ATOMIC_FLAG_INIT;
	static atomic_flag is_telling = ATOMIC_FLAG_INIT;
	bool is_first = !atomic_flag_test_and_set (&is_told);

	if (is_first)
		signal_others (number);
	if (blame_now ().what != NULL) {
		while (atomic_flag_test_and_set (&is_telling))
			sched_yield ();
		write_report ();
		atomic_flag_clear (&is_telling);
	}
	if (!is_first)
		for (;;)
			pause ();
	nanosleep (&pause_time, NULL);
	signal (number, SIG_DFL);
	raise (number);
}

/* --- Watching --- */

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
	sigset_t end;

	/* Threads do not take it otherwise. */
	sigemptyset (&end);
	sigaddset (&end, FAR_PROCESS_END_SIGNAL);
	pthread_sigmask (SIG_UNBLOCK, &end, NULL);
	stack.ss_sp = mmap (NULL, STACK_BYTES, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (stack.ss_sp != MAP_FAILED)
		sigaltstack (&stack, NULL);
}

void
crash_watch (void)
{
	static const int numbers[] = { SIGSEGV, SIGBUS,	 SIGILL, SIGFPE,
				       SIGABRT, SIGTRAP, SIGSYS };
	struct sigaction action = { .sa_handler = on_crash,
				    .sa_flags = SA_ONSTACK };
	struct sigaction told = { .sa_handler = on_told_to_end,
				  .sa_flags = SA_ONSTACK };
	void *frame[1];

	/* The first one loads what it needs. */
	backtrace (frame, 1);
	crash_watch_thread ();
	for (size_t i = 0; i < sizeof (numbers) / sizeof (numbers[0]); i++)
		sigaction (numbers[i], &action, NULL);
	sigaction (FAR_PROCESS_END_SIGNAL, &told, NULL);
	on_exit (on_exit_called, NULL);
	blame_watch_forks ();
}
