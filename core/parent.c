/* The watch of the parent, by a descriptor of its process: another process
 * that gets the same number later is not mistaken for it. */
#include "parent.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

struct parent {
	uv_poll_t poll;
	int pidfd;
	void (*gone) (void *arg);
	void *arg;
};

static void
on_exit_of (uv_poll_t *poll, int status, int events)
{
	struct parent *parent = poll->data;

	(void) status;
	(void) events;
	uv_poll_stop (poll);
	parent->gone (parent->arg);
}

static int
start (struct loop *loop, struct parent *parent, int64_t pid)
{
	int r;

	parent->pidfd = (int) syscall (SYS_pidfd_open, (pid_t) pid, 0);
	if (parent->pidfd < 0)
		return -errno;
	r = uv_poll_init (&loop->uv, &parent->poll, parent->pidfd);
	if (r < 0) {
		close (parent->pidfd);
		return r;
	}
	parent->poll.data = parent;
	return uv_poll_start (&parent->poll, UV_READABLE, on_exit_of);
}

int
parent_watch (struct loop *loop, int64_t pid, void (*gone) (void *arg),
	      void *arg, struct parent **ret_parent, struct error *err)
{
	struct parent *parent = calloc (1, sizeof (*parent));
	int r;

	if (!parent)
		return error_set (err, -ENOMEM, "out of memory");
	parent->gone = gone;
	parent->arg = arg;
	r = start (loop, parent, pid);
	if (r == 0) {
		*ret_parent = parent;
		return 0;
	}
	free (parent);
	if (r == -ESRCH)
		return error_set (err, r, "process %lld, the parent, is gone",
				  (long long) pid);
	return error_set (err, r,
			  "process %lld, the parent, cannot be "
			  "watched: %s",
			  (long long) pid, error_name (r));
}

static void
on_closed (uv_handle_t *handle)
{
	struct parent *parent = handle->data;

	close (parent->pidfd);
	free (parent);
}

void
parent_free (struct parent *parent)
{
	if (parent)
		uv_close ((uv_handle_t *) &parent->poll, on_closed);
}
