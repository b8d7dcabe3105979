/* Tasks: calls whose client was answered at once and comes for the result
 * later (the extension io.modelcontextprotocol/tasks of 2026-07-28). */
#ifndef MCP_TASKS_H
#define MCP_TASKS_H

#include "base/buffer.h"
#include "mcp/request.h"
#include "plugin/call.h"

#define TASKS_EXTENSION "io.modelcontextprotocol/tasks"
/* What a client hears that did not declare it, of what needs it. */
#define TASKS_REFUSAL                                                          \
	"this needs a client that declares the extension " TASKS_EXTENSION
/* Before a task's id, among the topics of subscriptions; no URI has a space.
 */
#define TASKS_TOPIC "task "

struct task_record;

/* Methods: see dispatch.h. */
void tasks_get (struct request *request, struct json_object *params);
void tasks_update (struct request *request, struct json_object *params);
void tasks_cancel (struct request *request, struct json_object *params);

/* Whether one more can be kept. */
bool tasks_has_room (struct mcp *mcp);
/* The call of this request becomes a task: its client is answered, and the
 * request lives on without one. False: no room or no memory, all is as it
 * was. */
bool tasks_begin (struct request *request);
/* Answers another request as the one was that this task came of. */
void tasks_answer_again (struct request *request,
			 const struct task_record *task);
/* The request's handler asks: the client sees it with tasks/get. */
void tasks_ask (struct request *request, const struct call_result *result);
/* The request's answer, instead of sending it. body: taken. */
void tasks_finish (struct task_record *task, struct buffer *body);
/* Answers that this needs a client that can take tasks. */
void tasks_refuse (struct request *request);
/* Whether this agent has such a task; and its members as JSON (without braces),
 * for notifications. */
bool tasks_exists (struct mcp *mcp, const struct agent *agent, const char *id);
void tasks_write (struct buffer *text, struct mcp *mcp,
		  const struct agent *agent, const char *id);
/* Tells listeners what became of it. */
void tasks_tell (struct task_record *task);
/* At the end, when no call runs any more. */
void tasks_free (struct mcp *mcp);

#endif
