/* From a request to the row's functions. Knows nothing of how calls run. */
#include <config.h>

#include "plugin/target.h"

#include "plugin/blame.h"
#include "plugin/entry.h"
#include "plugin/isolate.h"
#include "plugin/plugin.h"

static void
take_tool (struct target *target, const struct tool *tool)
{
	const struct mcp_tool *row = &tool->row;

	*target = (struct target){
		.entry = &tool->entry,
		.tool = tool,
		.name = row->name,
		.bits = row->bits,
		.kind = MCP_CALL_TOOL,
		.handle = row->handle,
		.cancel = row->cancel,
		.abandoned = row->abandoned,
	};
}

static void
take_resource (struct target *target, int kind, const struct resource *resource)
{
	const struct mcp_resource *row = &resource->row;

	*target = (struct target){
		.entry = &resource->entry,
		.name = row->name,
		.mime_type = row->mime_type,
		.bits = row->bits,
		.kind = kind,
		.handle = kind == MCP_CALL_COMPLETE ? row->complete : row->read,
		.cancel = row->cancel,
		.abandoned = row->abandoned,
	};
}

static void
take_prompt (struct target *target, int kind, const struct prompt *prompt)
{
	const struct mcp_prompt *row = &prompt->row;

	*target = (struct target){
		.entry = &prompt->entry,
		.name = row->name,
		.description = row->description,
		.bits = row->bits,
		.kind = kind,
		.handle = kind == MCP_CALL_COMPLETE ? row->complete : row->get,
		.cancel = row->cancel,
		.abandoned = row->abandoned,
	};
}

static void
take_method (struct target *target, const struct plugin_method *method)
{
	const struct mcp_method *row = &method->row;

	*target = (struct target){
		.entry = &method->entry,
		.name = row->name,
		.bits = row->bits,
		.kind = MCP_CALL_METHOD,
		.handle = row->handle,
		.cancel = row->cancel,
	};
}

void
target_init (struct target *target, const struct call_request *request)
{
	if (request->kind == MCP_CALL_TOOL)
		take_tool (target, request->tool);
	else if (request->resource != NULL)
		take_resource (target, request->kind, request->resource);
	else if (request->method != NULL)
		take_method (target, request->method);
	else
		take_prompt (target, request->kind, request->prompt);
}

static void
abandon_here (const struct target *target, const char *state, size_t size)
{
	const struct plugin *plugin = target->entry->plugin;
	struct blame outer = blame_begin (plugin->name, target->name);

	target->abandoned (plugin->state, state, size);
	blame_end (outer);
}

void
target_abandon (const struct target *target, const char *state, size_t size)
{
	const struct plugin *plugin = target->entry->plugin;

	if (target->abandoned == NULL)
		return;
	if (plugin->isolate != NULL)
		isolate_abandon (target->entry, state, size);
	else
		abandon_here (target, state, size);
}

const char *
target_noun (const struct target *target)
{
	return entry_noun (target->entry->kind);
}

const char *
target_name (const struct target *target)
{
	return target->entry->key;
}
