/* Rows as frames have them. Knows nothing of who offers them. */
#include <config.h>

#include "plugin/far_row.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"

/* Which functions a row has. */
enum { HAS_COMPLETE = 1 << 0, HAS_ABANDONED = 1 << 1 };

/* --- Tools and methods --- */

static void
put_tool (struct buffer *out, const struct mcp_tool *row)
{
	frame_put_text (out, row->name);
	frame_put_text (out, row->title);
	frame_put_text (out, row->description);
	frame_put_text (out, row->input_schema);
	frame_put_text (out, row->output_schema);
	frame_put_u32 (out, row->bits);
	frame_put_text (out, row->icons);
	frame_put_text (out, row->meta);
	frame_put_u32 (out, row->abandoned != NULL ? HAS_ABANDONED : 0);
}

static void
read_tool (struct frame *frame, const struct far_functions *functions,
	   struct mcp_tool *row)
{
	row->name = frame_text (frame);
	row->title = frame_text (frame);
	row->description = frame_text (frame);
	row->input_schema = frame_text (frame);
	row->output_schema = frame_text (frame);
	row->bits = frame_u32 (frame);
	row->icons = frame_text (frame);
	row->meta = frame_text (frame);
	row->handle = functions->handle;
	row->cancel = functions->cancel;
	if (frame_u32 (frame) & HAS_ABANDONED)
		row->abandoned = functions->abandoned;
}

static void
put_method (struct buffer *out, const struct mcp_method *row)
{
	frame_put_text (out, row->name);
	frame_put_text (out, row->description);
	frame_put_text (out, row->params_schema);
	frame_put_u32 (out, row->bits);
}

static void
read_method (struct frame *frame, const struct far_functions *functions,
	     struct mcp_method *row)
{
	row->name = frame_text (frame);
	row->description = frame_text (frame);
	row->params_schema = frame_text (frame);
	row->bits = frame_u32 (frame);
	row->handle = functions->handle;
	row->cancel = functions->cancel;
}

/* --- Resources --- */

static void
put_resource (struct buffer *out, const struct mcp_resource *row)
{
	frame_put_text (out, row->uri);
	frame_put_text (out, row->name);
	frame_put_text (out, row->title);
	frame_put_text (out, row->description);
	frame_put_text (out, row->mime_type);
	frame_put_u32 (out, row->bits);
	frame_put_u64 (out, row->bytes);
	frame_put_text (out, row->annotations);
	frame_put_text (out, row->icons);
	frame_put_text (out, row->meta);
	frame_put_u32 (out,
		       (row->complete != NULL ? HAS_COMPLETE : 0U)
			       | (row->abandoned != NULL ? HAS_ABANDONED : 0U));
}

static void
read_resource (struct frame *frame, const struct far_functions *functions,
	       struct mcp_resource *row)
{
	uint32_t has;

	row->uri = frame_text (frame);
	row->name = frame_text (frame);
	row->title = frame_text (frame);
	row->description = frame_text (frame);
	row->mime_type = frame_text (frame);
	row->bits = frame_u32 (frame);
	row->bytes = frame_u64 (frame);
	row->annotations = frame_text (frame);
	row->icons = frame_text (frame);
	row->meta = frame_text (frame);
	row->read = functions->handle;
	row->cancel = functions->cancel;
	has = frame_u32 (frame);
	if (has & HAS_COMPLETE)
		row->complete = functions->complete;
	if (has & HAS_ABANDONED)
		row->abandoned = functions->abandoned;
}

/* --- Prompts --- */

static void
put_prompt (struct buffer *out, const struct mcp_prompt *row)
{
	frame_put_text (out, row->name);
	frame_put_text (out, row->title);
	frame_put_text (out, row->description);
	frame_put_u32 (out, row->bits);
	frame_put_text (out, row->icons);
	frame_put_text (out, row->meta);
	frame_put_u32 (out,
		       (row->complete != NULL ? HAS_COMPLETE : 0U)
			       | (row->abandoned != NULL ? HAS_ABANDONED : 0U));
	frame_put_u32 (out, row->n_arguments);
	for (uint32_t i = 0; i < row->n_arguments; i++) {
		frame_put_text (out, row->arguments[i].name);
		frame_put_text (out, row->arguments[i].title);
		frame_put_text (out, row->arguments[i].description);
		frame_put_u32 (out, row->arguments[i].bits);
	}
}

/* Yours, or NULL. */
static struct mcp_argument *
read_arguments (struct frame *frame, uint32_t n)
{
	struct mcp_argument *arguments;

	if (n == 0 || n > LIMIT_PROMPT_ARGUMENTS)
		return NULL;
	arguments = calloc (n, sizeof (*arguments));
	for (uint32_t i = 0; arguments != NULL && i < n; i++) {
		arguments[i].name = frame_text (frame);
		arguments[i].title = frame_text (frame);
		arguments[i].description = frame_text (frame);
		arguments[i].bits = frame_u32 (frame);
	}
	return arguments;
}

static void
read_prompt (struct frame *frame, const struct far_functions *functions,
	     struct far_row *ret_row)
{
	struct mcp_prompt *row = &ret_row->row.prompt;
	uint32_t has;

	row->name = frame_text (frame);
	row->title = frame_text (frame);
	row->description = frame_text (frame);
	row->bits = frame_u32 (frame);
	row->icons = frame_text (frame);
	row->meta = frame_text (frame);
	row->get = functions->handle;
	row->cancel = functions->cancel;
	has = frame_u32 (frame);
	if (has & HAS_COMPLETE)
		row->complete = functions->complete;
	if (has & HAS_ABANDONED)
		row->abandoned = functions->abandoned;
	row->n_arguments = frame_u32 (frame);
	ret_row->arguments = read_arguments (frame, row->n_arguments);
	row->arguments = ret_row->arguments;
	if (row->n_arguments > 0 && row->arguments == NULL)
		frame->is_bad = true;
}

/* --- Any --- */

void
far_put_row (struct buffer *out, const struct entry *entry)
{
	enum entry_kind kind = entry->kind;

	frame_put_u32 (out, kind == ENTRY_TEMPLATE ? ENTRY_RESOURCE
						   : (uint32_t) kind);
	if (kind == ENTRY_TOOL)
		put_tool (out, &((const struct tool *) entry)->row);
	else if (kind == ENTRY_PROMPT)
		put_prompt (out, &((const struct prompt *) entry)->row);
	else if (kind == ENTRY_METHOD)
		put_method (out, &((const struct plugin_method *) entry)->row);
	else
		put_resource (out, &((const struct resource *) entry)->row);
}

bool
far_row (struct frame *frame, const struct far_functions *functions,
	 struct far_row *ret_row)
{
	memset (ret_row, 0, sizeof (*ret_row));
	ret_row->kind = (enum entry_kind) frame_u32 (frame);
	if (ret_row->kind == ENTRY_TOOL)
		read_tool (frame, functions, &ret_row->row.tool);
	else if (ret_row->kind == ENTRY_RESOURCE)
		read_resource (frame, functions, &ret_row->row.resource);
	else if (ret_row->kind == ENTRY_PROMPT)
		read_prompt (frame, functions, ret_row);
	else if (ret_row->kind == ENTRY_METHOD)
		read_method (frame, functions, &ret_row->row.method);
	else
		frame->is_bad = true;
	return !frame->is_bad;
}

/* --- Descriptors --- */

void
far_put_descriptor (struct buffer *out, const struct plugin *plugin)
{
	const struct mcp_plugin *row = &plugin->row;

	frame_put_text (out, row->name);
	frame_put_text (out, row->version);
	frame_put_text (out, row->summary);
	frame_put_text (out, row->instructions);
	frame_put_text (out, row->config_schema);
	frame_put_u32 (out, row->parallel);
	frame_put_u32 (out, row->notice != NULL);
	frame_put_u32 (out, row->admit != NULL);
	frame_put_u32 (out, (uint32_t) plugin->entries.n);
	for (size_t i = 0; i < plugin->entries.n; i++)
		far_put_row (out, plugin->entries.rows[i]);
}

/* Into the arrays by kind. */
static void
sort_row (struct far_descriptor *descriptor, const struct far_row *row)
{
	struct mcp_plugin *plugin = &descriptor->plugin;

	if (row->kind == ENTRY_TOOL)
		descriptor->tools[plugin->n_tools++] = row->row.tool;
	else if (row->kind == ENTRY_RESOURCE)
		descriptor->resources[plugin->n_resources++] =
			row->row.resource;
	else if (row->kind == ENTRY_PROMPT)
		descriptor->prompts[plugin->n_prompts++] = row->row.prompt;
	else
		descriptor->methods[plugin->n_methods++] = row->row.method;
}

static bool
allocate (struct far_descriptor *descriptor, size_t n)
{
	descriptor->rows = calloc (n + 1, sizeof (*descriptor->rows));
	descriptor->tools = calloc (n + 1, sizeof (*descriptor->tools));
	descriptor->resources = calloc (n + 1, sizeof (*descriptor->resources));
	descriptor->prompts = calloc (n + 1, sizeof (*descriptor->prompts));
	descriptor->methods = calloc (n + 1, sizeof (*descriptor->methods));
	return descriptor->rows != NULL && descriptor->tools != NULL
	       && descriptor->resources != NULL && descriptor->prompts != NULL
	       && descriptor->methods != NULL;
}

static void
fill_plugin (struct far_descriptor *descriptor)
{
	struct mcp_plugin *plugin = &descriptor->plugin;

	plugin->size = sizeof (*plugin);
	plugin->tool_size = sizeof (struct mcp_tool);
	plugin->resource_size = sizeof (struct mcp_resource);
	plugin->prompt_size = sizeof (struct mcp_prompt);
	plugin->argument_size = sizeof (struct mcp_argument);
	plugin->method_size = sizeof (struct mcp_method);
	plugin->tools = descriptor->tools;
	plugin->resources = descriptor->resources;
	plugin->prompts = descriptor->prompts;
	plugin->methods = descriptor->methods;
}

bool
far_descriptor (struct frame *frame, const struct far_functions *functions,
		struct far_descriptor *ret_descriptor)
{
	struct mcp_plugin *plugin = &ret_descriptor->plugin;
	uint32_t n;

	memset (ret_descriptor, 0, sizeof (*ret_descriptor));
	plugin->name = frame_text (frame);
	plugin->version = frame_text (frame);
	plugin->summary = frame_text (frame);
	plugin->instructions = frame_text (frame);
	plugin->config_schema = frame_text (frame);
	plugin->parallel = frame_u32 (frame);
	ret_descriptor->has_notice = frame_u32 (frame) != 0;
	ret_descriptor->has_admit = frame_u32 (frame) != 0;
	n = frame_u32 (frame);
	if (n > LIMIT_PLUGIN_ROWS || !allocate (ret_descriptor, n))
		return false;
	for (uint32_t i = 0; i < n; i++) {
		struct far_row *row = &ret_descriptor->rows[i];

		ret_descriptor->n = i + 1;
		if (!far_row (frame, functions, row))
			return false;
		sort_row (ret_descriptor, row);
	}
	fill_plugin (ret_descriptor);
	return frame_is_done (frame);
}

void
far_descriptor_fini (struct far_descriptor *descriptor)
{
	for (size_t i = 0; i < descriptor->n; i++)
		free (descriptor->rows[i].arguments);
	free (descriptor->rows);
	free (descriptor->tools);
	free (descriptor->resources);
	free (descriptor->prompts);
	free (descriptor->methods);
	*descriptor = (struct far_descriptor){ 0 };
}
