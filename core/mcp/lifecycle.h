/* The handshake, and ping. */
#ifndef MCP_LIFECYCLE_H
#define MCP_LIFECYCLE_H

struct json_object;
struct request;

/* Methods: see dispatch.h. */
void lifecycle_initialize (struct request *request, struct json_object *params);
void lifecycle_ping (struct request *request, struct json_object *params);

#endif
