/* Starting an isolated plugin's process, on the loader thread, which waits for
 * what it says. Meanwhile it may ask for what init may ask for. */
#include <config.h>

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "plugin/descriptor.h"
#include "plugin/isolate_state.h"
#include "plugin/state.h"

#define READ_BYTES 65536
/* How long it may need to say where it is, at most: what isolate_close has left
 * of the loader's patience is more. */
#define TELL_MS 200

/* --- Starting --- */

/* The server's first thread starts processes: a process is killed when the
 * thread that started it ends. */
struct order {
	struct mail mail;
	uv_sem_t done;
	struct far_process *process;
	const char *name;
	int result;
	struct error err;
};

static void
start_here (struct order *order)
{
	order->result =
		far_process_start (order->process, order->name, &order->err);
}

static void
on_order (struct mail *mail)
{
	struct order *order = (struct order *) mail;

	start_here (order);
	uv_sem_post (&order->done);
}

static int
start_process (struct isolate *isolate, struct buffer *reasons)
{
	struct loop *loop = isolate->registry->loop;
	struct order order = { .mail = { .deliver = on_order },
			       .process = &isolate->process,
			       .name = isolate->plugin->name };

	if (loop_is_here (loop)) {
		start_here (&order);
	} else {
		uv_sem_init (&order.done, 0);
		loop_post (loop, &order.mail);
		uv_sem_wait (&order.done);
		uv_sem_destroy (&order.done);
	}
	if (order.result < 0)
		reason_add (reasons, "%s", order.err.text);
	return order.result;
}

/* --- Talking --- */

/* Waits until the socket is ready for events. -ETIMEDOUT. */
static int
wait_for (struct isolate *isolate, short events)
{
	struct pollfd fd = { .fd = isolate->process.fd, .events = events };
	int64_t left_ms = isolate->deadline_ms - clock_ms ();
	int n = left_ms > 0 ? poll (&fd, 1, (int) left_ms) : 0;

	if (n < 0)
		return errno == EINTR ? 0 : -errno;
	return n == 0 ? -ETIMEDOUT : 0;
}

static int
send_all (struct isolate *isolate, const struct buffer *frames)
{
	size_t done = 0;
	int r = frames->failed;

	while (r == 0 && done < frames->size) {
		ssize_t n = send (isolate->process.fd, frames->data + done,
				  frames->size - done, MSG_NOSIGNAL);

		if (n > 0)
			done += (size_t) n;
		else if (errno == EAGAIN)
			r = wait_for (isolate, POLLOUT);
		else if (errno != EINTR)
			r = -errno;
	}
	return r;
}

/* More bytes into isolate->in. -EPIPE: it has ended. */
static int
receive (struct isolate *isolate)
{
	struct buffer *in = &isolate->in;
	int r = wait_for (isolate, POLLIN);
	ssize_t n;

	if (r == 0)
		r = buffer_reserve (in, READ_BYTES);
	if (r < 0)
		return r;
	n = recv (isolate->process.fd, in->data + in->size, READ_BYTES, 0);
	if (n > 0)
		in->size += (size_t) n;
	else if (n == 0 || (errno != EAGAIN && errno != EINTR))
		return -EPIPE;
	return 0;
}

static int
serve_now (struct isolate *isolate, struct frame *frame)
{
	struct buffer replies;
	int r;

	buffer_init (&replies, 2 * (size_t) LIMIT_FRAME_BYTES);
	if (frame->kind == FRAME_COMMIT && frame_u64 (frame) != 0)
		frame->is_bad = true;
	r = isolate_serve (isolate, frame, NULL, &replies);
	if (r == 0)
		r = send_all (isolate, &replies);
	buffer_fini (&replies);
	return r;
}

/* The next frame that is no request, at the beginning of isolate->in. */
static int
next_frame (struct isolate *isolate, struct frame *ret_frame)
{
	int r = 0;

	while (r == 0) {
		int64_t size = frame_next (isolate->in.data, isolate->in.size,
					   ret_frame);

		if (size < 0)
			return (int) size;
		if (size == 0) {
			r = receive (isolate);
			continue;
		}
		if (ret_frame->kind == FRAME_DESCRIBED
		    || ret_frame->kind == FRAME_REFUSED
		    || ret_frame->kind == FRAME_READY)
			return 0;
		r = serve_now (isolate, ret_frame);
		buffer_drop (&isolate->in, (size_t) size);
	}
	return r;
}

/* The frame of next_frame was used. */
static void
drop_frame (struct isolate *isolate)
{
	struct frame frame;
	int64_t size = frame_next (isolate->in.data, isolate->in.size, &frame);

	buffer_drop (&isolate->in, (size_t) size);
}

/* --- The end --- */

/* Takes what has come; calls there are none any more, so what is said of them
 * is not looked at. False: it says what cannot be, or nothing more. */
static bool
serve_last (struct isolate *isolate)
{
	struct buffer *in = &isolate->in;
	struct frame frame;
	int64_t size;

	if (receive (isolate) < 0)
		return false;
	while ((size = frame_next (in->data, in->size, &frame)) > 0) {
		serve_now (isolate, &frame);
		buffer_drop (in, (size_t) size);
	}
	return size == 0;
}

/* Nothing that it says is taken any more but where it is. */
static void
tell_to_end (struct isolate *isolate)
{
	struct pollfd fd = { .fd = isolate->process.pidfd, .events = POLLIN };
	int64_t eighth_ms = isolate->registry->options->init_timeout_ms / 8;

	far_process_tell_to_end (&isolate->process);
	poll (&fd, 1, eighth_ms < TELL_MS ? (int) eighth_ms : TELL_MS);
}

bool
isolate_serve_end (struct isolate *isolate)
{
	struct pollfd fds[] = {
		{ .fd = isolate->process.pidfd, .events = POLLIN },
		{ .fd = isolate->process.fd, .events = POLLIN },
	};
	int64_t left_ms = isolate->deadline_ms - clock_ms ();

	frame_end (&isolate->out, frame_begin (&isolate->out, FRAME_STOP));
	if (send_all (isolate, &isolate->out) < 0)
		fds[1].fd = -1;
	while (left_ms > 0 && poll (fds, 2, (int) left_ms) >= 0) {
		if (fds[0].revents != 0)
			return true;
		/* Its end is close when nothing more comes. */
		if (fds[1].revents != 0 && !serve_last (isolate))
			fds[1].fd = -1;
		left_ms = isolate->deadline_ms - clock_ms ();
	}
	tell_to_end (isolate);
	return false;
}

int
isolate_stop (struct isolate *isolate, struct buffer *report)
{
	int status = 0;

	if (isolate->process.pid == 0)
		return 0;
	far_process_kill (&isolate->process);
	if (report != NULL)
		far_process_read_report (&isolate->process, report);
	status = far_process_reap (&isolate->process);
	buffer_fini (&isolate->in);
	return status;
}

/* How it ended; with the limits that the configuration gave it, for that may be
 * why. */
static void
explain_end (const struct isolate *isolate, int status, const char *step,
	     struct buffer *reasons)
{
	const struct isolate_limits *given = &isolate->plugin->setting.limits;
	struct error how;

	far_process_describe (status, &how);
	if (given->memory_mib == 0 && given->files == 0)
		reason_add (reasons, "%s: its process %s", step, how.text);
	else
		reason_add (reasons,
			    "%s: its process %s; its isolate in the "
			    "configuration lets it have memory_mib %" PRId64
			    " and files %" PRId64,
			    step, how.text, isolate->limits.memory_mib,
			    isolate->limits.files);
}

/* Why a step did not get to its end; the process is stopped. */
static void
explain (struct isolate *isolate, int r, const char *step,
	 struct buffer *reasons)
{
	struct pollfd fd = { .fd = isolate->process.pidfd, .events = POLLIN };
	bool has_ended = r == -EPIPE && poll (&fd, 1, 1000) > 0;
	int status = isolate_stop (isolate, NULL);

	if (r == -ETIMEDOUT)
		reason_add (reasons,
			    "%s: did not return within %g s "
			    "(--plugin-timeout); do what takes long in a "
			    "thread of the plugin",
			    step,
			    (double) isolate->registry->options->init_timeout_ms
				    / 1000);
	else if (has_ended)
		explain_end (isolate, status, step, reasons);
	else
		reason_add (reasons, "%s: its process said what cannot be: %s",
			    step, error_name (r));
}

/* What it refuses, as its reasons. */
static int
check_refused (struct isolate *isolate, struct frame *frame,
	       enum frame_kind wanted, struct buffer *reasons)
{
	const char *text;

	if (frame->kind == wanted)
		return 0;
	text = frame->kind == FRAME_REFUSED ? frame_text (frame) : NULL;
	reason_add (reasons, "%s", text != NULL ? text : "no reason given");
	isolate_stop (isolate, NULL);
	return -ENOEXEC;
}

/* --- The two steps --- */

static void
put_open (struct isolate *isolate, struct buffer *out)
{
	const struct registry_options *options = isolate->registry->options;
	const struct plugin *plugin = isolate->plugin;
	size_t begin = frame_begin (out, FRAME_OPEN);

	frame_put_text (out, plugin->name);
	frame_put_text (out, plugin->copy);
	frame_put_text (out, plugin->file);
	frame_put_text (out, options->server_version);
	frame_put_text (out,
			journal_run (isolate->registry->journal, JOURNAL_NOW));
	frame_put_text (out, plugin->setting.config);
	frame_put_u32 (out, plugin->setting.parallel);
	frame_put_u32 (out, log_get_level ());
	frame_put_u32 (out, log_get_format ());
	frame_put_i64 (out, isolate->limits.memory_mib);
	frame_put_i64 (out, isolate->limits.files);
	frame_put_i64 (out, isolate->limits.cpu_s);
	frame_end (out, begin);
}

int
isolate_start (struct isolate *isolate, struct frame *ret_frame,
	       struct buffer *reasons)
{
	struct buffer out;
	int r;

	isolate->deadline_ms =
		clock_ms () + isolate->registry->options->init_timeout_ms;
	r = start_process (isolate, reasons);
	if (r < 0)
		return r;
	buffer_init (&isolate->in, 2 * (size_t) LIMIT_FRAME_BYTES);
	buffer_init (&out, LIMIT_FRAME_BYTES);
	put_open (isolate, &out);
	names_put (isolate->registry, &out);
	r = send_all (isolate, &out);
	buffer_fini (&out);
	if (r == 0)
		r = next_frame (isolate, ret_frame);
	if (r < 0) {
		explain (isolate, r, "opening it", reasons);
		return r;
	}
	return check_refused (isolate, ret_frame, FRAME_DESCRIBED, reasons);
}

int
isolate_start_init (struct isolate *isolate, struct buffer *reasons)
{
	struct buffer out;
	struct frame frame;
	int r;

	drop_frame (isolate);
	buffer_init (&out, 0);
	frame_end (&out, frame_begin (&out, FRAME_INIT));
	r = send_all (isolate, &out);
	buffer_fini (&out);
	if (r == 0)
		r = next_frame (isolate, &frame);
	if (r < 0) {
		explain (isolate, r, "init", reasons);
		return r;
	}
	r = check_refused (isolate, &frame, FRAME_READY, reasons);
	if (r == 0)
		drop_frame (isolate);
	return r;
}
