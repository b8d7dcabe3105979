/* What became of each plugin file, told to whoever wants to know: the list
 * for --list-plugins, the journal for the orchestrator, the log. */
#include <config.h>

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/log.h"
#include "json/json.h"
#include "plugin/state.h"
#include "store/event.h"

static char *
copy (const char *text)
{
	return text != NULL ? strdup (text) : NULL;
}

/* The keys of its rows of that noun: NULL-terminated; or NULL. */
static char **
copy_keys (const struct plugin *plugin, const char *noun)
{
	const struct entries *entries = &plugin->entries;
	char **keys = calloc (entries->n + 1, sizeof (*keys));
	size_t n = 0;

	for (size_t i = 0; keys != NULL && i < entries->n; i++)
		if (strcmp (entry_noun (entries->rows[i]->kind), noun) == 0)
			keys[n++] = copy (entries->rows[i]->key);
	return keys;
}

static void
copy_rows (struct registry *registry, const struct plugin *plugin,
	   struct plugin_report *report)
{
	pthread_mutex_lock (&registry->rows);
	report->tools = copy_keys (plugin, "tool");
	report->resources = copy_keys (plugin, "resource");
	report->prompts = copy_keys (plugin, "prompt");
	report->methods = copy_keys (plugin, "method");
	pthread_mutex_unlock (&registry->rows);
}

static void
free_names (char **names)
{
	for (char **name = names; name != NULL && *name != NULL; name++)
		free (*name);
	free (names);
}

static void
report_fini (struct plugin_report *report)
{
	free_names (report->tools);
	free_names (report->resources);
	free_names (report->prompts);
	free_names (report->methods);
	free (report->name);
	free (report->file);
	free (report->reason);
	free (report->version);
	free (report->summary);
	plugin_setting_fini (&report->setting);
}

struct plugin_report *
report_find (struct registry *registry, const char *file)
{
	for (size_t i = 0; i < registry->n_reports; i++)
		if (strcmp (registry->reports[i].file, file) == 0)
			return &registry->reports[i];
	return NULL;
}

/* Room for one more, or NULL. */
static struct plugin_report *
grow (struct registry *registry)
{
	struct plugin_report *reports =
		realloc (registry->reports,
			 (registry->n_reports + 1) * sizeof (*reports));

	if (reports == NULL)
		return NULL;
	registry->reports = reports;
	return &reports[registry->n_reports++];
}

void
report_mend (struct registry *registry, const char *file)
{
	struct plugin_report *report = report_find (registry, file);

	if (report == NULL || !report->is_loaded)
		return;
	free (report->reason);
	report->reason = NULL;
	report->is_hung = false;
}

void
report_drop (struct registry *registry, const char *file)
{
	struct plugin_report *report = report_find (registry, file);
	struct plugin_report *end = registry->reports + registry->n_reports;

	if (report == NULL)
		return;
	report_fini (report);
	memmove (report, report + 1,
		 (size_t) (end - report - 1) * sizeof (*report));
	registry->n_reports--;
}

/* In the place of what was known of the file; report is taken. */
static void
put (struct registry *registry, struct plugin_report *report)
{
	struct plugin_report *place = NULL;

	if (report->name != NULL && report->file != NULL) {
		place = report_find (registry, report->file);
		if (place != NULL)
			report_fini (place);
		else
			place = grow (registry);
	}
	if (place != NULL) {
		*place = *report;
		return;
	}
	log_error ("no memory to report on a plugin");
	report_fini (report);
}

static void
write_member (struct buffer *payload, const char *name, const char *text)
{
	buffer_add_char (payload, payload->size > 0 ? ',' : '{');
	json_write_text (payload, name);
	buffer_add_char (payload, ':');
	if (text != NULL)
		json_write_text (payload, text);
	else
		buffer_add_literal (payload, "null");
}

/* names: NULL-terminated, or NULL. */
static void
write_names (struct buffer *payload, const char *name, char *const *names)
{
	buffer_add_format (payload, ",\"%s\":[", name);
	for (size_t i = 0; names != NULL && names[i] != NULL; i++) {
		if (i > 0)
			buffer_add_char (payload, ',');
		json_write_text (payload, names[i]);
	}
	buffer_add_char (payload, ']');
}

/* payload: without its closing brace; its memory is freed. */
static void
append (struct registry *registry, const char *topic, struct buffer *payload,
	const char *line)
{
	struct error err;

	buffer_add_char (payload, '}');
	if (event_append (registry->journal, topic, NULL, payload, line, &err)
	    < 0)
		log_error ("event '%s' was not recorded: %s", topic, err.text);
}

/* What it offers, for the event; report has it, too. */
static void
write_offers (struct buffer *payload, const struct plugin_report *report)
{
	write_names (payload, "tools", report->tools);
	write_names (payload, "resources", report->resources);
	write_names (payload, "prompts", report->prompts);
	write_names (payload, "methods", report->methods);
}

static void
log_loaded (const struct plugin_report *report, bool is_replacing)
{
	struct buffer tools = { 0 };

	for (char **tool = report->tools; tool != NULL && *tool != NULL; tool++)
		buffer_add_format (&tools, " %s", *tool);
	log_line (is_replacing ? LOG_LEVEL_NOTICE : LOG_LEVEL_INFO, NULL,
		  "plugin '%s' is %s from '%s':%s", report->name,
		  is_replacing ? "replaced" : "loaded", report->file,
		  tools.size > 0 ? tools.data : " no tools");
	buffer_fini (&tools);
}

void
report_loaded (struct registry *registry, const struct plugin *plugin,
	       const struct plugin *before)
{
	struct plugin_report report = {
		.name = copy (plugin->name),
		.file = copy (plugin->file),
		.is_loaded = true,
		.version = copy (plugin->row.version),
		.summary = copy (plugin->row.summary),
	};
	struct buffer payload = { 0 };

	copy_rows (registry, plugin, &report);
	write_member (&payload, "name", plugin->name);
	write_member (&payload, "version", plugin->row.version);
	if (before != NULL)
		write_member (&payload, "replaces", before->row.version);
	write_member (&payload, "file", plugin->file);
	write_offers (&payload, &report);
	log_loaded (&report, before != NULL);
	append (registry, before != NULL ? "plugin.replaced" : "plugin.loaded",
		&payload, plugin->name);
	/* It may have been another file. */
	if (before != NULL && strcmp (before->file, plugin->file) != 0)
		report_drop (registry, before->file);
	put (registry, &report);
}

/* A line of the log for each line of reason. */
static void
log_reason (const char *name, const char *file, const char *reason)
{
	while (*reason != '\0') {
		size_t size = strcspn (reason, "\n");

		log_error ("plugin '%s' is refused: '%s': %.*s", name, file,
			   (int) size, reason);
		reason += size + (reason[size] == '\n');
	}
}

/* What is known of the version that serves on. */
static void
copy_kept (struct registry *registry, const struct plugin *kept,
	   struct plugin_report *report)
{
	report->is_loaded = true;
	report->version = copy (kept->row.version);
	report->summary = copy (kept->row.summary);
	copy_rows (registry, kept, report);
}

void
report_failed (struct registry *registry, const char *name, const char *file,
	       const char *reason, const struct plugin *kept)
{
	struct plugin_report report = {
		.name = copy (name),
		.file = copy (file),
		.reason = copy (reason),
	};
	struct buffer payload = { 0 }, line = { 0 };

	assert (reason != NULL);
	log_reason (name, file, reason);
	if (kept != NULL)
		log_notice ("plugin '%s': the version loaded before serves on",
			    name);
	write_member (&payload, "name", name);
	write_member (&payload, "file", file);
	write_member (&payload, "reason", reason);
	buffer_add_format (&payload, ",\"kept\":%s",
			   kept != NULL ? "true" : "false");
	buffer_add_format (&line, "%s: %.*s", name,
			   (int) strcspn (reason, "\n"), reason);
	append (registry, "plugin.failed", &payload, line.data);
	buffer_fini (&line);
	/* Of another file there is a report of its own. */
	if (kept != NULL && strcmp (kept->file, file) == 0)
		copy_kept (registry, kept, &report);
	put (registry, &report);
}

void
report_removed (struct registry *registry, const struct plugin *plugin)
{
	struct plugin_report report = {
		.name = copy (plugin->name),
		.file = copy (plugin->file),
		.reason = copy ("its file was removed"),
		.is_removed = true,
	};
	struct buffer payload = { 0 };

	log_notice ("plugin '%s' is removed: '%s' is gone", plugin->name,
		    plugin->file);
	write_member (&payload, "name", plugin->name);
	write_member (&payload, "file", plugin->file);
	append (registry, "plugin.removed", &payload, plugin->name);
	put (registry, &report);
}

void
reports_free (struct registry *registry)
{
	for (size_t i = 0; i < registry->n_reports; i++)
		report_fini (&registry->reports[i]);
	free (registry->reports);
	registry->reports = NULL;
	registry->n_reports = 0;
}

const struct plugin_report *
registry_reports (struct registry *registry, size_t *ret_n)
{
	*ret_n = registry->n_reports;
	return registry->reports;
}

static bool
is_loaded (const struct registry *registry, const char *name)
{
	for (size_t i = 0; i < registry->n_reports; i++)
		if (registry->reports[i].is_loaded
		    && strcmp (registry->reports[i].name, name) == 0)
			return true;
	return false;
}

const char *
registry_missing (struct registry *registry, bool all)
{
	const struct registry_options *options = registry->options;

	for (size_t i = 0; i < options->n_settings; i++)
		if (options->settings[i].is_required
		    && !is_loaded (registry, options->settings[i].name))
			return options->settings[i].name;
	for (size_t i = 0; all && i < registry->n_reports; i++)
		if (!registry->reports[i].is_loaded)
			return registry->reports[i].name;
	return NULL;
}
