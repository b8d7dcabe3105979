/* tools/call: finds the tool, checks the arguments, starts the call, and
 * shapes what it brought for the client's revision. The hot path. */
#include <string.h>

#include "base/limits.h"
#include "json/rpc.h"
#include "json/schema.h"
#include "mcp/progress.h"
#include "mcp/tools.h"

/* What an answer has around the tool's own. */
#define FRAME_BYTES (LIMIT_RPC_ID_BYTES + 256)

/* --- What it brought --- */

static void
write_text_block (struct buffer *body, const char *text, size_t size)
{
	buffer_add_literal (body, "{\"type\":\"text\",\"text\":");
	json_write_string (body, text, size);
	buffer_add_char (body, '}');
}

void
tools_write_failure (struct buffer *body, const char *id, const char *sentence)
{
	rpc_begin_result (body, id);
	buffer_add_literal (body, "{\"content\":[");
	write_text_block (body, sentence, strlen (sentence));
	buffer_add_literal (body, "],\"isError\":true}}");
}

/* Structured values are objects where the revision has them at all, and for
 * clients that do not look at them also a text (tools, structured content). */
static void
write_success (struct buffer *body, const struct request *request,
	       const struct call_result *result)
{
	bool has_structured = result->structured != NULL;

	buffer_reserve (body, result->content_size + result->structured_size
				      + FRAME_BYTES);
	rpc_begin_result (body, request->id);
	buffer_add_literal (body, "{\"content\":[");
	if (result->content_size == 0 && has_structured)
		write_text_block (body, result->structured,
				  result->structured_size);
	else
		buffer_add (body, result->content, result->content_size);
	buffer_add_char (body, ']');
	if (has_structured && result->structured[0] == '{'
	    && revision_has (request->revision, REVISION_STRUCTURED)) {
		buffer_add_literal (body, ",\"structuredContent\":");
		buffer_add (body, result->structured, result->structured_size);
	}
	buffer_add_literal (body, ",\"isError\":false}}");
}

static void
done (void *owner, const struct call_result *result)
{
	struct request *request = owner;
	struct buffer body = { .max = LIMIT_ANSWER_BYTES };

	switch (result->outcome) {
	case CALL_OK:
		write_success (&body, request, result);
		request_answer (request, &body);
		break;
	case CALL_FAILED:
	case CALL_NOT_FOUND:
		tools_write_failure (&body, request->id, result->sentence);
		request_answer (request, &body);
		break;
	case CALL_BROKEN:
		request_error (request, RPC_INTERNAL_ERROR, "%s",
			       result->sentence);
		break;
	}
}

static void
progress (void *owner, double value, double total, const char *message)
{
	struct request *request = owner;

	if (request->progress != NULL)
		progress_report (request->progress, value, total, message);
}

static const struct call_ops ops = { .done = done, .progress = progress };

/* --- What is asked for --- */

/* The call's thread gets the arguments whole: taken out of params, so that
 * nothing here still refers to them. NULL: not an object. */
static struct json_object *
take_arguments (struct json_object *params)
{
	struct json_object *arguments = json_get (params, "arguments");

	if (arguments == NULL)
		return json_object_new_object ();
	if (!json_object_is_type (arguments, json_type_object))
		return NULL;
	json_object_get (arguments);
	json_object_object_del (params, "arguments");
	return arguments;
}

/* arguments: taken. */
static void
start (struct request *request, struct snapshot *snapshot,
       const struct tool *tool, struct json_object *arguments)
{
	struct call_asker asker = { .client = request->session->client };
	struct call *call;

	call_start (snapshot, tool, arguments, &asker, &ops, request, &call);
	/* Otherwise the request is gone. */
	if (call != NULL)
		request->call = call;
}

/* arguments: taken. */
static void
check_and_start (struct request *request, struct snapshot *snapshot,
		 const struct tool *tool, struct json_object *arguments)
{
	struct error err;

	/* Not a protocol error in any revision: the model should read it and
	 * try again (tools, 2025-11-25). */
	if (schema_check_arguments (tool->input, arguments, &err) < 0) {
		json_object_put (arguments);
		request_fail (request, RPC_INVALID_PARAMS, err.text);
	} else if (!request_begin_call (request)) {
		json_object_put (arguments);
	} else {
		start (request, snapshot, tool, arguments);
	}
}

void
tools_call (struct request *request, struct json_object *params)
{
	const char *name = json_get_string (params, "name");
	struct json_object *arguments;
	struct snapshot *snapshot;
	const struct tool *tool;

	if (name == NULL) {
		request_error (request, RPC_INVALID_PARAMS,
			       "params.name: expected a string");
		return;
	}
	arguments = take_arguments (params);
	if (arguments == NULL) {
		request_error (request, RPC_INVALID_PARAMS,
			       "params.arguments: expected an object");
		return;
	}
	snapshot = registry_pin (request->mcp->registry);
	tool = snapshot_find_tool (snapshot, name);
	if (tool == NULL) {
		json_object_put (arguments);
		request_error (request, RPC_INVALID_PARAMS, "Unknown tool: %s",
			       name);
	} else {
		request->progress = progress_new (request, params);
		check_and_start (request, snapshot, tool, arguments);
	}
	snapshot_unpin (snapshot);
}
