/* Whether the log beside the journal's file (SQLite's -wal) is whole. SQLite
 * itself takes the first frame that is not right for the end of the log. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/clock.h"
#include "base/text.h"
#include "store/disk_sqlite.h"

/* Its format: https://sqlite.org/fileformat2.html#walformat. Numbers are
 * big-endian; the last bit of the magic is the order of the sums' words. */
#define MAGIC 0x377f0682
#define PAGE_AT 8
#define SALT_AT 16
#define SUM_AT 24
#define FRAME_COMMIT_AT 4 /* not 0: a transaction ends here */
#define FRAME_SALT_AT 8
#define FRAME_SUM_AT 16
#define SALT_BYTES 8
#define PAGE_MIN 512
#define PAGE_MAX 65536

struct log {
	FILE *file;
	bool is_big;	 /* the words of sums are big-endian */
	uint32_t sum[2]; /* of all so far */
	size_t page;	 /* bytes of one */
	unsigned char salt[SALT_BYTES];
};

static uint32_t
big (const unsigned char *bytes)
{
	return (uint32_t) bytes[0] << 24 | (uint32_t) bytes[1] << 16
	       | (uint32_t) bytes[2] << 8 | bytes[3];
}

static uint32_t
word (const struct log *log, const unsigned char *bytes)
{
	uint32_t value = big (bytes);

	return log->is_big ? value : __builtin_bswap32 (value);
}

/* size: a multiple of 8. */
static void
add (struct log *log, const unsigned char *bytes, size_t size)
{
	for (size_t i = 0; i < size; i += 8) {
		log->sum[0] += word (log, bytes + i) + log->sum[1];
		log->sum[1] += word (log, bytes + i + 4) + log->sum[0];
	}
}

static bool
is_sum (const struct log *log, const unsigned char *bytes)
{
	return log->sum[0] == big (bytes) && log->sum[1] == big (bytes + 4);
}

/* False: it is damaged. A log without a header is empty. */
static bool
read_header (struct log *log, bool *ret_is_empty)
{
	unsigned char header[DISK_LOG_HEADER_BYTES];

	*ret_is_empty = fread (header, sizeof (header), 1, log->file) != 1;
	if (*ret_is_empty)
		return true;
	log->is_big = (big (header) & 1) != 0;
	log->page = big (header + PAGE_AT);
	memcpy (log->salt, header + SALT_AT, SALT_BYTES);
	add (log, header, SUM_AT);
	return (big (header) & ~1U) == MAGIC && is_sum (log, header + SUM_AT)
	       && log->page >= PAGE_MIN && log->page <= PAGE_MAX
	       && log->page % PAGE_MIN == 0;
}

/* Of this log, and not of one that it is written over. */
static bool
is_own (const struct log *log, const unsigned char *frame)
{
	return memcmp (frame + FRAME_SALT_AT, log->salt, SALT_BYTES) == 0;
}

static bool
is_right (struct log *log, const unsigned char *frame)
{
	if (!is_own (log, frame))
		return false;
	add (log, frame, FRAME_SALT_AT);
	add (log, frame + DISK_FRAME_HEADER_BYTES, log->page);
	return is_sum (log, frame + FRAME_SUM_AT);
}

static bool
ends_transaction (const unsigned char *frame)
{
	return big (frame + FRAME_COMMIT_AT) != 0;
}

/* Frames are written one after the other, and a process that is killed leaves
 * at most the last one half written. So one that is not right is the end,
 * unless transactions of the same log end behind it: in a frame that is right
 * by what the one before it says. A single one may be left of a commit that
 * failed (its sync did) and that a shorter one was written over. */
static bool
are_frames_whole (struct log *log, unsigned char *frame)
{
	unsigned n_behind = 0;
	bool is_over = false;

	while (n_behind < 2
	       && fread (frame, DISK_FRAME_HEADER_BYTES + log->page, 1,
			 log->file)
			  == 1) {
		bool was_over = is_over;

		if (!is_right (log, frame))
			is_over = true;
		else if (was_over && ends_transaction (frame))
			n_behind++;
		log->sum[0] = big (frame + FRAME_SUM_AT);
		log->sum[1] = big (frame + FRAME_SUM_AT + 4);
	}
	return n_behind < 2;
}

/* 1: whole; 0: damaged; -ENOMEM. */
static int
look (struct log *log)
{
	unsigned char *frame;
	bool is_empty;
	int r;

	if (!read_header (log, &is_empty))
		return 0;
	if (is_empty)
		return 1;
	frame = malloc (DISK_FRAME_HEADER_BYTES + log->page);
	if (!frame)
		return -ENOMEM;
	r = are_frames_whole (log, frame);
	free (frame);
	return r;
}

/* Then the machine may have lost its power, and frames in any order. */
static bool
is_of_before (FILE *file)
{
	struct timespec up;
	struct stat status;

	return fstat (fileno (file), &status) < 0
	       || clock_gettime (CLOCK_BOOTTIME, &up) < 0
	       || status.st_mtime < clock_wall_ms () / 1000 - up.tv_sec;
}

int
disk_check_log (const char *path, struct error *err)
{
	char *name = text_format ("%s-wal", path);
	struct log log = { .file = name ? fopen (name, "rbe") : NULL };
	int r = name ? 1 : -ENOMEM;

	if (log.file) {
		if (!is_of_before (log.file))
			r = look (&log);
		fclose (log.file);
	}
	if (r < 0)
		error_set (err, r, "out of memory");
	else if (r == 0)
		r = error_set (err, -EBADMSG,
			       "journal %s: its log (-wal) is damaged; move "
			       "both away, or restore them from a copy",
			       path);
	else
		r = 0;
	free (name);
	return r;
}
