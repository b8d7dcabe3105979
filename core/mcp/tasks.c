/* From calls to tasks, and the methods by which clients come for them. */
#include "mcp/tasks.h"

#include <stdlib.h>
#include <string.h>

#include "json/rpc.h"
#include "base/clock.h"
#include "mcp/ask_answer.h"
#include "mcp/ask_round.h"
#include "mcp/progress.h"
#include "mcp/reply.h"
#include "mcp/result.h"
#include "mcp/subscription.h"
#include "mcp/task_keep.h"
#include "mcp/task_record.h"

/* --- Running ones --- */

/* Its client. */
static bool
is_asking (const struct task_record *task)
{
	return task->request != NULL && task->request->asking != NULL
	       && !task->request->asking->is_inquiry;
}

void
tasks_tell (struct task_record *task)
{
	char topic[sizeof TASKS_TOPIC + 2 * TASK_ID_BYTES];

	snprintf (topic, sizeof topic, TASKS_TOPIC "%s", task->id);
	subscription_tell (task->mcp, topic);
}

static void
note_change (struct task_record *task)
{
	task->updated_ms = clock_wall_ms ();
	tasks_tell (task);
}

bool
tasks_has_room (struct mcp *mcp)
{
	return task_record_has_room (mcp);
}

/* What a call is answered with that has become one. */
static void
write_begun (struct buffer *body, const struct request *request,
	     const struct task_record *task)
{
	result_begin (body, request);
	task_record_write (body, task, false);
	result_end_as (body, request, RESULT_TASK, NULL, 0);
}

bool
tasks_begin (struct request *request)
{
	struct task_record *task =
		task_record_new (request->mcp, request, request->caller.agent);
	struct buffer body = { 0 };

	if (task == NULL)
		return false;
	write_begun (&body, request, task);
	if (!body.failed && task_keep_begin (task, &body))
		return true;
	buffer_fini (&body);
	task_record_free (task);
	return false;
}

void
tasks_answer_again (struct request *request, const struct task_record *task)
{
	struct buffer body = { 0 };

	write_begun (&body, request, task);
	request_answer (request, &body);
}

void
tasks_finish (struct task_record *task, struct buffer *body)
{
	task_record_end (task, task->request->id, body);
	task_keep_end (task);
}

static bool
add_ask (struct asking *asking, const struct request *request,
	 const struct call_ask *ask)
{
	struct ask *slot = ask_round_add (asking, ask);
	struct buffer shown = { 0 };

	if (slot == NULL)
		return false;
	buffer_add_literal (&shown, "{\"method\":\"");
	buffer_add_text (&shown, ask->method);
	buffer_add_literal (&shown, "\",\"params\":");
	asking_write_params (&shown, request, ask);
	buffer_add_char (&shown, '}');
	slot->shown = buffer_take (&shown, NULL);
	buffer_fini (&shown);
	return slot->shown != NULL;
}

void
tasks_ask (struct request *request, const struct call_result *result)
{
	struct asking *asking = ask_round_new (request, result);
	bool is_kept = asking != NULL;

	for (size_t i = 0; is_kept && i < result->n_asks; i++)
		is_kept = add_ask (asking, request, &result->asks[i]);
	if (!is_kept)
		request_error (request, RPC_INTERNAL_ERROR, "out of memory");
	else
		note_change (request->task);
}

/* --- Methods --- */

void
tasks_refuse (struct request *request)
{
	static const char data[] = "{\"requiredCapabilities\":{\"extensions\":{"
				   "\"" TASKS_EXTENSION "\":{}}}}";

	if (revision_has (request->caller.revision, REVISION_STATELESS))
		request_error_data (request, MCP_CODE_MISSING_CAPABILITY, data,
				    TASKS_REFUSAL);
	else
		request_fail (request, RPC_INVALID_REQUEST, TASKS_REFUSAL);
}

/* NULL: it was refused. */
static struct task_record *
require_task (struct request *request, struct json_object *params)
{
	const char *id = json_get_string (params, "taskId");
	struct task_record *task = NULL;

	if (!(request->caller.can & CALL_CAN_TASK)) {
		tasks_refuse (request);
		return NULL;
	}
	if (id != NULL)
		task = task_record_find (request->mcp, request->caller.agent,
					 id);
	if (task == NULL)
		request_error (request, RPC_INVALID_PARAMS,
			       "params.taskId: no such task; it may have been "
			       "too long ago");
	return task;
}

/* A name with the number of its round. */
#define KEY_SIZE (LIMIT_ASK_NAME_BYTES + 16)

/* A handler may use a name in each round; for the client a key is never that
 * of two questions (tasks extension), since it may answer none twice. No name
 * has a '#'. */
static const char *
key_of (const struct asking *asking, const struct ask *ask,
	char buffer[KEY_SIZE])
{
	unsigned round = asking->request->n_questions;

	if (round < 2)
		return ask->name;
	snprintf (buffer, KEY_SIZE, "%s#%u", ask->name, round);
	return buffer;
}

static void
write_input_requests (struct buffer *body, const struct asking *asking)
{
	const char *separator = "";
	char key[KEY_SIZE];

	buffer_add_literal (body, ",\"inputRequests\":{");
	for (size_t i = 0; i < asking->n_asks; i++) {
		const struct ask *ask = &asking->asks[i];

		if (ask->answer != NULL)
			continue;
		buffer_add_text (body, separator);
		json_write_text (body, key_of (asking, ask, key));
		buffer_add_char (body, ':');
		buffer_add_text (body, ask->shown);
		separator = ",";
	}
	buffer_add_char (body, '}');
}

/* With all its answers it works already. */
static void
write_task (struct buffer *body, const struct task_record *task)
{
	bool has_asks = is_asking (task) && task->request->asking->n_open > 0;

	task_record_write (body, task, has_asks);
	if (has_asks)
		write_input_requests (body, task->request->asking);
}

void
tasks_get (struct request *request, struct json_object *params)
{
	struct task_record *task = require_task (request, params);
	struct buffer body = { .max = LIMIT_ANSWER_BYTES };

	if (task == NULL)
		return;
	result_begin (&body, request);
	write_task (&body, task);
	result_end (&body, request);
	request_answer (request, &body);
}

/* Unknown keys, and what is no object, are ignored. */
static void
take_responses (struct asking *asking, struct json_object *responses)
{
	char buffer[KEY_SIZE];

	for (size_t i = 0; i < asking->n_asks; i++) {
		struct ask *ask = &asking->asks[i];
		const char *key = key_of (asking, ask, buffer);

		if (ask->answer == NULL
		    && json_object_is_type (json_get (responses, key),
					    json_type_object))
			ask_round_take (
				asking, ask,
				ask_answer_result (ask->form,
						   json_take (responses, key)));
	}
}

static void
answer_questions (struct task_record *task, struct json_object *responses)
{
	struct asking *asking = task->request->asking;
	size_t n_open = asking->n_open;

	take_responses (asking, responses);
	if (asking->n_open < n_open)
		note_change (task);
	if (asking->n_open == 0)
		ask_round_go_on (asking);
}

void
tasks_update (struct request *request, struct json_object *params)
{
	struct task_record *task = require_task (request, params);
	struct json_object *responses = json_get (params, "inputResponses");

	if (task == NULL)
		return;
	if (!json_object_is_type (responses, json_type_object)) {
		request_error (request, RPC_INVALID_PARAMS,
			       "params.inputResponses: expected an object");
		return;
	}
	if (is_asking (task) && task->request->asking->n_open > 0)
		answer_questions (task, responses);
	request_answer_empty (request);
}

void
tasks_cancel (struct request *request, struct json_object *params)
{
	struct task_record *task = require_task (request, params);

	if (task == NULL)
		return;
	if (task->request != NULL) {
		task->is_cancelled = true;
		request_cut (task->request, CALL_END_CANCELLED, NULL);
	}
	request_answer_empty (request);
}

/* --- For listeners --- */

bool
tasks_exists (struct mcp *mcp, const struct agent *agent, const char *id)
{
	return task_record_find (mcp, agent, id) != NULL;
}

void
tasks_write (struct buffer *text, struct mcp *mcp, const struct agent *agent,
	     const char *id)
{
	const struct task_record *task = task_record_find (mcp, agent, id);

	if (task != NULL)
		write_task (text, task);
}

void
tasks_free (struct mcp *mcp)
{
	while (mcp->tasks != NULL)
		task_record_free (mcp->tasks);
}
