/* A round of a call that asked and whose answers come to us, or that waits:
 * what to call anew and the answers so far. */
#ifndef MCP_ASK_ROUND_H
#define MCP_ASK_ROUND_H

#include <uv.h>

#include "base/limits.h"
#include "mcp/asking.h"

struct inquiry;

/* One question. */
struct ask {
	char id[32]; /* JSON text, of our request; "": none was sent */
	char *name;
	char *form;		    /* that the answer must fit; or NULL */
	char *shown;		    /* tasks: {"method","params"}; or NULL */
	struct json_object *answer; /* NULL: not answered yet */
	struct inquiry *inquiry;    /* the orchestrator has it; or NULL */
};

struct asking {
	struct request *request;   /* NULL: over, the timer is closing */
	struct call_request again; /* snapshot pinned, arguments shared */
	char *uri, *state;	   /* of again */
	size_t n_asks, n_open;
	bool is_inquiry; /* of the orchestrator, not of the client */
	struct ask asks[LIMIT_ASKS];
	uv_timer_t timer;
};

/* Begins one, without asks; it is the request's from now on. NULL: no memory.
 */
struct asking *ask_round_new (struct request *request,
			      const struct call_result *result);
/* Adds an ask. NULL: no memory. */
struct ask *ask_round_add (struct asking *asking, const struct call_ask *asked);
/* Answers one that is open. answer: see ask_answer.h; taken. */
void ask_round_take (struct asking *asking, struct ask *ask,
		     struct json_object *answer);
/* Answers all that are open: nobody did in time. */
void ask_round_expire (struct asking *asking);
/* All is answered: calls anew; the round is gone. */
void ask_round_go_on (struct asking *asking);
/* Nobody goes on: the plugin is told; the round is gone. */
void ask_round_drop (struct asking *asking);

#endif
