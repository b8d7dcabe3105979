/* Methods for the orchestrator, notices and admissions, as tests of calls
 * want them. */
#include <mcp/plugin.h>

#include <errno.h>
#include <json-c/json.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define ANY "{\"type\":\"object\"}"

static struct method_state {
	const struct mcp_host *host;
	/* Of method/wait, each with the one before in its slot; on the loop
	 * only. */
	struct mcp_call *waiting;
} own;

/* Its answer is its params, and who it was. */
static int
echo (struct mcp_call *call)
{
	struct json_object *answer = json_object_new_object ();

	json_object_object_add (answer, "params",
				json_object_get (call->arguments));
	json_object_object_add (answer, "name",
				json_object_new_string (call->name));
	json_object_object_add (answer, "kind",
				json_object_new_int (call->kind));
	call->host->result_structured (call, answer);
	return MCP_OK;
}

static int
nothing (struct mcp_call *call)
{
	(void) call;
	return MCP_OK;
}

static int
refuse (struct mcp_call *call)
{
	return call->host->fail (call, "there is no budget '%s'", "x");
}

static int
not_found (struct mcp_call *call)
{
	(void) call;
	return MCP_NOT_FOUND;
}

/* What methods cannot do. */
static int
ask (struct mcp_call *call)
{
	call->host->ask_text (call, "a", "context/query", "{}", 2);
	return MCP_ASK;
}

static int
say_text (struct mcp_call *call)
{
	call->host->result_text (call, "x", 1);
	return MCP_OK;
}

/* Waits for a notice, or the end. */
static int
wait (struct mcp_call *call)
{
	call->slot = own.waiting;
	own.waiting = call;
	return MCP_PENDING;
}

/* Whether it waited until now. */
static bool
take (struct mcp_call *call)
{
	struct mcp_call *other = own.waiting;

	if (other == call) {
		own.waiting = call->slot;
		return true;
	}
	while (other != NULL && other->slot != call)
		other = other->slot;
	if (other == NULL)
		return false;
	other->slot = call->slot;
	return true;
}

static void
cancel (struct mcp_call *call)
{
	if (take (call))
		call->host->finish (call, MCP_ERROR);
}

static void
notice (void *state, int what, const char *agent)
{
	struct mcp_call *call;

	(void) state;
	own.host->log (own.host, MCP_LOG_NOTICE, "notice %d %s", what,
		       agent != NULL ? agent : "-");
	while (what == MCP_NOTICE_DRAINING && (call = own.waiting) != NULL) {
		take (call);
		call->host->result_structured_text (
			call, "{\"status\":\"unavailable\"}", 24);
		call->host->finish (call, MCP_OK);
	}
}

/* Refuses the tool that is called so, and says what it was asked. */
static int
admit (void *state, const struct mcp_admission *admission, char *sentence,
       size_t room)
{
	(void) state;
	own.host->log (own.host, MCP_LOG_NOTICE, "admit %s %s %s %d",
		       admission->plugin, admission->tool,
		       admission->client != NULL ? admission->client : "-",
		       admission->again);
	if (strcmp (admission->tool, "never") == 0) {
		snprintf (sentence, room, "the budget is spent; stop here");
		return -EPERM;
	}
	return strcmp (admission->tool, "mutely_never") == 0 ? -EPERM : 0;
}

/* --- Tools --- */

static int
done (struct mcp_call *call)
{
	call->host->result_text (call, "done", 4);
	return MCP_OK;
}

static void
emit (struct mcp_call *call)
{
	struct json_object *events = NULL;
	int i;

	json_object_object_get_ex (call->arguments, "events", &events);
	for (i = 0; i < json_object_get_int (events); i++)
		call->host->emit (call, "method.before", NULL,
				  json_object_new_object (), 0, NULL);
}

/* Asks the orchestrator for what arguments say, {method, params}, after so
 * many events, and gives its answer. */
static int
inquire (struct mcp_call *call)
{
	struct json_object *method = NULL, *params = NULL;

	if (call->answers != NULL) {
		const char *text = json_object_to_json_string_ext (
			call->answers, JSON_C_TO_STRING_PLAIN);

		call->host->result_text (call, text, strlen (text));
		return MCP_OK;
	}
	emit (call);
	json_object_object_get_ex (call->arguments, "method", &method);
	json_object_object_get_ex (call->arguments, "params", &params);
	call->host->ask (call, "it", json_object_get_string (method),
			 json_object_get (params));
	return MCP_ASK;
}

/* Sets its deadline to what arguments say, and never answers. */
static int
deadline (struct mcp_call *call)
{
	struct json_object *ms = NULL;
	int r;

	json_object_object_get_ex (call->arguments, "ms", &ms);
	r = call->host->deadline (call, json_object_get_int64 (ms));
	if (r < 0)
		return call->host->fail (call, "deadline gave %d", r);
	return MCP_PENDING;
}

/* Pending ones are owed. */
static void
give_up (struct mcp_call *call)
{
	call->host->finish (call, MCP_ERROR);
}

static int
init (const struct mcp_host *host, const char *config, void **state)
{
	(void) config;
	own.host = host;
	*state = &own;
	return 0;
}

#define TOOL(tool_name, function, ...)                                         \
	{                                                                      \
		.name = tool_name, .description = "For tests",                 \
		.input_schema = ANY, .handle = function, __VA_ARGS__           \
	}

static const struct mcp_tool tools[] = {
	TOOL ("admitted", done, .bits = MCP_NEVER_BLOCKS),
	TOOL ("never", done, .bits = MCP_NEVER_BLOCKS),
	TOOL ("mutely_never", done, .bits = MCP_NEVER_BLOCKS),
	TOOL ("inquire", inquire, .bits = MCP_NEVER_BLOCKS),
	TOOL ("inquire_on_thread", inquire),
	TOOL ("deadline", deadline, .bits = MCP_NEVER_BLOCKS,
	      .cancel = give_up),
	TOOL ("deadline_on_thread", deadline, .cancel = give_up),
};

#define METHOD(method_name, function, ...)                                     \
	{                                                                      \
		.name = method_name, .description = "For tests",               \
		.params_schema = ANY, .handle = function, __VA_ARGS__          \
	}

static const struct mcp_method methods[] = {
	{ .name = "method/echo",
	  .description = "Gives its params",
	  .params_schema = "{\"type\":\"object\",\"properties\":{\"n\":"
			   "{\"type\":\"integer\"}},\"required\":[\"n\"]}",
	  .bits = MCP_NEVER_BLOCKS,
	  .handle = echo },
	METHOD ("method/echo_on_thread", echo),
	METHOD ("method/nothing", nothing, .bits = MCP_NEVER_BLOCKS),
	METHOD ("method/refuse", refuse, .bits = MCP_NEVER_BLOCKS),
	METHOD ("method/not_found", not_found, .bits = MCP_NEVER_BLOCKS),
	METHOD ("method/ask", ask, .bits = MCP_NEVER_BLOCKS),
	METHOD ("method/say_text", say_text, .bits = MCP_NEVER_BLOCKS),
	METHOD ("method/wait", wait, .bits = MCP_NEVER_BLOCKS,
		.cancel = cancel),
};

static struct mcp_plugin plugin = {
	.name = "method",
	.version = "1",
	.summary = "Methods for the orchestrator",
	.MCP_TOOLS (tools),
	.MCP_METHODS (methods),
	.init = init,
	.notice = notice,
	.admit = admit,
};

MCP_PLUGIN (plugin)
