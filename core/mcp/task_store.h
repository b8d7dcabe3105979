/* What of a task outlives the server: one key of the journal each, where
 * there is a journal that does. */
#ifndef MCP_TASK_STORE_H
#define MCP_TASK_STORE_H

#include <stdint.h>

struct mcp;
struct task_record;

/* Makes the records of those that are kept. What ran has failed. */
void task_store_load (struct mcp *mcp);
/* Keeps the task as it is now. 0, and what journal_wait takes; or a negative
 * errno: it cannot be kept at present. */
int task_store_put (const struct task_record *task, uint64_t *ret_ticket);
/* Keeps it no longer. */
void task_store_delete (const struct task_record *task);

#endif
