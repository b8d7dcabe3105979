/* Memory goes back to the system when a crowd has left: glibc keeps the
 * memory of ten thousand streams for ever unless asked. */
#include <config.h>

#ifdef HAVE_MALLOC_TRIM
#include <malloc.h>
#endif

#include "http/server.h"

/* Fewer are not worth it. */
#define TRIM_CROWD 256
/* Not while they are leaving. */
#define TRIM_AFTER_MS 1000

static bool
has_crowd_left (struct http *http)
{
	return http->peak >= TRIM_CROWD
	       && http_connections (http) < http->peak / 2;
}

static void
on_trim (uv_timer_t *timer)
{
	struct http *http = timer->data;

	if (!has_crowd_left (http))
		return;
	http->peak = http_connections (http);
#ifdef HAVE_MALLOC_TRIM
	malloc_trim (0);
#endif
}

void
trim_start (struct http *http)
{
	uv_timer_init (&http->loop->uv, &http->trim);
	http->trim.data = http;
	http->n_handles++;
}

void
trim_stop (struct http *http)
{
	server_close (http, (uv_handle_t *) &http->trim);
}

void
trim_note (struct http *http)
{
	size_t n = http_connections (http);

	if (n > http->peak)
		http->peak = n;
	else if (has_crowd_left (http) && !http->is_freed
		 && !uv_is_active ((uv_handle_t *) &http->trim))
		uv_timer_start (&http->trim, on_trim, TRIM_AFTER_MS, 0);
}
