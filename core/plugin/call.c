/* A call's two ends. For the agent it ends when it is answered, on the loop;
 * for the plugin when it is given back, on any thread. */
#include <config.h>

#include "plugin/call.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "plugin/calls.h"
#include "plugin/plugin.h"
#include "plugin/state.h"

/* --- The plugin's end --- */

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

static void
drop_arguments (struct call *call)
{
	struct mcp_call *pub = &call->handle->pub;

	json_object_put (pub->arguments);
	pub->arguments = NULL;
}

/* Nobody but us has the call any more, until the loop gets it. */
static void
seal (struct call *call)
{
	if (!atomic_load (&call->is_void))
		result_seal (&call->result, call->tool, call->status);
	drop_arguments (call);
}

static void
give_back (struct call *call)
{
	seal (call);
	loop_post (call->calls->loop, &call->mail);
}

void
call_finish (struct mcp_call *pub, int status)
{
	struct call *call = call_enter (pub, "finish");
	bool is_over;

	if (call == NULL)
		return;
	while (call->is_cancelling && !loop_is_here (call->calls->loop))
		pthread_cond_wait (&call->cancel_over, &call->lock);
	if (&call->handle->pub != pub || call->is_given_back) {
		/* Somebody else finished it while we waited. */
		call_leave (call);
		log_misuse (pub, "finish");
		return;
	}
	call->is_given_back = true;
	call->status = status;
	is_over = !call->is_in_handler;
	call_leave (call);
	/* A handler that still runs may still look at the call. */
	if (is_over)
		give_back (call);
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
				 "tool '%s' finished a call and then returned "
				 "%d instead of MCP_PENDING",
				 call->tool->row.name, status);
	return is_over;
}

/* Whether the call is over. */
static bool
run (struct call *call)
{
	if (!begin (call))
		return true;
	return end (call, call->tool->row.handle (&call->handle->pub));
}

static void
run_on_thread (struct task *task)
{
	struct call *call =
		(void *) ((char *) task - offsetof (struct call, task));

	if (run (call))
		give_back (call);
}

/* --- The agent's end --- */

static void
refuse (const struct call_ops *ops, void *owner, enum call_outcome outcome,
	const char *sentence)
{
	struct call_result result = { .outcome = outcome,
				      .content = "",
				      .sentence = sentence };

	ops->done (owner, &result);
}

static void
release (struct call *call)
{
	struct snapshot *snapshot = call->snapshot;

	call->plugin->n_calls--;
	calls_unwait (call);
	call_free (call);
	snapshot_unpin (snapshot);
}

static void
fill_result (struct call *call, struct call_result *ret_result)
{
	struct result *result = &call->result;

	*ret_result = (struct call_result){ .outcome = result->outcome,
					    .content = "",
					    .sentence = result->why };
	if (result->outcome != CALL_OK)
		return;
	if (call->unrecorded.text[0] != '\0') {
		ret_result->outcome = CALL_FAILED;
		ret_result->sentence = call->unrecorded.text;
		return;
	}
	if (result->content.size > 0)
		ret_result->content = result->content.data;
	ret_result->content_size = result->content.size;
	if (result->has_structured) {
		ret_result->structured = result->text.data;
		ret_result->structured_size = result->text.size;
	}
}

/* The plugin is through with it. */
static void
complete (struct call *call)
{
	const struct call_ops *ops = call->ops;
	struct call_result result;

	call->ops = NULL;
	if (ops != NULL) {
		fill_result (call, &result);
		ops->done (call->owner, &result);
	}
	release (call);
}

static void
on_mail (struct mail *mail)
{
	complete ((void *) ((char *) mail - offsetof (struct call, mail)));
}

/* Tells a plugin that holds the call that nobody waits for it. */
static void
tell_plugin (struct call *call)
{
	void (*cancel) (struct mcp_call *) = call->tool->row.cancel;
	bool is_held;

	if (cancel == NULL)
		return;
	pthread_mutex_lock (&call->lock);
	is_held = call->is_begun && !call->is_given_back;
	call->is_cancelling = is_held;
	pthread_mutex_unlock (&call->lock);
	if (!is_held)
		return;
	cancel (&call->handle->pub);
	pthread_mutex_lock (&call->lock);
	call->is_cancelling = false;
	pthread_cond_broadcast (&call->cancel_over);
	pthread_mutex_unlock (&call->lock);
}

/* ops are not called any more. */
static void
make_void (struct call *call)
{
	call->ops = NULL;
	atomic_store (&call->is_void, true);
	calls_unwait (call);
	if (pool_remove (&call->plugin->pool, &call->task)) {
		/* The plugin never saw it. */
		drop_arguments (call);
		release (call);
		return;
	}
	tell_plugin (call);
}

void
call_cancel (struct call *call, enum call_end why)
{
	static const char *const reasons[] = {
		[CALL_END_CANCELLED] = "cancelled",
		[CALL_END_LEFT] = "the client has left",
		[CALL_END_SHUTDOWN] = "the server stops",
	};

	log_debug ("call of tool '%s': %s", call->tool->row.name, reasons[why]);
	make_void (call);
}

void
call_expire (struct call *call)
{
	const struct call_ops *ops = call->ops;
	struct error err;

	error_set (&err, -ETIMEDOUT,
		   "tool '%s' did not answer within %g s; its work was "
		   "cancelled, ask for less or try again later",
		   call->tool->row.name,
		   (double) call->calls->timeout_ms / 1000);
	call->ops = NULL;
	refuse (ops, call->owner, CALL_FAILED, err.text);
	make_void (call);
}

int
registry_calls_owed (struct registry *registry)
{
	return registry->calls.n_owed;
}

/* --- Start --- */

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

static void
prepare (struct call *call, struct snapshot *snapshot, const struct tool *tool,
	 struct json_object *arguments, const struct call_asker *asker)
{
	struct handle *handle = call->handle;

	snapshot->pins++;
	call->snapshot = snapshot;
	call->tool = tool;
	call->plugin = tool->plugin;
	call->plugin->n_calls++;
	call->mail.deliver = on_mail;
	call->task.run = run_on_thread;
	copy_name (call->agent, LIMIT_AGENT_NAME_BYTES, asker->agent);
	copy_name (call->client, LIMIT_CLIENT_NAME_BYTES, asker->client);
	handle->pub = (struct mcp_call){
		.size = sizeof (handle->pub),
		.host = &tool->plugin->host.table,
		.plugin_state = tool->plugin->state,
		.name = tool->row.name,
		.arguments = arguments,
		.agent = asker->agent != NULL ? call->agent : NULL,
		.client = asker->client != NULL ? call->client : NULL,
		.timeout_ms = (uint64_t) call->calls->timeout_ms,
		.authenticated = asker->is_authenticated,
	};
	atomic_store (&handle->owner, call);
}

/* Runs it here. Returns whether it is over for the agent, too. */
static bool
run_here (struct call *call)
{
	if (!run (call))
		return false;
	if (call->has_mail) {
		/* Its events are on the way; the end comes after them. */
		give_back (call);
		return false;
	}
	seal (call);
	complete (call);
	return true;
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
	drop_arguments (call);
	release (call);
	refuse (ops, owner, CALL_FAILED, err.text);
	return false;
}

void
call_start (struct snapshot *snapshot, const struct tool *tool,
	    struct json_object *arguments, const struct call_asker *asker,
	    const struct call_ops *ops, void *owner, struct call **ret_call)
{
	struct call *call = call_new (&snapshot->registry->calls);

	*ret_call = NULL;
	if (call == NULL) {
		json_object_put (arguments);
		refuse (ops, owner, CALL_FAILED, "no memory for another call");
		return;
	}
	prepare (call, snapshot, tool, arguments, asker);
	call->ops = ops;
	call->owner = owner;
	if (tool->row.bits & MCP_NEVER_BLOCKS ? run_here (call)
					      : !run_elsewhere (call))
		return;
	calls_wait (call);
	*ret_call = call;
}
