/* An MCP session, as far as a client of tools needs it: initialize, list,
 * call. Revisions 2024-11-05 to 2025-11-25. Knows no transport. */
#ifndef CLIENT_SESSION_H
#define CLIENT_SESSION_H

#include "failure.h"
#include "transport.h"

struct json_object;

/* Initializes, and tells the transport which revision was agreed on. */
int session_begin (struct transport *transport, struct failure *failure);
/* All pages of tools/list: *ret_tools is an array, yours. */
int session_list (struct transport *transport, struct json_object **ret_tools,
		  struct failure *failure);
/* Calls a tool. arguments: taken. *ret_result: yours. */
int session_call (struct transport *transport, const char *name,
		  struct json_object *arguments,
		  struct json_object **ret_result, struct failure *failure);

#endif
