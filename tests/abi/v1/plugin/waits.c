/* Calls that take long, and questions. */
#include "everything.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define FORM "elicitation/create"

static void *
finish (void *arg)
{
	struct mcp_call *call = arg;

	call->host->result_text (call, "from a thread", 13);
	call->host->finish (call, MCP_OK);
	return NULL;
}

int
wait_pending (struct mcp_call *call)
{
	static const char data[] = "\"text\"";
	const struct mcp_host *host = call->host;
	pthread_t thread;

	if (host->deadline (call, 60000) < 0
	    || host->progress (call, 1, 2, "half") < 0
	    || host->message (call, MCP_LOG_WARNING, "every",
			      json_object_new_string ("object"))
		       < 0
	    || host->message_text (call, MCP_LOG_WARNING, NULL, data,
				   LENGTH (data))
		       < 0
	    || host->pause (call, 10) < 0 || host->cancelled (call))
		return MCP_ERROR;
	if (pthread_create (&thread, NULL, finish, call) != 0)
		return MCP_ERROR;
	pthread_detach (thread);
	return MCP_PENDING;
}

/* A task where the client can take one. */
int
wait_task (struct mcp_call *call)
{
	call->host->result_text (
		call, call->host->task (call) == 0 ? "task" : "call", 4);
	return MCP_OK;
}

/* Pending until cancel finishes it. */
int
wait_cancelled (struct mcp_call *call)
{
	call->slot = (void *) "held";
	call->host->log (call->host, MCP_LOG_INFO, "it waits");
	return MCP_PENDING;
}

void
cancel_pending (struct mcp_call *call)
{
	call->host->log (call->host, MCP_LOG_INFO, "cancelled: %s",
			 (const char *) call->slot);
	call->host->finish (call, MCP_OK);
}

void
forget (void *plugin_state, const char *state, size_t size)
{
	const struct everything *all = plugin_state;

	all->host->log (all->host, MCP_LOG_INFO, "abandoned: %.*s", (int) size,
			state);
}

/* --- Questions --- */

static const char form[] =
	"{\"message\": \"Who?\", \"requestedSchema\": {\"type\": \"object\","
	" \"properties\": {\"name\": {\"type\": \"string\"}}}}";

int
ask_client (struct mcp_call *call)
{
	const struct mcp_host *host = call->host;
	struct json_object *value = NULL;
	const char *text = NULL;
	size_t size = 0;
	int r = host->answer (call, "who", FORM, &value);
	int r_text = host->answer_text (call, "who", FORM, &text, &size);

	if (r == MCP_ANSWER_NONE && !host->can_ask (call, FORM))
		return host->fail (call, "nobody can be asked");
	if (r == MCP_ANSWER_NONE) {
		host->ask_text (call, "who", FORM, form, LENGTH (form));
		host->ask_state (call, "kept", 4);
		return MCP_ASK;
	}
	host->result_format (call, "%d %d %s %zu %s %u", r, r_text,
			     text != NULL ? text : "-", size,
			     call->state != NULL ? call->state : "-",
			     call->round);
	return MCP_OK;
}

int
ask_orchestrator (struct mcp_call *call)
{
	struct json_object *value;

	switch (call->host->answer (call, "it", "everything/ask", &value)) {
	case MCP_ANSWER_NONE:
		call->host->ask (call, "it", "everything/ask",
				 json_object_new_object ());
		return MCP_ASK;
	case MCP_ANSWER_GIVEN:
		call->host->result_format (call, "%s",
					   json_object_to_json_string (value));
		return MCP_OK;
	default:
		return call->host->fail (call, "no answer");
	}
}
