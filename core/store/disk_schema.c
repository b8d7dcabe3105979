/* The tables of the journal's disk, and how older ones become them. */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/random.h"
#include "base/text.h"
#include "store/disk_sqlite.h"

/* Step n makes version n + 1 of version n; a new file goes through all. What
 * was released is never changed: a step is added. */
static const char *const steps[] = {
	"CREATE TABLE meta (name TEXT PRIMARY KEY, value ANY) STRICT,"
	" WITHOUT ROWID;"
	"CREATE TABLE events (seq INTEGER PRIMARY KEY, time INTEGER NOT NULL,"
	" end INTEGER NOT NULL, topic TEXT NOT NULL, agent TEXT,"
	" payload TEXT NOT NULL, line TEXT) STRICT;"
	"CREATE TABLE keys (name TEXT PRIMARY KEY, value BLOB NOT NULL,"
	" version INTEGER NOT NULL) STRICT, WITHOUT ROWID;",
	/* What was written before has none. */
	"ALTER TABLE events ADD COLUMN sum INTEGER;"
	"ALTER TABLE keys ADD COLUMN sum INTEGER;",
};

#define N_STEPS ((int) (sizeof (steps) / sizeof (steps[0])))

int
disk_version (void)
{
	return N_STEPS;
}

int
disk_read_version (sqlite3 *db)
{
	sqlite3_stmt *statement = NULL;
	int version = -1;

	if (sqlite3_prepare_v2 (db, "PRAGMA user_version", -1, &statement, NULL)
		    == SQLITE_OK
	    && sqlite3_step (statement) == SQLITE_ROW)
		version = sqlite3_column_int (statement, 0);
	sqlite3_finalize (statement);
	return version;
}

int
disk_migrate (sqlite3 *db, const char *path, struct error *err)
{
	int version = disk_read_version (db), r = 0;
	char text[64];

	if (version < 0)
		return disk_fail (db, path, err);
	for (; r == 0 && version < N_STEPS; version++) {
		snprintf (text, sizeof (text), "PRAGMA user_version = %d",
			  version + 1);
		r = disk_run (db, path, "BEGIN IMMEDIATE", err);
		if (r == 0)
			r = disk_run (db, path, steps[version], err);
		if (r == 0)
			r = disk_run (db, path, text, err);
		if (r == 0)
			r = disk_run (db, path, "COMMIT", err);
	}
	return r;
}

/* --- A new file ------------------------------------------------------------------ */

static int
fill (const char *path, struct error *err)
{
	char id[17], text[160];
	sqlite3 *db = NULL;
	int r;

	if (sqlite3_open_v2 (path, &db,
			     SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL)
	    != SQLITE_OK) {
		r = disk_fail (db, path, err);
		sqlite3_close (db);
		return r;
	}
	random_hex (id, 8);
	snprintf (text, sizeof (text),
		  "PRAGMA application_id = %d;"
		  "INSERT INTO meta VALUES ('id', 'j-%s');"
		  "PRAGMA journal_mode = WAL",
		  DISK_APPLICATION_ID, id);
	r = disk_migrate (db, path, err);
	if (r == 0)
		r = disk_run (db, path, text, err);
	if (sqlite3_close (db) != SQLITE_OK && r == 0)
		r = error_set (err, -EIO, "journal %s: cannot be closed", path);
	return r;
}

static int
sync_dir (const char *path)
{
	char *copy = strdup (path);
	int fd =
		copy ? open (dirname (copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
		     : -1;
	int r = fd < 0 || fsync (fd) < 0 ? -EIO : 0;

	if (fd >= 0)
		close (fd);
	free (copy);
	return r;
}

/* Under its own name only when it is whole. */
static int
make_as (const char *name, const char *path, struct error *err)
{
	int fd, r;

	unlink (name);
	fd = open (name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return error_set (err, -errno, "journal %s: %s", path,
				  error_name (errno));
	r = fill (name, err);
	if (r == 0
	    && (fsync (fd) < 0 || rename (name, path) < 0
		|| sync_dir (path) < 0))
		r = error_set (err, -EIO, "journal %s: cannot be made: %s",
			       path, error_name (errno));
	close (fd);
	if (r < 0)
		unlink (name);
	return r;
}

int
disk_make (const char *path, struct error *err)
{
	char *name = text_format ("%s.new", path);
	int r = name ? make_as (name, path, err)
		     : error_set (err, -ENOMEM, "out of memory");

	free (name);
	return r;
}
