/* What a path and a method ask for; slashes at the end make no difference.
 * Knows nothing of requests. */
#ifndef HTTP_ROUTE_H
#define HTTP_ROUTE_H

#include <stdbool.h>

#include "mcp/exchange.h"

enum action {
	ACTION_POST,   /* a message for the protocol */
	ACTION_OPEN,   /* a long stream */
	ACTION_DELETE, /* the end of a session */
	ACTION_HEALTH,
	ACTION_READY,
	ACTION_OPTIONS, /* what may be asked here */
	ACTION_NOT_FOUND,
	ACTION_NOT_ALLOWED /* 405; methods says what is */
};

struct route {
	enum action action;
	enum transport transport;
	/* Whether errors are JSON-RPC errors; plain text elsewhere, where no
	 * JSON-RPC is spoken. */
	bool is_rpc;
	const char *methods; /* as Allow lists them; NULL: not found */
};

/* path: unescaped, without its query. */
void route_find (struct route *ret_route, const char *path, const char *method);

#endif
