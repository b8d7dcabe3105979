/* From a message to what handles it: the tables of methods. */
#ifndef MCP_DISPATCH_H
#define MCP_DISPATCH_H

#include "mcp/request.h"

struct buffer;
struct call_result;
struct json_object;
struct rpc_message;

enum method_flag {
	/* Served while the server stops (a method that then fails by itself,
	 * or costs nothing). */
	METHOD_WHILE_DRAINING = 1 << 0,
	/* request_fail gives a result with isError. */
	METHOD_FAILS_AS_RESULT = 1 << 1,
	/* Its results say how long they may be kept (2026-07-28 caching). */
	METHOD_HAS_CACHING = 1 << 2,
	/* Only in revisions with sessions, or only in those without. */
	METHOD_WITH_SESSION = 1 << 3,
	METHOD_WITHOUT_SESSION = 1 << 4
};

/* A row: a method that clients may call. */
struct method {
	const char *name;
	/* params: lent, NULL when there are none; handle may take parts out. */
	void (*handle) (struct request *request, struct json_object *params);
	unsigned int flags;
	/* The member of params that Mcp-Name repeats (2026-07-28); or NULL. */
	const char *name_param;
	/* The members of the result for a call that is CALL_OK (result.h); NULL
	 * when the method makes no calls. */
	void (*write) (struct buffer *body, const struct request *request,
		       const struct call_result *result);
};

/* Handles a request; it is answered at once or later. */
void dispatch_request (struct request *request,
		       const struct rpc_message *message);
/* The method's name_param; NULL when there is no such method. */
const char *dispatch_name_param (const char *method);
/* Handles a notification. Unknown ones are ignored. */
void dispatch_notification (struct session *session,
			    const struct rpc_message *message);

#endif
