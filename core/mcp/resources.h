/* Resources and their templates: listing and reading them. */
#ifndef MCP_RESOURCES_H
#define MCP_RESOURCES_H

#include "base/buffer.h"

struct call_result;
struct json_object;
struct request;

/* Methods: see dispatch.h. */
void resources_list (struct request *request, struct json_object *params);
void resources_list_templates (struct request *request,
			       struct json_object *params);
void resources_read (struct request *request, struct json_object *params);
void resources_write_result (struct buffer *body, const struct request *request,
			     const struct call_result *result);

/* Answers that there is no such resource (resources, error handling). */
void resources_refuse (struct request *request, const char *uri);

#endif
