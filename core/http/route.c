/* Paths and methods. Knows nothing of requests. */
#include "http/route.h"

#include <stddef.h>
#include <string.h>

struct method {
	const char *name;
	enum action action;
};

struct path {
	const char *path;
	enum transport transport;
	bool is_rpc;
	const char *allow;
	struct method methods[3]; /* the end: no name */
};

/* POST /sse is refused in plain text: newer clients try it first and read
 * only from the status that they should GET (2025-11-25 transports). */
static const struct path paths[] = {
	{ "/mcp",
	  TRANSPORT_STREAMABLE,
	  true,
	  "GET, POST, DELETE, OPTIONS",
	  { { "POST", ACTION_POST },
	    { "GET", ACTION_OPEN },
	    { "DELETE", ACTION_DELETE } } },
	{ "/messages",
	  TRANSPORT_SSE,
	  true,
	  "GET, POST, OPTIONS",
	  { { "POST", ACTION_POST }, { "GET", ACTION_OPEN } } },
	{ "/sse",
	  TRANSPORT_SSE,
	  false,
	  "GET, OPTIONS",
	  { { "GET", ACTION_OPEN } } },
	{ "/healthz",
	  TRANSPORT_STREAMABLE,
	  false,
	  "GET, HEAD, OPTIONS",
	  { { "GET", ACTION_HEALTH }, { "HEAD", ACTION_HEALTH } } },
	{ "/readyz",
	  TRANSPORT_STREAMABLE,
	  false,
	  "GET, HEAD, OPTIONS",
	  { { "GET", ACTION_READY }, { "HEAD", ACTION_READY } } },
};

#define N_PATHS (sizeof (paths) / sizeof (paths[0]))

static const struct path *
find_path (const char *path)
{
	size_t size = strlen (path);
	size_t i;

	if (size > 1 && path[size - 1] == '/')
		size--;
	for (i = 0; i < N_PATHS; i++)
		if (strncmp (paths[i].path, path, size) == 0
		    && paths[i].path[size] == '\0')
			return &paths[i];
	return NULL;
}

static enum action
find_action (const struct path *path, const char *name)
{
	const struct method *method;
	const struct method *end = path->methods + 3;

	for (method = path->methods; method < end; method++)
		if (method->name != NULL && strcmp (method->name, name) == 0)
			return method->action;
	if (strcmp (name, "OPTIONS") == 0)
		return ACTION_OPTIONS;
	return ACTION_NOT_ALLOWED;
}

void
route_find (struct route *ret_route, const char *path, const char *method)
{
	const struct path *found = find_path (path);

	*ret_route = (struct route){ .action = ACTION_NOT_FOUND };
	if (found == NULL)
		return;
	ret_route->action = find_action (found, method);
	ret_route->transport = found->transport;
	ret_route->is_rpc = found->is_rpc;
	ret_route->methods = found->allow;
}
