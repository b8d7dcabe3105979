/* The process: descriptors. Knows nothing of the server. */
#include <config.h>

#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

static void
open_standard (void)
{
	int fd;

	for (fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl (fd, F_GETFD) < 0 && errno == EBADF)
			open ("/dev/null", O_RDWR);
}

static void
keep_inherited (void)
{
#if defined SYS_close_range && defined CLOSE_RANGE_CLOEXEC
	syscall (SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC);
#endif
}

int
process_take (int fd, int instead)
{
	int own = fcntl (fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);

	if (own >= 0 && dup2 (instead, fd) >= 0)
		return own;
	return -errno;
}

void
process_prepare (void)
{
	open_standard ();
	keep_inherited ();
}
