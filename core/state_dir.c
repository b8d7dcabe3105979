/* The state directory. Who may write it may be us: so it is refused when
 * others can. */
#include "state_dir.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/text.h"

/* --- The directory ---------------------------------------------------------- */

/* As <linux/magic.h> and the file systems themselves have them. */
static const struct {
	unsigned long type;
	const char *name;
} remote[] = {
	{ 0x6969, "NFS" },	{ 0x517b, "SMB" },
	{ 0xff534d42, "CIFS" }, { 0xfe534d42, "SMB2" },
	{ 0x5346414f, "AFS" },	{ 0x6b414653, "AFS" },
	{ 0x73757245, "Coda" }, { 0x01021997, "9P" },
	{ 0x00c36400, "Ceph" }, { 0x0bd00bd0, "Lustre" },
	{ 0x01161970, "GFS2" }, { 0x7461636f, "OCFS2" },
	{ 0x564c, "NCP" },	{ 0x19830326, "BeeGFS" },
	{ 0x47504653, "GPFS" },
};

static const char *
remote_name (unsigned long type)
{
	for (size_t i = 0; i < sizeof (remote) / sizeof (remote[0]); i++)
		if (remote[i].type == (type & 0xffffffff))
			return remote[i].name;
	return NULL;
}

bool
state_dir_is_remote (unsigned long type)
{
	return remote_name (type) != NULL;
}

static int
check_owner (const char *path, int fd, struct error *err)
{
	struct stat status;

	if (fstat (fd, &status) < 0)
		return error_set (err, -errno, "--state-dir %s: %s", path,
				  error_name (errno));
	if (status.st_uid != geteuid ())
		return error_set (err, -EPERM,
				  "--state-dir %s: it belongs to user %u, and "
				  "this is user %u",
				  path, status.st_uid, geteuid ());
	if (status.st_mode & (S_IWGRP | S_IWOTH))
		return error_set (err, -EPERM,
				  "--state-dir %s: others can write it (mode "
				  "%04o); chmod 700 it",
				  path, status.st_mode & 07777);
	return 0;
}

static int
check_dir (const char *path, struct error *err)
{
	int fd = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), r;
	struct statfs status;

	if (fd < 0)
		return error_set (err, -errno, "--state-dir %s: %s", path,
				  error_name (errno));
	r = check_owner (path, fd, err);
	if (r == 0 && fstatfs (fd, &status) == 0
	    && state_dir_is_remote ((unsigned long) status.f_type))
		r = error_set (err, -EXDEV,
			       "--state-dir %s: on a network file system (%s), "
			       "where locks cannot be relied on; name one on a "
			       "disk of this machine",
			       path,
			       remote_name ((unsigned long) status.f_type));
	close (fd);
	return r;
}

char *
state_dir_file (const struct state_dir *dir, const char *name)
{
	return text_format ("%s/%s", dir->path, name);
}

/* --- The lock ---------------------------------------------------------------- */

static void
read_pid (int fd, char *text, size_t size)
{
	ssize_t n = pread (fd, text, size - 1, 0);

	text[n > 0 ? n : 0] = '\0';
	text[strspn (text, "0123456789")] = '\0';
}

static int
write_pid (int fd)
{
	char text[32];
	int size = snprintf (text, sizeof (text), "%ld\n", (long) getpid ());

	if (ftruncate (fd, 0) < 0
	    || pwrite (fd, text, (size_t) size, 0) != size)
		return -EIO;
	return 0;
}

/* It ends with the process, however that ends. */
static int
lock_file (struct state_dir *dir, const char *path, struct error *err)
{
	char pid[32];

	dir->lock =
		open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (dir->lock < 0)
		return error_set (err, -errno, "--state-dir %s: lock: %s",
				  dir->path, error_name (errno));
	if (flock (dir->lock, LOCK_EX | LOCK_NB) < 0) {
		read_pid (dir->lock, pid, sizeof (pid));
		return error_set (err, -EBUSY,
				  "--state-dir %s: process %s uses it; end "
				  "that one, or name another directory",
				  dir->path, pid[0] ? pid : "(unknown)");
	}
	/* Only for others to read: a full disk is no reason not to start. */
	(void) write_pid (dir->lock);
	return 0;
}

static int
lock (struct state_dir *dir, struct error *err)
{
	char *path = state_dir_file (dir, "lock");
	int r = path ? lock_file (dir, path, err)
		     : error_set (err, -ENOMEM, "out of memory");

	free (path);
	return r;
}

/* --- The key ------------------------------------------------------------------- */

static int
read_key (struct state_dir *dir, const char *path, struct error *err)
{
	int fd = open (path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	struct stat status;
	ssize_t n = -1;

	if (fd < 0 && errno == ENOENT)
		return -ENOENT;
	if (fd >= 0 && fstat (fd, &status) == 0 && S_ISREG (status.st_mode)
	    && status.st_uid == geteuid () && !(status.st_mode & 077)
	    && status.st_size == SEAL_KEY_BYTES)
		n = read (fd, dir->key.bytes, SEAL_KEY_BYTES);
	if (fd >= 0)
		close (fd);
	if (n == SEAL_KEY_BYTES)
		return 0;
	return error_set (err, -EBADMSG,
			  "%s: expected a file of %d bytes that only its owner "
			  "can read; remove it, and sessions of before end",
			  path, SEAL_KEY_BYTES);
}

static int
write_key (const struct state_dir *dir, const char *name)
{
	int fd = open (name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	ssize_t n;
	int r = 0;

	if (fd < 0)
		return -errno;
	n = write (fd, dir->key.bytes, SEAL_KEY_BYTES);
	if (n < 0 || fsync (fd) < 0)
		r = -errno;
	else if (n != SEAL_KEY_BYTES)
		r = -ENOSPC;
	close (fd);
	if (r < 0)
		unlink (name);
	return r;
}

/* Under its own name only when it is whole. */
static int
make_key (struct state_dir *dir, const char *path, struct error *err)
{
	char *name = text_format ("%s.new", path);
	int r = name ? 0 : -ENOMEM;

	seal_key_make (&dir->key);
	if (r == 0)
		r = write_key (dir, name);
	if (r == 0 && rename (name, path) < 0)
		r = -errno;
	if (r < 0)
		error_set (err, r, "%s: cannot be made: %s", path,
			   error_name (r));
	free (name);
	return r;
}

static int
open_key (struct state_dir *dir, struct error *err)
{
	char *path = state_dir_file (dir, "key");
	int r = path ? read_key (dir, path, err)
		     : error_set (err, -ENOMEM, "out of memory");

	if (r == -ENOENT)
		r = make_key (dir, path, err);
	free (path);
	return r;
}

/* --- All of it -------------------------------------------------------------------- */

int
state_dir_open (const char *path, struct state_dir *ret_dir, struct error *err)
{
	struct state_dir dir = { .lock = -1 };
	int r = 0;

	*ret_dir = (struct state_dir){ .lock = -1 };
	if (mkdir (path, 0700) < 0 && errno != EEXIST)
		return error_set (err, -errno, "--state-dir %s: %s", path,
				  error_name (errno));
	dir.path = strdup (path);
	if (!dir.path)
		return error_set (err, -ENOMEM, "out of memory");
	r = check_dir (path, err);
	if (r == 0)
		r = lock (&dir, err);
	if (r == 0)
		r = open_key (&dir, err);
	if (r < 0)
		state_dir_close (&dir);
	*ret_dir = dir;
	return r;
}

void
state_dir_close (struct state_dir *dir)
{
	if (dir->path && dir->lock >= 0)
		close (dir->lock);
	free (dir->path);
	seal_key_wipe (&dir->key);
	*dir = (struct state_dir){ .lock = -1 };
}
