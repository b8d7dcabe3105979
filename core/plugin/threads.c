/* Threads that plugins begin: they inherit a name, by which they are known.
 * Knows nothing of what they do. */
#include <config.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <utlist.h>

#include "base/thread.h"
#include "plugin/opening.h"
#include "plugin/state.h"

/* How long one may need to end after the plugin's fini. */
#define THREADS_MS 500

static bool
has_thread_name (const struct plugin *plugins, const char *name)
{
	const struct plugin *plugin;

	LL_FOREACH (plugins, plugin)
		if (strcmp (plugin->thread_name, name) == 0)
			return true;
	return false;
}

static bool
is_thread_name_taken (const struct plugin *plugin)
{
	const struct registry *registry = plugin->registry;

	return has_thread_name (registry->plugins, plugin->thread_name)
	       || has_thread_name (registry->hung, plugin->thread_name);
}

/* As much of the plugin's name as fits before the number. */
static void
put_thread_name (struct plugin *plugin, const char *number)
{
	size_t n = strlen (number);
	size_t size = strnlen (plugin->name, THREAD_NAME_SIZE - 1 - n);

	memcpy (plugin->thread_name, plugin->name, size);
	memcpy (plugin->thread_name + size, number, n + 1);
}

void
plugin_name_threads (struct plugin *plugin)
{
	char number[THREAD_NAME_SIZE];

	put_thread_name (plugin, "");
	while (is_thread_name_taken (plugin)) {
		snprintf (number, sizeof (number), ".%u",
			  ++plugin->registry->n_renamed);
		put_thread_name (plugin, number);
	}
}

bool
plugin_has_threads (const struct plugin *plugin)
{
	int left_ms = THREADS_MS;

	if (plugin->module.handle == NULL)
		return false;
	while (thread_count_named (plugin->thread_name) > 0) {
		if (left_ms-- == 0)
			return true;
		usleep (1000);
	}
	return false;
}
