/* Tasks as values of keys: a line of JSON, and behind it the outcome as it is
 * sent. Knows no client, and not when something is kept. */
#include "mcp/task_store.h"

#include <stdio.h>
#include <string.h>

#include <utlist.h>

#include "base/clock.h"
#include "base/log.h"
#include "json/json.h"
#include "mcp/task_record.h"

#define PREFIX "core/tasks/"

struct task_key {
	char text[sizeof PREFIX + 2 * TASK_ID_BYTES];
};

static struct task_key
key_of (const struct task_record *task)
{
	struct task_key key;

	snprintf (key.text, sizeof key.text, PREFIX "%s", task->id);
	return key;
}

/* --- Writing --- */

static void
write_value (struct buffer *value, const struct task_record *task)
{
	buffer_add_literal (value, "{\"createdMs\":");
	buffer_add_int (value, task->created_ms);
	buffer_add_literal (value, ",\"updatedMs\":");
	buffer_add_int (value, task->updated_ms);
	buffer_add_format (value, ",\"ended\":%s,\"cancelled\":%s",
			   task->request == NULL ? "true" : "false",
			   task->is_cancelled ? "true" : "false");
	if (task->owner != NULL) {
		buffer_add_literal (value, ",\"owner\":");
		json_write_text (value, task->owner);
	}
	buffer_add_literal (value, "}\n");
	buffer_add (value, task->outcome, task->outcome_size);
}

int
task_store_put (const struct task_record *task, uint64_t *ret_ticket)
{
	struct journal *journal = task->mcp->options->journal;
	struct task_key key = key_of (task);
	struct buffer value = { 0 };
	struct change change = { .kind = CHANGE_PUT,
				 .key = key.text,
				 .version = JOURNAL_ANY };
	struct error err;
	int r;

	if (journal == NULL)
		return 0;
	write_value (&value, task);
	change.value = value.data;
	change.size = value.size;
	r = value.failed ? -ENOMEM
			 : journal_commit (journal, &change, 1, NULL,
					   ret_ticket, &err);
	buffer_fini (&value);
	return r;
}

void
task_store_delete (const struct task_record *task)
{
	struct journal *journal = task->mcp->options->journal;
	struct task_key key = key_of (task);
	struct change change = { .kind = CHANGE_DELETE,
				 .key = key.text,
				 .version = JOURNAL_ANY };
	struct error err;

	/* What stays because of a failure goes after the next start. */
	if (journal != NULL)
		journal_commit (journal, &change, 1, NULL, NULL, &err);
}

/* --- Reading --- */

static int64_t
get_ms (struct json_object *head, const char *name)
{
	return json_object_get_int64 (json_get (head, name));
}

static int
restore (struct mcp *mcp, const char *id, struct json_object *head,
	 const char *outcome, size_t size)
{
	struct task_record *task = task_record_restore (mcp, id);

	if (task == NULL
	    || task_record_set_owner (task, json_get_string (head, "owner")) < 0
	    || task_record_set_outcome (task, outcome, size) < 0)
		return -ENOMEM;
	task->created_ms = get_ms (head, "createdMs");
	task->updated_ms = get_ms (head, "updatedMs");
	task->is_cancelled =
		json_object_get_boolean (json_get (head, "cancelled"));
	if (json_object_get_boolean (json_get (head, "ended")))
		task_record_settle (task);
	return 0;
}

static void
take_key (void *arg, const char *key, const void *value, size_t size,
	  uint64_t version)
{
	const char *id = key + strlen (PREFIX);
	const char *end = memchr (value, '\n', size);
	size_t head_size = end != NULL ? (size_t) (end - (char *) value) : 0;
	struct json_object *head = NULL;
	struct error err;

	(void) version;
	if (strlen (id) != 2 * TASK_ID_BYTES
	    || json_parse (value, head_size, NULL, &head, &err) < 0
	    || restore (arg, id, head, end + 1, size - head_size - 1) < 0)
		log_warning ("task %.64s: it cannot be read back", id);
	json_object_put (head);
}

static void
fail_running (struct mcp *mcp)
{
	struct task_record *task, *next;

	HASH_ITER (hh, mcp->tasks, task, next) {
		uint64_t ticket;

		if (task->is_ended)
			continue;
		task->updated_ms = clock_wall_ms ();
		task_record_fail (task, "the server was restarted before it "
					"ended");
		task_record_settle (task);
		/* Otherwise it fails once more after the next start. */
		task_store_put (task, &ticket);
	}
}

static int
compare (const struct task_record *one, const struct task_record *other)
{
	return one->updated_ms < other->updated_ms
		       ? -1
		       : one->updated_ms > other->updated_ms;
}

void
task_store_load (struct mcp *mcp)
{
	struct journal *journal = mcp->options->journal;

	if (journal == NULL)
		return;
	if (journal_list (journal, PREFIX, take_key, mcp) < 0)
		log_warning ("the tasks cannot be read back: out of memory");
	fail_running (mcp);
	DL_SORT (mcp->ended_tasks, compare);
}
