/* Calls with keys: a table of those that run or are being kept, each with the
 * requests that wait for it, and memos of what they brought. Knows no revision:
 * what is kept is shaped for whoever asks. */
#include "mcp/idempotency.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <utlist.h>

#include "base/digest.h"
#include "base/limits.h"
#include "json/json.h"
#include "json/rpc.h"
#include "mcp/calling.h"
#include "mcp/kept_result.h"
#include "mcp/tasks.h"
#include "store/journal.h"

/* A key with a call that runs, or whose result is not kept yet. */
struct once {
	struct journal_wait wait; /* when first has left before that */
	struct mcp *mcp;
	char name[DIGEST_TEXT_SIZE];	  /* of agent, tool and key */
	char arguments[DIGEST_TEXT_SIZE]; /* their digest */
	struct request *first;		  /* NULL: it has left */
	struct request *waiting;
	uint64_t ticket; /* of its result, when there is one */
	bool has_result; /* a memo */
	UT_hash_handle hh;
};

void
idempotency_load (struct mcp *mcp)
{
	mcp->results = (struct memos){ .prefix = "core/idempotency/",
				       .max = LIMIT_KEPT_RESULTS,
				       .max_bytes = LIMIT_KEPT_RESULT_BYTES,
				       .kept_ms = LIMIT_KEPT_RESULT_MS,
				       .journal = mcp->options->journal };
	memos_load (&mcp->results);
}

void
idempotency_free (struct mcp *mcp)
{
	struct once *once, *next;

	HASH_ITER (hh, mcp->once, once, next) {
		assert (once->first == NULL && once->waiting == NULL);
		journal_unwait (mcp->options->journal, &once->wait);
		HASH_DEL (mcp->once, once);
		free (once);
	}
	memos_fini (&mcp->results);
}

/* --- Names --- */

/* Without a credential the program's name has to do, as for the rate. */
static int
make_name (char name[DIGEST_TEXT_SIZE], const struct caller *caller,
	   const struct tool *tool, const char *key)
{
	const char *agent = caller_agent (caller);
	struct buffer text = { 0 };
	int r;

	buffer_add_text (&text, agent != NULL ? "agent " : "client ");
	if (agent == NULL)
		agent = caller->client != NULL ? caller->client : "";
	buffer_add (&text, agent, strlen (agent) + 1);
	buffer_add (&text, tool->row.name, strlen (tool->row.name) + 1);
	r = buffer_add_text (&text, key);
	digest_make (name, text.data, text.size);
	buffer_fini (&text);
	return r;
}

static int
digest_arguments (char digest[DIGEST_TEXT_SIZE], struct json_object *arguments)
{
	struct buffer text = { 0 };
	int r;

	json_write_canonical (&text, arguments);
	r = text.failed;
	if (r == 0)
		digest_make (digest, text.data, text.size);
	buffer_fini (&text);
	return r;
}

/* --- Beginning --- */

static bool
refuse_other (struct request *request)
{
	request_fail (request, RPC_INVALID_PARAMS,
		      "this idempotency key was used with other arguments; "
		      "nothing was done, use a new key for another call");
	return false;
}

/* False: there is one, and it was answered. */
static bool
has_no_result (struct request *request, const struct once *once)
{
	const struct memo *memo =
		memos_find (&request->mcp->results, once->name);
	struct call_result result;

	if (memo == NULL)
		return true;
	if (!kept_result_read (memo->value, memo->size, once->arguments,
			       &result))
		return refuse_other (request);
	calling_answer (request, &result);
	return false;
}

/* The first one may go on for days: who asks again gets what it got. */
static void
join_task (struct request *request, const struct task_record *task)
{
	if (request->caller.can & CALL_CAN_TASK)
		tasks_answer_again (request, task);
	else
		request_fail (request, MCP_CODE_BUSY,
			      "the first call with this idempotency key goes "
			      "on as a task; its result is given again when it "
			      "has ended");
}

/* False: one runs, and the request waits for it or was answered. */
static bool
runs_not (struct request *request, const struct once *once)
{
	struct once *other;

	HASH_FIND_STR (request->mcp->once, once->name, other);
	if (other == NULL)
		return true;
	if (strcmp (other->arguments, once->arguments) != 0)
		return refuse_other (request);
	if (other->first != NULL && other->first->task != NULL) {
		join_task (request, other->first->task);
		return false;
	}
	request->once = other;
	DL_APPEND2 (other->waiting, request, once_prev, once_next);
	return false;
}

/* once: taken. */
static bool
begin (struct request *request, struct once *once)
{
	bool is_first =
		runs_not (request, once) && has_no_result (request, once);

	if (is_first) {
		once->mcp = request->mcp;
		once->first = request;
		HASH_ADD_STR (request->mcp->once, name, once);
		if (once->hh.tbl != NULL) {
			request->once = once;
			return true;
		}
		request_error (request, RPC_INTERNAL_ERROR, "out of memory");
	}
	free (once);
	return false;
}

bool
idempotency_begin (struct request *request, const struct tool *tool,
		   struct json_object *params, struct json_object *arguments)
{
	struct json_object *meta = json_get (params, "_meta");
	const char *key = json_get_string (meta, IDEMPOTENCY_KEY);
	size_t size = key != NULL ? strlen (key) : 0;
	struct once *once;

	if (key == NULL && !json_has (meta, IDEMPOTENCY_KEY))
		return true;
	if (size < 1 || size > LIMIT_IDEMPOTENCY_KEY_BYTES) {
		request_error (request, RPC_INVALID_PARAMS,
			       "params._meta: " IDEMPOTENCY_KEY
			       ": expected a string of 1 to %d bytes",
			       LIMIT_IDEMPOTENCY_KEY_BYTES);
		return false;
	}
	once = calloc (1, sizeof *once);
	if (once != NULL
	    && make_name (once->name, &request->caller, tool, key) == 0
	    && digest_arguments (once->arguments, arguments) == 0)
		return begin (request, once);
	free (once);
	request_error (request, RPC_INTERNAL_ERROR, "out of memory");
	return false;
}

/* --- The end --- */

static void
answer_lost (struct request *request)
{
	request_fail (request, MCP_CODE_BUSY,
		      "the first call with this idempotency key ended without "
		      "a result; try again");
}

/* Each answer may be the end of others that wait. result: NULL: none. */
static void
answer_waiting (struct once *once, const struct call_result *result)
{
	struct request *request;

	while ((request = once->waiting) != NULL) {
		DL_DELETE2 (once->waiting, request, once_prev, once_next);
		request->once = NULL;
		if (result != NULL)
			calling_answer (request, result);
		else
			answer_lost (request);
	}
}

static void
end (struct once *once, const struct call_result *result)
{
	HASH_DEL (once->mcp->once, once);
	answer_waiting (once, result);
	free (once);
}

/* What it brought could not be kept, and is not true any more. */
static void
lose (struct once *once)
{
	memos_remove (&once->mcp->results, once->name);
	end (once, NULL);
}

/* The memo may have gone for others meanwhile. */
static void
end_with_memo (struct once *once)
{
	const struct memo *memo = memos_find (&once->mcp->results, once->name);
	struct call_result result;
	bool is_there = memo != NULL
			&& kept_result_read (memo->value, memo->size,
					     once->arguments, &result);

	end (once, is_there ? &result : NULL);
}

static void
on_kept (struct journal_wait *wait, int result)
{
	struct once *once = (struct once *) wait;

	if (result < 0)
		lose (once);
	else
		end_with_memo (once);
}

/* Its first request has gone. A result that the journal does not have yet is
 * no answer for others. */
static void
leave_first (struct once *once)
{
	struct journal *journal = once->mcp->options->journal;

	once->first = NULL;
	once->wait.ticket = once->ticket;
	once->wait.done = on_kept;
	if (!once->has_result)
		end (once, NULL);
	else if (journal == NULL || journal_wait (journal, &once->wait))
		end_with_memo (once);
}

static bool
is_tools_own (const struct call_result *result)
{
	return result->outcome == CALL_OK
	       || (result->outcome == CALL_FAILED && result->is_own);
}

uint64_t
idempotency_keep (struct request *request, const struct call_result *result)
{
	struct once *once = request->once;
	struct buffer value = { 0 };

	if (!is_tools_own (result))
		return 0;
	kept_result_write (&value, once->arguments, result);
	if (value.failed == 0
	    && memos_put (&once->mcp->results, once->name, value.data,
			  value.size, &once->ticket)
		       == 0)
		once->has_result = true;
	buffer_fini (&value);
	return once->ticket;
}

void
idempotency_end (struct request *request, const struct call_result *result)
{
	struct once *once = request->once;

	if (result->outcome == CALL_ASKING)
		return;
	request->once = NULL;
	if (is_tools_own (result))
		end (once, result);
	else if (result->is_lost)
		lose (once);
	else
		leave_first (once);
}

void
idempotency_become_task (struct request *first)
{
	struct once *once = first->once;
	struct request *request;

	while ((request = once->waiting) != NULL) {
		DL_DELETE2 (once->waiting, request, once_prev, once_next);
		request->once = NULL;
		join_task (request, first->task);
	}
}

void
idempotency_leave (struct request *request)
{
	struct once *once = request->once;

	request->once = NULL;
	if (once->first == request)
		leave_first (once);
	else
		DL_DELETE2 (once->waiting, request, once_prev, once_next);
}
