/* The descriptor: sizes first, then every field; the smaller of two sizes is
 * copied into a zeroed struct, and nobody thinks about versions again. */
#include <config.h>

#include "plugin/descriptor.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/log.h"
#include "base/text.h"
#include "plugin/row.h"

/* What the first version of the header had. */
#define PLUGIN_SIZE_MIN                                                        \
	(offsetof (struct mcp_plugin, admit) + sizeof (void (*) (void)))
/* No struct grows beyond this: it is damage. */
#define SIZE_MAX_SANE 4096

void
reason_add (struct buffer *reasons, const char *format, ...)
{
	va_list args;

	if (reasons->size > 0)
		buffer_add_char (reasons, '\n');
	va_start (args, format);
	buffer_add_vformat (reasons, format, args);
	va_end (args);
}

bool
reason_any (const struct buffer *reasons)
{
	return reasons->size > 0 || reasons->failed;
}

const char *
reason_text (const struct buffer *reasons)
{
	return reasons->size > 0 ? reasons->data : "out of memory";
}

void
size_check (const char *field, size_t size, size_t min, struct buffer *reasons)
{
	if (size < min || size > SIZE_MAX_SANE || size % sizeof (void *) != 0)
		reason_add (reasons,
			    "%s: %zu, expected %zu or a little more; the "
			    "descriptor is not the one of <mcp/plugin.h>, or "
			    "MCP_PLUGIN is missing",
			    field, size, min);
}

static void
check_name (const char *given, const char *expected, struct buffer *reasons)
{
	if (given == NULL)
		reason_add (reasons,
			    "name: missing, expected '%s' (the file's name "
			    "without .so)",
			    expected);
	else if (strcmp (given, expected) != 0)
		reason_add (reasons,
			    "name: '%s', but the file's name says '%s'; rename "
			    "one of them",
			    given, expected);
}

static void
check_text (const char *field, const char *text, struct buffer *reasons)
{
	if (text != NULL && !text_is_utf8 (text, strlen (text)))
		reason_add (reasons, "%s: not UTF-8", field);
}

static void
check_fields (const struct mcp_plugin *row, const char *name,
	      struct buffer *reasons)
{
	check_name (row->name, name, reasons);
	check_text ("version", row->version, reasons);
	check_text ("summary", row->summary, reasons);
	check_text ("instructions", row->instructions, reasons);
	if (row->parallel > LIMIT_PLUGIN_PARALLEL)
		reason_add (reasons, "parallel: %u, expected at most %d",
			    row->parallel, LIMIT_PLUGIN_PARALLEL);
	if (row->reserved != 0)
		reason_add (reasons,
			    "reserved: 0x%x, expected 0; a newer server is "
			    "needed",
			    row->reserved);
}

/* One array of a descriptor. */
struct array {
	const char *field, *size_field;
	const char *rows;
	size_t n, n_max, size;
	const struct row_type *type;
};

static void
check_array (const struct array *array, struct buffer *reasons)
{
	if (array->n == 0)
		return;
	if (array->n > array->n_max)
		reason_add (reasons, "n_%s: %zu, expected at most %zu",
			    array->field, array->n, array->n_max);
	if (array->rows == NULL)
		reason_add (reasons,
			    "%s: missing, though n_%s is %zu; set both with a "
			    "macro of <mcp/plugin.h>",
			    array->field, array->field, array->n);
	size_check (array->size_field, array->size, array->type->size_min,
		    reasons);
}

/* Takes the row into the plugin. */
static void
take (struct plugin *plugin, struct entry *entry, struct buffer *reasons)
{
	bool is_twice = false;

	if (entry != NULL)
		is_twice =
			entries_find (&plugin->entries, entry->kind, entry->key)
			!= NULL;
	if (is_twice)
		reason_add (reasons,
			    "%s '%s': %s: twice in this plugin; rename one",
			    entry_noun (entry->kind), entry->key,
			    entry_field (entry->kind));
	else if (entry == NULL || entries_put (&plugin->entries, entry) < 0)
		reason_add (reasons, "out of memory");
	else
		return;
	entry_unpin (entry);
}

static void
read_array (const struct array *array, struct plugin *plugin,
	    struct buffer *reasons)
{
	/* What another process sent does not stay. */
	struct row_reader reader = { .plugin = plugin,
				     .is_copied = plugin->isolate != NULL,
				     .reasons = reasons };

	for (size_t i = 0; i < array->n; i++)
		take (plugin,
		      row_read (array->type, &reader,
				array->rows + i * array->size, array->size),
		      reasons);
}

/* Whether all of them can be read safely. */
static bool
check_arrays (const struct array *arrays, size_t n, struct buffer *reasons)
{
	size_t before = reasons->size;

	for (size_t i = 0; i < n; i++)
		check_array (&arrays[i], reasons);
	return reasons->size == before;
}

static void
read_rows (struct plugin *plugin, struct buffer *reasons)
{
	const struct mcp_plugin *row = &plugin->row;
	const struct array arrays[] = {
		{ "tools", "tool_size", (const char *) row->tools, row->n_tools,
		  LIMIT_PLUGIN_TOOLS, row->tool_size, &row_tool },
		{ "resources", "resource_size", (const char *) row->resources,
		  row->n_resources, LIMIT_PLUGIN_RESOURCES, row->resource_size,
		  &row_resource },
		{ "prompts", "prompt_size", (const char *) row->prompts,
		  row->n_prompts, LIMIT_PLUGIN_PROMPTS, row->prompt_size,
		  &row_prompt },
		{ "methods", "method_size", (const char *) row->methods,
		  row->n_methods, LIMIT_PLUGIN_METHODS, row->method_size,
		  &row_method },
	};
	const size_t n = sizeof (arrays) / sizeof (arrays[0]);

	if (check_arrays (arrays, n, reasons))
		for (size_t i = 0; i < n; i++)
			read_array (&arrays[i], plugin, reasons);
}

static void
leave_out (struct plugin *plugin, const char *const *disabled)
{
	for (; disabled != NULL && *disabled != NULL; disabled++) {
		struct entry *entry =
			entries_find (&plugin->entries, ENTRY_TOOL, *disabled);

		if (entry == NULL) {
			log_warning ("plugin '%s': disable_tools: it has no "
				     "tool '%s'",
				     plugin->name, *disabled);
			continue;
		}
		entries_remove (&plugin->entries, entry);
		entry_unpin (entry);
	}
}

void
descriptor_read (const struct mcp_plugin *given, struct plugin *plugin,
		 const char *const *disabled, struct buffer *reasons)
{
	struct mcp_plugin row = { 0 };

	size_check ("size", given->size, PLUGIN_SIZE_MIN, reasons);
	if (reason_any (reasons))
		return;
	memcpy (&row, given,
		given->size < sizeof (row) ? given->size : sizeof (row));
	plugin->row = row;
	check_fields (&row, plugin->name, reasons);
	read_rows (plugin, reasons);
	if (!reason_any (reasons))
		leave_out (plugin, disabled);
}

void
descriptor_drop (struct plugin *plugin)
{
	entries_fini (&plugin->entries);
}
