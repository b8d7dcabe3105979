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

/* A directory of our own, with a name that nobody could know. */
static char *
make_run_dir (void)
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

/* Makes dir, or takes the one that is there if it is as we would make it. */
static int
make_private (const char *dir, struct error *err)
{
	if (mkdir (dir, 0700) == 0)
		return 0;
	if (errno != EEXIST)
		return error_set (err, -errno,
				  "directory '%s' cannot be made: %s", dir,
				  error_name (errno));
	if (!is_private (dir))
		return error_set (err, -EPERM,
				  "'%s' is in the way: expected a directory of "
				  "ours with mode 0700; remove it",
				  dir);
	return 0;
}

static int
make (struct copies *copies, const char *run_dir, struct error *err)
{
	int r;

	if (run_dir == NULL) {
		run_dir = copies->run_dir = make_run_dir ();
		if (run_dir == NULL)
			return error_set (err, -errno,
					  "no temporary directory can be made: "
					  "%s; name another in TMPDIR",
					  error_name (errno));
	}
	copies->dir = text_format ("%s/plugins", run_dir);
	r = copies->dir != NULL ? make_private (copies->dir, err)
				: error_set (err, -ENOMEM, "out of memory");
	if (r < 0)
		copies_fini (copies);
	return r;
}

static void
forget (struct copies *copies)
{
	free (copies->dir);
	free (copies->run_dir);
	*copies = (struct copies){ 0 };
}

int
copies_prepare (struct copies *copies, const char *run_dir, struct error *err)
{
	if (copies->dir != NULL && is_private (copies->dir)
	    && (copies->run_dir == NULL || is_private (copies->run_dir)))
		return 0;
	/* Temporary directories are cleared now and then. */
	forget (copies);
	return make (copies, run_dir, err);
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
	if (copies->run_dir != NULL)
		rmdir (copies->run_dir);
	forget (copies);
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
	int fd, r;

	/* What a process that died left behind. */
	unlink (path);
	fd = open (path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0500);
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
