/* Long event streams. libmicrohttpd answers the GET and sends the head; then
 * the socket is ours, and the connection no longer its. Loop only. */
#ifndef HTTP_CHANNEL_H
#define HTTP_CHANNEL_H

#include "http/server.h"

struct peer;

/* Answers a GET: with a stream, or with what the protocol has against it. */
void channel_open (struct peer *peer);
/* Answers a POST with a stream, or makes its short stream, begun or not, a
 * long one: what was said on that one stays first. NULL: out of memory,
 * nothing has changed. */
struct channel *channel_begin (struct peer *peer);
/* libmicrohttpd's reader of streams. */
ssize_t channel_read (void *peer, uint64_t position, char *buffer, size_t room);
/* The client of a stream whose socket is not ours (yet) has left; the request
 * is over. Fine when there is no stream. */
void channel_left (struct peer *peer);
void channel_over (struct peer *peer);
/* Due: nothing was said on one for a while. */
void channel_went_quiet (void *stream);
/* Writes what waits on all of them; closes those that are over. */
void channel_flush_all (struct http *http);
/* Closes all that libmicrohttpd no longer has, written or not. */
void channel_close_all (struct http *http);

#endif
