/* Sessions: what a client agreed on with initialize, and what it has open. */
#ifndef MCP_SESSION_H
#define MCP_SESSION_H

#include <stdint.h>

#include "base/error.h"
#include "base/table.h"
#include "mcp/caller.h"
#include "mcp/revision.h"
#include "mcp/state.h"
#include "mcp/subscription.h"
#include "plugin/call.h"

struct request;

#define SESSION_KEY_BYTES 16
#define SESSION_KEY_SIZE (2 * SESSION_KEY_BYTES + 1)

struct session {
	char key[SESSION_KEY_SIZE]; /* hex: in the table */
	char *id;	 /* by which its client names it; NULL: by the key */
	int64_t time_ms; /* wall clock: when it began */
	struct mcp *mcp;
	enum transport transport;
	struct caller caller;	  /* its client is the session's own */
	struct channel *channel;  /* its long stream; or NULL */
	struct backlog *news;	  /* of its long stream; NULL: nobody has
				  * listened yet, or it has no ids */
	uint64_t told;		  /* the last of the news that was sent */
	struct backlog *backlogs; /* of all its streams */
	size_t backlog_bytes;
	struct request *calls; /* that run */
	struct subscriber subscriber;
	size_t n_calls;
	uint64_t n_asked; /* requests of ours; for their ids */
	bool is_ending;
	bool is_idle;	 /* in mcp->idle */
	int64_t idle_ms; /* since when */
	struct session *prev, *next;
	UT_hash_handle hh;
};

/* Begins one that belongs to this credential (or NULL), with this key; NULL: a
 * new one. When there are too many, the longest idle one is unloaded for it;
 * NULL when none is idle, or out of memory. */
struct session *session_new (struct mcp *mcp, enum transport transport,
			     struct agent *agent, const char *key);
/* Ends one here; its id is as good as it was (ended.h). Its calls are cancelled
 * for this reason and, with a sentence, answered by it; its channel ends.
 * Returns how many calls there were. */
size_t session_end (struct session *session, enum call_end why,
		    const char *sentence);

/* Finds the session that a request names, which may have been unloaded, or be
 * of an earlier start: session_find.c. -EINVAL: no id, or a version that
 * nobody speaks; -ENOENT: an unknown id, or another credential's; -EBUSY: too
 * many are in use; each with a sentence. For the statuses see reply_status. */
int session_require (struct mcp *mcp, const struct visit *visit,
		     struct session **ret_session, struct error *err);
/* The revision that its messages are in. hint: MCP-Protocol-Version or NULL,
 * for clients that never sent initialize. */
const struct revision *session_revision (const struct session *session,
					 const char *hint);
/* A request of its client came. */
void session_heard (struct session *session);
/* Keeps the name of the client's program; too long ones are cut. */
void session_set_client (struct session *session, const char *name);

/* channel: NULL when it is gone. The one before it is ended unless it is
 * gone, too. */
void session_set_channel (struct session *session, struct channel *channel);
/* The same with a channel over which the news go on after this event, or
 * (NULL) after the last that was sent. */
void session_listen (struct session *session, struct channel *channel,
		     const uint64_t *after);
/* A message to the client on its long stream. When that is gone, or takes no
 * more, it is kept for the next one, where the revision has ids; else
 * false. */
bool session_send (struct session *session, const char *data, size_t size);

/* The calls that run. */
void session_add_call (struct session *session, struct request *request);
void session_remove_call (struct session *session, struct request *request);
/* id: JSON text. NULL when no such call runs. */
struct request *session_find_call (const struct session *session,
				   const char *id);

#endif
