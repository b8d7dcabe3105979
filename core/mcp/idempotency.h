/* Idempotency keys of tool calls: _meta["mcp-orchestrator/idempotencyKey"],
 * scoped to agent and tool. The same key with the same arguments gives the
 * first result again, also while the first call still runs. */
#ifndef MCP_IDEMPOTENCY_H
#define MCP_IDEMPOTENCY_H

#include <stdbool.h>

#include "mcp/request.h"
#include "plugin/call.h"

#define IDEMPOTENCY_KEY "mcp-orchestrator/idempotencyKey"

/* Results of earlier starts. Freed with the rest. */
void idempotency_load (struct mcp *mcp);
void idempotency_free (struct mcp *mcp);

/* A call is to begin; its arguments passed the schema. False: not this one: it
 * was answered, or will be when the first has ended. */
bool idempotency_begin (struct request *request, const struct tool *tool,
			struct json_object *params,
			struct json_object *arguments);
/* What the first call brought: it is kept when it is the tool's own. Returns
 * the journal's ticket of that; 0: none. */
uint64_t idempotency_keep (struct request *request,
			   const struct call_result *result);
/* The first call is over, and what it brought is kept or lost: those that wait
 * are answered. Not for a question, after which the call goes on. */
void idempotency_end (struct request *request,
		      const struct call_result *result);
/* The first call has become a task: those that wait are answered as it was. */
void idempotency_become_task (struct request *first);
/* The request ends. When it was the first and brought nothing to keep, those
 * that wait for it are told so. */
void idempotency_leave (struct request *request);

#endif
