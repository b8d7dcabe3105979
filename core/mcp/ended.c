/* Ended sessions as memos: each by its key, all of an agent by a digest of
 * its name. Knows no messages. */
#include "mcp/ended.h"

#include <stdio.h>
#include <string.h>

#include "base/digest.h"
#include "base/limits.h"
#include "mcp/session.h"

#define AGENT "agent-"
#define NAME_SIZE (sizeof AGENT + DIGEST_TEXT_SIZE)

void
ended_load (struct mcp *mcp)
{
	mcp->ended = (struct memos){ .prefix = "core/session/",
				     .max = LIMIT_ENDED_SESSIONS,
				     .max_bytes = SIZE_MAX,
				     .kept_ms = LIMIT_SESSION_KEPT_MS,
				     .journal = mcp->options->journal };
	memos_load (&mcp->ended);
}

void
ended_free (struct mcp *mcp)
{
	memos_fini (&mcp->ended);
}

void
ended_add (struct mcp *mcp, const struct session *session)
{
	/* The stream of HTTP+SSE does not come back. */
	if (session->transport == TRANSPORT_STREAMABLE)
		memos_put (&mcp->ended, session->key, NULL, 0, NULL);
}

/* An agent's name is not empty. */
static void
name_agent (const struct agent *agent, char text[NAME_SIZE])
{
	const char *name = agent->name != NULL ? agent->name : "";
	char digest[DIGEST_TEXT_SIZE];

	digest_make (digest, name, strlen (name));
	snprintf (text, NAME_SIZE, AGENT "%s", digest);
}

void
ended_add_agent (struct mcp *mcp, const struct agent *agent)
{
	char name[NAME_SIZE];

	name_agent (agent, name);
	memos_put (&mcp->ended, name, NULL, 0, NULL);
}

bool
ended_has (const struct mcp *mcp, const char *key, const struct agent *agent,
	   int64_t time_ms)
{
	const struct memo *memo;
	char name[NAME_SIZE];

	if (memos_find (&mcp->ended, key) != NULL)
		return true;
	if (agent == NULL)
		return false;
	name_agent (agent, name);
	memo = memos_find (&mcp->ended, name);
	return memo != NULL && memo->time_ms >= time_ms;
}
