/* Answers that come later. Knows nothing of where from. */
#include "link/pending.h"

#include <stdlib.h>
#include <string.h>

#include <utlist.h>

#include "link/answer.h"

struct pending *
pending_new (struct peer *peer, const struct rpc_message *message)
{
	struct link *link = peer->link;
	size_t size = strlen (message->id) + 1;
	struct pending *pending;

	if (link->n_pending >= LIMIT_LINK_PENDING) {
		answer_error (peer, message, LINK_CODE_BUSY,
			      "too many requests wait for their answers; try "
			      "again later",
			      NULL);
		return NULL;
	}
	pending = calloc (1, sizeof (*pending) + size);
	if (!pending) {
		answer_error (peer, message, RPC_INTERNAL_ERROR,
			      "out of memory", NULL);
		return NULL;
	}
	pending->link = link;
	pending->peer = message->kind == RPC_REQUEST ? peer : NULL;
	memcpy (pending->id, message->id, size);
	DL_APPEND (link->pending, pending);
	link->n_pending++;
	return pending;
}

void
pending_answer (struct pending *pending, const char *result, size_t size)
{
	struct peer *peer = pending->peer;

	if (peer) {
		answer_begin (peer, pending->id);
		buffer_add (&peer->line, result, size);
		answer_end (peer, pending->id);
	}
	pending_free (pending);
}

void
pending_error (struct pending *pending, int code, const char *sentence)
{
	struct peer *peer = pending->peer;

	if (peer)
		answer_fault (peer, pending->id, code, sentence, NULL);
	pending_free (pending);
}

void
pending_free (struct pending *pending)
{
	DL_DELETE (pending->link->pending, pending);
	pending->link->n_pending--;
	free (pending);
}

bool
pending_is_for (const struct peer *peer)
{
	const struct pending *pending = peer->link->pending;

	while (pending && pending->peer != peer)
		pending = pending->next;
	return pending != NULL;
}

void
pending_forget (struct peer *peer)
{
	struct pending *pending;

	DL_FOREACH (peer->link->pending, pending) {
		if (pending->peer == peer)
			pending->peer = NULL;
	}
}
