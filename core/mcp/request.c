/* The life of a request: where its answer goes, and its count among the calls
 * that run. Knows no method but for how it fails. */
#include "mcp/request.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <utlist.h>

#include "base/limits.h"
#include "base/text.h"
#include "json/rpc.h"
#include "mcp/asking.h"
#include "mcp/dispatch.h"
#include "mcp/idempotency.h"
#include "mcp/progress.h"
#include "mcp/reply.h"
#include "mcp/result.h"
#include "mcp/tasks.h"
#include "mcp/tools.h"

/* initialize is of no revision yet. */
static bool
is_stateless (const struct request *request)
{
	return request->caller.revision != NULL
	       && revision_has (request->caller.revision, REVISION_STATELESS);
}

/* The name of a client that no session keeps, as it is kept. */
static size_t
client_size (const struct session *session, const char *client)
{
	if (session != NULL || client == NULL)
		return 0;
	return text_cut (client, strlen (client), LIMIT_CLIENT_NAME_BYTES);
}

struct request *
request_new (struct mcp *mcp, struct session *session,
	     const struct caller *caller, struct work *work,
	     const struct rpc_message *message)
{
	size_t size = strlen (message->id) + 1;
	const char *client = caller_client (mcp, caller);
	size_t more = client_size (session, client);
	struct request *request = malloc (sizeof *request + size + more + 1);

	if (request == NULL)
		return NULL;
	*request = (struct request){
		.mcp = mcp,
		.session = session,
		.caller = *caller,
		.work = work,
	};
	memcpy (request->id, message->id, size);
	request->caller.client = client;
	if (session == NULL && client != NULL) {
		char *copy = request->id + size;

		memcpy (copy, client, more);
		copy[more] = '\0';
		request->caller.client = copy;
	}
	if (is_stateless (request))
		work->request = request;
	return request;
}

/* Hands over the answer (or none) and frees the request. The last call's end
 * may end everything, so it comes last. */
static void
finish (struct request *request, struct buffer *body)
{
	struct mcp *mcp = request->mcp;
	bool was_call = request->is_call;

	if (request->once != NULL)
		idempotency_leave (request);
	if (was_call && request->session != NULL)
		session_remove_call (request->session, request);
	else if (was_call)
		DL_DELETE (mcp->calls, request);
	if (was_call)
		agent_clocks_rested (mcp, request->caller.clock);
	asking_drop (request->asking);
	progress_free (request->progress);
	if (request->task != NULL)
		tasks_finish (request->task, body);
	else if (request->work != NULL)
		work_answer (request->work, body);
	else if (body != NULL)
		session_send (request->session, body->data, body->size);
	if (body != NULL)
		buffer_fini (body);
	free (request->uri);
	free (request);
	if (was_call)
		mcp_call_ended (mcp);
}

void
request_answer (struct request *request, struct buffer *body)
{
	if (body->failed) {
		buffer_fini (body);
		request_error (request, RPC_INTERNAL_ERROR,
			       "the answer is too large");
		return;
	}
	if (request->progress != NULL)
		progress_flush (request->progress);
	finish (request, body);
}

void
request_answer_empty (struct request *request)
{
	struct buffer body = { 0 };

	result_begin (&body, request);
	result_end (&body, request);
	request_answer (request, &body);
}

static void
count_error (const struct request *request)
{
	if (request->caller.clock != NULL)
		request->caller.clock->n_errors++;
}

/* data may be NULL. */
__attribute__ ((format (printf, 4, 0))) static void
answer_error (struct request *request, int code, const char *data,
	      const char *format, va_list args)
{
	char message[ERROR_TEXT_MAX];
	struct buffer body = { 0 };

	vsnprintf (message, sizeof message, format, args);
	count_error (request);
	rpc_write_error (&body, request->id, code, message, data);
	/* Unless the method knows better. */
	if (is_stateless (request) && request->work != NULL
	    && request->work->status == 200)
		request->work->status = reply_status_of (code);
	finish (request, &body);
}

void
request_error (struct request *request, int code, const char *format, ...)
{
	va_list args;

	va_start (args, format);
	answer_error (request, code, NULL, format, args);
	va_end (args);
}

void
request_error_data (struct request *request, int code, const char *data,
		    const char *format, ...)
{
	va_list args;

	va_start (args, format);
	answer_error (request, code, data, format, args);
	va_end (args);
}

void
request_write_failure (struct buffer *body, const struct request *request,
		       int code, const char *sentence)
{
	if (!(request->method->flags & METHOD_FAILS_AS_RESULT)) {
		rpc_write_error (body, request->id, code, sentence, NULL);
		return;
	}
	result_begin (body, request);
	tools_write_failure (body, sentence);
	result_end (body, request);
}

void
request_fail (struct request *request, int code, const char *sentence)
{
	struct buffer body = { 0 };

	if (!(request->method->flags & METHOD_FAILS_AS_RESULT)) {
		request_error (request, code, "%s", sentence);
		return;
	}
	count_error (request);
	request_write_failure (&body, request, code, sentence);
	finish (request, &body);
}

void
request_leave (struct request *request)
{
	request->work->exchange = NULL;
	finish (request, NULL);
}

struct work *
request_become_task (struct request *request, struct task_record *task)
{
	struct work *work = request->work;

	/* Tasks tell neither progress nor messages (tasks extension). */
	progress_free (request->progress);
	request->progress = NULL;
	request->task = task;
	request->work = NULL;
	work->request = NULL;
	return work;
}

bool
request_keep_uri (struct request *request, const char *uri)
{
	request->uri = strdup (uri);
	if (request->uri != NULL)
		return true;
	request_error (request, RPC_INTERNAL_ERROR, "out of memory");
	return false;
}

bool
request_begin_call (struct request *request)
{
	struct mcp *mcp = request->mcp;
	struct session *session = request->session;

	if (mcp->n_calls >= mcp->options->max_calls
	    || (session != NULL
		&& session->n_calls >= LIMIT_CALLS_PER_SESSION)) {
		request_fail (request, MCP_CODE_BUSY,
			      "too many calls are running; wait until one of "
			      "them has ended, then try again");
		return false;
	}
	request->is_call = true;
	if (request->caller.clock != NULL)
		request->caller.clock->n_calls++;
	if (session != NULL)
		session_add_call (session, request);
	else
		DL_APPEND (mcp->calls, request);
	mcp_call_begun (mcp);
	return true;
}

void
request_cut (struct request *request, enum call_end why, const char *sentence)
{
	if (request->call != NULL)
		call_cancel (request->call, why);
	if (sentence != NULL)
		request_fail (request, MCP_CODE_DRAINING, sentence);
	else
		finish (request, NULL);
}

bool
request_notify (struct request *request, const char *data, size_t size)
{
	if (request->task != NULL)
		return false;
	if (request->work == NULL)
		return session_send (request->session, data, size);
	return work_say (request->work, data, size);
}
