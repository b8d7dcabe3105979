/* A POST: parses it, finds the session, and hands each of its messages to
 * dispatch. Decides what is refused as a whole, with an HTTP status. */
#include <errno.h>
#include <string.h>

#include "base/limits.h"
#include "json/rpc.h"
#include "mcp/asking.h"
#include "mcp/dispatch.h"
#include "mcp/era.h"
#include "mcp/idle.h"
#include "mcp/reply.h"
#include "mcp/stateless.h"

/* --- Refusing --- */

static void
refuse (struct exchange *exchange, const char *id, const char *sentence)
{
	reply_refuse (exchange, 400, id, RPC_INVALID_REQUEST, "%s", sentence);
}

static void
refuse_for_memory (struct exchange *exchange, const char *id)
{
	reply_refuse (exchange, 503, id, RPC_INTERNAL_ERROR, "out of memory");
}

/* The exchange's session; NULL: refused. */
static struct session *
require_session (struct mcp *mcp, struct exchange *exchange, const char *id)
{
	struct session *session = NULL;
	struct visit visit = { .transport = exchange->transport,
			       .session_id = exchange->session_id,
			       .protocol_version = exchange->protocol_version,
			       .agent = exchange->agent };
	struct error err;
	int code = session_require (mcp, &visit, &session, &err);

	if (code < 0)
		reply_refuse (exchange, reply_status (code), id,
			      RPC_INVALID_REQUEST, "%s", err.text);
	return session;
}

/* --- One message --- */

static void
read_message (const struct exchange *exchange, struct json_object *value,
	      struct rpc_message *message)
{
	rpc_read (value, message);
	message->fault = exchange->fault;
}

static bool
is_initialize (const struct rpc_message *message)
{
	return message->kind == RPC_REQUEST
	       && strcmp (message->method, "initialize") == 0;
}

/* work: NULL over HTTP+SSE. */
static void
take_request (struct mcp *mcp, struct session *session, struct work *work,
	      const char *version, const struct rpc_message *message)
{
	struct caller caller = { .message_level = -1 };
	struct buffer body = { 0 };
	struct request *request;

	if (session != NULL) {
		caller = session->caller;
		caller.revision = session_revision (session, version);
	} else {
		caller.agent = work->exchange->agent;
	}
	request = request_new (mcp, session, &caller, work, message);
	if (request != NULL) {
		dispatch_request (request, message);
		return;
	}
	rpc_write_error (&body, message->id, RPC_INTERNAL_ERROR,
			 "out of memory", NULL);
	if (work != NULL)
		work_answer (work, &body);
	else
		session_send (session, body.data, body.size);
	buffer_fini (&body);
}

/* session: NULL for initialize. */
static void
take_single (struct mcp *mcp, struct exchange *exchange,
	     struct session *session, const struct rpc_message *message)
{
	struct work *work;

	if (message->kind == RPC_REQUEST
	    && exchange->transport == TRANSPORT_STREAMABLE) {
		work = work_new (exchange, session, 1, false);
		if (work == NULL)
			refuse_for_memory (exchange, message->id);
		else
			take_request (mcp, session, work, NULL, message);
		return;
	}
	if (message->kind == RPC_REQUEST)
		take_request (mcp, session, NULL, exchange->protocol_version,
			      message);
	else if (message->kind == RPC_NOTIFICATION)
		dispatch_notification (session, message);
	else
		asking_answer (session, message);
	reply_accept (exchange);
}

static void
post_single (struct mcp *mcp, struct exchange *exchange,
	     struct json_object *value)
{
	bool is_streamable = exchange->transport == TRANSPORT_STREAMABLE;
	struct session *session = NULL;
	struct rpc_message message;
	bool is_first;

	read_message (exchange, value, &message);
	if (message.kind == RPC_INVALID) {
		refuse (exchange, message.id, message.why);
		return;
	}
	if (era_is_stateless (exchange, &message)) {
		stateless_take (mcp, exchange, &message);
		return;
	}
	is_first = is_streamable && is_initialize (&message);
	if (!is_first || exchange->session_id != NULL) {
		/* The id of a response is one of ours: nothing is answered
		 * under it. */
		session = require_session (
			mcp, exchange,
			message.kind == RPC_RESPONSE ? NULL : message.id);
		if (session == NULL)
			return;
		if (message.kind == RPC_RESPONSE)
			idle_update (session);
		else
			session_heard (session);
	}
	if (is_first && session != NULL)
		refuse (exchange, message.id,
			"initialize: this session has "
			"begun already; leave Mcp-Session-Id out");
	else
		take_single (mcp, exchange, session, &message);
}

/* --- Batches --- */

/* Whether a message can be served in an array. n: for people, from 1. */
static int
check_member (const struct rpc_message *message, size_t n, struct error *err)
{
	if (message->kind == RPC_INVALID)
		return error_set (err, -EINVAL, "message %zu: %s", n,
				  message->why);
	if (is_initialize (message))
		return error_set (err, -EINVAL,
				  "message %zu: initialize must not be in an "
				  "array",
				  n);
	if (era_is_claimed (message))
		return error_set (err, -EINVAL,
				  "message %zu: its revision has no arrays", n);
	return 0;
}

/* An array is served whole or refused whole. *ret_n: its requests. */
static int
check_batch (struct json_object *array, const struct revision *revision,
	     size_t *ret_n, struct error *err)
{
	size_t n = json_object_array_length (array);
	struct rpc_message message;

	*ret_n = 0;
	if (!revision_has (revision, REVISION_BATCHES))
		return error_set (err, -EINVAL,
				  "arrays of messages are not in %s; POST "
				  "them one by one",
				  revision->name);
	if (n == 0 || n > LIMIT_RPC_BATCH)
		return error_set (err, -EINVAL,
				  "an array must hold 1 to %d messages",
				  LIMIT_RPC_BATCH);
	for (size_t i = 0; i < n; i++) {
		rpc_read (json_object_array_get_idx (array, i), &message);
		if (check_member (&message, i + 1, err) < 0)
			return -EINVAL;
		*ret_n += message.kind == RPC_REQUEST;
	}
	return 0;
}

static void
take_batch (struct mcp *mcp, struct session *session,
	    const struct exchange *exchange, struct work *work,
	    struct json_object *array)
{
	size_t n = json_object_array_length (array);
	struct rpc_message message;

	for (size_t i = 0; i < n; i++) {
		read_message (exchange, json_object_array_get_idx (array, i),
			      &message);
		if (message.kind == RPC_REQUEST)
			take_request (mcp, session, work,
				      exchange->protocol_version, &message);
		else if (message.kind == RPC_NOTIFICATION)
			dispatch_notification (session, &message);
		else
			asking_answer (session, &message);
	}
}

static void
post_batch (struct mcp *mcp, struct exchange *exchange,
	    struct json_object *array)
{
	const struct revision *revision;
	struct session *session;
	struct work *work = NULL;
	struct error err;
	size_t n;

	if (era_is_in_header (exchange)) {
		refuse (exchange, NULL,
			"arrays of messages are not in this revision; POST "
			"them one by one");
		return;
	}
	session = require_session (mcp, exchange, NULL);
	if (session == NULL)
		return;
	session_heard (session);
	revision = session_revision (session, exchange->protocol_version);
	if (check_batch (array, revision, &n, &err) < 0) {
		refuse (exchange, NULL, err.text);
		return;
	}
	if (n == 0 || exchange->transport == TRANSPORT_SSE) {
		take_batch (mcp, session, exchange, NULL, array);
		reply_accept (exchange);
		return;
	}
	work = work_new (exchange, session, n, true);
	if (work == NULL)
		refuse_for_memory (exchange, NULL);
	else
		take_batch (mcp, session, exchange, work, array);
}

/* --- The transport's entries --- */

/* The credential was good when the head came. */
static bool
is_revoked (struct exchange *exchange)
{
	struct buffer body = { 0 };

	if (exchange->agent == NULL || !exchange->agent->is_revoked)
		return false;
	mcp_write_unauthorized (&body);
	exchange->ops->reply (exchange, 401, &body, NULL);
	buffer_fini (&body);
	return true;
}

/* What is JSON but beyond a limit is read for its id, so that the refusal is
 * an answer: HTTP errors end some clients' sessions. err: outlives the post. */
static int
parse (struct exchange *exchange, const char *body, size_t size,
       struct json_object **ret_value, struct error *err)
{
	int code = json_parse (body, size, NULL, ret_value, err);

	if (code != -E2BIG)
		return code;
	exchange->fault = err->text;
	return json_parse_leniently (body, size, ret_value);
}

void
mcp_post (struct mcp *mcp, struct exchange *exchange, const char *body,
	  size_t size)
{
	struct json_object *value = NULL;
	struct error err;
	int code;

	exchange->work = NULL;
	exchange->fault = NULL;
	if (is_revoked (exchange))
		return;
	code = parse (exchange, body, size, &value, &err);
	if (code == -ENOMEM)
		refuse_for_memory (exchange, NULL);
	else if (code < 0)
		reply_refuse (exchange, 400, NULL, RPC_PARSE_ERROR, "%s",
			      err.text);
	else if (json_object_is_type (value, json_type_array))
		post_batch (mcp, exchange, value);
	else
		post_single (mcp, exchange, value);
	json_object_put (value);
}

void
mcp_exchange_left (struct mcp *mcp, struct exchange *exchange)
{
	struct work *work = exchange->work;

	/* No cancellation in the revisions with sessions (transports): what
	 * was asked for is done, and its answer kept if its client can come
	 * back for it. In those without, who leaves cancels (2026-07-28
	 * cancellation). */
	(void) mcp;
	if (work == NULL)
		return;
	work->exchange = NULL;
	if (work->request != NULL)
		request_cut (work->request, CALL_END_LEFT, NULL);
}
