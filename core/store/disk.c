/* The journal's file: opening and closing it, its statements. */
#include "store/disk.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/disk_sqlite.h"

/* What the log keeps of the disk when it was moved. */
#define LOG_BYTES "16777216"

static const char *const statement_texts[DISK_N_STATEMENTS] = {
	[DISK_BEGIN] = "BEGIN IMMEDIATE",
	[DISK_COMMIT] = "COMMIT",
	[DISK_ROLLBACK] = "ROLLBACK",
	[DISK_PUT_EVENT] = "INSERT INTO events (" DISK_COLUMNS ")"
			   " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
	[DISK_PUT_KEY] =
		"INSERT INTO keys VALUES (?1, ?2, ?3, ?4) ON CONFLICT (name)"
		" DO UPDATE SET value = ?2, version = ?3, sum = ?4",
	[DISK_DELETE_KEY] = "DELETE FROM keys WHERE name = ?",
	[DISK_PUT_META] = "INSERT INTO meta VALUES (?1, ?2) ON CONFLICT (name)"
			  " DO UPDATE SET value = ?2",
	[DISK_END_OF] = "SELECT end FROM events WHERE seq = ?",
	[DISK_DROP] = "DELETE FROM events WHERE seq < ?",
	[DISK_READ] = "SELECT " DISK_COLUMNS " FROM events WHERE seq >= ?"
		      " ORDER BY seq LIMIT ?",
	[DISK_READ_BACK] = "SELECT " DISK_COLUMNS " FROM events WHERE seq <= ?"
			   " ORDER BY seq DESC LIMIT ?",
};

/* --- SQLite's errors --------------------------------------------------------- */

/* SQLite tells a disk without room, but not a file at its limit from a write
 * that failed otherwise. */
static const char *
reason_of (sqlite3 *db)
{
	int code = db ? sqlite3_extended_errcode (db) : SQLITE_NOMEM;

	if ((code & 0xff) == SQLITE_CORRUPT)
		code = SQLITE_CORRUPT;
	switch (code) {
	case SQLITE_NOMEM:
		return "out of memory";
	case SQLITE_FULL:
		return "there is no room on the disk";
	case SQLITE_IOERR_WRITE:
		return "a write failed: no room, a limit, or a broken disk";
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return "damaged; move it away, or restore it from a copy";
	default:
		return sqlite3_errmsg (db);
	}
}

int
disk_fail (sqlite3 *db, const char *path, struct error *err)
{
	int code = db ? sqlite3_errcode (db) & 0xff : SQLITE_NOMEM;
	int r = -EIO;

	if (code == SQLITE_NOMEM)
		r = -ENOMEM;
	else if (code == SQLITE_FULL)
		r = -ENOSPC;
	else if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB)
		r = -EBADMSG;
	return error_set (err, r, "journal %s: %s", path, reason_of (db));
}

int
disk_run (sqlite3 *db, const char *path, const char *sql, struct error *err)
{
	if (sqlite3_exec (db, sql, NULL, NULL, NULL) == SQLITE_OK)
		return 0;
	return disk_fail (db, path, err);
}

int
disk_failed (struct disk *disk, struct error *err)
{
	return disk_fail (disk->db, disk->path, err);
}

int
disk_step (struct disk *disk, enum disk_statement which, struct error *err)
{
	sqlite3_stmt *statement = disk->statements[which];
	int r = 0;

	if (sqlite3_step (statement) != SQLITE_DONE)
		r = disk_failed (disk, err);
	sqlite3_reset (statement);
	return r;
}

void
disk_bind_number (sqlite3_stmt *statement, int at, uint64_t number)
{
	sqlite3_bind_int64 (statement, at, (sqlite3_int64) number);
}

/* --- Opening --------------------------------------------------------------------- */

static int
on_commit (void *arg, sqlite3 *db, const char *name, int n_pages)
{
	struct disk *disk = arg;

	(void) db;
	(void) name;
	disk->log_pages = n_pages;
	return SQLITE_OK;
}

static int
prepare_all (struct disk *disk, struct error *err)
{
	for (int i = 0; i < DISK_N_STATEMENTS; i++)
		if (sqlite3_prepare_v3 (disk->db, statement_texts[i], -1,
					SQLITE_PREPARE_PERSISTENT,
					&disk->statements[i], NULL)
		    != SQLITE_OK)
			return disk_failed (disk, err);
	return 0;
}

static int
note_page_bytes (void *arg, int n, char **values, char **names)
{
	struct disk *disk = arg;

	(void) n;
	(void) names;
	disk->page_bytes = (int) strtol (values[0], NULL, 10);
	return 0;
}

static int
set_up (struct disk *disk, bool is_durable, struct error *err)
{
	int r;

	if (sqlite3_open_v2 (disk->path, &disk->db,
			     SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL)
	    != SQLITE_OK)
		return disk_failed (disk, err);
	/* SQLite opens for reading what it may not write. */
	if (sqlite3_db_readonly (disk->db, "main") != 0)
		return error_set (err, -EACCES,
				  "journal %s: it cannot be written",
				  disk->path);
	sqlite3_extended_result_codes (disk->db, 1);
	sqlite3_busy_timeout (disk->db, 5000);
	r = disk_run (disk->db, disk->path,
		      /* Nobody else may write, and locks cost more than
		       * what they protect. */
		      "PRAGMA locking_mode = EXCLUSIVE;"
		      "PRAGMA journal_mode = WAL;"
		      "PRAGMA wal_autocheckpoint = 0;"
		      "PRAGMA journal_size_limit = " LOG_BYTES ";"
		      "PRAGMA temp_store = MEMORY",
		      err);
	if (r == 0)
		r = disk_run (disk->db, disk->path,
			      is_durable ? "PRAGMA synchronous = FULL"
					 : "PRAGMA synchronous = NORMAL",
			      err);
	if (r == 0
	    && sqlite3_exec (disk->db, "PRAGMA page_size", note_page_bytes,
			     disk, NULL)
		       != SQLITE_OK)
		r = disk_failed (disk, err);
	if (r == 0)
		r = disk_migrate (disk->db, disk->path, err);
	if (r == 0)
		r = prepare_all (disk, err);
	if (r == 0)
		r = disk_look (disk, err);
	sqlite3_wal_hook (disk->db, on_commit, disk);
	return r;
}

int
disk_open (const char *path, bool is_durable, struct disk **ret_disk,
	   struct error *err)
{
	struct disk *disk;
	int r = disk_check (path, err);

	if (r == -ENOENT)
		r = disk_make (path, err);
	if (r < 0)
		return r;
	disk = calloc (1, sizeof (*disk));
	if (disk)
		disk->log_fd = -1;
	if (!disk || !(disk->path = strdup (path)))
		r = error_set (err, -ENOMEM, "out of memory");
	else
		r = set_up (disk, is_durable, err);
	if (r < 0)
		disk_close (disk);
	else
		*ret_disk = disk;
	return r;
}

void
disk_close (struct disk *disk)
{
	if (!disk)
		return;
	for (int i = 0; i < DISK_N_STATEMENTS; i++)
		sqlite3_finalize (disk->statements[i]);
	sqlite3_close (disk->db);
	if (disk->log_fd >= 0)
		close (disk->log_fd);
	buffer_fini (&disk->row);
	free (disk->path);
	free (disk);
}
