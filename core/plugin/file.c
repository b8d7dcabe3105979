/* Reading plugin files. Knows nothing of what is in them. */
#include <config.h>

#include "plugin/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/limits.h"

int
file_check_trust (const char *path, const struct stat *stat, struct error *err)
{
	if (stat->st_uid != 0 && stat->st_uid != geteuid ())
		return error_set (err, -EPERM,
				  "owner: user %u, must be root or user %u "
				  "(us); chown '%s'",
				  (unsigned) stat->st_uid,
				  (unsigned) geteuid (), path);
	if (stat->st_mode & (S_IWGRP | S_IWOTH))
		return error_set (err, -EPERM,
				  "mode: %04o lets %s write to it; chmod go-w "
				  "'%s'",
				  (unsigned) stat->st_mode & 07777,
				  stat->st_mode & S_IWOTH ? "others" : "group",
				  path);
	return 0;
}

static int
check_stat (const char *path, const struct stat *stat, struct error *err)
{
	if (!S_ISREG (stat->st_mode))
		return error_set (err, -EINVAL,
				  "not a regular file; remove it or name "
				  "another");
	if (stat->st_size > LIMIT_PLUGIN_FILE_BYTES)
		return error_set (err, -EFBIG,
				  "size: %lld bytes, a plugin has at most %d",
				  (long long) stat->st_size,
				  LIMIT_PLUGIN_FILE_BYTES);
	return file_check_trust (path, stat, err);
}

/* Reads up to size bytes; a file that became shorter is what it is now. */
static int
read_all (int fd, size_t size, struct image *ret_image)
{
	unsigned char *data = malloc (size + 1);
	size_t done = 0;
	ssize_t n = 0;

	if (data == NULL)
		return -ENOMEM;
	while (done < size) {
		n = read (fd, data + done, size - done);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		done += (size_t) n;
	}
	if (n < 0) {
		n = -errno;
		free (data);
		return (int) n;
	}
	*ret_image = (struct image){ data, done };
	return 0;
}

int
file_read (const char *path, struct image *ret_image, struct error *err)
{
	/* Not blocking: a pipe by that name must not hold us. */
	int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat stat;
	int r;

	if (fd < 0 || fstat (fd, &stat) < 0)
		r = error_set (err, -errno, "cannot be opened: %s",
			       error_name (errno));
	else
		r = check_stat (path, &stat, err);
	if (r == 0) {
		r = read_all (fd, (size_t) stat.st_size, ret_image);
		if (r < 0)
			error_set (err, r, "cannot be read: %s",
				   error_name (r));
	}
	if (fd >= 0)
		close (fd);
	return r;
}

void
image_fini (struct image *image)
{
	free (image->data);
	*image = (struct image){ 0 };
}
