/* Refusals by the head. Knows nothing of bodies. */
#include "http/policy.h"

#include <string.h>

#include "base/text.h"
#include "http/media.h"
#include "http/origin.h"
#include "http/peer.h"

/* Sets the sentence and gives the status. */
#define REFUSE(err, status, ...) (-error_set (err, -(status), __VA_ARGS__))

/* What is shown to people is UTF-8; names of hosts are ASCII. */
static const char *
show (const char *field)
{
	return text_is_ascii (field, strlen (field)) ? field : "?";
}

static int
check_host (struct peer *peer, struct error *err)
{
	const char *host = peer->request.head.fields[HEAD_HOST];
	struct http *http = peer->http;

	/* Only browsers are deceived about names, and they always say one;
	 * none of them speaks over a unix socket. */
	if (peer->is_unix || host == NULL
	    || origin_host_is_ours (http->options, http->host, host))
		return 0;
	return REFUSE (err, MHD_HTTP_MISDIRECTED_REQUEST,
		       "Invalid Host header: '%.100s' is not a name of "
		       "this server; --allow-host makes it one",
		       show (host));
}

static int
check_origin (struct peer *peer, struct error *err)
{
	struct request *request = &peer->request;
	const char *origin = request->head.fields[HEAD_ORIGIN];

	if (origin == NULL)
		return 0;
	switch (origin_check (peer->http->options, origin)) {
	case ORIGIN_LISTED:
		request->cors_origin = origin;
		return 0;
	case ORIGIN_LOCAL:
		return 0;
	case ORIGIN_REFUSED:
		break;
	}
	return REFUSE (err, MHD_HTTP_FORBIDDEN,
		       "Invalid Origin header: pages of '%.100s' may not "
		       "come here; --allow-origin lets them",
		       show (origin));
}

static int
check_route (struct peer *peer, struct error *err)
{
	const struct route *route = &peer->request.route;

	if (route->action == ACTION_NOT_FOUND)
		return REFUSE (err, MHD_HTTP_NOT_FOUND, "Not Found");
	if (route->action == ACTION_NOT_ALLOWED)
		return REFUSE (err, MHD_HTTP_METHOD_NOT_ALLOWED,
			       "Method Not Allowed: here it is %s",
			       route->methods);
	return 0;
}

/* A browser asks whether it may come before it says who comes. */
static int
check_credentials (struct peer *peer, struct error *err)
{
	struct request *request = &peer->request;
	const struct route *route = &request->route;

	if (route->action != ACTION_POST && route->action != ACTION_OPEN
	    && route->action != ACTION_DELETE)
		return 0;
	if (mcp_authenticate (peer->http->mcp,
			      request->head.fields[HEAD_AUTHORIZATION],
			      &request->agent))
		return 0;
	return REFUSE (err, MHD_HTTP_UNAUTHORIZED, "Authentication required");
}

/* Accept counts on /mcp; HTTP+SSE clients say what they like there. */
static int
check_media (struct peer *peer, struct error *err)
{
	struct request *request = &peer->request;
	const char *type = request->head.fields[HEAD_CONTENT_TYPE];

	if (request->route.action == ACTION_OPEN
	    && request->route.transport == TRANSPORT_STREAMABLE
	    && !(request->head.accepted & MEDIA_STREAM))
		return REFUSE (err, MHD_HTTP_NOT_ACCEPTABLE,
			       "Accept must let text/event-stream through");
	if (request->route.action != ACTION_POST)
		return 0;
	if (head_is_encoded (&request->head))
		return REFUSE (err, MHD_HTTP_UNSUPPORTED_MEDIA_TYPE,
			       "Content-Encoding: bodies come as they are");
	if (type == NULL || !media_is_json (type, strlen (type)))
		return REFUSE (err, MHD_HTTP_UNSUPPORTED_MEDIA_TYPE,
			       "Content-Type must be application/json");
	if (request->route.transport == TRANSPORT_STREAMABLE
	    && request->head.accepted == 0)
		return REFUSE (err, MHD_HTTP_NOT_ACCEPTABLE,
			       "Accept must let application/json or "
			       "text/event-stream through, best both");
	return 0;
}

int
policy_too_large (struct peer *peer, struct error *err)
{
	return REFUSE (err, MHD_HTTP_CONTENT_TOO_LARGE,
		       "a body may have %zu bytes (--max-body)",
		       peer->http->options->max_body);
}

int
policy_check (struct peer *peer, struct error *err)
{
	int status;

	if (peer->is_excess)
		return REFUSE (err, MHD_HTTP_SERVICE_UNAVAILABLE,
			       "too many connections (--max-connections)");
	status = check_host (peer, err);
	if (status == 0)
		status = check_origin (peer, err);
	if (status == 0)
		status = check_route (peer, err);
	if (status == 0)
		status = check_credentials (peer, err);
	if (status == 0)
		status = check_media (peer, err);
	if (status == 0
	    && peer->request.head.content_length
		       > peer->http->options->max_body)
		status = policy_too_large (peer, err);
	return status;
}
