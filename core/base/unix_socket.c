/* Unix sockets. A connect that is refused tells a socket without a server from
 * one with a server, which therefore has to listen from the first moment. */
#include "base/unix_socket.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* Another starter has the lock for less than a millisecond. */
#define LOCK_TRIES 200
#define LOCK_PAUSE_MS 10

static int
make_socket (void)
{
	int fd =
		socket (AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	return fd < 0 ? -errno : fd;
}

/* Returns a descriptor that holds the lock; -ENOENT: the folder cannot be
 * read, so that nobody locks it; -EBUSY. */
static int
lock_folder (const char *path)
{
	char *copy = strdup (path);
	int fd, i;

	if (!copy)
		return -ENOMEM;
	fd = open (dirname (copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	free (copy);
	if (fd < 0)
		return -ENOENT;
	for (i = 0; i < LOCK_TRIES; i++) {
		if (flock (fd, LOCK_EX | LOCK_NB) == 0)
			return fd;
		poll (NULL, 0, LOCK_PAUSE_MS);
	}
	close (fd);
	return -EBUSY;
}

/* 0 when the path is free, or was until now a socket without a server. */
static int
make_way (const struct sockaddr_un *name, struct error *err)
{
	struct stat file;
	int fd, r;

	if (lstat (name->sun_path, &file) < 0)
		return 0;
	if (!S_ISSOCK (file.st_mode))
		return error_set (err, -EEXIST,
				  "something else than a socket is there");
	fd = make_socket ();
	if (fd < 0)
		return error_set (err, fd, "%s", error_name (fd));
	r = connect (fd, (const struct sockaddr *) name, sizeof (*name));
	r = r < 0 ? -errno : 0;
	close (fd);
	if (r != -ECONNREFUSED)
		return error_set (err, -EADDRINUSE,
				  "another server listens there");
	unlink (name->sun_path);
	return 0;
}

static int
bind_name (const struct sockaddr_un *name, int backlog, struct stat *ret_file)
{
	int fd = make_socket ();
	int r;

	if (fd < 0)
		return fd;
	/* The file gets the socket's mode: at no moment is it more open. */
	if (fchmod (fd, 0600) == 0
	    && bind (fd, (const struct sockaddr *) name, sizeof (*name)) == 0
	    && listen (fd, backlog) == 0
	    && lstat (name->sun_path, ret_file) == 0)
		return fd;
	r = -errno;
	close (fd);
	return r;
}

static int
take_name (const struct sockaddr_un *name, int backlog, struct stat *ret_file,
	   struct error *err)
{
	int r = make_way (name, err);

	if (r < 0)
		return r;
	r = bind_name (name, backlog, ret_file);
	if (r < 0)
		return error_set (err, r, "%s", error_name (r));
	return r;
}

int
unix_socket_listen (const char *path, int backlog, struct stat *ret_file,
		    struct error *err)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX };
	int lock, r;

	if (path[0] == '\0' || strlen (path) >= sizeof (name.sun_path))
		return error_set (err, -ENAMETOOLONG,
				  "a path of 1 to %zu bytes is needed",
				  sizeof (name.sun_path) - 1);
	memcpy (name.sun_path, path, strlen (path) + 1);
	lock = lock_folder (path);
	if (lock == -EBUSY)
		return error_set (err, lock,
				  "another process keeps its folder locked");
	r = take_name (&name, backlog, ret_file, err);
	if (lock >= 0)
		close (lock);
	return r;
}

void
unix_socket_remove (const char *path, const struct stat *file)
{
	struct stat now;

	/* A number may be given again, but not at the same time. */
	if (lstat (path, &now) == 0 && now.st_dev == file->st_dev
	    && now.st_ino == file->st_ino
	    && now.st_mtim.tv_sec == file->st_mtim.tv_sec
	    && now.st_mtim.tv_nsec == file->st_mtim.tv_nsec)
		unlink (path);
}
