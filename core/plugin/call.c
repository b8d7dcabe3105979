/* A call's end for the plugin: when it gives the call back, on any thread. */
#include <config.h>

#include "plugin/call.h"

#include "base/log.h"
#include "plugin/blame.h"
#include "plugin/calls.h"
#include "plugin/foreign.h"
#include "plugin/plugin.h"
#include "plugin/state.h"

/* What the plugin holds may be so old that nothing is left of it. */
static void
log_misuse (struct mcp_call *pub, const char *function)
{
	const struct host *host = (const struct host *) pub->host;

	log_misbehaving (host != NULL ? host->plugin->name : "?",
			 "%s was called for a call that was given back before",
			 function);
}

struct call *
call_enter (struct mcp_call *pub, const char *function)
{
	struct handle *handle = (struct handle *) pub;
	struct call *call = atomic_load (&handle->owner);

	if (call != NULL) {
		pthread_mutex_lock (&call->lock);
		if (call->handle == handle && !call->is_given_back)
			return call;
		pthread_mutex_unlock (&call->lock);
	}
	log_misuse (pub, function);
	return NULL;
}

void
call_leave (struct call *call)
{
	pthread_mutex_unlock (&call->lock);
}

void
call_drop_arguments (struct call *call)
{
	struct mcp_call *pub = &call->handle->pub;

	foreign_take_back (call);
	json_object_put (pub->arguments);
	json_object_put (pub->answers);
	pub->arguments = pub->answers = NULL;
}

void
call_seal (struct call *call)
{
	if (!atomic_load (&call->is_void))
		result_seal (&call->result, &call->target, call->status);
	/* Who asks gets them for the call that goes on. */
	if (call->result.outcome != CALL_ASKING)
		call_drop_arguments (call);
}

void
call_give_back (struct call *call)
{
	call_seal (call);
	loop_post (call->calls->loop, &call->mail);
}

/* A running cancel may look at the call. It never waits for other threads, so
 * this is short; inside of it, on the loop, there is nothing to wait for. */
static void
wait_for_cancel (struct call *call)
{
	while (call->is_cancelling && !loop_is_here (call->calls->loop))
		pthread_cond_wait (&call->cancel_over, &call->lock);
}

/* The call, when it is over for the plugin and to be sealed; else NULL. */
static struct call *
finish (struct mcp_call *pub, int status)
{
	struct call *call = call_enter (pub, "finish");
	bool is_over;

	if (call == NULL)
		return NULL;
	wait_for_cancel (call);
	if (call->handle != (struct handle *) pub || call->is_given_back) {
		/* Somebody else finished it while we waited. */
		call_leave (call);
		log_misuse (pub, "finish");
		return NULL;
	}
	call->is_given_back = true;
	call->status = status;
	is_over = !call->is_in_handler;
	call_leave (call);
	/* A handler that still runs may still look at the call. */
	return is_over ? call : NULL;
}

void
call_finish (struct mcp_call *pub, int status)
{
	struct call *call = finish (pub, status);

	if (call != NULL)
		call_give_back (call);
}

void
call_finish_soon (struct mcp_call *pub, int status)
{
	struct call *call = finish (pub, status);

	if (call == NULL)
		return;
	if (call->has_mail || !loop_is_here (call->calls->loop)) {
		call_give_back (call);
		return;
	}
	call_seal (call);
	call_complete (call);
}

/* Whether the handler should run; otherwise the call is over. */
static bool
begin (struct call *call)
{
	bool is_wanted;

	pthread_mutex_lock (&call->lock);
	is_wanted = !atomic_load (&call->is_void);
	call->is_begun = call->is_in_handler = is_wanted;
	call->is_given_back = !is_wanted;
	pthread_mutex_unlock (&call->lock);
	return is_wanted;
}

/* Notes that the handler returned. Whether the call is over. */
static bool
end (struct call *call, int status)
{
	bool is_over, is_twice;

	pthread_mutex_lock (&call->lock);
	wait_for_cancel (call);
	is_twice = call->is_given_back && status != MCP_PENDING;
	call->is_in_handler = false;
	if (!call->is_given_back && status != MCP_PENDING) {
		call->is_given_back = true;
		call->status = status;
	}
	is_over = call->is_given_back;
	pthread_mutex_unlock (&call->lock);
	if (is_twice)
		log_misbehaving (call->plugin->name,
				 "%s '%s' finished a call and then returned "
				 "%d instead of MCP_PENDING",
				 target_noun (&call->target),
				 target_name (&call->target), status);
	return is_over;
}

bool
call_run (struct call *call)
{
	struct blame outer;
	int status;

	if (!begin (call))
		return true;
	if (call->plugin->foreign != NULL)
		foreign_lend (call);
	outer = blame_begin (call->plugin->name, call->target.name);
	status = call->target.handle (&call->handle->pub);
	blame_end (outer);
	registry_guard (call->calls->registry, call->plugin->name,
			call->target.name);
	return end (call, status);
}
