/* Tells the orchestrator how its agents are. */
#include "json/json.h"

#include "base/clock.h"
#include "mcp/session.h"

/* Whether a stream of its is open, or a call of its runs. */
static bool
is_connected (const struct mcp *mcp, const struct agent *agent)
{
	const struct session *session;

	for (session = mcp->sessions; session != NULL;
	     session = session->hh.next)
		if (session->caller.agent == agent
		    && (session->channel != NULL || session->n_calls > 0))
			return true;
	return false;
}

static void
write_time (struct buffer *json, int64_t wall_ms)
{
	char text[CLOCK_TEXT_SIZE];

	if (wall_ms == 0) {
		buffer_add_literal (json, "null");
		return;
	}
	clock_format (wall_ms, text);
	json_write_text (json, text);
}

static void
write_agent (struct buffer *json, const struct agent *agent)
{
	const struct mcp *mcp = agent->agents->mcp;

	buffer_add_literal (json, "{\"name\":");
	json_write_text (json, agent->name);
	buffer_add_literal (json, ",\"role\":");
	if (agent->role != NULL)
		json_write_text (json, agent->role);
	else
		buffer_add_literal (json, "null");
	buffer_add_format (json, ",\"expected\":%s,\"connected\":%s",
			   agent->is_expected ? "true" : "false",
			   is_connected (mcp, agent) ? "true" : "false");
	buffer_add_literal (json, ",\"last_request\":");
	write_time (json, agent->request_ms);
	buffer_add_format (json, ",\"usage\":{\"calls\":%llu}}",
			   (unsigned long long) agent->n_calls);
}

void
agents_write_list (const struct agents *agents, struct buffer *json)
{
	const char *separator = "";
	const struct agent *agent;

	buffer_add_char (json, '[');
	for (agent = agents->by_name; agent != NULL;
	     agent = agent->by_name.next) {
		if (agent->is_revoked)
			continue;
		buffer_add_text (json, separator);
		write_agent (json, agent);
		separator = ",";
	}
	buffer_add_char (json, ']');
}
