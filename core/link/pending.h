/* Answers that come later. Whoever asked may have left by then. */
#ifndef LINK_PENDING_H
#define LINK_PENDING_H

#include "link/peer.h"

struct call;

struct pending {
	struct link *link;
	struct peer *peer; /* NULL: it has left, or wants no answer */
	struct call *call; /* of a plugin's method that runs; or NULL */
	struct pending *prev, *next;
	char id[]; /* JSON text */
};

/* NULL: too many, or no memory; it was answered. */
struct pending *pending_new (struct peer *peer,
			     const struct rpc_message *message);
/* Each frees it. result: JSON text. */
void pending_answer (struct pending *pending, const char *result, size_t size);
void pending_error (struct pending *pending, int code, const char *sentence);
void pending_free (struct pending *pending);
/* Whether this peer waits for any. */
bool pending_is_for (const struct peer *peer);
/* A peer is gone: nothing is said to it. */
void pending_forget (struct peer *peer);

#endif
