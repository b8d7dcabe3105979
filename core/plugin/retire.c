/* Versions of plugins that are offered no more: each keeps the calls that it
 * has until they end, then comes its fini. Its code stays mapped, for a thread
 * of its own may still run in it. */
#include <config.h>

#include <stddef.h>
#include <utlist.h>

#include "base/log.h"
#include "plugin/isolate.h"
#include "plugin/opening.h"
#include "plugin/state.h"

/* How long a plugin may keep a call that nobody waits for. */
#define STUCK_MS 1000

static struct plugin *
plugin_of (struct job *job)
{
	return (void *) ((char *) job - offsetof (struct plugin, job));
}

/* --- Stopping one --- */

bool
plugin_note_threads (struct plugin *plugin)
{
	if (!plugin->has_threads)
		return false;
	plugin->registry->n_stuck++;
	log_misbehaving (plugin->name,
			 "threads that it began go on after its fini; the "
			 "server leaves without it");
	return true;
}

/* On the loader thread. */
static void
run_end (struct job *job)
{
	struct plugin *plugin = plugin_of (job);

	plugin_end (plugin, &plugin->step);
}

/* The same. */
static void
run_close (struct job *job)
{
	struct plugin *plugin = plugin_of (job);

	plugin_close (plugin, &plugin->step);
}

static void
done (struct job *job)
{
	struct plugin *plugin = plugin_of (job);
	bool is_stuck = plugin_note_threads (plugin);

	if (is_stuck)
		plugin->life = PLUGIN_STUCK;
	plugin->stopped (plugin, is_stuck);
}

/* What of it does not return. */
static const char *
stuck_part (unsigned step)
{
	if (step == STEP_CLOSE)
		return "one of its destructors";
	return step == STEP_AFTER ? "a thread that it began" : "its fini";
}

static void
expired (struct job *job)
{
	struct plugin *plugin = plugin_of (job);
	unsigned step = atomic_fetch_or (&plugin->step, STEP_ABANDONED);

	if (step == STEP_CLOSE && job->run == run_close)
		plugin->registry->jammed_by = plugin->file;
	log_error ("plugin '%s' is stuck: %s does not return; the server "
		   "leaves without it",
		   plugin->name, stuck_part (step));
	plugin->life = PLUGIN_STUCK;
	plugin->registry->n_stuck++;
	plugin->stopped (plugin, true);
}

static void
threads_ended (void *arg)
{
	struct plugin *plugin = arg;

	isolate_detach (plugin);
	loader_submit (&plugin->registry->loader, &plugin->job);
}

void
plugin_stop (struct plugin *plugin, bool is_closed,
	     void (*stopped) (struct plugin *plugin, bool is_stuck))
{
	struct registry *registry = plugin->registry;
	int64_t limit_ms = registry->options->init_timeout_ms;

	plugin->life = PLUGIN_ENDING;
	plugin->stopped = stopped;
	atomic_store (&plugin->step, STEP_FINI);
	plugin->job =
		(struct job){ .run = is_closed ? run_close : run_end,
			      .done = done,
			      .expired = expired,
			      .timeout_ms =
				      limit_ms < FINI_MS ? limit_ms : FINI_MS };
	pool_end (&plugin->pool, threads_ended, plugin);
}

/* --- Retiring --- */

static void
retired (struct plugin *plugin, bool is_stuck)
{
	if (!is_stuck) {
		plugin->life = PLUGIN_ENDED;
		log_info ("plugin '%s': an older version of it has ended",
			  plugin->name);
	}
	if (plugin->registry->is_unloading)
		unload_go_on (plugin->registry);
}

void
plugin_unpinned (struct plugin *plugin)
{
	if (--plugin->pins == 0 && plugin->life == PLUGIN_RETIRED
	    && !plugin->registry->is_unloading)
		plugin_stop (plugin, false, retired);
}

void
plugin_retire (struct plugin *plugin)
{
	struct registry *registry = plugin->registry;

	pthread_mutex_lock (&registry->rows);
	plugin->is_offered = false;
	pthread_mutex_unlock (&registry->rows);
	plugin->life = PLUGIN_RETIRED;
	plugin->pins++;
	isolate_retire (plugin);
	/* What waits for somebody may want to look elsewhere for the
	 * answer. */
	plugin_notice (plugin, MCP_NOTICE_REPLACED, NULL);
	plugin_unpinned (plugin);
	if (plugin->life == PLUGIN_RETIRED)
		plugin_note_void (plugin);
}

/* --- What is stuck --- */

int
plugin_count_stuck (const struct plugin *plugin)
{
	const struct calls *calls = &plugin->registry->calls;
	int64_t since_ms = loop_now_ms (calls->loop) - STUCK_MS;
	const struct call *call;
	int n = plugin->life == PLUGIN_STUCK;

	DL_FOREACH (calls->voids, call) {
		if (call->void_ms > since_ms)
			break;
		n += call->plugin == plugin;
	}
	return n;
}

/* Whether there may be more to say of it later. */
static bool
tell_stuck (struct plugin *plugin)
{
	int n = plugin_count_stuck (plugin);

	if (n == 0)
		return plugin->n_void > 0;
	plugin->is_told = true;
	log_warning ("plugin '%s': an older version of it is stuck: it does "
		     "not give back %d calls that nobody waits for; it stays "
		     "until it does",
		     plugin->name, n);
	return false;
}

static void
look (uv_timer_t *timer)
{
	struct registry *registry = timer->data;
	struct plugin *plugin;
	bool is_open = false;

	LL_FOREACH (registry->plugins, plugin) {
		if (plugin->life == PLUGIN_RETIRED && !plugin->is_told)
			is_open |= tell_stuck (plugin);
	}
	if (is_open && !registry->is_unloading)
		uv_timer_start (timer, look, STUCK_MS, 0);
}

void
plugin_note_void (struct plugin *plugin)
{
	struct registry *registry = plugin->registry;

	if (plugin->life == PLUGIN_RETIRED && plugin->n_void > 0
	    && !registry->is_unloading
	    && !uv_is_active ((uv_handle_t *) &registry->stuck_timer))
		uv_timer_start (&registry->stuck_timer, look, STUCK_MS, 0);
}
