/* Assembles the protocol's parts: their beginning, and the order in which
 * they stop. */
#include "mcp/mcp.h"

#include <stdlib.h>

#include "base/random.h"
#include "mcp/asking.h"
#include "mcp/changes.h"
#include "mcp/ended.h"
#include "mcp/idempotency.h"
#include "mcp/identity.h"
#include "mcp/listen.h"
#include "mcp/progress.h"
#include "mcp/rate.h"
#include "mcp/request.h"
#include "mcp/task_store.h"
#include "mcp/tasks.h"
#include "mcp/wishes.h"

static void
release (struct mcp *mcp)
{
	seal_key_wipe (&mcp->seal);
	ended_free (mcp);
	wishes_free (mcp);
	idempotency_free (mcp);
	agents_free (mcp->agents);
	rate_free (mcp->rate);
	free (mcp->server_info);
	free (mcp);
}

struct mcp *
mcp_new (struct loop *loop, struct registry *registry,
	 const struct mcp_options *options)
{
	struct mcp *mcp = calloc (1, sizeof *mcp);

	if (mcp == NULL)
		return NULL;
	seal_key_make (&mcp->seal);
	mcp->server_info = identity_compose (options);
	mcp->agents = agents_new (mcp);
	if (options->rate > 0)
		mcp->rate = rate_new (options->rate, options->burst);
	if (mcp->server_info == NULL || mcp->agents == NULL
	    || (options->rate > 0 && mcp->rate == NULL)) {
		release (mcp);
		return NULL;
	}
	if (options->seal_key)
		memcpy (mcp->seal.bytes, options->seal_key, SEAL_KEY_BYTES);
	mcp->loop = loop;
	mcp->registry = registry;
	mcp->options = options;
	mcp->beat_ms = INT64_MAX;
	uv_timer_init (&loop->uv, &mcp->sweep);
	uv_timer_init (&loop->uv, &mcp->beat);
	trim_init (&mcp->trim, loop);
	uv_timer_init (&loop->uv, &mcp->expiry);
	uv_timer_init (&loop->uv, &mcp->rewrite);
	mcp->sweep.data = mcp->beat.data = mcp->expiry.data = mcp;
	mcp->rewrite.data = mcp;
	mcp->trim.timer.data = mcp;
	agent_clocks_init (mcp);
	mcp->n_timers = 6;
	random_hex (mcp->boot, BACKLOG_BOOT_BYTES);
	ended_load (mcp);
	wishes_load (mcp);
	idempotency_load (mcp);
	changes_begin (mcp);
	task_store_load (mcp);
	return mcp;
}

static void
timer_closed (uv_handle_t *timer)
{
	struct mcp *mcp = timer->data;

	if (--mcp->n_timers > 0)
		return;
	release (mcp);
}

void
mcp_free (struct mcp *mcp)
{
	if (mcp == NULL)
		return;
	changes_end (mcp);
	agent_clocks_fini (mcp);
	tasks_free (mcp);
	uv_close ((uv_handle_t *) &mcp->sweep, timer_closed);
	uv_close ((uv_handle_t *) &mcp->trim.timer, timer_closed);
	uv_close ((uv_handle_t *) &mcp->beat, timer_closed);
	uv_close ((uv_handle_t *) &mcp->expiry, timer_closed);
	uv_close ((uv_handle_t *) &mcp->rewrite, timer_closed);
	uv_close ((uv_handle_t *) &mcp->clocks.timer, timer_closed);
}

struct agents *
mcp_agents (struct mcp *mcp)
{
	return mcp->agents;
}

size_t
mcp_running (const struct mcp *mcp)
{
	return mcp->n_calls;
}

bool
mcp_is_draining (const struct mcp *mcp)
{
	return mcp->is_draining;
}

static void
tell_drained (struct mcp *mcp)
{
	void (*drained) (void *arg) = mcp->drained;

	if (drained == NULL || mcp->n_calls > 0)
		return;
	mcp->drained = NULL;
	drained (mcp->drained_arg);
}

void
mcp_call_begun (struct mcp *mcp)
{
	mcp->n_calls++;
}

void
mcp_call_ended (struct mcp *mcp)
{
	mcp->n_calls--;
	tell_drained (mcp);
}

void
mcp_drain (struct mcp *mcp, void (*idle) (void *arg), void *arg)
{
	mcp->is_draining = true;
	registry_notice (mcp->registry, MCP_NOTICE_DRAINING, NULL);
	listen_end_all (mcp);
	asking_end_all (mcp);
	/* Not before: its call may end everything. */
	mcp->drained = idle;
	mcp->drained_arg = arg;
	tell_drained (mcp);
}

size_t
mcp_stop (struct mcp *mcp)
{
	static const char stopped[] =
		"the server stopped before the call ended";
	struct session *session, *next;
	size_t n_cut = 0;

	mcp->is_draining = true;
	mcp->drained = NULL;
	listen_end_all (mcp);
	for (; mcp->calls != NULL; n_cut++)
		request_cut (mcp->calls, CALL_END_SHUTDOWN, stopped);
	HASH_ITER (hh, mcp->sessions, session, next)
		n_cut += session_end (session, CALL_END_SHUTDOWN, stopped);
	return n_cut;
}
