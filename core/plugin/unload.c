/* Unloading everything, in the reverse order of loading. Each plugin waits
 * until nobody holds it any more; what is held too long is stuck. */
#include <config.h>

#include <stddef.h>
#include <utlist.h>

#include "base/log.h"
#include "plugin/isolate.h"
#include "plugin/opening.h"
#include "plugin/state.h"

/* How long after registry_unload a plugin may be held. */
#define PATIENCE_MS 1000

static void
stuck (struct registry *registry, const struct plugin *plugin, const char *why)
{
	registry->n_stuck++;
	log_error ("plugin '%s' is stuck: %s; the server leaves without it",
		   plugin->name, why);
}

static void
stopped (struct plugin *plugin, bool is_stuck)
{
	struct registry *registry = plugin->registry;

	/* A snapshot of a call that is stuck may still count it. */
	if (!is_stuck && plugin->pins == 0)
		plugin_free (plugin);
	registry->is_stopping_one = false;
	unload_go_on (registry);
}

/* It is off the list. */
static void
unload (struct plugin *plugin)
{
	struct registry *registry = plugin->registry;

	if (plugin->life == PLUGIN_STUCK)
		return; /* It was told. */
	if (plugin->n_calls > 0) {
		stuck (registry, plugin, "it still has a call");
		return;
	}
	registry->is_stopping_one = true;
	plugin_stop (plugin, true, stopped);
}

/* Whether it must be waited for. An older version may be at its end. */
static bool
is_held (const struct registry *registry, const struct plugin *plugin)
{
	return plugin->life == PLUGIN_ENDING
	       || (plugin->pins > 0 && !registry->is_impatient);
}

/* On the loader thread. */
static void
tidy (struct job *job)
{
	struct registry *registry =
		(void *) ((char *) job - offsetof (struct registry, last_job));

	copies_fini (&registry->copies);
	/* It closes whatever is open, stuck or not. */
	if (registry->has_libltdl && registry->n_stuck == 0
	    && registry->loader.n_abandoned == 0)
		module_end ();
}

static void
tidied (struct job *job)
{
	struct registry *registry =
		(void *) ((char *) job - offsetof (struct registry, last_job));

	uv_timer_stop (&registry->patience);
	registry->is_unloading = false;
	registry->unloaded (registry->unloaded_arg);
}

void
unload_go_on (struct registry *registry)
{
	struct plugin *plugin;

	if (registry->is_loading)
		return;
	while (!registry->is_stopping_one
	       && (plugin = registry->plugins) != NULL) {
		if (is_held (registry, plugin))
			return;
		pthread_mutex_lock (&registry->rows);
		LL_DELETE (registry->plugins, plugin);
		pthread_mutex_unlock (&registry->rows);
		unload (plugin);
	}
	if (registry->is_stopping_one || registry->plugins != NULL
	    || registry->last_job.run != NULL)
		return;
	registry->last_job = (struct job){ .run = tidy, .done = tidied };
	loader_submit (&registry->loader, &registry->last_job);
}

static void
lose_patience (uv_timer_t *timer)
{
	struct registry *registry = timer->data;

	registry->is_impatient = true;
	unload_go_on (registry);
}

void
registry_unload (struct registry *registry, void (*done) (void *arg), void *arg)
{
	registry->is_unloading = true;
	registry->unloaded = done;
	registry->unloaded_arg = arg;
	uv_timer_start (&registry->patience, lose_patience, PATIENCE_MS, 0);
	loader_hurry (&registry->loader, FINI_MS);
	isolate_hurry (registry);
	registry->empty->pins++;
	registry_swap (registry, registry->empty);
	unload_go_on (registry);
}
