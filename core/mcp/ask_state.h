/* What a client of 2026-07-28 keeps for us between two rounds of a call that
 * asks: sealed, so that nothing of it can be changed, used for another request
 * or after its time (2026-07-28 mrtr). */
#ifndef MCP_ASK_STATE_H
#define MCP_ASK_STATE_H

#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/seal.h"

struct agent;
struct call_request;

/* One round that asked. */
struct ask_state {
	unsigned round;	      /* from 0 */
	unsigned n_questions; /* rounds that asked, with this one */
	int64_t expiry_ms;    /* wall clock */
	double progress;      /* the last that was told */
	size_t n_names;
	const char *names[LIMIT_ASKS]; /* lent */
	const char *forms[LIMIT_ASKS]; /* the same; NULL: no form */
	const char *state;	       /* the handler's own; lent; or NULL */
	size_t size;
};

/* Appends the sealed text. agent: whose credential came with the call, or NULL.
 * what: kind, row, uri and arguments of the call. */
void ask_state_seal (struct buffer *text, const struct seal_key *key,
		     const struct agent *agent, const struct call_request *what,
		     const struct ask_state *state);
/* Opens one; what state points to lies in data. 0 or -EBADMSG, with a sentence:
 * it is not ours, not for this agent and request, or too old. */
int ask_state_open (const struct seal_key *key, const struct agent *agent,
		    const struct call_request *what, const char *text,
		    struct buffer *data, struct ask_state *state,
		    struct error *err);

#endif
