/* Looks at a directory again whenever something comes or goes in it, which
 * also helps when the kernel had too much to tell; what only changed is told
 * as it is. */
#include "common/tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

/* Out of memory is ours to handle, not the end. */
#define HASH_NONFATAL_OOM 1
#include <uthash.h>

#include "common/beneath.h"

#define MAX_DEPTH 32
#define MAX_FOLDERS 4096
/* What comes and goes within this time is looked at together. */
#define PAUSE_MS 100

struct file {
	UT_hash_handle hh;
	bool is_there; /* was seen in the look that runs */
	char path[];
};

struct folder {
	UT_hash_handle hh;
	int watch; /* inotify's number */
	char path[];
};

struct tree {
	struct tree_options options;
	pthread_mutex_t lock; /* protects files */
	struct file *files;
	/* Of whoever looks: tree_new, then the thread. */
	bool has_left_out; /* a file, for there were too many */
	struct folder *folders;
	int notify, stop;
	pthread_t thread;
};

/* --- Looking --------------------------------------------------------------- */

static char *
join (const char *folder, const char *name)
{
	char *path;

	if (asprintf (&path, "%s%s%s", folder, folder[0] != '\0' ? "/" : "",
		      name)
	    < 0)
		return NULL;
	return path;
}

static void
see_file (struct tree *tree, const char *path)
{
	struct file *file;
	size_t size = strlen (path) + 1;

	HASH_FIND_STR (tree->files, path, file);
	if (file != NULL) {
		file->is_there = true;
		return;
	}
	if (HASH_COUNT (tree->files) >= tree->options.max_files) {
		tree->has_left_out = true;
		return;
	}
	file = malloc (sizeof (*file) + size);
	if (file == NULL)
		return;
	memcpy (file->path, path, size);
	file->is_there = true;
	pthread_mutex_lock (&tree->lock);
	HASH_ADD_STR (tree->files, path, file);
	pthread_mutex_unlock (&tree->lock);
	if (file->hh.tbl == NULL)
		free (file);
	else
		tree->options.ops->added (tree->options.arg, path);
}

static void
forget_folder (struct tree *tree, int watch)
{
	struct folder *folder;

	HASH_FIND_INT (tree->folders, &watch, folder);
	if (folder == NULL)
		return;
	HASH_DEL (tree->folders, folder);
	free (folder);
}

/* Which folder it is that inotify calls by this number; it keeps its number
 * wherever it goes. */
static void
know_folder (struct tree *tree, int watch, const char *path)
{
	size_t size = strlen (path) + 1;
	struct folder *folder = malloc (sizeof (*folder) + size);

	forget_folder (tree, watch);
	if (folder == NULL)
		return;
	folder->watch = watch;
	memcpy (folder->path, path, size);
	HASH_ADD_INT (tree->folders, watch, folder);
	if (folder->hh.tbl == NULL)
		free (folder);
}

/* By its descriptor: its path may lead elsewhere by now. */
static void
watch_folder (struct tree *tree, int fd, const char *path)
{
	char link[64];
	int watch;

	if (HASH_COUNT (tree->folders) >= MAX_FOLDERS)
		return;
	snprintf (link, sizeof (link), "/proc/self/fd/%d", fd);
	watch = inotify_add_watch (tree->notify, link,
				   IN_CLOSE_WRITE | IN_CREATE | IN_DELETE
					   | IN_MOVE | IN_ONLYDIR);
	if (watch >= 0)
		know_folder (tree, watch, path);
}

static void look (struct tree *tree, int fd, const char *path, int depth);

static void
see (struct tree *tree, int dir, const char *folder, const char *name,
     int depth)
{
	char *path = join (folder, name);
	struct stat status;
	int fd;

	if (path == NULL)
		return;
	fd = beneath_open (dir, name, O_RDONLY | O_DIRECTORY);
	if (fd >= 0 && depth < MAX_DEPTH)
		look (tree, fd, path, depth + 1);
	else if (fd >= 0)
		close (fd);
	else if (fstatat (dir, name, &status, AT_SYMLINK_NOFOLLOW) == 0
		 && S_ISREG (status.st_mode))
		see_file (tree, path);
	free (path);
}

/* fd: taken. */
static void
look (struct tree *tree, int fd, const char *path, int depth)
{
	struct dirent *entry;
	DIR *dir;

	watch_folder (tree, fd, path);
	dir = fdopendir (fd);
	if (dir == NULL) {
		close (fd);
		return;
	}
	while ((entry = readdir (dir)) != NULL)
		if (strcmp (entry->d_name, ".") != 0
		    && strcmp (entry->d_name, "..") != 0
		    && (entry->d_name[0] != '.' || tree->options.has_hidden))
			see (tree, fd, path, entry->d_name, depth);
	closedir (dir);
}

static int
compare (const struct file *a, const struct file *b)
{
	return strcmp (a->path, b->path);
}

/* Whether there were any. */
static bool
remove_gone (struct tree *tree)
{
	struct file *file, *next;
	bool is_any = false;

	HASH_ITER (hh, tree->files, file, next) {
		if (file->is_there)
			continue;
		pthread_mutex_lock (&tree->lock);
		HASH_DEL (tree->files, file);
		pthread_mutex_unlock (&tree->lock);
		tree->options.ops->removed (tree->options.arg, file->path);
		free (file);
		is_any = true;
	}
	return is_any;
}

static void
look_once (struct tree *tree)
{
	int fd = openat (tree->options.root, ".",
			 O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct file *file;

	tree->has_left_out = false;
	for (file = tree->files; file != NULL; file = file->hh.next)
		file->is_there = false;
	if (fd >= 0)
		look (tree, fd, "", 0);
	pthread_mutex_lock (&tree->lock);
	HASH_SORT (tree->files, compare);
	pthread_mutex_unlock (&tree->lock);
}

static void
look_anew (struct tree *tree)
{
	look_once (tree);
	/* What is gone makes room for what was left out. */
	if (remove_gone (tree) && tree->has_left_out) {
		look_once (tree);
		remove_gone (tree);
	}
}

/* --- Watching -------------------------------------------------------------- */

static void
tell_changed (struct tree *tree, const struct inotify_event *event)
{
	struct folder *folder;
	struct file *file = NULL;
	char *path;

	HASH_FIND_INT (tree->folders, &event->wd, folder);
	if (folder == NULL || event->len == 0)
		return;
	path = join (folder->path, event->name);
	if (path != NULL)
		HASH_FIND_STR (tree->files, path, file);
	if (file != NULL)
		tree->options.ops->changed (tree->options.arg, path);
	free (path);
}

/* Whether to look again. */
static bool
take_event (struct tree *tree, const struct inotify_event *event)
{
	if ((event->mask & IN_IGNORED) != 0)
		forget_folder (tree, event->wd);
	if ((event->mask & (IN_CLOSE_WRITE | IN_MOVED_TO)) != 0)
		tell_changed (tree, event);
	return (event->mask & (IN_CREATE | IN_DELETE | IN_MOVE | IN_Q_OVERFLOW))
	       != 0;
}

static bool
take_events (struct tree *tree)
{
	char bytes[4096]
		__attribute__ ((aligned (__alignof__(struct inotify_event))));
	bool is_other = false;
	ssize_t n;

	while ((n = read (tree->notify, bytes, sizeof (bytes))) > 0)
		for (char *p = bytes; p < bytes + n;) {
			const struct inotify_event *event = (void *) p;

			is_other |= take_event (tree, event);
			p += sizeof (*event) + event->len;
		}
	return is_other;
}

/* Whether to go on. */
static bool
wait_for (struct tree *tree, bool is_pause)
{
	struct pollfd fds[] = { { tree->stop, POLLIN, 0 },
				{ tree->notify, POLLIN, 0 } };
	int r;

	do
		r = poll (fds, is_pause ? 1 : 2, is_pause ? PAUSE_MS : -1);
	while (r < 0 && errno == EINTR);
	return fds[0].revents == 0;
}

static void *
watch (void *arg)
{
	struct tree *tree = arg;

	while (wait_for (tree, false))
		if (take_events (tree)) {
			if (!wait_for (tree, true))
				break;
			look_anew (tree);
		}
	return NULL;
}

/* --- Beginning and end ----------------------------------------------------- */

/* With all signals blocked, which are the server's. */
static int
start_thread (struct tree *tree)
{
	sigset_t all, before;
	int r;

	sigfillset (&all);
	pthread_sigmask (SIG_SETMASK, &all, &before);
	r = pthread_create (&tree->thread, NULL, watch, tree);
	pthread_sigmask (SIG_SETMASK, &before, NULL);
	return -r;
}

static void
release (struct tree *tree)
{
	struct file *file, *next_file;
	struct folder *folder, *next_folder;

	HASH_ITER (hh, tree->files, file, next_file) {
		HASH_DEL (tree->files, file);
		free (file);
	}
	HASH_ITER (hh, tree->folders, folder, next_folder) {
		HASH_DEL (tree->folders, folder);
		free (folder);
	}
	if (tree->notify >= 0)
		close (tree->notify);
	if (tree->stop >= 0)
		close (tree->stop);
	pthread_mutex_destroy (&tree->lock);
	free (tree);
}

int
tree_new (const struct tree_options *options, struct tree **ret_tree)
{
	struct tree *tree = calloc (1, sizeof (*tree));
	int r;

	if (tree == NULL)
		return -ENOMEM;
	tree->options = *options;
	pthread_mutex_init (&tree->lock, NULL);
	tree->notify = inotify_init1 (IN_CLOEXEC | IN_NONBLOCK);
	tree->stop = eventfd (0, EFD_CLOEXEC);
	r = tree->notify < 0 || tree->stop < 0 ? -errno : 0;
	if (r == 0) {
		look_anew (tree);
		r = start_thread (tree);
	}
	if (r < 0)
		release (tree);
	else
		*ret_tree = tree;
	return r;
}

void
tree_free (struct tree *tree)
{
	if (tree == NULL)
		return;
	eventfd_write (tree->stop, 1);
	pthread_join (tree->thread, NULL);
	release (tree);
}

void
tree_list (struct tree *tree, const char *prefix,
	   void (*each) (void *arg, const char *path), void *arg)
{
	struct file *file;

	pthread_mutex_lock (&tree->lock);
	for (file = tree->files; file != NULL; file = file->hh.next)
		if (strncmp (file->path, prefix, strlen (prefix)) == 0)
			each (arg, file->path);
	pthread_mutex_unlock (&tree->lock);
}
