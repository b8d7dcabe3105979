/* Taking a socket over from libmicrohttpd in the middle of an answer. It
 * rests on what libmicrohttpd does, not on what it promises; so the server
 * tries it once, at start. */
#ifndef HTTP_TAKEOVER_H
#define HTTP_TAKEOVER_H

#include <microhttpd.h>
#include <stdbool.h>

/* In the first call of the content reader of an answer that is neither
 * chunked nor of known size: the head has left, and nothing is pending.
 * Returns a descriptor of the socket (yours), or a negative errno. The
 * connection's own becomes dead_fd's file (/dev/null): a write to it fails,
 * and its end never reaches the socket. Libmicrohttpd has to run again. */
int takeover (struct MHD_Connection *connection, int fd, int dead_fd);

/* Whether it works, tried with a socket pair: NULL, or what went wrong. */
const char *takeover_try (int dead_fd);

#endif
