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
	row_json (reader, "icons", SHAPE_ICONS, &row->icons);
	row_json (reader, "meta", SHAPE_OBJECT, &row->meta);
	if (row->handle == NULL)
		row_refuse (reader, "handle",
			    "missing; set it to the function that does the "
			    "work");
}

/* The protocol wants both schemas to describe an object. */
static int
check_root (struct json_object *value, struct error *err)
{
	struct json_object *type = json_get (value, "type");

	if (!json_object_is_type (value, json_type_object))
		return error_set (err, -EINVAL, "expected an object, found %s",
				  json_type_name_of (value));
	if (json_object_is_type (type, json_type_string)
	    && strcmp (json_object_get_string (type), "object") == 0)
		return 0;
	return error_set (err, -EINVAL, "/type: expected \"object\", found %s",
			  json_has (value, "type")
				  ? json_object_to_json_string (type)
				  : "nothing");
}

/* *ret_text: the schema as compact JSON, yours. */
static int
compile (struct json_object *value, struct schema **ret_schema, char **ret_text,
	 struct error *err)
{
	struct buffer text;
	int r = check_root (value, err);

	if (r == 0)
		r = schema_compile (value, ret_schema, err);
	if (r < 0)
		return r;
	buffer_init (&text, LIMIT_SCHEMA_BYTES);
	json_write_value (&text, value);
	*ret_text = buffer_take (&text, NULL);
	return *ret_text != NULL ? 0
				 : error_set (err, -ENOMEM, "out of memory");
}

/* tool: whose input schema it is, or NULL. */
static int
read_schema (const char *text, struct tool *tool, struct schema **ret_schema,
	     char **ret_text, struct error *err)
{
	struct json_object *value = NULL;
	size_t size = strlen (text);
	int r;

	if (size > LIMIT_SCHEMA_BYTES)
		return error_set (err, -E2BIG, "%zu bytes, at most %d", size,
				  LIMIT_SCHEMA_BYTES);
	r = json_parse (text, size, NULL, &value, err);
	if (r == 0)
		r = compile (value, ret_schema, ret_text, err);
	if (r == 0 && tool != NULL)
		r = header_params_read (value, &tool->header_params,
					&tool->n_header_params, err);
	json_object_put (value);
	return r;
}

static void
check_schema (struct row_reader *reader, const char *field, const char *text,
	      struct tool *tool, struct schema **ret_schema, char **ret_text)
{
	struct error err;

	if (read_schema (text, tool, ret_schema, ret_text, &err) < 0)
		row_refuse (reader, field, "%s", err.text);
}

static void
check_schemas (struct row_reader *reader, struct tool *tool)
{
	struct mcp_tool *row = &tool->row;

	if (row->input_schema != NULL)
		check_schema (reader, "input_schema", row->input_schema, tool,
			      &tool->input, &tool->input_text);
	else
		row_refuse (reader, "input_schema",
			    "missing; a tool without arguments has "
			    "{\"type\":\"object\"}");
	if (row->output_schema != NULL)
		check_schema (reader, "output_schema", row->output_schema, NULL,
			      &tool->output, &tool->output_text);
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
	.size_min =
		offsetof (struct mcp_tool, cancel) + sizeof (void (*) (void)),
	.read = tool_read,
};
