/* Starts calls for requests, and turns each way in which a call can end into
 * an answer. Knows nothing of what the kinds of calls bring. */
#include "mcp/calling.h"

#include "base/limits.h"
#include "json/rpc.h"
#include "mcp/dispatch.h"
#include "mcp/asking.h"
#include "mcp/idempotency.h"
#include "mcp/logging.h"
#include "mcp/orchestrator.h"
#include "mcp/progress.h"
#include "mcp/resources.h"
#include "mcp/tasks.h"
#include "mcp/result.h"

/* What an answer has around the call's own. */
#define FRAME_BYTES (LIMIT_RPC_ID_BYTES + 512)

static void
succeed (struct request *request, const struct call_result *result)
{
	struct buffer body = { .max = LIMIT_ANSWER_BYTES };

	buffer_reserve (&body, result->content_size + result->structured_size
				       + FRAME_BYTES);
	result_begin (&body, request);
	request->method->write (&body, request, result);
	result_end_as (&body, request, RESULT_COMPLETE, result->meta,
		       result->meta_size);
	request_answer (request, &body);
}

static void
refuse_missing (struct request *request, const char *sentence)
{
	if (request->uri != NULL)
		resources_refuse (request, request->uri);
	else
		request_fail (request, RPC_INVALID_PARAMS, sentence);
}

/* A resource without contents is one that is not there (resources, error
 * handling): an empty list would hide that. */
static bool
is_missing (const struct request *request, const struct call_result *result)
{
	return request->uri != NULL && result->content_size == 0;
}

void
calling_answer (struct request *request, const struct call_result *result)
{
	switch (result->outcome) {
	case CALL_OK:
		if (is_missing (request, result))
			resources_refuse (request, request->uri);
		else
			succeed (request, result);
		break;
	case CALL_FAILED:
		request_fail (request, RPC_INTERNAL_ERROR, result->sentence);
		break;
	case CALL_NOT_FOUND:
		refuse_missing (request, result->sentence);
		break;
	case CALL_ASKING:
		asking_begin (request, result);
		break;
	case CALL_BROKEN:
		request_error (request, RPC_INTERNAL_ERROR, "%s",
			       result->sentence);
		break;
	}
}

static uint64_t
over (void *owner, const struct call_result *result)
{
	struct request *request = owner;

	return request->once != NULL ? idempotency_keep (request, result) : 0;
}

static void
done (void *owner, const struct call_result *result)
{
	struct request *request = owner;

	request->call = NULL;
	if (request->once != NULL)
		idempotency_end (request, result);
	calling_answer (request, result);
}

static void
progress (void *owner, double value, double total, const char *message)
{
	struct request *request = owner;

	if (request->progress != NULL)
		progress_report (request->progress, value, total, message);
}

static void
message (void *owner, int level, const char *logger, const char *data,
	 size_t size)
{
	logging_tell (owner, level, logger, data, size);
}

static void
paused (void *owner, int64_t retry_ms)
{
	struct request *request = owner;

	/* Over HTTP+SSE there is nothing to hang up. */
	if (request->work != NULL)
		work_pause (request->work, retry_ms);
}

static bool
tasked (void *owner)
{
	struct request *request = owner;

	if (!tasks_begin (request))
		return false;
	if (request->once != NULL)
		idempotency_become_task (request);
	return true;
}

/* Its session's caller, too, may be known by another name from now on. */
static void
reported (void *owner, const char *agent, const char *phase)
{
	struct request *request = owner;
	struct session *session = request->session;
	enum transport transport =
		session != NULL ? session->transport : TRANSPORT_STREAMABLE;

	request->caller.clock = agent_clocks_reported (
		request->mcp, &request->caller, transport, agent, phase);
	if (session != NULL)
		session->caller.clock = request->caller.clock;
}

static const struct call_ops ops = {
	.over = over,
	.done = done,
	.progress = progress,
	.message = message,
	.paused = paused,
	.tasked = tasked,
	.reported = reported,
};

void
calling_start_again (struct request *request, struct call_request *what)
{
	const char *agent = caller_agent (&request->caller);
	struct call_asker asker = { .agent = agent,
				    .client = request->caller.client,
				    .is_authenticated = agent != NULL };
	struct call *call;

	what->asker = &asker;
	what->can = request->caller.can;
	if ((what->can & CALL_CAN_TASK) && !tasks_has_room (request->mcp))
		what->can &= ~(unsigned) CALL_CAN_TASK;
	if (mcp_has_orchestrator (request->mcp))
		what->can |= CALL_CAN_INQUIRE;
	what->message_level = request->caller.message_level;
	call_start (what, &ops, request, &call);
	/* Otherwise the request is gone. */
	if (call != NULL)
		request->call = call;
}

void
calling_start (struct request *request, struct json_object *params,
	       struct call_request *what)
{
	struct buffer data = { 0 };

	if (asking_resume (request, params, what, &data))
		calling_start_again (request, what);
	else
		json_object_put (what->arguments);
	buffer_fini (&data);
}
