/* JSON-RPC 2.0 messages: telling them apart, and composing answers. Ids are
 * kept as the text they came as and echoed byte for byte. */
#ifndef JSON_RPC_H
#define JSON_RPC_H

#include <stdbool.h>
#include <stddef.h>

#include "base/limits.h"
#include "json/json.h"

enum rpc_kind { RPC_REQUEST, RPC_NOTIFICATION, RPC_RESPONSE, RPC_INVALID };

/* Codes: JSON-RPC 2.0 section 5.1. */
#define RPC_PARSE_ERROR (-32700)
#define RPC_INVALID_REQUEST (-32600)
#define RPC_METHOD_NOT_FOUND (-32601)
#define RPC_INVALID_PARAMS (-32602)
#define RPC_INTERNAL_ERROR (-32603)

/* One message. Everything points into root, or is NULL. */
struct rpc_message {
	enum rpc_kind kind;
	char id[LIMIT_RPC_ID_BYTES + 8]; /* JSON text of the id; "" if none or
					  * unreadable */
	const char *method;
	struct json_object *params; /* object or NULL */
	struct json_object *result; /* of a response */
	struct json_object *error;  /* of a response: an object */
	const char *why;	    /* RPC_INVALID: a sentence */
	/* A sentence: parts of it are beyond what is taken, and left out
	 * (json_parse_leniently). For whoever parsed it to set. */
	const char *fault;
};

/* Looks at one parsed value and fills in message, which is valid as long as
 * value is. A request's id must be a string or an integer; null, fractions,
 * booleans and containers make it RPC_INVALID, never a notification. params
 * that is an array is RPC_INVALID (MCP has named params only). */
void rpc_read (struct json_object *value, struct rpc_message *message);

/* Composing, as text. id: JSON text; NULL or "": left out. */
/* {"jsonrpc":"2.0","id":ID,"result":  -- the caller adds a value and '}'. */
void rpc_begin_result (struct buffer *buffer, const char *id);
/* A whole error answer. data: JSON text of error.data or NULL. */
void rpc_write_error (struct buffer *buffer, const char *id, int code,
		      const char *message, const char *data);
/* {"jsonrpc":"2.0","method":METHOD,"params":  -- as above. */
void rpc_begin_notification (struct buffer *buffer, const char *method);
void rpc_begin_request (struct buffer *buffer, const char *id,
			const char *method);

#endif
