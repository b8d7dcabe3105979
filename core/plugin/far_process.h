/* The process of an isolated plugin, as the server has it: its start, its end,
 * and the two descriptors by which it speaks. Knows nothing of frames. */
#ifndef PLUGIN_FAR_PROCESS_H
#define PLUGIN_FAR_PROCESS_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buffer.h"
#include "base/error.h"

/* The first words of its command line after the program's; then comes the
 * plugin's name, for people who look at processes. */
#define FAR_PROCESS_OPTION "--plugin-process"
/* Its descriptors besides 0 (/dev/null), 1 and 2 (the server's 2). */
#define FAR_PROCESS_SOCKET 3 /* frames */
#define FAR_PROCESS_REPORT 4 /* what it says of its crash */
/* Tells it to say what its calls do, and to end. Also what the kernel sends to
 * who used too much of the processor. */
#define FAR_PROCESS_END_SIGNAL SIGXCPU

struct far_process {
	pid_t pid;     /* 0: none */
	int pidfd;     /* readable when it has ended */
	int fd;	       /* our end of the socket; does not block */
	int report_fd; /* does not block */
};

/* Starts this program again. The process is killed when the calling thread
 * ends, so on the server's first one. 0 or a negative errno. */
int far_process_start (struct far_process *process, const char *name,
		       struct error *err);
/* Tells it to end, which it may not do. */
void far_process_tell_to_end (const struct far_process *process);
/* Kills it and what it started. */
void far_process_kill (const struct far_process *process);
/* Waits until it has ended, so kill it first, or see that pidfd is readable;
 * closes everything. Returns waitpid's status. */
int far_process_reap (struct far_process *process);
/* What it said of its crash so far; at most LIMIT_CRASH_REPORT_BYTES. */
void far_process_read_report (const struct far_process *process,
			      struct buffer *report);
/* "died by signal 11 (Segmentation fault)", or "ended the process with exit
 * code 3". */
void far_process_describe (int status, struct error *ret_text);

#endif
