/* Reading the journal's file: what stands in it at the start, and events. */
#include <errno.h>
#include <string.h>

#include "store/disk_sqlite.h"

/* --- Loading ---------------------------------------------------------------------- */

/* Calls each for every row; it returns 0 or a negative errno. */
static int
each_row (struct disk *disk, const char *sql,
	  int (*each) (void *arg, sqlite3_stmt *row), void *arg,
	  struct error *err)
{
	sqlite3_stmt *statement = NULL;
	int r = 0, code = SQLITE_DONE;

	if (sqlite3_prepare_v2 (disk->db, sql, -1, &statement, NULL)
	    != SQLITE_OK)
		return disk_failed (disk, err);
	while (r == 0 && (code = sqlite3_step (statement)) == SQLITE_ROW)
		r = each (arg, statement);
	if (r < 0)
		error_set (err, r, "journal %s: out of memory", disk->path);
	else if (code != SQLITE_DONE)
		r = disk_failed (disk, err);
	sqlite3_finalize (statement);
	return r;
}

static int
load_state (void *arg, sqlite3_stmt *row)
{
	struct disk_state *state = arg;
	const unsigned char *id = sqlite3_column_text (row, 0);

	/* One that does not fit is not ours. */
	if (id && strlen ((const char *) id) < sizeof (state->id))
		memcpy (state->id, id, strlen ((const char *) id));
	state->acked_seq = (uint64_t) sqlite3_column_int64 (row, 1);
	state->version = (uint64_t) sqlite3_column_int64 (row, 2);
	state->first_seq = (uint64_t) sqlite3_column_int64 (row, 3);
	state->last_seq = (uint64_t) sqlite3_column_int64 (row, 4);
	return 0;
}

static int
load_ends (void *arg, sqlite3_stmt *row)
{
	struct disk_state *state = arg;

	state->begin = (uint64_t) sqlite3_column_int64 (row, 0);
	state->end = (uint64_t) sqlite3_column_int64 (row, 1);
	return 0;
}

static int
load_key (void *arg, sqlite3_stmt *row)
{
	const char *name = (const char *) sqlite3_column_text (row, 0);
	const void *value = sqlite3_column_blob (row, 1);

	if (!name)
		return -ENOMEM;
	return keys_restore (arg, name, value,
			     (size_t) sqlite3_column_bytes (row, 1),
			     (uint64_t) sqlite3_column_int64 (row, 2));
}

int
disk_load (struct disk *disk, struct disk_state *ret_state, struct keys *keys,
	   struct error *err)
{
	int r;

	*ret_state = (struct disk_state){ 0 };
	r = each_row (disk,
		      "SELECT (SELECT value FROM meta WHERE name = 'id'),"
		      " (SELECT value FROM meta WHERE name = 'acked'),"
		      " (SELECT value FROM meta WHERE name = 'version'),"
		      " coalesce ((SELECT min (seq) FROM events), 1),"
		      " coalesce ((SELECT max (seq) FROM events), 0)",
		      load_state, ret_state, err);
	/* What lies before the oldest, but for what it costs besides. */
	if (r == 0)
		r = each_row (disk,
			      "SELECT a.end - length (a.payload), b.end"
			      " FROM events a, events b"
			      " WHERE a.seq = (SELECT min (seq) FROM events)"
			      " AND b.seq = (SELECT max (seq) FROM events)",
			      load_ends, ret_state, err);
	if (r == 0)
		r = each_row (disk, "SELECT name, value, version FROM keys",
			      load_key, keys, err);
	if (r == 0 && ret_state->id[0] == '\0')
		r = error_set (err, -EBADMSG,
			       "journal %s: damaged: it has no id", disk->path);
	if (keys->version < ret_state->version)
		keys->version = ret_state->version;
	return r;
}

/* --- Events -------------------------------------------------------------- */

int
disk_read (struct disk *disk, uint64_t seq, bool is_backwards, size_t n,
	   bool (*each) (void *arg, const struct event *event), void *arg,
	   struct error *err)
{
	sqlite3_stmt *statement =
		disk->statements[is_backwards ? DISK_READ_BACK : DISK_READ];
	struct event event;
	bool is_wanted = true;
	int code = SQLITE_DONE, r = 0;

	disk_bind_number (statement, 1, seq);
	disk_bind_number (statement, 2, n);
	while (is_wanted && (code = sqlite3_step (statement)) == SQLITE_ROW) {
		r = disk_row (statement, &disk->row, disk->path, &event, err);
		if (r < 0)
			break;
		is_wanted = each (arg, &event);
	}
	if (r == 0 && is_wanted && code != SQLITE_DONE)
		r = disk_failed (disk, err);
	sqlite3_reset (statement);
	return r;
}
