/* Idle sessions, the longest idle first; one timer unloads them when their
 * time is up. Knows nothing of messages. */
#include "mcp/idle.h"

#include <utlist.h>

#include "base/log.h"

static void sweep (uv_timer_t *timer);

/* Sessions that move to the end of the list leave the timer as it is: it
 * finds nothing to do, and is set anew. */
static void
arm (struct mcp *mcp)
{
	int64_t wait_ms;

	if (mcp->idle == NULL || uv_is_active ((uv_handle_t *) &mcp->sweep))
		return;
	wait_ms = mcp->idle->idle_ms + mcp->options->session_idle_ms
		  - loop_now_ms (mcp->loop);
	uv_timer_start (&mcp->sweep, sweep, wait_ms > 0 ? wait_ms : 0, 0);
}

static void
sweep (uv_timer_t *timer)
{
	struct mcp *mcp = timer->data;
	int64_t oldest_ms =
		loop_now_ms (mcp->loop) - mcp->options->session_idle_ms;

	while (mcp->idle != NULL && mcp->idle->idle_ms <= oldest_ms) {
		log_debug ("session %.8s: unloaded, idle too long",
			   mcp->idle->key);
		session_end (mcp->idle, CALL_END_LEFT, NULL);
	}
	arm (mcp);
}

void
idle_remove (struct session *session)
{
	if (session->is_idle)
		DL_DELETE (session->mcp->idle, session);
	session->is_idle = false;
}

void
idle_update (struct session *session)
{
	struct mcp *mcp = session->mcp;

	idle_remove (session);
	if (session->channel != NULL || session->calls != NULL
	    || session->is_ending)
		return;
	session->is_idle = true;
	session->idle_ms = loop_now_ms (mcp->loop);
	DL_APPEND (mcp->idle, session);
	arm (mcp);
}

bool
idle_make_room (struct mcp *mcp)
{
	if (mcp->idle == NULL)
		return false;
	log_notice ("session %.8s: unloaded to make room for another; "
		    "--max-sessions is %zu",
		    mcp->idle->key, mcp->options->max_sessions);
	session_end (mcp->idle, CALL_END_LEFT, NULL);
	return true;
}
