/* From a file to a plugin that runs, and back: every step in its order. */
#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/log.h"
#include "base/thread.h"
#include "plugin/blame.h"
#include "plugin/config.h"
#include "plugin/descriptor.h"
#include "plugin/elf_image.h"
#include "plugin/guard.h"
#include "plugin/isolate.h"
#include "plugin/opening.h"
#include "plugin/preflight.h"
#include "plugin/state.h"

/* Moves on to the next step; false when that is no longer ours to do. */
static bool
enter (atomic_uint *step, unsigned next)
{
	unsigned now = atomic_load (step);

	return (now & STEP_ABANDONED) == 0
	       && atomic_compare_exchange_strong (step, &now, next);
}

/* What holds for a plugin that is not configured. */
static int
copy_setting (struct plugin *plugin)
{
	const struct plugin_setting none = { .name = plugin->name };
	const struct plugin_setting *setting =
		registry_setting (plugin->registry, plugin->name);

	return plugin_setting_copy (setting != NULL ? setting : &none,
				    &plugin->setting);
}

struct plugin *
plugin_new (struct registry *registry, const char *name, const char *file)
{
	struct plugin *plugin = calloc (1, sizeof (*plugin));

	if (plugin == NULL)
		return NULL;
	plugin->registry = registry;
	plugin->name = strdup (name);
	plugin->file = strdup (file);
	if (plugin->name == NULL || plugin->file == NULL
	    || copy_setting (plugin) < 0) {
		plugin_free (plugin);
		return NULL;
	}
	plugin_name_threads (plugin);
	pool_init (&plugin->pool, plugin->thread_name, 1, registry->loop);
	host_init (&plugin->host, plugin, registry->options->server_version,
		   journal_run (registry->journal, JOURNAL_NOW));
	return plugin;
}

/* Checks an image and makes the private copy of what was checked. */
static int
copy_image (struct plugin *plugin, struct image *image, struct error *err)
{
	int r = preflight (image, err);

	if (r < 0)
		return r;
	elf_clear_unique (image);
	plugin->copy_bytes = image->size;
	return copies_write (&plugin->registry->copies, plugin->name, image,
			     &plugin->copy, err);
}

/* Reads the file. 0; 1: nothing is new in it; or a negative errno. */
static int
take_file (struct opening *opening, struct error *err)
{
	struct plugin *plugin = opening->plugin;
	struct image image = { 0 };
	int r = file_read (plugin->file, &image, err);

	if (r < 0)
		return r;
	plugin->stamp = image.stamp;
	digest_make (plugin->digest, image.data, image.size);
	r = strcmp (plugin->digest, opening->known) == 0
		    ? 1
		    : copy_image (plugin, &image, err);
	image_fini (&image);
	return r;
}

static void
read_descriptor (struct plugin *plugin, struct buffer *reasons)
{
	const struct plugin_setting *setting = &plugin->setting;
	struct blame outer = blame_begin (plugin->name, "mcp_plugin_v1");
	const struct mcp_plugin *given = plugin->module.entry ();

	blame_end (outer);
	if (given == NULL)
		reason_add (reasons, "mcp_plugin_v1 returned NULL, expected "
				     "the descriptor");
	else
		descriptor_read (given, plugin, setting->disabled, reasons);
	plugin->pool.max_threads = setting->parallel;
	if (plugin->pool.max_threads == 0)
		plugin->pool.max_threads = plugin->row.parallel;
	if (plugin->pool.max_threads == 0)
		plugin->pool.max_threads = 1;
}

static void
check_claim (const struct entry *entry, const struct opening *opening,
	     struct buffer *reasons)
{
	const struct entry *other =
		snapshot_find_entry (opening->claims, entry->kind, entry->key);
	const char *noun = entry_noun (entry->kind);

	if (other != NULL && other->plugin != opening->request.before)
		reason_add (reasons,
			    "%s '%s': %s: is a %s of '%s' already; rename one, "
			    "or %s",
			    noun, entry->key, entry_field (entry->kind), noun,
			    other->plugin->file,
			    entry->kind == ENTRY_TOOL
				    ? "turn one off with disable_tools"
				    : "leave one out");
}

/* What is claimed twice refuses the whole later plugin. */
static void
check_claims (struct opening *opening)
{
	const struct entries *entries = &opening->plugin->entries;

	for (size_t i = 0; i < entries->n; i++)
		check_claim (entries->rows[i], opening, &opening->reasons);
}

/* Before init sees it. */
static void
check_config (struct plugin *plugin, struct buffer *reasons)
{
	struct error err;

	if (plugin->row.config_schema != NULL
	    && config_check (plugin->row.config_schema, plugin->setting.config,
			     &plugin->config_schema, &err)
		       < 0)
		reason_add (reasons, "%s", err.text);
}

void
plugin_init (struct plugin *plugin, struct buffer *reasons)
{
	struct blame outer;
	int r = 0;

	plugin->init_thread = pthread_self ();
	atomic_store (&plugin->is_in_init, true);
	outer = blame_begin (plugin->name, "init");
	if (plugin->row.init != NULL)
		r = plugin->row.init (&plugin->host.table,
				      plugin->setting.config, &plugin->state);
	blame_end (outer);
	guard_check (plugin->name, "init");
	atomic_store (&plugin->is_in_init, false);
	plugin->is_running = r >= 0;
	if (r < 0)
		reason_add (reasons, "init: %s%s%s", error_name (r),
			    plugin->init_error.text[0] != '\0' ? ": " : "",
			    plugin->init_error.text);
}

/* Opens the copy here, or in a process of its own, and reads its descriptor.
 * False: it was abandoned. */
static bool
open_copy (struct opening *opening)
{
	struct plugin *plugin = opening->plugin;
	struct buffer *reasons = &opening->reasons;
	bool is_isolated = isolate_is_wanted (plugin->registry, plugin->name);
	struct blame outer;
	struct error err;

	if (!enter (&opening->step, STEP_LINK))
		return false;
	outer = blame_begin (plugin->name, "its constructors");
	if (is_isolated)
		isolate_open (plugin, reasons);
	else if (module_open (&plugin->module, plugin->copy, plugin->file,
			      false, &err)
		 < 0)
		reason_add (reasons, "%s", err.text);
	blame_end (outer);
	if (!enter (&opening->step, STEP_ENTRY))
		return false;
	if (!reason_any (reasons) && !is_isolated)
		read_descriptor (plugin, reasons);
	return true;
}

/* False when it was abandoned; otherwise reasons say whether it runs. */
static bool
open_in_steps (struct opening *opening)
{
	struct plugin *plugin = opening->plugin;
	struct buffer *reasons = &opening->reasons;

	if (!open_copy (opening) || !enter (&opening->step, STEP_CHECK))
		return false;
	if (!reason_any (reasons))
		check_claims (opening);
	if (!reason_any (reasons))
		check_config (plugin, reasons);
	if (!enter (&opening->step, STEP_INIT))
		return false;
	if (!reason_any (reasons) && plugin->isolate != NULL)
		isolate_init (plugin, reasons);
	else if (!reason_any (reasons))
		plugin_init (plugin, reasons);
	return enter (&opening->step, STEP_FINI);
}

struct plugin *
plugin_open_alone (struct registry *registry, const char *name,
		   const char *file, const char *copy, uint32_t parallel,
		   struct buffer *reasons)
{
	struct plugin *plugin = plugin_new (registry, name, file);
	struct error err;

	if (plugin == NULL) {
		reason_add (reasons, "out of memory");
		return NULL;
	}
	plugin->setting.parallel = parallel;
	/* The process itself goes by the plugin's name. */
	snprintf (plugin->thread_name, THREAD_NAME_SIZE, "%.*s.0",
		  THREAD_NAME_SIZE - 3, name);
	if (module_begin (&err) < 0
	    || module_open (&plugin->module, copy, file, true, &err) < 0)
		reason_add (reasons, "%s", err.text);
	else
		read_descriptor (plugin, reasons);
	registry->has_libltdl = true;
	/* When it is refused the process ends. */
	return reason_any (reasons) ? NULL : plugin;
}

/* It is not wanted. */
static void
drop (struct opening *opening, enum opening_end end)
{
	opening->end = end;
	plugin_close (opening->plugin, &opening->step);
}

void
plugin_open (struct opening *opening)
{
	struct error err;
	int r = take_file (opening, &err);
	bool is_ours;

	if (r < 0)
		reason_add (&opening->reasons, "%s", err.text);
	thread_rename (opening->plugin->thread_name);
	is_ours = r != 0 || open_in_steps (opening);
	thread_rename (LOADER_THREAD);
	if (!is_ours)
		return;
	if (r == 1)
		drop (opening, OPENING_SAME);
	else if (reason_any (&opening->reasons))
		drop (opening, OPENING_REFUSED);
	else
		opening->end = OPENING_OFFERED;
}

/* Nobody offers them any more; they lie in the file. */
static void
drop_rows (struct plugin *plugin)
{
	pthread_mutex_lock (&plugin->registry->rows);
	descriptor_drop (plugin);
	pthread_mutex_unlock (&plugin->registry->rows);
}

bool
plugin_end (struct plugin *plugin, atomic_uint *step)
{
	struct blame outer;

	isolate_close (plugin);
	if (plugin->is_running && plugin->row.fini != NULL) {
		outer = blame_begin (plugin->name, "fini");
		plugin->row.fini (plugin->state);
		blame_end (outer);
		guard_check (plugin->name, "fini");
	}
	if (!enter (step, STEP_AFTER))
		return false;
	plugin->is_running = false;
	drop_rows (plugin);
	copies_remove (plugin->copy);
	plugin->copy = NULL;
	return true;
}

void
plugin_close (struct plugin *plugin, atomic_uint *step)
{
	bool has;

	if (!plugin_end (plugin, step))
		return;
	has = plugin_has_threads (plugin);
	if (!enter (step, STEP_CLOSE))
		return;
	plugin->has_threads = has;
	/* It would wait for what does not return, or take its code from under
	 * a thread. */
	if (plugin->registry->jammed_by == NULL && !has)
		module_close (&plugin->module);
}

void
plugin_free (struct plugin *plugin)
{
	if (plugin == NULL)
		return;
	if (plugin->host.plugin != NULL)
		pool_fini (&plugin->pool);
	updates_free (plugin);
	isolate_free (plugin->isolate);
	descriptor_drop (plugin);
	plugin_setting_fini (&plugin->setting);
	free (plugin->config_schema);
	free (plugin->name);
	free (plugin->file);
	free (plugin);
}
