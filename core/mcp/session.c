/* Sessions: the table, their beginning and end. Knows no messages. */
#include "mcp/session.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <utlist.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/random.h"
#include "base/text.h"
#include "mcp/idle.h"
#include "mcp/logging.h"
#include "mcp/request.h"

struct session *
session_new (struct mcp *mcp, enum transport transport, struct agent *agent,
	     const char *key)
{
	struct session *session;

	if (HASH_COUNT (mcp->sessions) >= mcp->options->max_sessions
	    && !idle_make_room (mcp))
		return NULL;
	session = calloc (1, sizeof *session);
	if (session == NULL)
		return NULL;
	if (key != NULL)
		memcpy (session->key, key, sizeof session->key);
	else
		random_hex (session->key, SESSION_KEY_BYTES);
	session->mcp = mcp;
	session->transport = transport;
	session->time_ms = clock_wall_ms ();
	session->caller.agent = agent;
	session->caller.message_level = LOGGING_DEFAULT_LEVEL;
	HASH_ADD_STR (mcp->sessions, key, session);
	trim_note (&mcp->trim, HASH_COUNT (mcp->sessions));
	if (session->hh.tbl == NULL) {
		free (session);
		return NULL;
	}
	idle_update (session);
	return session;
}

/* What plugins do while its calls are cancelled may make room among the
 * clocks; nobody finds those of a session that is out of sight. */
static void
leave_clock (struct session *session)
{
	struct request *request;

	agent_clocks_left (session->mcp, session->caller.clock);
	session->caller.clock = NULL;
	DL_FOREACH (session->calls, request)
		request->caller.clock = NULL;
}

size_t
session_end (struct session *session, enum call_end why, const char *sentence)
{
	size_t n = session->n_calls;

	/* First out of everybody's sight: the end of the last call may end
	 * all other sessions. */
	session->is_ending = true;
	leave_clock (session);
	HASH_DEL (session->mcp->sessions, session);
	trim_note (&session->mcp->trim, HASH_COUNT (session->mcp->sessions));
	idle_remove (session);
	while (session->calls != NULL)
		request_cut (session->calls, why, sentence);
	if (session->channel != NULL) {
		session->channel->owner = NULL;
		session->channel->ops->end (session->channel);
	}
	backlog_free_all (session);
	subscription_remove_all (session->mcp, &session->subscriber);
	free ((char *) session->caller.client);
	free (session->id);
	free (session);
	return n;
}

const struct revision *
session_revision (const struct session *session, const char *hint)
{
	const struct revision *revision = session->caller.revision;

	if (revision == NULL)
		revision = revision_find (hint);
	return revision != NULL ? revision : revision_assumed ();
}

void
session_set_client (struct session *session, const char *name)
{
	free ((char *) session->caller.client);
	session->caller.client = NULL;
	if (name != NULL)
		session->caller.client =
			strndup (name, text_cut (name, strlen (name),
						 LIMIT_CLIENT_NAME_BYTES));
}

void
session_heard (struct session *session)
{
	agent_clocks_heard (session->mcp, &session->caller, session->transport);
	idle_update (session);
}

/* The stream of HTTP+SSE is its session. */
static void
channel_closed (struct channel *channel)
{
	struct session *session = channel->owner;

	channel->owner = NULL;
	if (session == NULL)
		return;
	agent_clocks_rested (session->mcp, session->caller.clock);
	session_set_channel (session, NULL);
	if (session->transport == TRANSPORT_SSE)
		session_end (session, CALL_END_LEFT, NULL);
}

static const struct channel_owner_ops channel_owner_ops = {
	.closed = channel_closed
};

void
session_set_channel (struct session *session, struct channel *channel)
{
	struct channel *before = session->channel;

	session->channel = channel;
	if (channel != NULL) {
		channel->owner_ops = &channel_owner_ops;
		channel->owner = session;
	}
	if (channel != NULL && before != NULL) {
		before->owner = NULL;
		before->ops->end (before);
	}
	idle_update (session);
}

static bool
has_news (const struct session *session)
{
	return session->transport == TRANSPORT_STREAMABLE
	       && revision_has (session_revision (session, NULL),
				REVISION_EVENT_IDS);
}

/* So that a client has an id to come back with, even when the first event is
 * lost on a stream that dies. */
static void
prime (struct session *session)
{
	struct channel *channel = session->channel;
	char id[BACKLOG_ID_SIZE];

	if (!revision_has (session_revision (session, NULL), REVISION_PRIMING))
		return;
	backlog_mark (session->news, id);
	if (channel->ops->send (channel, "message", id, "", 0) == 0)
		session->told = session->news->last;
}

void
session_listen (struct session *session, struct channel *channel,
		const uint64_t *after)
{
	uint64_t last = after != NULL ? *after : session->told;

	session_set_channel (session, channel);
	if (session->news == NULL && has_news (session))
		session->news = backlog_new (session);
	if (session->news == NULL)
		return;
	session->told = backlog_send (session->news, last, channel);
	if (session->told == last)
		prime (session);
}

bool
session_send (struct session *session, const char *data, size_t size)
{
	struct channel *channel = session->channel;
	struct backlog *news = session->news;
	char text[BACKLOG_ID_SIZE];
	const char *id = NULL;

	if (news != NULL) {
		backlog_add (news, data, size, text);
		id = text;
	}
	if (channel == NULL
	    || channel->ops->send (channel, "message", id, data, size) < 0)
		return news != NULL;
	if (news != NULL)
		session->told = news->last;
	return true;
}

void
session_add_call (struct session *session, struct request *request)
{
	DL_APPEND (session->calls, request);
	session->n_calls++;
	idle_update (session);
}

void
session_remove_call (struct session *session, struct request *request)
{
	DL_DELETE (session->calls, request);
	session->n_calls--;
	idle_update (session);
}

struct request *
session_find_call (const struct session *session, const char *id)
{
	struct request *request;

	DL_FOREACH (session->calls, request)
		if (strcmp (request->id, id) == 0)
			return request;
	return NULL;
}
