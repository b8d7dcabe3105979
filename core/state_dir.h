/* The state directory: ours alone, locked, with the key for seals. Knows not
 * what else is kept in it. */
#ifndef STATE_DIR_H
#define STATE_DIR_H

#include <stdbool.h>

#include "base/error.h"
#include "base/seal.h"

struct state_dir {
	char *path; /* NULL: it is not open */
	int lock;   /* the descriptor that holds the lock */
	struct seal_key key;
};

/* Makes it (0700; what it lies in has to be there) or checks it, locks it, and
 * reads or makes the key. A negative errno with the reason; *ret_dir is then
 * as state_dir_close leaves it. */
int state_dir_open (const char *path, struct state_dir *ret_dir,
		    struct error *err);
/* Also of one that is zeroed. */
void state_dir_close (struct state_dir *dir);
/* The path of a file in it (yours); NULL: out of memory. */
char *state_dir_file (const struct state_dir *dir, const char *name);

/* Whether that f_type of statfs(2) is a file system of another machine, where
 * locks and a database's shared memory cannot be relied on. */
bool state_dir_is_remote (unsigned long type);

#endif
