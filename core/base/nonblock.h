/* A way to write to an inherited descriptor that never blocks and leaves the
 * flags alone that other processes share with it. Expects SIGPIPE ignored. */
#ifndef BASE_NONBLOCK_H
#define BASE_NONBLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum nonblock_kind {
	NONBLOCK_PLAIN,	 /* writing never waits: a file, /dev/null */
	NONBLOCK_OWN,	 /* a pipe or terminal, opened again for ourselves */
	NONBLOCK_SOCKET, /* each call says that it does not wait */
	NONBLOCK_POLLED /* could not be opened again: asked before each write */
};

struct nonblock {
	enum nonblock_kind kind;
	int fd; /* ours (to close) when the kind is NONBLOCK_OWN, else lent */
};

/* fd is lent until nonblock_close. 0, -EPIPE (a FIFO that nobody reads), or
 * another negative errno. */
int nonblock_open (struct nonblock *nonblock, int fd);
void nonblock_close (struct nonblock *nonblock);
/* Writes at once as much as goes of size (not 0) bytes. Returns how much (more than 0; at most
 * PIPE_BUF bytes are not torn by a pipe), -EAGAIN: nothing now, -EPIPE: the
 * other side is gone, or another negative errno. */
ssize_t nonblock_write (struct nonblock *nonblock, const void *data,
			size_t size);

#endif
