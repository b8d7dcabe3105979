/* Loading the directories: the loader thread does the work, one file after
 * the other; the loop keeps the order and offers what is there. */
#include <config.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <utlist.h>

#include "base/limits.h"
#include "base/log.h"
#include "plugin/descriptor.h"
#include "plugin/scan.h"
#include "plugin/state.h"

/* One registry_load. */
struct load {
	struct job scan_job;
	struct registry *registry;
	struct scan scan;
	size_t next;
	struct error fault; /* why no file can be loaded at all; "" */
	void (*done) (void *arg);
	void *arg;
};

/* One file. Left to its thread when that does not return. */
struct opening {
	struct job job;
	struct load *load; /* loop only */
	struct registry *registry;
	char *name, *file;
	struct snapshot *claims;
	atomic_uint step;
	struct plugin *plugin;
	struct buffer reasons;
};

static void go_on (struct load *load);

static struct opening *
opening_new (struct load *load, const struct found *found)
{
	struct opening *opening = calloc (1, sizeof (*opening));

	if (opening == NULL)
		return NULL;
	opening->load = load;
	opening->registry = load->registry;
	opening->name = strdup (found->name);
	opening->file = strdup (found->file);
	if (opening->name == NULL || opening->file == NULL) {
		free (opening->name);
		free (opening->file);
		free (opening);
		return NULL;
	}
	opening->claims = registry_pin (load->registry);
	return opening;
}

static void
opening_free (struct opening *opening)
{
	snapshot_unpin (opening->claims);
	buffer_fini (&opening->reasons);
	free (opening->name);
	free (opening->file);
	free (opening);
}

/* On the loader thread. */
static void
open_one (struct job *job)
{
	struct opening *opening = (struct opening *) job;

	opening->plugin = plugin_open (opening->registry, opening->name,
				       opening->file, opening->claims,
				       &opening->step, &opening->reasons);
}

static void
keep (struct registry *registry, struct plugin *plugin)
{
	pthread_mutex_lock (&registry->rows);
	LL_PREPEND (registry->plugins, plugin);
	plugin->is_offered = true;
	pthread_mutex_unlock (&registry->rows);
}

/* From now on its tools are offered, unless it comes too late. */
static void
offer (struct registry *registry, struct plugin *plugin)
{
	struct snapshot *snapshot;

	keep (registry, plugin);
	if (registry->is_unloading)
		return;
	snapshot = snapshot_new (registry, registry->current, plugin);
	if (snapshot == NULL) {
		report_failed (registry, plugin->name, plugin->file,
			       "out of memory");
		return;
	}
	registry_swap (registry, snapshot);
	report_loaded (registry, plugin);
}

static void
opened (struct job *job)
{
	struct opening *opening = (struct opening *) job;
	struct load *load = opening->load;

	if (opening->plugin != NULL)
		offer (opening->registry, opening->plugin);
	else
		report_failed (opening->registry, opening->name, opening->file,
			       reason_text (&opening->reasons));
	opening_free (opening);
	go_on (load);
}

static void
expired (struct job *job)
{
	static const char *const steps[] = {
		[STEP_FILE] = "reading the file",
		[STEP_LINK] = "the file's constructors",
		[STEP_ENTRY] = "mcp_plugin_v1",
		[STEP_INIT] = "init",
		[STEP_FINI] = "init",
		[STEP_CLOSE] = "the file's destructors",
	};
	struct opening *opening = (struct opening *) job;
	struct registry *registry = opening->registry;
	unsigned step = atomic_fetch_or (&opening->step, STEP_ABANDONED);
	struct load *load = opening->load;
	struct error err;

	error_set (&err, -ETIMEDOUT,
		   "%s: did not return within %g s (--plugin-timeout); do what "
		   "takes long in a thread of the plugin",
		   steps[step], (double) job->timeout_ms / 1000);
	report_failed (registry, opening->name, opening->file, err.text);
	if (step == STEP_LINK || step == STEP_CLOSE)
		registry->jammed_by = opening->file;
	/* Before, the thread may be looking at them. */
	if (step >= STEP_INIT)
		snapshot_unpin (opening->claims);
	go_on (load);
}

/* Whether the loader was asked. */
static bool
try_one (struct load *load, const struct found *found)
{
	struct registry *registry = load->registry;
	struct opening *opening;
	struct error err;

	if (found->fault != NULL || load->fault.text[0] != '\0') {
		report_failed (registry, found->name, found->file,
			       found->fault != NULL ? found->fault
						    : load->fault.text);
		return false;
	}
	if (registry->jammed_by != NULL) {
		error_set (
			&err, -ETIMEDOUT,
			"cannot be opened: '%s' does not let go of the dynamic "
			"linker; remove that file",
			registry->jammed_by);
		report_failed (registry, found->name, found->file, err.text);
		return false;
	}
	opening = opening_new (load, found);
	if (opening == NULL) {
		report_failed (registry, found->name, found->file,
			       "out of memory");
		return false;
	}
	opening->job =
		(struct job){ .run = open_one,
			      .done = opened,
			      .expired = expired,
			      .timeout_ms =
				      registry->options->init_timeout_ms };
	loader_submit (&registry->loader, &opening->job);
	return true;
}

/* A setting that no file answers to. */
static void
check_settings (const struct registry *registry)
{
	const struct registry_options *options = registry->options;

	for (size_t i = 0; i < options->n_settings; i++) {
		const char *name = options->settings[i].name;
		size_t j = 0;

		while (j < registry->n_reports
		       && strcmp (registry->reports[j].name, name) != 0)
			j++;
		if (j == registry->n_reports)
			log_warning ("plugin '%s' is configured, but no plugin "
				     "directory has a file '%s.so'",
				     name, name);
	}
}

/* The next file, or the end. */
static void
go_on (struct load *load)
{
	struct registry *registry = load->registry;
	void (*done) (void *arg) = load->done;
	void *arg = load->arg;

	while (load->next < load->scan.n_found && !registry->is_unloading)
		if (try_one (load, &load->scan.found[load->next++]))
			return;
	check_settings (registry);
	scan_fini (&load->scan);
	free (load);
	registry->is_loading = false;
	done (arg);
	if (registry->is_unloading)
		unload_go_on (registry);
}

/* On the loader thread. */
static void
scan (struct job *job)
{
	struct load *load = (struct load *) job;
	struct registry *registry = load->registry;
	const struct registry_options *options = registry->options;

	load->fault.text[0] = '\0';
	if (!registry->has_libltdl) {
		registry->has_libltdl = module_begin (&load->fault) == 0;
		if (registry->has_libltdl)
			copies_init (&registry->copies, options->run_dir,
				     &load->fault);
	}
	if (scan_dirs (options->dirs, &load->scan) < 0)
		log_error ("no memory to look for plugins");
}

static void
scanned (struct job *job)
{
	go_on ((struct load *) job);
}

void
registry_load (struct registry *registry, void (*done) (void *arg), void *arg)
{
	struct load *load = calloc (1, sizeof (*load));

	if (load == NULL) {
		log_error ("no memory to load plugins");
		done (arg);
		return;
	}
	registry->is_loading = true;
	load->registry = registry;
	load->done = done;
	load->arg = arg;
	load->scan_job = (struct job){ .run = scan, .done = scanned };
	loader_submit (&registry->loader, &load->scan_job);
}
