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

	HASH_DEL (mcp->tasks, task);
	if (task->request == NULL)
		DL_DELETE (mcp->ended_tasks, task);
	mcp->task_bytes -= task->outcome_size;
	free (task->outcome);
	free (task);
}

static bool
is_old (const struct task_record *task)
{
	return task->request == NULL
	       && clock_wall_ms () > task->updated_ms + LIMIT_TASK_KEPT_MS;
}

/* Those whose time is up go; and when room is needed, the first that ended. */
static void
make_room (struct mcp *mcp)
{
	while (mcp->ended_tasks != NULL
	       && (is_old (mcp->ended_tasks)
		   || HASH_COUNT (mcp->tasks) >= LIMIT_TASKS
		   || mcp->task_bytes > LIMIT_TASK_BYTES))
		task_record_free (mcp->ended_tasks);
}

bool
task_record_has_room (struct mcp *mcp)
{
	make_room (mcp);
	return HASH_COUNT (mcp->tasks) < LIMIT_TASKS;
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
	HASH_ADD_STR (mcp->tasks, id, task);
	if (task->hh.tbl == NULL) {
		free (task);
		return NULL;
	}
	return task;
}

struct task_record *
task_record_find (struct mcp *mcp, const char *id)
{
	struct task_record *task;

	HASH_FIND_STR (mcp->tasks, id, task);
	return task != NULL && !is_old (task) ? task : NULL;
}

void
task_record_end (struct task_record *task, const char *id, struct buffer *body)
{
	/* Before the member; behind it is the end of the answer. */
	size_t before = strlen ("{\"jsonrpc\":\"2.0\",\"id\":,") + strlen (id);

	make_room (task->mcp);
	task->request = NULL;
	task->updated_ms = clock_wall_ms ();
	DL_APPEND (task->mcp->ended_tasks, task);
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

/* From its creation on: what runs is kept as if it ended now, at least. */
static int64_t
time_to_live_ms (const struct task_record *task)
{
	int64_t end_ms =
		task->request != NULL ? clock_wall_ms () : task->updated_ms;

	return end_ms - task->created_ms + LIMIT_TASK_KEPT_MS;
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
	buffer_add_literal (text, ",\"ttlMs\":");
	buffer_add_int (text, time_to_live_ms (task));
	buffer_add_format (text, ",\"pollIntervalMs\":%d", LIMIT_TASK_POLL_MS);
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
