/* What the files that know SQLite share. */
#ifndef STORE_DISK_SQLITE_H
#define STORE_DISK_SQLITE_H

#include <sqlite3.h>
#include <sys/types.h>

#include "store/disk.h"

/* "MCPO", in the header of every file of ours. */
#define DISK_APPLICATION_ID 0x4d43504f

enum disk_statement {
	DISK_BEGIN,
	DISK_COMMIT,
	DISK_ROLLBACK,
	DISK_PUT_EVENT,
	DISK_PUT_KEY,
	DISK_DELETE_KEY,
	DISK_PUT_META,
	DISK_END_OF,
	DISK_DROP,
	DISK_READ,
	DISK_READ_BACK,
	DISK_N_STATEMENTS
};

/* Of SQLite's log: its header, and the header before each page. */
#define DISK_LOG_HEADER_BYTES 32
#define DISK_FRAME_HEADER_BYTES 24

/* Of an event, as disk_row reads them. */
#define DISK_COLUMNS "seq, time, end, topic, agent, payload, line, sum"

struct disk {
	sqlite3 *db;
	char *path;
	struct buffer row; /* of disk_row */
	int log_pages;	   /* in the log, after the last commit */
	int page_bytes;
	/* Of the files, as disk_look saw them. */
	dev_t device;
	ino_t inode;
	off_t file_size; /* 0: not yet */
	int log_fd;	 /* for looking only; -1: none */
	sqlite3_stmt *statements[DISK_N_STATEMENTS];
};

/* A negative errno for SQLite's last failure, with the sentence. */
int disk_fail (sqlite3 *db, const char *path, struct error *err);
/* Runs statements that give no rows. */
int disk_run (sqlite3 *db, const char *path, const char *sql,
	      struct error *err);

/* Before each transaction. 0; -EIO: a file is gone or moved away; -EBADMSG: one
 * was cut short. With a sentence. */
int disk_look (struct disk *disk, struct error *err);

/* The same for the database. */
int disk_failed (struct disk *disk, struct error *err);
/* Runs a statement that gives no rows, whose values are bound. */
int disk_step (struct disk *disk, enum disk_statement which, struct error *err);
/* Binds a number of ours, which is below 2^63. */
void disk_bind_number (sqlite3_stmt *statement, int at, uint64_t number);

/* Whether the file, if there is one, is whole and ours; it is not touched, nor is
 * anything beside it. 0; -ENOENT: there is none. */
int disk_check (const char *path, struct error *err);
/* The same of the log beside it: 0, too, when there is none, or when it was
 * written before the machine was started. */
int disk_check_log (const char *path, struct error *err);
/* Makes a new one, so that it never exists half. */
int disk_make (const char *path, struct error *err);
/* Brings the tables to the present version. */
int disk_migrate (sqlite3 *db, const char *path, struct error *err);
/* The version of our tables; that of the file's, negative when it cannot be
 * read. */
int disk_version (void);
int disk_read_version (sqlite3 *db);

/* --- Sums: whether what was written is what is read ------------------------ */

int32_t disk_event_sum (const struct record *record, uint64_t seq);
int32_t disk_key_sum (const struct key *key);
/* An event of DISK_COLUMNS, lent until the next row; memory is emptied first.
 * 0, -EBADMSG (it is not what was written) or -ENOMEM, with the reason. */
int disk_row (sqlite3_stmt *row, struct buffer *memory, const char *path,
	      struct event *ret_event, struct error *err);
/* All events and keys of a file. 0 or what disk_row says. */
int disk_check_sums (sqlite3 *db, const char *path, struct error *err);

#endif
