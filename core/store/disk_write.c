/* Writing the journal's file: transactions, retention, the log beside it. */
#include <errno.h>
#include <string.h>

#include "store/disk_sqlite.h"

/* Pages of the log that are worth moving. */
#define CHECKPOINT_PAGES 1000
/* Events that one call of disk_drop takes away: more than come meanwhile. */
#define DROP_EVENTS 1024

/* --- A transaction ----------------------------------------------------------------- */

static void
bind_text (sqlite3_stmt *statement, int at, const char *text, size_t size)
{
	sqlite3_bind_text64 (statement, at, text, size, SQLITE_STATIC,
			     SQLITE_UTF8);
}

static size_t
length (const char *text)
{
	return text ? strlen (text) : 0;
}

int
disk_begin (struct disk *disk, struct error *err)
{
	int r = disk_look (disk, err);

	return r < 0 ? r : disk_step (disk, DISK_BEGIN, err);
}

int
disk_put_event (struct disk *disk, uint64_t seq, const struct record *record,
		struct error *err)
{
	sqlite3_stmt *statement = disk->statements[DISK_PUT_EVENT];
	struct event event = record_event (record, seq, record->text);

	disk_bind_number (statement, 1, seq);
	sqlite3_bind_int64 (statement, 2, event.time_ms);
	disk_bind_number (statement, 3, event.end);
	bind_text (statement, 4, event.topic, length (event.topic));
	bind_text (statement, 5, event.agent, length (event.agent));
	bind_text (statement, 6, event.payload, event.payload_size);
	bind_text (statement, 7, event.line, length (event.line));
	sqlite3_bind_int (statement, 8, disk_event_sum (record, seq));
	return disk_step (disk, DISK_PUT_EVENT, err);
}

int
disk_put_step (struct disk *disk, const struct key_step *step,
	       struct error *err)
{
	enum disk_statement which =
		step->after ? DISK_PUT_KEY : DISK_DELETE_KEY;
	const struct key *key = step->after ? step->after : step->before;
	sqlite3_stmt *statement = disk->statements[which];

	if (!key)
		return 0;
	bind_text (statement, 1, key->text, strlen (key->text));
	if (step->after) {
		sqlite3_bind_blob64 (statement, 2, key->value, key->size,
				     SQLITE_STATIC);
		disk_bind_number (statement, 3, key->version);
		sqlite3_bind_int (statement, 4, disk_key_sum (key));
	}
	return disk_step (disk, which, err);
}

int
disk_put_number (struct disk *disk, const char *name, uint64_t value,
		 struct error *err)
{
	sqlite3_stmt *statement = disk->statements[DISK_PUT_META];

	bind_text (statement, 1, name, strlen (name));
	disk_bind_number (statement, 2, value);
	return disk_step (disk, DISK_PUT_META, err);
}

int
disk_commit (struct disk *disk, struct error *err)
{
	return disk_step (disk, DISK_COMMIT, err);
}

void
disk_rollback (struct disk *disk)
{
	/* Some failures have done it already. */
	if (!sqlite3_get_autocommit (disk->db))
		disk_step (disk, DISK_ROLLBACK, NULL);
}

/* --- Retention ----------------------------------------------------------------------- */

static int
read_end (struct disk *disk, uint64_t seq, uint64_t *ret_end, struct error *err)
{
	sqlite3_stmt *statement = disk->statements[DISK_END_OF];
	int r = 0;

	disk_bind_number (statement, 1, seq);
	if (sqlite3_step (statement) == SQLITE_ROW)
		*ret_end = (uint64_t) sqlite3_column_int64 (statement, 0);
	else
		r = disk_failed (disk, err);
	sqlite3_reset (statement);
	return r;
}

/* Events end in the order of their numbers: the first place to cut at, among
 * the next DROP_EVENTS, where begin is reached. */
static int
find_cut (struct disk *disk, const struct disk_state *state, uint64_t begin,
	  uint64_t *ret_seq, uint64_t *ret_end, struct error *err)
{
	uint64_t low = state->first_seq, high = state->last_seq - 1;
	uint64_t end = 0;
	int r = 0;

	if (high - low >= DROP_EVENTS)
		high = low + DROP_EVENTS - 1;
	while (r == 0 && low < high) {
		uint64_t middle = low + (high - low) / 2;

		r = read_end (disk, middle, &end, err);
		if (r == 0 && end >= begin)
			high = middle;
		else
			low = middle + 1;
	}
	*ret_seq = low;
	return r < 0 ? r : read_end (disk, low, ret_end, err);
}

int
disk_drop (struct disk *disk, struct disk_state *state, uint64_t begin,
	   struct error *err)
{
	uint64_t seq, end = 0;
	int r;

	if (state->begin >= begin || state->first_seq >= state->last_seq)
		return 0;
	r = find_cut (disk, state, begin, &seq, &end, err);
	if (r < 0)
		return r;
	disk_bind_number (disk->statements[DISK_DROP], 1, seq + 1);
	r = disk_step (disk, DISK_DROP, err);
	if (r == 0) {
		state->first_seq = seq + 1;
		state->begin = end;
	}
	return r;
}

/* --- Besides ------------------------------------------------------------------------ */

static int
put_zeroes (struct disk *disk, size_t size, struct error *err)
{
	sqlite3_stmt *statement = disk->statements[DISK_PUT_META];

	bind_text (statement, 1, "probe", 5);
	sqlite3_bind_zeroblob64 (statement, 2, size);
	return disk_step (disk, DISK_PUT_META, err);
}

int
disk_probe (struct disk *disk, size_t size, struct error *err)
{
	int r = disk_begin (disk, err);

	if (r == 0)
		r = put_zeroes (disk, size, err);
	if (r == 0)
		r = disk_commit (disk, err);
	if (r < 0) {
		disk_rollback (disk);
		return r;
	}
	return put_zeroes (disk, 0, err);
}

void
disk_checkpoint (struct disk *disk)
{
	if (disk->log_pages < CHECKPOINT_PAGES)
		return;
	/* Tried again after as many pages when somebody reads the log. */
	if (sqlite3_wal_checkpoint_v2 (disk->db, NULL,
				       SQLITE_CHECKPOINT_PASSIVE, NULL, NULL)
	    == SQLITE_OK)
		disk->log_pages = 0;
}
