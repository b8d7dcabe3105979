/* Work: what one POST to /mcp waits for, one answer or (2025-03-26) several.
 * It outlives a client that leaves. */
#ifndef MCP_WORK_H
#define MCP_WORK_H

#include "mcp/exchange.h"

struct request;

struct work {
	struct exchange *exchange; /* NULL: the client has left */
	size_t n_open;		   /* answers that are still to come */
	bool is_batch;		   /* the answers make one array */
	struct request *request;   /* the one without a session; or NULL */
	struct buffer answers;
	int status;
	const char *session_id; /* a new one; lent until the reply */
};

/* n_open: how often work_answer will be called. NULL: out of memory. */
struct work *work_new (struct exchange *exchange, size_t n_open, bool is_batch);
/* One answer. body: taken; NULL or empty when the request must not be
 * answered. With the last one the exchange gets its reply, and the work is
 * gone. */
void work_answer (struct work *work, struct buffer *body);

#endif
