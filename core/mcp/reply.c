/* Acceptance and refusal of a POST. Knows nothing of methods. */
#include "mcp/reply.h"

#include "json/rpc.h"

void
reply_accept (struct exchange *exchange)
{
	exchange->ops->reply (exchange, 202, NULL, NULL);
}

void
reply_refuse (struct exchange *exchange, int status, const char *id, int code,
	      const char *message)
{
	struct buffer body = { 0 };

	rpc_write_error (&body, id, code, message, NULL);
	exchange->ops->reply (exchange, status, &body, NULL);
	buffer_fini (&body);
}
