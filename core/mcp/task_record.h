/* The record of a task, kept for LIMIT_TASK_KEPT_MS from its end on, in a
 * bounded table. */
#ifndef MCP_TASK_RECORD_H
#define MCP_TASK_RECORD_H

#include <stdint.h>

#include "base/buffer.h"
#include "base/table.h"
#include "mcp/state.h"
#include "store/journal.h"

#define TASK_ID_BYTES 16

struct work;

struct task_record {
	char id[2 * TASK_ID_BYTES + 1]; /* hex: not to be guessed */
	struct mcp *mcp;
	struct request *request; /* that runs; NULL: it came to its end */
	char *owner; /* its agent's name, "" of the one without; NULL: nobody's
		      */
	bool is_ended; /* and that is kept, so that everybody may know */
	bool is_cancelled;
	bool is_failed;
	int64_t created_ms, updated_ms; /* wall clock; ended: when it did */
	/* Ended, and not cancelled: the member "result" or "error", as JSON. */
	char *outcome;
	size_t outcome_size;
	struct task_record *prev, *next; /* in mcp->ended_tasks */
	UT_hash_handle hh;
	/* See task_keep.h. */
	struct journal_wait wait;
	bool is_waiting;
	struct work *work;     /* of the client that waits for its task, */
	struct buffer answer;  /* what it gets, */
	struct buffer refusal; /* and what else */
};

/* Whether one more can be kept, when those that ended go first. */
bool task_record_has_room (struct mcp *mcp);
/* A new one for this agent, or nobody. NULL: no room or no memory. */
struct task_record *task_record_new (struct mcp *mcp, struct request *request,
				     const struct agent *agent);
/* One that was kept, as far as its id. NULL: no memory. */
struct task_record *task_record_restore (struct mcp *mcp, const char *id);
/* NULL: never was, its time is up, or it is another agent's. */
struct task_record *
task_record_find (struct mcp *mcp, const struct agent *agent, const char *id);
/* It came to its end with this whole answer to a request with this id (JSON
 * text). body: taken; NULL or empty: with none. */
void task_record_end (struct task_record *task, const char *id,
		      struct buffer *body);
/* Its outcome is an error with this sentence, which is a plain one. */
void task_record_fail (struct task_record *task, const char *sentence);
/* From now on everybody may know that it ended. */
void task_record_settle (struct task_record *task);
/* Both are copied; may be NULL. 0 or -ENOMEM. */
int task_record_set_owner (struct task_record *task, const char *owner);
int task_record_set_outcome (struct task_record *task, const char *outcome,
			     size_t size);
/* Forgets it: here, or also where it is kept. */
void task_record_free (struct task_record *task);
void task_record_forget (struct task_record *task);
/* Its members, without braces; those of a round that asks are not among them.
 * is_asking: whether one does. */
void task_record_write (struct buffer *text, const struct task_record *task,
			bool is_asking);

#endif
