/* Runs a program to its end. Knows nothing of the server. */
#ifndef COMMON_PROCESS_H
#define COMMON_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define PROCESS_LIMITS 3

struct process {
	char *const *argv; /* the first: the program's path */
	int64_t timeout_ms;
	/* CPU seconds, bytes of memory, and processes of its user; 0: as the
	 * server has them. */
	int64_t limits[PROCESS_LIMITS];
	size_t n_kept; /* how many of the last bytes that it writes */
	/* Called with the last line that ended, now and then; UTF-8. */
	void (*tell) (void *arg, const char *line, double n_bytes);
	/* Whether it is still wanted. */
	bool (*is_wanted) (void *arg);
	void *arg;
};

/* What came of it. */
struct process_report {
	bool is_late, is_unwanted; /* it was told to end for that */
	int status;		   /* as wait(2) has it */
	/* The last of standard output and standard error, as UTF-8 with a NUL,
	 * yours; and the size of all. */
	char *text;
	size_t size;
	double n_bytes;
	bool is_cut; /* there was more */
};

/* Runs it in a process group of its own: with nothing open but /dev/null and
 * its output, no signal blocked or ignored, the variables of the environment
 * that say where and who (PATH, HOME, LANG and the like) and no others, and
 * no more rights than it begins with. Late or unwanted it is told to end
 * (SIGTERM), and killed when it does not. When it has ended, so has all of its
 * group.
 * Returns 0, or a negative errno: it did not begin. Any thread; it waits. */
int process_run (const struct process *process, struct process_report *report);

/* The last n bytes of the text that was kept. */
const char *process_last (const struct process_report *report, size_t n);

#ifdef __cplusplus
}
#endif

#endif
