/* The registry's beginning and end. */
#include <config.h>

#include "plugin/registry.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "plugin/guard.h"
#include "plugin/state.h"

/* How soon after a call that was done on the loop it is seen what it left
 * behind. */
#define GUARD_MS 1000

const struct plugin_setting *
registry_setting (const struct registry *registry, const char *name)
{
	const struct registry_options *options = registry->options;

	for (size_t i = 0; i < options->n_settings; i++)
		if (strcmp (options->settings[i].name, name) == 0)
			return &options->settings[i];
	return NULL;
}

static int
init (struct registry *registry)
{
	pthread_mutex_init (&registry->rows, NULL);
	pthread_mutex_init (&registry->names_lock, NULL);
	registry->empty = snapshot_new (registry, NULL, NULL, NULL);
	if (registry->empty == NULL)
		return -ENOMEM;
	registry->current = registry->empty;
	registry->empty->pins++;
	return shapes_init (&registry->shapes);
}

static void
fini (struct registry *registry)
{
	if (registry->empty != NULL) {
		snapshot_unpin (registry->current);
		snapshot_unpin (registry->empty);
	}
	shapes_fini (&registry->shapes);
	names_free (registry);
	pthread_mutex_destroy (&registry->names_lock);
	pthread_mutex_destroy (&registry->rows);
}

static void
init_timer (struct registry *registry, uv_timer_t *timer)
{
	uv_timer_init (&registry->loop->uv, timer);
	timer->data = registry;
}

struct registry *
registry_new (struct loop *loop, struct journal *journal,
	      const struct registry_options *options)
{
	struct registry *registry = calloc (1, sizeof (*registry));

	if (registry == NULL)
		return NULL;
	registry->loop = loop;
	registry->journal = journal;
	registry->options = options;
	if (init (registry) < 0
	    || calls_init (&registry->calls, registry, loop,
			   options->call_timeout_ms)
		       < 0) {
		fini (registry);
		free (registry);
		return NULL;
	}
	loader_init (&registry->loader, loop);
	init_timer (registry, &registry->patience);
	init_timer (registry, &registry->stuck_timer);
	init_timer (registry, &registry->change_timer);
	init_timer (registry, &registry->guard_timer);
	return registry;
}

void
registry_configure (struct registry *registry,
		    const struct registry_options *options)
{
	assert (!registry->is_loading);
	registry->options = options;
}

void
registry_run (struct registry *registry, struct job *job)
{
	loader_submit (&registry->loader, job);
}

void
registry_set_watch (struct registry *registry,
		    const struct registry_watch *watch, void *arg)
{
	registry->watch = watch;
	registry->watch_arg = arg;
}

static void
guard (uv_timer_t *timer)
{
	(void) timer;
	guard_check (NULL, NULL);
}

void
registry_guard (struct registry *registry, const char *plugin, const char *what)
{
	uv_timer_t *timer = &registry->guard_timer;

	if (!loop_is_here (registry->loop))
		guard_check (plugin, what);
	else if (!uv_is_active ((uv_handle_t *) timer))
		uv_timer_start (timer, guard, GUARD_MS, 0);
}

/* The timers are embedded at various places; each leads to the registry. */
static void
closed_one (struct registry *registry)
{
	if (--registry->n_closing == 0)
		free (registry);
}

static void
calls_closed (uv_handle_t *handle)
{
	closed_one (((struct calls *) handle->data)->registry);
}

static void
loader_closed (uv_handle_t *handle)
{
	struct loader *loader = handle->data;

	closed_one ((void *) ((char *) loader
			      - offsetof (struct registry, loader)));
}

static void
timer_closed (uv_handle_t *handle)
{
	closed_one (handle->data);
}

int
registry_free (struct registry *registry)
{
	int n_stuck = registry->n_stuck + registry->loader.n_abandoned;

	assert (registry->plugins == NULL && !registry->is_unloading);
	/* What still runs may come back to any of this. */
	if (n_stuck > 0)
		return n_stuck;
	fini (registry);
	reports_free (registry);
	registry->n_closing = 6;
	calls_fini (&registry->calls, calls_closed);
	loader_fini (&registry->loader, loader_closed);
	uv_close ((uv_handle_t *) &registry->patience, timer_closed);
	uv_close ((uv_handle_t *) &registry->stuck_timer, timer_closed);
	uv_close ((uv_handle_t *) &registry->change_timer, timer_closed);
	uv_close ((uv_handle_t *) &registry->guard_timer, timer_closed);
	return 0;
}
