/* Acceptance and refusal of a POST. Knows nothing of methods. */
#include "mcp/reply.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "json/rpc.h"

void
reply_accept (struct exchange *exchange)
{
	exchange->ops->reply (exchange, 202, NULL, NULL);
}

void
reply_refuse (struct exchange *exchange, int status, const char *id, int code,
	      const char *format, ...)
{
	char message[ERROR_TEXT_MAX];
	struct buffer body = { 0 };
	va_list args;

	va_start (args, format);
	vsnprintf (message, sizeof message, format, args);
	va_end (args);
	rpc_write_error (&body, id, code, message, NULL);
	exchange->ops->reply (exchange, status, &body, NULL);
	buffer_fini (&body);
}

int
reply_status (int code)
{
	if (code == 0)
		return 200;
	if (code == -EBUSY)
		return 503;
	return code == -ENOENT ? 404 : 400;
}

int
reply_status_of (int rpc_code)
{
	switch (rpc_code) {
	case RPC_METHOD_NOT_FOUND:
		return 404;
	case MCP_CODE_HEADER_MISMATCH:
	case MCP_CODE_MISSING_CAPABILITY:
	case MCP_CODE_UNSUPPORTED_VERSION:
		return 400;
	default:
		return 200;
	}
}
