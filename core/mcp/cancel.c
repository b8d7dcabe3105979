/* notifications/cancelled: ends one of the session's own calls, which is then
 * not answered; its POST ends without. */
#include "mcp/cancel.h"

#include "base/limits.h"
#include "json/rpc.h"
#include "mcp/request.h"

void
cancel_notified (struct session *session, struct json_object *params)
{
	struct json_object *value = json_get (params, "requestId");
	struct buffer id = { .max = LIMIT_RPC_ID_BYTES + 8 };
	struct request *request = NULL;

	/* As it is kept in the request: 7 and "7" are two ids. */
	json_write_value (&id, value);
	if (value != NULL && !id.failed)
		request = session_find_call (session, id.data);
	buffer_fini (&id);
	if (request != NULL)
		request_cut (request, CALL_END_CANCELLED, NULL);
}
