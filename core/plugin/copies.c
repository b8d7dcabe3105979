/* Copies of plugin files. Knows nothing of what is in them. */
#include <config.h>

#include "plugin/copies.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"

/* One of our own, with a name that nobody could know. Yours. */
static char *
make_dir (void)
{
	const char *temporary = getenv ("TMPDIR");
	char *dir;

	if (temporary == NULL || temporary[0] != '/')
		temporary = "/tmp";
	dir = text_format ("%s/mcp-orchestrator-XXXXXX", temporary);
	if (dir != NULL && mkdtemp (dir) == NULL) {
		int saved = errno;

		free (dir);
		errno = saved;
		return NULL;
	}
	return dir;
}

/* Whether it is a directory of ours, and of nobody else. */
static bool
is_private (const char *dir)
{
	struct stat st;

	return lstat (dir, &st) == 0 && S_ISDIR (st.st_mode)
	       && st.st_uid == geteuid () && (st.st_mode & 077) == 0;
}

int
copies_prepare (struct copies *copies, struct error *err)
{
	if (copies->dir != NULL && is_private (copies->dir))
		return 0;
	/* Temporary directories are cleared now and then. */
	free (copies->dir);
	copies->dir = make_dir ();
	if (copies->dir != NULL)
		return 0;
	return error_set (
		err, -errno,
		"no temporary directory can be made: %s; name another "
		"in TMPDIR",
		error_name (errno));
}

/* What a plugin that is stuck has mapped is there, too: it can go. */
static void
remove_all (const char *path)
{
	DIR *dir = opendir (path);
	struct dirent *entry;

	while (dir != NULL && (entry = readdir (dir)) != NULL)
		if (entry->d_type != DT_DIR)
			unlinkat (dirfd (dir), entry->d_name, 0);
	if (dir != NULL)
		closedir (dir);
	rmdir (path);
}

void
copies_fini (struct copies *copies)
{
	if (copies->dir != NULL)
		remove_all (copies->dir);
	free (copies->dir);
	copies->dir = NULL;
}

/* 0 or a negative errno. */
static int
write_all (int fd, const struct image *image)
{
	size_t done = 0;

	while (done < image->size) {
		ssize_t n = write (fd, image->data + done, image->size - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		done += (size_t) n;
	}
	return 0;
}

static int
write_file (const char *path, const struct image *image)
{
	int fd = open (path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0500);
	int r;

	if (fd < 0)
		return -errno;
	r = write_all (fd, image);
	if (close (fd) < 0 && r == 0)
		r = -errno;
	if (r < 0)
		unlink (path);
	return r;
}

int
copies_write (struct copies *copies, const char *name,
	      const struct image *image, char **ret_path, struct error *err)
{
	/* One count for the process, as the dynamic linker has one. */
	static atomic_ulong serial;
	char *path;
	int r;

	path = text_format ("%s/%s.%lu.so", copies->dir, name,
			    atomic_fetch_add (&serial, 1) + 1);
	if (path == NULL)
		return error_set (err, -ENOMEM, "out of memory");
	r = write_file (path, image);
	if (r < 0) {
		error_set (err, r,
			   "the private copy '%s' cannot be written: %s", path,
			   error_name (r));
		free (path);
		return r;
	}
	*ret_path = path;
	return 0;
}

void
copies_remove (char *path)
{
	if (path != NULL)
		unlink (path);
	free (path);
}
