/* Tools: listing and calling them. */
#ifndef MCP_TOOLS_H
#define MCP_TOOLS_H

#include "base/buffer.h"

struct json_object;
struct request;

/* Methods: see dispatch.h. */
void tools_list (struct request *request, struct json_object *params);
void tools_call (struct request *request, struct json_object *params);

/* A whole answer: a result with isError and the sentence as its text. */
void tools_write_failure (struct buffer *body, const char *id,
			  const char *sentence);

#endif
