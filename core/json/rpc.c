/* JSON-RPC 2.0 messages. Knows no method and no transport. */
#include "json/rpc.h"

#include <string.h>

/* --- Reading -------------------------------------------------------------- */

static void
refuse (struct rpc_message *message, const char *why)
{
	message->kind = RPC_INVALID;
	message->why = why;
}

/* If it is one that can be echoed. */
static void
keep_id (struct rpc_message *message, struct json_object *id)
{
	struct buffer text = { .max = LIMIT_RPC_ID_BYTES };

	if (!json_object_is_type (id, json_type_string)
	    && !json_object_is_type (id, json_type_int))
		return;
	json_write_value (&text, id);
	if (text.failed == 0)
		memcpy (message->id, text.data, text.size + 1);
	buffer_fini (&text);
}

static void
read_call (struct json_object *value, struct rpc_message *message, bool has_id)
{
	const char *method = json_get_string (value, "method");
	/* null means the same as nothing. */
	struct json_object *params = json_get (value, "params");

	message->kind = has_id ? RPC_REQUEST : RPC_NOTIFICATION;
	if (method == NULL || strlen (method) > LIMIT_RPC_METHOD_BYTES) {
		refuse (message, "method must be a string of at most 128 "
				 "bytes");
		return;
	}
	message->method = method;
	if (has_id && message->id[0] == '\0') {
		refuse (message,
			"id must be an integer, or a string that has at "
			"most 256 bytes in JSON");
		return;
	}
	if (params != NULL && !json_object_is_type (params, json_type_object)) {
		refuse (message, "params must be an object");
		return;
	}
	message->params = params;
}

static void
read_response (struct json_object *value, struct rpc_message *message)
{
	bool has_result = json_has (value, "result");

	message->kind = RPC_RESPONSE;
	message->result = json_get (value, "result");
	message->error = json_get (value, "error");
	if (!has_result && !json_has (value, "error"))
		refuse (message, "neither method nor result nor error");
	else if (has_result && message->error != NULL)
		refuse (message, "both result and error");
	else if (!has_result
		 && !json_object_is_type (message->error, json_type_object))
		refuse (message, "error must be an object");
	/* An error about a message whose id could not be read has none. */
	else if (message->id[0] == '\0'
		 && (has_result || json_get (value, "id") != NULL))
		refuse (message, "the id of a response must be that of a "
				 "request");
}

void
rpc_read (struct json_object *value, struct rpc_message *message)
{
	const char *version = json_get_string (value, "jsonrpc");
	bool has_id = json_has (value, "id");

	/* Not the whole: it would clear the id's bytes each time. */
	message->id[0] = '\0';
	message->method = NULL;
	message->params = message->result = message->error = NULL;
	message->why = message->fault = NULL;
	if (!json_object_is_type (value, json_type_object)) {
		refuse (message, "a message must be an object");
		return;
	}
	/* First, so that every refusal can echo it. */
	if (has_id)
		keep_id (message, json_get (value, "id"));
	if (version == NULL || strcmp (version, "2.0") != 0)
		refuse (message, "jsonrpc must be \"2.0\"");
	else if (json_has (value, "method"))
		read_call (value, message, has_id);
	else
		read_response (value, message);
}

/* --- Composing ------------------------------------------------------------ */

static void
begin (struct buffer *buffer, const char *id)
{
	buffer_add_literal (buffer, "{\"jsonrpc\":\"2.0\"");
	if (id != NULL && id[0] != '\0') {
		buffer_add_literal (buffer, ",\"id\":");
		buffer_add_text (buffer, id);
	}
}

static void
add_method (struct buffer *buffer, const char *method)
{
	buffer_add_literal (buffer, ",\"method\":");
	json_write_text (buffer, method);
	buffer_add_literal (buffer, ",\"params\":");
}

void
rpc_begin_result (struct buffer *buffer, const char *id)
{
	begin (buffer, id);
	buffer_add_literal (buffer, ",\"result\":");
}

void
rpc_write_error (struct buffer *buffer, const char *id, int code,
		 const char *message, const char *data)
{
	begin (buffer, id);
	buffer_add_literal (buffer, ",\"error\":{\"code\":");
	buffer_add_int (buffer, code);
	buffer_add_literal (buffer, ",\"message\":");
	json_write_text (buffer, message);
	if (data != NULL) {
		buffer_add_literal (buffer, ",\"data\":");
		buffer_add_text (buffer, data);
	}
	buffer_add_literal (buffer, "}}");
}

void
rpc_begin_notification (struct buffer *buffer, const char *method)
{
	begin (buffer, NULL);
	add_method (buffer, method);
}

void
rpc_begin_request (struct buffer *buffer, const char *id, const char *method)
{
	begin (buffer, id);
	add_method (buffer, method);
}
