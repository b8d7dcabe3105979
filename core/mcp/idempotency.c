/* Calls with keys: a table of those that run, each with the requests that
 * wait for it, and memos of what others brought. Knows no revision: what is
 * kept is shaped for whoever asks. */
#include "mcp/idempotency.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <utlist.h>

#include "base/digest.h"
#include "base/limits.h"
#include "json/json.h"
#include "json/rpc.h"
#include "mcp/calling.h"
#include "mcp/kept_result.h"

/* A key with a call that runs. */
struct once {
	char name[DIGEST_TEXT_SIZE];	  /* of agent, tool and key */
	char arguments[DIGEST_TEXT_SIZE]; /* their digest */
	struct request *first;
	struct request *waiting;
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

/* False: one runs, and the request waits for it or was refused. */
static bool
runs_not (struct request *request, const struct once *once)
{
	struct once *other;

	HASH_FIND_STR (request->mcp->once, once->name, other);
	if (other == NULL)
		return true;
	if (strcmp (other->arguments, once->arguments) != 0)
		return refuse_other (request);
	request->once = other;
	DL_APPEND2 (other->waiting, request, once_prev, once_next);
	return false;
}

/* once: taken. */
static bool
begin (struct request *request, struct once *once)
{
	bool is_first =
		has_no_result (request, once) && runs_not (request, once);

	if (is_first) {
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
			request_fail (request, MCP_CODE_BUSY,
				      "the first call with this idempotency "
				      "key ended without a result; try again");
	}
}

static void
end (struct request *request, const struct call_result *result)
{
	struct once *once = request->once;

	request->once = NULL;
	HASH_DEL (request->mcp->once, once);
	answer_waiting (once, result);
	free (once);
}

void
idempotency_keep (struct request *request, const struct call_result *result)
{
	const struct once *once = request->once;
	bool is_own = result->outcome == CALL_OK
		      || (result->outcome == CALL_FAILED && result->is_own);
	struct buffer value = { 0 };

	if (result->outcome == CALL_ASKING)
		return;
	if (is_own) {
		kept_result_write (&value, once->arguments, result);
		if (value.failed == 0)
			memos_put (&request->mcp->results, once->name,
				   value.data, value.size, NULL);
		buffer_fini (&value);
	}
	end (request, is_own ? result : NULL);
}

void
idempotency_leave (struct request *request)
{
	struct once *once = request->once;

	if (once->first == request) {
		end (request, NULL);
		return;
	}
	DL_DELETE2 (once->waiting, request, once_prev, once_next);
	request->once = NULL;
}
