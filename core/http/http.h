/* The HTTP server: listening sockets, one libmicrohttpd daemon that the loop
 * drives, requests, streams, and clients that leave. Loop only. */
#ifndef HTTP_HTTP_H
#define HTTP_HTTP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/loop.h"
#include "mcp/mcp.h"

struct http;

struct http_options {
	const char *host;      /* address or name to bind, e.g. 127.0.0.1 */
	uint16_t port;	       /* 0: the kernel chooses */
	const char *unix_path; /* or NULL */
	/* Sockets that listen already, in the place of these; 0: none. Taken
	 * by http_bind. */
	int tcp_fd, unix_fd;
	const char *public_url; /* its host is an allowed Host; or NULL */
	const char *const *allow_hosts;	  /* NULL-terminated, or NULL */
	const char *const *allow_origins; /* NULL-terminated, or NULL */
	size_t max_connections;
	size_t max_body;
	size_t stream_buffer;
	int64_t header_ms, body_ms, idle_ms, send_ms;
	int64_t keepalive_ms, stream_after_ms;
};

/* Binds (without listening). options is lent until http_free. 0, or a
 * negative errno with a sentence. */
int http_bind (struct loop *loop, struct mcp *mcp,
	       const struct http_options *options, struct http **ret_http,
	       struct error *err);
/* The port the kernel gave, and the address as text for a URL ("127.0.0.1",
 * "[::1]"). */
uint16_t http_port (const struct http *http);
const char *http_host (const struct http *http);
/* Connects succeed from here on. */
int http_listen (struct http *http, struct error *err);
/* What /readyz says besides draining: NULL, or why we are not ready. */
void http_set_unready (struct http *http, const char *why);

/* Accepts what is queued, closes the listening sockets, shuts idle
 * connections; requests that become complete are still answered. All of it
 * happens in the loop's next turn, so it may be ordered from anywhere. */
void http_drain (struct http *http);
/* Open connections, streams included. */
size_t http_connections (const struct http *http);
/* Ends what is left: streams end properly, answers on their way may arrive,
 * the rest is shut. In the next turn, as above. */
void http_stop (struct http *http);
/* After http_stop, when http_connections is 0 (or at the limit, when it cuts
 * the rest); before mcp_free, and not from the protocol's callbacks. NULL is
 * fine. Memory goes with the loop's last turn. */
void http_free (struct http *http);

#endif
