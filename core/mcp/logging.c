/* logging/setLevel, for sessions, and notifications/message. The plugin layer
 * drops what nobody wants. */
#include "mcp/logging.h"

#include "json/rpc.h"
#include "mcp/request.h"
#include "mcp/wishes.h"

void
logging_set_level (struct request *request, struct json_object *params)
{
	int level = caller_level (json_get_string (params, "level"));

	if (level < 0) {
		request_error (request, RPC_INVALID_PARAMS,
			       "params.level: expected one of debug, info, "
			       "notice, warning, error, critical, alert, "
			       "emergency");
		return;
	}
	request->session->caller.message_level = level;
	wishes_keep (request->session);
	request_answer_empty (request);
}

void
logging_tell (struct request *request, int level, const char *logger,
	      const char *data, size_t size)
{
	struct buffer text = { 0 };

	rpc_begin_notification (&text, "notifications/message");
	buffer_add_literal (&text, "{\"level\":\"");
	buffer_add_text (&text, caller_level_name (level));
	buffer_add_char (&text, '"');
	if (logger != NULL) {
		buffer_add_literal (&text, ",\"logger\":");
		json_write_text (&text, logger);
	}
	buffer_add_literal (&text, ",\"data\":");
	buffer_add (&text, data, size);
	buffer_add_literal (&text, "}}");
	if (text.failed == 0)
		request_notify (request, text.data, text.size);
	buffer_fini (&text);
}
