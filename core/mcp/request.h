/* A request of a client, from its arrival to its answer. Whoever handles it
 * calls exactly one of request_answer, request_error, request_fail; then it
 * is gone. */
#ifndef MCP_REQUEST_H
#define MCP_REQUEST_H

#include "mcp/caller.h"
#include "mcp/session.h"
#include "mcp/work.h"

struct asking;
struct method;
struct once;
struct rpc_message;
struct task_record;

struct request {
	struct mcp *mcp;
	struct session *session; /* NULL: initialize, before it begins one, and
				  * revisions without sessions */
	struct caller caller;	 /* its revision: NULL for such an initialize */
	const struct method *method;
	struct work *work; /* where the answer goes; NULL: to the session's
			    * channel */
	/* Of those that became a call. */
	bool is_call;
	struct call *call;
	struct asking *asking;	   /* instead of call, between rounds */
	unsigned n_questions;	   /* rounds that asked its client */
	unsigned wait_ms;	   /* before this round; 0: it was not made
				      * to wait */
	struct task_record *task;  /* where the answer goes instead */
	struct progress *progress; /* or NULL */
	struct once *once;	   /* by idempotency.c; or NULL */
	struct request *once_prev, *once_next; /* among those that wait there */
	char *uri;		     /* of a resource that is read; or NULL */
	struct request *prev, *next; /* in session->calls or mcp->calls */
	char id[];		     /* JSON text; behind it the client */
};

/* session: NULL for none; else caller is the session's. caller is copied, its
 * client (caller_client) only when no session keeps it. The message is read,
 * not kept. NULL: out of memory. */
struct request *request_new (struct mcp *mcp, struct session *session,
			     const struct caller *caller, struct work *work,
			     const struct rpc_message *message);

/* The whole answer, begun with result_begin. body: taken. */
void request_answer (struct request *request, struct buffer *body);
/* An answer without members of its method's own. */
void request_answer_empty (struct request *request);
/* A JSON-RPC error. */
void request_error (struct request *request, int code, const char *format, ...)
	__attribute__ ((format (printf, 3, 4)));
/* The same with error.data, as JSON text. */
void request_error_data (struct request *request, int code, const char *data,
			 const char *format, ...)
	__attribute__ ((format (printf, 4, 5)));
/* The request is fine but cannot be served (busy, stopping, a tool's fault):
 * a result with isError for tools, so that models read it, else a JSON-RPC
 * error. */
void request_fail (struct request *request, int code, const char *sentence);
/* The answer that this would be. */
void request_write_failure (struct buffer *body, const struct request *request,
			    int code, const char *sentence);

/* It is answered by a stream of its own: its exchange is no longer ours. */
void request_leave (struct request *request);

/* What the request brings goes to the task. Returns where its client waits:
 * answering is the caller's now. */
struct work *request_become_task (struct request *request,
				  struct task_record *task);
/* Keeps the URI of what is read. False: no memory, and it was answered. */
bool request_keep_uri (struct request *request, const char *uri);
/* The request becomes a call that runs. False: too many run already, and it
 * was answered. */
bool request_begin_call (struct request *request);
/* Ends a call from outside: it is cancelled, and answered with the sentence;
 * NULL: not answered, as cancellation demands. */
void request_cut (struct request *request, enum call_end why,
		  const char *sentence);
/* A message to the client before the answer. False: it cannot be told. */
bool request_notify (struct request *request, const char *data, size_t size);

#endif
