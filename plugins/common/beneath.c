/* A path is walked name by name. (openat2 with RESOLVE_BENEATH would do it at
 * once, on Linux; this does it everywhere.) */
#include "common/beneath.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Copies the name that path begins with. -EINVAL, -ENAMETOOLONG. */
static int
take_name (const char *path, char name[NAME_MAX + 1], size_t *ret_size)
{
	size_t size = strcspn (path, "/");

	*ret_size = size;
	if (size > NAME_MAX)
		return -ENAMETOOLONG;
	memcpy (name, path, size);
	name[size] = '\0';
	if (size == 0 || strcmp (name, ".") == 0 || strcmp (name, "..") == 0)
		return -EINVAL;
	return 0;
}

int
beneath_open (int root, const char *path, int flags)
{
	char name[NAME_MAX + 1];
	int dir = root, fd, r;
	size_t size;

	for (;; path += size + 1) {
		int how = O_CLOEXEC | O_NOFOLLOW;

		r = take_name (path, name, &size);
		how |= path[size] == '/' ? O_DIRECTORY | O_RDONLY : flags;
		fd = r == 0 ? openat (dir, name, how) : r;
		r = r == 0 && fd < 0 ? -errno : r;
		if (dir != root)
			close (dir);
		if (r < 0 || path[size] == '\0')
			return r < 0 ? r : fd;
		dir = fd;
	}
}

/* As much as there is, at most room bytes. */
static int
read_some (int fd, char *bytes, size_t room, size_t *ret_size)
{
	ssize_t n;

	*ret_size = 0;
	do {
		n = read (fd, bytes + *ret_size, room - *ret_size);
		if (n > 0)
			*ret_size += (size_t) n;
	} while (n > 0 && *ret_size < room);
	return n < 0 ? -errno : 0;
}

static int
read_file (int fd, size_t max, char **ret_bytes, size_t *ret_size)
{
	struct stat status;
	char *bytes;
	int r;

	if (fstat (fd, &status) < 0)
		return -errno;
	if (!S_ISREG (status.st_mode))
		return -ENOENT;
	bytes = malloc (max + 1);
	if (bytes == NULL)
		return -ENOMEM;
	/* What fstat says may be over by now; and files of /proc have no
	 * size. */
	r = read_some (fd, bytes, max + 1, ret_size);
	if (r == 0 && *ret_size > max)
		r = -EFBIG;
	if (r < 0)
		free (bytes);
	else
		*ret_bytes = bytes;
	return r;
}

int
beneath_read (int root, const char *path, size_t max, char **ret_bytes,
	      size_t *ret_size)
{
	/* A FIFO would wait for its writer. */
	int fd = beneath_open (root, path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
	int r;

	if (fd < 0)
		return fd;
	r = read_file (fd, max, ret_bytes, ret_size);
	close (fd);
	return r;
}
