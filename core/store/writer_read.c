/* Reading for others, in the journal's thread: a part at a time, for there may
 * be something to write. */
#include "store/sqlite.h"

#include <errno.h>
#include <stdlib.h>
#include <utlist.h>

/* Rows that are read before it is looked whether there is something to
 * write; and bytes of what is fetched for a reader. */
#define READ_ROWS 256
#define FETCH_BYTES (1024 * 1024)

struct fetch {
	struct ring ring;
	int result;
};

/* A ring begins before the first that is found. */
static bool
fetch_row (void *arg, const struct event *event)
{
	struct fetch *fetch = arg;
	struct record *record;
	uint64_t bytes;

	fetch->result = record_new (event, UINT32_MAX, &record, &bytes, NULL);
	if (fetch->result < 0)
		return false;
	if (!fetch->ring.places)
		fetch->result = ring_init (&fetch->ring, event->seq - 1,
					   event->end - bytes);
	if (fetch->result == 0)
		fetch->result = ring_reserve (&fetch->ring, 1);
	if (fetch->result < 0) {
		free (record);
		return false;
	}
	ring_add (&fetch->ring, record, bytes);
	return fetch->ring.end - fetch->ring.begin < FETCH_BYTES;
}

/* The lock is held, and is given up meanwhile. */
static void
serve_fetch (struct sqlite *sqlite)
{
	uint64_t seq = sqlite->fetch_seq;
	struct fetch fetch = { 0 };
	struct error err = { "" };
	int r;

	if (seq == 0)
		return;
	pthread_mutex_unlock (&sqlite->engine.lock);
	r = disk_read (sqlite->disk, seq, false, READ_ROWS, fetch_row, &fetch,
		       &err);
	if (r == 0)
		r = fetch.result;
	if (r == 0 && !fetch.ring.places)
		r = -EIO;
	pthread_mutex_lock (&sqlite->engine.lock);
	sqlite->fetch_result = r;
	if (r == -EBADMSG && sqlite->code == 0)
		trouble_begin (sqlite, NULL, r, &err);
	if (sqlite->fetch_seq == seq)
		sqlite->fetch_seq = 0;
	if (r == 0) {
		ring_fini (&sqlite->fetched);
		sqlite->fetched = fetch.ring;
	} else {
		ring_fini (&fetch.ring);
	}
	pthread_mutex_unlock (&sqlite->engine.lock);
	engine_tell_later (&sqlite->engine);
	pthread_mutex_lock (&sqlite->engine.lock);
}

struct search {
	struct query *query;
	size_t n_rows;
	bool is_over;
};

static bool
search_row (void *arg, const struct event *event)
{
	struct search *search = arg;
	struct query *query = search->query;

	search->n_rows++;
	query->at = query->what.newest_first ? event->seq - 1 : event->seq + 1;
	search->is_over = event->seq <= query->what.after_seq
			  || !query_add (query, event);
	return !search->is_over;
}

/* Some rows of the first query, which then goes to the end. The lock is held,
 * and is given up meanwhile. */
static void
serve_query (struct sqlite *sqlite)
{
	struct query *query = sqlite->queries;
	struct search search = { .query = query };
	int r;

	if (!query)
		return;
	DL_DELETE (sqlite->queries, query);
	pthread_mutex_unlock (&sqlite->engine.lock);
	query->page->last_seq = sqlite->state.last_seq;
	r = disk_read (sqlite->disk, query->at, query->what.newest_first,
		       READ_ROWS, search_row, &search, NULL);
	if (r < 0)
		query->result = r;
	search.is_over |= r < 0 || search.n_rows < READ_ROWS;
	if (search.is_over)
		query_finish (&sqlite->engine, query);
	pthread_mutex_lock (&sqlite->engine.lock);
	if (!search.is_over)
		DL_APPEND (sqlite->queries, query);
}

void
reader_serve (struct sqlite *sqlite)
{
	serve_fetch (sqlite);
	serve_query (sqlite);
}

void
reader_cancel (struct sqlite *sqlite)
{
	struct query *query, *next;

	DL_FOREACH_SAFE (sqlite->queries, query, next) {
		DL_DELETE (sqlite->queries, query);
		query->result = -ECANCELED;
		query_finish (&sqlite->engine, query);
	}
}
