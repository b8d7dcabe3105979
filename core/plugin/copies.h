/* Private copies of plugin files. A plugin is never mapped where it lies
 * (overwritten there, running code would change; truncated, the process would
 * die), and never under a name that was used before (the dynamic linker would
 * give the old code again). Reads and writes the disk, so not the loop. */
#ifndef PLUGIN_COPIES_H
#define PLUGIN_COPIES_H

#include "base/error.h"
#include "plugin/file.h"

struct copies {
	char *dir; /* in TMPDIR; NULL: not there */
};

/* Makes a new directory, 0700. Does nothing when it is there and ours alone;
 * what was cleared away, or is another's by now, is left alone and made
 * anew. */
int copies_prepare (struct copies *copies, struct error *err);
/* Removes the directory, and what copies are left. */
void copies_fini (struct copies *copies);

/* Writes image to a new file for the plugin name. *ret_path: yours. */
int copies_write (struct copies *copies, const char *name,
		  const struct image *image, char **ret_path,
		  struct error *err);
/* Removes the file; path is freed. NULL is fine. */
void copies_remove (char *path);

#endif
