/* Files of plugins: whether they may be trusted, and their contents. Any
 * thread; reads the disk, so not the loop. Whoever asks knows the path: the
 * sentences do not repeat it. */
#ifndef PLUGIN_FILE_H
#define PLUGIN_FILE_H

#include <stddef.h>
#include <sys/stat.h>

#include "base/error.h"

/* The contents of a file as they were when it was read. */
struct image {
	unsigned char *data;
	size_t size;
};

/* Whether what stat says of a file or directory belongs to root or to us, and
 * nobody else can write to it. 0 or -EPERM with the cure. */
int file_check_trust (const char *path, const struct stat *stat,
		      struct error *err);

/* Reads a regular file that can be trusted, through one descriptor: what is
 * checked later is what was read. *ret_image: yours (image_fini). -EPERM,
 * -EFBIG, -EINVAL (not a regular file), or what open and read say. */
int file_read (const char *path, struct image *ret_image, struct error *err);
void image_fini (struct image *image);

#endif
