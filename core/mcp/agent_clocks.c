/* Finds clocks by name, looks at what their agents have open, and sets the
 * timer. */
#include "mcp/agent_clocks.h"

#include <stdlib.h>
#include <string.h>

#include <utlist.h>

#include "base/text.h"
#include "mcp/agent_news.h"
#include "mcp/listen.h"
#include "mcp/request.h"

/* --- What they have open --- */

/* Whether the name that it went by has become that of an agent with a
 * credential. */
static bool
is_anothers (const struct caller *caller)
{
	const struct agent_clock *clock = caller->clock;

	return clock != NULL && clock->agent != NULL
	       && clock->agent != caller->agent;
}

static void
note (const struct caller *caller, unsigned life)
{
	if (caller->clock != NULL && !is_anothers (caller))
		caller->clock->life |= life;
}

static void
look_at_session (const struct session *session)
{
	unsigned life = AGENT_HAS_SESSION;
	struct request *request;

	if (session->channel != NULL)
		life |= AGENT_HAS_STREAM;
	if (session->calls != NULL)
		life |= AGENT_HAS_CALL;
	note (&session->caller, life);
	/* Those from before the session went by another name. */
	DL_FOREACH (session->calls, request)
		note (&request->caller, AGENT_HAS_CALL);
}

/* Whoever points to a clock is found here. */
static void
look (struct mcp *mcp)
{
	struct agent_clock *clock, *next;
	struct session *session, *next_session;
	struct request *request;

	HASH_ITER (hh, mcp->clocks.by_name, clock, next)
		clock->life = 0;
	HASH_ITER (hh, mcp->sessions, session, next_session)
		look_at_session (session);
	DL_FOREACH (mcp->calls, request)
		note (&request->caller, AGENT_HAS_CALL);
	listen_look (mcp);
}

/* --- The timer --- */

static void go_on (uv_timer_t *timer);

/* Looks again when the limit has passed from now on, if not before. */
static void
arm (struct mcp *mcp, int64_t limit_ms)
{
	struct agent_clocks *clocks = &mcp->clocks;
	int64_t due_ms = loop_now_ms (mcp->loop) + limit_ms;

	if (limit_ms == 0 || due_ms >= clocks->due_ms)
		return;
	clocks->due_ms = due_ms;
	uv_timer_start (&clocks->timer, go_on, (uint64_t) limit_ms, 0);
}

static void
forget (struct mcp *mcp, struct agent_clock *clock)
{
	HASH_DELETE (hh, mcp->clocks.by_name, clock);
	if (clock->agent == NULL)
		mcp->clocks.n_strangers--;
	free (clock);
}

/* What only stood in for other names goes without a word. */
static bool
is_vain (const struct agent_clock *clock, unsigned news)
{
	return (news & AGENT_DISCONNECTED) && clock->is_known_otherwise
	       && clock->agent == NULL && clock->life == 0;
}

static void
check (struct mcp *mcp, struct agent_clock *clock, int64_t now_ms,
       int64_t *due_ms)
{
	int64_t next_ms;
	unsigned news = agent_clock_check (clock, &mcp->options->agent_limits,
					   now_ms, &next_ms);

	if (news == 0) {
		if (next_ms < *due_ms)
			*due_ms = next_ms;
		return;
	}
	if (is_vain (clock, news)) {
		forget (mcp, clock);
		return;
	}
	agent_news_tell (mcp, clock, news);
	check (mcp, clock, now_ms, due_ms);
}

static void
go_on (uv_timer_t *timer)
{
	struct mcp *mcp = timer->data;
	struct agent_clock *clock, *next;
	int64_t now_ms = loop_now_ms (mcp->loop), due_ms = INT64_MAX;

	mcp->clocks.due_ms = INT64_MAX;
	look (mcp);
	HASH_ITER (hh, mcp->clocks.by_name, clock, next)
		check (mcp, clock, now_ms, &due_ms);
	if (due_ms == INT64_MAX)
		return;
	if (due_ms < now_ms + LIMIT_AGENT_LOOK_MS)
		due_ms = now_ms + LIMIT_AGENT_LOOK_MS;
	arm (mcp, due_ms - now_ms);
}

/* --- Their life --- */

void
agent_clocks_init (struct mcp *mcp)
{
	uv_timer_init (&mcp->loop->uv, &mcp->clocks.timer);
	mcp->clocks.timer.data = mcp;
	mcp->clocks.due_ms = INT64_MAX;
}

void
agent_clocks_fini (struct mcp *mcp)
{
	struct agent_clock *clock, *next;

	HASH_ITER (hh, mcp->clocks.by_name, clock, next)
		forget (mcp, clock);
}

struct agent_clock *
agent_clocks_find (const struct mcp *mcp, const char *name)
{
	struct agent_clock *clock;

	HASH_FIND_STR (mcp->clocks.by_name, name, clock);
	return clock;
}

/* Of those without a token the one that was silent longest goes, if it has
 * nothing open. */
static bool
make_room (struct mcp *mcp)
{
	struct agent_clock *clock, *next, *oldest = NULL;

	if (mcp->clocks.n_strangers < LIMIT_AGENT_CLOCKS)
		return true;
	look (mcp);
	HASH_ITER (hh, mcp->clocks.by_name, clock, next)
		if (clock->agent == NULL && clock->life == 0
		    && (oldest == NULL
			|| agent_clock_last_ms (clock)
				   < agent_clock_last_ms (oldest)))
			oldest = clock;
	if (oldest == NULL)
		return false;
	forget (mcp, oldest);
	return true;
}

static struct agent_clock *
make (struct mcp *mcp, const char *name)
{
	size_t size = text_cut (name, strlen (name), LIMIT_AGENT_NAME_BYTES);
	struct agent_clock *clock = calloc (1, sizeof *clock + size + 1);

	if (clock == NULL)
		return NULL;
	memcpy (clock->name, name, size);
	agent_clock_init (clock);
	HASH_ADD_STR (mcp->clocks.by_name, name, clock);
	if (clock->hh.tbl != NULL)
		return clock;
	free (clock);
	return NULL;
}

/* The clock of whoever goes by that name; NULL: there is no room. */
static struct agent_clock *
require (struct mcp *mcp, const char *name)
{
	struct agent_clock *clock = agent_clocks_find (mcp, name);

	if (clock != NULL || !make_room (mcp))
		return clock;
	clock = make (mcp, name);
	if (clock != NULL)
		mcp->clocks.n_strangers++;
	return clock;
}

struct agent_clock *
agent_clocks_add (struct mcp *mcp, struct agent *agent)
{
	struct agent_clock *clock = agent_clocks_find (mcp, agent->name);

	if (clock == NULL)
		clock = make (mcp, agent->name);
	else if (clock->agent == NULL)
		mcp->clocks.n_strangers--;
	if (clock != NULL)
		clock->agent = agent;
	return clock;
}

/* --- What happens --- */

void
agent_clocks_expect (struct mcp *mcp, struct agent_clock *clock)
{
	agent_clock_expect (clock, loop_now_ms (mcp->loop));
	arm (mcp, mcp->options->agent_limits.missing_ms);
}

static struct agent_clock *
clock_of (struct mcp *mcp, const struct caller *caller)
{
	const char *name = caller_agent (caller);

	if (name == NULL)
		name = caller_client (mcp, caller);
	return name != NULL && name[0] != '\0' ? require (mcp, name) : NULL;
}

void
agent_clocks_heard (struct mcp *mcp, struct caller *caller,
		    enum transport transport)
{
	const struct agent_limits *limits = &mcp->options->agent_limits;
	unsigned news;

	if (caller->clock == NULL || is_anothers (caller))
		caller->clock = clock_of (mcp, caller);
	if (caller->clock == NULL)
		return;
	news = agent_clock_heard (caller->clock, loop_now_ms (mcp->loop));
	if (news == 0)
		return;
	if (news & AGENT_CONNECTED)
		agent_news_connected (mcp, caller->clock, caller, transport);
	agent_news_tell (mcp, caller->clock, news & ~AGENT_CONNECTED);
	arm (mcp, agent_clock_stale_ms (caller->clock, limits));
	arm (mcp, limits->disconnected_ms);
}

/* Who only gave its program's name until now gives another one. */
static void
known_otherwise (struct agent_clock *before)
{
	if (before != NULL && before->agent == NULL && !before->has_reported)
		before->is_known_otherwise = true;
}

static void
report (struct mcp *mcp, struct agent_clock *clock, const char *phase)
{
	bool is_new = strcmp (clock->phase, phase) != 0;
	unsigned news =
		agent_clock_reported (clock, phase, loop_now_ms (mcp->loop));

	if (news != 0)
		agent_news_tell (mcp, clock, news);
	if (news != 0 || is_new)
		arm (mcp,
		     agent_clock_stale_ms (clock, &mcp->options->agent_limits));
}

struct agent_clock *
agent_clocks_reported (struct mcp *mcp, const struct caller *caller,
		       enum transport transport, const char *name,
		       const char *phase)
{
	struct agent_clock *before = caller->clock;
	struct caller named = *caller;

	if (before == NULL || strcmp (before->name, name) != 0)
		named.clock = require (mcp, name);
	if (named.clock == NULL)
		return before;
	if (named.clock != before) {
		known_otherwise (before);
		/* It may give up a name that has just become another's. */
		agent_clocks_heard (mcp, &named, transport);
		if (named.clock == NULL)
			return before;
	}
	report (mcp, named.clock, phase);
	return named.clock;
}

void
agent_clocks_reported_late (struct mcp *mcp, const char *name,
			    const char *phase)
{
	struct agent_clock *clock = agent_clocks_find (mcp, name);

	if (clock != NULL)
		report (mcp, clock, phase);
}

void
agent_clocks_rested (struct mcp *mcp, struct agent_clock *clock)
{
	if (clock == NULL)
		return;
	clock->life_ms = loop_now_ms (mcp->loop);
	arm (mcp, mcp->options->agent_limits.disconnected_ms);
}

void
agent_clocks_left (struct mcp *mcp, struct agent_clock *clock)
{
	if (clock == NULL)
		return;
	clock->life_ms = loop_now_ms (mcp->loop);
	clock->has_left = true;
	arm (mcp, mcp->options->agent_limits.left_ms);
}

void
agent_clocks_over (struct mcp *mcp, struct agent_clock *clock,
		   const char *reason, const char *more)
{
	if (agent_clock_over (clock) & AGENT_DISCONNECTED)
		agent_news_disconnected (mcp, clock, reason, more);
}
