/* Composes the events agent.*: ages are in milliseconds, null when it never
 * happened. */
#include "mcp/agent_news.h"

#include "base/log.h"
#include "json/json.h"
#include "mcp/caller.h"
#include "mcp/revision.h"
#include "mcp/state.h"
#include "store/event.h"

static int64_t
age (const struct mcp *mcp, int64_t since_ms)
{
	return loop_now_ms (mcp->loop) - since_ms;
}

/* ,"name":age */
static void
add_age (struct buffer *payload, const struct mcp *mcp, const char *name,
	 int64_t since_ms)
{
	if (since_ms == AGENT_NEVER)
		buffer_add_format (payload, ",\"%s\":null", name);
	else
		buffer_add_format (payload, ",\"%s\":%lld", name,
				   (long long) age (mcp, since_ms));
}

static void
add_text (struct buffer *payload, const char *name, const char *text)
{
	buffer_add_format (payload, ",\"%s\":", name);
	if (text != NULL)
		json_write_text (payload, text);
	else
		buffer_add_literal (payload, "null");
}

/* payload: members, each with a comma before it; its memory is freed. */
static void
append (struct mcp *mcp, const struct agent_clock *clock, const char *topic,
	struct buffer *payload, const char *line)
{
	struct journal *events = mcp->options->events;
	struct error err;

	buffer_add_char (payload, '}');
	if (!payload->failed)
		payload->data[0] = '{';
	if (events == NULL)
		buffer_fini (payload);
	/* That the journal has trouble was logged when it began. */
	else if (event_append (events, topic, clock->name, payload, line, &err)
		 < 0)
		log_info ("event '%s' was not recorded: %s", topic, err.text);
}

/* --- Each of them --- */

void
agent_news_connected (struct mcp *mcp, const struct agent_clock *clock,
		      const struct caller *caller, enum transport transport)
{
	const char *revision =
		caller->revision != NULL ? caller->revision->name : NULL;
	struct buffer payload = { 0 };

	add_text (&payload, "client", caller->client);
	add_text (&payload, "transport",
		  transport == TRANSPORT_SSE ? "sse" : "streamable");
	add_text (&payload, "revision", revision);
	append (mcp, clock, "agent.connected", &payload, "is connected");
}

void
agent_news_disconnected (struct mcp *mcp, const struct agent_clock *clock,
			 const char *reason, const char *more)
{
	struct buffer payload = { 0 };

	add_text (&payload, "reason", reason);
	add_age (&payload, mcp, "connected_ms", clock->connected_ms);
	add_age (&payload, mcp, "last_request_ms", clock->request_ms);
	add_age (&payload, mcp, "last_report_ms", clock->report_ms);
	buffer_add_text (&payload, more);
	append (mcp, clock, "agent.disconnected", &payload, "is disconnected");
}

static void
tell_first_report (struct mcp *mcp, const struct agent_clock *clock)
{
	struct buffer payload = { 0 };

	add_age (&payload, mcp, "after_ms", clock->connected_ms);
	append (mcp, clock, "agent.first_report", &payload,
		"reports for the first time");
}

static void
tell_missing (struct mcp *mcp, const struct agent_clock *clock)
{
	struct buffer payload = { 0 };

	add_age (&payload, mcp, "expected_ms", clock->expected_ms);
	append (mcp, clock, "agent.missing", &payload,
		"is missing: it is expected, but has not come");
}

static void
tell_stale (struct mcp *mcp, const struct agent_clock *clock)
{
	bool has_call = clock->life & AGENT_HAS_CALL;
	bool has_stream = clock->life & AGENT_HAS_STREAM;
	struct buffer payload = { 0 };

	add_age (&payload, mcp, "since_report_ms", clock->report_ms);
	add_age (&payload, mcp, "since_request_ms", clock->request_ms);
	add_text (&payload, "phase",
		  clock->phase[0] != '\0' ? clock->phase : NULL);
	buffer_add_format (&payload, ",\"has_call\":%s,\"has_stream\":%s",
			   has_call ? "true" : "false",
			   has_stream ? "true" : "false");
	append (mcp, clock, "agent.stale", &payload,
		has_call ? "has not reported for long; a call of it runs"
			 : "has not reported for long");
}

static void
tell_returned (struct mcp *mcp, const struct agent_clock *clock)
{
	struct buffer payload = { 0 };

	buffer_add_format (&payload, ",\"away_ms\":%lld",
			   (long long) clock->away_ms);
	append (mcp, clock, "agent.returned", &payload, "is back");
}

void
agent_news_tell (struct mcp *mcp, const struct agent_clock *clock,
		 unsigned news)
{
	if (news & AGENT_RETURNED)
		tell_returned (mcp, clock);
	if (news & AGENT_FIRST_REPORT)
		tell_first_report (mcp, clock);
	if (news & AGENT_MISSING)
		tell_missing (mcp, clock);
	if (news & AGENT_STALE)
		tell_stale (mcp, clock);
	if (news & AGENT_DISCONNECTED)
		agent_news_disconnected (
			mcp, clock,
			agent_clock_has_left (clock) ? "left" : "silent", "");
}
