/* Subscribing to resources in the revisions with sessions. */
#ifndef MCP_SUBSCRIBE_H
#define MCP_SUBSCRIBE_H

#include <stdbool.h>

struct json_object;
struct mcp;
struct request;
struct session;

/* Methods: see dispatch.h. */
void subscribe_begin (struct request *request, struct json_object *params);
void subscribe_end (struct request *request, struct json_object *params);

/* As subscription_add, for a session. */
int subscribe_to (struct session *session, const char *uri);
/* Whether there is such a resource, or a template for it. */
bool subscribe_exists (struct mcp *mcp, const char *uri);

#endif
