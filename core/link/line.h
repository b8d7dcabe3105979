/* Lines from a descriptor: bounded, never blocking, without changing the
 * flags of what other processes share. Knows not what is in a line. */
#ifndef LINK_LINE_H
#define LINK_LINE_H

#include <stddef.h>

#include "base/error.h"
#include "base/loop.h"

struct line_reader;

/* On the loop; each may free the reader. */
struct line_ops {
	/* A line without its end, lent. Also what is left unended at the end
	 * of the file. */
	void (*line) (void *arg, const char *line, size_t size);
	/* A line was skipped: -E2BIG, it is longer than the limit; -ENOMEM,
	 * there was no memory for it. */
	void (*skipped) (void *arg, int why);
	/* End of file, or a descriptor that failed: nothing follows. */
	void (*end) (void *arg);
};

/* Reads what is there already, but calls nothing before line_reader_resume.
 * fd is lent: a pipe, socket, terminal or file. max: bytes of a line. 0;
 * -ENODATA: the descriptor is at its end, or closed; or another negative
 * errno. */
int line_reader_new (struct loop *loop, int fd, size_t max,
		     const struct line_ops *ops, void *arg,
		     struct line_reader **ret_reader);
/* Hands out no more lines, and reads nothing: the other side has to wait. May
 * be called from inside ops->line. */
void line_reader_pause (struct line_reader *reader);
void line_reader_resume (struct line_reader *reader);
void line_reader_free (struct line_reader *reader); /* NULL is fine */

#endif
