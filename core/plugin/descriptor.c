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
#include "plugin/toolrow.h"

/* What the first version of the header had. */
#define PLUGIN_SIZE_MIN                                                        \
	(offsetof (struct mcp_plugin, fini) + sizeof (void (*) (void)))
#define TOOL_SIZE_MIN                                                          \
	(offsetof (struct mcp_tool, cancel) + sizeof (void (*) (void)))
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

static void
check_size (const char *field, size_t size, size_t min, struct buffer *reasons)
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
	if (row->n_tools > LIMIT_PLUGIN_TOOLS)
		reason_add (reasons, "n_tools: %zu, expected at most %d",
			    row->n_tools, LIMIT_PLUGIN_TOOLS);
	if (row->n_tools > 0 && row->tools == NULL)
		reason_add (reasons,
			    "tools: missing, though n_tools is %zu; set both "
			    "with .MCP_TOOLS (array)",
			    row->n_tools);
}

/* Whether the first n rows have that name. */
static bool
has_tool (const struct tool *tools, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (tools[i].row.name != NULL
		    && strcmp (tools[i].row.name, name) == 0)
			return true;
	return false;
}

static bool
is_listed (const char *const *names, const char *name)
{
	for (; names != NULL && *names != NULL; names++)
		if (strcmp (*names, name) == 0)
			return true;
	return false;
}

static void
read_tools (struct plugin *plugin, struct buffer *reasons)
{
	const char *rows = (const char *) plugin->row.tools;
	size_t size = plugin->row.tool_size;
	size_t n = plugin->row.n_tools;

	plugin->tools = calloc (n + 1, sizeof (*plugin->tools));
	if (plugin->tools == NULL) {
		reason_add (reasons, "out of memory");
		return;
	}
	for (size_t i = 0; i < n; i++) {
		struct tool *tool = &plugin->tools[i];
		struct mcp_tool row = { 0 };

		memcpy (&row, rows + i * size,
			size < sizeof (row) ? size : sizeof (row));
		tool->plugin = plugin;
		toolrow_read (&row, tool, reasons);
		if (row.name != NULL && has_tool (plugin->tools, i, row.name))
			reason_add (reasons,
				    "tool '%s': name: twice in this plugin; "
				    "rename one",
				    row.name);
		plugin->n_tools++;
	}
}

static void
leave_out (struct plugin *plugin, const char *const *disabled)
{
	size_t n = 0;

	for (const char *const *name = disabled; name != NULL && *name != NULL;
	     name++)
		if (!has_tool (plugin->tools, plugin->n_tools, *name))
			log_warning ("plugin '%s': disable_tools: it has no "
				     "tool '%s'",
				     plugin->name, *name);

	for (size_t i = 0; i < plugin->n_tools; i++) {
		struct tool *tool = &plugin->tools[i];

		if (is_listed (disabled, tool->row.name))
			toolrow_drop (tool);
		else
			plugin->tools[n++] = *tool;
	}
	plugin->n_tools = n;
}

void
descriptor_read (const struct mcp_plugin *given, struct plugin *plugin,
		 const char *const *disabled, struct buffer *reasons)
{
	struct mcp_plugin row = { 0 };

	check_size ("size", given->size, PLUGIN_SIZE_MIN, reasons);
	if (reason_any (reasons))
		return;
	memcpy (&row, given,
		given->size < sizeof (row) ? given->size : sizeof (row));
	plugin->row = row;
	check_size ("tool_size", row.tool_size, TOOL_SIZE_MIN, reasons);
	check_fields (&row, plugin->name, reasons);
	/* Without these there is no safe way to the rows. */
	if (row.tool_size < TOOL_SIZE_MIN || row.tool_size > SIZE_MAX_SANE
	    || (row.tools == NULL && row.n_tools > 0)
	    || row.n_tools > LIMIT_PLUGIN_TOOLS)
		return;
	read_tools (plugin, reasons);
	if (!reason_any (reasons))
		leave_out (plugin, disabled);
}

void
descriptor_drop (struct plugin *plugin)
{
	for (size_t i = 0; i < plugin->n_tools; i++)
		toolrow_drop (&plugin->tools[i]);
	free (plugin->tools);
	plugin->tools = NULL;
	plugin->n_tools = 0;
}
