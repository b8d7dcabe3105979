/* Opening one plugin file: the loader thread does the work; the loop offers
 * what came of it, and lets the version before drain. */
#include <config.h>

#include "plugin/opening.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <utlist.h>

#include "plugin/descriptor.h"
#include "plugin/isolate.h"
#include "plugin/state.h"

static void
opening_free (struct opening *opening)
{
	snapshot_unpin (opening->claims);
	buffer_fini (&opening->reasons);
	free (opening);
}

/* --- On the loop, at its end --- */

static void
list (struct plugin *plugin)
{
	struct registry *registry = plugin->registry;

	plugin->life = PLUGIN_SERVING;
	pthread_mutex_lock (&registry->rows);
	LL_PREPEND (registry->plugins, plugin);
	plugin->is_offered = plugin->is_listed = true;
	pthread_mutex_unlock (&registry->rows);
	isolate_attach (plugin);
}

/* From now on it is offered, unless it comes too late. 0 or -ENOMEM. */
static int
offer (struct plugin *plugin, struct plugin *before, unsigned *ret_changes)
{
	struct registry *registry = plugin->registry;
	struct snapshot *snapshot;

	list (plugin);
	if (registry->is_unloading)
		return 0;
	snapshot = snapshot_new (registry, registry->current, before, plugin);
	if (snapshot == NULL) {
		plugin_retire (plugin);
		return -ENOMEM;
	}
	*ret_changes = plugin_kinds (plugin);
	if (before != NULL)
		*ret_changes |= plugin_kinds (before);
	report_loaded (registry, plugin, before);
	registry_swap (registry, snapshot);
	if (before != NULL)
		plugin_retire (before);
	return 0;
}

/* Reports it, and tells whoever asked. */
static void
refuse (struct opening *opening, const char *reason, bool is_hung)
{
	const struct plugin *plugin = opening->plugin;
	const struct opening_request *request = &opening->request;
	struct opened opened = { .end = OPENING_REFUSED,
				 .plugin = request->before,
				 .reason = reason,
				 .is_hung = is_hung };

	report_failed (plugin->registry, plugin->name, plugin->file, reason,
		       request->before);
	request->done (request->arg, &opened);
}

static void
serve (struct opening *opening, unsigned changes)
{
	const struct opening_request *request = &opening->request;
	struct opened opened = { .end = opening->end,
				 .plugin = opening->plugin,
				 .before = request->before,
				 .changes = changes };

	if (opening->end == OPENING_SAME) {
		/* Nothing but its times is new. */
		request->before->stamp = opening->plugin->stamp;
		opened.plugin = request->before;
	}
	request->done (request->arg, &opened);
}

/* The job was done in time. */
static void
ran (struct job *job)
{
	struct opening *opening = (struct opening *) job;
	unsigned changes = 0;

	if (opening->end == OPENING_REFUSED)
		refuse (opening, reason_text (&opening->reasons), false);
	else if (opening->end == OPENING_OFFERED
		 && offer (opening->plugin, opening->request.before, &changes)
			    < 0)
		refuse (opening, "out of memory", false);
	else
		serve (opening, changes);
	/* What was offered is on the list. */
	if (opening->end != OPENING_OFFERED
	    && !plugin_note_threads (opening->plugin))
		plugin_free (opening->plugin);
	opening_free (opening);
}

static void
expired (struct job *job)
{
	static const char *const steps[] = {
		[STEP_FILE] = "reading the file",
		[STEP_LINK] = "the file's constructors",
		[STEP_ENTRY] = "mcp_plugin_v1",
		[STEP_CHECK] = "checking what it has",
		[STEP_INIT] = "init",
		[STEP_FINI] = "init",
		[STEP_AFTER] = "a thread that it began",
		[STEP_CLOSE] = "the file's destructors",
	};
	struct opening *opening = (struct opening *) job;
	struct registry *registry = opening->plugin->registry;
	unsigned step = atomic_fetch_or (&opening->step, STEP_ABANDONED);
	struct error err;

	if (registry->is_unloading)
		error_set (&err, -ETIMEDOUT,
			   "%s: had not returned when the server had to end",
			   steps[step]);
	else
		error_set (&err, -ETIMEDOUT,
			   "%s: did not return within %g s (--plugin-timeout); "
			   "do what takes long in a thread of the plugin",
			   steps[step], (double) job->timeout_ms / 1000);
	if (step == STEP_LINK || step == STEP_CLOSE)
		registry->jammed_by = opening->plugin->file;
	LL_PREPEND (registry->hung, opening->plugin);
	refuse (opening, err.text, true);
	/* It looks at them in no other step. */
	if (step != STEP_CHECK)
		snapshot_unpin (opening->claims);
}

/* --- Its beginning --- */

/* On the loader thread. */
static void
run (struct job *job)
{
	plugin_open ((struct opening *) job);
}

/* Whether a file like that of before need not be loaded again. */
static bool
is_known (const struct plugin *plugin, const struct opening_request *request)
{
	const struct plugin *before = request->before;

	return before != NULL && !request->is_forced
	       && strcmp (plugin->file, before->file) == 0
	       && !isolate_is_given_up (before)
	       && plugin_setting_equals (&plugin->setting, &before->setting);
}

int
opening_start (struct registry *registry, const struct opening_request *request)
{
	struct opening *opening = calloc (1, sizeof (*opening));
	struct plugin *plugin =
		plugin_new (registry, request->name, request->file);

	if (opening == NULL || plugin == NULL) {
		plugin_free (plugin);
		free (opening);
		return -ENOMEM;
	}
	opening->request = *request;
	opening->plugin = plugin;
	opening->claims = registry_pin (registry);
	if (is_known (plugin, request))
		memcpy (opening->known, request->before->digest,
			DIGEST_TEXT_SIZE);
	opening->job = (struct job){ .run = run,
				     .done = ran,
				     .expired = expired,
				     .timeout_ms = isolate_init_timeout_ms (
					     registry, request->name) };
	loader_submit (&registry->loader, &opening->job);
	return 0;
}
