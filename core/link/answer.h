/* Reading what a message asks with, and answering it. A notification gets no
 * answer. */
#ifndef LINK_ANSWER_H
#define LINK_ANSWER_H

#include "link/peer.h"

/* Codes for what is fine but cannot be served now; those of core/mcp/state.h
 * mean the same. */
#define LINK_CODE_ENDING 1
#define LINK_CODE_BUSY 3
/* Another orchestrator is connected. */
#define LINK_CODE_TAKEN 4

/* Begins a result in peer->line; the caller adds a value and ends it with
 * answer_end. id: JSON text. */
void answer_begin (struct peer *peer, const char *id);
void answer_end (struct peer *peer, const char *id);
/* {"ok":true} */
void answer_ok (struct peer *peer, const struct rpc_message *message);
/* data: JSON text, or NULL. */
void answer_error (struct peer *peer, const struct rpc_message *message,
		   int code, const char *sentence, const char *data);
/* What needs the plugins or the agents is not served any more. */
void answer_ending (struct peer *peer, const struct rpc_message *message);
/* The same to the request of that id: JSON text. */
void answer_fault (struct peer *peer, const char *id, int code,
		   const char *sentence, const char *data);
/* An error whose sentence begins with the method's name. */
void answer_invalid (struct peer *peer, const struct rpc_message *message,
		     const char *sentence);

/* A whole number from min to max. 0; -ENOENT: absent or null; -EINVAL with a
 * sentence. */
int param_number (const struct rpc_message *message, const char *name,
		  uint64_t min, uint64_t max, uint64_t *ret_number,
		  struct error *err);
/* The same for a text (lent) without NUL. */
int param_text (const struct rpc_message *message, const char *name,
		const char **ret_text, struct error *err);

#endif
