/* Reading plugin files. Knows nothing of what is in them. */
#include <config.h>

#include "plugin/file.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
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
check_parent (const char *path, struct error *err)
{
	struct stat stat;

	if (lstat (path, &stat) < 0)
		return error_set (err, -errno, "'%s' cannot be looked at: %s",
				  path, error_name (errno));
	if ((stat.st_mode & S_IWOTH) && !(stat.st_mode & S_ISVTX))
		return error_set (err, -EPERM,
				  "mode: '%s' is %04o, so that others can put "
				  "another directory in the place of this one; "
				  "chmod o-w '%s'",
				  path, (unsigned) stat.st_mode & 07777, path);
	return 0;
}

int
file_check_parents (const char *path, struct error *err)
{
	char *real = realpath (path, NULL);
	char *slash = real != NULL ? strrchr (real, '/') : NULL;
	int r = real != NULL ? 0 : -errno;

	while (r == 0 && slash != NULL && slash != real) {
		*slash = '\0';
		r = check_parent (real, err);
		slash = strrchr (real, '/');
	}
	if (real == NULL)
		error_set (err, r, "cannot be found: %s", error_name (r));
	free (real);
	return r;
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

/* --- Stamps --- */

/* Clocks of file systems are coarse: two changes may have one time. */
#define SETTLED_SECONDS 2

void
file_stamp_init (struct file_stamp *stamp, const struct stat *stat)
{
	struct timespec now;

	*stamp = (struct file_stamp){ 0 };
	clock_gettime (CLOCK_REALTIME, &now);
	if (now.tv_sec < stat->st_ctim.tv_sec + SETTLED_SECONDS)
		return;
	stamp->device = stat->st_dev;
	stamp->inode = stat->st_ino;
	stamp->size = stat->st_size;
	stamp->modified = stat->st_mtim;
	stamp->changed = stat->st_ctim;
}

static bool
times_equal (const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

bool
file_stamp_equals (const struct file_stamp *a, const struct file_stamp *b)
{
	return a->inode != 0 && a->inode == b->inode && a->device == b->device
	       && a->size == b->size && times_equal (&a->modified, &b->modified)
	       && times_equal (&a->changed, &b->changed);
}

/* --- Reading --- */

/* Whether somebody has it open for writing, as far as the system tells: only
 * of files of ours, and not on every file system. */
static bool
has_writer (int fd)
{
	/* Who opens it in this moment would have us told, by a signal that
	 * does nothing. */
	if (fcntl (fd, F_SETSIG, SIGURG) < 0)
		return false;
	if (fcntl (fd, F_SETLEASE, F_RDLCK) < 0)
		return errno == EAGAIN;
	fcntl (fd, F_SETLEASE, F_UNLCK);
	return false;
}

/* before: what was known of it when reading began. */
static int
check_at_rest (int fd, const struct stat *before, struct error *err)
{
	struct stat now;

	if (!has_writer (fd) && fstat (fd, &now) == 0
	    && now.st_size == before->st_size
	    && times_equal (&now.st_mtim, &before->st_mtim))
		return 0;
	return error_set (err, -EBUSY,
			  "is being written; wait until it is whole, or write "
			  "another file and rename it to this one");
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
	*ret_image = (struct image){ .data = data, .size = done };
	return 0;
}

static int
read_trusted (int fd, const char *path, struct image *ret_image,
	      struct error *err)
{
	struct stat stat;
	int r;

	if (fstat (fd, &stat) < 0)
		return error_set (err, -errno, "cannot be opened: %s",
				  error_name (errno));
	r = check_stat (path, &stat, err);
	if (r < 0)
		return r;
	r = read_all (fd, (size_t) stat.st_size, ret_image);
	if (r < 0)
		return error_set (err, r, "cannot be read: %s", error_name (r));
	file_stamp_init (&ret_image->stamp, &stat);
	r = check_at_rest (fd, &stat, err);
	if (r < 0)
		image_fini (ret_image);
	return r;
}

int
file_read (const char *path, struct image *ret_image, struct error *err)
{
	/* Not blocking: a pipe by that name must not hold us. */
	int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	int r;

	if (fd < 0)
		return error_set (err, -errno, "cannot be opened: %s",
				  error_name (errno));
	r = read_trusted (fd, path, ret_image, err);
	close (fd);
	return r;
}

void
image_fini (struct image *image)
{
	free (image->data);
	*image = (struct image){ 0 };
}
