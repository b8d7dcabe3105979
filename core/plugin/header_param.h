/* Arguments that clients also tell in headers, so that what stands between
 * them and us can route by them: x-mcp-header in an input schema (2026-07-28
 * tools). Any thread. */
#ifndef PLUGIN_HEADER_PARAM_H
#define PLUGIN_HEADER_PARAM_H

#include <stddef.h>

#include "base/error.h"

struct json_object;

/* One such argument. */
struct header_param {
	char *header; /* "Mcp-Param-..." */
	char **keys;  /* the way to it through the arguments; NULL-terminated */
};

/* Finds them in a tool's schema. Refuses, with a pointer and the value, what
 * makes clients drop the tool: a value that is no token of RFC 9110, the same
 * one twice (in any case), a property that is no string, integer or boolean,
 * or one that "properties" alone do not lead to. *ret_params: yours. -EINVAL,
 * -ENOMEM. */
int header_params_read (struct json_object *schema,
			struct header_param **ret_params, size_t *ret_n,
			struct error *err);
void header_params_free (struct header_param *params, size_t n);

#endif
