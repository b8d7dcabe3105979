/* Whether the files are still the ones that are written. SQLite itself would
 * go on writing to a file without a name, and into one that was cut short, and
 * nothing of that would be found again. Knows not what is in them. */
#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "store/disk_sqlite.h"

static int
refuse_gone (const struct disk *disk, const char *what, struct error *err)
{
	return error_set (err, -EIO,
			  "journal %s: %s was deleted or moved while it was in "
			  "use; move it back, or start the server again",
			  disk->path, what);
}

/* Pages that were cut off are in memory, if they were used lately, or in the
 * other file: all is written once more, and moved to its place. */
static int
mend (struct disk *disk, const char *what, struct error *err)
{
	if (disk_run (disk->db, disk->path,
		      "PRAGMA temp_store = FILE;"
		      "VACUUM;"
		      "PRAGMA temp_store = MEMORY;"
		      "PRAGMA wal_checkpoint (TRUNCATE)",
		      NULL)
	    < 0)
		return error_set (err, -EBADMSG,
				  "journal %s: damaged: %s was cut short while "
				  "it was in use; restore it from a copy",
				  disk->path, what);
	disk->log_pages = 0;
	disk->file_size = 0;
	return 0;
}

static int
look_at_file (struct disk *disk, struct error *err)
{
	struct stat status;

	if (stat (disk->path, &status) < 0)
		return refuse_gone (disk, "it", err);
	if (disk->file_size == 0) {
		disk->device = status.st_dev;
		disk->inode = status.st_ino;
	}
	if (status.st_ino != disk->inode || status.st_dev != disk->device)
		return refuse_gone (disk, "it", err);
	/* SQLite makes it larger, never smaller. */
	if (status.st_size < disk->file_size)
		return mend (disk, "it", err);
	disk->file_size = status.st_size;
	return 0;
}

/* A descriptor for looking only: closing it gives up no lock of SQLite's. */
static int
open_log (const struct disk *disk)
{
	char *path = text_format ("%s-wal", disk->path);
	int fd = path ? open (path, O_PATH | O_CLOEXEC) : -1;

	free (path);
	return fd;
}

/* What was committed there and is nowhere else yet is moved to the file. */
static int
refuse_log (struct disk *disk, struct error *err)
{
	sqlite3_wal_checkpoint_v2 (disk->db, NULL, SQLITE_CHECKPOINT_PASSIVE,
				   NULL, NULL);
	return refuse_gone (disk, "its log (-wal)", err);
}

static int
look_at_log (struct disk *disk, struct error *err)
{
	off_t least = DISK_LOG_HEADER_BYTES
		      + (off_t) disk->log_pages
				* (DISK_FRAME_HEADER_BYTES + disk->page_bytes);
	struct stat status;

	if (disk->log_fd < 0)
		disk->log_fd = open_log (disk);
	/* Nothing is in it, or it cannot be looked at. */
	if (disk->log_pages == 0 || disk->log_fd < 0
	    || fstat (disk->log_fd, &status) < 0)
		return 0;
	if (status.st_nlink == 0)
		return refuse_log (disk, err);
	return status.st_size < least ? mend (disk, "its log (-wal)", err) : 0;
}

int
disk_look (struct disk *disk, struct error *err)
{
	int r = look_at_file (disk, err);

	return r < 0 ? r : look_at_log (disk, err);
}
