/* Tasks and the journal: a client hears of a task, and of its end, when that
 * is kept. */
#ifndef MCP_TASK_KEEP_H
#define MCP_TASK_KEEP_H

#include <stdbool.h>

struct buffer;
struct task_record;

/* The task begins: its request goes on without its client, which is answered
 * (body: taken) when the task is kept. False: it cannot be kept, and all is as
 * it was. */
bool task_keep_begin (struct task_record *task, struct buffer *body);
/* It ended; who listens is told when that is kept. */
void task_keep_end (struct task_record *task);
/* The server has stopped: nobody waits any more. */
void task_keep_stop (struct task_record *task);

#endif
