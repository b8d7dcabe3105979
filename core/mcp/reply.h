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

/* Only in revisions with sessions (resources); later it is
 * RPC_INVALID_PARAMS. */
#define MCP_CODE_RESOURCE_NOT_FOUND (-32002)
/* Error codes that only 2026-07-28 has (index, error codes). */
#define MCP_CODE_HEADER_MISMATCH (-32020)
#define MCP_CODE_MISSING_CAPABILITY (-32021)
#define MCP_CODE_UNSUPPORTED_VERSION (-32022)
/* The HTTP status that 2026-07-28 wants with the code of an error: 400, 404,
 * or 200 where it wants none. */
int reply_status_of (int rpc_code);

#endif
