/* prompts/list and prompts/get. */
#include "mcp/prompts.h"

#include "json/rpc.h"
#include "mcp/calling.h"
#include "mcp/content.h"
#include "mcp/page.h"
#include "mcp/progress.h"
#include "mcp/row.h"

/* --- List --- */

static void
write_argument (struct buffer *body, const struct mcp_argument *argument,
		const struct revision *revision)
{
	row_begin (body, revision, argument->name, argument->title,
		   argument->description);
	if (argument->bits & MCP_ARGUMENT_REQUIRED)
		row_add_json (body, "required", "true");
	buffer_add_char (body, '}');
}

static void
write_prompt (struct buffer *body, const struct snapshot *snapshot, size_t i,
	      const struct revision *revision)
{
	const struct mcp_prompt *row = &snapshot->prompts[i]->row;

	row_begin (body, revision, row->name, row->title, row->description);
	if (row->n_arguments > 0)
		row_add_json (body, "arguments", "[");
	for (uint32_t n = 0; n < row->n_arguments; n++) {
		if (n > 0)
			buffer_add_char (body, ',');
		write_argument (body, &row->arguments[n], revision);
	}
	if (row->n_arguments > 0)
		buffer_add_char (body, ']');
	row_end (body, revision, row->icons, row->meta);
}

static size_t
count (const struct snapshot *snapshot)
{
	return snapshot->n_prompts;
}

static const char *
key (const struct snapshot *snapshot, size_t i)
{
	return snapshot->prompts[i]->row.name;
}

void
prompts_list (struct request *request, struct json_object *params)
{
	static const struct page_list list = { "prompts", count, key,
					       write_prompt };

	page_answer (request, params, &list);
}

/* --- Getting one --- */

void
prompts_write_result (struct buffer *body, const struct request *request,
		      const struct call_result *result)
{
	if (result->description != NULL) {
		buffer_add_literal (body, "\"description\":");
		json_write_text (body, result->description);
		buffer_add_char (body, ',');
	}
	buffer_add_literal (body, "\"messages\":[");
	content_write_messages (body, request->caller.revision, result);
	buffer_add_char (body, ']');
}

bool
prompts_are_strings (struct json_object *arguments)
{
	if (!json_object_is_type (arguments, json_type_object))
		return false;
	json_object_object_foreach (arguments, name, value)
	{
		(void) name;
		if (!json_object_is_type (value, json_type_string))
			return false;
	}
	return true;
}

const char *
prompts_find_missing (const struct mcp_prompt *row,
		      struct json_object *arguments)
{
	for (uint32_t i = 0; i < row->n_arguments; i++)
		if ((row->arguments[i].bits & MCP_ARGUMENT_REQUIRED)
		    && json_get (arguments, row->arguments[i].name) == NULL)
			return row->arguments[i].name;
	return NULL;
}

/* False: they are refused, and that was answered. arguments: NULL for none. */
static bool
check_arguments (struct request *request, const struct mcp_prompt *row,
		 struct json_object *arguments)
{
	const char *missing;

	if (arguments != NULL && !prompts_are_strings (arguments)) {
		request_error (request, RPC_INVALID_PARAMS,
			       "params.arguments: expected an object of "
			       "strings");
		return false;
	}
	missing = prompts_find_missing (row, arguments);
	if (missing != NULL)
		request_error (request, RPC_INVALID_PARAMS,
			       "params.arguments: '%s' is required", missing);
	return missing == NULL;
}

static void
start (struct request *request, struct snapshot *snapshot,
       const struct prompt *prompt, struct json_object *params)
{
	struct call_request what = { .snapshot = snapshot,
				     .kind = MCP_CALL_PROMPT,
				     .prompt = prompt };

	if (!request_begin_call (request))
		return;
	request->progress = progress_new (request, params);
	what.arguments = json_take (params, "arguments");
	calling_start (request, params, &what);
}

void
prompts_get (struct request *request, struct json_object *params)
{
	const char *name = json_get_string (params, "name");
	const struct prompt *prompt;
	struct snapshot *snapshot;

	if (name == NULL) {
		request_error (request, RPC_INVALID_PARAMS,
			       "params.name: expected a string");
		return;
	}
	snapshot = registry_pin (request->mcp->registry);
	prompt = snapshot_find_prompt (snapshot, name);
	if (prompt == NULL)
		request_error (request, RPC_INVALID_PARAMS,
			       "Unknown prompt: %s", name);
	else if (check_arguments (request, &prompt->row,
				  json_get (params, "arguments")))
		start (request, snapshot, prompt, params);
	snapshot_unpin (snapshot);
}
