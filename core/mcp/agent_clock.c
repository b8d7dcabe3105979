/* What follows from what was heard of an agent, and from silence. */
#include "mcp/agent_clock.h"

#include <string.h>

void
agent_clock_init (struct agent_clock *clock)
{
	clock->expected_ms = AGENT_NEVER;
	clock->connected_ms = AGENT_NEVER;
	clock->request_ms = AGENT_NEVER;
	clock->report_ms = AGENT_NEVER;
	clock->life_ms = AGENT_NEVER;
	clock->patience_ms = AGENT_NEVER;
	clock->away_since_ms = AGENT_NEVER;
}

void
agent_clock_expect (struct agent_clock *clock, int64_t now_ms)
{
	if (clock->is_over || clock->connected_ms == AGENT_NEVER)
		clock->expected_ms = now_ms;
}

static int64_t
later (int64_t a_ms, int64_t b_ms)
{
	return a_ms > b_ms ? a_ms : b_ms;
}

int64_t
agent_clock_last_ms (const struct agent_clock *clock)
{
	return later (later (clock->request_ms, clock->report_ms),
		      clock->life_ms);
}

/* --- It is heard --- */

static unsigned
come_back (struct agent_clock *clock, int64_t now_ms)
{
	if (clock->away_since_ms == AGENT_NEVER)
		return 0;
	clock->away_ms = now_ms - clock->away_since_ms;
	clock->away_since_ms = AGENT_NEVER;
	clock->is_missing = clock->is_stale = false;
	clock->patience_ms = now_ms;
	return AGENT_RETURNED;
}

static unsigned
begin (struct agent_clock *clock, int64_t now_ms)
{
	unsigned news = AGENT_CONNECTED | come_back (clock, now_ms);

	clock->is_connected = true;
	clock->is_over = false;
	clock->expected_ms = AGENT_NEVER;
	clock->connected_ms = clock->patience_ms = now_ms;
	return news;
}

unsigned
agent_clock_heard (struct agent_clock *clock, int64_t now_ms)
{
	clock->request_ms = now_ms;
	clock->has_left = false;
	if (!clock->is_connected)
		return begin (clock, now_ms);
	/* Who never stopped asking is back when it reports. */
	if (clock->is_stale && clock->was_silent)
		return come_back (clock, now_ms);
	return 0;
}

unsigned
agent_clock_reported (struct agent_clock *clock, const char *phase,
		      int64_t now_ms)
{
	unsigned news = clock->has_reported ? 0 : AGENT_FIRST_REPORT;

	clock->n_reports++;
	clock->report_ms = clock->patience_ms = now_ms;
	clock->has_reported = true;
	clock->is_known_otherwise = false;
	strncpy (clock->phase, phase, LIMIT_PHASE_BYTES);
	/* A late one brings nobody back. */
	if (clock->is_connected)
		news |= come_back (clock, now_ms);
	return news;
}

unsigned
agent_clock_over (struct agent_clock *clock)
{
	bool was_over = clock->is_over;

	clock->is_connected = false;
	clock->is_over = true;
	clock->is_missing = clock->is_stale = clock->has_reported = false;
	clock->expected_ms = AGENT_NEVER;
	if (was_over)
		return 0;
	clock->away_since_ms = agent_clock_last_ms (clock);
	return AGENT_DISCONNECTED;
}

/* --- Time passes --- */

/* Whether the limit has passed; otherwise *due_ms is not after its end. */
static bool
has_passed (int64_t since_ms, int64_t limit_ms, int64_t now_ms, int64_t *due_ms)
{
	if (limit_ms == 0)
		return false;
	if (now_ms - since_ms >= limit_ms)
		return true;
	if (since_ms + limit_ms < *due_ms)
		*due_ms = since_ms + limit_ms;
	return false;
}

static unsigned
check_absent (struct agent_clock *clock, const struct agent_limits *limits,
	      int64_t now_ms, int64_t *due_ms)
{
	if (clock->expected_ms == AGENT_NEVER || clock->is_missing
	    || !has_passed (clock->expected_ms, limits->missing_ms, now_ms,
			    due_ms))
		return 0;
	clock->is_missing = true;
	if (clock->away_since_ms == AGENT_NEVER)
		clock->away_since_ms = clock->expected_ms;
	return AGENT_MISSING;
}

bool
agent_clock_has_left (const struct agent_clock *clock)
{
	return clock->has_left && !(clock->life & AGENT_HAS_SESSION);
}

/* A stream or a call is life as long as it is open; when it ends, the time
 * begins. */
static bool
is_gone (const struct agent_clock *clock, const struct agent_limits *limits,
	 int64_t now_ms, int64_t *due_ms)
{
	int64_t limit_ms = limits->disconnected_ms;

	if (clock->life & (AGENT_HAS_STREAM | AGENT_HAS_CALL))
		return false;
	if (agent_clock_has_left (clock))
		limit_ms = limits->left_ms;
	return has_passed (agent_clock_last_ms (clock), limit_ms, now_ms,
			   due_ms);
}

static unsigned
disconnect (struct agent_clock *clock)
{
	clock->is_connected = clock->is_stale = false;
	if (clock->away_since_ms == AGENT_NEVER)
		clock->away_since_ms = agent_clock_last_ms (clock);
	return AGENT_DISCONNECTED;
}

int64_t
agent_clock_stale_ms (const struct agent_clock *clock,
		      const struct agent_limits *limits)
{
	for (size_t i = 0; i < limits->n_phases; i++)
		if (strcmp (limits->phases[i].name, clock->phase) == 0)
			return limits->phases[i].stale_ms;
	return limits->stale_ms;
}

static unsigned
check_reports (struct agent_clock *clock, const struct agent_limits *limits,
	       int64_t now_ms, int64_t *due_ms)
{
	int64_t limit_ms = agent_clock_stale_ms (clock, limits);

	if (clock->is_stale || clock->is_known_otherwise
	    || !has_passed (clock->patience_ms, limit_ms, now_ms, due_ms))
		return 0;
	clock->is_stale = true;
	clock->was_silent = now_ms - clock->request_ms >= limit_ms;
	clock->away_since_ms = clock->patience_ms;
	return AGENT_STALE;
}

unsigned
agent_clock_check (struct agent_clock *clock, const struct agent_limits *limits,
		   int64_t now_ms, int64_t *ret_due_ms)
{
	*ret_due_ms = INT64_MAX;
	if (!clock->is_connected)
		return check_absent (clock, limits, now_ms, ret_due_ms);
	if (is_gone (clock, limits, now_ms, ret_due_ms))
		return disconnect (clock);
	return check_reports (clock, limits, now_ms, ret_due_ms);
}
