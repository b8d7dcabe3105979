/* Files of plugins: whether they may be trusted, and their contents. Any
 * thread; reads the disk, so not the loop. Whoever asks knows the path: the
 * sentences do not repeat it. */
#ifndef PLUGIN_FILE_H
#define PLUGIN_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

#include "base/error.h"

/* What tells one state of a file from another. Zeroed: none. */
struct file_stamp {
	dev_t device;
	ino_t inode;
	off_t size;
	struct timespec modified, changed;
};

/* The contents of a file as they were when it was read. */
struct image {
	unsigned char *data;
	size_t size;
	struct file_stamp stamp;
};

/* Whether what stat says of a file or directory belongs to root or to us, and
 * nobody else can write to it. 0 or -EPERM with the cure. */
int file_check_trust (const char *path, const struct stat *stat,
		      struct error *err);

/* Whether a directory lies in none that others can write to, who could put
 * another in its place; a sticky one, as /tmp, does not let them. 0, or -EPERM
 * with the cure. */
int file_check_parents (const char *path, struct error *err);

/* Two files with the same stamp are the same. Of one that was changed a moment
 * ago nobody can tell: then it is none. */
void file_stamp_init (struct file_stamp *stamp, const struct stat *stat);
bool file_stamp_equals (const struct file_stamp *a, const struct file_stamp *b);

/* Reads a regular file that can be trusted, through one descriptor: what is
 * checked later is what was read. One that is being written is refused.
 * *ret_image: yours (image_fini). -EPERM, -EFBIG, -EBUSY, -EINVAL (not a
 * regular file), or what open and read say. */
int file_read (const char *path, struct image *ret_image, struct error *err);
void image_fini (struct image *image);

#endif
