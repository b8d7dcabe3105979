/* Calls of plugins' methods. What an orchestrator that leaves has begun goes
 * on without it: what it ordered is done. */
#ifndef LINK_METHOD_CALL_H
#define LINK_METHOD_CALL_H

#include "link/peer.h"

/* Begins the call that message asks for, if a plugin has the method; root: the
 * whole message, of which its params are taken. False: there is none. At the
 * end of the server it is answered so, whether there was one or not. */
bool method_call_begin (struct peer *peer, const struct rpc_message *message,
			struct json_object *root);
/* Cuts and answers those that run, for the server is at its end. Returns how
 * many. */
size_t method_call_end_all (struct link *link);
/* Adds the names of all to a JSON array that holds something already. */
void method_call_write_names (struct buffer *json, const struct link *link);

#endif
