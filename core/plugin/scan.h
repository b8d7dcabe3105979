/* Finding plugin files in directories. Reads the disk, so not the loop. */
#ifndef PLUGIN_SCAN_H
#define PLUGIN_SCAN_H

#include <stdbool.h>
#include <stddef.h>

#include "plugin/file.h"

/* A file to load, or something that cannot be. */
struct found {
	char *name;  /* the file's name without .so */
	char *file;  /* its path; of a directory that is refused: its path */
	char *fault; /* NULL, or why it is refused: a sentence */
	bool is_dir; /* of a directory that is refused */
	struct file_stamp stamp;
};

struct scan {
	struct found *found;
	size_t n_found;
};

/* Looks for *.so in each of dirs (NULL-terminated), in their order, sorted
 * by file name within one; an entry that is itself a file stands for that file
 * alone. Directories and names that are refused are found with a fault. What
 * is there twice is found once. 0 or -ENOMEM. */
int scan_dirs (const char *const *dirs, struct scan *ret_scan);
void scan_fini (struct scan *scan);

#endif
