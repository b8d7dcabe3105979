/* Questions of the server to the orchestrator: orchestrator_ops of
 * core/mcp/orchestrator.h. Each is sent after every event that there was when
 * it was asked, and again after each hello until it is answered. */
#ifndef LINK_INQUIRIES_H
#define LINK_INQUIRIES_H

#include "link/peer.h"
#include "mcp/orchestrator.h"

/* What mcp_set_orchestrator takes, with the link as arg. */
extern const struct orchestrator_ops inquiries_ops;

/* Names those of this process. Before anything is asked. */
void inquiries_init (struct link *link);
/* The orchestrator was given every event up to position: sends what may be.
 * 0, or a negative errno: not all of it could be said now. */
int inquiries_send (struct link *link, uint64_t position);
/* It said hello: all are to be sent again. */
void inquiries_restart (struct link *link);
/* Nobody will ever answer: the questions are told so. */
void inquiries_end (struct link *link);
/* Whether peer is asked something under this id. */
bool inquiries_wait_for (const struct peer *peer, const char *id);
/* An answer; one with a fault, or an invalid one, is an error to who asked.
 * root: the whole message, of which parts are taken. */
void inquiries_answer (struct peer *peer, const struct rpc_message *message,
		       struct json_object *root);

#endif
