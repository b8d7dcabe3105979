/* Tools: listing and calling them. */
#ifndef MCP_TOOLS_H
#define MCP_TOOLS_H

#include "base/buffer.h"

struct call_result;
struct json_object;
struct request;

/* Methods: see dispatch.h. */
void tools_list (struct request *request, struct json_object *params);
void tools_call (struct request *request, struct json_object *params);

/* What a call brought: see dispatch.h. */
void tools_write_result (struct buffer *body, const struct request *request,
			 const struct call_result *result);
/* The same for a call that failed: isError and the sentence as its text. */
void tools_write_failure (struct buffer *body, const char *sentence);

#endif
