/* Answers. Knows nothing of when they are due. */
#include "http/reply.h"

#include <stdlib.h>
#include <string.h>

#include "http/peer.h"
#include "json/rpc.h"

/* What a reader gets to fill at a time, where libmicrohttpd has no better
 * place. */
#define STREAM_BLOCK 1024
/* Seconds after which another try may do better. */
#define RETRY_AFTER "1"
/* How long browsers may remember a preflight: as long as any does. */
#define CORS_MAX_AGE "7200"
/* What a page needs of 2025-11-25 and 2026-07-28 when it does not say. */
#define CORS_HEADERS                                                           \
	"Accept, Authorization, Content-Type, Last-Event-ID, "                 \
	"MCP-Protocol-Version, Mcp-Method, Mcp-Name, Mcp-Session-Id"

static void
add (struct MHD_Response *response, const char *name, const char *value)
{
	/* Without memory a field may be missing; the answer is still one. */
	(void) MHD_add_response_header (response, name, value);
}

static void
add_cors (struct MHD_Response *response, const char *origin)
{
	add (response, "Access-Control-Allow-Origin", origin);
	add (response, "Vary", "Origin");
	add (response, "Access-Control-Expose-Headers",
	     "Mcp-Session-Id, WWW-Authenticate");
}

/* What depends on the request and the status alone. */
static struct MHD_Response *
finish (struct peer *peer, int status, struct MHD_Response *response)
{
	struct request *request = &peer->request;

	if (response == NULL)
		return NULL;
	if (status == MHD_HTTP_SERVICE_UNAVAILABLE)
		add (response, "Retry-After", RETRY_AFTER);
	/* No link to metadata: there is no OAuth to find. */
	if (status == MHD_HTTP_UNAUTHORIZED)
		add (response, "WWW-Authenticate", "Bearer");
	/* Only where the encoding is the reason (RFC 9110 12.5.3). */
	if (status == MHD_HTTP_UNSUPPORTED_MEDIA_TYPE
	    && head_is_encoded (&request->head))
		add (response, "Accept-Encoding", "identity");
	if (status == MHD_HTTP_METHOD_NOT_ALLOWED)
		add (response, "Allow", request->route.methods);
	/* Some of these a cache might keep by itself (RFC 9110 15.1). */
	if (request->route.action != ACTION_POST
	    && MHD_get_response_header (response, "Cache-Control") == NULL)
		add (response, "Cache-Control", "no-store");
	if (peer->is_excess || peer->http->is_draining)
		add (response, "Connection", "close");
	if (request->cors_origin != NULL)
		add_cors (response, request->cors_origin);
	return response;
}

/* data is taken: malloc's. */
static struct MHD_Response *
make (char *data, size_t size, const char *type)
{
	struct MHD_Response *response = MHD_create_response_from_buffer (
		size, data, MHD_RESPMEM_MUST_FREE);

	if (response == NULL)
		free (data);
	else
		add (response, "Content-Type", type);
	return response;
}

static struct MHD_Response *
make_from (struct buffer *body, const char *type)
{
	size_t size;
	char *data = buffer_take (body, &size);

	buffer_fini (body); /* of one that failed */
	return data == NULL ? NULL : make (data, size, type);
}

struct MHD_Response *
reply_json (struct peer *peer, int status, struct buffer *body,
	    const char *session_id)
{
	struct MHD_Response *response;

	if (body == NULL || (body->size == 0 && body->failed == 0))
		return reply_empty (peer, status);
	response = make_from (body, "application/json");
	if (response != NULL && session_id != NULL)
		add (response, "Mcp-Session-Id", session_id);
	return finish (peer, status, response);
}

struct MHD_Response *
reply_single_event (struct peer *peer, struct buffer *body,
		    const char *session_id)
{
	const struct sse_style *style = sse_style_of (TRANSPORT_STREAMABLE);
	struct sse_event event = { .name = "message",
				   .retry_ms = -1,
				   .data = body->data,
				   .size = body->size };
	struct MHD_Response *response;
	struct buffer text;

	buffer_init (&text, body->size + 128);
	sse_write_event (&text, style, &event);
	buffer_fini (body);
	response = make_from (&text, style->content_type);
	if (response != NULL && session_id != NULL)
		add (response, "Mcp-Session-Id", session_id);
	return finish (peer, MHD_HTTP_OK, response);
}

struct MHD_Response *
reply_text (struct peer *peer, int status, const char *text)
{
	char *copy = strdup (text);

	return copy == NULL ? NULL
			    : finish (peer, status,
				      make (copy, strlen (text),
					    "text/plain; charset=utf-8"));
}

struct MHD_Response *
reply_error (struct peer *peer, int status, const char *sentence)
{
	struct buffer body;

	buffer_init (&body, 0);
	if (status == MHD_HTTP_UNAUTHORIZED)
		mcp_write_unauthorized (&body);
	else if (!peer->request.route.is_rpc)
		return reply_text (peer, status, sentence);
	else
		rpc_write_error (&body, NULL, RPC_INVALID_REQUEST, sentence,
				 NULL);
	return reply_json (peer, status, &body, NULL);
}

/* The commonest one is shared, when nothing is to be added to it. */
struct MHD_Response *
reply_empty (struct peer *peer, int status)
{
	struct http *http = peer->http;

	if (status == MHD_HTTP_ACCEPTED && !http->is_draining
	    && peer->request.cors_origin == NULL)
		return http->accepted;
	return finish (peer, status,
		       MHD_create_response_from_buffer (
			       0, NULL, MHD_RESPMEM_PERSISTENT));
}

/* A preflight asks for what the page will send: the names that it says,
 * Mcp-Param-* among them, which no list of ours could hold. */
struct MHD_Response *
reply_options (struct peer *peer)
{
	struct request *request = &peer->request;
	const char *wanted = request->head.fields[HEAD_WANTED_HEADERS];
	struct MHD_Response *response = reply_empty (peer, MHD_HTTP_NO_CONTENT);

	if (response == NULL)
		return NULL;
	add (response, "Allow", request->route.methods);
	if (request->cors_origin == NULL
	    || request->head.fields[HEAD_WANTED_METHOD] == NULL)
		return response;
	add (response, "Access-Control-Allow-Methods", request->route.methods);
	add (response, "Access-Control-Allow-Headers",
	     wanted != NULL ? wanted : CORS_HEADERS);
	add (response, "Access-Control-Max-Age", CORS_MAX_AGE);
	return response;
}

struct MHD_Response *
reply_stream (struct peer *peer, const struct sse_style *style,
	      bool is_to_close, MHD_ContentReaderCallback reader)
{
	struct MHD_Response *response = MHD_create_response_from_callback (
		MHD_SIZE_UNKNOWN, STREAM_BLOCK, reader, peer, NULL);

	if (response == NULL)
		return NULL;
	if (is_to_close)
		MHD_set_response_options (response,
					  MHD_RF_HTTP_1_0_COMPATIBLE_STRICT,
					  MHD_RO_END);
	add (response, "Content-Type", style->content_type);
	add (response, "Cache-Control", style->cache_control);
	add (response, "X-Accel-Buffering", "no");
	return finish (peer, MHD_HTTP_OK, response);
}

void
reply_free (struct peer *peer, struct MHD_Response *response)
{
	if (response != NULL && response != peer->http->accepted)
		MHD_destroy_response (response);
}
