/* Streamable HTTP (2025-03-26 to 2025-11-25): every message is a POST, and
 * the answer is its body, as JSON or as a stream of events. */
#include "transport.h"

#include <string.h>

#include <json-c/printbuf.h>

static int
on_event (void *arg, const char *name, const char *data, size_t size)
{
	(void) name;
	transport_receive (arg, data, size);
	return 0;
}

static int
open_http (struct transport *transport, struct failure *failure)
{
	(void) transport;
	(void) failure;
	return 0;
}

/* What the exchange brought, now that nothing more is wanted of it. */
static int
finish (struct transport *transport, struct http_exchange *exchange,
	bool is_request, struct failure *failure)
{
	int rc;

	if (is_request && transport->answer)
		return 0;
	rc = http_check (exchange, failure);
	if (rc == 0 && is_request && !exchange->is_stream)
		transport_receive (transport, exchange->body->buf,
				   (size_t) printbuf_length (exchange->body));
	if (rc == 0 && is_request && !transport->answer)
		rc = failure_set (failure, EXIT_TRANSPORT,
				  "%s: no answer in what the server sent; is "
				  "this an MCP endpoint?",
				  transport->url);
	return rc;
}

static int
send_http (struct transport *transport, const char *message, bool is_request,
	   struct failure *failure)
{
	const struct http_request request = {
		.method = "POST",
		.url = transport->url,
		.accept = "application/json, text/event-stream",
		.session_id =
			transport->session_id[0] ? transport->session_id : NULL,
		.version = transport->version,
		.body = message,
		.event = on_event,
		.arg = transport,
	};
	struct http_exchange *exchange;
	int rc = http_start (&transport->http, &request, &exchange, failure);

	if (rc)
		return rc;
	while (rc == 0 && !exchange->is_over
	       && !(is_request && transport->answer))
		rc = transport_turn (transport, failure);
	if (rc == 0)
		rc = finish (transport, exchange, is_request, failure);
	if (exchange->session_id[0])
		memcpy (transport->session_id, exchange->session_id,
			sizeof (transport->session_id));
	http_exchange_free (exchange);
	return rc;
}

/* Ends the session. Whether the server likes it is of no interest. */
static void
close_http (struct transport *transport)
{
	const struct http_request request = {
		.method = "DELETE",
		.url = transport->url,
		.accept = "application/json",
		.session_id = transport->session_id,
		.version = transport->version,
	};
	struct http_exchange *exchange;
	struct failure ignored;

	if (!transport->session_id[0])
		return;
	transport->http.deadline_ms = http_now_ms () + LIMIT_GOODBYE_MS;
	if (http_start (&transport->http, &request, &exchange, &ignored))
		return;
	while (!exchange->is_over
	       && http_turn (&transport->http, &ignored) == 0)
		continue;
	http_exchange_free (exchange);
}

const struct transport_ops transport_http = { .open = open_http,
					      .send = send_http,
					      .close = close_http };
