/* Prompts: listing and getting them. */
#ifndef MCP_PROMPTS_H
#define MCP_PROMPTS_H

#include "base/buffer.h"

struct call_result;
struct json_object;
struct mcp_prompt;
struct request;

/* Methods: see dispatch.h. */
void prompts_list (struct request *request, struct json_object *params);
void prompts_get (struct request *request, struct json_object *params);
void prompts_write_result (struct buffer *body, const struct request *request,
			   const struct call_result *result);

/* Whether it is an object whose values are strings, as arguments of prompts
 * are (prompts, data types). */
bool prompts_are_strings (struct json_object *arguments);
/* The first required argument that is not among them; NULL: none. */
const char *prompts_find_missing (const struct mcp_prompt *row,
				  struct json_object *arguments);

#endif
