/* The record of a task, kept for LIMIT_TASK_KEPT_MS from its end on, in a
 * bounded table. */
#ifndef MCP_TASK_RECORD_H
#define MCP_TASK_RECORD_H

#include <stdint.h>

#define HASH_NONFATAL_OOM 1
#include <uthash.h>

#include "base/buffer.h"
#include "mcp/state.h"

#define TASK_ID_BYTES 16

struct task_record {
	char id[2 * TASK_ID_BYTES + 1]; /* hex: not to be guessed */
	struct mcp *mcp;
	struct request *request; /* that runs; NULL: it ended */
	struct agent *agent;	 /* whose it is; or NULL */
	bool is_cancelled;
	bool is_failed;
	int64_t created_ms, updated_ms; /* wall clock; ended: when it did */
	/* Ended, and not cancelled: the member "result" or "error", as JSON. */
	char *outcome;
	size_t outcome_size;
	struct task_record *prev, *next; /* in mcp->ended_tasks */
	UT_hash_handle hh;
};

/* Whether one more can be kept, when those that ended go first. */
bool task_record_has_room (struct mcp *mcp);
/* NULL: no room or no memory. */
struct task_record *task_record_new (struct mcp *mcp, struct request *request);
/* NULL: never was, or its time is up. */
struct task_record *task_record_find (struct mcp *mcp, const char *id);
/* It ended with this whole answer to a request with this id (JSON text). body:
 * taken; NULL or empty: with none. */
void task_record_end (struct task_record *task, const char *id,
		      struct buffer *body);
/* Forgets it. */
void task_record_free (struct task_record *task);
/* Its members, without braces; those of a round that asks are not among them.
 * is_asking: whether one does. */
void task_record_write (struct buffer *text, const struct task_record *task,
			bool is_asking);

#endif
