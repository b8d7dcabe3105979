/* Keeps tasks. Knows nothing of what runs behind them. */
#include "mcp/task_record.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <utlist.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/random.h"
#include "mcp/agents.h"
#include "mcp/task_keep.h"
#include "mcp/task_store.h"

static void
drop_outcome (struct task_record *task)
{
	task->mcp->task_bytes -= task->outcome_size;
	free (task->outcome);
	task->outcome = NULL;
	task->outcome_size = 0;
}

void
task_record_free (struct task_record *task)
{
	task_keep_stop (task);
	HASH_DEL (task->mcp->tasks, task);
	if (task->is_ended)
		DL_DELETE (task->mcp->ended_tasks, task);
	drop_outcome (task);
	free (task->owner);
	free (task);
}

void
task_record_forget (struct task_record *task)
{
	task_store_delete (task);
	task_record_free (task);
}

static bool
is_old (const struct task_record *task)
{
	return task->is_ended
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
		task_record_forget (mcp->ended_tasks);
}

bool
task_record_has_room (struct mcp *mcp)
{
	make_room (mcp);
	return HASH_COUNT (mcp->tasks) < LIMIT_TASKS;
}

struct task_record *
task_record_restore (struct mcp *mcp, const char *id)
{
	struct task_record *task = calloc (1, sizeof *task);

	if (task == NULL)
		return NULL;
	memcpy (task->id, id, sizeof task->id);
	task->mcp = mcp;
	HASH_ADD_STR (mcp->tasks, id, task);
	if (task->hh.tbl == NULL) {
		free (task);
		return NULL;
	}
	return task;
}

/* An agent's name is not empty. */
static const char *
owner_of (const struct agent *agent)
{
	if (agent == NULL)
		return NULL;
	return agent->name != NULL ? agent->name : "";
}

struct task_record *
task_record_new (struct mcp *mcp, struct request *request,
		 const struct agent *agent)
{
	char id[2 * TASK_ID_BYTES + 1];
	struct task_record *task = NULL;

	random_hex (id, TASK_ID_BYTES);
	if (task_record_has_room (mcp))
		task = task_record_restore (mcp, id);
	if (task == NULL)
		return NULL;
	if (task_record_set_owner (task, owner_of (agent)) < 0) {
		task_record_free (task);
		return NULL;
	}
	task->request = request;
	task->created_ms = task->updated_ms = clock_wall_ms ();
	return task;
}

static bool
is_owned_by (const struct task_record *task, const struct agent *agent)
{
	const char *owner = owner_of (agent);

	if (owner == NULL || task->owner == NULL)
		return owner == task->owner;
	return strcmp (owner, task->owner) == 0;
}

struct task_record *
task_record_find (struct mcp *mcp, const struct agent *agent, const char *id)
{
	struct task_record *task;

	HASH_FIND_STR (mcp->tasks, id, task);
	return task != NULL && !is_old (task) && is_owned_by (task, agent)
		       ? task
		       : NULL;
}

int
task_record_set_owner (struct task_record *task, const char *owner)
{
	task->owner = owner != NULL ? strdup (owner) : NULL;
	return owner != NULL && task->owner == NULL ? -ENOMEM : 0;
}

/* outcome: taken. */
static void
keep_outcome (struct task_record *task, char *outcome, size_t size)
{
	drop_outcome (task);
	task->outcome = outcome;
	task->outcome_size = size;
	task->mcp->task_bytes += size;
	task->is_failed = size > 1 && outcome[1] == 'e';
}

int
task_record_set_outcome (struct task_record *task, const char *outcome,
			 size_t size)
{
	char *copy = size > 0 ? malloc (size) : NULL;

	if (size > 0 && copy == NULL)
		return -ENOMEM;
	if (copy != NULL)
		keep_outcome (task, memcpy (copy, outcome, size), size);
	return 0;
}

void
task_record_end (struct task_record *task, const char *id, struct buffer *body)
{
	/* Before the member; behind it is the end of the answer. */
	size_t before = strlen ("{\"jsonrpc\":\"2.0\",\"id\":,") + strlen (id);
	size_t size;
	char *outcome;

	make_room (task->mcp);
	task->request = NULL;
	task->updated_ms = clock_wall_ms ();
	if (body == NULL || body->size <= before + 1)
		return;
	buffer_drop (body, before);
	body->size--;
	outcome = buffer_take (body, &size);
	keep_outcome (task, outcome, size);
}

void
task_record_fail (struct task_record *task, const char *sentence)
{
	struct buffer outcome = { 0 };
	size_t size;
	char *text;

	buffer_add_format (&outcome,
			   "\"error\":{\"code\":-32603,\"message\":\"%s\"}",
			   sentence);
	text = buffer_take (&outcome, &size);
	keep_outcome (task, text, text != NULL ? size : 0);
}

void
task_record_settle (struct task_record *task)
{
	task->is_ended = true;
	DL_APPEND (task->mcp->ended_tasks, task);
}

static const char *
status_of (const struct task_record *task, bool is_asking)
{
	if (!task->is_ended)
		return is_asking ? "input_required" : "working";
	if (task->is_cancelled)
		return "cancelled";
	return task->is_failed || task->outcome == NULL ? "failed"
							: "completed";
}

/* From its creation on: what runs is kept as if it ended now, at least. */
static int64_t
time_to_live_ms (const struct task_record *task)
{
	int64_t end_ms = task->is_ended ? task->updated_ms : clock_wall_ms ();

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
	if (task->is_cancelled || !task->is_ended)
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
