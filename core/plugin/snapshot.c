/* Snapshots: what is offered at one time, counted and never changed. */
#include <config.h>

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "plugin/state.h"

static int
compare_tools (const void *a, const void *b)
{
	const struct tool *const *left = a, *const *right = b;

	return strcmp ((*left)->row.name, (*right)->row.name);
}

static void
add (struct snapshot *snapshot, struct plugin *plugin)
{
	snapshot->plugins[snapshot->n_plugins++] = plugin;
	plugin->pins++;
	for (size_t i = 0; i < plugin->n_tools; i++)
		snapshot->tools[snapshot->n_tools++] = &plugin->tools[i];
}

/* Room for so many, at least one. */
static bool
allocate (struct snapshot *snapshot, size_t n_plugins, size_t n_tools)
{
	snapshot->plugins = calloc (n_plugins + 1, sizeof (*snapshot->plugins));
	snapshot->tools = calloc (n_tools + 1, sizeof (*snapshot->tools));
	return snapshot->plugins != NULL && snapshot->tools != NULL;
}

struct snapshot *
snapshot_new (struct registry *registry, const struct snapshot *before,
	      struct plugin *more)
{
	static const struct snapshot nothing;
	struct snapshot *snapshot = calloc (1, sizeof (*snapshot));

	if (snapshot == NULL)
		return NULL;
	if (before == NULL)
		before = &nothing;
	snapshot->pins = 1;
	snapshot->registry = registry;
	if (!allocate (snapshot, before->n_plugins + 1,
		       before->n_tools + (more != NULL ? more->n_tools : 0))) {
		snapshot_unpin (snapshot);
		return NULL;
	}
	for (size_t i = 0; i < before->n_plugins; i++)
		add (snapshot, before->plugins[i]);
	if (more != NULL)
		add (snapshot, more);
	qsort (snapshot->tools, snapshot->n_tools, sizeof (*snapshot->tools),
	       compare_tools);
	return snapshot;
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

void
snapshot_unpin (struct snapshot *snapshot)
{
	struct registry *registry = snapshot->registry;

	assert (snapshot->pins > 0);
	if (--snapshot->pins > 0)
		return;
	for (size_t i = 0; i < snapshot->n_plugins; i++)
		snapshot->plugins[i]->pins--;
	free (snapshot->tools);
	free (snapshot->plugins);
	free (snapshot);
	if (registry->is_unloading)
		unload_go_on (registry);
}

static int
compare_name (const void *name, const void *tool)
{
	return strcmp (name, (*(const struct tool *const *) tool)->row.name);
}

const struct tool *
snapshot_find_tool (const struct snapshot *snapshot, const char *name)
{
	const struct tool **found =
		bsearch (name, snapshot->tools, snapshot->n_tools,
			 sizeof (*snapshot->tools), compare_name);

	return found != NULL ? *found : NULL;
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
