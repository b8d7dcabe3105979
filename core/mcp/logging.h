/* Log messages to clients. */
#ifndef MCP_LOGGING_H
#define MCP_LOGGING_H

#include <stddef.h>

struct json_object;
struct request;

/* What a session wants to hear until it says so. */
#define LOGGING_DEFAULT_LEVEL MCP_LOG_INFO

/* Method: see dispatch.h. */
void logging_set_level (struct request *request, struct json_object *params);
/* Tells a message of a call that runs. data: JSON text; logger: or NULL. */
void logging_tell (struct request *request, int level, const char *logger,
		   const char *data, size_t size);

#endif
