/* Replies to a POST that are decided before any work begins. */
#ifndef MCP_REPLY_H
#define MCP_REPLY_H

#include "mcp/exchange.h"

/* 202 without a body: nothing is to be answered. */
void reply_accept (struct exchange *exchange);
/* An HTTP error with a JSON-RPC error for a body. id: JSON text; NULL or ""
 * when it could not be read. */
void reply_refuse (struct exchange *exchange, int status, const char *id,
		   int code, const char *format, ...)
	__attribute__ ((format (printf, 5, 6)));
/* The HTTP status for what session_require returned (transports, session
 * management): 200, 400 or 404. */
int reply_status (int code);

#endif
