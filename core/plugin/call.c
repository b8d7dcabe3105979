/* A call for whoever asked: started, and over when it is answered, cancelled
 * or too late. What its plugin does meanwhile is in held.c. Loop only. */
#include <config.h>

#include "plugin/call.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "plugin/calls.h"
#include "plugin/plugin.h"
#include "plugin/state.h"

/* --- Ends --- */

static void
refuse (const struct call_ops *ops, void *owner, const char *sentence)
{
	struct call_result result = { .outcome = CALL_FAILED,
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

/* ops are not called any more. */
static void
make_void (struct call *call)
{
	call->ops = NULL;
	atomic_store (&call->is_void, true);
	calls_unwait (call);
	if (pool_remove (&call->plugin->pool, &call->task)) {
		/* The plugin never saw it. */
		call_drop (call);
		release (call);
		return;
	}
	call_tell (call);
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
	refuse (ops, call->owner, err.text);
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
	call->task.run = call_run_task;
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
	if (!call_run (call))
		return false;
	if (call->has_mail) {
		/* Its events are on the way; the end comes after them. */
		call_give_back (call);
		return false;
	}
	call_seal (call);
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
	call_drop (call);
	release (call);
	refuse (ops, owner, err.text);
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
		refuse (ops, owner, "no memory for another call");
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
