/* The socket of an isolated plugin on the loop: bytes go out once a turn and
 * come in as they are ready. Knows nothing of what frames say. */
#include <config.h>

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

#include "base/limits.h"
#include "base/log.h"
#include "plugin/isolate_state.h"
#include "plugin/state.h"

/* What is read at once; and what the buffers keep. */
#define READ_BYTES ((size_t) 64 * 1024)
/* How often calls past their deadline are looked for. */
#define WATCH_MS 500

static void on_socket (uv_poll_t *poll, int status, int events);

/* --- Out --- */

static void
set_events (struct far_peer *peer)
{
	int events = peer->is_paused ? 0 : UV_READABLE;

	if (peer->n_written < peer->out.size)
		events |= UV_WRITABLE;
	if (peer->is_broken || peer->has_ended || events == 0)
		uv_poll_stop (&peer->socket);
	else
		uv_poll_start (&peer->socket, events, on_socket);
}

bool
far_peer_has_room (const struct far_peer *peer)
{
	return peer->out.size - peer->n_written < LIMIT_ISOLATED_CALLS_BYTES;
}

/* Moves what waits to the front when that costs less than it frees. */
static void
close_gap (struct far_peer *peer)
{
	if (peer->n_written <= peer->out.size / 2)
		return;
	buffer_drop (&peer->out, peer->n_written);
	peer->n_written = 0;
}

static void
write_out (struct far_peer *peer)
{
	struct buffer *out = &peer->out;
	ssize_t n = 1;

	while (n > 0 && peer->n_written < out->size) {
		n = send (peer->isolate->process.fd,
			  out->data + peer->n_written,
			  out->size - peer->n_written, MSG_NOSIGNAL);
		if (n > 0)
			peer->n_written += (size_t) n;
	}
	if (peer->n_written == out->size) {
		buffer_recycle (out, READ_BYTES);
		peer->n_written = 0;
	} else if (errno != EAGAIN && errno != EINTR) {
		/* What it has said before it ended is still to be read. */
		buffer_reset (out);
		peer->n_written = 0;
	} else if (out->size - peer->n_written > LIMIT_ISOLATED_OUTPUT_BYTES) {
		far_peer_break (peer, "it does not read what it is sent");
	} else {
		close_gap (peer);
	}
}

/* Writes, and goes on with the calls for which there is room then. */
static void
go_on (struct far_peer *peer)
{
	write_out (peer);
	if (!peer->is_broken && peer->isolate->n_unsent > 0)
		flights_send (peer->isolate);
}

static void
on_flush (uv_prepare_t *prepare)
{
	struct far_peer *peer = prepare->data;

	uv_prepare_stop (prepare);
	if (peer->is_broken)
		return;
	go_on (peer);
	if (peer->n_written < peer->out.size)
		set_events (peer);
}

void
far_peer_flush (struct far_peer *peer)
{
	if (!uv_is_active ((uv_handle_t *) &peer->flush))
		uv_prepare_start (&peer->flush, on_flush);
}

/* --- In --- */

/* Mostly it is about to end by itself, and how is worth knowing. */
static void
end_reading (struct far_peer *peer)
{
	peer->has_ended = true;
	set_events (peer);
	far_peer_watch_calls (peer);
}

/* Reads once. False: nothing more comes now. */
static bool
read_in (struct far_peer *peer)
{
	struct buffer *in = &peer->in;
	ssize_t n;

	if (buffer_reserve (in, READ_BYTES) < 0) {
		far_peer_break (peer, "no memory for what it says");
		return false;
	}
	n = recv (peer->isolate->process.fd, in->data + in->size, READ_BYTES,
		  0);
	if (n > 0)
		in->size += (size_t) n;
	else if (n == 0 || errno != EAGAIN)
		end_reading (peer);
	return n > 0;
}

static void
on_socket (uv_poll_t *poll, int status, int events)
{
	struct far_peer *peer = poll->data;

	(void) status;
	if (events & UV_WRITABLE) {
		go_on (peer);
		set_events (peer);
	}
	if ((events & UV_READABLE) && read_in (peer))
		isolate_take_frames (peer);
}

/* --- The end --- */

/* Nothing that it says counts any more. */
static void give_up (struct far_peer *peer, const char *format, va_list args)
	__attribute__ ((format (printf, 2, 0)));

static void
give_up (struct far_peer *peer, const char *format, va_list args)
{
	vsnprintf (peer->death.text, sizeof (peer->death.text), format, args);
	peer->is_broken = true;
	uv_poll_stop (&peer->socket);
}

void
far_peer_break (struct far_peer *peer, const char *format, ...)
{
	va_list args;

	if (peer->is_broken)
		return;
	va_start (args, format);
	give_up (peer, format, args);
	va_end (args);
	far_process_kill (&peer->isolate->process);
}

/* It may still say where it is, before the watch looks again. What: the call
 * that takes too long; lent until the process has ended. */
static void end_late (struct far_peer *peer, const char *what,
		      const char *format, ...)
	__attribute__ ((format (printf, 3, 4)));

static void
end_late (struct far_peer *peer, const char *what, const char *format, ...)
{
	va_list args;

	va_start (args, format);
	give_up (peer, format, args);
	va_end (args);
	peer->isolate->late = what;
	far_process_tell_to_end (&peer->isolate->process);
}

static void
on_exit_of (uv_poll_t *poll, int status, int events)
{
	struct far_peer *peer = poll->data;
	struct isolate *isolate = peer->isolate;

	(void) status;
	(void) events;
	uv_poll_stop (poll);
	/* What it has said before. */
	while (!peer->is_broken && isolate->peer == peer && read_in (peer))
		isolate_take_frames (peer);
	if (isolate->peer == peer)
		isolate_crashed (isolate);
}

/* --- Calls that take too long --- */

/* The processor time that the process has used; 0 when that is not known. */
static int64_t
cpu_ms (const struct isolate *isolate)
{
	struct timespec used;
	clockid_t clock;

	if (clock_getcpuclockid (isolate->process.pid, &clock) != 0
	    || clock_gettime (clock, &used) < 0)
		return 0;
	return used.tv_sec * 1000 + used.tv_nsec / 1000000;
}

/* What a call that is not to block may use is little. */
static int64_t
cpu_limit_ms (const struct isolate *isolate, const struct flight *flight)
{
	int64_t limit_s = isolate->limits.cpu_s;

	if (flight->never_blocks && limit_s > LIMIT_ISOLATED_LOOP_CPU_S)
		limit_s = LIMIT_ISOLATED_LOOP_CPU_S;
	return limit_s * 1000;
}

/* What was used since it was looked at last, in equal parts. */
static int64_t
share_ms (struct far_peer *peer)
{
	const struct isolate *isolate = peer->isolate;
	size_t n = HASH_COUNT (isolate->flights) - isolate->n_unsent;
	int64_t now_ms = cpu_ms (isolate);
	int64_t used_ms = now_ms - peer->cpu_ms;

	peer->cpu_ms = now_ms;
	return n > 0 ? used_ms / (int64_t) n : 0;
}

/* A handler that does not return cannot be ended otherwise. False: it was. */
static bool
look_at (struct far_peer *peer, struct flight *flight, int64_t used_ms)
{
	struct isolate *isolate = peer->isolate;
	int64_t now_ms = loop_now_ms (isolate->registry->loop);
	int64_t limit_ms = cpu_limit_ms (isolate, flight);
	const char *name = flight->pub->name;

	flight->cpu_ms += used_ms;
	if (flight->cpu_ms > limit_ms)
		end_late (peer, name,
			  "'%s' used more than %g s of the processor", name,
			  (double) limit_ms / 1000);
	else if (flight->due_ms != INT64_MAX
		 && now_ms > flight->due_ms + LIMIT_ISOLATED_GRACE_MS)
		end_late (peer, name,
			  "'%s' had not ended %g s after its deadline", name,
			  LIMIT_ISOLATED_GRACE_MS / 1000.0);
	return !peer->is_broken;
}

static void
on_watch (uv_timer_t *timer)
{
	struct far_peer *peer = timer->data;
	int64_t used_ms = share_ms (peer);
	struct flight *flight, *next;

	/* It was told to end, and has not. */
	if (peer->is_broken)
		far_process_kill (&peer->isolate->process);
	else if (peer->has_ended)
		far_peer_break (peer, "it closed its socket");
	else if (admissions_are_late (peer->isolate))
		end_late (peer, "admit", "its admit did not return");
	if (peer->is_broken)
		return;
	if (peer->isolate->flights == NULL && peer->isolate->admissions == NULL)
		uv_timer_stop (timer);
	HASH_ITER (hh, peer->isolate->flights, flight, next)
		if (flight->is_sent && !look_at (peer, flight, used_ms))
			return;
}

void
far_peer_watch_calls (struct far_peer *peer)
{
	if (uv_is_active ((uv_handle_t *) &peer->watch) || peer->is_broken)
		return;
	peer->cpu_ms = cpu_ms (peer->isolate);
	uv_timer_start (&peer->watch, on_watch, WATCH_MS, WATCH_MS);
}

/* --- Beginning and end --- */

int
far_peer_new (struct isolate *isolate)
{
	uv_loop_t *uv = &isolate->registry->loop->uv;
	struct far_peer *peer = calloc (1, sizeof (*peer));

	if (peer == NULL)
		return -ENOMEM;
	isolate->peer = peer;
	peer->isolate = isolate;
	peer->level = log_get_level ();
	peer->in = isolate->in;
	isolate->in = (struct buffer){ 0 };
	buffer_init (&peer->out, 2 * (size_t) LIMIT_ISOLATED_OUTPUT_BYTES);
	uv_poll_init (uv, &peer->socket, isolate->process.fd);
	uv_poll_init (uv, &peer->exit, isolate->process.pidfd);
	uv_prepare_init (uv, &peer->flush);
	uv_timer_init (uv, &peer->watch);
	peer->socket.data = peer->exit.data = peer->flush.data =
		peer->watch.data = peer;
	peer->n_open = 4;
	set_events (peer);
	uv_poll_start (&peer->exit, UV_READABLE, on_exit_of);
	isolate_take_frames (peer);
	return 0;
}

static void
on_closed (uv_handle_t *handle)
{
	struct far_peer *peer = handle->data;

	if (--peer->n_open > 0)
		return;
	buffer_fini (&peer->in);
	buffer_fini (&peer->out);
	free (peer);
}

void
far_peer_close (struct far_peer *peer)
{
	peer->isolate->peer = NULL;
	peer->is_broken = true;
	uv_close ((uv_handle_t *) &peer->socket, on_closed);
	uv_close ((uv_handle_t *) &peer->exit, on_closed);
	uv_close ((uv_handle_t *) &peer->flush, on_closed);
	uv_close ((uv_handle_t *) &peer->watch, on_closed);
}

void
far_peer_give (struct far_peer *peer)
{
	struct isolate *isolate = peer->isolate;

	isolate->in = peer->in;
	isolate->out = peer->out;
	buffer_drop (&isolate->in, peer->n_taken);
	buffer_drop (&isolate->out, peer->n_written);
	peer->in = peer->out = (struct buffer){ 0 };
	far_peer_close (peer);
}

void
far_peer_pause (struct far_peer *peer, bool is_paused)
{
	if (peer->is_paused == is_paused || peer->is_broken)
		return;
	peer->is_paused = is_paused;
	set_events (peer);
	if (!is_paused)
		isolate_take_frames (peer);
}
