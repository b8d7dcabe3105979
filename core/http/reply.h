/* Answers: bodies with their header fields, ready for libmicrohttpd. Each
 * function returns one (yours, for request_reply), or NULL when there is no
 * memory. Loop only. */
#ifndef HTTP_REPLY_H
#define HTTP_REPLY_H

#include <microhttpd.h>

#include "base/buffer.h"
#include "http/sse.h"

struct peer;

/* The memory of body is taken; empty: no body. session_id may be NULL. */
struct MHD_Response *reply_json (struct peer *peer, int status,
				 struct buffer *body, const char *session_id);
/* The same as the only event of a stream: for a client that takes nothing
 * else. */
struct MHD_Response *reply_single_event (struct peer *peer, struct buffer *body,
					 const char *session_id);
/* An error with a sentence, as the route speaks: a JSON-RPC error without an
 * id, or text. */
struct MHD_Response *reply_error (struct peer *peer, int status,
				  const char *sentence);
struct MHD_Response *reply_text (struct peer *peer, int status,
				 const char *text);
/* No body. */
struct MHD_Response *reply_empty (struct peer *peer, int status);
/* To OPTIONS, a browser's preflight among them. */
struct MHD_Response *reply_options (struct peer *peer);
/* An event stream, which reader (called with the peer) supplies.
 * is_to_close: its end is the connection's, without chunks. */
struct MHD_Response *reply_stream (struct peer *peer,
				   const struct sse_style *style,
				   bool is_to_close,
				   MHD_ContentReaderCallback reader);
/* Releases one, shared ones too; NULL is fine. */
void reply_free (struct peer *peer, struct MHD_Response *response);

#endif
