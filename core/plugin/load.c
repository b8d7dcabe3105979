/* A pass over the directories, at the start and at every reload: each file that
 * is new, or not as it was, is opened, one after the other; what has no file
 * any more is taken out. */
#include <config.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <utlist.h>

#include "base/log.h"
#include "plugin/isolate.h"
#include "plugin/opening.h"
#include "plugin/pass.h"
#include "plugin/scan.h"
#include "plugin/state.h"

static void go_on (struct pass *pass);

/* The version of it that serves, or NULL. */
static struct plugin *
find_serving (const struct registry *registry, const char *name)
{
	const struct snapshot *snapshot = registry->current;

	for (size_t i = 0; i < snapshot->n_plugins; i++)
		if (strcmp (snapshot->plugins[i]->name, name) == 0)
			return snapshot->plugins[i];
	return NULL;
}

/* --- One file --- */

static bool
is_file_of (const struct plugin *serving, const struct found *found)
{
	return serving != NULL && strcmp (serving->file, found->file) == 0;
}

/* Why it is not even tried, or NULL. */
static const char *
find_fault (const struct pass *pass, const struct found *found,
	    const struct plugin *serving, struct error *err)
{
	const char *jammed_by = pass->registry->jammed_by;

	if (found->fault != NULL)
		return found->fault;
	if (pass->fault.text[0] != '\0')
		return pass->fault.text;
	if (serving != NULL && serving->is_seen
	    && !is_file_of (serving, found)) {
		error_set (err, -EEXIST,
			   "name: '%s' is the name of '%s' already; rename "
			   "one, or leave one out",
			   found->name, serving->file);
		return err->text;
	}
	if (jammed_by != NULL) {
		error_set (err, -ETIMEDOUT,
			   "cannot be opened: '%s' does not let go of the "
			   "dynamic linker; remove that file and start the "
			   "server again",
			   jammed_by);
		return err->text;
	}
	return NULL;
}

/* Whether it is what hung, and would again: it is not left another thread for
 * nothing. */
static bool
is_hung (const struct pass *pass, const struct found *found)
{
	struct registry *registry = pass->registry;
	const struct plugin_report *report =
		report_find (registry, found->file);

	return report != NULL && report->is_hung
	       && file_stamp_equals (&report->stamp, &found->stamp)
	       && plugin_setting_equals (
		       &report->setting,
		       registry_setting (registry, found->name));
}

/* Whether it is what serves, as its times tell. */
static bool
is_same (const struct pass *pass, const struct found *found,
	 const struct plugin *serving)
{
	return is_file_of (serving, found) && !isolate_is_given_up (serving)
	       && file_stamp_equals (&serving->stamp, &found->stamp)
	       && plugin_setting_equals (
		       &serving->setting,
		       registry_setting (pass->registry, found->name));
}

/* Whether there is nothing to do. */
static bool
is_left (const struct pass *pass, const struct found *found,
	 const struct plugin *serving)
{
	if (pass_names (pass, found->name))
		return false;
	if (is_hung (pass, found))
		return true;
	if (!is_same (pass, found, serving))
		return false;
	report_mend (pass->registry, found->file);
	return true;
}

static void
see (struct plugin *serving)
{
	if (serving != NULL)
		serving->is_seen = true;
}

/* Without memory it is tried again. */
static void
note_hung (struct registry *registry, const struct found *found)
{
	const struct plugin_setting none = { .name = "" };
	const struct plugin_setting *setting =
		registry_setting (registry, found->name);
	struct plugin_report *report = report_find (registry, found->file);

	if (report == NULL)
		return;
	report->stamp = found->stamp;
	report->is_hung =
		plugin_setting_copy (setting != NULL ? setting : &none,
				     &report->setting)
		== 0;
}

static void
opened (void *arg, const struct opened *opened)
{
	struct pass *pass = arg;
	const struct found *found = &pass->scan.found[pass->next - 1];

	see (find_serving (pass->registry, found->name));
	if (opened->is_hung)
		note_hung (pass->registry, found);
	if (opened->end == OPENING_SAME)
		report_mend (pass->registry, found->file);
	pass_note_opened (pass, found, opened);
	go_on (pass);
}

/* Whether the loader was asked. */
static bool
try_one (struct pass *pass, const struct found *found)
{
	struct plugin *serving = find_serving (pass->registry, found->name);
	struct opening_request request = {
		.name = found->name,
		.file = found->file,
		.before = serving,
		.is_forced = pass_names (pass, found->name),
		.done = opened,
		.arg = pass,
	};
	struct error err;
	const char *fault;

	if (is_left (pass, found, serving)) {
		see (serving);
		pass->n_unchanged++;
		return false;
	}
	fault = find_fault (pass, found, serving, &err);
	if (fault == NULL && opening_start (pass->registry, &request) == 0)
		return true;
	if (fault == NULL)
		fault = "out of memory";
	see (serving);
	report_failed (pass->registry, found->name, found->file, fault,
		       serving);
	pass_note_refused (pass, found, fault, serving);
	return false;
}

/* --- Those that are gone --- */

static bool
is_within (const char *file, const char *dir)
{
	size_t size = strlen (dir);

	return strncmp (file, dir, size) == 0 && file[size] == '/';
}

/* What a directory holds that cannot be read now nobody knows. */
static void
see_hidden (const struct pass *pass)
{
	const struct snapshot *snapshot = pass->registry->current;

	for (size_t i = 0; i < pass->scan.n_found; i++) {
		const struct found *found = &pass->scan.found[i];

		for (size_t k = 0; found->is_dir && k < snapshot->n_plugins;
		     k++)
			if (is_within (snapshot->plugins[k]->file, found->file))
				see (snapshot->plugins[k]);
	}
}

/* Whether it may go. */
static bool
is_gone (struct pass *pass, struct plugin *plugin)
{
	const struct plugin_setting *setting =
		registry_setting (pass->registry, plugin->name);
	const struct found found = { .name = plugin->name,
				     .file = plugin->file };
	static const char reason[] =
		"the file is gone, but the configuration requires the plugin; "
		"put it back";

	if (plugin->is_seen || !pass_looks_at (pass, plugin->name))
		return false;
	if (setting == NULL || !setting->is_required)
		return true;
	report_failed (pass->registry, plugin->name, plugin->file, reason,
		       plugin);
	pass_note_refused (pass, &found, reason, plugin);
	return false;
}

static void
take_out (struct pass *pass, struct plugin *plugin)
{
	struct registry *registry = pass->registry;
	struct snapshot *snapshot =
		snapshot_new (registry, registry->current, plugin, NULL);

	if (snapshot == NULL) {
		log_error ("no memory to take out plugin '%s'", plugin->name);
		return;
	}
	pass_note_removed (pass, plugin);
	report_removed (registry, plugin);
	registry_swap (registry, snapshot);
	plugin_retire (plugin);
}

static void
take_out_gone (struct pass *pass)
{
	struct snapshot *snapshot = registry_pin (pass->registry);

	see_hidden (pass);
	for (size_t i = 0; i < snapshot->n_plugins; i++)
		if (is_gone (pass, snapshot->plugins[i]))
			take_out (pass, snapshot->plugins[i]);
	snapshot_unpin (snapshot);
}

static bool
is_there (const struct pass *pass, const char *file)
{
	for (size_t i = 0; i < pass->scan.n_found; i++)
		if (strcmp (pass->scan.found[i].file, file) == 0)
			return true;
	return false;
}

/* Files that were refused and are gone, and directories that are mended. */
static void
drop_old_reports (struct pass *pass)
{
	struct registry *registry = pass->registry;
	size_t i = registry->n_reports;

	while (i-- > 0) {
		const struct plugin_report *report = &registry->reports[i];

		if (!report->is_loaded && !report->is_removed
		    && !is_there (pass, report->file))
			report_drop (registry, report->file);
	}
}

/* --- All of it --- */

/* Whether a plugin of that name is there, loaded or not. */
static bool
is_found (const struct pass *pass, const char *name)
{
	for (size_t i = 0; i < pass->scan.n_found; i++)
		if (strcmp (pass->scan.found[i].name, name) == 0)
			return true;
	return find_serving (pass->registry, name) != NULL;
}

/* A setting that no file answers to. */
static void
check_settings (const struct pass *pass)
{
	const struct registry_options *options = pass->registry->options;

	for (size_t i = 0; i < options->n_settings; i++) {
		const char *name = options->settings[i].name;

		if (!is_found (pass, name))
			log_warning ("plugin '%s' is configured, but no plugin "
				     "directory has a file '%s.so'",
				     name, name);
	}
}

/* Every file was tried. */
static void
look_for_gone (struct pass *pass)
{
	take_out_gone (pass);
	if (pass->is_all)
		drop_old_reports (pass);
	check_settings (pass);
}

/* The next file, or the end. */
static void
go_on (struct pass *pass)
{
	struct registry *registry = pass->registry;

	while (pass->next < pass->scan.n_found && !registry->is_unloading) {
		const struct found *found = &pass->scan.found[pass->next++];

		if (pass_looks_at (pass, found->name) && try_one (pass, found))
			return;
	}
	/* Nothing is known without memory for a scan, nor when it was cut. */
	if (pass->is_scanned && !registry->is_unloading)
		look_for_gone (pass);
	registry->is_loading = false;
	pass_end (pass);
	if (registry->is_unloading)
		unload_go_on (registry);
}

/* On the loader thread. */
static void
scan (struct job *job)
{
	struct pass *pass = (struct pass *) job;
	struct registry *registry = pass->registry;
	const struct registry_options *options = registry->options;

	pass->fault.text[0] = '\0';
	if (!registry->has_libltdl)
		registry->has_libltdl = module_begin (&pass->fault) == 0;
	if (registry->has_libltdl)
		copies_prepare (&registry->copies, &pass->fault);
	pass->is_scanned = scan_dirs (options->dirs, &pass->scan) == 0;
	if (!pass->is_scanned)
		log_error ("no memory to look for plugins");
}

static void
scanned (struct job *job)
{
	struct pass *pass = (struct pass *) job;
	struct plugin *plugin;

	LL_FOREACH (pass->registry->plugins, plugin) {
		plugin->is_seen = false;
	}
	for (char **name = pass->names; name != NULL && *name != NULL; name++)
		if (!is_found (pass, *name))
			pass_note_unknown (pass, *name);
	go_on (pass);
}

static void
begin (struct pass *pass)
{
	pass->registry->is_loading = true;
	pass->scan_job = (struct job){ .run = scan, .done = scanned };
	loader_submit (&pass->registry->loader, &pass->scan_job);
}

void
registry_load (struct registry *registry, void (*done) (void *arg), void *arg)
{
	struct pass *pass = pass_new (registry, true, NULL);

	if (pass == NULL) {
		log_error ("no memory to load plugins");
		done (arg);
		return;
	}
	pass->loaded = done;
	pass->arg = arg;
	begin (pass);
}

int
registry_reload (struct registry *registry, bool is_all,
		 const char *const *names,
		 void (*done) (void *arg, const char *changes), void *arg)
{
	struct pass *pass = pass_new (registry, is_all, names);

	if (pass == NULL)
		return -ENOMEM;
	pass->reloaded = done;
	pass->arg = arg;
	begin (pass);
	return 0;
}
