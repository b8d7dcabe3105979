/* Snapshots: what is offered at one time, counted and never changed. */
#include <config.h>

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "plugin/state.h"

/* A row with the place of its plugin, so that of two with the same key the
 * one that was there first is the first. */
struct place {
	struct entry *entry;
	size_t order;
};

static int
compare_places (const void *a, const void *b)
{
	const struct place *left = a, *right = b;
	int r = strcmp (left->entry->key, right->entry->key);

	if (r != 0)
		return r;
	return left->order < right->order ? -1 : 1;
}

static bool
is_taken (const struct place *places, size_t i)
{
	if (i == 0
	    || strcmp (places[i].entry->key, places[i - 1].entry->key) != 0)
		return false;
	log_error ("plugin '%s': %s '%s' is left out: plugin '%s' has it "
		   "already; rename one",
		   places[i].entry->plugin->name,
		   entry_noun (places[i].entry->kind), places[i].entry->key,
		   places[i - 1].entry->plugin->name);
	return true;
}

/* All rows of a kind, each key once; *ret_n of them. */
static void
gather (const struct snapshot *snapshot, enum entry_kind kind,
	struct place *places, size_t *ret_n)
{
	size_t n = 0, n_kept = 0;

	for (size_t i = 0; i < snapshot->n_plugins; i++) {
		struct plugin *plugin = snapshot->plugins[i];

		for (size_t k = 0; k < plugin->entries.n; k++)
			if (plugin->entries.rows[k]->kind == kind)
				places[n++] =
					(struct place){ plugin->entries.rows[k],
							i };
	}
	qsort (places, n, sizeof (*places), compare_places);
	for (size_t i = 0; i < n; i++)
		if (!is_taken (places, i))
			places[n_kept++] = places[i];
	*ret_n = n_kept;
}

/* The snapshot's array of each kind. */
static void
put (struct snapshot *snapshot, enum entry_kind kind, struct entry *entry)
{
	entry_pin (entry);
	switch (kind) {
	case ENTRY_TOOL:
		snapshot->tools[snapshot->n_tools++] = (struct tool *) entry;
		break;
	case ENTRY_RESOURCE:
		snapshot->resources[snapshot->n_resources++] =
			(struct resource *) entry;
		break;
	case ENTRY_TEMPLATE:
		snapshot->templates[snapshot->n_templates++] =
			(struct resource *) entry;
		break;
	case ENTRY_PROMPT:
		snapshot->prompts[snapshot->n_prompts++] =
			(struct prompt *) entry;
		break;
	case ENTRY_METHOD:
		snapshot->methods[snapshot->n_methods++] =
			(struct plugin_method *) entry;
		break;
	case N_ENTRY_KINDS:
		break;
	}
}

static size_t
count (const struct snapshot *snapshot)
{
	size_t n = 0;

	for (size_t i = 0; i < snapshot->n_plugins; i++)
		n += snapshot->plugins[i]->entries.n;
	return n;
}

/* Room for n rows of each kind, at least one. */
static bool
allocate_rows (struct snapshot *snapshot, size_t n)
{
	snapshot->tools = calloc (n + 1, sizeof (*snapshot->tools));
	snapshot->resources = calloc (n + 1, sizeof (*snapshot->resources));
	snapshot->templates = calloc (n + 1, sizeof (*snapshot->templates));
	snapshot->prompts = calloc (n + 1, sizeof (*snapshot->prompts));
	snapshot->methods = calloc (n + 1, sizeof (*snapshot->methods));
	return snapshot->tools != NULL && snapshot->resources != NULL
	       && snapshot->templates != NULL && snapshot->prompts != NULL
	       && snapshot->methods != NULL;
}

/* What its plugins offer now. False: no memory. */
static bool
add_rows (struct snapshot *snapshot)
{
	size_t n = count (snapshot);
	struct place *places = calloc (n + 1, sizeof (*places));

	if (places == NULL || !allocate_rows (snapshot, n)) {
		free (places);
		return false;
	}
	for (int kind = 0; kind < N_ENTRY_KINDS; kind++) {
		gather (snapshot, (enum entry_kind) kind, places, &n);
		for (size_t i = 0; i < n; i++)
			put (snapshot, (enum entry_kind) kind, places[i].entry);
	}
	free (places);
	return true;
}

static void
add_plugin (struct snapshot *snapshot, struct plugin *plugin)
{
	snapshot->plugins[snapshot->n_plugins++] = plugin;
	plugin->pins++;
}

static bool
fill (struct snapshot *snapshot, const struct snapshot *before,
      const struct plugin *without, struct plugin *with)
{
	struct registry *registry = snapshot->registry;
	size_t n = before != NULL ? before->n_plugins : 0;
	bool is_filled;

	snapshot->plugins = calloc (n + 1, sizeof (*snapshot->plugins));
	if (snapshot->plugins == NULL)
		return false;
	for (size_t i = 0; i < n; i++)
		if (before->plugins[i] != without)
			add_plugin (snapshot, before->plugins[i]);
		else if (with != NULL)
			add_plugin (snapshot, with);
	if (without == NULL && with != NULL)
		add_plugin (snapshot, with);
	pthread_mutex_lock (&registry->rows);
	is_filled = add_rows (snapshot);
	pthread_mutex_unlock (&registry->rows);
	return is_filled;
}

struct snapshot *
snapshot_new (struct registry *registry, const struct snapshot *before,
	      const struct plugin *without, struct plugin *with)
{
	struct snapshot *snapshot = calloc (1, sizeof (*snapshot));

	if (snapshot == NULL)
		return NULL;
	snapshot->pins = 1;
	snapshot->registry = registry;
	if (fill (snapshot, before, without, with))
		return snapshot;
	snapshot_unpin (snapshot);
	return NULL;
}

void
registry_swap (struct registry *registry, struct snapshot *snapshot)
{
	struct snapshot *before = registry->current;

	registry->current = snapshot;
	if (before != NULL)
		snapshot_unpin (before);
}

struct snapshot *
registry_pin (struct registry *registry)
{
	registry->current->pins++;
	return registry->current;
}

static void
drop_rows (struct snapshot *snapshot)
{
	for (size_t i = 0; i < snapshot->n_tools; i++)
		entry_unpin ((struct entry *) snapshot->tools[i]);
	for (size_t i = 0; i < snapshot->n_resources; i++)
		entry_unpin ((struct entry *) snapshot->resources[i]);
	for (size_t i = 0; i < snapshot->n_templates; i++)
		entry_unpin ((struct entry *) snapshot->templates[i]);
	for (size_t i = 0; i < snapshot->n_prompts; i++)
		entry_unpin ((struct entry *) snapshot->prompts[i]);
	for (size_t i = 0; i < snapshot->n_methods; i++)
		entry_unpin ((struct entry *) snapshot->methods[i]);
	free (snapshot->tools);
	free (snapshot->resources);
	free (snapshot->templates);
	free (snapshot->prompts);
	free (snapshot->methods);
}

void
snapshot_unpin (struct snapshot *snapshot)
{
	struct registry *registry = snapshot->registry;

	assert (snapshot->pins > 0);
	if (--snapshot->pins > 0)
		return;
	for (size_t i = 0; i < snapshot->n_plugins; i++)
		plugin_unpinned (snapshot->plugins[i]);
	drop_rows (snapshot);
	free (snapshot->plugins);
	free (snapshot);
	if (registry->is_unloading)
		unload_go_on (registry);
}

const char *
plugin_name (const struct plugin *plugin)
{
	return plugin->name;
}

const char *
plugin_instructions (const struct plugin *plugin)
{
	return plugin->row.instructions;
}
