/* completion/complete. Rows that complete nothing give an empty list. */
#include "mcp/completion.h"

#include <string.h>

#include "base/uri_template.h"
#include "json/rpc.h"
#include "mcp/calling.h"
#include "mcp/prompts.h"
#include "mcp/result.h"

void
completion_write_result (struct buffer *body, const struct request *request,
			 const struct call_result *result)
{
	(void) request;
	buffer_add_literal (body, "\"completion\":{\"values\":[");
	buffer_add (body, result->content, result->content_size);
	buffer_add_char (body, ']');
	if (result->total >= 0) {
		buffer_add_literal (body, ",\"total\":");
		buffer_add_int (body, result->total);
	}
	if (result->has_more)
		buffer_add_literal (body, ",\"hasMore\":true");
	buffer_add_char (body, '}');
}

static void
answer_empty (struct request *request)
{
	const struct call_result none = { .content = "",
					  .total = MCP_TOTAL_UNKNOWN };
	struct buffer body = { 0 };

	result_begin (&body, request);
	completion_write_result (&body, request, &none);
	result_end (&body, request);
	request_answer (request, &body);
}

static bool
has_argument (const struct prompt *prompt, const char *name)
{
	for (uint32_t i = 0; i < prompt->row.n_arguments; i++)
		if (strcmp (prompt->row.arguments[i].name, name) == 0)
			return true;
	return false;
}

/* Finds what ref names. False: nothing of this server's. */
static bool
find_row (struct call_request *what, struct json_object *ref)
{
	const char *type = json_get_string (ref, "type");
	const char *name = json_get_string (ref, "name");
	const char *uri = json_get_string (ref, "uri");

	if (type == NULL)
		return false;
	if (strcmp (type, "ref/prompt") == 0 && name != NULL)
		what->prompt = snapshot_find_prompt (what->snapshot, name);
	else if (strcmp (type, "ref/resource") == 0 && uri != NULL)
		what->resource = snapshot_find_template (what->snapshot, uri);
	return what->prompt != NULL || what->resource != NULL;
}

static bool
is_known (const struct call_request *what)
{
	if (what->prompt != NULL)
		return has_argument (what->prompt, what->argument_name);
	return uri_template_has (what->resource->template, what->argument_name);
}

static bool
can_complete (const struct call_request *what)
{
	return what->prompt != NULL ? what->prompt->row.complete != NULL
				    : what->resource->row.complete != NULL;
}

/* Whether context.arguments, if there are any, is what handlers expect. */
static bool
is_context_good (struct json_object *context)
{
	struct json_object *arguments = json_get (context, "arguments");

	return (context == NULL
		|| json_object_is_type (context, json_type_object))
	       && (arguments == NULL || prompts_are_strings (arguments));
}

/* NULL: fine; else what is wrong. */
static const char *
read_params (struct call_request *what, struct json_object *params)
{
	struct json_object *argument = json_get (params, "argument");

	what->argument_name = json_get_string (argument, "name");
	what->argument_value = json_get_string (argument, "value");
	if (what->argument_name == NULL || what->argument_value == NULL)
		return "params.argument: expected a name and a value";
	if (!find_row (what, json_get (params, "ref")))
		return "params.ref: expected a prompt or a resource template "
		       "of this server";
	if (!is_known (what))
		return "params.argument.name: what ref names has no such "
		       "argument";
	if (!is_context_good (json_get (params, "context")))
		return "params.context.arguments: expected an object of "
		       "strings";
	return NULL;
}

void
completion_complete (struct request *request, struct json_object *params)
{
	struct call_request what = { .kind = MCP_CALL_COMPLETE };
	const char *wrong;

	what.snapshot = registry_pin (request->mcp->registry);
	wrong = read_params (&what, params);
	if (wrong != NULL) {
		request_error (request, RPC_INVALID_PARAMS, "%s", wrong);
	} else if (!can_complete (&what)) {
		answer_empty (request);
	} else if (request_begin_call (request)) {
		what.arguments =
			json_take (json_get (params, "context"), "arguments");
		calling_start_again (request, &what);
	}
	snapshot_unpin (what.snapshot);
}
