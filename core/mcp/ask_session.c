/* elicitation/create, sampling/createMessage and roots/list as requests to the
 * client, and its responses. */
#include "mcp/ask_session.h"

#include <stdio.h>
#include <string.h>

#include <utlist.h>

#include "base/limits.h"
#include "json/rpc.h"
#include "mcp/ask_answer.h"
#include "mcp/ask_orchestrator.h"
#include "mcp/ask_round.h"

/* Ids of ours, a space of their own (messages, each revision). */
#define ID_FORMAT "\"ask-%llu\""

/* --- No answer --- */

/* Those who have not answered are told that nobody waits any more
 * (cancellation). */
static void
withdraw (struct asking *asking, const struct ask *ask, const char *reason)
{
	struct buffer text = { 0 };

	if (ask->answer != NULL || ask->id[0] == '\0')
		return;
	rpc_begin_notification (&text, "notifications/cancelled");
	buffer_add_literal (&text, "{\"requestId\":");
	buffer_add_text (&text, ask->id);
	buffer_add_literal (&text, ",\"reason\":\"");
	buffer_add_text (&text, reason);
	buffer_add_literal (&text, "\"}}");
	if (text.failed == 0)
		request_notify (asking->request, text.data, text.size);
	buffer_fini (&text);
}

void
ask_session_withdraw (struct asking *asking)
{
	for (size_t i = 0; i < asking->n_asks; i++)
		withdraw (asking, &asking->asks[i],
			  "nobody waits for the answer any more");
}

static void
expired (uv_timer_t *timer)
{
	struct asking *asking = timer->data;

	for (size_t i = 0; i < asking->n_asks; i++)
		withdraw (asking, &asking->asks[i], "no answer in time");
	ask_round_expire (asking);
	ask_round_go_on (asking);
}

/* --- Asking --- */

static bool
send_ask (struct asking *asking, const struct call_ask *ask)
{
	struct request *request = asking->request;
	struct ask *slot = ask_round_add (asking, ask);
	struct buffer text = { 0 };
	bool is_sent;

	if (slot == NULL)
		return false;
	snprintf (slot->id, sizeof slot->id, ID_FORMAT,
		  (unsigned long long) ++request->session->n_asked);
	rpc_begin_request (&text, slot->id, ask->method);
	asking_write_params (&text, request, ask);
	buffer_add_char (&text, '}');
	is_sent = text.failed == 0
		  && request_notify (request, text.data, text.size);
	buffer_fini (&text);
	if (!is_sent)
		slot->id[0] = '\0';
	return is_sent;
}

/* Whoever is asked takes the time that people take, unless the handler says
 * how long it waits. */
static uint64_t
find_timeout (const struct request *request, const struct call_request *again)
{
	int64_t left_ms = again->due_ms - loop_now_ms (request->mcp->loop);

	if (again->is_task || !again->has_own_due)
		return LIMIT_ASK_MS;
	return left_ms > 1 ? (uint64_t) left_ms : 1;
}

void
ask_session_begin (struct request *request, const struct call_result *result)
{
	struct asking *asking = ask_round_new (request, result);
	bool is_sent = asking != NULL;

	for (size_t i = 0; is_sent && i < result->n_asks; i++)
		is_sent = send_ask (asking, &result->asks[i]);
	if (is_sent) {
		uv_timer_start (&asking->timer, expired,
				find_timeout (request, result->again), 0);
		return;
	}
	request_fail (request, RPC_INTERNAL_ERROR,
		      "this needs an answer of the client, which cannot be "
		      "asked: it accepts no event stream");
}

/* --- Responses --- */

static struct ask *
find_ask (struct asking *asking, const char *id)
{
	for (size_t i = 0; i < asking->n_asks; i++)
		if (id[0] != '\0' && strcmp (asking->asks[i].id, id) == 0)
			return &asking->asks[i];
	return NULL;
}

/* A plugin's thread may get it while the message is still ours. NULL: no
 * memory. */
static struct json_object *
copy (struct json_object *value)
{
	struct json_object *copied = NULL;

	json_object_deep_copy (value, &copied, NULL);
	return copied;
}

/* What a plugin gets is an object in any case. */
static struct json_object *
make_answer (const struct ask *ask, const struct rpc_message *message)
{
	struct json_object *answer;

	if (message->fault != NULL)
		return ask_answer_error (RPC_INVALID_REQUEST, message->fault);
	if (message->error == NULL)
		return ask_answer_result (
			ask->form,
			json_object_is_type (message->result, json_type_object)
				? copy (message->result)
				: json_object_new_object ());
	answer = json_object_new_object ();
	json_object_object_add (answer, "error", copy (message->error));
	return answer;
}

static void
take_response (struct asking *asking, struct ask *ask,
	       const struct rpc_message *message)
{
	if (ask->answer != NULL)
		return;
	ask_round_take (asking, ask, make_answer (ask, message));
	if (asking->n_open == 0)
		ask_round_go_on (asking);
}

void
asking_answer (struct session *session, const struct rpc_message *message)
{
	struct request *request;

	DL_FOREACH (session->calls, request) {
		struct ask *ask = NULL;

		if (request->asking != NULL)
			ask = find_ask (request->asking, message->id);
		if (ask != NULL) {
			take_response (request->asking, ask, message);
			return;
		}
	}
}

/* --- The end --- */

static void
end_all (struct request *calls)
{
	struct request *request, *next;

	DL_FOREACH_SAFE (calls, request, next)
		if (request->asking != NULL && request->asking->is_inquiry)
			ask_orchestrator_end (request->asking);
		else if (request->asking != NULL && request->asking->n_asks > 0)
			request_fail (request, MCP_CODE_DRAINING,
				      ASKING_TOO_LATE);
}

void
asking_end_all (struct mcp *mcp)
{
	struct session *session, *next;

	end_all (mcp->calls);
	HASH_ITER (hh, mcp->sessions, session, next)
		end_all (session->calls);
}
