/* Tells the orchestrator how its agents are. */
#include "json/json.h"

#include "base/clock.h"
#include "mcp/state.h"

/* now_ms: of the loop. */
static void
write_time (struct buffer *json, const char *name, int64_t at_ms,
	    int64_t now_ms)
{
	char text[CLOCK_TEXT_SIZE];

	buffer_add_format (json, ",\"%s\":", name);
	if (at_ms == AGENT_NEVER) {
		buffer_add_literal (json, "null");
		return;
	}
	clock_format (clock_wall_ms () - (now_ms - at_ms), text);
	json_write_text (json, text);
}

static void
write_text (struct buffer *json, const char *name, const char *text)
{
	buffer_add_format (json, ",\"%s\":", name);
	if (text != NULL && text[0] != '\0')
		json_write_text (json, text);
	else
		buffer_add_literal (json, "null");
}

static void
write_flag (struct buffer *json, const char *name, bool flag)
{
	buffer_add_format (json, ",\"%s\":%s", name, flag ? "true" : "false");
}

static void
write_agent (struct buffer *json, const struct agent_clock *clock,
	     int64_t now_ms)
{
	const struct agent *agent = clock->agent;

	buffer_add_literal (json, "{\"name\":");
	json_write_text (json, clock->name);
	write_text (json, "role", agent != NULL ? agent->role : NULL);
	write_flag (json, "expected", agent != NULL && agent->is_expected);
	write_flag (json, "connected", clock->is_connected);
	write_flag (json, "stale", clock->is_stale);
	write_text (json, "phase", clock->phase);
	write_time (json, "last_request", clock->request_ms, now_ms);
	write_time (json, "last_report", clock->report_ms, now_ms);
	buffer_add_format (json,
			   ",\"usage\":{\"calls\":%llu,\"errors\":%llu,"
			   "\"reports\":%llu}}",
			   (unsigned long long) clock->n_calls,
			   (unsigned long long) clock->n_errors,
			   (unsigned long long) clock->n_reports);
}

/* Those with a token, or the others. */
static void
write_some (struct buffer *json, const struct mcp *mcp, bool is_known)
{
	int64_t now_ms = loop_now_ms (mcp->loop);
	struct agent_clock *clock, *next;

	HASH_ITER (hh, mcp->clocks.by_name, clock, next) {
		if ((clock->agent != NULL) != is_known
		    || (is_known && clock->agent->is_revoked))
			continue;
		if (buffer_last (json) != '[')
			buffer_add_char (json, ',');
		write_agent (json, clock, now_ms);
	}
}

void
agents_write_list (const struct agents *agents, struct buffer *json)
{
	buffer_add_char (json, '[');
	if (json->failed)
		return;
	write_some (json, agents->mcp, true);
	write_some (json, agents->mcp, false);
	buffer_add_char (json, ']');
}
