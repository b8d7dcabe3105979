/* Loaded: its tools break every promise that a plugin makes about calls. */
#include "minimal.h"

#include <json-c/json.h>

#include <pthread.h>
#include <string.h>
#include <unistd.h>

/* A call that a tool kept though it was not its own any more, or that is
 * owed. */
static struct mcp_call *kept;

static int
finish_twice (struct mcp_call *call)
{
	call->host->result_text (call, "once", 4);
	call->host->finish (call, MCP_OK);
	call->host->finish (call, MCP_OK);
	return MCP_PENDING;
}

static int
use_after_finish (struct mcp_call *call)
{
	call->host->result_text (call, "once", 4);
	call->host->finish (call, MCP_OK);
	call->host->result_text (call, "too late", 8);
	return MCP_PENDING;
}

static int
finish_and_return (struct mcp_call *call)
{
	call->host->result_text (call, "once", 4);
	call->host->finish (call, MCP_OK);
	return MCP_OK;
}

/* Returns, and keeps what it must not keep. */
static int
keep_returned (struct mcp_call *call)
{
	kept = call;
	return minimal_handle (call);
}

/* Keeps the call for use_kept; nothing wrong so far. */
static int
keep_pending (struct mcp_call *call)
{
	kept = call;
	return MCP_PENDING;
}

/* Uses what keep_* left with every function that takes a call. */
static int
use_kept (struct mcp_call *call)
{
	const struct mcp_host *host = call->host;
	int n_refused = 0;

	n_refused += host->arguments_text (kept, NULL) == NULL;
	n_refused += host->emit_text (kept, "a", NULL, "{}", 2, 0, NULL) < 0;
	n_refused += host->result_text (kept, "x", 1) < 0;
	n_refused += host->result_format (kept, "x") < 0;
	n_refused += host->result_structured_text (kept, "{}", 2) < 0;
	n_refused += host->progress (kept, 1, 2, NULL) < 0;
	n_refused += host->cancelled (kept) == 1;
	host->fail (kept, "x");
	host->finish (kept, MCP_OK);
	host->result_format (call, "%d", n_refused);
	return MCP_OK;
}

/* Finishes what keep_pending left, as often as it is called. */
static int
finish_kept (struct mcp_call *call)
{
	call->host->finish (kept, MCP_OK);
	return minimal_handle (call);
}

static int
wrong_output (struct mcp_call *call)
{
	call->host->result_structured_text (call, "{\"n\":\"three\"}", 13);
	return MCP_OK;
}

static int
no_output (struct mcp_call *call)
{
	return minimal_handle (call);
}

static int
no_object (struct mcp_call *call)
{
	call->host->result_structured_text (call, "3", 1);
	return MCP_OK;
}

static int
no_json (struct mcp_call *call)
{
	call->host->result_structured_text (call, "{n}", 3);
	return MCP_OK;
}

static int
no_utf8 (struct mcp_call *call)
{
	call->host->result_text (call, "\xff", 1);
	return MCP_OK;
}

static int
no_reason (struct mcp_call *call)
{
	(void) call;
	return MCP_ERROR;
}

static int
no_status (struct mcp_call *call)
{
	(void) call;
	return 99;
}

/* Emits what arguments.topic, agent and payload say, as text. */
static int
emit (struct mcp_call *call)
{
	struct json_object *topic = NULL, *agent = NULL, *payload = NULL;
	const char *text;
	int r;

	json_object_object_get_ex (call->arguments, "topic", &topic);
	json_object_object_get_ex (call->arguments, "agent", &agent);
	json_object_object_get_ex (call->arguments, "payload", &payload);
	text = json_object_get_string (payload);
	r = call->host->emit_text (call, json_object_get_string (topic),
				   json_object_get_string (agent), text,
				   strlen (text), 0, NULL);
	call->host->result_format (call, "%d", r);
	return MCP_OK;
}

/* Its thread never comes back. */
static int
sleep_for_ever (struct mcp_call *call)
{
	call->host->emit_text (call, "asleep", NULL, "{}", 2, 0, NULL);
	for (;;)
		pause ();
	return MCP_OK;
}

#define N_OUT                                                                  \
	"{\"type\":\"object\",\"required\":[\"n\"],"                           \
	"\"properties\":{\"n\":{\"type\":\"integer\"}}}"
#define TOOL(function, ...)                                                    \
	MINIMAL_TOOL (#function, .handle = function, ##__VA_ARGS__)

static const struct mcp_tool tools[] = {
	TOOL (finish_twice),
	TOOL (use_after_finish),
	TOOL (finish_and_return),
	TOOL (keep_returned),
	TOOL (keep_pending),
	TOOL (use_kept),
	TOOL (finish_kept),
	TOOL (wrong_output, .output_schema = N_OUT),
	TOOL (no_output, .output_schema = N_OUT),
	TOOL (no_object),
	TOOL (no_json),
	TOOL (no_utf8),
	TOOL (no_reason),
	TOOL (no_status),
	TOOL (emit, .bits = MCP_NEVER_BLOCKS),
	MINIMAL_TOOL ("emit_on_thread", .handle = emit),
	TOOL (sleep_for_ever),
};

MINIMAL_PLUGIN ("misbehave", .MCP_TOOLS (tools))
