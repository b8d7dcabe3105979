/* Messages to a server and its answers, over either transport. Knows
 * JSON-RPC, but none of MCP's methods. */
#ifndef CLIENT_TRANSPORT_H
#define CLIENT_TRANSPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "failure.h"
#include "http.h"

struct json_object;
struct transport;

struct transport_ops {
	/* Does what must come before the first message. */
	int (*open) (struct transport *transport, struct failure *failure);
	/* Sends a message; a request waits until transport->answer is set. */
	int (*send) (struct transport *transport, const char *message,
		     bool is_request, struct failure *failure);
	/* Says goodbye and frees. */
	void (*close) (struct transport *transport);
};

struct transport {
	const struct transport_ops *ops;
	struct http http;
	const char *url;
	const char *version; /* the revision agreed on, or NULL */
	int64_t last_id;
	struct json_object *answer; /* to the request last_id, or NULL */
	struct json_object *owed;   /* array: our answers to the server's own
				     * requests, not sent yet */

	/* Streamable HTTP */
	char session_id[LIMIT_SESSION_ID_BYTES];
	/* HTTP+SSE */
	struct http_exchange *stream;
	char *endpoint; /* curl_free */
	int endpoint_code;
	struct failure endpoint_failure;
};

extern const struct transport_ops transport_http;
extern const struct transport_ops transport_sse;

/* HTTP+SSE for a URL whose path ends in /sse or /messages, else Streamable
 * HTTP. url and token (or NULL) are lent until transport_close, which is owed
 * also after a failure. */
int transport_open (struct transport *transport, const char *url,
		    const char *token, double timeout_s,
		    struct failure *failure);
void transport_close (struct transport *transport);

/* A request and the result that came for it (yours). params: taken. An error
 * as answer is a failure with its message. */
int transport_request (struct transport *transport, const char *method,
		       struct json_object *params,
		       struct json_object **ret_result,
		       struct failure *failure);
int transport_notify (struct transport *transport, const char *method,
		      struct failure *failure);

/* --- For the transports themselves --- */

/* A message came from the server, or an array of them. What is neither is
 * ignored: then the answer is missed. */
void transport_receive (struct transport *transport, const char *text,
			size_t size);
/* As http_turn; then pays what is owed. */
int transport_turn (struct transport *transport, struct failure *failure);

#endif
