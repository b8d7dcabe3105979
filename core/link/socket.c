/* The named socket: accepting, and who may come in. Knows nothing of what is
 * said. */
#include <config.h>

#include "link/socket.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/unix_socket.h"

/* Connects that may wait for us. */
#define BACKLOG 128
/* How often those that leave are looked at: they are few, and seldom. */
#define LEAVING_MS 100
/* Connections that one turn takes. */
#define ACCEPTS_PER_TURN 16

struct socket {
	struct link *link;
	int fd;
	struct stat file; /* the name, while it is ours */
	uv_poll_t watch;
	uv_timer_t leaving; /* while some peer is */
	int n_handles;	    /* not closed */
};

/* The file's mode keeps others away; this, who was handed a descriptor. */
static bool
may_come (int fd)
{
	struct ucred process;
	socklen_t size = sizeof (process);

	if (getsockopt (fd, SOL_SOCKET, SO_PEERCRED, &process, &size) < 0)
		return false;
	if (process.uid == geteuid () || process.uid == 0)
		return true;
	log_warning ("link: process %ld of user %ld was turned away",
		     (long) process.pid, (long) process.uid);
	return false;
}

/* Whoever connects and says nothing makes room for those who come later. */
static void
make_room (struct link *link)
{
	struct peer *peer, *oldest = NULL;
	int n = 0;

	for (peer = link->peers; peer; peer = peer->next) {
		if (!oldest && peer != link->orchestrator)
			oldest = peer;
		n++;
	}
	if (n > LIMIT_LINK_PEERS)
		peer_close (oldest);
}

static void
admit (struct link *link, int fd)
{
	struct peer *peer;
	int r;

	if (!may_come (fd)) {
		close (fd);
		return;
	}
	r = peer_new (link, fd, fd, true, &peer);
	if (r < 0) {
		/* Whoever only looks whether somebody listens has left. */
		if (r != -ENODATA)
			log_warning ("link: a connection failed: %s",
				     error_name (r));
		return;
	}
	if (peer_begin (peer) < 0)
		peer_close (peer);
	else
		make_room (link);
}

static void
on_ready (uv_poll_t *watch, int status, int events)
{
	struct socket *socket = watch->data;
	int i, fd;

	(void) status;
	(void) events;
	for (i = 0; i < ACCEPTS_PER_TURN; i++) {
		fd = accept4 (socket->fd, NULL, NULL,
			      SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (fd < 0)
			return;
		admit (socket->link, fd);
	}
}

int
socket_open (struct link *link, struct socket **ret_socket, struct error *err)
{
	const char *path = link->options->path;
	struct socket *socket = calloc (1, sizeof (*socket));
	int r;

	if (!socket)
		return error_set (err, -ENOMEM, "out of memory");
	socket->link = link;
	socket->fd = unix_socket_listen (path, BACKLOG, &socket->file, err);
	if (socket->fd < 0) {
		r = socket->fd;
		error_prefix (err, "--control unix:%s", path);
		free (socket);
		return r;
	}
	r = uv_poll_init (&link->loop->uv, &socket->watch, socket->fd);
	if (r < 0) {
		close (socket->fd);
		unix_socket_remove (path, &socket->file);
		free (socket);
		return error_set (err, r, "--control unix:%s: %s", path,
				  error_name (r));
	}
	uv_timer_init (&link->loop->uv, &socket->leaving);
	socket->watch.data = socket->leaving.data = socket;
	socket->n_handles = 2;
	*ret_socket = socket;
	return 0;
}

void
socket_begin (struct socket *socket)
{
	uv_poll_start (&socket->watch, UV_READABLE, on_ready);
}

/* --- Those that leave ---------------------------------------------------- */

static void
look_at_leaving (uv_timer_t *timer)
{
	struct socket *socket = timer->data;
	struct peer *peer, *next;
	bool is_any = false;

	for (peer = socket->link->peers; peer; peer = next) {
		next = peer->next;
		if (peer_has_left (peer))
			peer_close (peer);
		else if (!peer->reader)
			is_any = true;
	}
	if (!is_any)
		uv_timer_stop (timer);
}

void
socket_watch_leaving (struct socket *socket)
{
	if (socket)
		uv_timer_start (&socket->leaving, look_at_leaving, 0,
				LEAVING_MS);
}

/* --- The end ------------------------------------------------------------- */

static void
on_closed (uv_handle_t *handle)
{
	struct socket *socket = handle->data;

	if (--socket->n_handles == 0)
		free (socket);
}

void
socket_close (struct socket *socket)
{
	if (!socket)
		return;
	unix_socket_remove (socket->link->options->path, &socket->file);
	uv_close ((uv_handle_t *) &socket->watch, on_closed);
	uv_close ((uv_handle_t *) &socket->leaving, on_closed);
	close (socket->fd);
}
