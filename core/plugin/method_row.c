/* A method's row: its name, which must not be one of the server's own, and the
 * schema of its params. Knows nothing of who calls it. */
#include <config.h>

#include <stddef.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "json/json.h"
#include "plugin/row.h"

/* What comes before the first slash of the names that the server and the
 * orchestrator have for each other (core/link). That there will be no others
 * was promised in <mcp/plugin.h>. */
static bool
is_own_word (const char *name)
{
	static const char *const words[] = {
		"ack", "agents",  "drain",   "events", "hello",	   "log",
		"mcp", "plugins", "request", "server", "shutdown", "state",
	};
	size_t size = strcspn (name, "/");

	for (size_t i = 0; i < sizeof (words) / sizeof (words[0]); i++)
		if (strlen (words[i]) == size
		    && strncmp (words[i], name, size) == 0)
			return true;
	return false;
}

static void
check_name (struct row_reader *reader, const char *name)
{
	if (name == NULL || !text_is_path (name, LIMIT_RPC_METHOD_BYTES))
		row_refuse (reader, "name",
			    "expected words of a-z 0-9 _ with / between them, "
			    "1 to %d bytes",
			    LIMIT_RPC_METHOD_BYTES);
	else if (is_own_word (name))
		row_refuse (reader, "name",
			    "'%.*s' is the server's own word; begin with the "
			    "plugin's name",
			    (int) strcspn (name, "/"), name);
}

static void
check_schema (struct row_reader *reader, struct plugin_method *method)
{
	struct mcp_method *row = &method->row;
	struct json_object *value = NULL;
	struct error err;

	if (row->params_schema == NULL)
		row_refuse (reader, "params_schema",
			    "missing; a method without params has "
			    "{\"type\":\"object\"}");
	else if (row_schema_read (row->params_schema, &method->params,
				  &method->params_text, &value, &err)
		 < 0)
		row_refuse (reader, "params_schema", "%s", err.text);
	json_object_put (value);
	row->params_schema = method->params_text;
}

struct entry *
method_read (struct row_reader *reader, const union row *row)
{
	struct plugin_method *method =
		entry_new (ENTRY_METHOD, sizeof (*method));

	if (method == NULL)
		return NULL;
	reader->entry = &method->entry;
	method->entry.plugin = reader->plugin;
	method->row = row->method;
	method->entry.key =
		row->method.name != NULL ? row->method.name : "(no name)";
	row_text (reader, "name", &method->row.name);
	if (method->row.name != NULL)
		method->entry.key = method->row.name;
	check_name (reader, method->row.name);
	row_needed_text (reader, "description", &method->row.description,
			 "say what the method is for");
	row_bits (reader, method->row.bits, MCP_NEVER_BLOCKS);
	row_reserved (reader, method->row.reserved);
	if (method->row.handle == NULL)
		row_refuse (reader, "handle",
			    "missing; set it to the function that does the "
			    "work");
	check_schema (reader, method);
	return &method->entry;
}

const struct row_type row_method = {
	.size = sizeof (struct mcp_method),
	.size_min =
		offsetof (struct mcp_method, cancel) + sizeof (void (*) (void)),
	.read = method_read,
};
