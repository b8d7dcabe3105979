/* Sockets that connections come from: accepting by ourselves, so that a
 * client over the cap, or beyond the last descriptor, is told so. Knows
 * nothing of what connections carry. */
#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "base/unix_socket.h"
#include "http/bind.h"
#include "http/canned.h"
#include "http/peer.h"

/* Connections that one turn takes from one socket. */
#define ACCEPTS_PER_TURN 64
/* Connects that may wait for us; the kernel has its own maximum. */
#define BACKLOG 4096
/* How often the log is told that there are too many. */
#define TELL_FULL_MS 10000

static void on_ready (uv_poll_t *watch, int status, int events);

static int
accept_one (struct listener *listener)
{
	int fd = accept4 (listener->fd, NULL, NULL,
			  SOCK_NONBLOCK | SOCK_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

static void
turn_away (int fd)
{
	canned_send (fd, CANNED_BUSY);
	canned_drop_input (fd);
	close (fd);
}

/* Not for each one: they come in crowds. */
static void
tell_full (struct http *http)
{
	int64_t now = loop_now_ms (http->loop);

	if (http->told_full_ms != 0 && now - http->told_full_ms < TELL_FULL_MS)
		return;
	http->told_full_ms = now;
	log_notice ("http: all %zu connections of --max-connections are in "
		    "use; others get a 503",
		    http->options->max_connections);
}

static void
admit (struct listener *listener, int fd)
{
	struct http *http = listener->http;
	size_t n = http_connections (http);
	size_t max = http->options->max_connections;

	if (n >= max)
		tell_full (http);
	if (n >= max + EXCESS_MAX)
		turn_away (fd);
	else
		peer_adopt (http, fd, listener->is_unix, n >= max);
}

/* No descriptor is free: the spare one serves to say so. Without it the
 * client waits, and we do, too. */
static void
run_out (struct listener *listener)
{
	struct http *http = listener->http;
	int fd;

	if (http->spare_fd >= 0) {
		close (http->spare_fd);
		fd = accept_one (listener);
		if (fd >= 0)
			turn_away (fd);
	}
	http->spare_fd = open ("/dev/null", O_RDONLY | O_CLOEXEC);
	if (http->spare_fd >= 0)
		return;
	uv_poll_stop (&listener->watch);
	due_set (&http->dues, &listener->rest, DUE_ACCEPT);
}

/* Returns whether there may be more. */
static bool
accept_next (struct listener *listener)
{
	int fd = accept_one (listener);

	if (fd >= 0) {
		admit (listener, fd);
		return true;
	}
	if (fd == -EMFILE || fd == -ENFILE || fd == -ENOMEM || fd == -ENOBUFS)
		run_out (listener);
	/* What else there is are connections that failed meanwhile. */
	return fd == -ECONNABORTED || fd == -EINTR;
}

static void
on_ready (uv_poll_t *watch, int status, int events)
{
	struct listener *listener = watch->data;
	int n;

	(void) events;
	if (status < 0)
		log_error ("http: listening: %s", uv_strerror (status));
	for (n = 0; n < ACCEPTS_PER_TURN; n++)
		if (!accept_next (listener))
			return;
}

void
listener_rested (void *owner)
{
	struct listener *listener = owner;

	uv_poll_start (&listener->watch, UV_READABLE, on_ready);
}

/* --- Opening and closing --- */

static int
open_listener (struct http *http, int fd, bool is_unix)
{
	struct listener *listener = &http->listeners[is_unix];
	int r;

	listener->http = http;
	listener->rest.owner = listener;
	listener->fd = fd;
	listener->is_unix = is_unix;
	r = uv_poll_init (&http->loop->uv, &listener->watch, fd);
	if (r < 0) {
		close (fd);
		return r;
	}
	http->n_handles++;
	listener->watch.data = listener;
	listener->is_open = true;
	return 0;
}

static int
open_tcp (struct http *http, struct error *err)
{
	const struct http_options *options = http->options;

	if (options->tcp_fd == 0)
		return bind_tcp (options->host, options->port, &http->port,
				 http->host, sizeof (http->host), err);
	bind_tell (options->tcp_fd, &http->port, http->host,
		   sizeof (http->host));
	return options->tcp_fd;
}

static int
open_unix (struct http *http, struct error *err)
{
	const struct http_options *options = http->options;
	int fd;

	if (options->unix_fd != 0)
		return options->unix_fd;
	fd = unix_socket_listen (options->unix_path, BACKLOG,
				 &http->listeners[true].file, err);
	if (fd < 0)
		error_prefix (err, "--unix %s", options->unix_path);
	return fd;
}

int
listener_open_all (struct http *http, struct error *err)
{
	int fd = open_tcp (http, err);
	int r;

	if (fd < 0)
		return fd;
	r = open_listener (http, fd, false);
	if (r == 0 && http->options->unix_path != NULL) {
		fd = open_unix (http, err);
		if (fd < 0)
			return fd;
		r = open_listener (http, fd, true);
	}
	if (r < 0)
		return error_set (err, r, "cannot watch a listening socket: %s",
				  error_name (r));
	return 0;
}

int
listener_listen_all (struct http *http, struct error *err)
{
	struct listener *listener;
	int r;

	for (listener = http->listeners;
	     listener < http->listeners + LISTENERS_MAX; listener++) {
		if (!listener->is_open)
			continue;
		if (listen (listener->fd, BACKLOG) < 0) {
			r = -errno;
			return error_set (err, r, "cannot listen: %s",
					  error_name (r));
		}
		uv_poll_start (&listener->watch, UV_READABLE, on_ready);
	}
	return 0;
}

static void
close_listener (struct http *http, struct listener *listener)
{
	if (!listener->is_open)
		return;
	listener->is_open = false;
	due_clear (&http->dues, &listener->rest);
	server_close (http, (uv_handle_t *) &listener->watch);
	if (listener->is_unix && http->options->unix_fd == 0)
		unix_socket_remove (http->options->unix_path, &listener->file);
	close (listener->fd);
}

void
listener_close_all (struct http *http)
{
	int i;

	for (i = 0; i < LISTENERS_MAX; i++)
		close_listener (http, &http->listeners[i]);
}

void
listener_drain_all (struct http *http)
{
	int i, n;

	for (i = 0; i < LISTENERS_MAX; i++)
		for (n = 0; n < BACKLOG && http->listeners[i].is_open
			    && accept_next (&http->listeners[i]);
		     n++)
			;
	listener_close_all (http);
}
