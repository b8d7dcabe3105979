/* A call's end for whoever asked for it, on the loop: its result, its deadline,
 * or that nobody waits any more. */
#include <config.h>

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>

#include "base/log.h"
#include "plugin/blame.h"
#include "plugin/calls.h"
#include "plugin/plugin.h"
#include "plugin/state.h"

void
call_refuse (const struct call_ops *ops, void *owner, enum call_outcome outcome,
	     const char *sentence)
{
	struct call_result result = { .outcome = outcome,
				      .content = "",
				      .sentence = sentence };

	ops->done (owner, &result);
}

void
call_release (struct call *call)
{
	struct snapshot *snapshot = call->snapshot;

	call_drop_arguments (call);
	call->plugin->n_calls--;
	calls_unwait (call);
	calls_unvoid (call);
	free (call->words);
	call->words = NULL;
	call_free (call);
	snapshot_unpin (snapshot);
}

static void
fill_success (const struct call *call, struct call_result *ret_result)
{
	const struct result *result = &call->result;

	if (result->content.size > 0)
		ret_result->content = result->content.data;
	ret_result->content_size = result->content.size;
	ret_result->content_kinds = result->content_kinds;
	ret_result->total = result->total;
	ret_result->has_more = result->has_more;
	ret_result->description = call->target.description;
	if (call->target.kind == MCP_CALL_METHOD) {
		ret_result->structured = "{}";
		ret_result->structured_size = 2;
	}
	if (result->has_structured) {
		ret_result->structured = result->text.data;
		ret_result->structured_size = result->text.size;
	}
	if (result->meta.size > 0) {
		ret_result->meta = result->meta.data;
		ret_result->meta_size = result->meta.size;
	}
}

static bool
is_due_moved (const struct call *call)
{
	return call->due_ms
	       != call->started_ms + (int64_t) call->handle->pub.timeout_ms;
}

static const struct call_request *
fill_again (struct call *call, struct call_request *ret_again)
{
	const struct mcp_call *pub = &call->handle->pub;
	const struct entry *entry = call->target.entry;

	*ret_again = (struct call_request){ .snapshot = call->snapshot,
					    .kind = call->target.kind,
					    .tool = call->target.tool,
					    .arguments = pub->arguments,
					    .uri = pub->uri,
					    .round = pub->round,
					    .due_ms = call->due_ms,
					    .has_own_due = is_due_moved (call),
					    .is_task = call->has_no_deadline,
					    .progress = call->last_progress };
	if (entry->kind == ENTRY_PROMPT)
		ret_again->prompt = (const struct prompt *) entry;
	else if (call->target.tool == NULL)
		ret_again->resource = (const struct resource *) entry;
	return ret_again;
}

static void
fill_asking (const struct asking *asking, struct call_result *ret_result)
{
	ret_result->asks = asking->asks;
	ret_result->n_asks = asking->n;
	ret_result->state = asking->state;
	ret_result->state_size = asking->state_size;
}

static void
fill_result (struct call *call, struct call_request *again,
	     struct call_result *ret_result)
{
	struct result *result = &call->result;

	*ret_result = (struct call_result){ .outcome = result->outcome,
					    .content = "",
					    .total = MCP_TOTAL_UNKNOWN,
					    .sentence = result->why,
					    .is_own = result->why
						      == result->sentence.data,
					    .is_lost = call->is_lost };
	if (result->outcome != CALL_OK && result->outcome != CALL_ASKING)
		return;
	if (result->outcome == CALL_OK) {
		fill_success (call, ret_result);
	} else {
		fill_asking (result->asking, ret_result);
		ret_result->again = fill_again (call, again);
	}
}

/* It asked, but nobody listens any more. */
static void
abandon (const struct call *call)
{
	const struct asking *asking = call->result.asking;

	if (asking != NULL)
		target_abandon (&call->target, asking->state,
				asking->state_size);
}

/* Tells who waits, and releases it. */
static void
conclude (struct call *call)
{
	const struct call_ops *ops = call->ops;
	struct call_request again;
	struct call_result result;

	call->ops = NULL;
	if (ops != NULL) {
		fill_result (call, &again, &result);
		ops->done (call->owner, &result);
	}
	if (call->status == MCP_ASK && atomic_load (&call->is_void))
		abandon (call);
	call_release (call);
}

/* --- Until what it recorded is kept --- */

/* What it did is lost, though it was told otherwise. */
static void
fail_unkept (struct call *call, int result)
{
	struct journal *journal = call->calls->registry->journal;
	const char *trouble = journal_trouble (journal);
	enum call_outcome outcome = call->result.outcome;
	struct error err;

	error_set (&err, result,
		   "what %s '%s' recorded could not be kept: %s; try again "
		   "later",
		   target_noun (&call->target), target_name (&call->target),
		   trouble != NULL ? trouble : error_name (result));
	log_error ("%s", err.text);
	call->is_lost = true;
	/* One that failed says why already. */
	if (outcome != CALL_OK && outcome != CALL_ASKING)
		return;
	if (outcome == CALL_ASKING)
		abandon (call);
	call->result.fault = err;
	call->result.outcome = CALL_FAILED;
	call->result.why = call->result.fault.text;
}

static void
kept (struct journal_wait *wait, int result)
{
	struct call *call =
		(void *) ((char *) wait - offsetof (struct call, wait));

	call->is_over = false;
	if (result < 0)
		fail_unkept (call, result);
	conclude (call);
}

/* What is recorded for it with what it recorded itself. */
static void
tell_over (struct call *call)
{
	const struct call_ops *ops = call->ops;
	struct call_request again;
	struct call_result result;

	if (ops == NULL || ops->over == NULL)
		return;
	fill_result (call, &again, &result);
	call_note_ticket (call, ops->over (call->owner, &result));
}

bool
call_complete (struct call *call)
{
	struct journal *journal = call->calls->registry->journal;

	tell_over (call);
	call->wait.ticket = call->ticket;
	call->wait.done = kept;
	if (call->ops != NULL && call->ticket > 0
	    && !journal_wait (journal, &call->wait)) {
		call->is_over = true;
		return false;
	}
	conclude (call);
	return true;
}

/* Nobody waits for that any more. */
static void
let_be (struct call *call)
{
	journal_unwait (call->calls->registry->journal, &call->wait);
	call->is_over = false;
	conclude (call);
}

void
call_on_mail (struct mail *mail)
{
	call_complete ((void *) ((char *) mail - offsetof (struct call, mail)));
}

/* Tells a plugin that holds the call that nobody waits for it. */
static void
tell_plugin (struct call *call)
{
	void (*cancel) (struct mcp_call *) = call->target.cancel;
	struct blame outer;
	bool is_held;

	if (cancel == NULL)
		return;
	pthread_mutex_lock (&call->lock);
	is_held = call->is_begun && !call->is_given_back;
	call->is_cancelling = is_held;
	pthread_mutex_unlock (&call->lock);
	if (!is_held)
		return;
	outer = blame_begin (call->plugin->name, call->target.name);
	cancel (&call->handle->pub);
	blame_end (outer);
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
	if (call->is_over) {
		let_be (call);
	} else if (pool_remove (&call->plugin->pool, &call->task)) {
		call_release (call); /* The plugin never saw it. */
	} else {
		calls_void (call);
		tell_plugin (call);
	}
}

void
call_revoke (struct call *call)
{
	atomic_store (&call->is_void, true);
	if (pool_remove (&call->plugin->pool, &call->task))
		conclude (call);
	else
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

	log_debug ("call of %s '%s': %s", target_noun (&call->target),
		   target_name (&call->target), reasons[why]);
	make_void (call);
}

void
call_expire (struct call *call)
{
	const struct call_ops *ops = call->ops;
	struct error err;

	error_set (&err, -ETIMEDOUT,
		   call->is_over
			   ? "what %s '%s' recorded was not kept within %g s; "
			     "it may be later"
			   : "%s '%s' did not answer within %g s; its work was "
			     "cancelled, ask for less or try again later",
		   target_noun (&call->target), target_name (&call->target),
		   (double) (call->due_ms - call->started_ms) / 1000);
	call->ops = NULL;
	call_refuse (ops, call->owner, CALL_FAILED, err.text);
	make_void (call);
}

int
registry_calls_owed (struct registry *registry)
{
	return registry->calls.n_owed;
}
