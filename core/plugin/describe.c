/* Describing as JSON what became of each plugin file, and what calls are of.
 * Knows nothing of who reads it. */
#include <config.h>

#include "plugin/describe.h"

#include <string.h>
#include <utlist.h>

#include "json/json.h"
#include "plugin/calls.h"
#include "plugin/isolate.h"
#include "plugin/plugin.h"
#include "plugin/state.h"

/* ,"name":text; nothing when there is no text. */
static void
add_text (struct buffer *json, const char *name, const char *text)
{
	if (!text)
		return;
	buffer_add_format (json, ",\"%s\":", name);
	json_write_text (json, text);
}

/* ,"name":value, which is JSON text. */
static void
add_json (struct buffer *json, const char *name, const char *value)
{
	if (value)
		buffer_add_format (json, ",\"%s\":", name);
	if (value)
		buffer_add_text (json, value);
}

static void
add_tool (struct buffer *json, const void *row)
{
	const struct tool *tool = row;

	buffer_add_literal (json, "{\"name\":");
	json_write_text (json, tool->row.name);
	add_text (json, "title", tool->row.title);
	add_text (json, "description", tool->row.description);
	add_json (json, "inputSchema", tool->input_text);
	add_json (json, "outputSchema", tool->output_text);
	buffer_add_char (json, '}');
}

static void
add_resource (struct buffer *json, const void *row)
{
	const struct resource *resource = row;

	buffer_add_literal (json, "{\"name\":");
	json_write_text (json, resource->row.name);
	add_text (json, resource->template ? "uriTemplate" : "uri",
		  resource->row.uri);
	add_text (json, "title", resource->row.title);
	add_text (json, "description", resource->row.description);
	add_text (json, "mimeType", resource->row.mime_type);
	buffer_add_char (json, '}');
}

static void
add_prompt (struct buffer *json, const void *row)
{
	const struct prompt *prompt = row;

	buffer_add_literal (json, "{\"name\":");
	json_write_text (json, prompt->row.name);
	add_text (json, "title", prompt->row.title);
	add_text (json, "description", prompt->row.description);
	buffer_add_char (json, '}');
}

static void
add_method (struct buffer *json, const void *row)
{
	const struct plugin_method *method = row;

	buffer_add_literal (json, "{\"name\":");
	json_write_text (json, method->row.name);
	add_text (json, "description", method->row.description);
	add_json (json, "paramsSchema", method->params_text);
	buffer_add_char (json, '}');
}

/* Those of n rows that are the plugin's; each begins with its entry. Returns
 * how many of them are in json then. */
static size_t
add_rows (struct buffer *json, size_t n_before, const char *plugin,
	  const void *rows, size_t n,
	  void (*add) (struct buffer *json, const void *row))
{
	const struct entry *entry;
	size_t i;

	for (i = 0; i < n; i++) {
		memcpy (&entry, (const char *) rows + i * sizeof (entry),
			sizeof (entry));
		if (strcmp (plugin_name (entry->plugin), plugin) != 0)
			continue;
		if (n_before++ > 0)
			buffer_add_char (json, ',');
		add (json, entry);
	}
	return n_before;
}

static void
add_offers (struct buffer *json, const struct snapshot *snapshot,
	    const char *plugin)
{
	size_t n;

	buffer_add_literal (json, ",\"tools\":[");
	add_rows (json, 0, plugin, snapshot->tools, snapshot->n_tools,
		  add_tool);
	buffer_add_literal (json, "],\"resources\":[");
	n = add_rows (json, 0, plugin, snapshot->resources,
		      snapshot->n_resources, add_resource);
	add_rows (json, n, plugin, snapshot->templates, snapshot->n_templates,
		  add_resource);
	buffer_add_literal (json, "],\"prompts\":[");
	add_rows (json, 0, plugin, snapshot->prompts, snapshot->n_prompts,
		  add_prompt);
	buffer_add_literal (json, "],\"methods\":[");
	add_rows (json, 0, plugin, snapshot->methods, snapshot->n_methods,
		  add_method);
	buffer_add_char (json, ']');
}

/* What is told of the plugin itself. */
static void
add_plugin (struct buffer *json, const struct snapshot *snapshot,
	    const char *name)
{
	for (size_t i = 0; i < snapshot->n_plugins; i++) {
		const struct plugin *plugin = snapshot->plugins[i];

		if (strcmp (plugin->name, name) != 0)
			continue;
		isolate_describe (plugin, json);
		add_json (json, "configSchema", plugin->config_schema);
	}
}

/* All versions of a plugin together. */
struct versions {
	size_t n_copies, bytes; /* that are mapped */
	size_t n_draining;	/* that are offered no more and have calls */
	int n_stuck;		/* calls */
};

static void
count_versions (const struct registry *registry, const char *name,
		struct versions *versions)
{
	const struct plugin *plugin;

	*versions = (struct versions){ 0 };
	LL_FOREACH (registry->plugins, plugin) {
		/* What had a process of its own is gone with it. */
		if (strcmp (plugin->name, name) != 0
		    || (plugin->isolate != NULL
			&& plugin->life == PLUGIN_ENDED))
			continue;
		versions->n_copies++;
		versions->bytes += plugin->copy_bytes;
		versions->n_draining += plugin->life == PLUGIN_RETIRED;
		versions->n_stuck += plugin_count_stuck (plugin);
	}
}

static void
add_versions (struct buffer *json, const struct registry *registry,
	      const char *name)
{
	struct versions versions;

	count_versions (registry, name, &versions);
	buffer_add_format (json,
			   ",\"copies\":%zu,\"copied_bytes\":%zu"
			   ",\"draining\":%zu,\"stuck\":%d",
			   versions.n_copies, versions.bytes,
			   versions.n_draining, versions.n_stuck);
}

static void
add_report (struct buffer *json, const struct registry *registry,
	    const struct snapshot *snapshot, const struct plugin_report *report)
{
	buffer_add_literal (json, "{\"name\":");
	json_write_text (json, report->name);
	add_text (json, "file", report->file);
	add_json (json, "loaded", report->is_loaded ? "true" : "false");
	add_text (json, "version", report->version);
	add_text (json, "summary", report->summary);
	add_text (json, "reason", report->reason);
	add_versions (json, registry, report->name);
	if (report->is_loaded) {
		add_plugin (json, snapshot, report->name);
		add_offers (json, snapshot, report->name);
	}
	buffer_add_char (json, '}');
}

void
registry_describe (struct registry *registry, struct buffer *json)
{
	struct snapshot *snapshot = registry_pin (registry);
	const struct plugin_report *reports;
	size_t n, i;

	reports = registry_reports (registry, &n);
	buffer_add_char (json, '[');
	for (i = 0; i < n; i++) {
		if (i > 0)
			buffer_add_char (json, ',');
		add_report (json, registry, snapshot, &reports[i]);
	}
	buffer_add_char (json, ']');
	snapshot_unpin (snapshot);
}

void
call_describe (const struct call *call, struct buffer *json)
{
	buffer_add_literal (json, "{\"kind\":");
	json_write_text (json, target_noun (&call->target));
	buffer_add_literal (json, ",\"name\":");
	json_write_text (json, target_name (&call->target));
	add_text (json, "plugin", plugin_name (call->plugin));
	add_text (json, "agent", call->agent[0] ? call->agent : NULL);
	add_text (json, "client", call->client[0] ? call->client : NULL);
	buffer_add_char (json, '}');
}
