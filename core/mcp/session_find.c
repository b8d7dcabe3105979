/* Finds the session that a request names; one that is not in memory comes back
 * by its id. Knows no messages. */
#include <errno.h>
#include <string.h>

#include "base/log.h"
#include "mcp/ended.h"
#include "mcp/session_id.h"
#include "mcp/wishes.h"

/* --- In memory --- */

static const char *
id_of (const struct session *session)
{
	return session->id != NULL ? session->id : session->key;
}

/* *ret_is_known: it is there, though perhaps not for this request. */
static struct session *
find (struct mcp *mcp, const struct visit *visit, bool *ret_is_known)
{
	char key[SESSION_KEY_SIZE];
	struct session *session;

	session_id_key (visit->session_id, key);
	HASH_FIND_STR (mcp->sessions, key, session);
	*ret_is_known = session != NULL;
	if (session == NULL || session->transport != visit->transport
	    || session->caller.agent != visit->agent
	    || strcmp (id_of (session), visit->session_id) != 0)
		return NULL;
	return session;
}

/* --- Bringing it back --- */

/* What it had but its terms and its wishes is gone: its streams. */
static int
rebuild (struct mcp *mcp, const struct visit *visit,
	 const struct session_terms *terms, struct session **ret_session)
{
	char key[SESSION_KEY_SIZE];
	struct session *session;

	session_id_key (visit->session_id, key);
	session = session_new (mcp, TRANSPORT_STREAMABLE, visit->agent, key);
	if (session == NULL)
		return -EBUSY;
	session->time_ms = terms->time_ms;
	session->caller.revision = terms->revision;
	session->caller.can = terms->can;
	if (terms->has_client)
		session_set_client (session, terms->client);
	session->id = strdup (visit->session_id);
	if (session->id == NULL) {
		session_end (session, CALL_END_LEFT, NULL);
		return -EBUSY;
	}
	wishes_restore (session);
	log_debug ("session %.8s: is back", session->key);
	*ret_session = session;
	return 0;
}

static int
restore (struct mcp *mcp, const struct visit *visit,
	 struct session **ret_session)
{
	char key[SESSION_KEY_SIZE];
	struct session_terms terms;
	int code;

	if (visit->transport != TRANSPORT_STREAMABLE)
		return -ENOENT;
	code = session_id_open (mcp, visit->agent, visit->session_id, &terms);
	if (code < 0)
		return code;
	session_id_key (visit->session_id, key);
	if (ended_has (mcp, key, visit->agent, terms.time_ms))
		return -ENOENT;
	return rebuild (mcp, visit, &terms, ret_session);
}

/* --- For requests --- */

static int
find_any (struct mcp *mcp, const struct visit *visit,
	  struct session **ret_session)
{
	bool is_known;

	*ret_session = find (mcp, visit, &is_known);
	if (*ret_session != NULL)
		return 0;
	return is_known ? -ENOENT : restore (mcp, visit, ret_session);
}

/* What to tell a client that left its session out. */
static const struct {
	const char *id, *cure;
} session_words[] = {
	[TRANSPORT_STREAMABLE] = { "Mcp-Session-Id",
				   "send initialize without it, then the one "
				   "that it brings" },
	[TRANSPORT_SSE] = { "session_id in the URL",
			    "use the URL in the stream's endpoint event" },
};

/* Only revisions that define the header mind what it says. */
static bool
is_version_wrong (const struct session *session, const char *version)
{
	return version != NULL && session->transport == TRANSPORT_STREAMABLE
	       && revision_has (session->caller.revision,
				REVISION_VERSION_HEADER)
	       && revision_find (version) == NULL;
}

int
session_require (struct mcp *mcp, const struct visit *visit,
		 struct session **ret_session, struct error *err)
{
	struct session *session;
	int code;

	if (visit->session_id == NULL || visit->session_id[0] == '\0')
		return error_set (err, -EINVAL, "%s is missing; %s",
				  session_words[visit->transport].id,
				  session_words[visit->transport].cure);
	code = find_any (mcp, visit, &session);
	if (code == -ENOENT)
		return error_set (err, code,
				  "this session is unknown or has ended; begin "
				  "a new one");
	if (code < 0)
		return error_set (err, -EBUSY,
				  "too many sessions are in use; try again "
				  "later");
	if (is_version_wrong (session, visit->protocol_version))
		return error_set (err, -EINVAL,
				  "MCP-Protocol-Version names no revision "
				  "with sessions");
	*ret_session = session;
	return 0;
}
