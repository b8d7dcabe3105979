/* Lines from a descriptor: one read a turn, then what whole lines there are.
 * Knows not what is in a line. */
#include "link/line.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/buffer.h"

/* At most this much is read in one turn of the loop. */
#define READ_BYTES (64 * 1024)

/* A buffer that a long line made larger than this is given back. */
#define KEEP_BYTES (4 * READ_BYTES)

struct line_reader {
	const struct line_ops *ops;
	void *arg;
	int fd;
	size_t max;
	struct buffer buffer; /* what was read and not handed out */
	size_t scanned;	      /* so much of it has no line end */
	bool is_skipping;     /* up to the next line end: it was too long */
	bool is_paused;
	bool is_ended; /* nothing more to read */
	bool is_told;  /* that it ended */
	bool is_delivering;
	bool is_freed; /* perhaps while it is delivering */
	/* libuv's watches make a descriptor non-blocking, for everybody who
	 * shares it. So the loop watches an epoll descriptor of ours which
	 * watches fd. Files, which epoll refuses, are always ready. */
	int epoll_fd;
	union {
		uv_handle_t handle;
		uv_poll_t poll; /* epoll_fd >= 0 */
		uv_idle_t idle;
	} watch;
};

static void
shrink (struct buffer *buffer)
{
	char *data;

	if (buffer->size > 0 || buffer->room <= KEEP_BYTES)
		return;
	/* There is always room for one read. */
	data = realloc (buffer->data, KEEP_BYTES);
	if (data) {
		buffer->data = data;
		buffer->room = KEEP_BYTES;
	}
}

/* Hands out one line of which the buffer holds size bytes before its end. */
static void
hand_out (struct line_reader *reader, const char *line, size_t size)
{
	if (reader->is_skipping)
		reader->is_skipping = false;
	else if (size > reader->max)
		reader->ops->skipped (reader->arg, -E2BIG);
	else
		reader->ops->line (reader->arg, line, size);
}

static void
skip_rest (struct line_reader *reader, int why)
{
	reader->is_skipping = true;
	buffer_reset (&reader->buffer);
	reader->scanned = 0;
	if (why < 0)
		reader->ops->skipped (reader->arg, why);
}

/* What has no line end yet: too long already? */
static void
check_rest (struct line_reader *reader)
{
	if (reader->is_skipping)
		skip_rest (reader, 0);
	else if (reader->buffer.size > reader->max)
		skip_rest (reader, -E2BIG);
}

/* Hands out the whole lines in the buffer until somebody pauses. */
static void
deliver_lines (struct line_reader *reader)
{
	struct buffer *buffer = &reader->buffer;
	size_t begin = 0;

	while (!reader->is_paused && reader->scanned < buffer->size) {
		const char *from = buffer->data + reader->scanned;
		const char *end =
			memchr (from, '\n', buffer->size - reader->scanned);

		if (!end) {
			reader->scanned = buffer->size;
			break;
		}
		reader->scanned = (size_t) (end - buffer->data) + 1;
		hand_out (reader, buffer->data + begin,
			  reader->scanned - 1 - begin);
		begin = reader->scanned;
	}
	buffer_drop (buffer, begin);
	reader->scanned -= begin;
	if (!reader->is_paused && reader->scanned == buffer->size)
		check_rest (reader);
	shrink (buffer);
}

static void
deliver_end (struct line_reader *reader)
{
	reader->is_told = true;
	if (reader->buffer.size > 0)
		hand_out (reader, reader->buffer.data, reader->buffer.size);
	buffer_fini (&reader->buffer);
	reader->scanned = 0;
	if (!reader->is_freed)
		reader->ops->end (reader->arg);
}

static void
deliver (struct line_reader *reader)
{
	reader->is_delivering = true;
	deliver_lines (reader);
	if (reader->is_ended && !reader->is_paused && !reader->is_told)
		deliver_end (reader);
	reader->is_delivering = false;
}

/* One read, of what is ready. */
static void
read_some (struct line_reader *reader)
{
	struct buffer *buffer = &reader->buffer;
	ssize_t n;

	/* What is there has no line end, and cannot grow. */
	if (buffer_reserve (buffer, READ_BYTES) < 0) {
		skip_rest (reader, -ENOMEM);
		return;
	}
	n = read (reader->fd, buffer->data + buffer->size, READ_BYTES);
	if (n > 0)
		buffer->size += (size_t) n;
	else if (n == 0 || (errno != EINTR && errno != EAGAIN))
		reader->is_ended = true;
}

static void
watch_stop (struct line_reader *reader)
{
	if (reader->epoll_fd >= 0)
		uv_poll_stop (&reader->watch.poll);
	else
		uv_idle_stop (&reader->watch.idle);
}

static void
read_and_deliver (struct line_reader *reader)
{
	read_some (reader);
	if (reader->is_ended)
		watch_stop (reader);
	deliver (reader);
}

static void
on_ready (uv_poll_t *poll, int status, int events)
{
	(void) status;
	(void) events;
	read_and_deliver (poll->data);
}

static void
on_turn (uv_idle_t *idle)
{
	read_and_deliver (idle->data);
}

static void
watch_start (struct line_reader *reader)
{
	if (reader->epoll_fd >= 0)
		uv_poll_start (&reader->watch.poll, UV_READABLE, on_ready);
	else
		uv_idle_start (&reader->watch.idle, on_turn);
}

static int
watch_init (struct line_reader *reader, struct loop *loop)
{
	struct epoll_event event = { .events = EPOLLIN };
	int r;

	reader->epoll_fd = epoll_create1 (EPOLL_CLOEXEC);
	if (reader->epoll_fd < 0)
		return -errno;
	if (epoll_ctl (reader->epoll_fd, EPOLL_CTL_ADD, reader->fd, &event)
	    == 0) {
		r = uv_poll_init (&loop->uv, &reader->watch.poll,
				  reader->epoll_fd);
	} else {
		r = -errno;
		close (reader->epoll_fd);
		reader->epoll_fd = -1;
		if (r == -EPERM)
			r = uv_idle_init (&loop->uv, &reader->watch.idle);
	}
	reader->watch.handle.data = reader;
	return r;
}

/* Whether a read would return at once. */
static bool
is_ready (int fd)
{
	struct pollfd pollfd = { .fd = fd, .events = POLLIN };

	return poll (&pollfd, 1, 0) > 0;
}

int
line_reader_new (struct loop *loop, int fd, size_t max,
		 const struct line_ops *ops, void *arg,
		 struct line_reader **ret_reader)
{
	struct line_reader *reader = calloc (1, sizeof (*reader));
	int r = -ENODATA;

	if (!reader)
		return -ENOMEM;
	reader->ops = ops;
	reader->arg = arg;
	reader->fd = fd;
	reader->max = max;
	reader->is_paused = true;
	buffer_init (&reader->buffer, max + READ_BYTES + 1);
	if (buffer_reserve (&reader->buffer, READ_BYTES) < 0) {
		free (reader);
		return -ENOMEM;
	}
	if (is_ready (fd))
		read_some (reader);
	if (!reader->is_ended)
		r = watch_init (reader, loop);
	if (r < 0) {
		if (reader->epoll_fd > 0)
			close (reader->epoll_fd);
		buffer_fini (&reader->buffer);
		free (reader);
		return r;
	}
	*ret_reader = reader;
	return 0;
}

void
line_reader_pause (struct line_reader *reader)
{
	if (reader->is_paused)
		return;
	reader->is_paused = true;
	if (!reader->is_ended)
		watch_stop (reader);
}

void
line_reader_resume (struct line_reader *reader)
{
	if (!reader->is_paused)
		return;
	reader->is_paused = false;
	if (!reader->is_ended)
		watch_start (reader);
	if (!reader->is_delivering)
		deliver (reader);
}

static void
on_closed (uv_handle_t *handle)
{
	struct line_reader *reader = handle->data;

	if (reader->epoll_fd >= 0)
		close (reader->epoll_fd);
	buffer_fini (&reader->buffer);
	free (reader);
}

void
line_reader_free (struct line_reader *reader)
{
	if (!reader)
		return;
	reader->is_freed = true;
	reader->is_paused = true;
	uv_close (&reader->watch.handle, on_closed);
}
