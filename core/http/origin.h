/* Who may speak to us through a browser: the names that Host may say, and
 * the origins of pages. A page on a foreign site must reach no server on the
 * user's machine, not even by a name that it made resolve to us. */
#ifndef HTTP_ORIGIN_H
#define HTTP_ORIGIN_H

#include <stdbool.h>

#include "http/http.h"

/* A Host field's value: loopback names, the host that we were told to listen
 * on and its address (bound, as in a URL; or NULL), the public URL's, and
 * --allow-host; each with any port or none, in capitals or not. */
bool origin_host_is_ours (const struct http_options *options, const char *bound,
			  const char *host);

enum origin_verdict {
	ORIGIN_REFUSED,
	ORIGIN_LOCAL, /* a page of this machine */
	ORIGIN_LISTED /* --allow-origin: it may read our answers, too */
};

/* An Origin field's value. "null" is nobody's. */
enum origin_verdict origin_check (const struct http_options *options,
				  const char *origin);

#endif
