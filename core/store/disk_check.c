/* Whether a file is ours and whole, found out without touching it. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "store/disk_sqlite.h"

/* Of SQLite's header: its size, its magic, where some numbers are. */
#define HEADER_BYTES 100
#define MAGIC "SQLite format 3"
#define FORMATS_AT 18 /* for writing and reading: 1, or 2 with a log */
#define APPLICATION_AT 68

static uint32_t
number_at (const unsigned char *header, size_t at)
{
	return (uint32_t) header[at] << 24 | (uint32_t) header[at + 1] << 16
	       | (uint32_t) header[at + 2] << 8 | header[at + 3];
}

/* By its first bytes: SQLite itself does not look at a file that is none of
 * ours. */
static int
check_header (const char *path, struct error *err)
{
	unsigned char header[HEADER_BYTES] = { 0 };
	int fd = open (path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	struct stat status;
	ssize_t n;

	if (fd < 0)
		return error_set (err, -errno, "journal %s: %s", path,
				  error_name (errno));
	n = fstat (fd, &status) == 0 && S_ISREG (status.st_mode)
		    ? read (fd, header, sizeof (header))
		    : -1;
	close (fd);
	if (n != HEADER_BYTES || memcmp (header, MAGIC, sizeof (MAGIC)) != 0
	    || header[FORMATS_AT] > 2 || header[FORMATS_AT + 1] > 2
	    || number_at (header, APPLICATION_AT) != DISK_APPLICATION_ID)
		return error_set (err, -EBADMSG,
				  "journal %s: this is not a journal of ours, "
				  "or its beginning is damaged; move it away, "
				  "or name another --state-dir",
				  path);
	return 0;
}

/* The header may be older than the log. */
static int
check_version (sqlite3 *db, const char *path, struct error *err)
{
	int version = disk_read_version (db);

	if (version <= disk_version ())
		return 0;
	return error_set (err, -EBADMSG,
			  "journal %s: version %d, made by a newer "
			  "mcp-orchestrator; this one knows up to %d",
			  path, version, disk_version ());
}

/* --- SQLite's own check ------------------------------------------------------ */

static int
check_whole (sqlite3 *db, const char *path, struct error *err)
{
	sqlite3_stmt *statement = NULL;
	const char *found = NULL;
	int r = 0;

	if (sqlite3_prepare_v2 (db, "PRAGMA quick_check (1)", -1, &statement,
				NULL)
		    == SQLITE_OK
	    && sqlite3_step (statement) == SQLITE_ROW)
		found = (const char *) sqlite3_column_text (statement, 0);
	if (!found || strcmp (found, "ok") != 0)
		r = error_set (err, -EBADMSG,
			       "journal %s: damaged (%.200s); move it away, or "
			       "restore it from a copy",
			       path, found ? found : sqlite3_errmsg (db));
	sqlite3_finalize (statement);
	return r;
}

static bool
has_log (const char *path)
{
	char *log = text_format ("%s-wal", path);
	struct stat status;
	bool has = log && stat (log, &status) == 0 && status.st_size > 0;

	free (log);
	return has;
}

/* A name that SQLite reads as a URI. */
static char *
make_uri (const char *path, const char *options)
{
	struct buffer uri = { 0 };

	buffer_add_literal (&uri, "file:");
	for (; *path; path++)
		if (strchr ("?#%", *path))
			buffer_add_format (&uri, "%%%02x", (unsigned) *path);
		else
			buffer_add_char (&uri, *path);
	buffer_add_text (&uri, options);
	return buffer_take (&uri, NULL);
}

/* Without a log the file is read as one that nobody changes. With one it is
 * opened as for writing, for only then SQLite keeps the log's index in memory
 * instead of beside it; nothing is written, at the end neither. */
static int
open_untouched (const char *path, sqlite3 **ret_db)
{
	bool is_logged = has_log (path);
	char *uri = make_uri (path, is_logged ? "" : "?immutable=1");
	int r = uri ? sqlite3_open_v2 (
			uri, ret_db,
			SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX
				| (is_logged ? SQLITE_OPEN_READWRITE
					     : SQLITE_OPEN_READONLY),
			NULL)
		    : SQLITE_NOMEM;

	free (uri);
	if (r != SQLITE_OK)
		return r;
	sqlite3_db_config (*ret_db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	return sqlite3_exec (*ret_db,
			     "PRAGMA locking_mode = EXCLUSIVE;"
			     "PRAGMA query_only = 1;"
			     "SELECT count (*) FROM sqlite_master",
			     NULL, NULL, NULL);
}

static int
check_log (const char *path, struct error *err)
{
	if (has_log (path))
		return error_set (err, -EBADMSG,
				  "journal %s: it is missing, but its log "
				  "(-wal) is there; restore both, or move the "
				  "log away",
				  path);
	return -ENOENT;
}

int
disk_look_whole (struct disk *disk, struct error *err)
{
	int r;

	/* What is on the disk counts, not what was read before. */
	sqlite3_db_release_memory (disk->db);
	r = check_whole (disk->db, disk->path, err);
	return r < 0 ? r : disk_check_sums (disk->db, disk->path, err);
}

int
disk_check (const char *path, struct error *err)
{
	struct stat status;
	sqlite3 *db = NULL;
	int r;

	if (lstat (path, &status) < 0 && errno == ENOENT)
		return check_log (path, err);
	r = check_header (path, err);
	if (r == 0)
		r = disk_check_log (path, err);
	if (r < 0)
		return r;
	if (open_untouched (path, &db) == SQLITE_OK)
		r = check_version (db, path, err);
	else
		r = disk_fail (db, path, err);
	if (r == 0)
		r = check_whole (db, path, err);
	if (r == 0)
		r = disk_check_sums (db, path, err);
	sqlite3_close (db);
	return r;
}
