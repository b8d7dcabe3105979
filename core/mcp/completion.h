/* Completion of arguments of prompts and of variables of templates. */
#ifndef MCP_COMPLETION_H
#define MCP_COMPLETION_H

#include "base/buffer.h"

struct call_result;
struct json_object;
struct request;

/* Method: see dispatch.h. */
void completion_complete (struct request *request, struct json_object *params);
void completion_write_result (struct buffer *body,
			      const struct request *request,
			      const struct call_result *result);

#endif
