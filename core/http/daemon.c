/* libmicrohttpd: started without a socket of its own, without threads, and
 * run from the turn. Knows nothing of requests. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "base/log.h"
#include "http/peer.h"

/* What clients do wrong is no news; nor is that the write to a socket that
 * was taken failed, which it should. */
__attribute__ ((format (printf, 2, 0))) static void
on_log (void *cls, const char *format, va_list arguments)
{
	char text[256];
	size_t size;

	(void) cls;
	if (log_get_level () < LOG_LEVEL_DEBUG)
		return;
	vsnprintf (text, sizeof (text), format, arguments);
	if (strncmp (text, "Failed to send the response body", 32) == 0)
		return;
	size = strlen (text);
	if (size > 0 && text[size - 1] == '\n')
		text[size - 1] = '\0';
	log_debug ("http: %s", text);
}

/* A NUL in a path or an argument would hide what follows it from us. */
static size_t
on_unescape (void *cls, struct MHD_Connection *connection, char *text)
{
	(void) cls;
	(void) connection;
	if (strstr (text, "%00") != NULL)
		return strlen (text);
	return MHD_http_unescape (text);
}

/* Not strict for clients: what that adds is a check for Host, which is ours
 * (head.c), and a refusal whose head is written twice before 1.0. */
int
daemon_start (struct http *http, struct error *err)
{
	http->accepted = MHD_create_response_from_buffer (
		0, NULL, MHD_RESPMEM_PERSISTENT);
	http->daemon = MHD_start_daemon (
		MHD_USE_EPOLL | MHD_USE_NO_LISTEN_SOCKET
			| MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG,
		0, NULL, NULL, request_handle, http, MHD_OPTION_EXTERNAL_LOGGER,
		on_log, NULL, MHD_OPTION_NOTIFY_CONNECTION, peer_notify, http,
		MHD_OPTION_NOTIFY_COMPLETED, request_completed, http,
		MHD_OPTION_UNESCAPE_CALLBACK, on_unescape, NULL,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT,
		(size_t) LIMIT_CONNECTION_BYTES, MHD_OPTION_CONNECTION_LIMIT,
		(unsigned) (http->options->max_connections + EXCESS_MAX),
		MHD_OPTION_END);
	if (http->accepted == NULL || http->daemon == NULL)
		return error_set (err, -EIO, "libmicrohttpd does not start: %s",
				  error_name (errno));
	return 0;
}

void
daemon_stop (struct http *http)
{
	if (http->daemon != NULL)
		MHD_stop_daemon (http->daemon);
	http->daemon = NULL;
	if (http->accepted != NULL)
		MHD_destroy_response (http->accepted);
	http->accepted = NULL;
}
