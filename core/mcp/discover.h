/* server/discover (2026-07-28): what initialize was for. */
#ifndef MCP_DISCOVER_H
#define MCP_DISCOVER_H

#include "base/buffer.h"

struct json_object;
struct request;

/* Method: see dispatch.h. */
void discover_answer (struct request *request, struct json_object *params);
/* An array of all revisions that are served, newest first; with only_stateless
 * those without sessions. */
void discover_write_versions (struct buffer *body, bool only_stateless);

#endif
