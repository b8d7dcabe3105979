/* Writing that never blocks. Knows nothing of what is written. */
#include "base/nonblock.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

/* Opens what fd is open on once more: a description of our own, whose flags
 * nobody shares. */
static int
reopen (int fd)
{
	char path[32];
	int own;

	snprintf (path, sizeof (path), "/proc/self/fd/%d", fd);
	own = open (path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	return own < 0 ? -errno : own;
}

int
nonblock_open (struct nonblock *nonblock, int fd)
{
	struct stat status;
	int own;

	if (fstat (fd, &status) < 0)
		return -errno;
	*nonblock = (struct nonblock){ NONBLOCK_PLAIN, fd };
	if (S_ISSOCK (status.st_mode))
		nonblock->kind = NONBLOCK_SOCKET;
	if (!S_ISFIFO (status.st_mode) && !isatty (fd))
		return 0;
	own = reopen (fd);
	if (own == -ENXIO)
		return -EPIPE; /* a FIFO without a reader */
	if (own >= 0)
		*nonblock = (struct nonblock){ NONBLOCK_OWN, own };
	else
		/* No /proc, or a terminal of another user. */
		nonblock->kind = NONBLOCK_POLLED;
	return 0;
}

void
nonblock_close (struct nonblock *nonblock)
{
	if (nonblock->kind == NONBLOCK_OWN)
		close (nonblock->fd);
	*nonblock = (struct nonblock){ NONBLOCK_PLAIN, -1 };
}

/* A pipe that polls as writable takes PIPE_BUF bytes without waiting (unless
 * another process fills it in that moment). */
static ssize_t
write_polled (int fd, const void *data, size_t size)
{
	struct pollfd poll_fd = { .fd = fd, .events = POLLOUT };

	if (poll (&poll_fd, 1, 0) <= 0) {
		errno = EAGAIN;
		return -1;
	}
	return write (fd, data, size < PIPE_BUF ? size : PIPE_BUF);
}

static ssize_t
write_once (struct nonblock *nonblock, const void *data, size_t size)
{
	switch (nonblock->kind) {
	case NONBLOCK_SOCKET:
		return send (nonblock->fd, data, size,
			     MSG_DONTWAIT | MSG_NOSIGNAL);
	case NONBLOCK_POLLED:
		return write_polled (nonblock->fd, data, size);
	case NONBLOCK_OWN:
	case NONBLOCK_PLAIN:
		break;
	}
	return write (nonblock->fd, data, size);
}

ssize_t
nonblock_write (struct nonblock *nonblock, const void *data, size_t size)
{
	ssize_t n;

	do
		n = write_once (nonblock, data, size);
	while (n < 0 && errno == EINTR);
	if (n > 0)
		return n;
	if (n == 0 || errno == EWOULDBLOCK)
		return -EAGAIN;
	/* What a peer, a hung-up terminal leave behind. */
	if (errno == ECONNRESET || errno == EIO || errno == ENOTCONN)
		return -EPIPE;
	return -errno;
}
