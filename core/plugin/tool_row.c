/* A tool's row: text, bits, schemas. Knows nothing of other tools. */
#include <config.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "json/json.h"
#include "plugin/row.h"

#define KNOWN_BITS                                                             \
	(MCP_READ_ONLY | MCP_ADDITIVE | MCP_IDEMPOTENT | MCP_CLOSED_WORLD      \
	 | MCP_NEVER_BLOCKS | MCP_TASK_REQUIRED)

static void
check_fields (struct row_reader *reader, struct mcp_tool *row)
{
	if (row->name == NULL
	    || !text_is_name (row->name, 1, LIMIT_TOOL_NAME_BYTES, "_.-"))
		row_refuse (reader, "name",
			    "expected 1 to %d of A-Z a-z 0-9 _ . -",
			    LIMIT_TOOL_NAME_BYTES);
	row_text (reader, "title", &row->title);
	row_needed_text (reader, "description", &row->description,
			 "say to the model what the tool is for");
	row_bits (reader, row->bits, KNOWN_BITS);
	row_reserved (reader, row->reserved);
	row_json (reader, "icons", SHAPE_ICONS, &row->icons);
	row_json (reader, "meta", SHAPE_OBJECT, &row->meta);
	if (row->handle == NULL)
		row_refuse (reader, "handle",
			    "missing; set it to the function that does the "
			    "work");
}

static int
read_input (struct tool *tool, const char *text, struct error *err)
{
	struct json_object *value;
	int r = row_schema_read (text, &tool->input, &tool->input_text, &value,
				 err);

	if (r == 0)
		r = header_params_read (value, &tool->header_params,
					&tool->n_header_params, err);
	json_object_put (value);
	return r;
}

static int
read_output (struct tool *tool, const char *text, struct error *err)
{
	struct json_object *value;
	int r = row_schema_read (text, &tool->output, &tool->output_text,
				 &value, err);

	json_object_put (value);
	return r;
}

static void
check_schemas (struct row_reader *reader, struct tool *tool)
{
	struct mcp_tool *row = &tool->row;
	struct error err;

	if (row->input_schema == NULL)
		row_refuse (reader, "input_schema",
			    "missing; a tool without arguments has "
			    "{\"type\":\"object\"}");
	else if (read_input (tool, row->input_schema, &err) < 0)
		row_refuse (reader, "input_schema", "%s", err.text);
	if (row->output_schema != NULL
	    && read_output (tool, row->output_schema, &err) < 0)
		row_refuse (reader, "output_schema", "%s", err.text);
	/* They lie in the plugin, which may free what it added. */
	row->input_schema = tool->input_text;
	row->output_schema = tool->output_text;
}

struct entry *
tool_read (struct row_reader *reader, const union row *row)
{
	struct tool *tool = entry_new (ENTRY_TOOL, sizeof (*tool));

	if (tool == NULL)
		return NULL;
	reader->entry = &tool->entry;
	tool->entry.plugin = reader->plugin;
	tool->row = row->tool;
	tool->entry.key = row->tool.name != NULL ? row->tool.name : "(no name)";
	row_text (reader, "name", &tool->row.name);
	if (tool->row.name != NULL)
		tool->entry.key = tool->row.name;
	check_fields (reader, &tool->row);
	check_schemas (reader, tool);
	return &tool->entry;
}

const struct row_type row_tool = {
	.size = sizeof (struct mcp_tool),
	.size_min = offsetof (struct mcp_tool, abandoned)
		    + sizeof (void (*) (void)),
	.read = tool_read,
};
