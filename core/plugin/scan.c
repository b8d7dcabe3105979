/* Scanning directories. Does not open the files. */
#include <config.h>

#include "plugin/scan.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/limits.h"
#include "base/text.h"
#include "plugin/file.h"

#define SUFFIX ".so"
#define SUFFIX_SIZE (sizeof (SUFFIX) - 1)

/* The size of a name without the suffix; all of it when it has none. */
static size_t
stem_size (const char *name)
{
	size_t size = strlen (name);

	if (size > SUFFIX_SIZE
	    && strcmp (name + size - SUFFIX_SIZE, SUFFIX) == 0)
		return size - SUFFIX_SIZE;
	return size;
}

/* What is wrong with a name, in err, or false. */
static bool
name_is_refused (const struct scan *scan, const char *name, struct error *err)
{
	if (scan->n_found >= LIMIT_PLUGINS)
		error_set (err, -EINVAL, "one server loads at most %d plugins",
			   LIMIT_PLUGINS);
	else if (!text_is_name (name, 1, LIMIT_PLUGIN_NAME_BYTES, "._-"))
		error_set (err, -EINVAL,
			   "name: '%s', expected 1 to %d of A-Z a-z 0-9 . _ - "
			   "(it is the file's name without .so); rename the "
			   "file",
			   name, LIMIT_PLUGIN_NAME_BYTES);
	else
		return false;
	return true;
}

static int
grow (struct scan *scan)
{
	struct found *found =
		realloc (scan->found, (scan->n_found + 1) * sizeof (*found));

	if (found == NULL)
		return -ENOMEM;
	scan->found = found;
	return 0;
}

/* fault: why the directory is refused; NULL: it is a file, whose name
 * decides. */
static int
add_new (struct scan *scan, const char *file, const struct error *fault)
{
	const char *slash = strrchr (file, '/');
	const char *base = slash != NULL ? slash + 1 : file;
	struct found found = { .file = strdup (file),
			       .name = strndup (base, stem_size (base)) };
	struct error err;
	struct stat st;

	found.is_dir = fault != NULL;
	if (fault == NULL && found.name != NULL
	    && name_is_refused (scan, found.name, &err))
		fault = &err;
	if (fault == NULL && stat (file, &st) == 0)
		file_stamp_init (&found.stamp, &st);
	if (fault != NULL)
		found.fault = strdup (fault->text);
	if (found.file == NULL || found.name == NULL
	    || (fault != NULL && found.fault == NULL) || grow (scan) < 0) {
		free (found.file);
		free (found.name);
		free (found.fault);
		return -ENOMEM;
	}
	scan->found[scan->n_found++] = found;
	return 0;
}

static int
add (struct scan *scan, const char *file, const struct error *fault)
{
	for (size_t i = 0; i < scan->n_found; i++)
		if (strcmp (scan->found[i].file, file) == 0)
			return 0;
	return add_new (scan, file, fault);
}

static int
is_plugin_file (const struct dirent *entry)
{
	return entry->d_name[0] != '.'
	       && stem_size (entry->d_name) < strlen (entry->d_name);
}

/* Not alphasort: the order must not depend on the locale. */
static int
compare_names (const struct dirent **a, const struct dirent **b)
{
	return strcmp ((*a)->d_name, (*b)->d_name);
}

static int
add_files (struct scan *scan, const char *dir)
{
	struct dirent **entries;
	int n = scandir (dir, &entries, is_plugin_file, compare_names);
	int r = 0;

	if (n < 0) {
		struct error err;

		error_set (&err, -EINVAL, "directory cannot be read: %s",
			   error_name (errno));
		return add (scan, dir, &err);
	}
	for (int i = 0; i < n; i++) {
		char *file = text_format ("%s/%s", dir, entries[i]->d_name);

		if (file == NULL)
			r = -ENOMEM;
		if (r == 0)
			r = add (scan, file, NULL);
		free (file);
		free (entries[i]);
	}
	free (entries);
	return r;
}

static int
scan_entry (struct scan *scan, const char *path)
{
	struct error err;
	struct stat st;

	if (stat (path, &st) < 0) {
		const char *reason = error_name (errno);

		if (stem_size (path) < strlen (path))
			error_set (&err, -EINVAL, "cannot be opened: %s",
				   reason);
		else
			error_set (&err, -EINVAL,
				   "directory cannot be opened: %s; create it "
				   "or name another with --plugin-dir",
				   reason);
		return add (scan, path, &err);
	}
	if (!S_ISDIR (st.st_mode))
		return add (scan, path, NULL);
	if (file_check_trust (path, &st, &err) < 0
	    || file_check_parents (path, &err) < 0)
		return add (scan, path, &err);
	return add_files (scan, path);
}

int
scan_dirs (const char *const *dirs, struct scan *ret_scan)
{
	struct scan scan = { 0 };

	for (; *dirs != NULL; dirs++) {
		if (scan_entry (&scan, *dirs) < 0) {
			scan_fini (&scan);
			return -ENOMEM;
		}
	}
	*ret_scan = scan;
	return 0;
}

void
scan_fini (struct scan *scan)
{
	for (size_t i = 0; i < scan->n_found; i++) {
		free (scan->found[i].name);
		free (scan->found[i].file);
		free (scan->found[i].fault);
	}
	free (scan->found);
	*scan = (struct scan){ 0 };
}
