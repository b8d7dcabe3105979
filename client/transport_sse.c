/* HTTP+SSE (2024-11-05): a GET opens the stream, whose first event says where
 * to POST; all answers come on the stream. */
#include "transport.h"

#include <string.h>

static int
on_event (void *arg, const char *name, const char *data, size_t size)
{
	struct transport *transport = arg;

	if (strcmp (name, "endpoint") == 0) {
		if (!transport->endpoint)
			transport->endpoint_code = http_resolve (
				transport->url, data, &transport->endpoint,
				&transport->endpoint_failure);
		return 0;
	}
	if (strcmp (name, "message") == 0)
		transport_receive (transport, data, size);
	return 0;
}

/* The stream has ended where it must not. */
static int
stream_failed (struct transport *transport, const char *when,
	       struct failure *failure)
{
	int rc = http_check (transport->stream, failure);

	if (rc == 0)
		rc = failure_set (failure, EXIT_TRANSPORT,
				  "%s: the event stream ended %s",
				  transport->url, when);
	return rc;
}

static int
open_sse (struct transport *transport, struct failure *failure)
{
	const struct http_request request = {
		.method = "GET",
		.url = transport->url,
		.accept = "text/event-stream",
		.event = on_event,
		.arg = transport,
	};
	int rc = http_start (&transport->http, &request, &transport->stream,
			     failure);

	while (rc == 0 && !transport->endpoint && !transport->endpoint_code
	       && !transport->stream->is_over)
		rc = transport_turn (transport, failure);
	if (rc)
		return rc;
	if (transport->endpoint_code)
		*failure = transport->endpoint_failure;
	else if (!transport->endpoint)
		rc = stream_failed (transport,
				    "before it said where to post; is this "
				    "an SSE endpoint?",
				    failure);
	return transport->endpoint_code ? transport->endpoint_code : rc;
}

static int
post (struct transport *transport, const char *message, struct failure *failure)
{
	const struct http_request request = {
		.method = "POST",
		.url = transport->endpoint,
		.accept = "application/json, text/event-stream",
		.version = transport->version,
		.body = message,
		.event = on_event,
		.arg = transport,
	};
	struct http_exchange *exchange;
	int rc = http_start (&transport->http, &request, &exchange, failure);

	if (rc)
		return rc;
	while (rc == 0 && !exchange->is_over)
		rc = transport_turn (transport, failure);
	if (rc == 0)
		rc = http_check (exchange, failure);
	http_exchange_free (exchange);
	return rc;
}

static int
send_sse (struct transport *transport, const char *message, bool is_request,
	  struct failure *failure)
{
	int rc = post (transport, message, failure);

	while (rc == 0 && is_request && !transport->answer) {
		if (transport->stream->is_over)
			return stream_failed (transport, "before the answer",
					      failure);
		rc = transport_turn (transport, failure);
	}
	return rc;
}

/* Closing the stream ends the session. */
static void
close_sse (struct transport *transport)
{
	http_exchange_free (transport->stream);
	curl_free (transport->endpoint);
}

const struct transport_ops transport_sse = { .open = open_sse,
					     .send = send_sse,
					     .close = close_sse };
