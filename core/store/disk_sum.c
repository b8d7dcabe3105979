/* Sums of what stands in the journal's file. SQLite's own check looks at how
 * its pages hang together, not at the text on them. */
#include <endian.h>
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/hash.h"
#include "store/disk_sqlite.h"

/* The first version of our tables that has sums. */
#define SUMS_SINCE 2

/* Memory that a large event took is given back. */
#define KEEP_BYTES (64 * 1024)

/* The same on every machine. */
static int32_t
sum_of (uint64_t one, uint64_t other, const char *text, size_t size)
{
	const uint64_t numbers[] = { htole64 (one), htole64 (other) };
	struct hash_key key;

	memcpy (key.bytes, numbers, sizeof (key.bytes));
	return (int32_t) (le64toh (hash_bytes (&key, text, size)) & UINT32_MAX);
}

static int32_t
sum_event (uint64_t seq, int64_t time_ms, uint64_t end, const char *text,
	   size_t size)
{
	return sum_of ((uint64_t) time_ms, seq ^ end << 20, text, size);
}

int32_t
disk_event_sum (const struct record *record, uint64_t seq)
{
	return sum_event (seq, record->time_ms, record->end, record->text,
			  record->text_size);
}

int32_t
disk_key_sum (const struct key *key)
{
	return sum_of (key->version, key->size, key->text,
		       (size_t) (key->value - key->text) + key->size);
}

/* --- One row ------------------------------------------------------------- */

/* The sum in that column is this one. What an older version wrote has none. */
static bool
is_right (sqlite3_stmt *row, int column, int32_t sum)
{
	return sqlite3_column_type (row, column) == SQLITE_NULL
	       || sqlite3_column_int64 (row, column) == sum;
}

/* As it stands in a record. */
static void
add_column (struct buffer *text, sqlite3_stmt *row, int column)
{
	const unsigned char *value = sqlite3_column_text (row, column);

	if (value)
		buffer_add (text, value,
			    (size_t) sqlite3_column_bytes (row, column) + 1);
}

static int
refuse (const char *path, const char *what, uint64_t seq, struct error *err)
{
	return error_set (err, -EBADMSG,
			  "journal %s: damaged (%s %" PRIu64 " is not as it "
			  "was written); move it away, or restore it from a "
			  "copy",
			  path, what, seq);
}

int
disk_row (sqlite3_stmt *row, struct buffer *memory, const char *path,
	  struct event *ret_event, struct error *err)
{
	struct event event = {
		.seq = (uint64_t) sqlite3_column_int64 (row, 0),
		.time_ms = sqlite3_column_int64 (row, 1),
		.end = (uint64_t) sqlite3_column_int64 (row, 2),
		.topic = (const char *) sqlite3_column_text (row, 3),
		.agent = (const char *) sqlite3_column_text (row, 4),
		.payload = (const char *) sqlite3_column_text (row, 5),
		.payload_size = (size_t) sqlite3_column_bytes (row, 5),
		.line = (const char *) sqlite3_column_text (row, 6),
	};

	buffer_recycle (memory, KEEP_BYTES);
	for (int column = 3; column <= 6; column++)
		add_column (memory, row, column);
	if (!event.topic || !event.payload || memory->failed)
		return error_set (err, -ENOMEM, "journal %s: out of memory",
				  path);
	if (!is_right (row, 7,
		       sum_event (event.seq, event.time_ms, event.end,
				  memory->data, memory->size)))
		return refuse (path, "event", event.seq, err);
	*ret_event = event;
	return 0;
}

/* --- All of them ------------------------------------------------------------ */

/* What is looked at, and what there was before. */
struct look {
	const char *path;
	struct buffer memory;
	uint64_t seq;
};

static int
look_at_event (struct look *look, sqlite3_stmt *row, struct error *err)
{
	struct event event;
	int r = disk_row (row, &look->memory, look->path, &event, err);

	if (r < 0)
		return r;
	if (look->seq > 0 && event.seq != look->seq + 1)
		return error_set (err, -EBADMSG,
				  "journal %s: damaged (event %" PRIu64
				  " is missing); move it away, or restore it "
				  "from a copy",
				  look->path, look->seq + 1);
	look->seq = event.seq;
	return 0;
}

static int
look_at_key (struct look *look, sqlite3_stmt *row, struct error *err)
{
	uint64_t version = (uint64_t) sqlite3_column_int64 (row, 2);
	size_t size = (size_t) sqlite3_column_bytes (row, 1);
	struct buffer *memory = &look->memory;

	buffer_recycle (memory, KEEP_BYTES);
	add_column (memory, row, 0);
	if (size > 0)
		buffer_add (memory, sqlite3_column_blob (row, 1), size);
	if (memory->failed)
		return error_set (err, -ENOMEM, "journal %s: out of memory",
				  look->path);
	return is_right (row, 3,
			 sum_of (version, size, memory->data, memory->size))
		       ? 0
		       : refuse (look->path, "the key of version", version,
				 err);
}

static int
look_at_all (struct look *look, sqlite3 *db, const char *sql,
	     int (*look_at) (struct look *look, sqlite3_stmt *row,
			     struct error *err),
	     struct error *err)
{
	sqlite3_stmt *statement = NULL;
	int r = 0, code = sqlite3_prepare_v2 (db, sql, -1, &statement, NULL);

	if (code == SQLITE_OK)
		while (r == 0
		       && (code = sqlite3_step (statement)) == SQLITE_ROW)
			r = look_at (look, statement, err);
	if (r == 0 && code != SQLITE_DONE)
		r = disk_fail (db, look->path, err);
	sqlite3_finalize (statement);
	buffer_fini (&look->memory);
	return r;
}

int
disk_check_sums (sqlite3 *db, const char *path, struct error *err)
{
	struct look look = { .path = path };
	int r;

	if (disk_read_version (db) < SUMS_SINCE)
		return 0;
	r = look_at_all (&look, db,
			 "SELECT " DISK_COLUMNS " FROM events ORDER BY seq",
			 look_at_event, err);
	return r < 0 ? r
		     : look_at_all (
			     &look, db,
			     "SELECT name, value, version, sum FROM keys",
			     look_at_key, err);
}
