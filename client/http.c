/* HTTP exchanges over libcurl. */
#include "http.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include <json-c/printbuf.h>

/* The longest that one turn waits. */
#define TURN_MS 1000

int64_t
http_now_ms (void)
{
	struct timespec now;

	clock_gettime (CLOCK_MONOTONIC, &now);
	return (int64_t) now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int
http_open (struct http *http, const char *token, double timeout_s,
	   struct failure *failure)
{
	http->multi = NULL;
	if (curl_global_init (CURL_GLOBAL_DEFAULT) == CURLE_OK)
		http->multi = curl_multi_init ();
	if (!http->multi)
		return failure_no_memory (failure);
	http->token = token;
	http->timeout_s = timeout_s;
	http->deadline_ms = http_now_ms () + (int64_t) (timeout_s * 1000);
	return 0;
}

void
http_close (struct http *http)
{
	if (http->multi)
		curl_multi_cleanup (http->multi);
	curl_global_cleanup ();
}

/* With the first byte of a body its kind is known. */
static void
begin_body (struct http_exchange *exchange)
{
	const char *const stream = "text/event-stream";
	char *type = NULL;

	curl_easy_getinfo (exchange->easy, CURLINFO_RESPONSE_CODE,
			   &exchange->status);
	curl_easy_getinfo (exchange->easy, CURLINFO_CONTENT_TYPE, &type);
	exchange->is_stream =
		exchange->parser.event && type && exchange->status / 100 == 2
		&& strncasecmp (type, stream, strlen (stream)) == 0;
}

static size_t
on_body (char *bytes, size_t one, size_t size, void *arg)
{
	struct http_exchange *exchange = arg;

	(void) one;
	if (exchange->status == 0)
		begin_body (exchange);
	if (exchange->is_stream)
		return sse_parser_feed (&exchange->parser, bytes, size) == 0
			       ? size
			       : 0;
	if (size > LIMIT_MESSAGE_BYTES
	    || (size_t) printbuf_length (exchange->body) + size
		       > LIMIT_MESSAGE_BYTES)
		return 0;
	return printbuf_memappend (exchange->body, bytes, (int) size) < 0
		       ? 0
		       : size;
}

/* A header line; it has no NUL at its end. */
static size_t
on_header (char *line, size_t one, size_t size, void *arg)
{
	static const char name[] = "Mcp-Session-Id:";
	struct http_exchange *exchange = arg;
	const char *value = line + sizeof (name) - 1;
	const char *end = line + size;

	(void) one;
	if (size < sizeof (name)
	    || strncasecmp (line, name, sizeof (name) - 1) != 0)
		return size;
	while (value < end && (*value == ' ' || *value == '\t'))
		value++;
	while (end > value && strchr ("\r\n \t", end[-1]))
		end--;
	if ((size_t) (end - value) < sizeof (exchange->session_id))
		snprintf (exchange->session_id, sizeof (exchange->session_id),
			  "%.*s", (int) (end - value), value);
	return size;
}

static int
add_header (struct http_exchange *exchange, const char *name, const char *value)
{
	size_t size = strlen (name) + strlen (value) + 3;
	char *line = malloc (size);
	struct curl_slist *headers = NULL;

	if (line) {
		snprintf (line, size, "%s: %s", name, value);
		headers = curl_slist_append (exchange->headers, line);
	}
	free (line);
	if (!headers)
		return -ENOMEM;
	exchange->headers = headers;
	return 0;
}

static int
add_headers (struct http_exchange *exchange, const struct http_request *request)
{
	const char *token = exchange->http->token;
	char bearer[LIMIT_SESSION_ID_BYTES];
	int rc = add_header (exchange, "Accept", request->accept);

	if (rc == 0 && request->body)
		rc = add_header (exchange, "Content-Type", "application/json");
	if (rc == 0 && request->body) /* a large body does not ask first */
		rc = add_header (exchange, "Expect", "");
	if (rc == 0 && request->session_id)
		rc = add_header (exchange, "Mcp-Session-Id",
				 request->session_id);
	if (rc == 0 && request->version)
		rc = add_header (exchange, "MCP-Protocol-Version",
				 request->version);
	if (rc == 0 && token) {
		snprintf (bearer, sizeof (bearer), "Bearer %s", token);
		rc = add_header (exchange, "Authorization", bearer);
	}
	return rc;
}

/* Proxies of the environment are for the world, not for this machine. */
static bool
is_loopback (const char *url)
{
	CURLU *parsed = curl_url ();
	char *host = NULL;
	bool is;

	is = parsed && !curl_url_set (parsed, CURLUPART_URL, url, 0)
	     && !curl_url_get (parsed, CURLUPART_HOST, &host, 0)
	     && (strcmp (host, "localhost") == 0
		 || strncmp (host, "127.", 4) == 0
		 || strcmp (host, "[::1]") == 0);
	curl_free (host);
	curl_url_cleanup (parsed);
	return is;
}

static void
set_options (struct http_exchange *exchange, const struct http_request *request)
{
	CURL *easy = exchange->easy;

	curl_easy_setopt (easy, CURLOPT_URL, request->url);
#if LIBCURL_VERSION_NUM >= 0x075500
	curl_easy_setopt (easy, CURLOPT_PROTOCOLS_STR, "http,https");
#else
	curl_easy_setopt (easy, CURLOPT_PROTOCOLS,
			  (long) (CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
	if (is_loopback (request->url))
		curl_easy_setopt (easy, CURLOPT_PROXY, "");
	curl_easy_setopt (easy, CURLOPT_CUSTOMREQUEST, request->method);
	curl_easy_setopt (easy, CURLOPT_HTTPHEADER, exchange->headers);
	curl_easy_setopt (easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt (easy, CURLOPT_CONNECTTIMEOUT,
			  (long) LIMIT_CONNECT_SECONDS);
	curl_easy_setopt (easy, CURLOPT_ERRORBUFFER, exchange->error);
	curl_easy_setopt (easy, CURLOPT_PRIVATE, exchange);
	curl_easy_setopt (easy, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt (easy, CURLOPT_WRITEDATA, exchange);
	curl_easy_setopt (easy, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt (easy, CURLOPT_HEADERDATA, exchange);
	if (request->body) {
		curl_easy_setopt (easy, CURLOPT_POSTFIELDSIZE_LARGE,
				  (curl_off_t) strlen (request->body));
		curl_easy_setopt (easy, CURLOPT_COPYPOSTFIELDS, request->body);
	}
}

int
http_start (struct http *http, const struct http_request *request,
	    struct http_exchange **ret_exchange, struct failure *failure)
{
	struct http_exchange *exchange = calloc (1, sizeof (*exchange));

	if (!exchange)
		return failure_no_memory (failure);
	exchange->http = http;
	exchange->easy = curl_easy_init ();
	exchange->body = printbuf_new ();
	if (!exchange->easy || !exchange->body
	    || sse_parser_init (&exchange->parser, request->event, request->arg)
	    || add_headers (exchange, request)) {
		http_exchange_free (exchange);
		return failure_no_memory (failure);
	}
	set_options (exchange, request);
	curl_multi_add_handle (http->multi, exchange->easy);
	*ret_exchange = exchange;
	return 0;
}

void
http_exchange_free (struct http_exchange *exchange)
{
	if (!exchange)
		return;
	if (exchange->easy) {
		curl_multi_remove_handle (exchange->http->multi,
					  exchange->easy);
		curl_easy_cleanup (exchange->easy);
	}
	curl_slist_free_all (exchange->headers);
	if (exchange->body)
		printbuf_free (exchange->body);
	sse_parser_fini (&exchange->parser);
	free (exchange);
}

static void
mark_over (CURLM *multi)
{
	struct http_exchange *exchange = NULL;
	CURLMsg *message;
	int left;

	while ((message = curl_multi_info_read (multi, &left))) {
		if (message->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo (message->easy_handle, CURLINFO_PRIVATE,
				   (char **) &exchange);
		exchange->is_over = true;
		exchange->code = message->data.result;
		curl_easy_getinfo (exchange->easy, CURLINFO_RESPONSE_CODE,
				   &exchange->status);
	}
}

int
http_turn (struct http *http, struct failure *failure)
{
	int64_t left_ms = http->deadline_ms - http_now_ms ();
	CURLMcode code;
	int running;

	if (left_ms <= 0)
		return failure_set (failure, EXIT_TRANSPORT,
				    "no answer within %g seconds; --timeout "
				    "says how long to wait",
				    http->timeout_s);
	code = curl_multi_poll (http->multi, NULL, 0,
				(int) (left_ms < TURN_MS ? left_ms : TURN_MS),
				NULL);
	if (code == CURLM_OK)
		code = curl_multi_perform (http->multi, &running);
	if (code != CURLM_OK)
		return failure_set (failure, EXIT_TRANSPORT, "libcurl: %s",
				    curl_multi_strerror (code));
	mark_over (http->multi);
	return 0;
}

int
http_check (struct http_exchange *exchange, struct failure *failure)
{
	char *url = NULL;

	curl_easy_getinfo (exchange->easy, CURLINFO_EFFECTIVE_URL, &url);
	if (exchange->code != CURLE_OK)
		return failure_set (
			failure, EXIT_TRANSPORT, "%s: %s", url,
			exchange->code == CURLE_WRITE_ERROR
				? "the answer is larger than 32 MiB"
			: exchange->error[0]
				? exchange->error
				: curl_easy_strerror (exchange->code));
	if (exchange->status == 401)
		return failure_set (failure, EXIT_TRANSPORT,
				    "%s: the server wants a good token (HTTP "
				    "status 401): set "
				    "DELIBERATE_ORCHESTRATOR_TOKEN",
				    url);
	if (exchange->status / 100 != 2)
		return failure_set (failure, EXIT_TRANSPORT,
				    "%s: HTTP status %ld: %.400s", url,
				    exchange->status, exchange->body->buf);
	return 0;
}

static bool
has_same_part (CURLU *a, CURLU *b, CURLUPart part)
{
	char *of_a = NULL, *of_b = NULL;
	bool is_same;

	is_same = !curl_url_get (a, part, &of_a, CURLU_DEFAULT_PORT)
		  && !curl_url_get (b, part, &of_b, CURLU_DEFAULT_PORT)
		  && strcasecmp (of_a, of_b) == 0;
	curl_free (of_a);
	curl_free (of_b);
	return is_same;
}

int
http_resolve (const char *base, const char *relative, char **ret_url,
	      struct failure *failure)
{
	CURLU *from = curl_url (), *to = curl_url ();
	int rc = EXIT_TRANSPORT;

	if (from && to && !curl_url_set (from, CURLUPART_URL, base, 0)
	    && !curl_url_set (to, CURLUPART_URL, base, 0)
	    && !curl_url_set (to, CURLUPART_URL, relative, 0)
	    && has_same_part (from, to, CURLUPART_SCHEME)
	    && has_same_part (from, to, CURLUPART_HOST)
	    && has_same_part (from, to, CURLUPART_PORT)
	    && !curl_url_get (to, CURLUPART_URL, ret_url, 0))
		rc = 0;
	else
		failure_set (failure, rc,
			     "%s: the server's endpoint is no "
			     "URL of the same origin: %.200s",
			     base, relative);
	curl_url_cleanup (from);
	curl_url_cleanup (to);
	return rc;
}
