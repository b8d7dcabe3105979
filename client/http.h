/* HTTP exchanges over libcurl, several at once on one thread. Knows event
 * streams, but nothing of MCP or JSON. */
#ifndef CLIENT_HTTP_H
#define CLIENT_HTTP_H

#include <stdbool.h>
#include <stdint.h>

#include <curl/curl.h>

#include "failure.h"
#include "limits.h"
#include "sse_parser.h"

struct printbuf;

struct http {
	CURLM *multi;
	const char *token;   /* a bearer token, or NULL; lent */
	int64_t deadline_ms; /* nothing goes on beyond it */
	double timeout_s;    /* for the sentence that says so */
};

/* One request and what comes back. Read its members, write none. */
struct http_exchange {
	struct http *http;
	CURL *easy;
	struct curl_slist *headers;
	bool is_over;
	CURLcode code;	/* when it is over */
	long status;	/* 0 as long as there is none */
	bool is_stream; /* events went to the parser, else: */
	struct printbuf *body;
	struct sse_parser parser;
	char session_id[LIMIT_SESSION_ID_BYTES]; /* Mcp-Session-Id, or "" */
	char error[CURL_ERROR_SIZE];
};

/* token is lent until http_close. timeout_s is for everything together. */
int http_open (struct http *http, const char *token, double timeout_s,
	       struct failure *failure);
void http_close (struct http *http);

struct http_request {
	const char *method; /* GET, POST, DELETE */
	const char *url;
	const char *accept;
	const char *session_id; /* or NULL; as a header */
	const char *version;	/* MCP-Protocol-Version; or NULL */
	const char *body;	/* JSON, copied; or NULL */
	sse_event_fn *event;	/* gets the events of a stream */
	void *arg;
};

/* Starts an exchange: yours, until http_exchange_free. */
int http_start (struct http *http, const struct http_request *request,
		struct http_exchange **ret_exchange, struct failure *failure);
/* Ends it wherever it is. NULL is fine. */
void http_exchange_free (struct http_exchange *exchange);
/* Waits until something happens, and lets it happen. Fails at the deadline. */
int http_turn (struct http *http, struct failure *failure);
/* Whether an exchange that is over went well: 0, or the sentence. */
int http_check (struct http_exchange *exchange, struct failure *failure);

/* Resolves what a server calls its endpoint against the URL it was asked by;
 * another origin is refused. *ret_url: yours, curl_free. */
int http_resolve (const char *base, const char *relative, char **ret_url,
		  struct failure *failure);

/* The monotonic clock, in milliseconds. */
int64_t http_now_ms (void);

#endif
