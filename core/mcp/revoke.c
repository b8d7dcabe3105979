/* Goes through everything that can belong to an agent. Each end may be the
 * last one that a drain waits for, which ends all others: so each search
 * begins anew. */
#include "mcp/revoke.h"

#include <utlist.h>

#include "mcp/agents.h"
#include "mcp/ended.h"
#include "mcp/listen.h"
#include "mcp/request.h"

static const char sentence[] = "this agent's credentials were revoked";

static struct session *
find_session (const struct mcp *mcp, const struct agent *agent)
{
	struct session *session;

	for (session = mcp->sessions; session != NULL;
	     session = session->hh.next)
		if (session->caller.agent == agent)
			return session;
	return NULL;
}

static struct request *
find_call (const struct mcp *mcp, const struct agent *agent)
{
	struct request *request;

	DL_FOREACH (mcp->calls, request)
		if (request->caller.agent == agent)
			return request;
	return NULL;
}

void
revoke_all (struct mcp *mcp, const struct agent *agent)
{
	struct session *session;
	struct request *request;

	ended_add_agent (mcp, agent);
	listen_end_of (mcp, agent);
	while ((session = find_session (mcp, agent)) != NULL)
		session_end (session, CALL_END_CANCELLED, sentence);
	while ((request = find_call (mcp, agent)) != NULL)
		request_cut (request, CALL_END_CANCELLED, sentence);
	if (agent->name != NULL)
		registry_notice (mcp->registry, MCP_NOTICE_REVOKED,
				 agent->name);
}
