/* The environment that systemd makes, in the form that sd_listen_fds(3) and
 * sd_notify(3) describe. */
#include <config.h>

#include "systemd.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/log.h"
#include "base/text.h"

/* The first descriptor that is handed over. */
#define FIRST_FD 3
/* More than that is a mistake, and none of them is looked at. */
#define MAX_FDS 64

union address {
	struct sockaddr any;
	struct sockaddr_storage storage;
	struct sockaddr_un un;
};

/* --- Sockets -------------------------------------------------------------- */

static int
refuse (int fd, struct error *err, const char *why)
{
	return error_set (err, -EINVAL, "LISTEN_FDS: descriptor %d: %s", fd,
			  why);
}

static int
read_option (int fd, int option)
{
	int value = -1;
	socklen_t size = sizeof (value);

	return getsockopt (fd, SOL_SOCKET, option, &value, &size) < 0 ? -1
								      : value;
}

static int
set_text (char **member, const char *text, struct error *err)
{
	char *copy = strdup (text);

	if (!copy)
		return error_set (err, -ENOMEM, "out of memory");
	free (*member);
	*member = copy;
	return 0;
}

static int
take_tcp (struct settings *settings, int fd, const union address *address,
	  socklen_t size, struct error *err)
{
	char host[64], port[8];

	if (settings->tcp_fd > 0)
		return refuse (fd, err,
			       "a second TCP socket; one is served, and a unix "
			       "socket beside it");
	if (getnameinfo (&address->any, size, host, sizeof (host), port,
			 sizeof (port), NI_NUMERICHOST | NI_NUMERICSERV)
	    != 0)
		return refuse (fd, err, "has no address");
	settings->tcp_fd = fd;
	settings->port = strtol (port, NULL, 10);
	return set_text (&settings->host, host, err);
}

/* Names without a file begin with a NUL, which is written as @. */
static int
take_unix (struct settings *settings, int fd, const union address *address,
	   socklen_t size, struct error *err)
{
	char path[sizeof (address->un.sun_path) + 1] = { 0 };

	if (settings->unix_fd > 0)
		return refuse (fd, err,
			       "a second unix socket; one is served, and a TCP "
			       "socket beside it");
	memcpy (path, address->un.sun_path,
		size - offsetof (struct sockaddr_un, sun_path));
	if (path[0] == '\0')
		path[0] = '@';
	settings->unix_fd = fd;
	return set_text (&settings->unix_path, path, err);
}

static int
take_socket (struct settings *settings, int fd, struct error *err)
{
	union address address = { 0 };
	socklen_t size = sizeof (address);
	int flags = fcntl (fd, F_GETFL);

	if (flags < 0)
		return refuse (fd, err, "not open");
	if (fd == settings->control.fd || fd == settings->ready_fd)
		return refuse (fd, err, "--control or --ready-fd has it, too");
	if (read_option (fd, SO_TYPE) != SOCK_STREAM
	    || read_option (fd, SO_ACCEPTCONN) != 1
	    || getsockname (fd, &address.any, &size) < 0)
		return refuse (fd, err,
			       "not a listening stream socket; is it "
			       "ListenStream= with Accept=no?");
	if (fcntl (fd, F_SETFL, flags | O_NONBLOCK) < 0
	    || fcntl (fd, F_SETFD, FD_CLOEXEC) < 0)
		return refuse (fd, err, error_name (-errno));
	if (address.any.sa_family == AF_UNIX)
		return take_unix (settings, fd, &address, size, err);
	return take_tcp (settings, fd, &address, size, err);
}

static int
take_sockets (struct settings *settings, struct error *err)
{
	const char *pid = getenv ("LISTEN_PID"), *fds = getenv ("LISTEN_FDS");
	int64_t number, n = 0;
	int r = 0;

	/* They may be meant for whoever started us. */
	if (!pid || !fds || text_to_integer (pid, 1, INT32_MAX, &number) < 0
	    || number != getpid ())
		return 0;
	if (text_to_integer (fds, 0, MAX_FDS, &n) < 0)
		return error_set (err, -EINVAL,
				  "LISTEN_FDS: expected a number from 0 to "
				  "%d, found '%.20s'",
				  MAX_FDS, fds);
	for (int fd = FIRST_FD; r == 0 && fd < FIRST_FD + n; fd++)
		r = take_socket (settings, fd, err);
	return r;
}

/* --- Telling -------------------------------------------------------------- */

static int
take_notify (struct settings *settings, struct error *err)
{
	const char *path = getenv ("NOTIFY_SOCKET");
	struct sockaddr_un address;

	if (!path || path[0] == '\0')
		return 0;
	if ((path[0] != '/' && path[0] != '@')
	    || strlen (path) >= sizeof (address.sun_path))
		return error_set (err, -EINVAL,
				  "NOTIFY_SOCKET: expected a path, or @ and a "
				  "name, of at most %zu bytes, found '%.120s'",
				  sizeof (address.sun_path) - 1, path);
	return set_text (&settings->notify_socket, path, err);
}

int
systemd_take (struct settings *settings, struct error *err)
{
	int r = take_sockets (settings, err);

	if (r == 0)
		r = take_notify (settings, err);
	unsetenv ("LISTEN_PID");
	unsetenv ("LISTEN_FDS");
	unsetenv ("LISTEN_FDNAMES");
	unsetenv ("NOTIFY_SOCKET");
	return r;
}

void
systemd_notify (const struct settings *settings, const char *text)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	size_t size;
	int fd;

	if (!settings->notify_socket)
		return;
	size = strlen (settings->notify_socket);
	memcpy (address.sun_path, settings->notify_socket, size);
	if (address.sun_path[0] == '@')
		address.sun_path[0] = '\0';
	fd = socket (AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0
	    || sendto (fd, text, strlen (text), MSG_NOSIGNAL,
		       (struct sockaddr *) &address,
		       (socklen_t) (offsetof (struct sockaddr_un, sun_path)
				    + size))
		       < 0)
		log_warning ("NOTIFY_SOCKET %s: %s", settings->notify_socket,
			     error_name (-errno));
	if (fd >= 0)
		close (fd);
}
