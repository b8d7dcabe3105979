/* Unix sockets with names in the file system, which several starters may
 * want. Knows nothing of who connects. */
#ifndef BASE_UNIX_SOCKET_H
#define BASE_UNIX_SOCKET_H

#include <sys/stat.h>

#include "base/error.h"

/* Makes a socket of mode 0600 that listens. One that is there already is
 * replaced only when nobody answers on it; another file never. Starters of
 * this program take turns, by a lock of the folder: none replaces what the
 * other one is just making. ret_file: what was made, so that it is removed
 * only while it is ours. Returns a descriptor (yours), or a negative errno
 * with a sentence that the caller puts the option before. May wait, so only
 * at start. */
int unix_socket_listen (const char *path, int backlog, struct stat *ret_file,
			struct error *err);
/* Removes the file if it is still the one that was made. */
void unix_socket_remove (const char *path, const struct stat *file);

#endif
