/* An output that never blocks. Knows nothing of what is written.
 *
 * libuv would set the shared descriptor non-blocking to watch it. So it
 * watches an epoll descriptor of ours, in which the real one is. */
#include <config.h>

#include "base/output.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "base/nonblock.h"

struct output {
	struct nonblock out;
	int epoll; /* -1: always writable, never watched */
	uv_poll_t watch;
	size_t max;
	struct buffer waiting;
	size_t start; /* of what waits, in waiting */
	bool is_full; /* somebody was refused and waits for room */
	bool is_gone;
	void (*room) (void *arg);
	void *arg;
};

/* Waiting for room, or only for the other side's end. */
static void
set_watch (struct output *output, bool is_writing)
{
	struct epoll_event event = { .events = is_writing ? EPOLLOUT : 0 };

	if (output->epoll >= 0)
		epoll_ctl (output->epoll, EPOLL_CTL_MOD, output->out.fd,
			   &event);
}

static void
become_gone (struct output *output)
{
	output->is_gone = true;
	buffer_fini (&output->waiting);
	output->start = 0;
}

static void
drop_written (struct output *output, size_t n)
{
	output->start += n;
	/* Not each time: that would move what waits again and again. */
	if (output->start >= output->waiting.size / 2) {
		buffer_drop (&output->waiting, output->start);
		output->start = 0;
	}
}

/* Writes what waits, as far as it goes. 0: all; -EAGAIN; -EPIPE. */
static int
flush (struct output *output)
{
	while (output_waiting (output) > 0) {
		ssize_t n = nonblock_write (
			&output->out, output->waiting.data + output->start,
			output_waiting (output));

		if (n == -EAGAIN)
			return -EAGAIN;
		if (n < 0) {
			become_gone (output);
			return -EPIPE;
		}
		drop_written (output, (size_t) n);
	}
	return 0;
}

/* The other side's end shows as a write that fails, or as an error event
 * when nothing waits to be written. */
static bool
has_ended (struct output *output)
{
	struct epoll_event event;

	return epoll_wait (output->epoll, &event, 1, 0) == 1
	       && (event.events & (EPOLLERR | EPOLLHUP)) != 0;
}

static void
on_event (uv_poll_t *watch, int status, int events)
{
	struct output *output = watch->data;

	(void) status;
	(void) events;
	if (!output->is_gone && has_ended (output))
		become_gone (output);
	if (flush (output) == 0)
		set_watch (output, false);
	if (output->is_gone)
		uv_poll_stop (watch);
	else if (!output->is_full || output_waiting (output) > output->max / 2)
		return;
	output->is_full = false;
	if (output->room != NULL)
		output->room (output->arg);
}

static int
start_watch (struct output *output, struct loop *loop)
{
	struct epoll_event event = { 0 };
	int r;

	output->epoll = epoll_create1 (EPOLL_CLOEXEC);
	if (output->epoll < 0)
		return -errno;
	if (epoll_ctl (output->epoll, EPOLL_CTL_ADD, output->out.fd, &event)
	    < 0) {
		r = errno == EPERM ? 0 : -errno;
		close (output->epoll);
		output->epoll = -1;
		return r;
	}
	r = uv_poll_init (&loop->uv, &output->watch, output->epoll);
	if (r < 0) {
		close (output->epoll);
		return r;
	}
	output->watch.data = output;
	uv_poll_start (&output->watch, UV_READABLE, on_event);
	return 0;
}

int
output_new (struct loop *loop, int fd, size_t max, void (*room) (void *arg),
	    void *arg, struct output **ret_output)
{
	struct output *output = calloc (1, sizeof (*output));
	int r;

	if (output == NULL)
		return -ENOMEM;
	output->max = max;
	output->room = room;
	output->arg = arg;
	buffer_init (&output->waiting, SIZE_MAX / 4);
	r = nonblock_open (&output->out, fd);
	if (r < 0)
		goto fail;
	r = start_watch (output, loop);
	if (r == 0) {
		*ret_output = output;
		return 0;
	}
	nonblock_close (&output->out);
fail:
	free (output);
	return r;
}

static void
finish_free (struct output *output)
{
	if (output->epoll >= 0)
		close (output->epoll);
	nonblock_close (&output->out);
	buffer_fini (&output->waiting);
	free (output);
}

static void
on_closed (uv_handle_t *watch)
{
	finish_free (watch->data);
}

void
output_free (struct output *output)
{
	if (output == NULL)
		return;
	if (output->epoll >= 0)
		uv_close ((uv_handle_t *) &output->watch, on_closed);
	else
		finish_free (output);
}

/* Writes to an empty output as much as goes, keeps the rest. */
static int
write_first (struct output *output, const char *data, size_t size)
{
	ssize_t n = nonblock_write (&output->out, data, size);

	if (n == -EAGAIN)
		n = 0;
	if (n < 0) {
		become_gone (output);
		return -EPIPE;
	}
	if ((size_t) n < size) {
		buffer_add (&output->waiting, data + n, size - (size_t) n);
		set_watch (output, true);
	}
	return 0;
}

int
output_write (struct output *output, const void *data, size_t size)
{
	bool is_empty = output_waiting (output) == 0;

	if (output->is_gone)
		return -EPIPE;
	if (size == 0)
		return 0;
	if (!is_empty && size > output_room (output)) {
		output->is_full = true;
		return -ENOBUFS;
	}
	/* Before anything is written, so that it is all or nothing. */
	if (buffer_reserve (&output->waiting, size) < 0) {
		output->waiting.failed = 0;
		return -ENOMEM;
	}
	if (is_empty)
		return write_first (output, data, size);
	return buffer_add (&output->waiting, data, size);
}

size_t
output_room (const struct output *output)
{
	size_t waiting = output_waiting (output);

	return output->is_gone || waiting > output->max ? 0
							: output->max - waiting;
}

size_t
output_waiting (const struct output *output)
{
	return output->waiting.size - output->start;
}

bool
output_is_gone (const struct output *output)
{
	return output->is_gone;
}

int
output_drain (struct output *output, int timeout_ms)
{
	int64_t end = clock_ms () + timeout_ms;
	struct pollfd out = { .fd = output->out.fd, .events = POLLOUT };
	int64_t left;
	int r;

	while ((r = flush (output)) == -EAGAIN) {
		left = end - clock_ms ();
		if (left <= 0)
			return -ETIMEDOUT;
		poll (&out, 1, (int) left);
	}
	return output->is_gone ? -EPIPE : r;
}
