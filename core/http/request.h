/* A request's life in libmicrohttpd's handler: head, body, the protocol's
 * answer. One a connection at a time, so it lives in the peer. Loop only. */
#ifndef HTTP_REQUEST_H
#define HTTP_REQUEST_H

#include <microhttpd.h>
#include <stdbool.h>

#include "base/buffer.h"
#include "http/feed.h"
#include "http/head.h"
#include "http/route.h"
#include "mcp/exchange.h"

struct peer;
struct stream;

struct request {
	struct exchange exchange; /* first: it is cast back */
	struct peer *peer;
	struct head head;
	struct route route;
	struct agent *agent; /* whose credential it brought; or NULL */
	struct buffer body;
	uint64_t n_received; /* of the body, dropped bytes included */
	bool is_1_0;
	bool is_asked;		 /* whoever answers it was asked */
	bool is_held;		 /* the protocol has the exchange */
	bool is_broken;		 /* no answer could be made */
	bool is_streaming;	 /* the head of a short stream was queued */
	bool is_ended;		 /* with its last event in the feed */
	const char *cors_origin; /* the page that may read the answer */
	/* The answer, until it is queued (ours to release). */
	int status;
	struct MHD_Response *response;
	struct feed feed;      /* of a short stream */
	struct stream *stream; /* a long one, until its socket is taken */
};

/* libmicrohttpd's handler and its notice that a request is over. */
enum MHD_Result request_handle (void *cls, struct MHD_Connection *connection,
				const char *url, const char *method,
				const char *version, const char *data,
				size_t *size, void **context);
void request_completed (void *cls, struct MHD_Connection *connection,
			void **context, enum MHD_RequestTerminationCode code);

/* Sets the answer (response is taken; NULL: it could not be made) and lets a
 * parked request go on. */
void request_reply (struct peer *peer, int status,
		    struct MHD_Response *response);

/* --- exchange.c: the protocol's way back --- */

/* What its head says, for the protocol. */
struct visit exchange_visit (struct peer *peer);
/* Hands a POST that came whole to the protocol. */
void exchange_begin (struct peer *peer);
/* The client has left; the protocol is told if it still holds it. */
void exchange_left (struct peer *peer);
/* Due: a JSON reply has kept its client waiting long enough. */
void exchange_fell_silent (void *peer);
/* Due: nothing was said on a short stream for a while. */
void exchange_went_quiet (void *peer);
/* The answer of an exchange that has become a stream. */
struct MHD_Response *exchange_stream (struct peer *peer);

#endif
