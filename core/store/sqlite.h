/* The journal on disk: what its two files share, the one that any thread
 * enters by and the thread that writes. */
#ifndef STORE_SQLITE_H
#define STORE_SQLITE_H

#include "store/engine.h"
#include "store/disk.h"

/* One commit on its way to the disk. Its events are in the ring. */
struct unit {
	struct unit *prev, *next;
	uint64_t ticket;
	uint64_t last_seq; /* of its last event, or of an earlier one's */
	uint64_t version;  /* of keys, after it */
	size_t bytes;
	bool is_joined; /* to the one before it: kept with it or not at all */
	size_t n_steps;
	struct key_step steps[];
};

/* Tickets of what was not kept. */
struct loss {
	uint64_t from, to;
	int code;
};

#define N_LOSSES 64

struct sqlite {
	struct engine engine;
	pthread_t thread;
	pthread_cond_t work;	/* there is something to do */
	pthread_cond_t settled; /* decided has risen */

	/* Protected by the engine's lock. */
	struct unit *units; /* those that the thread has not taken */
	size_t pending_bytes;
	uint64_t decided; /* tickets up to it are kept, or lost */
	struct loss losses[N_LOSSES];
	size_t n_losses;
	bool is_idle, is_closing;
	bool is_held; /* no units are taken before the turn is over */
	bool is_ack_due;
	int code; /* of the trouble; 0: none */
	struct error trouble;
	struct query *queries;
	uint64_t fetch_seq; /* asked for; 0: nothing is */
	int fetch_result;   /* negative: it failed */
	struct ring fetched;

	/* The thread's own, once it runs. */
	struct disk *disk;
	struct disk_state state;
	int64_t since_ms;    /* when the trouble began; 0: none to tell of */
	uint64_t n_lost;     /* events, since then */
	uint64_t end_ticket; /* of the event that tells of its end; 0 */
	int64_t probe_at_ms;
	size_t probe_bytes;
	unsigned n_looks; /* at a file that seemed damaged */

	/* Loop only. */
	struct journal_wait *waits; /* in the order of their tickets */
	struct error told;	    /* the trouble, as it was told */
	struct mail rest;	    /* at the end of the turn; while held */
};

/* The thread; arg is the journal. */
void *writer_run (void *arg);

/* --- For it; the lock is held, and may be given up meanwhile ----------------- */

/* writer_trouble.c: takes back the batch, which is taken, and everything after
 * it; nothing is accepted from now on. Or tries whether that is over. */
void trouble_begin (struct sqlite *sqlite, struct unit *batch, int code,
		    const struct error *err);
void trouble_probe (struct sqlite *sqlite);
/* How often it is looked whether a file is damaged indeed: after 1, 3 and 7
 * seconds. */
#define TROUBLE_LOOKS 3

/* writer_read.c: does a part of what is asked for. At the end, the lock not
 * held: cancels the queries that are left. */
void reader_serve (struct sqlite *sqlite);
void reader_cancel (struct sqlite *sqlite);

#endif
