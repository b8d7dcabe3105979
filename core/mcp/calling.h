/* From a request to a plugin's call and back: what calls of every kind have
 * in common. */
#ifndef MCP_CALLING_H
#define MCP_CALLING_H

#include "mcp/request.h"
#include "plugin/call.h"

/* Starts the call and answers the request when it is over; what it brought
 * becomes the request's answer by its method's write (dispatch.h). what: kind,
 * row and arguments, which are taken; who asks is filled in here. params: the
 * request's, which may bring answers to an earlier round. */
void calling_start (struct request *request, struct json_object *params,
		    struct call_request *what);
/* The next round of a call that asked. The same. */
void calling_start_again (struct request *request, struct call_request *what);

/* Answers the request with what a call brought. */
void calling_answer (struct request *request, const struct call_result *result);

#endif
