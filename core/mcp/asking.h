/* Questions of handlers, one model for all eras: a round asks, and
 * the handler is called anew with the answers. */
#ifndef MCP_ASKING_H
#define MCP_ASKING_H

#include "base/buffer.h"
#include "mcp/request.h"
#include "plugin/call.h"

struct rpc_message;

/* The params of a question as the request's revision has them, as JSON. */
void asking_write_params (struct buffer *text, const struct request *request,
			  const struct call_ask *ask);

/* Why nobody is asked while the server stops. */
#define ASKING_TOO_LATE                                                        \
	"the server is stopping; nobody waits for an answer any more"

/* Why a question is not sent: the client cannot answer it, or there is no
 * orchestrator. */
#define ASKING_LACKING                                                         \
	"this needs an answer of the client, and it did not declare that it "  \
	"can give one"
#define ASKING_ALONE "there is no orchestrator that can be asked"

/* A call brought CALL_ASKING: the client or the orchestrator is asked, the
 * handler called again
 * later when it asked nothing, or the request fails with what the client
 * lacks. */
void asking_begin (struct request *request, const struct call_result *result);

/* 2026-07-28: params may bring the answers to an earlier round of the same
 * request; they become part of what is called (state lies in data, which the
 * caller frees after call_start). False: refused, and that was answered. */
bool asking_resume (struct request *request, struct json_object *params,
		    struct call_request *what, struct buffer *data);

/* A response of a client with a session. Late and unknown ones are ignored. */
void asking_answer (struct session *session, const struct rpc_message *message);

/* Nobody waits for the answers any more: plugin and client are told. NULL is
 * fine. */
void asking_drop (struct asking *asking);

/* Answers all requests that wait for their client (it may never answer), and
 * all questions that wait for the orchestrator. */
void asking_end_all (struct mcp *mcp);

#endif
