/* tools/call: finds the tool, checks the arguments, and shapes what the call
 * brought for the client's revision. The hot path. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "json/rpc.h"
#include "json/schema.h"
#include "mcp/calling.h"
#include "mcp/content.h"
#include "mcp/headers.h"
#include "mcp/idempotency.h"
#include "mcp/progress.h"
#include "mcp/rate.h"
#include "mcp/reply.h"
#include "mcp/tasks.h"
#include "mcp/tools.h"

/* --- What it brought --- */

static void
write_text_block (struct buffer *body, const char *text, size_t size)
{
	buffer_add_literal (body, "{\"type\":\"text\",\"text\":");
	json_write_string (body, text, size);
	buffer_add_char (body, '}');
}

void
tools_write_failure (struct buffer *body, const char *sentence)
{
	buffer_add_literal (body, "\"content\":[");
	write_text_block (body, sentence, strlen (sentence));
	buffer_add_literal (body, "],\"isError\":true");
}

/* Structured values are objects where the revision has them at all, and for
 * clients that do not look at them also a text (tools, structured content). */
void
tools_write_result (struct buffer *body, const struct request *request,
		    const struct call_result *result)
{
	const struct revision *revision = request->caller.revision;
	bool has_structured = result->structured != NULL;
	bool is_object = has_structured && result->structured[0] == '{';
	enum revision_feature needs =
		is_object ? REVISION_STRUCTURED : REVISION_STRUCTURED_ANY;

	buffer_add_literal (body, "\"content\":[");
	if (result->content_size == 0 && has_structured)
		write_text_block (body, result->structured,
				  result->structured_size);
	else
		content_write_blocks (body, revision, result);
	buffer_add_char (body, ']');
	if (has_structured && revision_has (revision, needs)) {
		buffer_add_literal (body, ",\"structuredContent\":");
		buffer_add (body, result->structured, result->structured_size);
	}
	buffer_add_literal (body, ",\"isError\":false");
}

/* --- What is asked for --- */

/* The call's thread gets the arguments whole. NULL: not an object. */
static struct json_object *
take_arguments (struct json_object *params)
{
	struct json_object *arguments = json_get (params, "arguments");

	if (arguments == NULL)
		return json_object_new_object ();
	if (!json_object_is_type (arguments, json_type_object))
		return NULL;
	return json_take (params, "arguments");
}

/* Whether no plugin has anything against it; otherwise that was answered. */
static bool
is_admitted (struct request *request, const struct tool *tool,
	     struct json_object *params)
{
	char sentence[LIMIT_ADMISSION_BYTES];
	const char *agent = caller_agent (&request->caller);
	struct mcp_admission admission = {
		.agent = agent,
		.client = request->caller.client,
		.authenticated = agent != NULL,
		.again = revision_has (request->caller.revision,
				       REVISION_STATELESS)
			 && json_has (params, "requestState"),
	};

	if (registry_admit (request->mcp->registry, tool, &admission, sentence,
			    sizeof sentence)
	    == 0)
		return true;
	request_fail (request, MCP_CODE_BUSY, sentence);
	return false;
}

/* Whether the agent does not call this tool too often; otherwise that was
 * answered. Without a credential its program's name has to do. */
static bool
is_in_time (struct request *request, const struct tool *tool)
{
	const struct mcp *mcp = request->mcp;
	const char *agent = caller_agent (&request->caller);
	struct error err;
	int64_t wait_ms;

	if (mcp->rate == NULL)
		return true;
	if (agent == NULL)
		agent = request->caller.client;
	wait_ms = rate_take (mcp->rate, agent != NULL ? agent : "",
			     tool->row.name, loop_now_ms (mcp->loop));
	if (wait_ms == 0)
		return true;
	error_set (&err, -EAGAIN,
		   "%s may be called %" PRId64 " times a second by an agent, "
		   "%" PRId64 " times at once; nothing was done, try again in "
		   "%.3f seconds",
		   tool->row.name, mcp->options->rate, mcp->options->burst,
		   (double) wait_ms / 1000);
	request_fail (request, MCP_CODE_RATE, err.text);
	return false;
}

/* arguments: taken. */
static void
check_and_start (struct request *request, struct snapshot *snapshot,
		 const struct tool *tool, struct json_object *params,
		 struct json_object *arguments)
{
	struct call_request what = { .snapshot = snapshot,
				     .kind = MCP_CALL_TOOL,
				     .tool = tool,
				     .arguments = arguments };
	struct error err;

	/* Not a protocol error in any revision: the model should read it and
	 * try again (tools, 2025-11-25). */
	if ((tool->row.bits & MCP_TASK_REQUIRED)
	    && !(request->caller.can & CALL_CAN_TASK)) {
		json_object_put (arguments);
		tasks_refuse (request);
	} else if (schema_check_arguments (tool->input, arguments, &err) < 0) {
		json_object_put (arguments);
		request_fail (request, RPC_INVALID_PARAMS, err.text);
	} else if (!request_begin_call (request)) {
		json_object_put (arguments);
	} else if (!idempotency_begin (request, tool, params, arguments)
		   || !is_admitted (request, tool, params)) {
		json_object_put (arguments);
	} else {
		calling_start (request, params, &what);
	}
}

/* False: they say something else, and it was answered; arguments are gone. */
static bool
check_headers (struct request *request, const struct tool *tool,
	       struct json_object *arguments)
{
	struct error err;

	if (!revision_has (request->caller.revision, REVISION_STATELESS)
	    || headers_check_arguments (request->work->exchange, tool,
					arguments, &err)
		       == 0)
		return true;
	json_object_put (arguments);
	request_error (request, MCP_CODE_HEADER_MISMATCH, "%s", err.text);
	return false;
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
	} else if (!is_in_time (request, tool)) {
		json_object_put (arguments);
	} else if (check_headers (request, tool, arguments)) {
		request->progress = progress_new (request, params);
		check_and_start (request, snapshot, tool, params, arguments);
	}
	snapshot_unpin (snapshot);
}
