/* The runs in a journal, by the first event of each. Knows no event. */
#include "link/runs.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <utlist.h>

#include "base/log.h"

#define PREFIX "core/runs/"
/* So that their order is that of the numbers. */
#define KEY_FORMAT PREFIX "%020" PRIu64
#define KEY_SIZE 64

struct run {
	uint64_t first_seq;
	struct run *prev, *next;
	char name[];
};

struct runs {
	struct run *list; /* never empty; the first one first */
	bool is_out_of_memory;
};

static void
add (struct runs *runs, uint64_t first_seq, const char *name, size_t size)
{
	struct run *run = malloc (sizeof (*run) + size + 1);

	if (!run) {
		runs->is_out_of_memory = true;
		return;
	}
	run->first_seq = first_seq;
	memcpy (run->name, name, size);
	run->name[size] = '\0';
	DL_APPEND (runs->list, run);
}

static void
take_key (void *arg, const char *key, const void *value, size_t size,
	  uint64_t version)
{
	(void) version;
	add (arg, strtoull (key + strlen (PREFIX), NULL, 10), value, size);
}

static void
commit (struct journal *journal, struct change *change, uint64_t first_seq)
{
	char key[KEY_SIZE];
	struct error err;

	snprintf (key, sizeof (key), KEY_FORMAT, first_seq);
	change->key = key;
	change->version = JOURNAL_ANY;
	if (journal_commit (journal, change, 1, NULL, NULL, &err) < 0)
		log_warning ("the name of a run is not kept: %s", err.text);
}

static void
forget (struct runs *runs, struct run *run)
{
	DL_DELETE (runs->list, run);
	free (run);
}

static void
drop_first (struct runs *runs, struct journal *journal)
{
	struct change change = { .kind = CHANGE_DELETE };
	struct run *run = runs->list;

	commit (journal, &change, run->first_seq);
	forget (runs, run);
}

/* Those of which no event is left. */
static void
drop_old (struct runs *runs, struct journal *journal)
{
	uint64_t first_seq = journal_first_seq (journal);

	while (runs->list->next && runs->list->next->first_seq <= first_seq)
		drop_first (runs, journal);
}

static void
begin_run (struct runs *runs, struct journal *journal, const char *name)
{
	uint64_t first_seq = journal_last_seq (journal) + 1;
	struct run *last = runs->list ? runs->list->prev : NULL;
	struct change change = { .kind = CHANGE_PUT,
				 .value = name,
				 .size = strlen (name) };

	if (last && strcmp (last->name, name) == 0)
		return;
	if (last && last->first_seq == first_seq)
		forget (runs, last); /* it had no event */
	add (runs, first_seq, name, strlen (name));
	commit (journal, &change, first_seq);
}

struct runs *
runs_open (struct journal *journal, const char *run)
{
	struct runs *runs = calloc (1, sizeof (*runs));

	if (!runs)
		return NULL;
	if (journal_list (journal, PREFIX, take_key, runs) < 0)
		runs->is_out_of_memory = true;
	begin_run (runs, journal, run);
	if (runs->is_out_of_memory) {
		runs_free (runs);
		return NULL;
	}
	drop_old (runs, journal);
	return runs;
}

const char *
runs_find (const struct runs *runs, uint64_t seq)
{
	const struct run *run = runs->list->prev;

	while (run != runs->list && run->first_seq > seq)
		run = run->prev;
	return run->name;
}

void
runs_free (struct runs *runs)
{
	struct run *run, *next;

	if (!runs)
		return;
	DL_FOREACH_SAFE (runs->list, run, next)
		free (run);
	free (runs);
}
