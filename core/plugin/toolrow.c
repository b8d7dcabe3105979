/* A tool's row: text, bits, schemas. Knows nothing of other tools. */
#include <config.h>

#include "plugin/toolrow.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "json/json.h"
#include "plugin/descriptor.h"

#define KNOWN_BITS                                                             \
	(MCP_READ_ONLY | MCP_ADDITIVE | MCP_IDEMPOTENT | MCP_CLOSED_WORLD      \
	 | MCP_NEVER_BLOCKS)

/* How a tool is called in a sentence, whatever its name is. */
static const char *
called (const struct mcp_tool *row)
{
	return row->name != NULL ? row->name : "(no name)";
}

static void
check_text (const struct mcp_tool *row, const char *field, const char *text,
	    struct buffer *reasons)
{
	if (text != NULL && !text_is_utf8 (text, strlen (text)))
		reason_add (reasons, "tool '%s': %s: not UTF-8", called (row),
			    field);
}

static void
check_fields (const struct mcp_tool *row, struct buffer *reasons)
{
	if (row->name == NULL
	    || !text_is_name (row->name, 1, LIMIT_TOOL_NAME_BYTES, "_.-"))
		reason_add (reasons,
			    "tool '%s': name: expected 1 to %d of A-Z a-z 0-9 "
			    "_ . -",
			    called (row), LIMIT_TOOL_NAME_BYTES);
	check_text (row, "title", row->title, reasons);
	check_text (row, "description", row->description, reasons);
	if (row->description == NULL || row->description[0] == '\0')
		reason_add (reasons,
			    "tool '%s': description: missing; say to the model "
			    "what the tool is for",
			    called (row));
	if (row->bits & ~KNOWN_BITS)
		reason_add (reasons,
			    "tool '%s': bits: 0x%x, this server knows 0x%x; a "
			    "newer server is needed",
			    called (row), row->bits, KNOWN_BITS);
	if (row->handle == NULL)
		reason_add (reasons,
			    "tool '%s': handle: missing; set it to the "
			    "function that does the work",
			    called (row));
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
check_schema (const struct mcp_tool *row, const char *field, const char *text,
	      struct tool *tool, struct schema **ret_schema, char **ret_text,
	      struct buffer *reasons)
{
	struct error err;

	if (read_schema (text, tool, ret_schema, ret_text, &err) < 0)
		reason_add (reasons, "tool '%s': %s: %s", called (row), field,
			    err.text);
}

void
toolrow_read (const struct mcp_tool *row, struct tool *tool,
	      struct buffer *reasons)
{
	tool->row = *row;
	check_fields (row, reasons);
	if (row->input_schema != NULL)
		check_schema (row, "input_schema", row->input_schema, tool,
			      &tool->input, &tool->input_text, reasons);
	else
		reason_add (reasons,
			    "tool '%s': input_schema: missing; a tool without "
			    "arguments has {\"type\":\"object\"}",
			    called (row));
	if (row->output_schema != NULL)
		check_schema (row, "output_schema", row->output_schema, NULL,
			      &tool->output, &tool->output_text, reasons);
}

void
toolrow_drop (struct tool *tool)
{
	schema_unref (tool->input);
	schema_unref (tool->output);
	free (tool->input_text);
	free (tool->output_text);
	header_params_free (tool->header_params, tool->n_header_params);
}
