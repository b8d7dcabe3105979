/* Work: what one POST to /mcp waits for, one answer or (2025-03-26) several,
 * and what is said before. It outlives a client that leaves: where streams
 * have ids, it goes on for one that comes back. */
#ifndef MCP_WORK_H
#define MCP_WORK_H

#include "mcp/exchange.h"

struct backlog;
struct request;
struct session;

struct work {
	struct exchange *exchange; /* NULL: the client has left */
	struct channel *channel;   /* it came back on this one; or NULL */
	struct backlog *backlog;   /* of its stream; NULL: it has none, or no
				    * ids */
	struct session *session;   /* whose events have ids; or NULL */
	size_t n_open;		   /* answers that are still to come */
	bool is_batch;		   /* the answers make one array */
	struct request *request;   /* the one without a session; or NULL */
	struct buffer answers;
	int status;
	const char *session_id; /* a new one; lent until the reply */
};

/* session: NULL for none, or none yet. n_open: how often work_answer will be
 * called. NULL: out of memory. */
struct work *work_new (struct exchange *exchange, struct session *session,
		       size_t n_open, bool is_batch);
/* One answer. body: taken; NULL or empty when the request must not be
 * answered. With the last one the exchange gets its reply, and the work is
 * gone. */
void work_answer (struct work *work, struct buffer *body);

/* A message before the answers, for which the reply becomes a stream. False:
 * the client cannot be told. */
bool work_say (struct work *work, const char *data, size_t size);
/* Nothing was said for long: a stream begins with an id alone, so that it can
 * be resumed. False: it cannot. */
bool work_prime (struct work *work);
/* Lets the client hang up and come back after a while, where its revision
 * can; else nothing. */
void work_pause (struct work *work, int64_t retry_ms);
/* The client has come back: what is said from now on goes to this channel. */
void work_resume (struct work *work, struct channel *channel);

#endif
