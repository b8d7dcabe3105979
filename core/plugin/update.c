/* Resources that plugins say have changed, from any thread; on the loop each is
 * told once for all changes of a moment. */
#include <config.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/table.h"
#include "plugin/host.h"
#include "plugin/state.h"

/* On its way to the loop. */
struct update {
	UT_hash_handle hh;
	struct update *next; /* once it is there */
	char uri[];
};

/* --- On the loop --- */

/* All of them: what is added from now on is of another moment. */
static struct update *
take_updates (struct registry *registry)
{
	struct update *taken = NULL, *update, *next;
	struct plugin *plugin;

	pthread_mutex_lock (&registry->rows);
	registry->has_updates = false;
	for (plugin = registry->plugins; plugin != NULL; plugin = plugin->next)
		HASH_ITER (hh, plugin->updates, update, next) {
			HASH_DEL (plugin->updates, update);
			update->next = taken;
			taken = update;
		}
	pthread_mutex_unlock (&registry->rows);
	return taken;
}

static void
tell (struct mail *mail)
{
	struct registry *registry =
		(void *) ((char *) mail
			  - offsetof (struct registry, update_mail));
	const struct registry_watch *watch = registry->watch;
	struct update *update = take_updates (registry), *next;

	for (; update != NULL; update = next) {
		next = update->next;
		if (watch != NULL && watch->updated != NULL
		    && !registry->is_unloading)
			watch->updated (registry->watch_arg, update->uri);
		free (update);
	}
}

/* --- On any thread --- */

/* The lock of rows is held. */
static int
add (struct plugin *plugin, const char *uri)
{
	size_t size = strlen (uri) + 1;
	struct update *update;

	HASH_FIND_STR (plugin->updates, uri, update);
	if (update != NULL)
		return 0;
	if (HASH_COUNT (plugin->updates) >= LIMIT_PLUGIN_UPDATES)
		return -ENOSPC;
	update = malloc (sizeof (*update) + size);
	if (update == NULL)
		return -ENOMEM;
	memcpy (update->uri, uri, size);
	HASH_ADD_STR (plugin->updates, uri, update);
	if (update->hh.tbl != NULL)
		return 0;
	free (update);
	return -ENOMEM;
}

/* The same. */
static void
wake (struct registry *registry)
{
	if (registry->has_updates)
		return;
	registry->has_updates = true;
	registry->update_mail.deliver = tell;
	loop_post (registry->loop, &registry->update_mail);
}

static int
resource_updated (const struct mcp_host *table, const char *uri)
{
	struct plugin *plugin = ((const struct host *) table)->plugin;
	struct registry *registry = plugin->registry;
	int r = 0;

	if (strlen (uri) > LIMIT_URI_BYTES || !uri_is_plausible (uri))
		return host_refuse (plugin,
				    "resource_updated: '%.200s' is "
				    "no URI",
				    uri);
	pthread_mutex_lock (&registry->rows);
	/* During init nobody knows what it offers. */
	if (plugin->is_listed) {
		r = add (plugin, uri);
		wake (registry);
	}
	pthread_mutex_unlock (&registry->rows);
	return r;
}

void
updates_free (struct plugin *plugin)
{
	struct update *update, *next;

	HASH_ITER (hh, plugin->updates, update, next) {
		HASH_DEL (plugin->updates, update);
		free (update);
	}
}

void
host_init_update (struct mcp_host *table)
{
	table->resource_updated = resource_updated;
}
