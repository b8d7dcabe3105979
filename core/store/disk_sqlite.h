/* What the files that know SQLite share. */
#ifndef STORE_DISK_SQLITE_H
#define STORE_DISK_SQLITE_H

#include <sqlite3.h>

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

struct disk {
	sqlite3 *db;
	char *path;
	int log_pages; /* in the log, after the last commit */
	sqlite3_stmt *statements[DISK_N_STATEMENTS];
};

/* A negative errno for SQLite's last failure, with the sentence. */
int disk_fail (sqlite3 *db, const char *path, struct error *err);
/* Runs statements that give no rows. */
int disk_run (sqlite3 *db, const char *path, const char *sql,
	      struct error *err);

/* The same for the database. */
int disk_failed (struct disk *disk, struct error *err);
/* Runs a statement that gives no rows, whose values are bound. */
int disk_step (struct disk *disk, enum disk_statement which, struct error *err);
/* Binds a number of ours, which is below 2^63. */
void disk_bind_number (sqlite3_stmt *statement, int at, uint64_t number);

/* Whether the file, if there is one, is whole and ours; it is not touched, nor is
 * anything beside it. 0; -ENOENT: there is none. */
int disk_check (const char *path, struct error *err);
/* Makes a new one, so that it never exists half. */
int disk_make (const char *path, struct error *err);
/* Brings the tables to the present version. */
int disk_migrate (sqlite3 *db, const char *path, struct error *err);
/* The version of our tables. */
int disk_version (void);

#endif
