/* From a file to a plugin that runs, and back: every step in its order. */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/log.h"
#include "plugin/config.h"
#include "plugin/descriptor.h"
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

static struct plugin *
plugin_new (struct registry *registry, const char *name, const char *file)
{
	struct plugin *plugin = calloc (1, sizeof (*plugin));

	if (plugin == NULL)
		return NULL;
	plugin->registry = registry;
	plugin->name = strdup (name);
	plugin->file = strdup (file);
	if (plugin->name == NULL || plugin->file == NULL) {
		plugin_free (plugin);
		return NULL;
	}
	pool_init (&plugin->pool, plugin->name, 1, registry->loop);
	host_init (&plugin->host, plugin, registry->options->server_version);
	return plugin;
}

/* Checks the file and makes the private copy of what was checked. */
static int
copy_file (struct plugin *plugin, struct error *err)
{
	struct image image = { 0 };
	int r = file_read (plugin->file, &image, err);

	if (r == 0)
		r = preflight (&image, err);
	if (r == 0)
		r = copies_write (&plugin->registry->copies, plugin->name,
				  &image, &plugin->copy, err);
	image_fini (&image);
	return r;
}

static void
read_descriptor (struct plugin *plugin, const struct plugin_setting *setting,
		 struct buffer *reasons)
{
	const struct mcp_plugin *given = plugin->module.entry ();

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
check_claim (const struct entry *entry, const struct snapshot *claims,
	     struct buffer *reasons)
{
	const struct entry *other =
		snapshot_find_entry (claims, entry->kind, entry->key);
	const char *noun = entry_noun (entry->kind);

	if (other != NULL)
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
check_claims (const struct plugin *plugin, const struct snapshot *claims,
	      struct buffer *reasons)
{
	for (size_t i = 0; i < claims->n_plugins; i++)
		if (strcmp (claims->plugins[i]->name, plugin->name) == 0)
			reason_add (reasons,
				    "name: '%s' is the name of '%s' already; "
				    "rename one, or leave one out",
				    plugin->name, claims->plugins[i]->file);
	for (size_t i = 0; i < plugin->entries.n; i++)
		check_claim (plugin->entries.rows[i], claims, reasons);
}

/* Before init sees it. */
static void
check_config (struct plugin *plugin, const char *config, struct buffer *reasons)
{
	struct error err;

	if (plugin->row.config_schema != NULL
	    && config_check (plugin->row.config_schema, config,
			     &plugin->config_schema, &err)
		       < 0)
		reason_add (reasons, "%s", err.text);
}

static void
call_init (struct plugin *plugin, const char *config, struct buffer *reasons)
{
	int r = 0;

	plugin->init_thread = pthread_self ();
	atomic_store (&plugin->is_in_init, true);
	if (plugin->row.init != NULL)
		r = plugin->row.init (&plugin->host.table, config,
				      &plugin->state);
	atomic_store (&plugin->is_in_init, false);
	plugin->is_running = r >= 0;
	if (r < 0)
		reason_add (reasons, "init: %s%s%s", error_name (r),
			    plugin->init_error.text[0] != '\0' ? ": " : "",
			    plugin->init_error.text);
}

/* False when it was abandoned; otherwise reasons say whether it runs. */
static bool
open_in_steps (struct plugin *plugin, const struct plugin_setting *setting,
	       const struct snapshot *claims, atomic_uint *step,
	       struct buffer *reasons)
{
	const char *config = setting->config != NULL ? setting->config : "{}";
	struct error err;

	if (copy_file (plugin, &err) < 0)
		reason_add (reasons, "%s", err.text);
	if (!enter (step, STEP_LINK))
		return false;
	if (!reason_any (reasons)
	    && module_open (&plugin->module, plugin->copy, plugin->file, &err)
		       < 0)
		reason_add (reasons, "%s", err.text);
	if (!enter (step, STEP_ENTRY))
		return false;
	if (!reason_any (reasons))
		read_descriptor (plugin, setting, reasons);
	if (!reason_any (reasons))
		check_claims (plugin, claims, reasons);
	if (!reason_any (reasons))
		check_config (plugin, config, reasons);
	if (!enter (step, STEP_INIT))
		return false;
	if (!reason_any (reasons))
		call_init (plugin, config, reasons);
	return enter (step, STEP_FINI);
}

struct plugin *
plugin_open (struct registry *registry, const char *name, const char *file,
	     const struct snapshot *claims, atomic_uint *step,
	     struct buffer *reasons)
{
	static const struct plugin_setting no_setting;
	const struct plugin_setting *setting =
		registry_setting (registry, name);
	struct plugin *plugin = plugin_new (registry, name, file);

	if (plugin == NULL) {
		reason_add (reasons, "out of memory");
		return NULL;
	}
	if (!open_in_steps (plugin, setting != NULL ? setting : &no_setting,
			    claims, step, reasons))
		return NULL;
	if (!reason_any (reasons))
		return plugin;
	plugin_close (plugin, step);
	plugin_free (plugin);
	return NULL;
}

void
plugin_close (struct plugin *plugin, atomic_uint *step)
{
	if (plugin->is_running && plugin->row.fini != NULL)
		plugin->row.fini (plugin->state);
	if (!enter (step, STEP_CLOSE))
		return;
	/* Its rows lie in the file. */
	descriptor_drop (plugin);
	/* It would wait for what does not return. */
	if (plugin->registry->jammed_by == NULL)
		module_close (&plugin->module);
	copies_remove (plugin->copy);
	plugin->copy = NULL;
}

void
plugin_free (struct plugin *plugin)
{
	if (plugin->host.plugin != NULL)
		pool_fini (&plugin->pool);
	updates_free (plugin);
	free (plugin->config_schema);
	free (plugin->name);
	free (plugin->file);
	free (plugin);
}
