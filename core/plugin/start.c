/* Starting calls: from a request to a handler that runs, here or on one of the
 * plugin's threads. */
#include <config.h>

#include <errno.h>
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "plugin/blame.h"
#include "plugin/calls.h"
#include "plugin/isolate.h"
#include "plugin/plugin.h"
#include "plugin/start.h"
#include "plugin/state.h"

/* Copies text, cut at a character's edge; NULL becomes "". */
static void
copy_name (char *to, size_t max, const char *text)
{
	size_t size = text != NULL ? strlen (text) : 0;

	if (size > max)
		size = text_cut (text, size, max);
	if (size > 0)
		memcpy (to, text, size);
	to[size] = '\0';
}

static size_t
size_of (const char *text)
{
	return text != NULL ? strlen (text) : 0;
}

/* What only some calls have. 0 or -ENOMEM. */
static int
prepare_words (struct call *call, const struct call_request *request)
{
	struct mcp_call *pub = &call->handle->pub;
	size_t uri = size_of (request->uri);
	size_t name = size_of (request->argument_name);
	size_t value = size_of (request->argument_value);
	size_t state = request->state != NULL ? request->state_size : 0;
	char *end = malloc (uri + name + value + state + 4);

	if (end == NULL)
		return -ENOMEM;
	call->words = end;
	pub->uri = text_pack (&end, request->uri, uri);
	pub->argument_name = text_pack (&end, request->argument_name, name);
	pub->argument_value = text_pack (&end, request->argument_value, value);
	pub->state = text_pack (&end, request->state, state);
	pub->state_size = state;
	return 0;
}

static void
run_on_thread (struct task *task)
{
	struct call *call =
		(void *) ((char *) task - offsetof (struct call, task));

	if (call_run (call))
		call_give_back (call);
}

/* The time for it. */
static void
prepare_deadline (struct call *call, const struct call_request *request)
{
	const struct calls *calls = call->calls;
	int64_t now_ms = loop_now_ms (calls->loop);
	int64_t due_ms = request->due_ms != 0 ? request->due_ms
					      : now_ms + calls->timeout_ms;
	uint64_t left_ms = due_ms > now_ms ? (uint64_t) (due_ms - now_ms) : 0;

	call->started_ms = now_ms;
	call->due_ms = due_ms;
	call->is_task = request->is_task;
	call->has_no_deadline = request->is_task || request->is_timed_elsewhere;
	call->handle->pub.timeout_ms = request->is_task ? UINT64_MAX : left_ms;
}

static void
prepare_public (struct call *call, const struct call_request *request)
{
	const struct call_asker *asker = request->asker;
	struct plugin *plugin = call->plugin;

	call->handle->pub = (struct mcp_call){
		.size = sizeof (struct mcp_call),
		.host = &plugin->host.table,
		.plugin_state = plugin->state,
		.name = call->target.name,
		.arguments = request->arguments,
		.agent = asker->agent != NULL ? call->agent : NULL,
		.client = asker->client != NULL ? call->client : NULL,
		.authenticated = asker->is_authenticated,
		.kind = request->kind,
		.answers = request->answers,
		.round = request->round,
	};
	if (call->handle->pub.arguments == NULL)
		call->handle->pub.arguments = json_object_new_object ();
}

/* 0 or -ENOMEM. */
static int
prepare (struct call *call, const struct call_request *request)
{
	int r = 0;

	request->snapshot->pins++;
	call->snapshot = request->snapshot;
	target_init (&call->target, request);
	call->plugin = call->target.entry->plugin;
	call->plugin->n_calls++;
	call->mail.deliver = call_on_mail;
	call->task.run = run_on_thread;
	call->can = request->can;
	call->message_level = request->message_level;
	call->last_progress =
		request->round > 0 ? request->progress : -INFINITY;
	copy_name (call->agent, LIMIT_AGENT_NAME_BYTES, request->asker->agent);
	call->phase[0] = '\0';
	copy_name (call->client, LIMIT_CLIENT_NAME_BYTES,
		   request->asker->client);
	prepare_public (call, request);
	prepare_deadline (call, request);
	if (request->kind != MCP_CALL_TOOL || request->state != NULL)
		r = prepare_words (call, request);
	atomic_store (&call->handle->owner, call);
	return call->handle->pub.arguments != NULL ? r : -ENOMEM;
}

/* Runs it here. Returns whether it is over for the agent, too. */
static bool
run_here (struct call *call)
{
	if (!call_run (call))
		return false;
	if (call->has_mail) {
		/* Its events are on the way; the end comes after them. */
		call_give_back (call);
		return false;
	}
	call_seal (call);
	return call_complete (call);
}

/* Hands it to a thread of its plugin. Returns false when that was refused;
 * then the call is gone. */
static bool
run_elsewhere (struct call *call)
{
	int r = pool_submit (&call->plugin->pool, &call->task);
	const struct call_ops *ops = call->ops;
	void *owner = call->owner;
	struct error err;

	if (r == 0)
		return true;
	if (r == -EAGAIN)
		error_set (&err, r,
			   "plugin '%s' is busy: %d calls wait for it already; "
			   "try again later",
			   call->plugin->name, LIMIT_PLUGIN_QUEUE);
	else
		error_set (&err, r, "plugin '%s' got no thread: %s",
			   call->plugin->name, error_name (r));
	call_release (call);
	call_refuse (ops, owner, CALL_FAILED, err.text);
	return false;
}

/* A call for it, or NULL: then it was refused. */
static struct call *
make (const struct call_request *request, const struct call_ops *ops,
      void *owner)
{
	struct call *call = call_new (&request->snapshot->registry->calls);
	int r = call != NULL ? prepare (call, request) : -ENOMEM;

	if (r == 0)
		return call;
	if (call == NULL) {
		json_object_put (request->arguments);
		json_object_put (request->answers);
	} else {
		call_release (call);
	}
	call_refuse (ops, owner, CALL_FAILED, "no memory for another call");
	return NULL;
}

/* Whether it is over for the agent, too. */
static bool
begin (struct call *call)
{
	/* To hand it to another process never blocks. */
	if (call->target.bits & MCP_NEVER_BLOCKS
	    || call->plugin->isolate != NULL)
		return run_here (call);
	return !run_elsewhere (call);
}

void
call_start (const struct call_request *request, const struct call_ops *ops,
	    void *owner, struct call **ret_call)
{
	struct call *call = make (request, ops, owner);

	*ret_call = NULL;
	if (call == NULL)
		return;
	call->ops = ops;
	call->owner = owner;
	if (!isolate_admit (call, request) && begin (call))
		return;
	if (!call->has_no_deadline)
		calls_wait (call);
	*ret_call = call;
}

/* --- Calls that were held back --- */

void
call_admitted (struct call *call)
{
	/* When nobody waits for it any more it does not begin. */
	if (atomic_load (&call->is_void))
		run_here (call);
	else
		begin (call);
}

void
call_not_admitted (struct call *call, const char *sentence)
{
	pthread_mutex_lock (&call->lock);
	call->is_given_back = true;
	call->status = MCP_ERROR;
	result_fail_text (&call->result, sentence, strlen (sentence));
	pthread_mutex_unlock (&call->lock);
	call_give_back (call);
}

void
call_abandon (const struct call_request *request)
{
	struct target target;

	target_init (&target, request);
	target_abandon (&target, request->state, request->state_size);
}
