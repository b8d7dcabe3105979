/* Keeps tasks. Knows nothing of what runs behind them. */
#include "mcp/task_record.h"

#include <stdlib.h>
#include <string.h>

#include <utlist.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/random.h"

void
task_record_free (struct task_record *task)
{
	struct mcp *mcp = task->mcp;

	HASH_DEL (mcp->task_table, task);
	DL_DELETE (mcp->tasks, task);
	mcp->task_bytes -= task->outcome_size;
	free (task->outcome);
	free (task);
}

static bool
is_old (const struct task_record *task)
{
	return task->request == NULL
	       && clock_wall_ms () > task->created_ms + LIMIT_TASK_KEPT_MS;
}

/* Those whose time is up; and when room is needed, the oldest that ended. */
static void
make_room (struct mcp *mcp)
{
	struct task_record *task, *next;

	DL_FOREACH_SAFE (mcp->tasks, task, next) {
		bool is_full = HASH_COUNT (mcp->task_table) >= LIMIT_TASKS
			       || mcp->task_bytes > LIMIT_TASK_BYTES;

		if (is_old (task) || (is_full && task->request == NULL))
			task_record_free (task);
	}
}

bool
task_record_has_room (struct mcp *mcp)
{
	make_room (mcp);
	return HASH_COUNT (mcp->task_table) < LIMIT_TASKS;
}

struct task_record *
task_record_new (struct mcp *mcp, struct request *request)
{
	struct task_record *task = NULL;

	if (task_record_has_room (mcp))
		task = calloc (1, sizeof *task);
	if (task == NULL)
		return NULL;
	random_hex (task->id, TASK_ID_BYTES);
	task->mcp = mcp;
	task->request = request;
	task->created_ms = task->updated_ms = clock_wall_ms ();
	HASH_ADD_STR (mcp->task_table, id, task);
	if (task->hh.tbl == NULL) {
		free (task);
		return NULL;
	}
	DL_APPEND (mcp->tasks, task);
	return task;
}

struct task_record *
task_record_find (struct mcp *mcp, const char *id)
{
	struct task_record *task = NULL;

	make_room (mcp);
	HASH_FIND_STR (mcp->task_table, id, task);
	return task;
}

void
task_record_end (struct task_record *task, const char *id, struct buffer *body)
{
	/* Before the member; behind it is the end of the answer. */
	size_t before = strlen ("{\"jsonrpc\":\"2.0\",\"id\":,") + strlen (id);

	task->request = NULL;
	task->updated_ms = clock_wall_ms ();
	if (body == NULL || body->size <= before + 1)
		return;
	buffer_drop (body, before);
	body->size--;
	task->is_failed = body->data[1] == 'e';
	task->outcome = buffer_take (body, &task->outcome_size);
	task->mcp->task_bytes += task->outcome_size;
}

static const char *
status_of (const struct task_record *task, bool is_asking)
{
	if (task->is_cancelled)
		return "cancelled";
	if (task->request != NULL)
		return is_asking ? "input_required" : "working";
	return task->is_failed || task->outcome == NULL ? "failed"
							: "completed";
}

static void
write_time (struct buffer *text, const char *member, int64_t ms)
{
	char time[CLOCK_TEXT_SIZE];

	clock_format (ms, time);
	buffer_add_format (text, ",\"%s\":\"%s\"", member, time);
}

void
task_record_write (struct buffer *text, const struct task_record *task,
		   bool is_asking)
{
	buffer_add_format (text, "\"taskId\":\"%s\",\"status\":\"%s\"",
			   task->id, status_of (task, is_asking));
	write_time (text, "createdAt", task->created_ms);
	write_time (text, "lastUpdatedAt", task->updated_ms);
	buffer_add_format (text, ",\"ttlMs\":%d,\"pollIntervalMs\":%d",
			   LIMIT_TASK_KEPT_MS, LIMIT_TASK_POLL_MS);
	if (task->is_cancelled || task->request != NULL)
		return;
	if (task->outcome != NULL) {
		buffer_add_char (text, ',');
		buffer_add (text, task->outcome, task->outcome_size);
	} else {
		buffer_add_literal (text, ",\"error\":{\"code\":-32603,"
					  "\"message\":\"it ended without a "
					  "result\"}");
	}
}
