/* From a request to a plugin's call and back: what calls of every kind have
 * in common. */
#ifndef MCP_CALLING_H
#define MCP_CALLING_H

#include "mcp/request.h"
#include "plugin/call.h"

/* Starts the call and answers the request when it is over; what it brought
 * becomes the request's answer by its method's write (dispatch.h). what: kind,
 * row and arguments, which are taken; who asks is filled in here. */
void calling_start (struct request *request, struct call_request *what);

#endif
