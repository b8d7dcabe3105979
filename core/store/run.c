/* The runs of a journal: each has a name and begins with an event. They are
 * kept as keys, so wherever the journal is kept, they are. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "base/text.h"
#include "store/engine.h"

/* Then the number of its first event, so that they stand in their order. */
#define PREFIX "core/runs/"
#define KEY_SIZE (sizeof (PREFIX) + 20)

struct loading {
	struct run *runs;
	size_t n;
	bool has_failed;
};

static void
name_key (char key[KEY_SIZE], uint64_t first_seq)
{
	snprintf (key, KEY_SIZE, PREFIX "%020" PRIu64, first_seq);
}

static void
load_one (void *arg, const char *key, const void *value, size_t size,
	  uint64_t version)
{
	struct loading *loading = arg;
	struct run *runs =
		realloc (loading->runs, (loading->n + 1) * sizeof (*runs));
	struct run *run;

	(void) version;
	loading->has_failed |= !runs || size > JOURNAL_RUN_MAX;
	if (runs)
		loading->runs = runs;
	if (loading->has_failed)
		return;
	run = &runs[loading->n++];
	run->first_seq = strtoull (key + strlen (PREFIX), NULL, 10);
	memcpy (run->name, value, size);
	run->name[size] = '\0';
}

static int
load (struct engine *engine, struct error *err)
{
	struct loading loading = { 0 };
	int r = journal_list (&engine->journal, PREFIX, load_one, &loading);

	free (engine->runs);
	engine->runs = loading.runs;
	engine->n_runs = loading.n;
	return r == 0 && !loading.has_failed
		       ? 0
		       : error_set (err, -ENOMEM, "no memory for the runs");
}

/* Takes one away. Whether that is kept does not matter: it is tried again at
 * the next start. */
static void
forget (struct engine *engine, uint64_t first_seq)
{
	char key[KEY_SIZE];
	struct change change = { .kind = CHANGE_DELETE,
				 .key = key,
				 .version = JOURNAL_ANY };

	name_key (key, first_seq);
	journal_commit (&engine->journal, &change, 1, NULL, NULL, NULL);
}

/* Those of which retention has left nothing. */
static void
forget_dropped (struct engine *engine)
{
	uint64_t first_seq = journal_first_seq (&engine->journal);
	size_t n = 0;

	while (n + 1 < engine->n_runs
	       && engine->runs[n + 1].first_seq <= first_seq)
		forget (engine, engine->runs[n++].first_seq);
	engine->n_runs -= n;
	memmove (engine->runs, engine->runs + n,
		 engine->n_runs * sizeof (*engine->runs));
}

static bool
is_last (const struct engine *engine, const char *name)
{
	return engine->n_runs > 0
	       && strcmp (engine->runs[engine->n_runs - 1].name, name) == 0;
}

/* One that had no event has the same key, and gives way. */
static int
add (struct engine *engine, const char *name, struct error *err)
{
	struct journal *journal = &engine->journal;
	char key[KEY_SIZE];
	struct change change = { .kind = CHANGE_PUT,
				 .key = key,
				 .value = name,
				 .size = strlen (name),
				 .version = JOURNAL_ANY };
	int r;

	name_key (key, journal_last_seq (journal) + 1);
	r = journal_commit (journal, &change, 1, NULL, NULL, err);
	if (r < 0)
		return r;
	journal_sync (journal);
	r = load (engine, err);
	if (r == 0 && !is_last (engine, name))
		r = error_set (err, -EIO,
			       "the journal cannot keep the name of the run; "
			       "is there room on its disk?");
	return r;
}

int
journal_begin_run (struct journal *journal, const char *name, struct error *err)
{
	struct engine *engine = (struct engine *) journal;
	char random[] = "run-12345678";
	int r = load (engine, err);

	if (r < 0 || (name ? is_last (engine, name) : engine->n_runs > 0))
		return r;
	random_hex (random + strlen ("run-"), 4);
	r = add (engine, name ? name : random, err);
	if (r == 0)
		forget_dropped (engine);
	return r;
}

const char *
journal_run (const struct journal *journal, uint64_t seq)
{
	const struct engine *engine = (const struct engine *) journal;
	size_t i = engine->n_runs;

	while (i > 1 && engine->runs[i - 1].first_seq > seq)
		i--;
	return i > 0 ? engine->runs[i - 1].name : "";
}
