/* The journal's file: an SQLite database in WAL mode. The only part that knows
 * SQLite, with the files disk_*.c; it knows no threads and is used by one at a
 * time. */
#ifndef STORE_DISK_H
#define STORE_DISK_H

#include "store/journal.h"
#include "store/keys.h"
#include "store/ring.h"

struct disk;

/* What stands in it. */
struct disk_state {
	char id[40];
	uint64_t first_seq, last_seq, acked_seq; /* as the journal's */
	uint64_t begin, end; /* bytes of all before the first, up to the last */
	uint64_t version;    /* of keys: the highest ever given */
};

/* Opens the database, or makes it. 0 or a negative errno with the reason: it
 * is damaged, not ours, or cannot be written; then it is as it was. */
int disk_open (const char *path, bool is_durable, struct disk **ret_disk,
	       struct error *err);
/* Everything goes from the log beside it into the file, which is synced. NULL
 * is fine. */
void disk_close (struct disk *disk);
/* Adds the keys to *keys. */
int disk_load (struct disk *disk, struct disk_state *ret_state,
	       struct keys *keys, struct error *err);

/* --- A transaction. Each returns 0 or a negative errno: -ENOSPC, -EIO, ... ---- */

int disk_begin (struct disk *disk, struct error *err);
int disk_put_event (struct disk *disk, uint64_t seq,
		    const struct record *record, struct error *err);
/* What one step of a key came to. */
int disk_put_step (struct disk *disk, const struct key_step *step,
		   struct error *err);
/* "acked", "version". */
int disk_put_number (struct disk *disk, const char *name, uint64_t value,
		     struct error *err);
/* Takes the oldest away, so that begin rises towards what is asked for; the
 * newest stays. Not everything at once: it is called again. */
int disk_drop (struct disk *disk, struct disk_state *state, uint64_t begin,
	       struct error *err);
int disk_commit (struct disk *disk, struct error *err);
void disk_rollback (struct disk *disk);

/* --- Besides -------------------------------------------------------------------- */

/* Whether all that it holds is as it was written: 0, or a negative errno with a
 * sentence. Reads all of it. */
int disk_look_whole (struct disk *disk, struct error *err);
/* Whether that many bytes can be written at present. */
int disk_probe (struct disk *disk, size_t size, struct error *err);
/* Moves the log into the file when that is worth it. What is kept is kept in
 * any case. */
void disk_checkpoint (struct disk *disk);
/* At most n events from seq on, or from it back; each says whether it wants
 * more. */
int disk_read (struct disk *disk, uint64_t seq, bool is_backwards, size_t n,
	       bool (*each) (void *arg, const struct event *event), void *arg,
	       struct error *err);

#endif
