/* Where the log goes: takes whole lines or loses them, never waits. Knows
 * nothing of their form. */
#ifndef BASE_LOG_OUT_H
#define BASE_LOG_OUT_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/nonblock.h"

/* A line is one write, and one that a pipe does not tear. */
#define LOG_LINE_MAX PIPE_BUF

struct log_out {
	struct nonblock out;
	bool is_dead; /* nobody reads it: for ever */
	/* The end of a line that a terminal or socket took the beginning of. */
	char rest[LOG_LINE_MAX];
	size_t rest_size;
};

/* fd is lent until this is called again. */
void log_out_open (struct log_out *log_out, int fd);
/* Whether the line (at most LOG_LINE_MAX bytes) went, or will before the next
 * one does. */
bool log_out_put (struct log_out *log_out, const char *line, size_t size);

#endif
