/* Opening what is below a directory, and nothing else. Knows nothing of the
 * server. */
#ifndef COMMON_BENEATH_H
#define COMMON_BENEATH_H

#include <stddef.h>

/* Opens a path below root, a directory's descriptor, with flags as open(2)
 * has them; O_CLOEXEC and O_NOFOLLOW are added. No link is followed, at no
 * place of the path, so that nobody who moves things about while we look can
 * lead us out. -EINVAL: it is not a path of names with one '/' between them
 * ("." and ".." are no names); -ELOOP, -ENOTDIR: a link; others as open(2). */
int beneath_open (int root, const char *path, int flags);

/* Reads a regular file below root, whole. *ret_bytes: yours. Besides those of
 * beneath_open: -EFBIG: it has more than max bytes; -ENOENT: it is something
 * else than a file; -ENOMEM. */
int beneath_read (int root, const char *path, size_t max, char **ret_bytes,
		  size_t *ret_size);

#endif
