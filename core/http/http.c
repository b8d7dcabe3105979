/* The server as a whole: its start and its end. Knows nothing of requests. */
#include "http/http.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/log.h"
#include "http/channel.h"
#include "http/peer.h"
#include "http/server.h"
#include "http/takeover.h"

/* Without a free descriptor, the time until the next try to accept. */
#define ACCEPT_REST_MS 100
/* Quiet streams are gathered within this part of their interval. */
#define QUIET_PART 8

/* --- Its handles --- */

void
server_handle_closed (struct http *http)
{
	if (--http->n_handles == 0 && http->is_freed)
		free (http);
}

static void
on_closed (uv_handle_t *handle)
{
	server_handle_closed (handle->data);
}

void
server_close (struct http *http, uv_handle_t *handle)
{
	handle->data = http;
	uv_close (handle, on_closed);
}

/* --- Start --- */

/* Each stream is a descriptor; whoever set the soft limit thought of
 * programs that use select(). */
static void
raise_descriptors (void)
{
	struct rlimit limit;

	if (getrlimit (RLIMIT_NOFILE, &limit) < 0)
		return;
	limit.rlim_cur = limit.rlim_max;
	if (setrlimit (RLIMIT_NOFILE, &limit) < 0)
		log_warning ("http: cannot raise the limit of descriptors: %s",
			     error_name (errno));
}

static void
define_dues (struct http *http)
{
	const struct http_options *options = http->options;
	struct dues *dues = &http->dues;
	int64_t quiet_ms = options->keepalive_ms;

	dues_init (dues, http->loop);
	http->n_handles++;
	dues_define (dues, DUE_HEAD, options->header_ms, peer_expired);
	dues_define (dues, DUE_BODY, options->body_ms, peer_expired);
	dues_define (dues, DUE_SEND, options->send_ms, peer_expired);
	dues_define (dues, DUE_IDLE, options->idle_ms, peer_expired);
	dues_define (dues, DUE_SILENT_REPLY, options->stream_after_ms,
		     exchange_fell_silent);
	dues_define (dues, DUE_QUIET_EXCHANGE, quiet_ms, exchange_went_quiet);
	dues_define (dues, DUE_QUIET_CHANNEL, quiet_ms, channel_went_quiet);
	dues_define (dues, DUE_ACCEPT, ACCEPT_REST_MS, listener_rested);
	dues_gather (dues, DUE_QUIET_EXCHANGE, quiet_ms / QUIET_PART);
	dues_gather (dues, DUE_QUIET_CHANNEL, quiet_ms / QUIET_PART);
}

static int
open_spares (struct http *http, struct error *err)
{
	http->spare_fd = open ("/dev/null", O_RDONLY | O_CLOEXEC);
	http->dead_fd = open ("/dev/null", O_RDWR | O_CLOEXEC);
	if (http->spare_fd < 0 || http->dead_fd < 0)
		return error_set (err, -EMFILE, "cannot open /dev/null: %s",
				  error_name (errno));
	return 0;
}

static void
try_takeover (struct http *http)
{
	const char *why = takeover_try (http->dead_fd);

	http->can_take = why == NULL;
	if (why != NULL)
		log_notice ("http: libmicrohttpd %s: sockets of streams are "
			    "not taken over, because %s; streams cost more",
			    MHD_get_version (), why);
}

static int
start (struct http *http, struct error *err)
{
	int r = open_spares (http, err);

	if (r == 0)
		r = daemon_start (http, err);
	if (r < 0)
		return r;
	r = turn_start (http);
	if (r < 0)
		return error_set (err, r, "cannot watch connections: %s",
				  uv_strerror (r));
	try_takeover (http);
	return listener_open_all (http, err);
}

int
http_bind (struct loop *loop, struct mcp *mcp,
	   const struct http_options *options, struct http **ret_http,
	   struct error *err)
{
	struct http *http = calloc (1, sizeof (*http));
	int r;

	if (http == NULL)
		return error_set (err, -ENOMEM, "out of memory");
	http->loop = loop;
	http->mcp = mcp;
	http->options = options;
	http->spare_fd = http->dead_fd = -1;
	raise_descriptors ();
	define_dues (http);
	trim_init (&http->trim, loop);
	http->n_handles++;
	r = start (http, err);
	if (r < 0) {
		http_free (http);
		return r;
	}
	*ret_http = http;
	return 0;
}

uint16_t
http_port (const struct http *http)
{
	return http->port;
}

const char *
http_host (const struct http *http)
{
	return http->host;
}

int
http_listen (struct http *http, struct error *err)
{
	return listener_listen_all (http, err);
}

void
http_set_unready (struct http *http, const char *why)
{
	http->unready = why;
}

size_t
http_connections (const struct http *http)
{
	return http->n_peers + http->n_streams;
}

/* --- The end; drain.c does it, turn by turn --- */

void
http_drain (struct http *http)
{
	http->is_draining = true;
	turn_wake_daemon (http);
}

void
http_stop (struct http *http)
{
	http->is_stopping = true;
	http_drain (http);
}

static void
close_fd (int fd)
{
	if (fd >= 0)
		close (fd);
}

void
http_free (struct http *http)
{
	if (http == NULL)
		return;
	if (http->daemon != NULL)
		drain_cut (http);
	listener_close_all (http);
	daemon_stop (http);
	turn_stop (http);
	server_close (http, (uv_handle_t *) &http->trim.timer);
	server_close (http, (uv_handle_t *) &http->dues.timer);
	close_fd (http->spare_fd);
	close_fd (http->dead_fd);
	buffer_fini (&http->spare_body);
	http->is_freed = true;
}
